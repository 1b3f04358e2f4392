"""A company without platforms: people, goals and accounts in rows; ticks look only at rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.directory import Directory
from handlers.dispatch import Core
from scheduler.tick import Ticker
from storage.database import Database
from storage.tables import Account, Goal, Person
from storage.vault import Vault

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=SHANGHAI)
THURSDAY = datetime(2026, 11, 19, 10, 0, tzinfo=SHANGHAI)


def ticker(database: Database) -> Ticker:
    return Ticker(database, Core(Vault(["rhythm"]), Vault(["rhythm"]), b"rhythm", SHANGHAI, Directory()))


def settle(database: Database, teams: int, each: int, zone: str = "") -> None:
    """A chief, `teams` managers with `each` people; a goal a person; everybody on WeCom."""
    now = datetime(2026, 10, 1, tzinfo=UTC)
    people = [("chief", None), *((f"m{t}", "chief") for t in range(teams))]
    people += [(f"p{t}-{n}", f"m{t}") for t in range(teams) for n in range(each)]
    with database.write() as session:
        for person, manager in people:
            department = f"总部/{manager or 'chief'}"
            row = Person(id=person, name=person, department=department, manager=manager, changed_at=now)
            row.timezone = zone
            session.add(row)
        session.flush()
        session.add_all(Account(platform="wecom", id=person, person=person) for person, _ in people)
        session.add_all(goal(f"G-{n}", person, "2026Q4", date(2026, 12, 31)) for n, (person, _) in enumerate(people))


def goal(name: str, owner: str, cycle: str, due: date) -> Goal:
    """From 0 to 100."""
    return Goal(id=name, owner=owner, title=name, metric=name, target=100, due=due, cycle=cycle)


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    opened = Database(postgres_url)
    yield opened
    opened.close()
