"""Living through a generated schedule: clocks that tick, overlap and die, and people who answer in between."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from handlers import answers, checkins, nudges
from handlers.commands import Snooze
from handlers.unit import Unit
from scheduler.saying import Push
from scheduler.tick import Ticker
from storage.tables import Feedback, Goal, Nudge, Person
from tests.rhythm.conftest import ticker
from tests.rhythm.worlds import Fuse, Killed, Shaky, Step

NEVER = ("", 0)
FEW_AT_A_TIME = 2  # people a transaction, so that there is something between two of them

Told = Counter[tuple[str, str, str, str, str]]


def told_by(pushes: Sequence[Push] | Sequence[Nudge]) -> Told:
    """A digest's text apart: it tells of what the same tick has just passed on."""
    return Counter((p.job, p.slot, p.person, p.kind, p.text if p.kind != "digest" else "") for p in pushes)


@dataclass
class Life:
    """`clocks`: what each looks at; the rows are the same."""

    clocks: Sequence[Shaky]
    at: datetime

    def step(self, at: datetime, step: Step) -> tuple[Told, Told]:
        """What a dry tick says is to be told, and what has been told when all is over."""
        self.at = at
        before, wanted = self.nudges(), self.wanted()
        for fuse in step.killed:
            self._run(self.clocks[: step.clocks], fuse)
        self._run(self.clocks[: step.clocks])
        told = told_by(self.nudges()) - told_by(before)
        for what, who in step.answers:
            self._answer(what, who)
        return wanted, told

    def wanted(self) -> Told:
        return told_by(self._ticker(self.clocks[0]).tick(self.at, dry=True))

    def tick(self) -> None:
        self._ticker(self.clocks[0]).tick(self.at)

    def nudges(self) -> list[Nudge]:
        with self.clocks[0].read() as session:
            return list(session.exec(select(Nudge).order_by(col(Nudge.id))))

    def _run(self, clocks: Sequence[Shaky], fuse: tuple[str, int] = NEVER) -> None:
        """All at the same moment, each dying where the fuse says."""
        threads = [threading.Thread(target=self._tick, args=(one, Fuse(*fuse))) for one in clocks[1:]]
        for thread in threads:
            thread.start()
        self._tick(clocks[0], Fuse(*fuse))
        for thread in threads:
            thread.join()

    def _tick(self, clock: Shaky, fuse: Fuse) -> None:
        clock.fuse = fuse
        with suppress(Killed):
            self._ticker(clock).tick(self.at)
        clock.fuse = Fuse()

    @staticmethod
    def _ticker(clock: Shaky) -> Ticker:
        return Ticker(clock, ticker(clock).core, batch=FEW_AT_A_TIME)

    def _answer(self, what: str, who: str) -> None:
        clock = self.clocks[0]
        with clock.write() as session:
            person = session.get_one(Person, who)
            ANSWERS[what](self._ticker(clock)._unit(session, person, self.at))


def _give(unit: Unit) -> None:
    """Their manager gives them feedback."""
    receiver = unit.actor
    unit.actor = unit.session.get_one(Person, receiver.manager)
    unit.session.add(Feedback(giver=unit.actor.id, receiver=receiver.id, at=unit.now))
    nudges.heard(unit, receiver)


def _update(unit: Unit) -> None:
    checkins.record(unit, unit.session.get_one(Goal, f"G-{unit.actor.id}"), 55)


def _put_off(unit: Unit) -> None:
    wanted = select(Nudge).where(Nudge.person == unit.actor.id, Nudge.kind == "silence", Nudge.state == "open")
    found = unit.session.exec(wanted.order_by(col(Nudge.id))).first()
    if found is not None:
        answers.snooze(Snooze(nudge=found.id or 0, reason="出差"), unit)


ANSWERS = {"feedback": _give, "update": _update, "snooze": _put_off}
