"""Focus points: one thing to work on, how it will be seen, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cards.formats import day, moment, short
from cards.goals import cancel
from cards.home import undo
from cards.model import Button, Card, Choice, DateInput, Fact, Field, Form, Input, Option, Quote, Tone, do
from cards.nudges import Item
from cards.wording import Words

TONES: dict[str, Tone] = {"open": "info", "done": "good", "dropped": "neutral"}
LONGEST = 300
LISTED = 8


@dataclass(frozen=True, slots=True)
class FocusView:
    """`by`: empty where its person set it. `is_own`: for who reads it."""

    id: str
    name: str
    by: str
    text: str
    measure: str
    due: date
    state: str
    is_own: bool
    closed_at: datetime | None = None


def ask_who(words: Words, people: Sequence[tuple[str, str]], dialog: str) -> Card:
    options = tuple(Option(*person) for person in people[:10])
    field = Choice("person", words("feedback.person"), options, options[0].value)
    return _ask(words, words("focus.who.title"), words("focus.who.text"), (field,), dialog)


def ask(words: Words, name: str, missing: Sequence[str], until: date, today: date, dialog: str) -> Card:
    """What is not known yet; where the day alone is missing, one press says the usual one."""
    fields = tuple(_field(words, slot, until) for slot in missing)
    card = _ask(words, words("focus.text.title", name=name), words(f"focus.{missing[0]}"), fields, dialog)
    if missing[0] != "due":
        return card
    label = words("focus.until", day=day(until, today))
    usual = Button(label, do("fill", dialog=dialog, due=until.isoformat()), until.isoformat(), "primary")
    return replace(card, buttons=(usual, *card.buttons))


def ask_more(words: Words, id: str, until: date, dialog: str) -> Card:
    return _ask(words, words("focus.more.title", id=id), words("focus.due"), (_field(words, "due", until),), dialog)


def _field(words: Words, slot: str, until: date) -> Field:
    label = words(f"focus.field.{slot}")
    if slot == "due":
        return DateInput("due", label, until.isoformat())
    return Input(slot, label, multiline=True, max_length=LONGEST)


def _ask(words: Words, title: str, text: str, fields: tuple[Field, ...], dialog: str) -> Card:
    return Card(
        title=title,
        text=text,
        form=Form(do("fill", dialog=dialog), words("button.next"), fields),
        buttons=(cancel(words, dialog),),
        locale=words.locale,
    )


def focus(words: Words, view: FocusView, today: date) -> Card:
    """One focus point as it stands, for its person or for who set it."""
    card = Card(
        title=words("focus.title"),
        subtitle=view.id,
        status=words(f"focus.{view.state}"),
        tone=TONES[view.state],
        quote=Quote(words("focus.field.text"), view.text),
        text=words("focus.seen", measure=view.measure),
        facts=(
            Fact(words("focus.field.due"), day(view.due, today)),
            Fact(words("focus.by"), view.by or words("focus.by.self")),
        ),
        buttons=answers(words, view.id) if view.is_own else (),
        locale=words.locale,
    )
    if view.state == "open" or view.closed_at is None:
        return card
    told = words(f"focus.outcome.{view.state}", at=moment(view.closed_at))
    return card.closed(told, TONES[view.state], card.status)


def set_for_oneself(words: Words, view: FocusView, today: date) -> Card:
    card = focus(words, view, today)
    return replace(card, buttons=(*card.buttons, undo(words, view.id)))


def answers(words: Words, id: str) -> tuple[Button, ...]:
    finish, more = words("focus.finish"), words("focus.more")
    return (
        Button(finish, do("focus_done", focus=id), f"{finish} {id}", "primary"),
        Button(more, do("focus_move", focus=id), f"{more} {id}"),
    )


def reminder(words: Words, view: FocusView, due: date, today: date, outcome: str) -> Item:
    """To its person. The line alone is kept in the clear, so it does not say what the point is."""
    text = words("nudge.focus.text", id=view.id, day=day(due, today))
    card = replace(focus(words, view, today), title=text, buttons=answers(words, view.id), outcome="")
    return Item(text, card, outcome, f"{words('focus.finish')} {view.id}")


def late(words: Words, view: FocusView, due: date, today: date, outcome: str) -> Item:
    """To who set it: one line, and the way to let it go."""
    text, drop = words("nudge.focus_late.text", name=view.name, id=view.id, day=day(due, today)), words("focus.drop")
    button = Button(drop, do("focus_drop", focus=view.id), f"{drop} {view.id}")
    return Item(text, Card(text=text, buttons=(button,), locale=words.locale), outcome, f"{drop} {view.id}")


def listed(words: Words, views: Sequence[FocusView], today: date) -> Card:
    """One's own come first, and can be answered here."""
    finish = words("focus.finish")
    lines = [
        words("focus.list.line", id=v.id, name=v.name, day=day(v.due, today), text=short(v.text, 60))
        for v in views[:LISTED]
    ]
    buttons = [Button(f"{finish} {v.id}", do("focus_done", focus=v.id), f"{finish} {v.id}") for v in views if v.is_own]
    title = words("focus.list.title")
    return Card(title=title, text="\n".join(lines), buttons=tuple(buttons), locale=words.locale)
