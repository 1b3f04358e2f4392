"""Feedback that is asked for, feedback codes, and the tags of a feedback."""

from __future__ import annotations

from collections.abc import Sequence

from cards import tags
from cards.home import entry
from cards.model import Button, Card, Choice, Fact, Form, Input, Option, QrCode, Tone, do
from cards.wording import Words

TONES: dict[str, Tone] = {"asked": "info", "answered": "good", "declined": "neutral", "withdrawn": "neutral"}


def requested(words: Words, asker: str, request: str, state: str) -> Card:
    """The card of the colleague who is asked for feedback. `state`: asked, answered, declined or withdrawn."""
    write, decline = words("request.write"), words("request.decline")
    card = Card(
        title=words("request.title", name=asker),
        text=words("request.text"),
        status=words(f"request.{state}"),
        tone=TONES[state],
        buttons=(
            Button(write, do("write_feedback", request=request), f"{write} {request}", "primary"),
            Button(decline, do("decline_feedback", request=request), f"{decline} {request}"),
        ),
        locale=words.locale,
    )
    if state == "asked":
        return card
    return card.closed(words(f"request.outcome.{state}", name=asker), TONES[state], card.status)


def own_code(words: Words, name: str, code: str, rows: tuple[str, ...]) -> Card:
    """`rows`: the modules of the QR code (see `QrCode`); empty where there is no page that it could lead to."""
    ask = words("request.button")
    return Card(
        title=words("code.title"),
        text=words("code.text.scan" if rows else "code.text"),
        picture=QrCode(words("code.picture", name=name), rows) if rows else None,
        facts=(Fact(words("code.label"), words("code.line", code=code)),),
        buttons=(Button(ask, do("ask_feedback"), ask, "primary"), entry(words, "home")),
        locale=words.locale,
    )


def ask_tags(words: Words, receiver: str, known: tags.Tags, kinds: Sequence[str], dialog: str) -> Card:
    """Every list that is still open, side by side."""
    text = words("tag.text", what=words(f"tag.{kinds[0]}"))
    return _optional(words, words("tag.title", name=receiver), text, [_choice(words, known, k) for k in kinds], dialog)


def _choice(words: Words, known: tags.Tags, kind: str) -> Choice:
    named = (Option(*option) for option in known.options(kind, words.locale))
    return Choice(kind, words(f"tag.{kind}"), (Option(tags.NONE, words("tag.none")), *named), tags.NONE, required=False)


def ask_document(words: Words, receiver: str, dialog: str) -> Card:
    field = Input("document", words("tag.document"), words("tag.document.hint"), required=False, max_length=60)
    title = words("tag.document.title", name=receiver)
    return _optional(words, title, words("tag.document.text"), [field], dialog)


def _optional(words: Words, title: str, text: str, fields: Sequence[Choice | Input], dialog: str) -> Card:
    skip = words("button.skip")
    return Card(
        title=title,
        text=text,
        form=Form(do("fill", dialog=dialog), words("button.next"), tuple(fields)),
        buttons=(Button(skip, do("skip", dialog=dialog), skip),),
        locale=words.locale,
    )
