"""The neutral card: what a message says, before any platform decides how it looks.

A renderer may leave out what its platform cannot show (see `Form`), never add to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Literal
from urllib.parse import parse_qsl, quote, urlencode

from pydantic import Discriminator, TypeAdapter

Tone = Literal["neutral", "info", "good", "warn", "bad"]
Style = Literal["primary", "default", "danger"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of label and value; a card shows at most five (WeCom: label ≤ 5, value ≤ 30 characters)."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Change:
    """Old beside new, such as 目标值 85% → 80%."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """`do` is what a press sends (see `do()`); `say` is the sentence that means the same where buttons are missing."""

    label: str
    do: str
    say: str
    style: Style = "default"


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Input:
    """Free text. Where a card has no text box the person answers in the chat instead."""

    name: str
    label: str
    placeholder: str = ""
    default: str = ""
    multiline: bool = False
    required: bool = True
    max_length: int = 1000
    kind: Literal["input"] = "input"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of at most ten options."""

    name: str
    label: str
    options: tuple[Option, ...]
    default: str = ""
    required: bool = True
    kind: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True)
class DateInput:
    """A day; a form sends it back as `2026-12-31`."""

    name: str
    label: str
    default: str = ""
    required: bool = True
    kind: Literal["date"] = "date"


Field = Annotated[Input | Choice | DateInput, Discriminator("kind")]


@dataclass(frozen=True, slots=True)
class Form:
    """Fields and the button that sends them.

    A platform without text boxes shows the first field only: a choice as a choice, anything else as a
    request to answer in the chat (`Card.text` already asks the question). The dialog behind the form
    takes what came and asks for the rest, so every platform reaches the same end. `instead`: buttons that lead there
    without a dialog behind, shown where not all fields are.
    """

    do: str
    submit: str
    fields: tuple[Field, ...]
    instead: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure to be drawn. `share`, `share_before`, `goal`: of the bar's length, 0 to 1; None: nothing to draw.

    `status` is the word for the colour of `tone`; `before`, `aim` and `note` are said as they are: 上周 54%, 目标 65%.
    """

    label: str
    now: str
    before: str
    share: float | None = None
    share_before: float | None = None
    aim: str = ""
    goal: float | None = None
    tone: Tone = "info"
    status: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """A handful of figures as bars, the last period beneath."""

    title: str
    measures: tuple[Measure, ...]
    kind: Literal["figures"] = "figures"


@dataclass(frozen=True, slots=True)
class QrCode:
    """`rows`: a string a row, `1` for a dark module, without the border. `title` stands below it."""

    title: str
    rows: tuple[str, ...]
    kind: Literal["qr"] = "qr"


# Data only: drawn when it is sent (see `cards.pictures`). `title` is also what is read where it cannot be seen.
Picture = Annotated[Figures | QrCode, Discriminator("kind")]


@dataclass(frozen=True, slots=True)
class Card:
    """A message. Without a title it is a plain sentence (`text`, perhaps with buttons).

    Shown in this order: title (and `status` as coloured word), subtitle, text, facts, changes, quote, picture, form,
    buttons, hint. `outcome` stands where the buttons were once a decision is taken.
    Where a platform's cards hold no picture, it is a message of its own right after.
    `text` may use **bold** and line breaks, nothing else. `private`: of a one-to-one, to be sealed with its own key.
    """

    title: str = ""
    subtitle: str = ""
    text: str = ""
    status: str = ""
    tone: Tone = "neutral"
    facts: tuple[Fact, ...] = ()
    changes: tuple[Change, ...] = ()
    quote: Quote | None = None
    picture: Picture | None = None
    form: Form | None = None
    buttons: tuple[Button, ...] = ()
    outcome: str = ""
    hint: str = ""
    locale: str = "zh"
    private: bool = False

    @property
    def is_plain(self) -> bool:
        """True where a simple text message shows everything but the picture."""
        return not (self.title or self.facts or self.changes or self.quote or self.form or self.buttons)

    def ways(self) -> tuple[Button, ...]:
        """The buttons where the form is not shown."""
        return (*(self.form.instead if self.form else ()), *self.buttons)

    def closed(self, outcome: str, tone: Tone, status: str) -> Card:
        """The same card after the decision: buttons and form gone, the outcome in their place."""
        return replace(self, form=None, buttons=(), hint="", outcome=outcome, tone=tone, status=status)


@cache
def _adapter() -> TypeAdapter[Card]:
    return TypeAdapter(Card)  # takes its time: not at import


def dump(card: Card) -> str:
    return _adapter().dump_json(card).decode()


def load(text: str | bytes) -> Card:
    return _adapter().validate_json(text)


def do(name: str, **args: str) -> str:
    """What a press sends: a name and its arguments, such as `approve?request=R-12`. At most 1024 bytes (WeCom)."""
    query = urlencode(args, quote_via=quote)
    return f"{name}?{query}" if query else name


def read_do(text: str) -> tuple[str, dict[str, str]]:
    """`do()` backwards; anything at all may come in, for it comes from outside."""
    name, _, query = text.partition("?")
    return name, dict(parse_qsl(query))
