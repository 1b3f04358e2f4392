"""Asking for a new goal: what is missing is asked for, then the manager decides as about a revision."""

from __future__ import annotations

import re

from cards import new_goals as cards
from handlers import dialogs, revisions
from handlers.commands import NewGoal
from handlers.unit import Unit
from storage.tables import Revision

FALLS = re.compile(
    r"降|减|缩|压|少于|低于|以内|以下|不超过|reduce|cut|lower|shorten|decrease|below|under|down to", re.IGNORECASE
)


def ask(command: NewGoal, unit: Unit) -> None:
    problem = _problem(command, unit)
    missing = [slot for slot in ("title", "target", "due") if getattr(command, slot) is None]
    missing += ["start"] if command.start is None and command.title and FALLS.search(command.title) else []
    asked = [problem, *missing] if problem else missing
    if asked:
        known = NewGoal(**{slot: getattr(command, slot) for slot in cards.SLOTS if slot not in asked})
        said = unit.words(f"newgoal.bad.{problem}") if problem else ""
        dialogs.ask(unit, known, asked, lambda d: cards.ask(unit.words, known.title or "", asked, d, said))
    else:
        revisions.submit(command, unit, unit.actor, _draft(command, unit))


def _problem(command: NewGoal, unit: Unit) -> str:
    """The slot that cannot be as it is; empty where all can."""
    if command.due is not None and command.due <= unit.today:
        return "due"
    if command.start is not None and command.start == command.target:
        return "start"
    return ""


def _draft(command: NewGoal, unit: Unit) -> Revision:
    return Revision(
        requester=unit.actor.id,
        approver="",
        based_on=0,
        title=command.title or "",
        unit=command.unit or "",
        start=command.start,
        new_target=command.target,
        new_weight=0,
        new_due=command.due,
        reason="",
        at=unit.now,
    )
