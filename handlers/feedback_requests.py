"""Feedback that somebody asks for, up, down or across."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import col, select

from cards import asking as cards
from cards.home import done, say
from cards.wording import Words
from handlers import dialogs
from handlers.commands import AnswerFeedbackRequest, RequestFeedback
from handlers.permissions import may, to_request
from handlers.unit import Refusal, Unit
from handlers.views import name_of
from storage.tables import FeedbackRequest, Person


def ask(unit: Unit, giver: Person) -> None:
    """`giver` gets a card whose button opens the feedback dialog for the actor."""
    dialogs.finish(unit, RequestFeedback(person=giver.id))
    if _open(unit, asker=unit.actor.id, giver=giver.id) is not None:
        raise Refusal("request.again", name=giver.name)
    request = FeedbackRequest(asker=unit.actor.id, giver=giver.id, at=unit.now)
    unit.session.add(request)
    unit.session.flush()
    unit.audit("request.asked", request_id(request), after={"giver": giver.id})
    card = cards.requested(Words(giver.locale), unit.actor.name, request_id(request), request.state)
    unit.send(giver.id, card, f"request:{request.id}")
    unit.show(done(unit.words, "request.sent", request_id(request), "home", name=giver.name))


def decline(command: AnswerFeedbackRequest, unit: Unit) -> None:
    request = find(unit, command.request)
    if _close(unit, request, "declined"):
        asker = unit.session.get_one(Person, request.asker)
        unit.send(asker.id, say(Words(asker.locale), "request.told.declined", "home", name=unit.actor.name))
    unit.tell(say(unit.words, f"request.{request.state}"))


def withdraw(unit: Unit, id: int) -> str:
    """The asker takes it back; who was asked. Refusal where they have answered."""
    request = unit.session.get_one(FeedbackRequest, id, with_for_update=True)
    if not _close(unit, request, "withdrawn"):
        raise Refusal("undo.answered", name=name_of(unit.session, request.giver))
    return request.giver


def find(unit: Unit, id: int) -> FeedbackRequest:
    """A request that the actor may answer."""
    found = unit.session.get(FeedbackRequest, id)
    if found is None or not may("request.answer", to_request(unit.actor, found)):
        raise Refusal("request.none")
    return found


def fulfil(unit: Unit, asker: str) -> int | None:
    """Feedback is on its way to somebody who asked the actor for it: the request is answered."""
    request = _open(unit, asker=asker, giver=unit.actor.id)
    if request is None:
        return None
    _close(unit, request, "answered")
    return request.id


def _open(unit: Unit, *, asker: str, giver: str) -> FeedbackRequest | None:
    wanted = select(FeedbackRequest).where(
        FeedbackRequest.asker == asker, FeedbackRequest.giver == giver, FeedbackRequest.state == "asked"
    )
    return unit.session.exec(wanted).first()


def _close(unit: Unit, request: FeedbackRequest, state: str) -> bool:
    """The first answer wins."""
    changed = unit.session.connection().execute(
        update(FeedbackRequest)
        .where(col(FeedbackRequest.id) == request.id, col(FeedbackRequest.state) == "asked")
        .values(state=state, answered_at=unit.now)
    )
    unit.session.refresh(request)
    if changed.rowcount == 1:
        unit.audit(f"request.{state}", request_id(request))
    asker, shown = name_of(unit.session, request.asker), request_id(request)
    unit.refresh(
        f"request:{request.id}", lambda reader: cards.requested(Words(reader.locale), asker, shown, request.state)
    )
    return changed.rowcount == 1


def request_id(request: FeedbackRequest) -> str:
    return f"Q-{request.id}"
