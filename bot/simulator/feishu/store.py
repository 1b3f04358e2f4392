"""What the simulated Feishu remembers of one app: tokens, messages, uploads, presses, how fast the app calls."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from bot.simulator.feishu.app import FeishuApp, fresh
from bot.simulator.world import World

TOKEN_LIFE = timedelta(hours=2)
TOKEN_RENEWAL = timedelta(minutes=30)
SAME_UUID = timedelta(hours=1)
CARD_LIFE = timedelta(days=14)
RECALL_TIME = timedelta(hours=24)
PRESS_LIFE = timedelta(minutes=30)
PRESS_USES = 2


class ApiError(Exception):
    """An error answer: `code` in the body, some HTTP status with it."""

    def __init__(self, code: int, message: str, status: int = 400, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.headers = headers or {}


@dataclass(slots=True)
class Kept:
    """A message. `account` is the person of the chat; its bubble has the same id."""

    id: str
    chat: str
    account: str
    kind: str
    content: dict[str, Any]
    at: datetime
    by_bot: bool = True
    recalled: bool = False


@dataclass(slots=True)
class Press:
    """The token of a press on a card, good for changing it a little later."""

    message: str
    at: datetime
    answered: bool = False
    uses: int = 0


@dataclass(slots=True)
class Store:
    """Times are the world's; only the speed of calls is measured on a real clock.

    `users`: a person's own token → account and end.
    `unreachable`: account → the code a send to it gets (230013 out of range, 230029 left, 230053 opted out).
    `groups`: chat id → the account in whose chat the group is shown.
    """

    app: FeishuApp
    world: World
    second: float = 1.0
    lock: RLock = field(default_factory=RLock)
    tokens: dict[str, datetime] = field(default_factory=dict)
    users: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    messages: dict[str, Kept] = field(default_factory=dict)
    uuids: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    uploads: dict[str, tuple[str, str]] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    unreachable: dict[str, int] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    _calls: defaultdict[tuple[str, float], deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def token(self) -> tuple[str, int]:
        """The token and its seconds left: the same one until half an hour before its end."""
        now = self.world.clock()
        with self.lock:
            value, until = next(reversed(self.tokens.items()), ("", now))
            if until - now < TOKEN_RENEWAL:
                value, until = "t-" + secrets.token_urlsafe(24), now + TOKEN_LIFE
                self.tokens[value] = until
        return value, int((until - now).total_seconds())

    def check_token(self, header: str) -> str:
        if not header.startswith("Bearer ") or header == "Bearer ":
            raise ApiError(
                99991661, "Missing access token for authorization. Please make a request with token attached."
            )
        token = header.removeprefix("Bearer ")
        if not token.startswith(("t-", "u-")):
            raise ApiError(99991671, "Invalid access token for authorization. Token must start with t- or u-.")
        now = self.world.clock()
        until = self.users[token][1] if token in self.users else self.tokens.get(token, now)
        if until <= now:
            raise ApiError(
                99991663, "Invalid access token for authorization. Please make a request with token attached."
            )
        return token

    def slow_down(self, what: str, most: int, seconds: float) -> float:
        """Count one call; how long to wait when there were too many, else 0."""
        now, period = time.monotonic(), seconds * self.second
        with self.lock:
            calls = self._calls[what, seconds]
            while calls and now - calls[0] >= period:
                calls.popleft()
            if len(calls) >= most:
                return period - (now - calls[0])
            calls.append(now)
        return 0.0

    def chat(self, account: str) -> str:
        """The id of a one-to-one chat looks like a group's."""
        return self.app.derived("oc_", account)

    def account_of(self, chat: str) -> str | None:
        if chat in self.groups:
            return self.groups[chat]
        mine = (one.id for one in self.world.accounts.values() if one.platform == "feishu")
        return next((account for account in mine if self.chat(account) == chat), None)

    def keep(self, account: str, chat: str, kind: str, content: dict[str, Any], *, by_bot: bool) -> Kept:
        kept = Kept(fresh("om_"), chat, account, kind, content, self.world.clock(), by_bot)
        self.messages[kept.id] = kept
        return kept

    def upload(self, prefix: str, kind: str, name: str, mime: str, content: bytes) -> str:
        """The new key; `kind` is image or a file_type."""
        key = fresh(prefix)
        self.uploads[key] = (kind, self.world.keep_media(name, mime, content, id=key))
        return key

    def press(self, message: str) -> str:
        token = fresh("c-")
        self.presses[token] = Press(message, self.world.clock())
        return token
