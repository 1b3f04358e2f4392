"""Feedback from one person to another: recorded, delivered, versioned, never deleted. And requests for help."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update
from sqlmodel import col, select

from cards import feedback as cards
from cards import help as help_cards
from cards.home import done, say
from cards.model import Card
from cards.wording import Words
from handlers import dialogs, nudges
from handlers.colleagues import choose_person, colleague
from handlers.commands import (
    AnswerHelp,
    AskHelp,
    EditFeedback,
    GiveFeedback,
    MendFeedback,
    Thank,
)
from handlers.feedback_requests import fulfil
from handlers.permissions import may, to_feedback, to_help
from handlers.unit import Refusal, Unit
from handlers.views import feedback_view, help_view, name_of, reading_view
from storage.tables import Feedback, FeedbackVersion, HelpRequest, Person


def give(command: GiveFeedback, unit: Unit) -> None:
    words = unit.words
    if command.person is None:
        title = words("feedback.who.title")
        _ask_person(command, unit, title, words("feedback.who.text"))
        return
    receiver = colleague(unit, command.person, "feedback.self")
    if not command.text:
        draft = command.draft or ""
        dialogs.ask(unit, command, ("text",), lambda d: cards.ask_text(words, receiver.name, d, draft))
    elif command.readers is None:
        _ask_readers(command, receiver, unit)
    else:
        _record(command, receiver, unit)


def mend(_command: MendFeedback, unit: Unit) -> None:
    """The wording on its way goes back to its writer: a new feedback, or a new version of one."""
    begun = [d for d in (dialogs.open_one(unit, kind) for kind in (GiveFeedback, EditFeedback)) if d is not None]
    dialog = max(begun, key=lambda d: d.at, default=None)
    command = dialogs.go_on(unit, dialog) if dialog else None
    if not isinstance(command, GiveFeedback | EditFeedback) or not command.text:
        raise Refusal("dialog.none")
    again = replace(command, text=None, draft=command.text)
    if isinstance(again, GiveFeedback):
        give(again, unit)
    else:
        edit(again, unit)


def edit(command: EditFeedback, unit: Unit) -> None:
    feedback = find(unit, command.feedback)
    if not may("feedback.edit", to_feedback(unit.actor, feedback)):
        raise Refusal("feedback.not.yours", name=name_of(unit.session, feedback.giver))
    if feedback.state == "withdrawn":
        raise Refusal("refuse.no.feedback")
    words, view = unit.words, feedback_view(feedback, unit, unit.actor)
    if not command.text:
        old = command.draft or view.texts[-1]
        dialogs.ask(unit, command, ("text",), lambda d: cards.ask_new_text(words, view.receiver, old, d))
        return
    if not command.confirmed:
        text, seen = command.text, reading_view(command.text, words.locale)
        dialogs.ask(unit, command, ("confirmed",), lambda d: cards.ask_sure(words, view.receiver, text, seen, d))
        return
    feedback.version = _next_version(unit, feedback)
    _add_version(unit, feedback, command.text)
    unit.audit("feedback.edited", f"F-{feedback.id}", after={"version": feedback.version})
    dialogs.finish(unit, command)
    refresh(unit, feedback)
    _tell_readers(unit, feedback, "changed")
    unit.show(_card_for(unit, feedback, unit.actor), topic(feedback))


def thank(command: Thank, unit: Unit) -> None:
    feedback = find(unit, command.feedback)
    if not may("feedback.thank", to_feedback(unit.actor, feedback)):
        raise Refusal("refuse.no.feedback")
    giver = name_of(unit.session, feedback.giver)
    if feedback.thanked_at is None:
        feedback.thanked_at = unit.now
        unit.session.flush()
        unit.audit("feedback.thanked", f"F-{feedback.id}")
        words = Words(unit.session.get_one(Person, feedback.giver).locale)
        unit.send(feedback.giver, say(words, "feedback.thanks", name=unit.actor.name))
        refresh(unit, feedback)
    unit.tell(say(unit.words, "feedback.thanked", name=giver), "good")


def find(unit: Unit, id: int) -> Feedback:
    """A feedback, locked for the rest of the transaction."""
    found = unit.session.get(Feedback, id, with_for_update=True)
    if found is None:
        raise Refusal("refuse.no.feedback")
    return found


def take_back(unit: Unit, feedback: Feedback) -> None:
    """Withdrawn: the rows stay, the receiver's card says so and hides the words from then on."""
    feedback.state = "withdrawn"
    unit.session.flush()
    unit.audit("feedback.withdrawn", f"F-{feedback.id}")
    nudges.unheard(unit, feedback)
    refresh(unit, feedback)
    _tell_readers(unit, feedback, "withdrawn")


def refresh(unit: Unit, feedback: Feedback) -> None:
    unit.refresh(topic(feedback), lambda reader: _card_for(unit, feedback, reader))


def topic(feedback: Feedback) -> str:
    return f"feedback:{feedback.id}"


def _ask_person(command: GiveFeedback | AskHelp, unit: Unit, title: str, text: str) -> None:
    choose_person(unit, command, command.among, title, text)


def _ask_readers(command: GiveFeedback, receiver: Person, unit: Unit) -> None:
    assert command.text
    text, manager = command.text, _other_reader(unit, receiver)
    command = replace(command, reader=manager.id if manager else None)
    name, seen = manager.name if manager else "", reading_view(text, unit.words.locale)
    dialogs.ask(
        unit, command, ("readers",), lambda d: cards.ask_readers(unit.words, receiver.name, name, text, seen, d)
    )


def _other_reader(unit: Unit, receiver: Person) -> Person | None:
    """The receiver's manager, where that is somebody else who still works here."""
    manager = unit.session.get(Person, receiver.manager) if receiver.manager else None
    return manager if manager is not None and manager.active and manager.id != unit.actor.id else None


def _chosen(command: GiveFeedback, unit: Unit) -> str | None:
    """The manager whose name the giver saw on the button, whoever that is by now."""
    reader = unit.session.get(Person, command.reader) if command.reader else None
    return reader.id if reader is not None and reader.active and command.readers == "receiver_and_manager" else None


def _record(command: GiveFeedback, receiver: Person, unit: Unit) -> None:
    """The rows, the audit line, the receiver's card and the giver's own belong together."""
    assert command.text
    reader = _chosen(command, unit)
    feedback = Feedback(giver=unit.actor.id, receiver=receiver.id, reader=reader, at=unit.now)
    feedback.request = fulfil(unit, receiver.id)
    unit.session.add(feedback)
    unit.session.flush()
    _add_version(unit, feedback, command.text)
    unit.audit("feedback.given", f"F-{feedback.id}", after={"receiver": receiver.id, "reader": reader, "version": 1})
    dialogs.finish(unit, command)
    nudges.heard(unit, receiver)
    for each in readers_of(unit, feedback):
        unit.send(each.id, _card_for(unit, feedback, each), topic(feedback))
    unit.show(_card_for(unit, feedback, unit.actor), topic(feedback))


def readers_of(unit: Unit, feedback: Feedback) -> list[Person]:
    """Who gets the feedback besides its giver."""
    return [unit.session.get_one(Person, who) for who in (feedback.receiver, feedback.reader) if who]


def _next_version(unit: Unit, feedback: Feedback) -> int:
    """A number is never used again, not even that of an edit that was taken back."""
    known = select(FeedbackVersion.version).where(FeedbackVersion.feedback == feedback.id)
    return max(unit.session.exec(known)) + 1


def _add_version(unit: Unit, feedback: Feedback, text: str) -> None:
    from handlers.sbi import read_feedback

    assert feedback.id is not None
    version = FeedbackVersion(
        feedback=feedback.id,
        version=feedback.version,
        text_sealed=unit.vault.seal(text),
        score=read_feedback(text).score,
        at=unit.now,
    )
    unit.session.add(version)
    unit.session.flush()


def _card_for(unit: Unit, feedback: Feedback, reader: Person) -> Card:
    view = feedback_view(feedback, unit, reader)
    words = Words(reader.locale)
    if reader.id == feedback.giver:
        receiver = unit.session.get_one(Person, feedback.receiver)
        of_report = feedback.state == "given" and receiver.manager == reader.id
        return cards.given(words, view, of_report=of_report)
    return cards.received(words, view, for_manager=reader.id != feedback.receiver)


def _tell_readers(unit: Unit, feedback: Feedback, what: str) -> None:
    for reader in readers_of(unit, feedback):
        view, other = feedback_view(feedback, unit, reader), reader.id != feedback.receiver
        unit.send(reader.id, cards.told(Words(reader.locale), view, what, for_manager=other))


def ask_help(command: AskHelp, unit: Unit) -> None:
    words = unit.words
    if command.person is None:
        _ask_person(command, unit, words("help.who.title"), words("feedback.who.text"))
        return
    helper = colleague(unit, command.person, "help.self")
    if not command.text:
        dialogs.ask(unit, command, ("text",), lambda d: help_cards.ask_help_text(words, helper.name, d))
        return
    request = HelpRequest(
        requester=unit.actor.id,
        helper=helper.id,
        text_sealed=unit.vault.seal(command.text),
        due=command.due,
        at=unit.now,
    )
    unit.session.add(request)
    unit.session.flush()
    unit.audit("help.asked", f"H-{request.id}", after={"helper": helper.id})
    dialogs.finish(unit, command)
    asked = help_cards.help_asked(Words(helper.locale), help_view(request, unit, helper), unit.today)
    unit.send(helper.id, asked, f"help:{request.id}")
    unit.show(done(unit.words, "help.sent", f"H-{request.id}", name=helper.name))


def answer_help(command: AnswerHelp, unit: Unit) -> None:
    request = unit.session.get(HelpRequest, command.help)
    if request is None:
        raise Refusal("refuse.no.help")
    if not may("help.answer", to_help(unit.actor, request)):
        raise Refusal("refuse.help", name=name_of(unit.session, request.helper))
    state = "accepted" if command.accept else "declined"
    if close_help(unit, request, state):
        unit.audit(f"help.{state}", f"H-{request.id}")
        words = Words(unit.session.get_one(Person, request.requester).locale)
        unit.send(request.requester, say(words, f"help.told.{state}", "help", name=unit.actor.name))
    unit.tell(say(unit.words, f"help.{request.state}"), "good")


def close_help(unit: Unit, request: HelpRequest, state: str) -> bool:
    """The first answer wins; every copy of the card shows it."""
    changed = unit.session.connection().execute(
        update(HelpRequest)
        .where(col(HelpRequest.id) == request.id, col(HelpRequest.state) == "asked")
        .values(state=state, answered_at=unit.now)
    )
    unit.session.refresh(request)

    def card_for(reader: Person) -> Card:
        return help_cards.help_asked(Words(reader.locale), help_view(request, unit, reader), unit.today)

    unit.refresh(f"help:{request.id}", card_for)
    return changed.rowcount == 1
