"""How each kind of thing is taken back, from its line in the audit log. Each says in one line what holds now.

A Refusal where others have acted on it meanwhile: what they did is not undone behind their back.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from cards import tags as tag_kinds
from cards.formats import amount
from cards.home import say
from cards.model import Card
from handlers import dialogs, feedback_requests, nudges, pace, talks
from handlers import feedback as feedbacks
from handlers import focus as focusing
from handlers import revisions as revising
from handlers.commands import AddNote, EditFeedback, TagFeedback
from handlers.unit import Refusal, Unit
from handlers.views import name_of, revision_id
from storage.tables import AuditEntry, CheckIn, FeedbackVersion, Goal, HelpRequest, Nudge


def _id(entry: AuditEntry) -> int:
    """12 of F-12."""
    return int(entry.subject.rpartition("-")[2])


def checkin(unit: Unit, entry: AuditEntry) -> Card:
    """The goal goes back to the latest check-in that still counts."""
    goal = unit.session.get_one(Goal, entry.subject, with_for_update=True)
    row = unit.session.get_one(CheckIn, (entry.after or {})["checkin"])
    row.undone_at = unit.now
    unit.session.flush()
    was, is_last = goal.current, _set_back(unit, goal, row)
    unit.audit("checkin.undone", goal.id, before={"value": was}, after={"value": goal.current, "checkin": row.id})
    dialogs.end(unit, AddNote, checkin=row.id)
    key = "undo.checkin" if is_last else "undo.checkin.older"
    value = amount(goal.current, goal.unit)
    return say(unit.words, key, "checkin", metric=goal.metric or goal.title, value=value)


def _set_back(unit: Unit, goal: Goal, row: CheckIn) -> bool:
    """False where a later check-in holds: then the value stays."""
    of_goal = select(CheckIn).where(CheckIn.goal == goal.id)
    counts = of_goal.where(col(CheckIn.undone_at).is_(None)).order_by(col(CheckIn.id).desc())
    holds = unit.session.exec(counts).first()
    last = holds.id if holds is not None and holds.id else 0
    if last > (row.id or 0):
        return False
    first_gone = unit.session.exec(of_goal.where(col(CheckIn.id) > last).order_by(col(CheckIn.id))).first() or row
    pace.settle(goal)
    goal.current, goal.updated_at = first_gone.previous, holds.at if holds else None
    pace.note_red(goal, unit.today)
    nudges.red_again(unit, goal)
    return True


def note(unit: Unit, entry: AuditEntry) -> Card:
    row = unit.session.get_one(CheckIn, (entry.after or {})["checkin"])
    row.note = ""
    goal = unit.session.get_one(Goal, row.goal)
    return say(unit.words, "undo.note", "goals", metric=goal.metric or goal.title)


def feedback(unit: Unit, entry: AuditEntry) -> Card:
    row = feedbacks.find(unit, _id(entry))
    if row.state != "given":
        raise Refusal("undo.late")
    if row.version > 1:
        raise Refusal("undo.edited")
    feedbacks.take_back(unit, row)
    dialogs.end(unit, EditFeedback, feedback=row.id)
    dialogs.end(unit, TagFeedback, feedback=row.id)
    return say(unit.words, "undo.feedback", name=name_of(unit.session, row.receiver))


def edit(unit: Unit, entry: AuditEntry) -> Card:
    """Back to the version before. The row of the edit stays; nobody is shown its words any more."""
    row = feedbacks.find(unit, _id(entry))
    version = (entry.after or {})["version"]
    if row.state != "given" or row.version != version:
        raise Refusal("undo.late")
    unit.session.get_one(FeedbackVersion, (row.id, version)).undone_at = unit.now
    holds = select(FeedbackVersion.version).where(
        FeedbackVersion.feedback == row.id, col(FeedbackVersion.undone_at).is_(None)
    )
    unit.session.flush()
    row.version = max(unit.session.exec(holds))
    unit.audit("feedback.edit.undone", entry.subject, before={"version": version}, after={"version": row.version})
    dialogs.end(unit, EditFeedback, feedback=row.id)
    feedbacks.refresh(unit, row)
    return say(unit.words, "undo.edit", name=name_of(unit.session, row.receiver))


def tags(unit: Unit, entry: AuditEntry) -> Card:
    """What was tapped in one go: its first line knows how it was before."""
    row = feedbacks.find(unit, _id(entry))
    before = entry.before or {}
    for kind in tag_kinds.KINDS:
        setattr(row, kind, before.get(kind, ""))
    if (entry.after or {}).get("document") and not before.get("document"):
        row.document_sealed = None
    unit.session.flush()
    unit.audit("feedback.untagged", entry.subject)
    dialogs.end(unit, TagFeedback, feedback=row.id)
    feedbacks.refresh(unit, row)
    return say(unit.words, "undo.tags", name=name_of(unit.session, row.receiver))


def revision(unit: Unit, entry: AuditEntry) -> Card:
    row = revising.find(unit, (entry.after or {})["revision"])
    if not revising.take_back(unit, row):
        raise Refusal("undo.decided", id=revision_id(row))
    return say(unit.words, "undo.revision", id=revision_id(row), approver=name_of(unit.session, row.approver))


def help_request(unit: Unit, entry: AuditEntry) -> Card:
    row = unit.session.get_one(HelpRequest, _id(entry))
    name = name_of(unit.session, row.helper)
    if not feedbacks.close_help(unit, row, "withdrawn"):
        raise Refusal("undo.answered", name=name)
    unit.audit("help.withdrawn", entry.subject)
    return say(unit.words, "undo.help", name=name)


def focus_point(unit: Unit, entry: AuditEntry) -> Card:
    row = focusing.find(unit, _id(entry))
    name = name_of(unit.session, row.person)
    if not focusing.close(unit, row, "dropped"):
        raise Refusal("undo.late")
    unit.audit("focus.dropped", entry.subject)
    return say(unit.words, "undo.focus", name=name)


def focus_done(unit: Unit, entry: AuditEntry) -> Card:
    row = focusing.find(unit, _id(entry))
    if not focusing.reopen(unit, row):
        raise Refusal("undo.late")
    unit.audit("focus.reopened", entry.subject)
    return say(unit.words, "undo.focus.done", id=entry.subject)


def feedback_request(unit: Unit, entry: AuditEntry) -> Card:
    giver = feedback_requests.withdraw(unit, _id(entry))
    return say(unit.words, "undo.request", name=name_of(unit.session, giver))


def talk(unit: Unit, entry: AuditEntry) -> Card:
    row = talks.find(unit, _id(entry))
    if row.state != "booked":
        raise Refusal("undo.late")
    talks.call_off(unit, row)
    return say(unit.words, "undo.talk", name=name_of(unit.session, row.other))


def snooze(unit: Unit, entry: AuditEntry) -> Card:
    row, before = unit.session.get_one(Nudge, _id(entry), with_for_update=True), entry.before or {}
    if row.state != "snoozed":
        raise Refusal("undo.late")
    due = before.get("due_at")
    row.state, row.answer, row.reason_sealed = before["state"], "", None
    row.due_at = datetime.fromisoformat(due) if due else None
    unit.session.flush()
    nudges.refresh(unit, {row.topic})
    return say(unit.words, "undo.snooze")


def language(unit: Unit, entry: AuditEntry) -> Card:
    unit.actor.locale = (entry.before or {})["locale"]
    unit.session.flush()
    return say(unit.words, "settings.language", "home")
