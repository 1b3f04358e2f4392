"""The address book on the server's side: a tree of departments made from the accounts' paths, fifty rows a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask import request

from bot.simulator.feishu.store import ApiError, Store
from bot.simulator.world import Account

ROOT = "0"
LARGEST_PAGE, USUAL_PAGE = 50, 10

View = Callable[..., dict[str, Any]]


class Contacts:
    """`contact/v3`, as an app sees it that may read everybody the company knows. Strangers are not in it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def views(self) -> Iterator[tuple[str, str, View]]:
        yield "GET", "/contact/v3/scopes", self.scopes
        yield "GET", "/contact/v3/departments/<department_id>", self.department
        yield "GET", "/contact/v3/departments/<department_id>/children", self.children
        yield "GET", "/contact/v3/users/find_by_department", self.members
        yield "GET", "/contact/v3/users/<user_id>", self.user

    def scopes(self) -> dict[str, Any]:
        return {"department_ids": [ROOT], "user_ids": [], "group_ids": [], "has_more": False}

    def department(self, department_id: str) -> dict[str, Any]:
        return {"department": self._department(self._path(department_id))}

    def children(self, department_id: str) -> dict[str, Any]:
        top = self._path(department_id)
        below = [path for path in self._paths() if path != top and _is_below(path, top)]
        if request.args.get("fetch_child") != "true":
            below = [path for path in below if path.rpartition("/")[0] == top]
        return _page([self._department(path) for path in below])

    def members(self) -> dict[str, Any]:
        path = self._path(request.args.get("department_id", ""))
        return _page([self._user(account) for account in self._accounts() if account.department == path])

    def user(self, user_id: str) -> dict[str, Any]:
        for account in self._accounts():
            if account.id == user_id:
                return {"user": self._user(account)}
        raise ApiError(99992351, f"not a valid {{open_id}}: {user_id}")

    def _accounts(self) -> list[Account]:
        return [one for one in self._store.world.accounts.values() if one.platform == "feishu" and one.person]

    def _paths(self) -> list[str]:
        """Every department, those above it included, a parent before its children."""
        parts = [account.department.split("/") for account in self._accounts() if account.department]
        return sorted({"/".join(names[: n + 1]) for names in parts for n in range(len(names))})

    def _path(self, id: str) -> str:
        ids = {self.id(path): path for path in ("", *self._paths())}
        if id not in ids:
            raise ApiError(40004, "no dept authority error")
        return ids[id]

    def id(self, path: str) -> str:
        return self._store.app.derived("od-", path) if path else ROOT

    def _department(self, path: str) -> dict[str, Any]:
        parent, _, name = path.rpartition("/")
        return {
            "name": name,
            "open_department_id": self.id(path),
            "parent_department_id": self.id(parent),
            "member_count": sum(_is_below(account.department, path) for account in self._accounts()),
            "status": {"is_deleted": False},
        }

    def _user(self, account: Account) -> dict[str, Any]:
        return user(self._store, account, self.id(account.department))


def user(store: Store, account: Account, department: str) -> dict[str, Any]:
    """A user as the address book and its events show them."""
    gone = store.unreachable.get(account.id) == 230029  # noqa: PLR2004 - the code of somebody who left
    return {
        "open_id": account.id,
        "union_id": store.app.derived("on_", account.id),
        "name": account.name,
        "department_ids": [department],
        "leader_user_id": account.manager,
        "status": {
            "is_frozen": False,
            "is_resigned": gone,
            "is_activated": True,
            "is_exited": False,
            "is_unjoin": False,
        },
    }


def _is_below(path: str, top: str) -> bool:
    return not top or path == top or path.startswith(f"{top}/")


def _page(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    size = request.args.get("page_size", USUAL_PAGE, type=int)
    start = request.args.get("page_token", "0")
    if not 1 <= size <= LARGEST_PAGE:
        raise ApiError(40011, "page size is invalid")
    if not start.isdecimal():
        raise ApiError(40012, "page token is invalid error")
    end = int(start) + size
    more = end < len(rows)
    return {"has_more": more, "items": rows[int(start) : end], **({"page_token": str(end)} if more else {})}
