"""What owners and managers hear of goals and months: when it counts from, around holidays, on which day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from handlers import policy
from scheduler import tick as ticking
from scheduler.batch import Batch
from scheduler.jobs import JOBS
from scheduler.saying import Round, Wish
from storage.database import Database
from storage.tables import Goal, GoalVersion, Nudge, Person
from tests.rhythm.conftest import FRIDAY, settle, ticker

DAY = timedelta(days=1)


def morning(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T10:00:00+08:00")


def days_told(database: Database, person: str, kind: str, first: str, days: int) -> list[str]:
    found: list[str] = []
    for n in range(days):
        at = morning(first) + n * DAY
        pushes = ticker(database).tick(at)
        found += [f"{at:%m-%d}" for push in pushes if (push.person, push.kind) == (person, kind)]
    return found


def test_what_is_due_in_a_long_holiday_is_told_before_it(database: Database) -> None:
    settle(database, 1, 1)
    with database.write() as session:
        mine = session.get_one(Goal, "G-2")
        mine.cycle, mine.due, mine.updated_at = "2026", date(2026, 10, 5), morning("2026-09-20")
    assert days_told(database, "p0-0", "due", "2026-09-21", 20) == [
        "09-24"
    ]  # then three are left: Mid-Autumn and National Day


def test_a_goal_that_was_never_updated_is_asked_about_two_weeks_after_it_began(database: Database) -> None:
    settle(database, 1, 1)
    assert days_told(database, "p0-0", "stale", "2026-10-08", 60) == ["10-15"]
    with database.read() as session:
        (text,) = session.exec(select(Nudge.text).where(Nudge.kind == "stale", Nudge.person == "p0-0"))
    assert "14 天" in text


def test_or_two_weeks_after_it_was_agreed(database: Database) -> None:
    settle(database, 1, 1)
    with database.write() as session:
        agreed = datetime(2026, 11, 2, 4, tzinfo=UTC)
        session.add(GoalVersion(goal="G-2", version=1, target=100, weight=0, due=date(2026, 12, 31), at=agreed))
    assert days_told(database, "p0-0", "stale", "2026-10-08", 60) == ["11-17"]  # the day after is too early at 10:00


@pytest.mark.parametrize("kind", ["monthly_feedback", "monthly_talk"])
def test_a_manager_who_is_away_on_the_first_day_is_reminded_on_the_next_and_once(database: Database, kind: str) -> None:
    settle(database, 1, 1)
    with database.write() as session:
        boss = session.get_one(Person, "m0")
        boss.away_from, boss.away_until = date(2026, 11, 24), date(2026, 11, 25)
    assert days_told(database, "m0", kind, "2026-11-23", 8) == ["11-26"]
    assert days_told(database, "chief", kind, "2026-11-23", 8) == []  # all of them before


def test_before_their_minute_people_are_found_and_nothing_else(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(database, 2, 5)
    looked_at: list[str] = []
    load = Batch.load

    def count(session: Session, wishes: Mapping[str, Sequence[Wish]], now: Round) -> Batch:
        looked_at.extend(wishes)
        return load(session, wishes, now)

    monkeypatch.setattr(Batch, "load", count)
    clock = replace(ticker(database), jobs=[job for job in JOBS if job.name == "checkin"])
    told: dict[str, timedelta] = {}
    for minutes in range(16, -1, -1):
        before = timedelta(minutes=minutes)
        looked_at.clear()
        told |= {push.person: before for push in clock.tick(FRIDAY - before)}
        assert all(ticking.spread(person, 15) >= before for person in looked_at)
    assert len(told) == 13
    assert all(timedelta() <= ticking.spread(person, 15) - told[person] < timedelta(minutes=1) for person in told)
    assert len(set(told.values())) > 5


def test_without_spreading_nobody_hears_before_the_hour(database: Database) -> None:
    settle(database, 1, 2)
    with database.write() as session:
        policy.store(session, "", {"spread_minutes": "0"})
    clock = replace(ticker(database), jobs=[job for job in JOBS if job.name == "checkin"])
    assert clock.tick(FRIDAY - timedelta(seconds=1)) == []
    assert len(clock.tick(FRIDAY)) == 4
