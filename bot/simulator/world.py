"""What the simulated platforms know: accounts, chats, faults and the traffic. In memory, behind one lock."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

PLATFORMS = ("wecom", "dingtalk", "feishu")
TRAFFIC_KEPT = 400


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account on one platform, as its address book has it. `id`: userid, on Feishu the open_id."""

    platform: str
    id: str
    person: str
    name: str
    department: str
    manager: str = ""


@dataclass(slots=True)
class Bubble:
    """One message in a chat. `content` is the platform's own payload, as the client would get it.

    `kind`: text, markdown, card, image, file, voice, notice (a grey line of the client itself).
    For image and file `content` holds {"media": id, "name": …}, fetched from `/sim/media/<id>`, as are a card's.
    """

    id: str
    platform: str
    account: str
    author: Literal["me", "bot", "client"]
    kind: str
    content: dict[str, Any]
    at: datetime
    read: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP exchange with the bot. `direction`: to_bot or from_bot; bodies are text as on the wire.

    `plain` is the decrypted content where the wire is encrypted.
    """

    id: int
    platform: str
    direction: str
    at: datetime
    method: str
    path: str
    request_headers: dict[str, str]
    request_body: str
    status: int
    response_body: str
    milliseconds: float
    plain: str = ""


@dataclass(slots=True)
class Faults:
    """What goes wrong on one platform at the moment. Counters count down to 0; 0 is off.

    duplicate     each callback is sent that many times more
    delay         seconds before a callback is sent
    server_error  so many API calls are answered with a 5xx (or the platform's "busy")
    expire_token  so many API calls find their token expired
    rate_limit    so many API calls are refused as too many
    lose_answer   so many sends are done, but the connection breaks before the answer
    refuse_upload so many uploads are refused for good
    """

    duplicate: int = 0
    delay: float = 0.0
    server_error: int = 0
    expire_token: int = 0
    rate_limit: int = 0
    lose_answer: int = 0
    refuse_upload: int = 0


@dataclass(slots=True)
class World:
    """The state that all three share. `travel` moves the clock forward, where that can be done.

    Use `changing()` for every change: it wakes the pages that wait.
    """

    accounts: dict[tuple[str, str], Account] = field(default_factory=dict)
    bubbles: list[Bubble] = field(default_factory=list)
    media: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    faults: dict[str, Faults] = field(default_factory=lambda: {name: Faults() for name in PLATFORMS})
    traffic: deque[Exchange] = field(default_factory=lambda: deque(maxlen=TRAFFIC_KEPT))
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    travel: Callable[[str], None] | None = None
    version: int = 0
    _changed: threading.Condition = field(default_factory=lambda: threading.Condition(threading.RLock()))
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @contextmanager
    def changing(self) -> Iterator[None]:
        with self._changed:
            yield
            self.version += 1
            self._changed.notify_all()

    def wait(self, known: int, seconds: float) -> int:
        """Return as soon as the world is newer than `known`, or after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != known, seconds)
            return self.version

    def next_id(self) -> int:
        with self._changed:
            return next(self._ids)

    def post(
        self,
        platform: str,
        account: str,
        author: Literal["me", "bot", "client"],
        kind: str,
        content: dict[str, Any],
        *,
        id: str = "",
    ) -> Bubble:
        """Put a message into somebody's chat with the bot."""
        with self.changing():
            bubble = Bubble(
                id or f"b{self.next_id()}",
                platform,
                account,
                author,
                kind,
                content,
                self.clock(),
                read=author == "me",
            )
            self.bubbles.append(bubble)
        return bubble

    def chat(self, platform: str, account: str) -> list[Bubble]:
        with self._changed:
            return [b for b in self.bubbles if b.platform == platform and b.account == account]

    def bubble(self, id: str) -> Bubble | None:
        with self._changed:
            return next((b for b in self.bubbles if b.id == id), None)

    def keep_media(self, name: str, mime: str, content: bytes, id: str = "") -> str:
        with self.changing():
            key = id or f"media{self.next_id()}"
            self.media[key] = (name, mime, content)
        return key

    def record(self, exchange: Exchange) -> None:
        with self.changing():
            self.traffic.append(exchange)

    def take(self, platform: str, fault: str) -> bool:
        """Use up one of a counted fault; False when it is off."""
        with self._changed:
            left = int(getattr(self.faults[platform], fault))
            if left > 0:
                setattr(self.faults[platform], fault, left - 1)
            return left > 0
