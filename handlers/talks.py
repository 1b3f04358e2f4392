"""One-to-ones: booked or recorded by one of two people, readable by these two alone.

What they write is sealed with a key of its own (`Unit.private`), which exports and pages are never given; neither
the audit log nor a delivery to anybody else holds a word of it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, time

from sqlmodel import col, or_, select

from cards import talks as cards
from cards.formats import day, moment
from cards.home import say
from cards.model import Card
from cards.wording import Words
from handlers import dialogs, nudges
from handlers.colleagues import choose_person, colleague
from handlers.commands import BookTalk, CancelTalk, RecordTalk, ShowTalk, ShowTalks
from handlers.permissions import may, to_talk
from handlers.unit import Refusal, Unit
from handlers.views import name_of
from storage.tables import Person, Talk, TalkNote

LISTED = 5


def book(command: BookTalk, unit: Unit) -> None:
    words = unit.words
    if command.person is None:
        title, text = words("talk.who.title"), words("feedback.who.text")
        choose_person(unit, command, command.among, title, text)
        return
    other = colleague(unit, command.person, "talk.self")
    if command.at is None:
        dialogs.ask(unit, command, ("at",), lambda d: cards.ask_when(words, other.name, d))
        return
    talk = _new(unit, other, command.at)
    if talk.begins_at.astimezone(UTC) < unit.now and (talk.timed or unit.local(talk.begins_at).date() < unit.today):
        raise Refusal("talk.past")
    _add(unit, talk, "talk.booked")
    dialogs.finish(unit, command)
    unit.send(other.id, card_for(unit, talk, other), topic(talk))
    unit.show(cards.booked(unit.words, _view(unit, talk, unit.actor)), topic(talk))


def record(command: RecordTalk, unit: Unit) -> None:
    """The three questions, for a talk that is known or for one that was not booked."""
    if command.talk is None:
        _record_unbooked(command, unit)
        return
    talk = find(unit, command.talk)
    missing = [question for question in cards.QUESTIONS if getattr(command, question) is None]
    if missing:
        view = _view(unit, talk, unit.actor)
        dialogs.ask(unit, command, missing, lambda d: cards.ask_questions(unit.words, view, missing, d))
        return
    _write(command, talk, unit)


def _record_unbooked(command: RecordTalk, unit: Unit) -> None:
    if command.person is None:
        title, text = unit.words("talk.who.title"), unit.words("feedback.who.text")
        choose_person(unit, command, command.among, title, text)
        return
    other = colleague(unit, command.person, "talk.self")
    talk = _booked_with(unit, other, command.at)
    if talk is None:
        talk = _new(unit, other, command.at or unit.today.isoformat())
        _add(unit, talk, "talk.held")
    record(replace(command, talk=talk.id), unit)


def _booked_with(unit: Unit, other: Person, at: str | None) -> Talk | None:
    """The talk that is meant: that of the day said, else the newest that was booked and has begun."""
    between = [talk for talk in _mine(unit) if other.id in {talk.organiser, talk.other} and talk.state == "booked"]
    if at is not None:
        return next((t for t in between if unit.local(t.begins_at).date().isoformat() == at[:10]), None)
    return next((t for t in between if unit.local(t.begins_at).date() <= unit.today), None)


def show(command: ShowTalk, unit: Unit) -> None:
    talk = find(unit, command.talk)
    unit.reply(card_for(unit, talk, unit.actor), topic(talk))


def show_all(_command: ShowTalks, unit: Unit) -> None:
    views = [_view(unit, talk, unit.actor) for talk in _mine(unit)[:LISTED]]
    unit.reply(cards.talk_list(unit.words, views) if views else say(unit.words, "talk.list.none", "home"))


def cancel(command: CancelTalk, unit: Unit) -> None:
    talk = find(unit, command.talk)
    if talk.state == "booked":
        call_off(unit, talk)
    unit.tell(say(unit.words, f"talk.{talk.state}"))


def call_off(unit: Unit, talk: Talk) -> None:
    talk.state = "cancelled"
    unit.session.flush()
    unit.audit("talk.cancelled", talk_id(talk))
    nudges.talked(unit, talk.organiser, talk.other)
    _tell_other(unit, talk, "talk.told.cancelled")
    refresh(unit, talk)


def find(unit: Unit, id: int) -> Talk:
    """A talk of the actor's own: any other is as if it were not."""
    talk = unit.session.get(Talk, id, with_for_update=True)
    if talk is None or not may("talk.read", to_talk(unit.actor, talk)):
        raise Refusal("talk.none")
    return talk


def refresh(unit: Unit, talk: Talk) -> None:
    unit.refresh(topic(talk), lambda reader: card_for(unit, talk, reader))


def topic(talk: Talk) -> str:
    return f"talk:{talk.id}"


def talk_id(talk: Talk) -> str:
    return f"T-{talk.id}"


def card_for(unit: Unit, talk: Talk, reader: Person) -> Card:
    return cards.talk(Words(reader.locale), _view(unit, talk, reader))


def _mine(unit: Unit) -> list[Talk]:
    mine = or_(col(Talk.organiser) == unit.actor.id, col(Talk.other) == unit.actor.id)
    return list(unit.session.exec(select(Talk).where(mine).order_by(col(Talk.begins_at).desc())))


def _new(unit: Unit, other: Person, at: str) -> Talk:
    """`at` is a day or a moment; a time without a zone is the actor's."""
    zone, timed = unit.local(unit.now).tzinfo, "T" in at
    begins = datetime.fromisoformat(at) if timed else datetime.combine(datetime.fromisoformat(at[:10]), time())
    begins = begins if begins.tzinfo else begins.replace(tzinfo=zone)
    return Talk(organiser=unit.actor.id, other=other.id, begins_at=begins, timed=timed, at=unit.now)


def _add(unit: Unit, talk: Talk, action: str) -> None:
    unit.session.add(talk)
    unit.session.flush()
    unit.audit(action, talk_id(talk), after={"other": talk.other})
    nudges.talked(unit, talk.organiser, talk.other)


def _write(command: RecordTalk, talk: Talk, unit: Unit) -> None:
    assert talk.id is not None
    answers = {question: getattr(command, question) for question in cards.QUESTIONS}
    sealed = unit.private.seal(json.dumps(answers, ensure_ascii=False))
    unit.session.add(TalkNote(talk=talk.id, author=unit.actor.id, answers_sealed=sealed, at=unit.now))
    talk.state = "held"
    unit.session.flush()
    unit.audit("talk.recorded", talk_id(talk))
    dialogs.finish(unit, command)
    _tell_other(unit, talk, "talk.told.recorded")
    refresh(unit, talk)
    unit.show(card_for(unit, talk, unit.actor), topic(talk))


def _tell_other(unit: Unit, talk: Talk, key: str) -> None:
    other = unit.session.get_one(Person, talk.other if talk.organiser == unit.actor.id else talk.organiser)
    words, at = Words(other.locale), _when(unit, talk, other)
    unit.send(other.id, say(words, key, name=unit.actor.name, at=at, see=f"{words('talk.see')} {talk_id(talk)}"))


def _view(unit: Unit, talk: Talk, reader: Person) -> cards.TalkView:
    other = talk.other if talk.organiser == reader.id else talk.organiser
    written = select(TalkNote).where(TalkNote.talk == talk.id).order_by(col(TalkNote.id))
    newest = {note.author: note for note in unit.session.exec(written)}
    notes = [
        (name_of(unit.session, author), json.loads(unit.private.open(note.answers_sealed)))
        for author, note in newest.items()
    ]
    return cards.TalkView(talk_id(talk), name_of(unit.session, other), _when(unit, talk, reader), talk.state, notes)


def _when(unit: Unit, talk: Talk, reader: Person) -> str:
    at = unit.local(talk.begins_at, reader)
    return moment(at) if talk.timed else day(at.date(), unit.today)
