"""The home card, help, refusals and other short answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cards.model import Button, Card, Fact, do
from cards.wording import Words

MOST_BUTTONS = 6  # what one WeCom card can hold


@dataclass(frozen=True, slots=True)
class HomeView:
    name: str
    example: str
    goals: int
    stale: int
    feedback: int
    waiting: int
    is_manager: bool
    is_hr: bool


def entry(words: Words, name: str, style: str = "default") -> Button:
    """One of the main entries, the same everywhere."""
    label = words(f"button.{name}")
    return Button(label, do(name), label, "primary" if style == "primary" else "default")


def entries(words: Words, *, is_manager: bool, is_hr: bool) -> tuple[Button, ...]:
    """The four buttons; a manager's and HR's own follow, as many as fit."""
    names = ["goals", "feedback", "ranking", "help"]
    if is_manager or is_hr:
        names.append("todo")
    if is_manager:
        names.append("team")
    if is_hr:
        names.append("digest")
    # Who is both gets the digest instead of the ranking: it is the rarer need of the two.
    if len(names) > MOST_BUTTONS:
        names.remove("ranking")
    return tuple(entry(words, name, "primary" if name == "goals" else "default") for name in names)


def home(words: Words, view: HomeView) -> Card:
    facts = [
        Fact(words("home.goals"), words("home.goals.value", count=view.goals, stale=view.stale)),
        Fact(words("home.feedback"), words("home.feedback.value", count=view.feedback)),
    ]
    if view.waiting:
        facts.append(Fact(words("home.waiting"), words("home.waiting.value", count=view.waiting)))
    return Card(
        title=words("home.title", name=view.name),
        text=words("home.text", example=view.example),
        tone="info",
        facts=tuple(facts),
        buttons=entries(words, is_manager=view.is_manager, is_hr=view.is_hr),
        locale=words.locale,
    )


def not_understood(words: Words, example: str) -> Card:
    return Card(
        text=words("unknown.text", example=example),
        buttons=(entry(words, "goals", "primary"), entry(words, "feedback"), entry(words, "home")),
        locale=words.locale,
    )


def proposal(words: Words, what: str, of: str) -> Card:
    """A guess, in one line, to be agreed to or not."""
    yes, no = words("guess.yes"), words("guess.no")
    return Card(
        text=words("guess.text", what=what),
        buttons=(Button(yes, do("confirm", of=of, yes="1"), yes, "primary"), Button(no, do("confirm", of=of), no)),
        locale=words.locale,
    )


def not_yet(words: Words, what: str, who: str, **fills: object) -> Card:
    """Understood, but not built. `who` can help."""
    key = f"unknown.later.{what}" if what in {"points", "settings"} else "unknown.later"
    return Card(
        text=words(key, who=who, **fills),
        buttons=(entry(words, "goals", "primary"), entry(words, "feedback"), entry(words, "help")),
        locale=words.locale,
    )


def say(words: Words, key: str, *names: str, **fills: object) -> Card:
    """One sentence; `names` are main entries that lead on."""
    return Card(text=words(key, **fills), buttons=tuple(entry(words, n) for n in names), locale=words.locale)


def undo(words: Words, of: str) -> Button:
    """`of`: what it takes back, as `handlers.undo` names it."""
    return Button(words("button.undo"), do("undo", of=of), words("button.undo"))


def done(words: Words, key: str, of: str, *names: str, **fills: object) -> Card:
    """What was recorded, in one sentence, and the way back."""
    told = say(words, key, *names, **fills)
    return Card(text=told.text, buttons=(undo(words, of), *told.buttons), locale=words.locale)


def draft(words: Words, text: str, dialog: str) -> Card:
    """An unfinished dialog, offered again."""
    return Card(
        text=text,
        buttons=(
            Button(words("button.resume"), do("resume", dialog=dialog), words("button.resume"), "primary"),
            Button(words("button.discard"), do("discard", dialog=dialog), words("button.discard")),
        ),
        locale=words.locale,
    )


def facts(title: str, lines: Sequence[tuple[str, str]], words: Words, *, text: str = "", hint: str = "") -> Card:
    """A card that only tells."""
    return Card(title=title, text=text, facts=tuple(Fact(*line) for line in lines[:5]), hint=hint, locale=words.locale)
