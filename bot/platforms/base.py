"""What a platform adapter adds to the core's port: the part that sees HTTP requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from handlers.events import CardAction
from handlers.ports import Answer, Platform, PlatformError

LONGEST_CODE = 1024  # characters


@dataclass(frozen=True, slots=True)
class Callback:
    """A raw request from a platform, without a web framework. Header names are lower case.

    `route` is what follows the platform's name in the path: "" or, for DingTalk, "robot", "card", "event".
    """

    method: str
    route: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    now: datetime


@dataclass(frozen=True, slots=True)
class Response:
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Authentic:
    """A callback that proved where it comes from. `body` is decrypted, self-contained and fit for `Platform.parse`."""

    body: bytes


@dataclass(frozen=True, slots=True)
class Handshake:
    """The platform tests the address; this is the answer it waits for. Nothing else happens."""

    response: Response


class Rejected(Exception):  # noqa: N818 - it reads as what happened: raise Rejected("…")
    """Not genuine, or not readable: answered with a 4xx. `reason` is for the log and holds nothing of the content."""

    def __init__(self, reason: str, status: int = 403) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class SignIn(Protocol):
    """How somebody proves in a browser who they are: sent to the platform's page, and back to ours with a code."""

    @property
    def chat(self) -> str:
        """A link that opens the chat with us; empty where the platform has none."""
        ...

    def is_inside(self, agent: str) -> bool:
        """Whether this User-Agent is the platform's own browser, where nobody has to choose a platform."""
        ...

    def url(self, back: str, state: str, agent: str) -> str:
        """The platform's page. `back`: our address, known to its console. `state`: lower-case letters, digits."""
        ...

    def who(self, came: Mapping[str, str], back: str) -> str:
        """The account of whoever came back to `back` with the query `came`. The code in it is good once.

        PlatformError: `unreachable` for somebody who is not of this company, `permanent` where signing in has to begin
        anew, anything else where it can be tried again later.
        """
        ...


class Webhook(Platform, Protocol):
    """A platform whose callbacks come over HTTP."""

    @property
    def sign_in(self) -> SignIn: ...

    @property
    def routes(self) -> Mapping[str, tuple[str, ...]]:
        """Path below `/callback/<name>` → allowed methods."""
        ...

    def authenticate(self, callback: Callback) -> Authentic | Handshake:
        """Verify (constant time) before parsing. Raises Rejected; never anything else, whatever comes in."""
        ...

    def acknowledge(self, callback: Callback) -> Response:
        """What the platform wants to hear when a message was taken in."""
        ...

    def answer(self, callback: Callback, action: CardAction, answer: Answer) -> Response:
        """The answer to a press, as the platform shows it to the person who pressed.

        PlatformError where the answer cannot hold it all: then the outbox changes the card.
        """
        ...


def code_in(came: Mapping[str, str], name: str) -> str:
    """The code that a platform's page sent back. PlatformError: the person said no there, or somebody made it up."""
    code = came.get(name, "")
    if not code or len(code) > LONGEST_CODE or not code.isascii():
        raise PlatformError("came back without a usable code", permanent=True)
    return code
