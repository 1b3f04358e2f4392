"""Any company, any calendar, any run of ticks: several clocks that overlap, jump and die, and people who answer.

Each step asks a dry tick first what is to be said, lets clocks die over it, then lets whole ones finish: in the end
exactly that was said, each once, at a kind time and not too much of it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from handlers import org, policy
from scheduler.tick import read_calendar
from storage.tables import Account, Delivery, Nudge, Person
from tests.rhythm.conftest import FRIDAY, goal, settle
from tests.rhythm.life import Life, told_by
from tests.rhythm.worlds import Company, Fuse, Shaky, Step, TroubleError, companies, deaths, empty, schedules

EXAMPLES = int(os.environ.get("MAIBO_TEST_EXAMPLES", "10"))
unhurried = settings(
    deadline=None,
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def clocks(database_url: str) -> Iterator[list[Shaky]]:
    opened = [Shaky(database_url) for _ in range(2)]
    yield opened
    for one in opened:
        one.close()


@unhurried
@given(companies, schedules)
def test_what_is_due_is_said_once_whoever_dies_and_never_unkindly(
    clocks: list[Shaky], company: Company, schedule: list[Step]
) -> None:
    empty(clocks[0])
    with clocks[0].write() as session:
        company.settle(session)
    life = Life(clocks, company.noon)
    for at, step in company.moments(schedule):
        wanted, told = life.step(at, step)
        assert told == wanted, f"at {at}"
    with clocks[0].read() as session:
        check(session, company)


@unhurried
@given(st.lists(deaths, min_size=1, max_size=4))
def test_trouble_with_the_database_delays_what_is_due_and_loses_none_of_it(
    clocks: list[Shaky], troubles: list[tuple[str, int]]
) -> None:
    """Unlike a death, an error is met by the code: the slot stays open and is looked at again."""
    empty(clocks[0])
    settle(clocks[0], 2, 3)
    with clocks[0].write() as session:
        policy.store(session, "", {"pushes_a_day": 9})  # what is delayed may need a card more
    life = Life(clocks, FRIDAY)
    wanted = life.wanted()
    for kind, place in troubles:
        clocks[0].fuse = Fuse(kind, place, TroubleError)
        with suppress(TroubleError):  # met where the tick itself, not a job, needs the database
            life.tick()
        life.at += timedelta(minutes=6)
    clocks[0].fuse = Fuse()
    life.tick()
    assert told_by(life.nudges()) == wanted
    with clocks[0].read() as session:
        each_in_one_card(session, life.nudges())


@dataclass(frozen=True)
class Worker:
    """Days are counted from that Friday; `updated` ago, None: never."""

    active: bool
    reachable: bool
    hired: int | None
    away: tuple[int, int] | None
    updated: int | None
    due: int

    def is_to_be_asked(self) -> bool:
        """Said in plain words, and by no code of ours: here on that Friday, with a goal that stands still."""
        works = self.active and self.reachable and (self.hired is None or self.hired <= 0)
        is_away = self.away is not None and self.away[0] <= 0 <= self.away[1]
        return works and not is_away and self.due >= 0 and (self.updated is None or self.updated >= 5)

    def settle(self, session: Session, name: str) -> None:
        friday = FRIDAY.date()
        person = Person(id=name, name=name, active=self.active, changed_at=FRIDAY)
        person.hired = friday + timedelta(days=self.hired) if self.hired is not None else None
        if self.away:
            person.away_from, person.away_until = (friday + timedelta(days=day) for day in self.away)
        session.add(person)
        session.flush()
        if self.reachable:
            session.add(Account(platform="wecom", id=name, person=name))
        made = goal(f"G-{name}", name, "2026Q4", friday + timedelta(days=self.due))
        made.updated_at = FRIDAY - timedelta(days=self.updated) if self.updated is not None else None
        session.add(made)


days = st.integers(-3, 3)
workers = st.builds(
    Worker,
    st.sampled_from([True, True, True, False]),
    st.sampled_from([True, True, True, False]),
    st.none() | days,
    st.none() | st.tuples(days, days).map(lambda span: (min(span), max(span))),
    st.none() | st.integers(3, 7),
    st.integers(-1, 40),
)


@unhurried
@given(st.lists(workers, min_size=1, max_size=12), st.lists(deaths, max_size=3))
def test_the_weeks_card_goes_to_exactly_those_whom_plain_rules_name(
    clocks: list[Shaky], people: list[Worker], killed: list[tuple[str, int]]
) -> None:
    """Not compared with a dry tick: what both forget would be lost unseen."""
    empty(clocks[0])
    with clocks[0].write() as session:
        for n, worker in enumerate(people):
            worker.settle(session, f"p{n}")
    life = Life(clocks, FRIDAY)
    for fuse in killed:
        life._run(clocks, fuse)
    life._run(clocks)
    asked = Counter(nudge.person for nudge in life.nudges() if nudge.kind == "checkin")
    assert asked == Counter(f"p{n}" for n, worker in enumerate(people) if worker.is_to_be_asked())


def check(session: Session, company: Company) -> None:
    said = session.exec(select(Nudge).order_by(col(Nudge.id))).all()
    twice = Counter((n.job, n.slot, n.person, n.kind, n.subject) for n in said)
    assert max(twice.values(), default=1) == 1
    each_in_one_card(session, said)
    at_a_kind_time(session, company, said)
    not_too_many(session, company, said)


def each_in_one_card(session: Session, said: Sequence[Nudge]) -> None:
    """A nudge without a card would be silence, a card without one a riddle."""
    sent = select(Delivery).where(Delivery.kind == "send", Delivery.topic != "")
    cards = Counter(d.person for d in session.exec(sent))
    assert cards == Counter(person for person, _ in {(n.person, n.topic) for n in said})


def minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def at_a_kind_time(session: Session, company: Company, said: Sequence[Nudge]) -> None:
    """On the person's own clock: no quiet hour, no day off, no leave."""
    calendar, policies = read_calendar(session), policy.read(session)
    for nudge in said:
        person = session.get_one(Person, nudge.person)
        rules, local = policies.of(person.department), company.local(nudge.at, person.id)
        quiet = (minutes(rules.quiet_until) - minutes(rules.quiet_from)) % 1440
        assert (minutes(f"{local:%H:%M}") - minutes(rules.quiet_from)) % 1440 >= quiet, (nudge, local)
        assert calendar.is_working(local.date()), (nudge, local)
        assert not org.is_away(person, local.date()), (nudge, local)


def not_too_many(session: Session, company: Company, said: Sequence[Nudge]) -> None:
    days: dict[tuple[str, date], set[str]] = {}
    for nudge in said:
        local = company.local(nudge.at, nudge.person)
        if nudge.kind != "approval":
            days.setdefault((nudge.person, local.date()), set()).add(nudge.topic)
    policies = policy.read(session)
    for (person, day), cards in days.items():
        most = policies.of(session.get_one(Person, person).department).pushes_a_day
        assert len(cards) <= most, (person, day, cards)
