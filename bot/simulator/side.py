"""What each simulated platform offers: its API as a blueprint, and what a person can do in its client."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from flask import Blueprint

from bot.simulator.world import Exchange, World

SEEN = 20_000  # characters of a body kept for the traffic drawer


@dataclass(frozen=True, slots=True)
class MenuItem:
    label: str
    key: str


class Side(Protocol):
    """One platform in the simulator. The methods are what a person does; each ends in callbacks to the bot."""

    @property
    def name(self) -> str: ...

    @property
    def api(self) -> Blueprint:
        """The server's API at its real paths (`/cgi-bin/…`, `/v1.0/…`, `/open-apis/…`), without a prefix."""
        ...

    def menu(self) -> Sequence[MenuItem]: ...

    def say(self, account: str, text: str) -> None: ...

    def send_picture(self, account: str, name: str, content: bytes) -> None: ...

    def send_voice(self, account: str, transcript: str) -> None: ...

    def open_chat(self, account: str) -> None: ...

    def press_menu(self, account: str, key: str) -> None: ...

    def press(self, account: str, bubble: str, press: Mapping[str, Any]) -> str:
        """A press or a form on a card, `press` in the platform's own terms (see its module).

        Waits for the bot's answer as the client does; returns the toast or the client's error text, "" for none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Push:
    """One callback on the wire."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    plain: str = ""


class Pusher:
    """Sends callbacks to the bot as a platform does: with a deadline and retries, recorded as traffic."""

    def __init__(self, world: World, platform: str, waits: Sequence[float], deadline: float) -> None:
        """`waits`: seconds before each retry. `deadline`: seconds the bot has for its answer."""
        self._world = world
        self._platform = platform
        self._waits = waits
        self._client = httpx.Client(timeout=deadline, trust_env=False)
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix=f"push-{platform}")

    def later(self, make: Callable[[int], Push]) -> Future[httpx.Response | None]:
        """Send in the background, `make(attempt)` building each attempt, until a 200 or the retries are used up."""
        faults = self._world.faults[self._platform]
        for _ in range(faults.duplicate):
            self._pool.submit(self._insist, make)
        return self._pool.submit(self._insist, make)

    def _insist(self, make: Callable[[int], Push]) -> httpx.Response | None:
        time.sleep(self._world.faults[self._platform].delay)
        response = None
        for attempt, wait in enumerate((0.0, *self._waits)):
            time.sleep(wait)
            response = self.now(make(attempt))
            if response is not None and response.status_code == httpx.codes.OK:
                break
        return response

    def now(self, push: Push) -> httpx.Response | None:
        """One attempt; None where no answer came in time."""
        started = time.perf_counter()
        response: httpx.Response | None
        try:
            response = self._client.request(push.method, push.url, headers=dict(push.headers), content=push.body)
        except httpx.HTTPError:
            response = None
        self._world.record(
            Exchange(
                id=self._world.next_id(),
                platform=self._platform,
                direction="to_bot",
                at=self._world.clock(),
                method=push.method,
                path=push.url,
                request_headers=dict(push.headers),
                request_body=push.body.decode("utf-8", "replace")[:SEEN],
                status=response.status_code if response is not None else 0,
                response_body=response.text[:SEEN] if response is not None else "(no answer in time)",
                milliseconds=(time.perf_counter() - started) * 1000,
                plain=push.plain[:SEEN],
            )
        )
        return response

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()
