"""Feedback between people, and requests for help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from cards.formats import day, moment, short
from cards.goals import cancel, undo
from cards.home import entry
from cards.model import Button, Card, Choice, Fact, Form, Input, Option, Quote, Tone, do
from cards.views import FeedbackView, HelpView
from cards.wording import Words

READERS = ("receiver", "receiver_and_manager")
HELP: dict[str, Tone] = {"asked": "warn", "accepted": "good", "declined": "neutral", "withdrawn": "neutral"}


def choose_person(words: Words, title: str, text: str, people: Sequence[tuple[str, str]], dialog: str) -> Card:
    """`people`: id and name, at most ten are shown; a name can be typed as well."""
    options = tuple(Option(*person) for person in people[:10])
    field = (
        Choice("person", words("feedback.person"), options, options[0].value)
        if options
        else Input("person", words("feedback.person"), max_length=40)
    )
    return Card(
        title=title,
        text=text,
        form=Form(do("fill", dialog=dialog), words("button.next"), (field,)),
        buttons=(cancel(words, dialog),),
        locale=words.locale,
    )


def ask_text(words: Words, receiver: str, dialog: str) -> Card:
    return _ask_words(
        words,
        words("feedback.text.title", name=receiver),
        words("feedback.text.text"),
        Input("text", words("feedback.text.field"), words("feedback.text.hint"), multiline=True),
        dialog,
    )


def ask_new_text(words: Words, receiver: str, old: str, dialog: str) -> Card:
    card = _ask_words(
        words,
        words("feedback.edit.title", name=receiver),
        words("feedback.edit.text"),
        Input("text", words("feedback.text.field"), default=old, multiline=True),
        dialog,
    )
    return Card(
        title=card.title,
        text=card.text,
        quote=Quote(words("feedback.quote"), old),
        form=card.form,
        buttons=card.buttons,
        locale=words.locale,
    )


def _ask_words(words: Words, title: str, text: str, field: Input, dialog: str) -> Card:
    return Card(
        title=title,
        text=text,
        form=Form(do("fill", dialog=dialog), words("button.next"), (field,)),
        buttons=(cancel(words, dialog),),
        locale=words.locale,
    )


def ask_readers(words: Words, receiver: str, manager: str, text: str, dialog: str) -> Card:
    """The last look before it goes out, and the choice of who may read it."""
    fills = {"name": receiver, "manager": manager}
    buttons = [
        Button(
            words(f"feedback.readers.{readers}", **fills),
            do("fill", dialog=dialog, readers=readers),
            words(f"feedback.readers.{readers}", **fills),
            "primary" if readers == "receiver" else "default",
        )
        for readers in (READERS if manager else READERS[:1])
    ]
    return Card(
        title=words("feedback.readers.title", name=receiver),
        quote=Quote(words("feedback.quote"), text),
        buttons=(*buttons, cancel(words, dialog)),
        locale=words.locale,
    )


def given(words: Words, view: FeedbackView) -> Card:
    """The giver's own copy."""
    readers = words(
        "feedback.readers.receiver_and_manager" if view.manager else "feedback.readers.receiver",
        name=view.receiver,
        manager=view.manager,
    )
    edit = words("feedback.edit")
    card = Card(
        text=words("feedback.given", name=view.receiver, readers=readers)
        if len(view.texts) == 1
        else words("feedback.changed", name=view.receiver, version=len(view.texts)),
        buttons=(Button(edit, do("edit_feedback", feedback=view.id), f"{edit} {view.id}"), undo(words)),
        locale=words.locale,
    )
    return _closed(words, card, view) if view.state == "withdrawn" else card


def received(words: Words, view: FeedbackView, *, for_manager: bool = False) -> Card:
    """The receiver's card (and the manager's, where the giver chose so). Older versions stay readable."""
    version = len(view.texts)
    readers = "feedback.readers.you_and_manager" if view.manager else "feedback.readers.you"
    thank = words("feedback.thank")
    card = Card(
        title=words("feedback.title.manager", giver=view.giver, name=view.receiver)
        if for_manager
        else words("feedback.title", name=view.giver),
        status=words("feedback.new") if version == 1 else words("feedback.edited", version=version),
        tone="info",
        quote=Quote(words("feedback.words"), view.texts[-1]),
        text="\n".join(
            words("feedback.before", version=n, text=short(text, 200)) for n, text in enumerate(view.texts[:-1], 1)
        ),
        facts=() if for_manager else (Fact(words("feedback.readers"), words(readers, manager=view.manager)),),
        buttons=() if for_manager else (Button(thank, do("thank", feedback=view.id), f"{thank} {view.id}", "primary"),),
        locale=words.locale,
    )
    if view.state == "withdrawn":
        return _closed(words, card, view)
    if view.thanked and not for_manager:
        return card.closed(words("feedback.thanked", name=view.giver), "info", card.status)
    return card


def _closed(words: Words, card: Card, view: FeedbackView) -> Card:
    at = moment(view.withdrawn_at) if view.withdrawn_at else ""
    told = words("feedback.outcome.withdrawn", who=view.giver, at=at)
    # Taken back means taken back: the words go, the trace stays.
    return replace(card.closed(told, "neutral", words("feedback.withdrawn")), quote=None, text="")


def received_list(words: Words, title: str, views: Sequence[FeedbackView], today: date, more: bool) -> Card:
    lines = [
        f"**{words('feedback.list.line', at=day(v.at.date(), today), name=v.giver)}**\n{short(v.texts[-1], 160)}"
        for v in views
    ]
    return Card(
        title=title,
        text="\n".join(lines),
        hint=words("feedback.list.more", count=len(views)) if more else "",
        buttons=(entry(words, "feedback"),),
        locale=words.locale,
    )


def ask_help_text(words: Words, helper: str, dialog: str) -> Card:
    return _ask_words(
        words,
        words("help.text.title", name=helper),
        words("help.text.text"),
        Input("text", words("help.text.field"), multiline=True, max_length=500),
        dialog,
    )


def help_asked(words: Words, view: HelpView, today: date) -> Card:
    """The card of the colleague who was asked."""
    accept, decline = words("help.accept"), words("help.decline")
    card = Card(
        title=words("help.title", name=view.requester),
        subtitle=view.id,
        status=words(f"help.{view.state}"),
        tone=HELP[view.state],
        quote=Quote(words("help.words"), view.text),
        facts=(Fact(words("help.due"), day(view.due, today)),) if view.due else (),
        buttons=(
            Button(accept, do("accept_help", help=view.id), f"{accept} {view.id}", "primary"),
            Button(decline, do("decline_help", help=view.id), f"{decline} {view.id}"),
        ),
        locale=words.locale,
    )
    if view.state == "asked" or view.answered_at is None:
        return card
    who = view.requester if view.state == "withdrawn" else view.helper
    told = words(f"help.outcome.{view.state}", who=who, at=moment(view.answered_at))
    return card.closed(told, HELP[view.state], words(f"help.{view.state}"))
