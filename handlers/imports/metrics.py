"""`maibo import metrics`: points of a metric become check-ins of every goal that watches it.

A point is known by its metric, time and source: the same one again changes nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from handlers import pace
from handlers.imports.intake import Intake, Outcome, refusals
from handlers.imports.rows import Row, read_rows
from storage.audit import Change
from storage.tables import CheckIn, Goal

METRIC_COLUMNS = ("metric", "at", "value", "source")
REQUIRED = ("metric", "at", "value")


@dataclass(frozen=True, slots=True)
class Point:
    """The goal's metric was `value` at `at`."""

    goal: Goal
    at: datetime
    value: float
    source: str
    note: str = ""


def import_metrics(intake: Intake, content: bytes) -> Outcome:
    """Counts points, not lines: a metric may be watched by several goals. Raises UnreadableFileError."""
    rows = read_rows(content, METRIC_COLUMNS, REQUIRED, ())
    watching = _watching(intake.session, {row.text("metric") for row in rows})
    points = [(row, point) for row in rows for point in _points(row, intake, watching)]
    known = _known(intake.session, {goal.id for goals in watching.values() for goal in goals})
    new = _new(points, known)
    refused = refusals(rows)
    if refused:
        return Outcome(refused=refused)
    record(intake, new)
    return Outcome(added=len(new), unchanged=len(points) - len(new))


def record(intake: Intake, points: Iterable[Point]) -> None:
    """Write check-ins; a goal shows the newest. Each is in the audit log."""
    ordered = sorted(points, key=lambda point: point.at)
    past = _past(intake.session, {point.goal.id for point in ordered})
    rows = [_check_in(point, past.setdefault(point.goal.id, [])) for point in ordered]
    if not rows:
        return
    insertion = insert(CheckIn).returning(col(CheckIn.id), sort_by_parameter_order=True)
    ids = intake.session.connection().execute(insertion, rows).scalars()
    intake.audit(
        Change(
            "checkin",
            row["goal"],
            {"value": row["previous"]},
            {"value": row["value"], "checkin": number, "source": row["source"]},
        )
        for number, row in zip(ids, rows, strict=True)
    )


def _watching(session: Session, metrics: set[str]) -> dict[str, list[Goal]]:
    found: dict[str, list[Goal]] = {}
    for goal in session.exec(select(Goal).where(col(Goal.metric).in_(metrics - {""})).order_by(Goal.id)):
        found.setdefault(goal.metric, []).append(goal)
    return found


def _points(row: Row, intake: Intake, watching: Mapping[str, Sequence[Goal]]) -> list[Point]:
    metric, at, value = row.required("metric"), row.moment("at", intake.zone), row.number("value")
    row.required("value")
    if at is None:
        return []
    day = at.astimezone(intake.zone).date()
    goals = [goal for goal in watching.get(metric, ()) if pace.is_open(goal, day)]
    if metric and not goals:
        row.refuse(f"no goal open on {day} has the metric {metric!r}")
    return [Point(goal, at, value, f"csv:{row.text('source')}") for goal in goals]


def _known(session: Session, goals: set[str]) -> dict[tuple[str, datetime, str], float]:
    found = session.exec(
        select(CheckIn.goal, CheckIn.at, CheckIn.source, CheckIn.value).where(
            col(CheckIn.goal).in_(goals), col(CheckIn.source).startswith("csv:")
        )
    )
    return {(goal, at, source): value for goal, at, source, value in found}


def _new(points: Iterable[tuple[Row, Point]], known: dict[tuple[str, datetime, str], float]) -> list[Point]:
    """The points that are not known; one that contradicts what is known is refused."""
    new = []
    for row, point in points:
        key = (point.goal.id, point.at, point.source)
        if key not in known:
            known[key] = point.value
            new.append(point)
        elif known[key] != point.value:
            row.refuse(f"this point is known already, with the value {known[key]:g}")
    return new


def _past(session: Session, goals: set[str]) -> dict[str, list[tuple[datetime, float]]]:
    """Goal → its times and values, oldest first."""
    found: dict[str, list[tuple[datetime, float]]] = {}
    standing = select(CheckIn.goal, CheckIn.at, CheckIn.value).where(col(CheckIn.undone_at).is_(None))
    for goal, at, value in session.exec(standing.where(col(CheckIn.goal).in_(goals))):
        found.setdefault(goal, []).append((at, value))
    for values in found.values():
        values.sort()
    return found


def _check_in(point: Point, past: list[tuple[datetime, float]]) -> dict[str, Any]:
    """The row, with what the goal showed at that time; the goal follows if nothing newer is there."""
    goal = point.goal
    place = bisect_right(past, point.at, key=lambda one: one[0])
    previous = past[place - 1][1] if place else goal.current if not past else goal.start
    past.insert(place, (point.at, point.value))
    if goal.updated_at is None or goal.updated_at <= point.at:
        pace.settle(goal)
        goal.current, goal.updated_at = point.value, point.at
        pace.note_red(goal, point.at.date())
    return {
        "goal": goal.id,
        "person": goal.owner,
        "value": point.value,
        "previous": previous,
        "health": "",
        "note": point.note,
        "source": point.source,
        "at": point.at,
    }
