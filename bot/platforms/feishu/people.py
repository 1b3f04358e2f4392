"""The address book, as far as the app may read it: departments first, for their names, then their members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.platforms.feishu.client import Client
from handlers.ports import Member

ROOT = "0"
_GONE = ("is_frozen", "is_resigned", "is_exited")


def members(client: Client) -> Iterator[Member]:
    """Everybody once, though a person may be in several departments. Read page by page, as asked for."""
    departments, people = client.scope()
    paths: dict[str, str] = {}
    for department in departments:
        paths |= _paths(client, department)
    seen: set[str] = set()
    for user in _users(client, paths, people):
        account = user.get("open_id") or ""
        if account and account not in seen:
            seen.add(account)
            yield _member(user, paths)


def _paths(client: Client, top: str) -> dict[str, str]:
    """Department id → its path from `top` on, such as 总部/华东销售部. The root has no name."""
    name = "" if top == ROOT else client.department(top).get("name") or ""
    parents = {
        one["open_department_id"]: (one.get("parent_department_id") or "", one.get("name") or "")
        for one in client.departments_below(top)
    }
    return {top: name, **{below: _path(below, parents, name) for below in parents}}


def _path(id: str, parents: Mapping[str, tuple[str, str]], top: str) -> str:
    names: list[str] = []
    here = id
    while here in parents and len(names) <= len(parents):
        here, name = parents[here]
        names.append(name)
    return "/".join(name for name in (top, *reversed(names)) if name)


def _users(client: Client, departments: Mapping[str, str], people: list[str]) -> Iterator[Mapping[str, Any]]:
    for department in departments:
        yield from client.users_in(department)
    for person in people:
        yield client.user(person)


def _member(user: Mapping[str, Any], paths: Mapping[str, str]) -> Member:
    status = user.get("status") or {}
    own = [paths[one] for one in user.get("department_ids") or () if one in paths]
    return Member(
        account=user["open_id"],
        name=user.get("name") or user["open_id"],
        department=own[0] if own else "",
        manager=user.get("leader_user_id") or "",
        active=not any(status.get(name) for name in _GONE),
    )
