"""Requests for help between colleagues."""

from __future__ import annotations

from datetime import date

from cards.feedback import ask_words
from cards.formats import day, moment
from cards.model import Button, Card, Fact, Input, Quote, Tone, do
from cards.views import HelpView
from cards.wording import Words

HELP: dict[str, Tone] = {"asked": "warn", "accepted": "good", "declined": "neutral", "withdrawn": "neutral"}


def ask_help_text(words: Words, helper: str, dialog: str) -> Card:
    return ask_words(
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
