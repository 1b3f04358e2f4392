"""Each push once: many clocks at the same time, killed anywhere, jumping; and a dry tick says what a real one sends."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import func, select

from cards.views import GoalView
from handlers import nudges, policy, views
from handlers.unit import Unit
from scheduler import saying
from scheduler.saying import Push
from storage.database import Database
from storage.tables import Account, Delivery, Goal, Nudge, Person, Revision, Slot
from tests.forks import FORKS
from tests.rhythm.clock import tick_on
from tests.rhythm.conftest import FRIDAY, THURSDAY, goal, settle, ticker

LONG_AGO = THURSDAY - timedelta(days=9)
KILLS = int(os.environ.get("MAIBO_TEST_KILLS", "50"))


def said(database: Database) -> Counter[tuple[str, str, str]]:
    with database.read() as session:
        return Counter((n.kind, n.person, n.text) for n in session.exec(select(Nudge)))


def wished(pushes: list[Push]) -> Counter[tuple[str, str, str]]:
    return Counter((p.kind, p.person, p.text) for p in pushes)


def cards(database: Database) -> Counter[str | None]:
    with database.read() as session:
        return Counter(d.person for d in session.exec(select(Delivery).where(Delivery.kind == "send")))


def expected_cards(pushes: list[Push]) -> Counter[str | None]:
    """One card a person for everything, and one for warnings that ask for a choice."""
    return Counter(person for person, _ in {(push.person, push.kind == "red") for push in pushes})


def test_a_dry_tick_says_what_a_real_one_sends_and_changes_nothing(database: Database) -> None:
    settle(database, 2, 4)
    dry = ticker(database).tick(FRIDAY, dry=True)
    with database.read() as session:
        assert [session.exec(select(table)).all() for table in (Nudge, Slot, Delivery)] == [[], [], []]
    assert dry
    assert ticker(database).tick(FRIDAY) == dry


def test_five_clocks_at_once_say_it_once(postgres: Database) -> None:
    settle(postgres, 4, 10)
    dry = ticker(postgres).tick(FRIDAY, dry=True)
    expected = wished(dry)
    clocks = [threading.Thread(target=ticker(postgres).tick, args=(FRIDAY,)) for _ in range(5)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert said(postgres) == expected
    assert cards(postgres) == expected_cards(dry)


@pytest.mark.timeout(300)
def test_clock_processes_killed_at_random_say_it_once(postgres: Database) -> None:
    """Five processes at a time; whenever one of them has said something, one is killed."""
    settle(postgres, 6, 25)
    dry = ticker(postgres).tick(FRIDAY, dry=True)
    chance = random.Random(7)  # noqa: S311 - no secret
    clocks = [started(postgres) for _ in range(5)]
    progress = 0
    for _ in range(KILLS):
        progress = more_than(postgres, progress)
        time.sleep(chance.uniform(0.0, 0.02))
        victim = clocks.pop(chance.randrange(len(clocks)))
        victim.kill()
        victim.join()
        clocks.append(started(postgres))
    assert progress < sum(wished(dry).values()), "there was nothing left to die over"
    for clock in clocks:
        clock.join(60)
    assert [clock.exitcode for clock in clocks] == [0] * 5
    assert said(postgres) == wished(dry)
    assert cards(postgres) == expected_cards(dry)


def more_than(database: Database, known: int) -> int:
    """How much has been said, as soon as it is more than that."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with database.read() as session:
            count = session.exec(select(func.count()).select_from(Nudge)).one()
        if count > known:
            return count
        time.sleep(0.005)
    raise AssertionError(f"nothing was said after {known}")


def started(database: Database) -> ForkServerProcess:
    """From a server that has imported everything: a process lives long enough to die at work."""
    process = FORKS.Process(target=tick_on, args=(database.url, FRIDAY.isoformat()))
    process.start()
    return process


def test_a_clock_that_jumps_back_and_forth_repeats_nothing(database: Database) -> None:
    settle(database, 1, 3)
    for hours in (0, 5, -3, 2, 60, 1):
        ticker(database).tick(FRIDAY + timedelta(hours=hours))
    with database.read() as session:
        weekly = Counter(n.person for n in session.exec(select(Nudge).where(Nudge.kind == "checkin")))
    assert set(weekly.values()) == {1}


def test_a_missed_slot_is_caught_up_inside_its_window_and_not_after(database: Database) -> None:
    settle(database, 1, 2)
    late = datetime.fromisoformat("2026-11-23T09:30:00+08:00")
    assert "checkin" in {p.kind for p in ticker(database).tick(late, dry=True)}
    too_late = datetime.fromisoformat("2026-11-24T09:30:00+08:00")
    assert "checkin" not in {p.kind for p in ticker(database).tick(too_late, dry=True)}


def test_nothing_is_said_in_quiet_hours_or_on_a_day_off(database: Database) -> None:
    settle(database, 1, 2)
    for text in ("2026-11-20T21:00:00+08:00", "2026-11-21T10:00:00+08:00", "2026-11-23T07:00:00+08:00"):
        assert ticker(database).tick(datetime.fromisoformat(text)) == []
    assert ticker(database).tick(datetime.fromisoformat("2026-11-23T09:00:00+08:00"))


def test_what_the_clock_says_is_kept_for_the_morning_if_it_is_late(database: Database) -> None:
    """Also its pictures: a digest has one."""
    settle(database, 1, 2)
    with database.write() as session:
        session.get_one(Person, "chief").roles = ["hr"]
        policy.store(session, "", {"digest_when_empty": "line"})
        session.add(
            Nudge(
                job="red", slot="s", person="m0", kind="red", subject="G-2", period="2026-11-01", text="", at=LONG_AGO
            )
        )
    ticker(database).tick(THURSDAY)
    with database.read() as session:
        rows = session.exec(select(Delivery)).all()
    assert {row.kind for row in rows} == {"send", "picture"}
    assert all(row.unasked for row in rows)


def test_a_bad_row_stops_nobody_else_and_is_tried_again(database: Database) -> None:
    settle(database, 1, 3)
    with database.write() as session:
        session.get_one(Goal, "G-2").cycle = "nonsense"
    pushed = {p.person for p in ticker(database).tick(FRIDAY) if p.kind == "checkin"}
    assert "p0-1" in pushed
    with database.write() as session:
        slot = session.exec(select(Slot).where(Slot.job == "checkin")).one()
        assert (slot.state, slot.error) == ("open", "G-2: ValueError")
        session.get_one(Goal, "G-2").cycle = "2026Q4"
    later = ticker(database).tick(FRIDAY + timedelta(minutes=6))
    assert [p.person for p in later if p.kind == "checkin"] == ["p0-0"]


def test_a_bad_goal_does_not_silence_its_owners_other_matters(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found can still break when its card is made."""
    settle(database, 1, 1)
    with database.write() as session:
        for name, days in (("G-7", 1), ("G-8", 2), ("G-9", 2)):
            session.add(goal(name, "p0-0", "2026Q4", THURSDAY.date() + timedelta(days=days)))
    make = views.goal_view

    def broken(one: Goal, unit: Unit) -> GoalView:
        if one.id == "G-8":
            raise ValueError(one.id)
        return make(one, unit)

    monkeypatch.setattr(nudges, "goal_view", broken)
    told = [p for p in ticker(database).tick(THURSDAY) if p.person == "p0-0"]
    assert len(told) == 2
    assert cards(database)["p0-0"] == 1
    with database.read() as session:
        slot = session.exec(select(Slot).where(Slot.job == "progress")).one()
    assert (slot.state, slot.error) == ("open", "p0-0: ValueError")
    monkeypatch.undo()
    again = [p for p in ticker(database).tick(THURSDAY + timedelta(minutes=6)) if p.person == "p0-0"]
    assert ["G-8" in push.text for push in again] == [True]


def test_what_the_database_refuses_is_loud_and_tried_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every refusal says that somebody else was faster."""
    settle(database, 1, 1)
    once = [IntegrityError("INSERT INTO deliveries", {}, Exception("no such person"))]

    def refuse(*arguments: Any) -> None:
        if once and saying_table(arguments) == "deliveries":
            raise once[0]
        insert(*arguments)

    insert = saying._insert
    monkeypatch.setattr(saying, "_insert", refuse)
    assert ticker(database).tick(FRIDAY) == []
    with database.read() as session:
        slot = session.exec(select(Slot).where(Slot.job == "checkin")).one()
        assert (slot.state, slot.error.partition(": ")[2]) == ("open", "IntegrityError")
    once.clear()
    assert {p.person for p in ticker(database).tick(FRIDAY + timedelta(minutes=6))} >= {"p0-0", "m0", "chief"}


def saying_table(arguments: tuple[Any, ...]) -> str:
    return str(arguments[1].__tablename__)


def test_nobody_gets_more_than_the_cap(database: Database) -> None:
    settle(database, 1, 3)
    for hour in range(9, 20):
        ticker(database).tick(THURSDAY.replace(hour=hour))
        ticker(database).tick(FRIDAY.replace(hour=hour))
    with database.read() as session:
        days = Counter((n.person, n.at.date(), n.topic) for n in session.exec(select(Nudge)))
    per_day = Counter((person, day) for person, day, _ in days)
    assert max(per_day.values()) <= 2


def test_what_a_clock_said_before_it_jumped_back_counts_for_the_day(database: Database) -> None:
    settle(database, 1, 1)
    with database.write() as session:
        policy.store(session, "", {"pushes_a_day": "1"})
        session.get_one(Goal, "G-2").due = FRIDAY.date() + timedelta(days=1)
    evening = FRIDAY + timedelta(hours=3)
    assert "checkin" in {p.kind for p in ticker(database).tick(evening) if p.person == "p0-0"}
    assert [p for p in ticker(database).tick(FRIDAY - timedelta(hours=5)) if p.person == "p0-0"] == []


def test_nobody_is_told_while_they_are_away_even_by_a_slot_of_before(database: Database) -> None:
    settle(database, 1, 2)
    monday = FRIDAY + timedelta(days=2, hours=17, minutes=30)
    with database.write() as session:
        session.get_one(Person, "p0-0").away_from = monday.date()
    assert {p.person for p in ticker(database).tick(monday) if p.kind == "checkin"} == {"chief", "m0", "p0-1"}


def test_a_request_that_was_passed_on_is_not_brought_back_to_the_first(database: Database) -> None:
    settle(database, 1, 1)
    asked, late = THURSDAY - timedelta(days=3), THURSDAY + timedelta(days=1)
    with database.write() as session:
        old: dict[str, Any] = {"old_target": 100, "old_weight": 0, "old_due": FRIDAY.date(), "new_target": 90}
        who: dict[str, Any] = {"requester": "p0-0", "approver": "m0", "approvers": ["m0"]}
        session.add(Revision(goal="G-2", based_on=1, reason="x", at=asked, **who, **old))
    told = [ticker(database).tick(late + timedelta(hours=n)) for n in range(3)]
    assert [[p.person for p in pushes if p.kind == "approval"] for pushes in told] == [["chief"], [], []]


@pytest.mark.parametrize("passed_on", [False, True])
def test_a_request_whose_approver_has_left_is_passed_on_at_once(database: Database, passed_on: bool) -> None:
    settle(database, 1, 1)
    with database.write() as session:
        for person in ("top", "hr"):
            session.add(Person(id=person, name=person, roles=[person], changed_at=THURSDAY))
        session.flush()
        session.add_all(Account(platform="wecom", id=person, person=person) for person in ("top", "hr"))
        session.get_one(Person, "chief").manager = "top"
        approvers = ["m0", "chief"] if passed_on else ["m0"]
        session.get_one(Person, approvers[-1]).active = False
        old: dict[str, Any] = {"old_target": 100, "old_weight": 0, "old_due": FRIDAY.date(), "new_target": 90}
        who: dict[str, Any] = {"requester": "p0-0", "approver": approvers[-1], "approvers": approvers}
        session.add(Revision(goal="G-2", based_on=1, reason="x", at=THURSDAY - timedelta(hours=21), **who, **old))
    told = [ticker(database).tick(THURSDAY + timedelta(hours=n)) for n in range(3)]
    heir = "top" if passed_on else "chief"
    assert [[p.person for p in pushes if p.kind == "approval"] for pushes in told] == [[heir], [], []]
    with database.read() as session:
        assert session.exec(select(Revision.approver)).one() == heir


def test_a_pilot_group_alone_is_told(database: Database) -> None:
    settle(database, 2, 2)
    with database.write() as session:
        policy.store(session, "", {"on": "false"})
        policy.store(session, "总部/m1", {"on": "true"})
    told = {p.person for p in ticker(database).tick(FRIDAY) if p.kind == "checkin"}
    assert told == {"p1-0", "p1-1"}


def test_a_department_has_its_own_hour(database: Database) -> None:
    settle(database, 2, 2)
    with database.write() as session:
        policy.store(session, "总部/m1", {"check_in_at": "14:30"})
    told = []
    for hours in (-2, -1.5, 0, 1):
        pushes = ticker(database).tick(FRIDAY + timedelta(hours=hours))
        told.append({(p.person, p.slot[11:16]) for p in pushes if p.kind == "checkin" and p.person.startswith("p")})
    assert told == [set(), {("p1-0", "14:30"), ("p1-1", "14:30")}, {("p0-0", "16:00"), ("p0-1", "16:00")}, set()]


def test_a_zone_across_the_world_has_its_own_friday(database: Database) -> None:
    settle(database, 1, 1, zone="America/New_York")
    assert ticker(database).tick(FRIDAY) == []
    pushed = ticker(database).tick(datetime.fromisoformat("2026-11-20T16:00:00-05:00"))
    assert {p.slot for p in pushed if p.kind == "checkin"} == {"2026-11-20T16:00-05:00"}


def test_leave_does_not_count_as_silence(database: Database) -> None:
    settle(database, 1, 2)
    with database.write() as session:
        away = session.get_one(Person, "p0-0")
        away.away_from, away.away_until = datetime(2026, 10, 1).date(), datetime(2026, 11, 10).date()  # noqa: DTZ001 - days
        session.get_one(Person, "p0-1").hired = datetime(2026, 11, 1).date()  # noqa: DTZ001 - a day
    with database.read() as session:
        names = {p.name for p in session.exec(select(Person))}
    texts = " ".join(p.text for p in ticker(database).tick(THURSDAY) if p.kind == "silence")
    assert {"p0-0", "p0-1"} <= names
    assert "p0-" not in texts
    assert "m0" in texts
