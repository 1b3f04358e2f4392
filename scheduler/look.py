"""What a finder is given and gives back, and what finders share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from handlers import org
from handlers.policy import Policies, Policy
from scheduler.calendar import Calendar
from storage.tables import Nudge, Person

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """What a finder sees: the slot (local), the moment, the rules. `zone`: the people's, as in their rows.

    `over`: nudges whose matter is over, and how: the tick closes their cards.
    """

    session: Session
    at: datetime
    slot: datetime
    zone: str
    policies: Policies
    calendar: Calendar
    troubles: list[str] = field(default_factory=list)
    over: list[tuple[Nudge, str]] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.slot.date()

    @property
    def local(self) -> ZoneInfo:
        zone = self.slot.tzinfo
        assert isinstance(zone, ZoneInfo)
        return zone

    def policy(self, person: Person) -> Policy:
        return self.policies.of(person.department)

    def each(self, rows: Iterable[T], make: Callable[[T], Need | None], name: Callable[[T], str]) -> Iterator[Need]:
        for row in rows:
            try:
                need = make(row)
            except Exception as error:  # noqa: BLE001 - one bad row must not stop the others
                self.troubles.append(f"{name(row)}: {type(error).__name__}")
                continue
            if need is not None:
                yield need


class Need(NamedTuple):
    """Somebody (`person`) is to be told something. `then` is done with it, in the same transaction."""

    person: str
    kind: str
    subject: str
    period: str
    stage: str = ""
    due_at: datetime | None = None
    then: Callable[[Session, Need], None] | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.kind, self.subject, self.period, self.stage


Finder = Callable[[Look], Iterable[Need]]


def here(look: Look) -> ColumnElement[bool]:
    """In this zone, and not gone."""
    return in_zone(look) & col(Person.active)


def in_zone(look: Look) -> ColumnElement[bool]:
    """SQLite does not know that nearly everybody is in one, and must not choose that index."""
    blind = look.session.get_bind().dialect.name == "sqlite"
    zone = col(Person.timezone).concat("") if blind else col(Person.timezone)
    return zone == look.zone


def at_work(look: Look, person: Person) -> bool:
    return look.policy(person).on and not org.is_away(person, look.today)


def different(column: Mapped[T], *which: ColumnElement[bool]) -> Select[tuple[T]]:
    """The values of an index's first column, each once: by steps from one to the next, past the rows between."""
    steps = select(func.min(column).label("value")).where(*which).cte(recursive=True)
    following = select(func.min(column)).where(column > steps.c.value, *which).scalar_subquery()
    steps = steps.union_all(select(following).where(steps.c.value.is_not(None)))
    return select(steps.c.value).where(steps.c.value.is_not(None))


def first_reachable(look: Look, people: Iterable[Person], without: Sequence[str] = ()) -> Person | None:
    """The nearest who is at work, has an account and whose department is on."""
    return next(
        (
            p
            for p in people
            if p.id not in without and p.active and at_work(look, p) and org.address(look.session, p.id) is not None
        ),
        None,
    )
