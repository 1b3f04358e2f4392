"""Access tokens: kept until shortly before they expire, fetched by one caller at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import redis

FETCH_SECONDS = 30  # how long one caller may take to fetch before another tries


@dataclass(frozen=True, slots=True)
class Token:
    """`lives` is in seconds from the moment it was fetched."""

    value: str
    lives: float


class TokenStore(Protocol):
    """Where tokens are kept. `alone` makes callers of one name wait for each other."""

    def read(self, name: str) -> str | None: ...
    def write(self, name: str, token: Token) -> None: ...
    def drop(self, name: str) -> None: ...
    def alone(self, name: str) -> AbstractContextManager[object]: ...


class MemoryTokens:
    """For one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[str, float]] = {}
        self._guard = Lock()
        self._locks: dict[str, Lock] = {}

    def read(self, name: str) -> str | None:
        value, until = self._kept.get(name, ("", 0.0))
        return value if self._clock() < until else None

    def write(self, name: str, token: Token) -> None:
        now = self._clock()
        # Swept here: beside tokens, what was uploaded is kept, and that comes under ever new names.
        self._kept = {known: kept for known, kept in self._kept.items() if now < kept[1]}
        self._kept[name] = (token.value, now + token.lives)

    def drop(self, name: str) -> None:
        self._kept.pop(name, None)

    def alone(self, name: str) -> Lock:
        with self._guard:
            return self._locks.setdefault(name, Lock())


class RedisTokens:
    """For several processes on one Redis."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def read(self, name: str) -> str | None:
        value = self._client.get(f"maibo:token:{name}")
        return value.decode() if isinstance(value, bytes) else None

    def write(self, name: str, token: Token) -> None:
        self._client.set(f"maibo:token:{name}", token.value, px=max(1, int(token.lives * 1000)))

    def drop(self, name: str) -> None:
        self._client.delete(f"maibo:token:{name}")

    def alone(self, name: str) -> AbstractContextManager[object]:
        lock: AbstractContextManager[object] = self._client.lock(
            f"maibo:lock:{name}", timeout=FETCH_SECONDS, blocking_timeout=FETCH_SECONDS
        )
        return lock


class Tokens:
    """The token of one app. `name` must tell apps apart; it never holds a secret."""

    def __init__(self, name: str, fetch: Callable[[], Token], store: TokenStore, margin: float = 300.0) -> None:
        self._name = name
        self._fetch = fetch
        self._store = store
        self._margin = margin

    def get(self) -> str:
        """The current token, fetched if need be. Raises PlatformError."""
        known = self._store.read(self._name)
        if known:
            return known
        with self._store.alone(self._name):
            known = self._store.read(self._name)
            if known:
                return known
            token = self._fetch()
            # A margin longer than the life would fetch on every call.
            lives = token.lives - min(self._margin, token.lives / 2)
            self._store.write(self._name, Token(token.value, lives))
            return token.value

    def forget(self, bad: str) -> None:
        """Drop the token that the platform refused, unless another caller already brought a newer one."""
        with self._store.alone(self._name):
            if self._store.read(self._name) == bad:
                self._store.drop(self._name)


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A token that cannot be renewed."""

    value: str = field(repr=False)

    def get(self) -> str:
        return self.value

    def forget(self, bad: str) -> None:
        pass
