"""A period on one screen, from data: how the goals moved from its first day to its last, and what else happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from cards import home, questions
from handlers import pace
from handlers.colleagues import asked_about
from handlers.commands import ShowSnapshot
from handlers.permissions import may, to_feedback, to_goals_of
from handlers.unit import Refusal, Unit
from storage.tables import CheckIn, Feedback, Goal, GoalVersion, Person


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment up to, not including, another."""

    begins: datetime
    ends: datetime


def show(command: ShowSnapshot, unit: Unit) -> None:
    """Goals as far as the asker may see them; of feedback only how much there was."""
    who = asked_about(unit, command)
    if who is None:
        return
    period = command.period or f"{unit.today.year}Q{(unit.today.month + 2) // 3}"
    span = _span(unit, period)
    mine = unit.session.exec(select(Goal).where(Goal.owner == who.id).order_by(col(Goal.weight).desc(), col(Goal.id)))
    if not may("goal.see", to_goals_of(unit.session, unit.actor, who)):
        raise Refusal("refuse.see.goal", name=who.name)
    seen = [g for g in mine if _runs_in(g, period)]
    if not seen:
        unit.reply(home.say(unit.words, "snapshot.none", "goals", name=who.name, period=period))
        return
    moved = [
        (g.metric or g.title, _value(unit.session, g, span.begins), _value(unit.session, g, span.ends), g.unit)
        for g in seen
    ]
    events = [event for g in seen for event in _changes(unit, g, span)]
    counts = (len(list(_checkins(unit.session, seen, span))), _feedback(unit, who, span))
    unit.reply(
        questions.snapshot(unit.words, who.name, period, moved, counts, sorted(events, reverse=True), unit.today)
    )


def _span(unit: Unit, period: str) -> Span:
    """On the asker's clock. Refusal for what is no period."""
    try:
        first, last = pace.cycle_span(period)
    except ValueError:
        raise Refusal("ask.date") from None
    zone = unit.local(unit.now).tzinfo
    return Span(datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone))


def _runs_in(goal: Goal, period: str) -> bool:
    (begins, ends), (first, last) = pace.cycle_span(goal.cycle), pace.cycle_span(period)
    return begins <= last and first <= ends


def _value(session: Session, goal: Goal, before: datetime) -> float:
    """What the goal showed just before a moment: by the check-ins that count, else where it began."""
    known = select(CheckIn).where(CheckIn.goal == goal.id, col(CheckIn.undone_at).is_(None)).order_by(col(CheckIn.id))
    rows = session.exec(known).all()
    earlier = [row for row in rows if row.at < before]
    if earlier:
        return earlier[-1].value
    return rows[0].previous if rows else goal.current


def _checkins(session: Session, goals: list[Goal], span: Span) -> Iterator[CheckIn]:
    wanted = select(CheckIn).where(col(CheckIn.goal).in_([g.id for g in goals]), col(CheckIn.undone_at).is_(None))
    yield from session.exec(wanted.where(col(CheckIn.at) >= span.begins, col(CheckIn.at) < span.ends))


def _changes(unit: Unit, goal: Goal, span: Span) -> Iterator[tuple[date, str]]:
    agreed = select(GoalVersion).where(GoalVersion.goal == goal.id, col(GoalVersion.version) > 1)
    for version in unit.session.exec(agreed.where(col(GoalVersion.at) >= span.begins, col(GoalVersion.at) < span.ends)):
        told = questions.agreed(unit.words, goal.metric or goal.title, version.target, goal.unit)
        yield unit.local(version.at).date(), told


def _feedback(unit: Unit, who: Person, span: Span) -> int:
    """How many the asker may know of."""
    received = select(Feedback).where(Feedback.receiver == who.id, Feedback.state == "given")
    rows = unit.session.exec(received.where(col(Feedback.at) >= span.begins, col(Feedback.at) < span.ends))
    return sum(may("feedback.count", to_feedback(unit.actor, row)) for row in rows)
