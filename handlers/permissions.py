"""Who may do what: one table, used by chat, pages and API alike.

A person stands in some relations to a thing (its owner, above its owner, HR …); the table says which
relation is enough for which act.
"""

from __future__ import annotations

from sqlmodel import Session

from handlers import org
from storage.tables import (
    CheckIn,
    Feedback,
    FeedbackRequest,
    FocusPoint,
    Goal,
    HelpRequest,
    Nudge,
    Person,
    Revision,
    Talk,
)

MAY: dict[str, frozenset[str]] = {
    "goal.see": frozenset({"owner", "above", "hr", "shared"}),
    "goal.change": frozenset({"owner"}),
    "goal.revise": frozenset({"owner", "above"}),
    "checkin.note": frozenset({"author"}),
    "revision.see": frozenset({"requester", "approver", "owner", "above", "hr"}),
    "revision.decide": frozenset({"approver"}),
    "revision.withdraw": frozenset({"requester"}),
    "feedback.read": frozenset({"giver", "receiver", "reader"}),
    "feedback.edit": frozenset({"giver"}),
    "feedback.tag": frozenset({"giver"}),
    "feedback.thank": frozenset({"receiver"}),
    "feedback.count": frozenset({"giver", "receiver", "reader", "hr"}),
    "request.answer": frozenset({"asked"}),
    "talk.read": frozenset({"party"}),
    "help.answer": frozenset({"helper"}),
    "focus.set": frozenset({"self", "boss"}),
    "focus.read": frozenset({"self", "setter"}),
    "focus.answer": frozenset({"self"}),
    "focus.drop": frozenset({"setter"}),
    "team.see": frozenset({"manager"}),
    "digest.see": frozenset({"hr"}),
    "audit.see": frozenset({"hr", "admin"}),
    "delivery.see": frozenset({"self", "admin"}),
    "nudge.see": frozenset({"self", "hr", "admin"}),
    "nudge.answer": frozenset({"self"}),
    "person.see": frozenset({"anyone"}),
}


def may(act: str, relations: set[str]) -> bool:
    return not MAY[act].isdisjoint(relations)


def of_person(actor: Person) -> set[str]:
    """Relations that hold whatever the thing is."""
    return {"anyone", *actor.roles}


def to_goal(session: Session, actor: Person, goal: Goal) -> set[str]:
    """A department's goal is `shared` with everybody and owned by the head of that department."""
    found = of_person(actor)
    if goal.owner_kind == "department":
        found.add("shared")
        if is_head(session, actor, goal.owner):
            found.add("owner")
        return found
    owner = session.get(Person, goal.owner)
    return to_goals_of(session, actor, owner) if owner is not None else found


def to_goals_of(session: Session, actor: Person, owner: Person) -> set[str]:
    """To each goal of one person, and so whether or not they have any."""
    found = of_person(actor)
    if owner.id == actor.id:
        found.add("owner")
    if org.is_above(session, actor.id, owner):
        found.add("above")
    return found


def is_head(session: Session, actor: Person, department: str) -> bool:
    """Somebody of that department (or one inside it) whose own manager is not of it."""
    if not inside(actor.department, department):
        return False
    manager = session.get(Person, actor.manager) if actor.manager else None
    return manager is None or not inside(manager.department, department)


def inside(path: str, department: str) -> bool:
    return path == department or path.startswith(department + "/")


def to_revision(session: Session, actor: Person, revision: Revision) -> set[str]:
    """A new goal that is not agreed yet is seen like the goals its requester has."""
    if revision.goal is None:
        found = to_goals_of(session, actor, session.get_one(Person, revision.requester))
    else:
        found = to_goal(session, actor, session.get_one(Goal, revision.goal))
    if revision.requester == actor.id:
        found.add("requester")
    if actor.id in revision.approvers:
        found.add("approver")
    return found


def to_feedback(actor: Person, feedback: Feedback) -> set[str]:
    """A `reader` is the very person whom the giver chose; a withdrawn one is the giver's alone."""
    found = of_person(actor)
    if feedback.giver == actor.id:
        found.add("giver")
    if feedback.state == "withdrawn":
        return found
    if feedback.receiver == actor.id:
        found.add("receiver")
    if feedback.reader == actor.id:
        found.add("reader")
    return found


def to_checkin(actor: Person, checkin: CheckIn) -> set[str]:
    return of_person(actor) | ({"author"} if checkin.person == actor.id else set())


def to_nudge(actor: Person, nudge: Nudge) -> set[str]:
    """`self`: whom it was said to."""
    return of_person(actor) | ({"self"} if nudge.person == actor.id else set())


def to_request(actor: Person, request: FeedbackRequest) -> set[str]:
    return of_person(actor) | ({"asked"} if request.giver == actor.id else set())


def to_talk(actor: Person, talk: Talk) -> set[str]:
    """Of the two who meet; no role opens it to anybody else."""
    return of_person(actor) | ({"party"} if actor.id in {talk.organiser, talk.other} else set())


def to_help(actor: Person, request: HelpRequest) -> set[str]:
    return of_person(actor) | ({"helper"} if request.helper == actor.id else set())


def to_focus(actor: Person, focus: FocusPoint) -> set[str]:
    """`self`: whose it is. No role opens it to anybody else, nor does a reorganisation."""
    found = of_person(actor)
    if focus.person == actor.id:
        found.add("self")
    if focus.by == actor.id:
        found.add("setter")
    return found


def to_report(actor: Person, person: Person) -> set[str]:
    """`boss`: whom they report to, without anybody between."""
    found = of_person(actor)
    if person.id == actor.id:
        found.add("self")
    if person.manager == actor.id:
        found.add("boss")
    return found


def to_team(session: Session, actor: Person) -> set[str]:
    found = of_person(actor)
    if org.reports(session, actor.id):
        found.add("manager")
    return found
