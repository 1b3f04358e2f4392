"""A tick: every job whose slot has come and is not done, each push once, whoever else ticks at the same time.

First the finders name who is due. Then, person by person and under a lock on that person, what was not said yet and
may be said now becomes one card: its nudges (unique rows) and its delivery stand or fall together. A dry tick stops
before writing; all before that is the same code.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from handlers import nudges, org, policy
from handlers.dispatch import Core
from handlers.events import Opened
from handlers.policy import Policies
from handlers.quiet import is_quiet
from handlers.unit import Unit
from scheduler import jobs
from scheduler.batch import Batch
from scheduler.calendar import WEEKENDS, Calendar, chinese
from scheduler.jobs import Job
from scheduler.look import Look, different
from scheduler.saying import Push, Round, Wish, by_card, said_about, say, without_repeats
from storage.database import Database
from storage.tables import CalendarDay, Person, Slot

BATCH = 25  # people a transaction
RETRY = timedelta(minutes=5)  # a slot in trouble is looked at again

Key = tuple[str, str, str]  # a slot's: job, zone, nominal time

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Outcome:
    """What a tick did; slots that are not finished, and why."""

    pushes: list[Push] = field(default_factory=list)
    waiting: set[Key] = field(default_factory=set)
    errors: dict[Key, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ticker:
    """`after` is called when there may be deliveries to send; `counted` with a job and what became of it."""

    database: Database
    core: Core
    after: Callable[[], None] = lambda: None
    counted: Callable[[str, str, int], None] = lambda _job, _result, _count: None
    jobs: Sequence[Job] = jobs.JOBS
    batch: int = BATCH

    def tick(self, at: datetime, *, dry: bool = False) -> list[Push]:
        """Everything that is due by then. `dry`: only say what would be sent."""
        with self.database.read() as session:
            policies, calendar = policy.read(session), read_calendar(session)
            due = self._due(session, policies, calendar, at)
        outcome = Outcome()
        if not due:
            return []
        wishes = self._find(due, policies, calendar, at, outcome, dry=dry)
        mine: dict[str, list[Wish]] = {}
        for wish in wishes:
            if is_early(wish, at, policies.company.spread_minutes):
                continue  # until then every tick finds it anew, and looks no further
            mine.setdefault(wish.need.person, []).append(wish)
        people, now = list(mine), Round(policies, calendar, at, dry)
        for n in range(0, len(people), self.batch):
            few = sorted(people[n : n + self.batch])  # one order for all, so that nobody waits in a circle
            self._push({person: mine[person] for person in few}, now, outcome)
        if not dry:
            self._finish(due, at, outcome)
        return outcome.pushes

    def _transaction(self, *, dry: bool) -> AbstractContextManager[Session]:
        return self.database.read() if dry else self.database.write()

    def _due(
        self, session: Session, policies: Policies, calendar: Calendar, at: datetime
    ) -> list[tuple[Job, str, datetime]]:
        """Slots that are inside their window and not done, oldest first."""
        found = []
        for name in zones(session):
            zone = self._zone(name)
            if zone is None:
                continue
            for job in self.jobs:
                found += [(job, name, slot) for slot in jobs.slots(job, calendar, policies, zone, at)]
        oldest = min((slot for _, _, slot in found), default=at)
        rows = session.exec(select(Slot).where(col(Slot.due_at) >= oldest)).all()
        settled = {(r.job, r.zone, r.slot) for r in rows if r.state == "done" or r.due_at > at}
        return [one for one in found if _key(*one) not in settled]

    def _zone(self, name: str) -> ZoneInfo | None:
        try:
            return ZoneInfo(name) if name else self.core.zone
        except (KeyError, ValueError, OSError):
            log.error("no such time zone: the people in it are told nothing", extra={"zone": name})  # noqa: TRY400 - enough
            self.counted("zones", "error", 1)
            return None

    def _find(
        self,
        due: Sequence[tuple[Job, str, datetime]],
        policies: Policies,
        calendar: Calendar,
        at: datetime,
        outcome: Outcome,
        *,
        dry: bool,
    ) -> list[Wish]:
        wishes: list[Wish] = []
        for job, zone, slot in due:
            key = _key(job, zone, slot)
            try:
                with self._transaction(dry=dry) as session:
                    look = Look(session, at, slot, zone, policies, calendar)
                    wishes += [Wish(job, slot, zone, need) for need in job.find(look)]
                    if not dry:
                        self._let_go(look)
            except Exception as error:  # noqa: BLE001 - one bad job must not stop the others
                look_troubles = [type(error).__name__]
            else:
                look_troubles = look.troubles
            if look_troubles:
                outcome.errors[key] = "; ".join(look_troubles)[:300]
                told = {"job": job.name, "slot": key[2], "errors": look_troubles[:5]}
                log.error("job in trouble", extra=told)
                self.counted(job.name, "error", len(look_troubles))
        return wishes

    def _let_go(self, look: Look) -> None:
        for nudge, why in look.over:
            holder = look.session.get_one(Person, nudge.person)
            nudges.let_go(self._unit(look.session, holder, look.at), nudge.id or 0, why)

    def _push(self, wishes: Mapping[str, Sequence[Wish]], now: Round, outcome: Outcome) -> None:
        """A small batch in one transaction; where that breaks, in parts, so that one does not stop the others."""
        try:
            told, waiting = self._told(wishes, now)
        except Exception as error:  # noqa: BLE001 - see above
            parts = self._parts(wishes, now)
            for part in parts:
                self._push(part, now, outcome)
            if not parts:
                self._broken(next(iter(wishes.values()))[0], error, now, outcome)
            return
        outcome.pushes += told
        outcome.waiting |= waiting
        self._count(told)

    def _told(self, wishes: Mapping[str, Sequence[Wish]], now: Round) -> tuple[list[Push], set[Key]]:
        """What was said, and the slots of what may not be said yet."""
        waiting: set[Key] = set()
        with self._transaction(dry=now.dry) as session:
            batch = Batch.load(session, wishes, now)
            cards = [card for person in wishes for card in self._cards(session, person, now, waiting, batch)]
            return say(session, cards, now), waiting

    def _parts(self, wishes: Mapping[str, Sequence[Wish]], now: Round) -> list[dict[str, list[Wish]]]:
        """Of a batch each person; of a person what can be said, on one card as ever, and each of the others alone."""
        if len(wishes) > 1:
            return [{person: list(mine)} for person, mine in wishes.items()]
        ((person, mine),) = wishes.items()
        if len(mine) == 1:
            return []
        good = [wish for wish in mine if self._can_be_said(wish, now)]
        bad = [wish for wish in mine if wish not in good]
        if not bad:  # it broke in the writing
            good, bad = [], good
        return [{person: part} for part in (good, *([wish] for wish in bad)) if part]

    def _can_be_said(self, wish: Wish, now: Round) -> bool:
        try:
            self._told({wish.need.person: [wish]}, replace(now, dry=True))
        except Exception:  # noqa: BLE001 - it is told when the wish is tried alone
            return False
        return True

    def _broken(self, wish: Wish, error: Exception, now: Round, outcome: Outcome) -> None:
        """It is tried again. Where another clock said it at the same moment, the next look finds that, and is done."""
        key = _key(wish.job, wish.zone, wish.slot)
        if isinstance(error, IntegrityError) and self._is_said(wish, dry=now.dry):
            outcome.waiting.add(key)
            return
        outcome.errors[key] = f"{wish.need.person}: {type(error).__name__}"
        self.counted(wish.job.name, "error", 1)
        told = {"job": wish.job.name, "person": wish.need.person, "error": type(error).__name__}
        log.error("push in trouble", extra=told)

    def _is_said(self, wish: Wish, *, dry: bool) -> bool:
        with self._transaction(dry=dry) as session:
            return wish.need.key in said_about(session, [wish])

    def _count(self, told: Sequence[Push]) -> None:
        for job, count in Counter(push.job for push in told).items():
            self.counted(job, "pushed", count)

    def _cards(
        self, session: Session, id: str, now: Round, waiting: set[Key], batch: Batch
    ) -> list[tuple[Unit, list[Wish]]]:
        """What one person is told now: one card for all of it, each approval on its own."""
        person = batch.people[id]
        rules = now.policies.of(person.department)
        # Repeats go before what was said: a second clock must come to the same end.
        mine = without_repeats([w for w in batch.wishes[id] if jobs.is_for(w.job, rules, w.slot)])
        open_ones = [wish for wish in mine if wish.need.key not in batch.said]
        if not open_ones or not person.active or not rules.on or org.address(session, id) is None:
            return []
        unit = self._unit(session, person, now.at)
        room = rules.pushes_a_day - _pushes_today(unit, batch, self.jobs)
        ready = [wish for wish in open_ones if _may(unit, wish, now, room)]
        waiting |= {_key(w.job, w.zone, w.slot) for w in open_ones if w not in ready}
        cards_of = [[wish] for wish in ready if wish.job.apart]
        cards_of += by_card([wish for wish in ready if not wish.job.apart], room)
        return [(unit, together) for together in cards_of]

    def _unit(self, session: Session, person: Person, at: datetime) -> Unit:
        """A unit in which nobody acts: `actor` is who is told."""
        core = self.core
        event = Opened(key="tick", account="", at=at)
        vaults = (core.vault, core.private)
        return Unit(session, at, *vaults, core.audit_key, core.zone, "", toasts=False, event=event, actor=person)

    def _finish(self, due: Sequence[tuple[Job, str, datetime]], at: datetime, outcome: Outcome) -> None:
        """Slots that need no other look. The others have no row, or one that says what went wrong."""
        with self.database.write() as session:
            for job, zone, slot in due:
                key = _key(job, zone, slot)
                error = outcome.errors.get(key, "")
                again = bool(error) or key in outcome.waiting
                if error or slot <= at:
                    _mark(session, key, "open" if again else "done", error, at + RETRY if again else slot)
        if outcome.pushes:
            self.after()


def read_calendar(session: Session) -> Calendar:
    """The built-in days with what was loaded."""
    base = WEEKENDS if policy.read(session).company.holidays == "weekends" else chinese()
    return base.with_days((row.day, row.kind) for row in session.exec(select(CalendarDay)))


def zones(session: Session) -> list[str]:
    """The zones people are in; the empty one is the company's."""
    return list(session.scalars(different(col(Person.timezone))))


def spread(person: str, minutes: int) -> timedelta:
    """How long before the nominal time somebody's pushes go out: always the same for one person."""
    number = int.from_bytes(hashlib.blake2s(person.encode(), digest_size=4).digest(), "big")
    return timedelta(seconds=number % (minutes * 60 + 1))


def is_early(wish: Wish, at: datetime, minutes: int) -> bool:
    return at < wish.slot - spread(wish.need.person, minutes)


def _key(job: Job, zone: str, slot: datetime) -> Key:
    return job.name, zone, slot.isoformat(timespec="minutes")


def _mark(session: Session, key: Key, state: str, error: str, due_at: datetime) -> None:
    """Several clocks may do so at once: the row is the same, so whoever is second changes nothing."""
    row = session.get(Slot, key)
    if row is None:
        row = Slot(job=key[0], zone=key[1], slot=key[2], due_at=due_at)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            row = session.get_one(Slot, key)
    row.state, row.error, row.due_at = state, error, due_at


def _may(unit: Unit, wish: Wish, now: Round, room: int) -> bool:
    """Whether it may be said now: it is no quiet hour, no day off or leave, and not too much."""
    person, rules = unit.actor, now.policies.of(unit.actor.department)
    local = unit.local(now.at)
    quiet = is_quiet(local, time.fromisoformat(rules.quiet_from), time.fromisoformat(rules.quiet_until))
    at_work = now.calendar.is_working(local.date()) and not org.is_away(person, local.date())
    if quiet or not at_work:
        return False
    return wish.job.apart or room > 0


def _pushes_today(unit: Unit, batch: Batch, all_jobs: Sequence[Job]) -> int:
    """Cards this person got today on their own clock; approvals apart."""
    today = unit.local(unit.now).date()
    apart = {job.name for job in all_jobs if job.apart}
    mine = batch.lately.get(unit.actor.id, ())
    return len({row.topic for row in mine if unit.local(row.at).date() == today and row.job not in apart})
