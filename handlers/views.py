"""Rows turned into what cards are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from cards import tags
from cards.formats import amount, day, number
from cards.views import ChangeView, FeedbackView, GoalView, HelpView, ReadingView, RevisionView
from handlers import pace, policy
from handlers.unit import Unit
from storage import ahead
from storage.tables import Feedback, FeedbackVersion, Goal, HelpRequest, Person, Revision


def goal_view(goal: Goal, unit: Unit) -> GoalView:
    return GoalView(
        id=goal.id,
        title=goal.title,
        metric=goal.metric,
        unit=goal.unit,
        current=goal.current,
        target=goal.target,
        weight=goal.weight,
        due=goal.due,
        version=goal.version,
        health=pace.health(goal, unit.today),
        ahead=pace.ahead(goal, unit.today),
        updated=unit.local(goal.updated_at).date() if goal.updated_at else None,
    )


def open_goals(session: Session, owner: str, today: date) -> list[Goal]:
    """Somebody's goals of the cycles that run, heaviest first."""
    return [goal for goal in ahead.ask(session, goals_of, owner) or () if pace.is_open(goal, today)]


def goals_of(session: Session, owners: Sequence[str]) -> dict[str, list[Goal]]:
    """All goals of each owner, heaviest first."""
    found: dict[str, list[Goal]] = {}
    wanted = select(Goal).where(col(Goal.owner).in_(owners)).order_by(col(Goal.weight).desc(), col(Goal.id))
    for goal in session.exec(wanted):
        found.setdefault(goal.owner, []).append(goal)
    return found


def find_goal(session: Session, id: str, *, lock: bool = False) -> Goal | None:
    """A goal by its id, as written or in capitals: nobody types G-101 on a phone."""
    for each in dict.fromkeys((id, id.upper())):
        found = session.get(Goal, each, with_for_update=lock or None)
        if found is not None:
            return found
    return None


def name_of(session: Session, person: str) -> str:
    found = session.get(Person, person)
    return found.name if found else person


def owner_name(session: Session, goal: Goal) -> str:
    return goal.owner.rpartition("/")[2] if goal.owner_kind == "department" else name_of(session, goal.owner)


def revision_id(revision: Revision) -> str:
    return f"R-{revision.id}"


def revision_view(revision: Revision, unit: Unit, reader: Person) -> RevisionView:
    session = unit.session
    goal = session.get_one(Goal, revision.goal) if revision.goal else None
    return RevisionView(
        id=revision_id(revision),
        requester=name_of(session, revision.requester),
        approver=name_of(session, revision.approver),
        goal=goal_view(goal, unit) if goal is not None else _not_yet_agreed(revision),
        changes=changes(revision, goal.unit if goal is not None else revision.unit, unit.today),
        reason=revision.reason,
        state=revision.state,
        decided_by=name_of(session, revision.decided_by) if revision.decided_by else "",
        decided_at=unit.local(revision.decided_at, reader) if revision.decided_at else None,
        decision_reason=revision.decision_reason,
        is_new=revision.based_on == 0,
    )


def _not_yet_agreed(revision: Revision) -> GoalView:
    """A goal that is asked for, as far as it has terms."""
    assert revision.new_target is not None
    assert revision.new_due is not None
    start = revision.start or 0.0
    title, unit, target, due = revision.title, revision.unit, revision.new_target, revision.new_due
    return GoalView("", title, title, unit, start, target, 0, due, 0, "green", 0, None)


def changes(revision: Revision, unit: str, today: date) -> list[ChangeView]:
    """What becomes other than it was; a new goal has no before."""
    found = []
    old_target, old_weight, old_due = revision.old_target, revision.old_weight, revision.old_due
    if revision.new_target is not None and old_target is not None:
        found.append(ChangeView("target", amount(old_target, unit), amount(revision.new_target, unit)))
    if revision.new_weight is not None and old_weight is not None:
        found.append(ChangeView("weight", f"{number(old_weight)}%", f"{number(revision.new_weight)}%"))
    if revision.new_due is not None and old_due is not None:
        found.append(ChangeView("due", day(old_due, today), day(revision.new_due, today)))
    return found


def feedback_view(feedback: Feedback, unit: Unit, reader: Person) -> FeedbackView:
    """Only for somebody who may read it: this opens the sealed words."""
    session = unit.session
    wanted = select(FeedbackVersion).where(
        FeedbackVersion.feedback == feedback.id, col(FeedbackVersion.undone_at).is_(None)
    )
    versions = session.exec(wanted.order_by(col(FeedbackVersion.version))).all()
    return FeedbackView(
        id=f"F-{feedback.id}",
        giver=name_of(session, feedback.giver),
        receiver=name_of(session, feedback.receiver),
        manager=name_of(session, feedback.reader) if feedback.reader else "",
        texts=[unit.vault.open(v.text_sealed) for v in versions],
        times=[unit.local(v.at, reader) for v in versions],
        state=feedback.state,
        at=unit.local(feedback.at, reader),
        withdrawn_at=unit.local(unit.now, reader) if feedback.state == "withdrawn" else None,
        thanked=feedback.thanked_at is not None,
        tags=tags_of(session, feedback, reader.locale),
        document=unit.vault.open(feedback.document_sealed) if feedback.document_sealed else "",
        version=feedback.version,
    )


def tag_lists(session: Session, feedback: Feedback) -> tags.Tags:
    """The lists of the receiver's department: it is their work that is marked."""
    receiver = session.get(Person, feedback.receiver)
    return tags.Tags(policy.read(session).of(receiver.department if receiver else "").tags)


def tags_of(session: Session, feedback: Feedback, locale: str) -> list[str]:
    lists = tag_lists(session, feedback)
    return [lists.label(kind, one, locale) for kind in tags.KINDS if (one := getattr(feedback, kind))]


def reading_view(text: str, locale: str) -> ReadingView:
    """What the giver is shown about their own words."""
    from handlers import sbi  # its patterns take their time: not at start

    reading = sbi.read_feedback(text)
    return ReadingView(
        parts={"situation": reading.situation, "behavior": reading.behavior, "impact": reading.impact},
        score=reading.score,
        rules=sbi.explain(reading, locale),
        hints=sbi.hints(reading, locale),
        flaw="judges" if reading.judgmental else "" if reading.behavior else "vague",
    )


def help_view(request: HelpRequest, unit: Unit, reader: Person) -> HelpView:
    return HelpView(
        id=f"H-{request.id}",
        requester=name_of(unit.session, request.requester),
        helper=name_of(unit.session, request.helper),
        text=unit.vault.open(request.text_sealed),
        due=request.due,
        state=request.state,
        answered_at=unit.local(request.answered_at, reader) if request.answered_at else None,
    )
