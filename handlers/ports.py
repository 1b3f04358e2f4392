"""What the core needs from outside. `bot.bootstrap` puts the real ones in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from cards.model import Card, Tone
from handlers.events import Event, Media

CONFIG_WAIT = 300.0  # seconds


class PlatformError(Exception):
    """A call to a platform did not do what was asked. Whether to try again is said here, not guessed by the caller.

    permanent    trying again cannot help
    retry_after  seconds to wait at least, where the platform says so
    unreachable  this recipient cannot be reached (left, out of range, opted out): others can
    replace      the message can no longer be changed: send a new one
    config       a setting or permission is wrong: tell the operator, and try again later: it will be mended
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        permanent: bool = False,
        retry_after: float | None = None,
        unreachable: bool = False,
        replace: bool = False,
        config: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.permanent = permanent or unreachable or replace
        self.retry_after = CONFIG_WAIT if config and retry_after is None else retry_after
        self.unreachable = unreachable
        self.replace = replace
        self.config = config


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: an account, one-to-one; or a group conversation the bot is in."""

    account: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A picture or file to send. `kind`: image or file."""

    kind: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """`message` is the platform's handle of what was sent; `token` a credential for changing it, where one is given."""

    message: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one address.

    `key` ([A-Za-z0-9_-], at most 40 characters) is the same in every attempt: the platform's own
    protection against doubles is fed with it.
    """

    key: str
    to: Address
    card: Card
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Put `card` where the message `sent` stands."""

    key: str
    to: Address
    card: Card
    sent: Sent


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person who pressed sees at once: a short line, and the card as it is now (None: unchanged)."""

    toast: str = ""
    tone: Tone = "neutral"
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the platform's address book has them. `manager` is an account id of the same platform."""

    account: str
    name: str
    department: str = ""
    manager: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Download:
    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """The platform's own bounds, as data.

    person_per_minute  more than that to one person is dropped or refused
    answer_seconds     how long a press may wait for its answer
    download_bytes     the largest file it lets us fetch
    toasts             whether `Answer.toast` is shown to the person who pressed
    pictures           in_card: a card shows its picture; after_card: the picture is a message of its own
    """

    person_per_minute: int
    answer_seconds: float
    download_bytes: int
    toasts: bool = False
    pictures: Literal["in_card", "after_card"] = "after_card"


class Platform(Protocol):
    """One chat platform, as the core sees it. Every call but `parse` is a network call and may raise PlatformError."""

    @property
    def name(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    def parse(self, body: bytes) -> Sequence[Event]:
        """Events in an authenticated callback body. Pure: no network, no clock. ValueError where it makes no sense."""
        ...

    def send(self, outgoing: Outgoing) -> Sent: ...

    def update(self, update: Update) -> Sent: ...

    def people(self) -> Iterable[Member]: ...

    def download(self, media: Media) -> Download: ...

    def install_menu(self) -> bool:
        """Put our menu into the app; False where the platform has no call for that."""
        ...

    def check(self) -> str:
        """One harmless real call; returns what was seen, for `maibo doctor`."""
        ...


@dataclass(frozen=True, slots=True)
class Puzzle:
    """A sentence that the grammar cannot read, and all that is told with it: the day and the speaker's goals.

    `goals`: id, title and unit of each; no values, and of other people nothing.
    """

    sentence: str
    today: str
    goals: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """What an interpreter takes a puzzle for: nothing more than a claim, to be checked."""

    intent: str
    slots: Mapping[str, str | float | None] = field(default_factory=dict)


class Interpreter(Protocol):
    """The second reader of sentences, such as a language model. Never asked inside a transaction."""

    @property
    def ready(self) -> bool:
        """False while it is left alone because it failed too often."""
        ...

    @property
    def trusted(self) -> bool:
        """Whether it may see sentences that could be private."""
        ...

    def interpret(self, puzzle: Puzzle) -> Guess | None:
        """None where it does not know, or cannot be asked. Never raises for what happens outside."""
        ...


@dataclass(frozen=True, slots=True)
class Aid:
    """The interpreter's part in one transaction: whether it may be asked; or that it was, and what it said.

    `asked`: the sentence was outside of any dialog when it was said, whatever was opened since.
    """

    may_ask: bool = False
    trusted: bool = False
    asked: bool = False
    guess: Guess | None = None


NO_AID = Aid()
