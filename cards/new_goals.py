"""Asking for a new goal; the cards of the request are those of `cards.revisions`."""

from __future__ import annotations

from collections.abc import Sequence

from cards.formats import short
from cards.goals import cancel
from cards.model import Card, DateInput, Field, Form, Input, do
from cards.wording import Words

SLOTS = ("title", "target", "unit", "due", "start")


def ask(words: Words, title: str, asked: Sequence[str], dialog: str, problem: str = "") -> Card:
    """What is missing: one form where the platform has forms, one question after the other elsewhere."""
    return Card(
        title=words("newgoal.title.named", title=short(title, 24)) if title else words("newgoal.title"),
        text=problem or words(f"newgoal.ask.{asked[0]}"),
        tone="warn" if problem else "neutral",
        form=Form(do("fill", dialog=dialog), words("button.next"), tuple(_field(words, slot) for slot in asked)),
        buttons=(cancel(words, dialog),),
        locale=words.locale,
    )


def _field(words: Words, slot: str) -> Field:
    label = words(f"newgoal.field.{slot}")
    return DateInput(slot, label) if slot == "due" else Input(slot, label, words(f"newgoal.hint.{slot}"), max_length=60)
