"""Feedback that is asked for, feedback codes, and the tags of a feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def ask_tags(words: Words, receiver: str, known: tags.Tags, now: Mapping[str, str], dialog: str) -> Card:
    """Every list that is still open, side by side. `now`: by kind, what is marked already; empty for nothing."""
    text = words("tag.text", what=words(f"tag.{next(iter(now))}"))
    fields = [_choice(words, known, kind, chosen) for kind, chosen in now.items()]
    return _optional(words, words("tag.title", name=receiver), text, fields, dialog)


def _choice(words: Words, known: tags.Tags, kind: str, chosen: str) -> Choice:
    """What is marked already is chosen beforehand; nothing where the list does not have it any more."""
    options = (Option(tags.NONE, words("tag.none")), *(Option(*one) for one in known.options(kind, words.locale)))
    is_listed = chosen in {option.value for option in options}
    default = chosen if is_listed else "" if chosen else tags.NONE
    return Choice(kind, words(f"tag.{kind}"), options, default, required=False)


def ask_document(words: Words, receiver: str, number: str, dialog: str) -> Card:
    """`number`: the one that is there already."""
    hint = words("tag.document.hint")
    field = Input("document", words("tag.document"), hint, default=number, required=False, max_length=60)
    title = words("tag.document.title", name=receiver)
    text = words("tag.document.text.now", number=number) if number else words("tag.document.text")
    return _optional(words, title, text, [field], dialog)


def _optional(words: Words, title: str, text: str, fields: Sequence[Choice | Input], dialog: str) -> Card:
    skip = words("button.skip")
    return Card(
        title=title,
        text=text,
        form=Form(do("fill", dialog=dialog), words("button.next"), tuple(fields)),
        buttons=(Button(skip, do("skip", dialog=dialog), skip),),
        locale=words.locale,
    )
