"""How far goals come: published, understood, acted on, fed back, learnt from. What each means: docs/digest.md."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, ScalarSelect, and_, case, exists, extract, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from cards.digest import Cycle
from storage.tables import CheckIn, Feedback, Goal, GoalVersion, Person, Revision

WEEK, QUARTER = timedelta(days=7), timedelta(days=90)
DAY_SECONDS = 86400
AUTOMATIC = "csv:"


def cycle(session: Session, inside: ColumnElement[bool], at: datetime) -> Cycle:
    """How far the goals of a quarter came, each step the first such event after the step before."""
    published = _published(inside, at)
    steps = [published]
    for name, first in (("understood", _said), ("acted", _moved), ("heard", _told), ("learnt", _said)):
        before = steps[-1]
        last = list(before.c)[-1]
        steps.append(select(*before.c, first(before.c, last, at).label(name)).cte(name))
    row = steps[-1].c
    took = func.avg(seconds(row.learnt) - seconds(row.published))
    reached = [func.count(row[name]) for name in ("published", "understood", "acted", "heard", "learnt")]
    *counts, mean = session.connection().execute(select(*reached, took)).one()
    return Cycle(tuple(counts), None if mean is None else float(mean) / DAY_SECONDS)


def _published(inside: ColumnElement[bool], at: datetime) -> CTE:
    """Goals agreed in the quarter before, but for the last week. Who entered values before that was told elsewhere."""
    version, older = aliased(GoalVersion), aliased(CheckIn)
    known_before = exists().where(col(older.goal) == col(Goal.id), col(older.at) < col(version.at))
    goals: Any = (
        select(col(Goal.id).label("goal"), col(Goal.owner).label("owner"), col(version.at).label("published"))
        .join(version, and_(col(version.goal) == col(Goal.id), col(version.version) == 1))
        .join(Person, and_(col(Person.id) == col(Goal.owner), col(Goal.owner_kind) == "person"))
        .where(col(version.at) > at - QUARTER, col(version.at) <= at - WEEK, inside, ~known_before)
    )
    published: CTE = goals.cte("published_goals")
    return published


def _said(goal: Any, after: Any, at: datetime) -> ColumnElement[datetime]:
    """The owner entered a value by hand, or asked for a change, whichever came first."""
    entered = _first(
        CheckIn.at, after, at, CheckIn.goal == goal.goal, CheckIn.person == goal.owner, standing(), ~automatic()
    )
    asked = _first(Revision.at, after, at, Revision.goal == goal.goal, Revision.requester == goal.owner)
    return case((entered.is_(None), asked), (asked.is_(None), entered), (entered <= asked, entered), else_=asked)


def _moved(goal: Any, after: Any, at: datetime) -> ColumnElement[datetime]:
    """The value moved, by hand or from a data source; also with the very entry that showed it was understood."""
    moved = (CheckIn.goal == goal.goal, col(CheckIn.value) != col(CheckIn.previous), standing())
    return _first(CheckIn.at, after, at, *moved, or_equal=True)


def _told(goal: Any, after: Any, at: datetime) -> ColumnElement[datetime]:
    """Somebody gave the owner feedback."""
    return _first(Feedback.at, after, at, Feedback.receiver == goal.owner, Feedback.state == "given")


def _first(moment: Any, after: Any, at: datetime, *which: Any, or_equal: bool = False) -> ScalarSelect[Any]:
    later = col(moment) >= after if or_equal else col(moment) > after
    return select(func.min(col(moment))).where(later, col(moment) <= at, *which).scalar_subquery()


def standing() -> ColumnElement[bool]:
    return col(CheckIn.undone_at).is_(None)


def automatic() -> ColumnElement[bool]:
    return col(CheckIn.source).startswith(AUTOMATIC)


def seconds(moment: Any) -> ColumnElement[Any]:
    return extract("epoch", moment)
