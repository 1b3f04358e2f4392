"""Whose focus point falls due, and whose is over without a word: its person hears twice, who set it once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from scheduler.look import Look, Need, at_work, here
from storage.tables import FocusPoint, Person

SOON, LATE = 2, 3  # working days before and after the day
LONG_AGO = timedelta(days=21)  # who was not told of one that is over for so long is not told any more


def focus(look: Look) -> Iterator[Need]:
    last = look.calendar.reach(look.today, SOON)
    due = _open(look, FocusPoint.person, col(FocusPoint.due).between(look.today, last))
    yield from look.each(due, lambda row: _due(look, *row), _name)
    over = col(FocusPoint.due).between(look.today - LONG_AGO, look.today - timedelta(days=LATE))
    # Who set it for themself has heard twice.
    late = _open(look, FocusPoint.by, over, col(FocusPoint.by) != col(FocusPoint.person))
    yield from look.each(late, lambda row: _late(look, *row), _name)


def _open(look: Look, whom: str, *which: ColumnElement[bool]) -> Sequence[tuple[FocusPoint, Person]]:
    """Open ones of people who work here, with who is to be told."""
    whose = aliased(Person)
    wanted = (
        select(FocusPoint, Person)
        .join(Person, col(Person.id) == whom)
        .join(whose, col(whose.id) == col(FocusPoint.person))
        .where(FocusPoint.state == "open", *which, here(look), col(whose.active))
    )
    return look.session.exec(wanted.order_by(col(FocusPoint.id))).all()


def _name(row: tuple[FocusPoint, Person]) -> str:
    return f"P-{row[0].id}"


def _due(look: Look, point: FocusPoint, person: Person) -> Need | None:
    """Where the day itself is free, the last working day before it is the one."""
    stage = "last" if point.due <= look.calendar.reach(look.today, 0) else "soon"
    need = Need(person.id, "focus", f"P-{point.id}", point.due.isoformat(), stage)
    return need if at_work(look, person) else None


def _late(look: Look, point: FocusPoint, setter: Person) -> Need | None:
    days_after = look.calendar.after(datetime.combine(point.due, time(), look.local), LATE)
    is_late = days_after.date() <= look.today and at_work(look, setter)
    return Need(setter.id, "focus_late", f"P-{point.id}", point.due.isoformat()) if is_late else None
