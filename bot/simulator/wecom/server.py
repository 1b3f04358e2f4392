"""What WeCom's server keeps for one app: tokens, cards and their codes, files, the menu. Times are the world's."""

from __future__ import annotations

import json
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from bot.simulator.wecom.seal import Seal
from bot.simulator.world import Account, World

Json = dict[str, Any]

TOKEN_LIFE = timedelta(hours=2)
CODE_LIFE = timedelta(hours=72)
MEDIA_LIFE = timedelta(days=3)
PER_MINUTE, PER_HOUR = 30, 1000
MESSAGES = {
    -1: "system busy",
    40001: "invalid credential",
    40005: "invalid file type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40023: "invalid sub button size",
    40029: "invalid code",
    40032: "invalid user list size",
    40033: "invalid charset",
    40035: "invalid parameter",
    40056: "invalid agentid",
    40058: "invalid Request Parameter",
    41001: "access_token missing",
    42001: "access_token expired",
    42014: "taskid has existed or empty or exceed max len",
    43012: "callback url of the app is not set",
    44001: "empty media data",
    44004: "text content is empty",
    45001: "media size out of limit",
    45009: "api freq out of limit",
    46003: "menu unexist",
    60111: "userid not found",
    60140: "invalid response_code",
    81012: "party, tag and user are all empty",
    81013: "user & party & tag all invalid",
    301002: "not allow operate another agent with this accesstoken",
}


class Refusal(Exception):  # noqa: N818 - it reads as what happened
    """An answer with an errcode."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(detail or MESSAGES.get(code, "invalid parameter"))
        self.code = code


@dataclass(frozen=True, slots=True)
class WeComApp:
    """One self-built app as the console shows it. `callback_base`: its callback URL, without a query."""

    corp_id: str
    agent_id: int
    secret: str
    token: str
    aes_key: str
    callback_base: str
    name: str = "脉搏"

    @property
    def seal(self) -> Seal:
        return Seal(self.token, self.aes_key, self.corp_id)


@dataclass(slots=True)
class Card:
    """A card that was sent: member → the bubble with their copy."""

    task_id: str
    copies: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Code:
    """A response_code: good for one change of the card."""

    task_id: str
    issued: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A media_id: where the file is in the world, and since when."""

    media: str
    since: datetime


class Server:
    """The state and its rules; the HTTP is in `api`. Use `lock` around what belongs together."""

    def __init__(self, world: World, app: WeComApp, ticks: Callable[[], float] = time.monotonic) -> None:
        self.world = world
        self.app = app
        self.lock = RLock()
        self.menu: list[Json] = []
        self.cards: dict[str, Card] = {}
        self.dropped = 0
        self._ticks = ticks
        self._tokens: dict[str, datetime] = {}
        self._codes: dict[str, Code] = {}
        self._media: dict[str, Kept] = {}
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        self._repeats: dict[str, datetime] = {}

    def token(self) -> tuple[str, int]:
        """The app's token and the seconds it has left: the same as long as it lives."""
        now = self.world.clock()
        with self.lock:
            for value, until in self._tokens.items():
                if until > now:
                    return value, int((until - now).total_seconds())
            value = secrets.token_urlsafe(64)
            self._tokens[value] = now + TOKEN_LIFE
            return value, int(TOKEN_LIFE.total_seconds())

    def check_health(self) -> None:
        """Raises Refusal while the server is to be busy."""
        if self.world.take("wecom", "server_error"):
            raise Refusal(-1)
        if self.world.take("wecom", "rate_limit"):
            raise Refusal(45009)

    def check_token(self, value: str | None) -> None:
        """Raises Refusal."""
        if not value:
            raise Refusal(41001)
        with self.lock:
            until = self._tokens.get(value)
            if until is None:
                raise Refusal(40014)
            if until > self.world.clock() and self.world.take("wecom", "expire_token"):
                until = self._tokens[value] = self.world.clock()
            if until <= self.world.clock():
                raise Refusal(42001)

    def new_code(self, task_id: str) -> str:
        code = secrets.token_urlsafe(32)
        self._codes[code] = Code(task_id, self.world.clock())
        return code

    def use_code(self, value: object) -> Card:
        """The card a code is for; the code is used up. Raises Refusal."""
        with self.lock:
            code = self._codes.get(value) if isinstance(value, str) else None
            if code is None or code.used or self.world.clock() - code.issued > CODE_LIFE:
                raise Refusal(60140)
            code.used = True
            return self.cards[code.task_id]

    def keep(self, name: str, mime: str, content: bytes) -> tuple[str, str]:
        """A new media_id, and the file's id in the world."""
        media = self.world.keep_media(name, mime, content)
        media_id = secrets.token_urlsafe(48)
        self._media[media_id] = Kept(media, self.world.clock())
        return media_id, media

    def media(self, media_id: object) -> str:
        """A file's id in the world. Raises Refusal."""
        kept = self._media.get(media_id) if isinstance(media_id, str) else None
        if kept is None or self.world.clock() - kept.since > MEDIA_LIFE:
            raise Refusal(40007)
        return kept.media

    def accounts(self) -> dict[str, Account]:
        """Lower-case userid → member; the app is visible to everybody."""
        return {a.id.lower(): a for a in list(self.world.accounts.values()) if a.platform == "wecom"}

    def receivers(self, listed: object) -> tuple[list[str], list[str]]:
        """Members among the ids, and the ids that are nobody's, in lower case as WeCom gives them back."""
        if not isinstance(listed, str | None) or not listed:
            raise Refusal(81012)
        known = self.accounts()
        ids = list(dict.fromkeys(part.strip().lower() for part in listed.split("|") if part.strip()))
        if len(ids) > 1000:  # noqa: PLR2004 - WeCom's limit, said once
            raise Refusal(40032)
        if listed == "@all":
            ids = list(known)
        found = [known[one].id for one in ids if one in known]
        if not found:
            raise Refusal(81013)
        return found, [one for one in ids if one not in known]

    def is_repeat(self, body: Json) -> bool:
        """Whether the very same request came within its interval, where the sender asked for that check."""
        if body.get("enable_duplicate_check") != 1:
            return False
        seconds = min(int(body.get("duplicate_check_interval") or 1800), 14400)
        now, form = self.world.clock(), json.dumps(body, sort_keys=True)
        with self.lock:
            since = self._repeats.get(form)
            if since is not None and now - since < timedelta(seconds=seconds):
                return True
            self._repeats[form] = now
            return False

    def is_flooded(self, member: str) -> bool:
        """Beyond the quota of a member, messages are accepted and dropped. Counted in real seconds."""
        now = self._ticks()
        with self.lock:
            recent = self._recent[member]
            while recent and now - recent[0] > 3600:  # noqa: PLR2004 - an hour
                recent.popleft()
            last_minute = sum(now - at <= 60 for at in recent)  # noqa: PLR2004 - a minute
            if last_minute >= PER_MINUTE or len(recent) >= PER_HOUR:
                self.dropped += 1
                return True
            recent.append(now)
            return False

    def change(self, card: Card, members: Sequence[str], change: Callable[[Json], Json]) -> list[str]:
        """Change members' copies of a card; who has none is returned."""
        with self.world.changing():
            for member in members:
                bubble = self.world.bubble(card.copies.get(member, ""))
                if bubble is not None:
                    bubble.content = change(bubble.content) | {"task_id": card.task_id}
        return [member.lower() for member in members if member not in card.copies]
