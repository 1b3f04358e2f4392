"""Reading feedback again: what the actor received and gave, and every version of one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from cards import feedback as cards
from cards.home import say
from cards.views import FeedbackView
from handlers.colleagues import asked_about
from handlers.commands import ReadFeedback, ShowFeedback, ShowGiven
from handlers.permissions import may, to_feedback
from handlers.unit import Refusal, Unit
from handlers.views import feedback_view
from storage.tables import Feedback

LISTED = 3
LISTED_GIVEN = 5


def received(command: ShowFeedback, unit: Unit) -> None:
    """The latest feedback the actor received, of all or of one giver."""
    giver = asked_about(unit, command)
    if giver is None:
        return
    wanted = select(Feedback).where(Feedback.receiver == unit.actor.id, Feedback.state == "given")
    title = unit.words("feedback.list.title")
    if giver is not unit.actor:
        wanted = wanted.where(Feedback.giver == giver.id)
        title = unit.words("feedback.list.from", name=giver.name)
    found = unit.session.exec(wanted.order_by(col(Feedback.id).desc()).limit(LISTED + 1)).all()
    if not found:
        unit.reply(say(unit.words, "feedback.list.none", "feedback", "code"))
        return
    views = _views(unit, found[:LISTED])
    unit.reply(cards.received_list(unit.words, title, views, unit.today, more=len(found) > LISTED))


def given(_command: ShowGiven, unit: Unit) -> None:
    """What the actor wrote, the newest first; what was taken back stays their own to see."""
    wanted = select(Feedback).where(Feedback.giver == unit.actor.id).order_by(col(Feedback.id).desc())
    found = unit.session.exec(wanted.limit(LISTED_GIVEN + 1)).all()
    if not found:
        unit.reply(say(unit.words, "feedback.given.none", "feedback"))
        return
    views = _views(unit, found[:LISTED_GIVEN])
    unit.reply(cards.given_list(unit.words, views, unit.today, more=len(found) > LISTED_GIVEN))


def versions(command: ReadFeedback, unit: Unit) -> None:
    """Every version in full, for whoever may read the feedback."""
    feedback = unit.session.get(Feedback, command.feedback)
    if feedback is None or not may("feedback.read", to_feedback(unit.actor, feedback)):
        raise Refusal("refuse.no.feedback")
    own = may("feedback.edit", to_feedback(unit.actor, feedback))
    for card in cards.versions(unit.words, feedback_view(feedback, unit, unit.actor), own=own):
        unit.reply(card)


def _views(unit: Unit, found: Sequence[Feedback]) -> list[FeedbackView]:
    return [feedback_view(each, unit, unit.actor) for each in found]
