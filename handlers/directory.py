"""The people and goals that a sentence may be about."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import func
from sqlmodel import Session, col, select

from handlers import pace, understanding
from handlers.checkins import known
from handlers.unit import Unit
from handlers.views import open_goals
from storage.tables import Person


class Directory:
    """Everybody, as the language sees them. Kept until somebody changes: thousands are slow to read each time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stamp: object = None
        self._people: tuple[understanding.Person, ...] = ()

    def people(self, session: Session) -> tuple[understanding.Person, ...]:
        stamp = session.exec(select(func.count(), func.max(Person.changed_at)).select_from(Person)).one()
        with self._lock:
            if stamp != self._stamp:
                rows = session.exec(select(Person).where(col(Person.active)).order_by(Person.id))
                self._people = tuple(
                    understanding.Person(
                        id=p.id, name=p.name, aliases=tuple(p.aliases), department=p.department, manager=p.manager
                    )
                    for p in rows
                )
                self._stamp = stamp
            return self._people


def context(unit: Unit, directory: Directory) -> understanding.Context:
    """What the speaker sees at this moment: the clock, everybody, their own goals."""
    goals = open_goals(unit.session, unit.actor.id, unit.today)
    begins, ends = pace.cycle_span(f"{unit.today.year}Q{(unit.today.month + 2) // 3}")
    return understanding.Context(
        now=unit.local(unit.now),
        cycle_start=begins,
        cycle_end=ends,
        speaker=unit.actor.id,
        people=directory.people(unit.session),
        goals=tuple(known(g) for g in goals),
    )


def warm_up() -> None:
    """Load what the language needs before the first person waits for it."""
    from handlers.sbi import read_feedback

    read_feedback("上周三的会上，你补充了三个案例")
    nobody = understanding.Person(id="-", name="张三")
    someday = datetime(2000, 1, 3, tzinfo=UTC)
    context = understanding.Context(someday, someday.date(), someday.date(), "-", (nobody,), ())
    understanding.understand("给张三反馈：八成", context)
