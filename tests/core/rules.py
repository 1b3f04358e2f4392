"""Who may see what, as docs/operate.md tells people, written down once more: the code's own table is not asked."""

from __future__ import annotations

from sqlmodel import Session, select

from storage.tables import (
    CheckIn,
    Feedback,
    FeedbackVersion,
    FocusPoint,
    Goal,
    HelpRequest,
    Person,
    Revision,
    Talk,
    TalkNote,
)
from tests.core.desk import PRIVATE, VAULT

# Which relation is enough for which act, as docs/operate.md tells people.
ACTS = {
    "goal.see": {"owner", "above", "hr", "shared"},
    "goal.change": {"owner"},
    "goal.revise": {"owner", "above"},
    "checkin.note": {"author"},
    "revision.see": {"requester", "approver", "owner", "above", "hr"},
    "revision.decide": {"approver"},
    "revision.withdraw": {"requester"},
    "feedback.read": {"giver", "receiver", "reader"},
    "feedback.edit": {"giver"},
    "feedback.tag": {"giver"},
    "feedback.thank": {"receiver"},
    "feedback.count": {"giver", "receiver", "reader", "hr"},
    "request.answer": {"asked"},
    "talk.read": {"party"},
    "help.answer": {"helper"},
    "focus.set": {"self", "boss"},
    "focus.read": {"self", "setter"},
    "focus.answer": {"self"},
    "focus.drop": {"setter"},
    "team.see": {"manager"},
    "digest.see": {"hr"},
    "audit.see": {"hr", "admin"},
    "delivery.see": {"self", "admin"},
    "nudge.see": {"self", "hr", "admin"},
    "nudge.answer": {"self"},
    "person.see": {"anyone"},
}


def told(session: Session, mark: str) -> set[str]:
    """Who may read the words, by the rows that hold them; who has left reads nothing."""
    return (told_in_private(session, mark) | told_at_work(session, mark)) - left(session)


def told_in_private(session: Session, mark: str) -> set[str]:
    """A feedback: the two, and whom the giver chose besides. A one-to-one, a focus point: the two."""
    found: set[str] = set()
    for focus in session.exec(select(FocusPoint)):
        if mark in VAULT.open(focus.text_sealed) + VAULT.open(focus.measure_sealed):
            found |= {focus.person, focus.by}
    for version in session.exec(select(FeedbackVersion)):
        feedback = session.get_one(Feedback, version.feedback)
        sealed = [version.text_sealed, *([feedback.document_sealed] if feedback.document_sealed else [])]
        if any(mark in VAULT.open(each) for each in sealed):
            found |= feedback_readers(session, feedback)
    for note in session.exec(select(TalkNote)):
        if mark in PRIVATE.open(note.answers_sealed):
            talk = session.get_one(Talk, note.talk)
            found |= {talk.organiser, talk.other}
    return found


def told_at_work(session: Session, mark: str) -> set[str]:
    """Help: the two. A note, a new goal: who sees the goal. A change: who asked, who decides, who sees it."""
    found: set[str] = set()
    for help_request in session.exec(select(HelpRequest)):
        if mark in VAULT.open(help_request.text_sealed):
            found |= {help_request.requester, help_request.helper}
    for checkin in session.exec(select(CheckIn)):
        if mark in checkin.note:
            found |= sees_goal(session, session.get_one(Goal, checkin.goal))
    for revision in session.exec(select(Revision)):
        if mark in revision.title + revision.reason + revision.decision_reason:
            found |= {revision.requester, *revision.approvers} | hr(session)
            goal = session.get(Goal, revision.goal) if revision.goal else None
            found |= owners(session, goal) if goal else set()
            found |= above(session, goal.owner if goal else revision.requester)
    for goal in session.exec(select(Goal)):
        if mark in goal.title:
            found |= sees_goal(session, goal)
    return found


def feedback_readers(session: Session, feedback: Feedback) -> set[str]:
    """Taken back: its giver alone."""
    if feedback.state == "withdrawn":
        return {feedback.giver}
    return {feedback.giver, feedback.receiver} | ({feedback.reader} if feedback.reader else set())


def sees_goal(session: Session, goal: Goal) -> set[str]:
    """Its owner, everybody above, HR; a department's: everybody; who decides a change; and whose own leads up to it."""
    found = owners(session, goal) | above(session, goal.owner) | hr(session)
    if goal.owner_kind == "department":
        found |= set(session.exec(select(Person.id)))
    for revision in session.exec(select(Revision).where(Revision.goal == goal.id)):
        found |= {revision.requester, *revision.approvers}
    for other in session.exec(select(Goal).where(Goal.parent == goal.id)):
        # The chain up to the company's goal stands on the goal's own card.
        found |= sees_goal(session, other)
    return found - left(session)


def owners(session: Session, goal: Goal) -> set[str]:
    if goal.owner_kind == "department":
        return set(session.exec(select(Person.id).where(Person.department == goal.owner)))
    return {goal.owner}


def above(session: Session, owner: str) -> set[str]:
    """Whom the owner reports to, all the way up."""
    found: set[str] = set()
    person = session.get(Person, owner)
    while person is not None and person.manager:
        found.add(person.manager)
        person = session.get(Person, person.manager)
    return found


def hr(session: Session) -> set[str]:
    return {p.id for p in session.exec(select(Person)) if "hr" in p.roles}


def left(session: Session) -> set[str]:
    return {p.id for p in session.exec(select(Person)) if not p.active}
