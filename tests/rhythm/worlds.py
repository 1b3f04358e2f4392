"""Generated companies and the schedules they live through, for `test_schedules`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import Session, SQLModel

from handlers import policy
from storage.database import Database
from storage.tables import Account, CalendarDay, Feedback, Person, Revision
from tests.rhythm.conftest import goal

ZONES = ("", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu")
BOSSES = {"chief": None, "m0": "chief", "m1": "chief", "p0": "m0", "p1": "m0", "p2": "m1", "p3": "m1"}
OWNERS = [name for name in BOSSES if name != "chief"]
# Clocks are put forward or back in some of the zones within two weeks of these; months and quarters end there too.
BEGINS = (date(2026, 3, 5), date(2026, 3, 25), date(2026, 9, 28), date(2026, 10, 22))
SPAN = 16  # days


@dataclass(frozen=True)
class Someone:
    """`zone`: which of the company's two."""

    zone: int
    hired: int | None
    away: tuple[int, int] | None
    reachable: bool
    heard: int | None
    updated: int
    value: int


@dataclass(frozen=True)
class Step:
    """A tick so many hours later (or earlier), by so many clocks at once.

    `killed`: where those die that try it before: at a `statement`, at the one that writes a `card`, `before` cards are
    committed or `after`; and at which one of them.
    """

    hours: float
    clocks: int
    killed: list[tuple[str, int]]
    answers: list[tuple[str, str]]


@dataclass(frozen=True)
class Company:
    begins: date
    zones: tuple[str, str]
    people: Mapping[str, Someone]
    rules: Mapping[str, Mapping[str, Any]]
    days: Mapping[int, str]
    asked: int

    def day(self, number: int) -> date:
        return self.begins + timedelta(days=number)

    @property
    def noon(self) -> datetime:
        return datetime.combine(self.begins, time(12), UTC)

    def moments(self, schedule: Sequence[Step]) -> Iterator[tuple[datetime, Step]]:
        at = datetime.combine(self.begins, time(9, 5), ZoneInfo(self.zones[0] or "Asia/Shanghai")).astimezone(UTC)
        for step in schedule:
            yield at, step
            at += timedelta(hours=step.hours)

    def local(self, at: datetime, person: str) -> datetime:
        return at.astimezone(ZoneInfo(self.zones[self.people[person].zone] or "Asia/Shanghai"))

    def settle(self, session: Session) -> None:
        for name, one in self.people.items():
            session.add(self._person(name, one))
        session.flush()
        session.add_all(Account(platform="wecom", id=i, person=i) for i, one in self.people.items() if one.reachable)
        session.add_all(self._goal(name, self.people[name]) for name in OWNERS)
        session.add_all(CalendarDay(day=self.day(number), kind=kind) for number, kind in self.days.items())
        session.flush()
        heard = ((name, one.heard) for name, one in self.people.items() if one.heard is not None)
        session.add_all(Feedback(giver="x", receiver=name, at=self.noon - timedelta(days=days)) for name, days in heard)
        session.add(self._revision())
        for department, settings in self.rules.items():
            policy.store(session, department, settings)

    def _person(self, id: str, one: Someone) -> Person:
        person = Person(id=id, name=id, department=department(id), manager=BOSSES[id], changed_at=self.noon)
        person.timezone, person.roles = self.zones[one.zone], ["hr"] if id == "chief" else []
        person.hired = self.day(-one.hired) if one.hired is not None else None
        if one.away is not None:
            person.away_from, person.away_until = self.day(one.away[0]), self.day(sum(one.away))
        return person

    def _goal(self, owner: str, one: Someone) -> Any:
        quarter = (self.begins.month + 2) // 3
        made = goal(
            f"G-{owner}", owner, f"2026Q{quarter}", self.day(SPAN // 2) if one.value % 2 else self.day(SPAN * 3)
        )
        made.current, made.updated_at = one.value, self.noon - timedelta(days=one.updated)
        return made

    def _revision(self) -> Revision:
        old: dict[str, Any] = {"old_target": 100, "old_weight": 0, "old_due": self.begins, "new_target": 90}
        at = self.noon - timedelta(hours=self.asked)
        who: dict[str, Any] = {"requester": "p0", "approver": "m0", "approvers": ["m0"]}
        return Revision(goal="G-p0", based_on=1, reason="x", at=at, **who, **old)


def department(person: str) -> str:
    return {"0": "总部/东", "1": "总部/东", "2": "总部/西", "3": "总部/西"}.get(person[-1], "总部")


minutes = st.sampled_from([0, 5, 30])
at_work = st.builds("{:02}:{:02}".format, st.integers(8, 18), minutes)
at_night = st.builds("{:02}:{:02}".format, st.integers(18, 34).map(lambda hour: hour % 24), minutes)
rules = st.fixed_dictionaries(
    {"pushes_a_day": st.sampled_from([1, 2]), "morning_at": at_work},
    optional={
        "quiet_from": at_night,
        "quiet_until": at_night,
        "check_in_at": at_work,
        "silence_days": st.integers(2, 20),
        "escalate_days": st.integers(1, 5),
        "snooze_days": st.integers(1, 3),
        "red_days": st.integers(1, 14),
        "on": st.sampled_from([True] * 5 + [False]),
    },
)
someones = st.builds(
    Someone,
    st.integers(0, 1),
    st.sampled_from([None, None, -3, 1, 15, 40]),
    st.none() | st.tuples(st.integers(-5, SPAN), st.integers(0, 8)),
    st.sampled_from([True] * 7 + [False]),
    st.sampled_from([None, 1, 8, 18, 29, 40]),
    st.integers(0, 30),
    st.integers(0, 100),
)
companies = st.builds(
    Company,
    st.sampled_from(BEGINS),
    st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES)),
    st.fixed_dictionaries(dict.fromkeys(BOSSES, someones)),
    st.fixed_dictionaries({"": rules}, optional={"总部/东": rules}),
    st.dictionaries(st.integers(0, SPAN), st.sampled_from(["off", "work", "own"]), max_size=4),
    st.integers(0, 100),
)
deaths = st.tuples(st.just("statement"), st.integers(1, 150)) | st.tuples(
    st.sampled_from(["after", "card", "before"]), st.integers(1, 4)
)
said = st.tuples(st.sampled_from(["feedback", "update", "snooze"]), st.sampled_from(OWNERS))
plain = st.builds(Step, st.sampled_from([2, 3, 4, 7, 15, 24]), st.just(1), st.just([]), st.just([]))
eventful = st.builds(
    Step,
    st.sampled_from([3, 0.1, 5, 48, -4, -20]),
    st.integers(1, 2),
    st.lists(deaths, max_size=2),
    st.lists(said, max_size=2),
)
schedules = st.lists(plain | eventful, min_size=12, max_size=16)


class Killed(BaseException):
    """Nothing in the code under test catches this: whoever meets it is as good as dead."""


class TroubleError(Exception):
    """The database does not do what it is asked, for once."""


@dataclass
class Fuse:
    """Blows at the n-th passage of a kind, see `Step`."""

    kind: str = ""
    left: int = 0
    error: type[BaseException] = Killed

    def passed(self, kind: str) -> None:
        if kind == self.kind and self.left:
            self.left -= 1
            if self.left == 0:
                raise self.error


@dataclass
class Shaky(Database):
    """A database that dies under its user where the fuse says; what is not committed is rolled back for real."""

    address: str
    fuse: Fuse = field(default_factory=Fuse)
    cards: int = 0

    def __post_init__(self) -> None:
        super().__init__(self.address)
        event.listen(self.engine, "before_cursor_execute", self._passing)

    @contextmanager
    def write(self) -> Iterator[Session]:
        self.cards = 0
        with super().write() as session:
            yield session
            session.flush()
            self._passed("before")
        self._passed("after")

    def _passing(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.fuse.passed("statement")
        if statement.startswith("INSERT INTO deliveries"):
            self.cards += 1
            self.fuse.passed("card")

    def _passed(self, kind: str) -> None:
        if self.cards:
            self.fuse.passed(kind)


def empty(database: Database) -> None:
    """So that one database serves all examples."""
    with database.write() as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name != "audit_head":
                session.connection().execute(table.delete())
