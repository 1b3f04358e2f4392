"""Taking back the last check-in, feedback or request, within ten minutes. The trace stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from cards.formats import amount
from cards.home import say
from handlers import dialogs, nudges, pace
from handlers.commands import AddNote, Undo
from handlers.feedback import close_help
from handlers.feedback import take_back as take_back_feedback
from handlers.revisions import take_back as take_back_revision
from handlers.unit import Refusal, Unit
from handlers.views import name_of, revision_id
from storage.tables import CheckIn, Feedback, Goal, HelpRequest, Revision

WINDOW = timedelta(minutes=10)


def undo(_command: Undo, unit: Unit) -> None:
    steps = [step for step in (_checkin(unit), _feedback(unit), _revision(unit), _help(unit)) if step is not None]
    if not steps:
        raise Refusal("undo.none")
    _, take_back = max(steps, key=lambda step: step[0])
    take_back()


Step = tuple[datetime, Callable[[], None]] | None


def _checkin(unit: Unit) -> Step:
    row = unit.session.exec(
        select(CheckIn)
        .where(CheckIn.person == unit.actor.id, col(CheckIn.at) > unit.now - WINDOW, col(CheckIn.undone_at).is_(None))
        .order_by(col(CheckIn.id).desc())
    ).first()
    return (row.at, lambda: _undo_checkin(unit, row)) if row else None


def _undo_checkin(unit: Unit, row: CheckIn) -> None:
    """The goal goes back to the latest check-in that still counts."""
    goal = unit.session.get_one(Goal, row.goal, with_for_update=True)
    row.undone_at = unit.now
    unit.session.flush()
    earlier = unit.session.exec(
        select(CheckIn)
        .where(CheckIn.goal == goal.id, col(CheckIn.undone_at).is_(None))
        .order_by(col(CheckIn.id).desc())
    ).first()
    was = goal.current
    is_last = earlier is None or (earlier.id or 0) < (row.id or 0)
    if is_last:
        pace.settle(goal)
        goal.current, goal.updated_at = row.previous, earlier.at if earlier else None
        pace.note_red(goal, unit.today)
        nudges.red_again(unit, goal)
    unit.audit("checkin.undone", goal.id, before={"value": was}, after={"value": goal.current, "checkin": row.id})
    dialogs.end(unit, AddNote)
    value = amount(goal.current, goal.unit)
    unit.show(say(unit.words, "undo.checkin", "checkin", metric=goal.metric or goal.title, value=value))


def _feedback(unit: Unit) -> Step:
    row = unit.session.exec(
        select(Feedback)
        .where(Feedback.giver == unit.actor.id, col(Feedback.at) > unit.now - WINDOW, Feedback.state == "given")
        .order_by(col(Feedback.id).desc())
    ).first()
    return (row.at, lambda: _undo_feedback(unit, row)) if row else None


def _undo_feedback(unit: Unit, row: Feedback) -> None:
    take_back_feedback(unit, row)
    unit.tell(say(unit.words, "undo.feedback", name=name_of(unit.session, row.receiver)), "good")


def _revision(unit: Unit) -> Step:
    row = unit.session.exec(
        select(Revision)
        .where(Revision.requester == unit.actor.id, col(Revision.at) > unit.now - WINDOW, Revision.state == "pending")
        .order_by(col(Revision.id).desc())
    ).first()
    return (row.at, lambda: _undo_revision(unit, row)) if row else None


def _undo_revision(unit: Unit, row: Revision) -> None:
    changed = unit.session.connection().execute(
        update(Revision)
        .where(col(Revision.id) == row.id, col(Revision.state) == "pending")
        .values(state="withdrawn", decided_by=unit.actor.id, decided_at=unit.now)
    )
    if changed.rowcount != 1:
        raise Refusal("undo.none")
    unit.session.refresh(row)
    take_back_revision(unit, row)
    approver = name_of(unit.session, row.approver)
    unit.tell(say(unit.words, "undo.revision", id=revision_id(row), approver=approver), "good")


def _help(unit: Unit) -> Step:
    row = unit.session.exec(
        select(HelpRequest)
        .where(
            HelpRequest.requester == unit.actor.id,
            col(HelpRequest.at) > unit.now - WINDOW,
            HelpRequest.state == "asked",
        )
        .order_by(col(HelpRequest.id).desc())
    ).first()
    return (row.at, lambda: _undo_help(unit, row)) if row else None


def _undo_help(unit: Unit, row: HelpRequest) -> None:
    if not close_help(unit, row, "withdrawn"):
        raise Refusal("undo.none")
    unit.audit("help.withdrawn", f"H-{row.id}")
    unit.tell(say(unit.words, "undo.help", name=name_of(unit.session, row.helper)), "good")
