"""What an approval does: a goal takes new terms, or comes into being. Every version is kept."""

from __future__ import annotations

from datetime import date

from handlers import nudges, pace
from handlers.goal_titles import metric_of
from handlers.unit import Unit
from storage.tables import Goal, GoalVersion, Revision


def change(unit: Unit, goal: Goal, revision: Revision) -> None:
    """The goal takes the new terms; the old ones stay in its versions."""
    pace.settle(goal)
    goal.target = goal.target if revision.new_target is None else revision.new_target
    goal.weight = goal.weight if revision.new_weight is None else revision.new_weight
    goal.due = goal.due if revision.new_due is None else revision.new_due
    goal.version += 1
    pace.note_red(goal, unit.today)
    _keep_version(unit, goal, revision)
    nudges.recovered(unit, goal)


def create(unit: Unit, revision: Revision) -> None:
    """The goal that was asked for, as its first version. Its weight is 0: the others have theirs."""
    assert revision.new_target is not None
    assert revision.new_due is not None
    start = revision.start or 0.0
    goal = Goal(
        id=_free_id(unit, revision),
        owner=revision.requester,
        title=revision.title,
        metric=metric_of(revision.title),
        unit=revision.unit,
        start=start,
        current=start,
        target=revision.new_target,
        direction="down" if revision.new_target < start else "up",
        due=revision.new_due,
        cycle=cycle_of(revision.new_due, unit.today),
    )
    pace.note_red(goal, unit.today)
    unit.session.add(goal)
    unit.session.flush()
    revision.goal = goal.id
    _keep_version(unit, goal, revision)


def cycle_of(due: date, today: date) -> str:
    """The running quarter or year that the day lies in; of a later year its own quarter."""
    quarter = f"{due.year}Q{(due.month + 2) // 3}"
    running = pace.cycle_span(quarter)[0] <= today
    return quarter if running or due.year != today.year else str(due.year)


def _free_id(unit: Unit, revision: Revision) -> str:
    """The request's number, unless an import has used that id."""
    number = revision.id or 0
    while unit.session.get(Goal, f"NG-{number}") is not None:
        number += 1
    return f"NG-{number}"


def _keep_version(unit: Unit, goal: Goal, revision: Revision) -> None:
    unit.session.add(
        GoalVersion(
            goal=goal.id,
            version=goal.version,
            target=goal.target,
            weight=goal.weight,
            due=goal.due,
            at=unit.now,
            by=unit.actor.id,
            revision=revision.id,
        )
    )
    unit.session.flush()
