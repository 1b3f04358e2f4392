"""`maibo import goals`: new goals, and goals that changed. A new target, weight or due day is a new version.

`current` is taken for a new goal and where nobody has checked in yet: later the check-ins know better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, select

from handlers import pace
from handlers.imports.intake import ACTOR, Intake, Outcome, differences, on_circles, refusals, refuse_doubles
from handlers.imports.rows import Row, read_rows
from handlers.pace import cycle_span
from storage.audit import Change
from storage.tables import CheckIn, Goal, GoalVersion, Person

GOAL_COLUMNS = (
    "id",
    "owner",
    "title",
    "kind",
    "parent",
    "metric",
    "unit",
    "start",
    "current",
    "target",
    "weight",
    "due",
    "cycle",
)
REQUIRED = ("id", "owner", "title", "target", "cycle")
ADDED_BY_EXPORT = ("direction", "version", "progress")
KINDS = ("objective", "key_result", "kpi")
AGREED = {"target", "weight", "due"}  # what a version of a goal fixes
WHOLE = 100.0
TOLERANCE = 0.005


@dataclass(frozen=True, slots=True)
class Draft:
    """A line as it is to be. `before`: the goal as it is, None for a new one."""

    row: Row
    id: str
    values: dict[str, Any]
    before: Goal | None

    def get(self, name: str) -> Any:
        return self.values.get(name, getattr(self.before, name, None))


def import_goals(intake: Intake, content: bytes) -> Outcome:
    """Raises UnreadableFileError."""
    rows = read_rows(content, GOAL_COLUMNS, REQUIRED, ADDED_BY_EXPORT)
    refuse_doubles(rows)
    known = {goal.id: goal for goal in intake.session.exec(select(Goal))}
    owners = _owners(intake.session)
    checked_in = set(intake.session.exec(select(CheckIn.goal).distinct()))
    drafts = [_draft(row, known.get(row.text("id")), owners, checked_in) for row in rows]
    _check_parents(drafts, known)
    refused = refusals(rows)
    if refused:
        return Outcome(refused=refused)
    outcome = _write(intake, drafts)
    outcome.warnings.extend(_unbalanced(intake.session, drafts))
    return outcome


def _owners(session: Session) -> dict[str, str]:
    """Owner → person or department. A department is where somebody works, or what stands above it."""
    people = session.exec(select(Person.id, Person.department)).all()
    departments = {path for _, department in people for path in _lineage(department)}
    return {**dict.fromkeys(departments, "department"), **{person: "person" for person, _ in people}}


def _lineage(department: str) -> set[str]:
    """The department and those above it."""
    parts = department.split("/") if department else []
    return {"/".join(parts[: n + 1]) for n in range(len(parts))}


def _draft(row: Row, before: Goal | None, owners: Mapping[str, str], checked_in: set[str]) -> Draft:
    values = {name: read(row) for name, read in READERS.items() if name in row.cells}
    owner = row.required("owner")
    if owner and owner not in owners:
        row.refuse(f"owner {owner!r} is neither a person nor a department")
    values["owner_kind"] = owners.get(owner, "person")
    if values.get("due") is None:
        values["due"] = (before.due if before else None) or _end(row.text("cycle"))
    draft = Draft(row, row.text("id"), values, before)
    start, target = draft.get("start") or 0.0, draft.get("target")
    values["direction"] = "up" if target > start else "down" if target < start else "keep"
    if before is None and not row.text("current"):
        values["current"] = start
    if before is not None and (draft.id in checked_in or not row.text("current")):
        values.pop("current", None)
    return draft


def _target(row: Row) -> float:
    row.required("target")
    return row.number("target")


def _weight(row: Row) -> float:
    weight = row.number("weight")
    if not 0 <= weight <= WHOLE:
        row.refuse(f"weight {row.text('weight')!r} is not between 0 and 100")
    return weight


def _cycle(row: Row) -> str:
    cycle = row.required("cycle")
    try:
        if cycle:
            cycle_span(cycle)
    except ValueError as error:
        row.refuse(f"cycle {error}")
    return cycle


def _end(cycle: str) -> date | None:
    try:
        return cycle_span(cycle)[1]
    except ValueError:
        return None  # refused with its reason already


READERS = {
    "owner": lambda row: row.text("owner"),
    "title": lambda row: row.required("title"),
    "kind": lambda row: row.one_of("kind", KINDS, "kpi"),
    "parent": lambda row: row.text("parent") or None,
    "metric": lambda row: row.text("metric"),
    "unit": lambda row: row.text("unit"),
    "start": lambda row: row.number("start"),
    "current": lambda row: row.number("current"),
    "target": _target,
    "weight": _weight,
    "due": lambda row: row.day("due"),
    "cycle": _cycle,
}


def _check_parents(drafts: Sequence[Draft], known: Mapping[str, Goal]) -> None:
    above = {goal.id: goal.parent for goal in known.values()}
    above |= {draft.id: draft.get("parent") for draft in drafts}
    circles = on_circles(above)
    for draft in drafts:
        parent = above[draft.id]
        if parent is not None and parent not in above:
            draft.row.refuse(f"parent {parent!r} is neither in the file nor known")
        if draft.id in circles:
            draft.row.refuse(f"parent {parent!r} makes a circle")


def _write(intake: Intake, drafts: Sequence[Draft]) -> Outcome:
    outcome = Outcome()
    new_goals: list[dict[str, Any]] = []
    changes, versions = [], []
    blank = Goal(id="", owner="", title="", due=intake.now.date(), cycle="").model_dump()
    for draft in drafts:
        if draft.before is None:
            outcome.added += 1
            new_goals.append({**blank, "id": draft.id, **draft.values})
            versions.append(_version(new_goals[-1], intake))
            changes.append(Change("goal.imported", draft.id, None, _plain(draft.values)))
            continue
        goal, new = draft.before, differences(draft.before, draft.values)
        if not new:
            outcome.unchanged += 1
            continue
        outcome.changed += 1
        old = {name: getattr(goal, name) for name in new}
        changes.append(Change("goal.imported", draft.id, _plain(old), _plain(new)))
        goal.version += bool(AGREED & new.keys())
        pace.settle(goal)
        for name, value in new.items():
            setattr(goal, name, value)
        pace.note_red(goal, intake.now.astimezone(intake.zone).date())
        if AGREED & new.keys():
            versions.append(_version(goal.model_dump(), intake))
    intake.insert(Goal, new_goals)
    intake.insert(GoalVersion, versions)
    intake.audit(changes)
    return outcome


def _version(goal: Mapping[str, Any], intake: Intake) -> dict[str, Any]:
    agreed = {name: goal[name] for name in AGREED}
    return {**agreed, "goal": goal["id"], "version": goal["version"], "at": intake.now, "by": ACTOR, "revision": None}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _unbalanced(session: Session, drafts: Iterable[Draft]) -> Iterator[str]:
    """The weights of each person in the file should total 100 in a cycle."""
    touched = {(draft.get("owner"), draft.get("cycle")) for draft in drafts}
    totals = (
        select(Goal.owner, Goal.cycle, func.sum(Goal.weight))
        .where(Goal.owner_kind == "person")
        .group_by(Goal.owner, Goal.cycle)
        .order_by(Goal.owner, Goal.cycle)
    )
    for owner, cycle, total in session.exec(totals):
        if (owner, cycle) in touched and abs(total - WHOLE) > TOLERANCE:
            yield f"the weights of {owner} in {cycle} total {total:g}, not 100"
