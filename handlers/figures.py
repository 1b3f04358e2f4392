"""The figures of HR's digest as of a moment, of everybody or of some departments. What each means: docs/digest.md.

Counted by the database: a company may have ten thousand people, and the clock waits for the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from cards.digest import Cycle, Numbers
from handlers.cycle import automatic, cycles, seconds, standing
from storage.tables import CheckIn, Feedback, FeedbackVersion, GrowthView, HelpRequest, Nudge, Person

MONTH, WEEK = timedelta(days=30), timedelta(days=7)
HOUR_SECONDS = 3600

Departments = Sequence[str]


def inside(departments: Departments, person: Any = Person) -> ColumnElement[bool]:
    """People who work here, of these departments; of all where none is named."""
    return and_(col(person.active).is_(True), within(departments, col(person.department)))


def within(departments: Departments, path: Any) -> ColumnElement[bool]:
    """A department's path is one of these, or inside one; any where none is named."""
    paths = [or_(path == each, path.startswith(f"{each}/", autoescape=True)) for each in departments]
    return or_(*paths) if paths else true()


def measure(session: Session, departments: Departments, at: datetime, period: timedelta) -> tuple[Numbers, Numbers]:
    """Now, and a period (a day or a week) earlier."""
    ends, here = (at, at - period), inside(departments)
    ways = cycles(session, here, ends)
    now, before = (_numbers(Here(session, here, end), period, way) for end, way in zip(ends, ways, strict=True))
    return now, before


def _numbers(here: Here, period: timedelta, way: Cycle) -> Numbers:
    by_machine, measured = here.measured()
    quality, scored = here.quality()
    across, together = here.across()
    return Numbers(
        people=here.people(),
        took_part=here.took_part(period),
        entries=measured - by_machine + here.given(),
        automatic=by_machine,
        measured=measured,
        covered=here.covered(),
        quality=quality,
        scored=scored,
        across=across,
        together=together,
        views=here.views(),
        response=here.response(),
        cycle=way,
    )


def least_heard(session: Session, departments: Departments, at: datetime) -> tuple[str, int, int] | None:
    """The department with most people who heard nothing this month, and how many of how many did: where to begin."""
    heard = func.count(case((col(Person.heard_at) > at - MONTH, 1)))
    everybody = func.count()
    unheard = everybody - heard
    rows = (
        select(Person.department, heard, everybody)
        .where(inside(departments))
        .group_by(Person.department)
        .order_by(unheard.desc(), everybody, col(Person.department))
    )
    return session.exec(rows.limit(1)).first()


@dataclass(frozen=True, slots=True)
class Here:
    """People whom `inside` lets in, seen from `at`. Feedback and help belong to who received or asked for it."""

    session: Session
    inside: ColumnElement[bool]
    at: datetime

    def _within(self, moment: Any, length: timedelta) -> ColumnElement[bool]:
        return and_(col(moment) > self.at - length, col(moment) <= self.at, self.inside)

    def people(self) -> int:
        return self.session.exec(select(func.count()).select_from(Person).where(self.inside)).one()

    def took_part(self, period: timedelta) -> int:
        """Who entered a value by hand."""
        who = select(func.count(func.distinct(col(CheckIn.person)))).join(Person, col(Person.id) == col(CheckIn.person))
        return self.session.exec(who.where(self._within(CheckIn.at, period), standing(), ~automatic())).one()

    def given(self) -> int:
        """Feedback that these people gave this month."""
        gave = select(func.count()).select_from(Feedback).join(Person, col(Person.id) == col(Feedback.giver))
        return self.session.exec(gave.where(self._within(Feedback.at, MONTH), Feedback.state == "given")).one()

    def measured(self) -> tuple[int, int]:
        """Values that came from a data source this month, and all."""
        counted = select(func.count(case((automatic(), 1))), func.count()).select_from(CheckIn)
        counted = counted.join(Person, col(Person.id) == col(CheckIn.person))
        by_machine, whole = self.session.exec(counted.where(self._within(CheckIn.at, MONTH), standing())).one()
        return by_machine, whole

    def covered(self) -> int:
        """People who received feedback this month."""
        who = select(func.count(func.distinct(col(Feedback.receiver))))
        who = who.join(Person, col(Person.id) == col(Feedback.receiver))
        return self.session.exec(who.where(self._within(Feedback.at, MONTH), Feedback.state == "given")).one()

    def quality(self) -> tuple[float | None, int]:
        """The mean score of this month's feedback as it reads now, and how many there are."""
        newest = and_(
            col(FeedbackVersion.feedback) == col(Feedback.id), col(FeedbackVersion.version) == col(Feedback.version)
        )
        scored = select(func.avg(col(FeedbackVersion.score)), func.count()).select_from(Feedback)
        scored = scored.join(FeedbackVersion, newest).join(Person, col(Person.id) == col(Feedback.receiver))
        wanted = scored.where(self._within(Feedback.at, MONTH), Feedback.state == "given")
        mean, count = self.session.exec(wanted).one()
        return (None if mean is None else float(mean)), count

    def across(self) -> tuple[int, int]:
        """Feedback received and help promised this month: between two departments, and all."""
        feedback = self._between(Feedback, Feedback.receiver, Feedback.giver, Feedback.state == "given")
        promised = self._between(
            HelpRequest, HelpRequest.requester, HelpRequest.helper, HelpRequest.state == "accepted"
        )
        return feedback[0] + promised[0], feedback[1] + promised[1]

    def _between(self, table: Any, mine: Any, theirs: Any, which: Any) -> tuple[int, int]:
        other = aliased(Person)
        differ = func.count(case((col(Person.department) != col(other.department), 1)))
        pairs = select(differ, func.count()).select_from(table).join(Person, col(Person.id) == col(mine))
        pairs = pairs.join(other, col(other.id) == col(theirs)).where(self._within(table.at, MONTH), which)
        different, whole = self.session.exec(pairs).one()
        return different, whole

    def views(self) -> int:
        """How often these people opened a growth map this week."""
        opened = select(func.count()).select_from(GrowthView).join(Person, col(Person.id) == col(GrowthView.person))
        return self.session.exec(opened.where(self._within(GrowthView.at, WEEK))).one()

    def response(self) -> float | None:
        """Hours from the warning of a red goal to its manager's first response, on average of this month."""
        took = select(func.avg(seconds(Nudge.answered_at) - seconds(Nudge.at)))
        took = took.join(Person, col(Person.id) == col(Nudge.person))
        mean = self.session.exec(took.where(Nudge.kind == "red", self._within(Nudge.answered_at, MONTH))).one()
        return None if mean is None else float(mean) / HOUR_SECONDS
