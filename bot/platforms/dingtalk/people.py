"""The address book: the platform has no "everybody" call, so the departments are walked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.platforms.dingtalk.client import ROOT_DEPARTMENT, DingTalkClient
from handlers.ports import Member


class AddressBook:
    """One reading of it; what was asked once is not asked again."""

    def __init__(self, client: DingTalkClient) -> None:
        self._client = client
        self._paths: dict[int, str] = {}
        self._parents: dict[int, int] = {}
        self._heads: dict[int, list[str]] = {}

    def members(self) -> Iterator[Member]:
        """Everybody the app may see, each once, with their main department and manager."""
        self._walk(ROOT_DEPARTMENT, "")
        seen: set[str] = set()
        for department in self._paths:
            for user in self._client.users_of(department):
                account = str(user.get("userid", ""))
                if account and account not in seen:
                    seen.add(account)
                    yield self._member(account, user, department)

    def _walk(self, root: int, path: str) -> None:
        self._paths[root] = path
        waiting = [root]
        while waiting:
            parent = waiting.pop(0)
            for below in self._client.departments_below(parent):
                department = int(below["dept_id"])
                if department not in self._paths:
                    self._paths[department] = f"{self._paths[parent]}/{below.get('name', '')}".strip("/")
                    self._parents[department] = parent
                    waiting.append(department)

    def _member(self, account: str, user: dict[str, Any], found_in: int) -> Member:
        main = next((one for one in user.get("dept_id_list") or () if one in self._paths), found_in)
        return Member(
            account=account,
            name=str(user.get("name", "")),
            department=self._paths[main],
            manager=self._manager(account, user, main),
            active=user.get("active", True) is not False,
        )

    def _manager(self, account: str, user: dict[str, Any], department: int) -> str:
        """The direct manager where the console has one, else whoever leads the department, or the one above it."""
        named = user.get("manager_userid") or self._client.user(account).get("manager_userid")
        if named:
            return str(named)
        at: int | None = department
        while at is not None:
            others = [head for head in self._heads_of(at) if head != account]
            if others:
                return others[0]
            at = self._parents.get(at)
        return ""

    def _heads_of(self, department: int) -> list[str]:
        if department not in self._heads:
            found = self._client.department(department).get("dept_manager_userid_list") or []
            self._heads[department] = [str(head) for head in found]
        return self._heads[department]
