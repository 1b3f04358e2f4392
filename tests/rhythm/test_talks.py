"""Who is reminded of one-to-ones before a month ends: whom they met, and when, is all that counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from handlers import meetings, policy
from handlers.imports import Intake, import_people
from storage.database import Database
from storage.tables import Person, Talk
from tests.rhythm.conftest import SHANGHAI, settle, ticker

FIFTH_LAST = datetime.fromisoformat("2026-11-24T10:00:00+08:00")
NOVEMBER = datetime(2026, 10, 31, 16, tzinfo=UTC)  # its first moment in Shanghai


def reminded(database: Database) -> dict[str, str]:
    pushes = ticker(database).tick(FIFTH_LAST, dry=True)
    return {push.person: push.text for push in pushes if push.kind == "monthly_talk"}


def meet(database: Database, one: str, other: str, at: datetime, **more: Any) -> None:
    with database.write() as session:
        session.add(Talk(organiser=one, other=other, begins_at=at, at=at, **more))


def test_a_manager_hears_whom_they_have_not_met(database: Database) -> None:
    settle(database, 1, 3)
    assert "p0-0、p0-1、p0-2" in reminded(database)["m0"]
    meet(database, "m0", "p0-0", NOVEMBER, state="held")
    meet(database, "p0-1", "m0", FIFTH_LAST + timedelta(days=9))
    assert "和p0-2一对一" in reminded(database)["m0"]
    meet(database, "m0", "p0-2", FIFTH_LAST)
    assert set(reminded(database)) == {"chief"}


@pytest.mark.parametrize(
    ("one", "other", "at", "state"),
    [
        ("m0", "p0-0", NOVEMBER - timedelta(seconds=1), "held"),
        ("m0", "p0-0", NOVEMBER, "cancelled"),
        ("p0-1", "p0-0", NOVEMBER, "held"),
        ("m0", "chief", NOVEMBER, "held"),
    ],
)
def test_another_talk_does_not_count(database: Database, one: str, other: str, at: datetime, state: str) -> None:
    settle(database, 1, 2)
    meet(database, "m0", "p0-1", NOVEMBER)
    meet(database, one, other, at, state=state)
    assert "和p0-0一对一" in reminded(database)["m0"]


def test_five_are_named_and_the_others_counted(database: Database) -> None:
    settle(database, 1, 7)
    assert "p0-0、p0-1、p0-2、p0-3、p0-4等7人" in reminded(database)["m0"]


def test_who_is_away_or_has_not_begun_waits_for_nobody(database: Database) -> None:
    settle(database, 1, 3)
    with database.write() as session:
        session.get_one(Person, "p0-0").away_from = date(2026, 11, 1)
        session.get_one(Person, "p0-1").hired = date(2026, 12, 1)
        session.get_one(Person, "p0-2").active = False
    assert "m0" not in reminded(database)


def test_a_department_may_do_without(database: Database) -> None:
    settle(database, 1, 1)
    with database.write() as session:
        policy.store(session, "总部/chief", {"monthly_talk": "false"})
    assert reminded(database) == {}
    with database.write() as session:
        policy.store(session, "总部/chief", {"monthly_talk": None})
    assert set(reminded(database)) == {"m0", "chief"}


def test_one_called_off_is_not_counted_on(database: Database) -> None:
    settle(database, 1, 2)
    meet(database, "m0", "p0-1", NOVEMBER)
    meet(database, "m0", "p0-0", NOVEMBER)
    with database.write() as session:
        meetings.met(session, "p0-0", "m0")
        assert session.get_one(Person, "p0-0").met_at == NOVEMBER
    assert "m0" not in reminded(database)
    with database.write() as session:
        for talk in session.exec(select(Talk).where(Talk.other == "p0-0")):
            talk.state = "cancelled"
        meetings.met(session, "m0", "p0-0")
    assert "和p0-0一对一" in reminded(database)["m0"]


def test_a_new_manager_has_met_nobody_yet(database: Database) -> None:
    settle(database, 2, 1)
    with database.write() as session:
        session.get_one(Person, "p0-0").met_at = NOVEMBER
        file = b"id,name,manager\np0-0,p0-0,m1\n"
        import_people(Intake(session, NOVEMBER, SHANGHAI, b"key"), file)
        assert session.get_one(Person, "p0-0").met_at is None
    assert "p0-0" in reminded(database)["m1"]
