"""What leads to feedback, being asked for it; and marking what was given with tags."""

from __future__ import annotations

from cards import asking as cards
from cards import tags
from cards.home import done, say
from handlers import dialogs, feedback, feedback_requests
from handlers.colleagues import choose_person, colleague
from handlers.commands import AnswerFeedbackRequest, GiveFeedback, RequestFeedback, TagFeedback
from handlers.permissions import may, to_feedback
from handlers.unit import Refusal, Unit
from handlers.views import name_of, tag_lists, tags_of
from storage.tables import Feedback


def request(command: RequestFeedback, unit: Unit) -> None:
    words = unit.words
    if command.person is None:
        title, text = words("request.who.title"), words("feedback.who.text")
        choose_person(unit, command, command.among, title, text)
        return
    feedback_requests.ask(unit, colleague(unit, command.person, "request.self"))


def answer(command: AnswerFeedbackRequest, unit: Unit) -> None:
    """The asked one writes, or declines."""
    if not command.accept:
        feedback_requests.decline(command, unit)
        return
    found = feedback_requests.find(unit, command.request)
    feedback.give(GiveFeedback(person=found.asker), unit)


def tag(command: TagFeedback, unit: Unit) -> None:
    """Each answer is kept as it comes, so that leaving half-way loses nothing."""
    found = feedback.find(unit, command.feedback)
    if found.state == "withdrawn" or not may("feedback.tag", to_feedback(unit.actor, found)):
        raise Refusal("refuse.no.feedback")
    _keep(command, found, unit)
    receiver = name_of(unit.session, found.receiver)
    missing = [kind for kind in tags.KINDS if getattr(command, kind) is None]
    if missing:
        lists, now = tag_lists(unit.session, found), {kind: getattr(found, kind) for kind in missing}
        dialogs.ask(unit, command, missing, lambda d: cards.ask_tags(unit.words, receiver, lists, now, d))
    elif command.document is None:
        number = _document(found, unit)
        dialogs.ask(unit, command, ("document",), lambda d: cards.ask_document(unit.words, receiver, number, d))
    else:
        dialogs.finish(unit, command)
        # Once, at the end: a platform may let a card be changed only once.
        feedback.refresh(unit, found)
        _tell(found, receiver, unit)


def _keep(command: TagFeedback, found: Feedback, unit: Unit) -> None:
    """What was chosen takes the place of what was there; what was skipped stays."""
    before, number = _marks(found), _document(found, unit)
    for kind in tags.KINDS:
        chosen = getattr(command, kind)
        if chosen:
            setattr(found, kind, "" if chosen == tags.NONE else chosen)
    if command.document:
        found.document_sealed = None if command.document == tags.NONE else unit.vault.seal(command.document)
    unit.session.flush()
    after, renumbered = _marks(found), _document(found, unit) != number
    if before != after or renumbered:
        unit.audit("feedback.tagged", f"F-{found.id}", before=before, after=after | {"document_changed": renumbered})


def _marks(found: Feedback) -> dict[str, object]:
    """The ids of the tags, and whether there is a document number: what it says is nobody's business."""
    marks: dict[str, object] = {kind: getattr(found, kind) for kind in tags.KINDS}
    return marks | {"document": found.document_sealed is not None}


def _document(found: Feedback, unit: Unit) -> str:
    return unit.vault.open(found.document_sealed) if found.document_sealed else ""


def _tell(found: Feedback, receiver: str, unit: Unit) -> None:
    chosen = tags_of(unit.session, found, unit.words.locale)
    chosen += [number] if (number := _document(found, unit)) else []
    if chosen:
        unit.show(done(unit.words, "tag.saved", f"F-{found.id}/tags", "home", name=receiver, tags=" · ".join(chosen)))
    else:
        unit.show(say(unit.words, "tag.saved.none", "home"))
