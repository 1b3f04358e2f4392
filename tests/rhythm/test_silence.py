"""Who hears of a silence where the nearest manager cannot be told, and when a silence began."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlmodel import Session, col, delete, select

from storage.database import Database
from storage.tables import Account, Feedback, Nudge, Person
from tests.rhythm.conftest import FRIDAY, SHANGHAI, THURSDAY, settle, ticker

DAY = THURSDAY.date()


def is_away(session: Session) -> None:
    session.get_one(Person, "m0").away_from = DAY


def has_left(session: Session) -> None:
    session.get_one(Person, "m0").active = False


def has_no_account(session: Session) -> None:
    session.connection().execute(delete(Account).where(col(Account.person) == "m0"))


def was_away(session: Session) -> None:
    manager = session.get_one(Person, "m0")
    manager.away_from, manager.away_until = date(2026, 11, 2), date(2026, 11, 18)


def told(database: Database) -> dict[str, tuple[str, str]]:
    """Who was told of whose silence, and since when it is."""
    ticker(database).tick(THURSDAY)
    with database.read() as session:
        rows = session.exec(select(Nudge).where(Nudge.kind == "silence")).all()
    return {row.subject: (row.person, row.period) for row in rows}


@pytest.mark.parametrize(
    ("change", "hears"), [(is_away, "chief"), (has_left, "chief"), (has_no_account, "chief"), (was_away, "m0")]
)
def test_the_nearest_manager_who_can_be_told_hears_of_it(
    change: Callable[[Session], None], hears: str, database: Database
) -> None:
    settle(database, 1, 2)
    with database.write() as session:
        change(session)
    assert told(database)["p0-1"] == (hears, "never")


def test_a_silence_begins_with_the_last_feedback_the_first_day_or_the_return(database: Database) -> None:
    settle(database, 1, 4)
    heard = datetime(2026, 9, 30, 23, 30, tzinfo=SHANGHAI)
    with database.write() as session:
        people = [session.get_one(Person, f"p0-{n}") for n in range(4)]
        for person in people:
            person.heard_at = heard
            session.add(Feedback(giver="m0", receiver=person.id, at=heard))
        people[1].hired = date(2026, 10, 9)
        people[2].away_from, people[2].away_until = date(2026, 9, 1), date(2026, 10, 11)
        people[3].away_from, people[3].away_until = date(2026, 12, 1), date(2026, 12, 31)
    since = {person: period for person, (_, period) in told(database).items() if person.startswith("p")}
    assert since == {"p0-0": "2026-09-30", "p0-1": "2026-10-09", "p0-2": "2026-10-12", "p0-3": "2026-09-30"}


def test_feedback_that_the_row_does_not_know_of_counts(database: Database) -> None:
    settle(database, 1, 2)
    with database.write() as session:
        session.add(Feedback(giver="m0", receiver="p0-0", at=datetime(2026, 11, 1, tzinfo=SHANGHAI)))
    assert "p0-0" not in told(database)


def test_nobody_is_due_before_their_first_day(database: Database) -> None:
    """Neither warned about nor reminded, and no manager yet."""
    settle(database, 1, 2)
    with database.write() as session:
        for person in ("p0-0", "m0"):
            session.get_one(Person, person).hired = date(2026, 12, 15)
    assert told(database) == {"p0-1": ("chief", "never")}
    assert {push.person for push in ticker(database).tick(FRIDAY) if push.kind == "checkin"} == {"chief", "p0-1"}
