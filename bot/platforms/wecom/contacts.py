"""The address book: departments, their members and who leads whom, as far as the app may see."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.platforms.wecom.client import Client
from handlers.ports import Member

DISABLED, LEFT = 2, 5  # values of a member's `status`; 1 is active, 4 not yet activated

Json = dict[str, Any]


def people(client: Client) -> Iterator[Member]:
    """Every visible member once; a department's members are fetched when they are asked for."""
    departments = {int(item["id"]): item for item in client.departments() if "id" in item}
    seen: set[str] = set()
    for user in _users(client, departments, seen):
        account = str(user.get("userid", ""))
        if account and account.lower() not in seen:
            seen.add(account.lower())
            yield _member(user, departments)


def _users(client: Client, departments: Mapping[int, Json], seen: Collection[str]) -> Iterator[Json]:
    for department in departments:
        yield from client.members(department)
    # People who were put into the visible range by name are in no department that the app sees.
    alone = client.agent().get("allow_userinfos", {}).get("user", [])
    for userid in (str(user.get("userid", "")) for user in alone):
        if userid.lower() not in seen:
            yield client.member(userid)


def _member(user: Json, departments: Mapping[int, Json]) -> Member:
    home = int(user.get("main_department") or next(iter(user.get("department") or ()), 0))
    return Member(
        account=str(user["userid"]),
        name=str(user.get("name", "")),
        department=_path(home, departments),
        manager=_manager(user, home, departments),
        active=user.get("status") not in (DISABLED, LEFT),
    )


def _path(home: int, departments: Mapping[int, Json]) -> str:
    return "/".join(str(item.get("name") or item["id"]) for item in reversed(list(_upwards(home, departments))))


def _manager(user: Json, home: int, departments: Mapping[int, Json]) -> str:
    """The direct leader, else whoever leads the department or one above it."""
    leaders = list(user.get("direct_leader") or ())
    for department in _upwards(home, departments):
        leaders += department.get("department_leader") or ()
    own = str(user["userid"]).lower()
    return next((str(leader) for leader in leaders if str(leader).lower() != own), "")


def _upwards(home: int, departments: Mapping[int, Json]) -> Iterator[Json]:
    """A department and those above it."""
    passed: set[int] = set()
    while home in departments and home not in passed:
        passed.add(home)
        yield departments[home]
        home = int(departments[home].get("parentid") or 0)
