"""A focus point is reminded of two working days before its day and on it, once each, and never once it is closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from handlers import focus
from handlers.commands import FinishFocus, MoveFocus
from handlers.unit import Unit
from scheduler.jobs import JOBS
from scheduler.saying import Push
from scheduler.tick import Ticker
from storage.database import Database
from storage.tables import FocusPoint, Nudge, Person
from storage.vault import Vault
from tests.rhythm.conftest import SHANGHAI, settle, ticker

DUE = date(2026, 12, 18)  # a Friday
VAULT = Vault(["rhythm"])
SECRET = "马甲甲先听完再答"


def clock(database: Database) -> Ticker:
    return replace(ticker(database), jobs=[job for job in JOBS if job.name == "focus"])


def agree(database: Database, due: date = DUE, by: str = "m0") -> None:
    settle(database, 1, 2)
    with database.write() as session:
        sealed = VAULT.seal(SECRET)
        at = datetime(2026, 11, 18, tzinfo=SHANGHAI)
        row = FocusPoint(person="p0-0", by=by, text_sealed=sealed, measure_sealed=sealed, due=due, at=at)
        session.add(row)


def live_through(database: Database, first: date, last: date) -> list[tuple[str, str, str]]:
    """What is said each morning, by a clock that ticks twice."""
    told: list[Push] = []
    for n in range((last - first).days + 1):
        at = datetime(first.year, first.month, first.day, 10, 5, tzinfo=SHANGHAI) + timedelta(days=n)
        told += [*clock(database).tick(at), *clock(database).tick(at + timedelta(minutes=1))]
    return [(push.slot[:10], push.person, push.kind) for push in told]


@contextmanager
def hand(database: Database, person: str, at: datetime) -> Iterator[Unit]:
    with database.write() as session:
        yield clock(database)._unit(session, session.get_one(Person, person), at)


def nudges(database: Database) -> list[Nudge]:
    with database.read() as session:
        return list(session.exec(select(Nudge).order_by(Nudge.id)))  # type: ignore[arg-type]


def test_twice_before_it_is_over_and_once_after_it(database: Database) -> None:
    agree(database)
    assert live_through(database, date(2026, 12, 10), date(2027, 1, 15)) == [
        ("2026-12-16", "p0-0", "focus"),
        ("2026-12-18", "p0-0", "focus"),
        ("2026-12-23", "m0", "focus_late"),
    ]


def test_a_day_off_counts_on_the_last_working_day_before(database: Database) -> None:
    agree(database, date(2026, 12, 20))
    days = [day for day, *_ in live_through(database, date(2026, 12, 10), date(2026, 12, 21))]
    assert days == ["2026-12-16", "2026-12-18"]


@pytest.mark.parametrize("done", [True, False])
def test_never_once_it_is_closed(database: Database, done: bool) -> None:
    agree(database)
    assert len(live_through(database, date(2026, 12, 16), date(2026, 12, 16))) == 1
    with hand(database, "p0-0" if done else "m0", datetime(2026, 12, 16, 12, tzinfo=SHANGHAI)) as unit:
        focus.finish(FinishFocus(focus=1, done=done), unit)
    assert live_through(database, date(2026, 12, 17), date(2027, 1, 8)) == []
    assert [nudge.state for nudge in nudges(database)] == ["answered"]


def test_more_time_begins_anew(database: Database) -> None:
    agree(database)
    live_through(database, date(2026, 12, 16), date(2026, 12, 18))
    with hand(database, "p0-0", datetime(2026, 12, 18, 12, tzinfo=SHANGHAI)) as unit:
        focus.move(MoveFocus(focus=1, due=date(2026, 12, 25)), unit)
    days = [day for day, *_ in live_through(database, date(2026, 12, 19), date(2026, 12, 26))]
    assert days == ["2026-12-23", "2026-12-25"]


@pytest.mark.parametrize("gone", ["p0-0", "m0"])
def test_who_has_left_is_not_reminded_nor_warned_about(database: Database, gone: str) -> None:
    agree(database)
    with database.write() as session:
        session.get_one(Person, gone).active = False
    told = live_through(database, date(2026, 12, 10), date(2027, 1, 8))
    assert {person for _, person, _ in told} == ({"p0-0"} if gone == "m0" else set())


def test_who_set_it_for_themself_hears_twice(database: Database) -> None:
    agree(database, by="p0-0")
    assert len(live_through(database, date(2026, 12, 10), date(2027, 1, 8))) == 2


def test_a_dry_tick_lists_it_and_the_line_does_not_tell_what_it_is(database: Database) -> None:
    agree(database)
    (push,) = clock(database).tick(datetime(2026, 12, 16, 10, 5, tzinfo=SHANGHAI), dry=True)
    assert (push.job, push.person) == ("focus", "p0-0")
    assert "P-1" in push.text
    assert SECRET not in push.text
    assert nudges(database) == []
