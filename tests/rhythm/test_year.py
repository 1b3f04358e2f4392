"""A year of a small company, day by day: nobody over the cap, managers not flooded, the rhythm as it should be."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from handlers import pace
from scheduler.calendar import chinese
from scheduler.tick import Ticker
from storage.database import Database
from storage.tables import Account, Feedback, Goal, Nudge, Person, Revision
from tests.rhythm.conftest import SHANGHAI, goal, settle, ticker

BEGINS, DAYS = date(2026, 1, 1), 365
HOURS = (9, 10, 16)
TEAMS, EACH = 2, 5
ASKED, WITHDRAWN = 3, 20  # days of a month
QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")


def live_a_day(database: Database, day: date) -> None:
    """Team 0 updates on Thursdays, at pace, and its manager gives a feedback to two of five in turn; team 1 sleeps.

    On the 3rd of a month somebody of team 1 asks for a change; it is withdrawn on the 20th, undecided.
    """
    ask_or_withdraw(database, day)
    if day.weekday() != 3:
        return
    now = datetime(day.year, day.month, day.day, 14, tzinfo=SHANGHAI)
    with database.write() as session:
        for mine in session.exec(select(Goal).where(col(Goal.owner).startswith("p0"))):
            if pace.is_open(mine, day) and day <= mine.due:
                pace.settle(mine)
                mine.current, mine.updated_at = 100 * pace.elapsed(mine, day), now
                pace.note_red(mine, day)
        for turn in (0, 2):
            heard = session.get_one(Person, f"p0-{(day.isocalendar().week + turn) % EACH}")
            heard.heard_at, heard.silence = now, 0
            session.add(Feedback(giver="m0", receiver=heard.id, at=now))


def ask_or_withdraw(database: Database, day: date) -> None:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
    who: dict[str, Any] = {"requester": "p1-0", "approver": "m1", "approvers": ["m1"]}
    old: dict[str, Any] = {"old_target": 100, "old_weight": 0, "old_due": day, "new_target": 90}
    with database.write() as session:
        if day.day == ASKED:
            session.add(
                Revision(goal=f"{QUARTERS[(day.month - 1) // 3]}-p1-0", based_on=1, reason="x", at=at, **who, **old)
            )
        if day.day == WITHDRAWN:
            for revision in session.exec(select(Revision).where(Revision.state == "pending")):
                revision.state = "withdrawn"


def live(database: Database, clock: Ticker) -> None:
    for n in range(DAYS):
        day = BEGINS + timedelta(days=n)
        for hour in HOURS:
            clock.tick(datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI))
        live_a_day(database, day)


@pytest.mark.timeout(400)
def test_a_year_of_a_small_company(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    settle(database, TEAMS, EACH)
    with database.write() as session:
        session.add(Person(id="hr", name="hr", roles=["hr"], changed_at=datetime(2025, 12, 1, tzinfo=SHANGHAI)))
        session.flush()
        session.add(Account(platform="wecom", id="hr", person="hr"))
        for one in session.exec(select(Goal)):
            session.delete(one)
        owners = [f"p{team}-{n}" for team in range(TEAMS) for n in range(EACH)]
        for cycle in QUARTERS:
            session.add_all(goal(f"{cycle}-{owner}", owner, cycle, pace.cycle_span(cycle)[1]) for owner in owners)
    live(database, ticker(database))
    with database.read() as session:
        nudges = session.exec(select(Nudge)).all()
    database.close()
    cards = {(n.person, n.at.astimezone(SHANGHAI).date(), n.topic) for n in nudges}
    per_day = Counter((person, day) for person, day, _ in cards)
    per_year = Counter(person for person, _, _ in cards)
    kinds = Counter((n.person, n.kind) for n in nudges)
    assert max(per_day.values()) <= 2
    assert all(chinese().is_working(day) for _, day, _ in cards)
    check(kinds, per_year)


def check(kinds: Counter[tuple[str, str]], per_year: Counter[str]) -> None:
    weeks = sum(chinese().check_in_day(BEGINS + timedelta(weeks=n)) is not None for n in range(52))
    assert kinds["p0-0", "checkin"] <= 6  # up to date every week, but for weeks without a Thursday at work
    assert weeks - 8 <= kinds["p1-0", "checkin"] <= weeks + 1
    assert kinds["p1-0", "retro"] in range(22, 28)
    assert kinds["p1-0", "monthly"] == 8
    assert kinds["p1-0", "quarterly"] == 4
    assert kinds["m1", "silence"] == EACH  # each of the five once: nobody is reminded of the same silence for ever
    assert kinds["m0", "silence"] <= 8
    assert kinds["chief", "silence"] <= EACH * 2 + TEAMS
    assert kinds["m1", "red"] == EACH * len(QUARTERS)
    assert kinds["m0", "red"] == 0
    working = sum(chinese().is_working(BEGINS + timedelta(days=n)) for n in range(DAYS))
    assert kinds["hr", "digest"] == working
    # Who sleeps hears of each quarter's goal: no update, behind, due. Who is up to date hears that it is due.
    assert [kinds["p1-0", kind] for kind in ("stale", "behind", "due")] == [4, 4, 4]
    assert [kinds["p0-0", kind] for kind in ("stale", "behind", "due")] == [0, 0, 4]
    assert [kinds[who, "approval"] for who in ("m1", "chief", "m0")] == [12, 12, 0]
    assert [kinds[who, "monthly_feedback"] for who in ("m1", "chief", "m0")] == [12, 12, 0]
    assert [kinds[who, "monthly_talk"] for who in ("m1", "chief", "m0")] == [12, 12, 12]
    assert max(count for person, count in per_year.items() if person != "hr") < 100
    assert per_year["hr"] == working
