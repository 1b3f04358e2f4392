"""One-to-ones. Every card that may hold what the two said is private: it is sealed with their own key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cards.goals import cancel
from cards.home import undo
from cards.model import Button, Card, Fact, Form, Input, Tone, do
from cards.wording import Words

QUESTIONS = ("important", "hardest", "support")
TONES: dict[str, Tone] = {"booked": "info", "cancelled": "neutral", "held": "good"}


@dataclass(frozen=True, slots=True)
class TalkView:
    """`other`: the one of the two who is not reading. `notes`: author's name and answers by question."""

    id: str
    other: str
    at: str
    state: str
    notes: Sequence[tuple[str, Mapping[str, str]]] = ()


def ask_when(words: Words, other: str, dialog: str) -> Card:
    field = Input("at", words("talk.when.field"), max_length=40)
    return Card(
        title=words("talk.when.title", name=other),
        text=words("talk.when.text"),
        form=Form(do("fill", dialog=dialog), words("button.next"), (field,)),
        buttons=(cancel(words, dialog),),
        locale=words.locale,
    )


def ask_questions(words: Words, view: TalkView, asked: Sequence[str], dialog: str) -> Card:
    """Those of the three questions that are not answered yet; the first is also asked in so many words."""
    fields = tuple(Input(name, words(f"talk.{name}"), multiline=True, max_length=500) for name in asked)
    return Card(
        title=words("talk.questions.title", name=view.other, at=view.at),
        text=words(f"talk.questions.{asked[0]}"),
        form=Form(do("fill", dialog=dialog), words("button.next"), fields),
        buttons=(cancel(words, dialog),),
        hint=words("talk.hint"),
        locale=words.locale,
        private=True,
    )


def talk(words: Words, view: TalkView) -> Card:
    """One talk, for one of the two."""
    card = Card(
        title=words("talk.title", name=view.other),
        subtitle=view.id,
        status=words(f"talk.{view.state}"),
        tone=TONES[view.state],
        facts=(Fact(words("talk.at"), view.at),),
        text="\n".join(_note(words, *note) for note in view.notes),
        buttons=_buttons(words, view),
        hint=words("talk.hint"),
        locale=words.locale,
        private=True,
    )
    if view.state == "cancelled":
        return card.closed(words("talk.outcome.cancelled"), "neutral", card.status)
    return card


def booked(words: Words, view: TalkView) -> Card:
    """The same for who has just booked it."""
    card = talk(words, view)
    told = words("talk.told.booked", name=view.other, at=view.at)
    return replace(card, text=told, buttons=(*card.buttons, undo(words, view.id)))


def _note(words: Words, author: str, answers: Mapping[str, str]) -> str:
    lines = (words("talk.notes.line", label=words(f"talk.{name}"), text=answers[name]) for name in QUESTIONS)
    return "\n".join((words("talk.notes", name=author), *lines))


def _buttons(words: Words, view: TalkView) -> tuple[Button, ...]:
    record, drop = words("talk.record"), words("talk.cancel")
    found = [Button(record, do("record_talk", talk=view.id), f"{record} {view.id}", "primary")]
    if view.state == "booked":
        found.append(Button(drop, do("cancel_talk", talk=view.id), f"{drop} {view.id}"))
    return tuple(found)


def talk_list(words: Words, views: Sequence[TalkView]) -> Card:
    see = words("talk.see")
    lines = (
        Fact(v.id, words("talk.list.line", name=v.other, at=v.at, state=words(f"talk.{v.state}"))) for v in views[:5]
    )
    return Card(
        title=words("talk.list.title"),
        facts=tuple(lines),
        buttons=tuple(Button(f"{see} {v.id}", do("talk", talk=v.id), f"{see} {v.id}") for v in views[:3]),
        locale=words.locale,
    )
