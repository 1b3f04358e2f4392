"""The address book as the old API tells it: departments made of the accounts' paths, the root being the company.

Accounts without a person (strangers) can talk to the robot, but the app is not allowed to look them up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.simulator.dingtalk.app import Refused
from bot.simulator.world import Account, World

ROOT = 1
FIRST_ID = 101
LARGEST_PAGE = 100

Answer = dict[str, Any]


class AddressBook:
    """Answers to `/topapi/v2/…`; errors as `Refused` with the old API's numbers."""

    def __init__(self, world: World, company: str) -> None:
        self._world = world
        self._company = company
        self.calls: Mapping[str, Callable[[Mapping[str, Any]], Answer]] = {
            "/topapi/v2/department/get": self.department,
            "/topapi/v2/department/listsub": self.below,
            "/topapi/v2/department/listsubid": self.ids_below,
            "/topapi/v2/user/get": self.user,
            "/topapi/v2/user/list": self.users,
            "/topapi/user/listid": self.ids,
        }

    def department(self, body: Mapping[str, Any]) -> Answer:
        number, path = self._asked(body)
        members = len(self._directly_in(path))
        return {"result": {**self._described(number, path), "dept_manager_userid_list": [], "member_count": members}}

    def below(self, body: Mapping[str, Any]) -> Answer:
        number, _ = self._asked(body)
        return {"result": [one for one in self._all() if one.get("parent_id") == number]}

    def ids_below(self, body: Mapping[str, Any]) -> Answer:
        return {"result": {"dept_id_list": [one["dept_id"] for one in self.below(body)["result"]]}}

    def user(self, body: Mapping[str, Any]) -> Answer:
        account = self._world.accounts.get(("dingtalk", str(body.get("userid") or "")))
        if account is None:
            raise Refused("60121", "找不到该用户")
        if not account.person:
            raise Refused("50002", "员工不在授权范围")
        manager = {"manager_userid": account.manager} if account.manager else {}
        return {"result": {**self._person(account), **manager}}

    def users(self, body: Mapping[str, Any]) -> Answer:
        """One page. As in the documentation's sample there is no manager in it."""
        _, path = self._asked(body)
        cursor, size = body.get("cursor"), body.get("size")
        if not isinstance(cursor, int) or not isinstance(size, int) or not 0 < size <= LARGEST_PAGE:
            raise Refused("400002", "cursor ≥ 0, size 1 to 100")
        people = self._directly_in(path)
        more = cursor + size < len(people)
        page = {"has_more": more, "list": [self._person(one) for one in people[cursor : cursor + size]]}
        return {"result": {**page, **({"next_cursor": cursor + size} if more else {})}}

    def ids(self, body: Mapping[str, Any]) -> Answer:
        _, path = self._asked(body)
        return {"result": {"userid_list": [one.id for one in self._directly_in(path)]}}

    def _paths(self) -> dict[str, int]:
        """Every department, parents too → its number."""
        paths = {one.department for one in self._people()} - {""}
        whole = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 2)}
        return {"": ROOT, **{path: FIRST_ID + place for place, path in enumerate(sorted(whole))}}

    def _all(self) -> list[Answer]:
        return [self._described(number, path) for path, number in self._paths().items()]

    def _described(self, number: int, path: str) -> Answer:
        if number == ROOT:
            return {"dept_id": ROOT, "name": self._company}
        parent, _, name = path.rpartition("/")
        return {"dept_id": number, "name": name, "parent_id": self._paths()[parent]}

    def _asked(self, body: Mapping[str, Any]) -> tuple[int, str]:
        wanted = body.get("dept_id", ROOT)
        for path, number in self._paths().items():
            if number == wanted:
                return number, path
        raise Refused("60003", "部门不存在")

    def _people(self) -> list[Account]:
        everybody = list(self._world.accounts.values())
        return [one for one in everybody if one.platform == "dingtalk" and one.person]

    def _directly_in(self, path: str) -> list[Account]:
        return [one for one in self._people() if one.department == path]

    def _person(self, account: Account) -> Answer:
        return {
            "userid": account.id,
            "unionid": f"union{account.id}",
            "name": account.name,
            "active": True,
            "dept_id_list": [self._paths()[account.department]],
        }
