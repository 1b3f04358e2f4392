"""How far goals come: published, understood, acted on, fed back, learnt from. What each means: docs/digest.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, exists, extract, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from cards.digest import Cycle
from storage.tables import CheckIn, Feedback, Goal, GoalVersion, Person, Revision

WEEK, QUARTER = timedelta(days=7), timedelta(days=90)
DAY_SECONDS = 86400
STEPS = 5
AUTOMATIC = "csv:"


def cycles(session: Session, inside: ColumnElement[bool], ends: Sequence[datetime]) -> list[Cycle]:
    """How far the goals of a quarter had come at each of these moments, newest first.

    A step is the first such event after the step before; so whoever knows all of them knows how it stood earlier.
    """
    at = ends[0]
    goals = _published(inside, ends[-1] - QUARTER, at)
    goals = _with(goals, entered=_entered(goals.c, goals.c.published, at), asked=_asked(goals.c, goals.c.published, at))
    goals = _with(goals, understood=_earlier(goals.c.entered, goals.c.asked))
    goals = _with(goals, acted=_moved(goals.c, at))
    goals = _with(goals, heard=_told(goals.c, at))
    goals = _with(goals, again=_entered(goals.c, goals.c.heard, at), anew=_asked(goals.c, goals.c.heard, at))
    row = _with(goals, learnt=_earlier(goals.c.again, goals.c.anew)).c
    columns = [column for end in ends for column in _counts(row, end)]
    found = list(session.connection().execute(select(*columns)).one())
    of_each = [found[n : n + STEPS + 1] for n in range(0, len(found), STEPS + 1)]
    return [Cycle(tuple(counts), None if mean is None else float(mean) / DAY_SECONDS) for *counts, mean in of_each]


def _counts(row: Any, end: datetime) -> list[ColumnElement[Any]]:
    """Of the goals of the quarter before: how many had come to each step, and the seconds of the whole way."""
    counted = and_(row.published > end - QUARTER, row.published <= end - WEEK)
    steps = (row.published, row.understood, row.acted, row.heard, row.learnt)
    took = case((and_(counted, row.learnt <= end), seconds(row.learnt) - seconds(row.published)))
    return [*(func.count(case((and_(counted, step <= end), 1))) for step in steps), func.avg(took)]


def _with(goals: CTE, **more: ColumnElement[Any]) -> CTE:
    """Computed once: a database that puts each step into the next would look ever more often."""
    rows = select(*goals.c, *(column.label(name) for name, column in more.items()))
    return rows.cte("_".join(more)).prefix_with("MATERIALIZED")


def _published(inside: ColumnElement[bool], since: datetime, at: datetime) -> CTE:
    """Goals agreed since then. Who entered values before a goal was agreed here was told of it elsewhere."""
    version, older = aliased(GoalVersion), aliased(CheckIn)
    known_before = exists().where(col(older.goal) == col(Goal.id), col(older.at) < col(version.at))
    goals: Any = (
        select(col(Goal.id).label("goal"), col(Goal.owner).label("owner"), col(version.at).label("published"))
        .join(version, and_(col(version.goal) == col(Goal.id), col(version.version) == 1))
        .join(Person, and_(col(Person.id) == col(Goal.owner), col(Goal.owner_kind) == "person"))
        .where(col(version.at) > since, col(version.at) <= at, inside, ~known_before)
    )
    published: CTE = goals.cte("published_goals").prefix_with("MATERIALIZED")
    return published


def _entered(goal: Any, after: Any, at: datetime) -> ColumnElement[Any]:
    """The owner entered a value by hand."""
    own = (CheckIn.goal == goal.goal, CheckIn.person == goal.owner, standing(), ~automatic())
    return _first(CheckIn.at, after, at, *own)


def _asked(goal: Any, after: Any, at: datetime) -> ColumnElement[Any]:
    """The owner asked for a change."""
    own = (Revision.goal == goal.goal, Revision.requester == goal.owner)
    return _first(Revision.at, after, at, *own)


def _earlier(one: Any, other: Any) -> ColumnElement[Any]:
    return case((one.is_(None), other), (other < one, other), else_=one)


def _moved(goal: Any, at: datetime) -> ColumnElement[Any]:
    """The value moved, by hand or from a data source; also with the very entry that showed it was understood."""
    moved = (CheckIn.goal == goal.goal, col(CheckIn.value) != col(CheckIn.previous), standing())
    return _first(CheckIn.at, goal.understood, at, *moved, or_equal=True)


def _told(goal: Any, at: datetime) -> ColumnElement[Any]:
    """Somebody gave the owner feedback."""
    given = (Feedback.receiver == goal.owner, Feedback.state == "given")
    return _first(Feedback.at, goal.acted, at, *given)


def _first(moment: Any, after: Any, at: datetime, *which: Any, or_equal: bool = False) -> ColumnElement[Any]:
    # Coalesced, so that the few rows of this goal or person are read, and not all moments in their order.
    when = func.coalesce(col(moment), col(moment))
    later = when >= after if or_equal else when > after
    return select(func.min(when)).where(later, when <= at, *which).scalar_subquery()


def standing() -> ColumnElement[bool]:
    return col(CheckIn.undone_at).is_(None)


def automatic() -> ColumnElement[bool]:
    return col(CheckIn.source).startswith(AUTOMATIC)


def seconds(moment: Any) -> ColumnElement[Any]:
    return extract("epoch", moment)
