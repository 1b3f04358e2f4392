"""What a platform adapter adds to the core's port: the part that sees HTTP requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from handlers.events import CardAction
from handlers.ports import Answer, Platform


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


class Webhook(Platform, Protocol):
    """A platform whose callbacks come over HTTP."""

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
