"""A WeCom server on loopback, and a bot of three lines for it to call."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx
from flask import Flask, Response, request
from pydantic import SecretStr

from bot.platforms.base import Callback, Handshake, Rejected
from bot.platforms.wecom.platform import WeComPlatform, build
from bot.settings import WeComSettings
from bot.simulator.wecom import WeComApp, WeComSide
from bot.simulator.world import Account, Exchange, World
from bot.tokens import MemoryTokens, TokenStore
from handlers.events import CardAction, Event
from handlers.ports import Answer
from tests.serving import serving

TLS = ssl.create_default_context()  # takes a tenth of a second, and nobody here speaks TLS
APP = WeComApp(
    corp_id="wwcorp0001",
    agent_id=1000002,
    secret="agent-secret",
    token="QDG6eKtoken",
    aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    callback_base="http://127.0.0.1:1/callback/wecom",
)
PEOPLE = (
    Account("wecom", "lin.a", "P-1", "林安", "总部/华东销售部", "zhou.m"),
    Account("wecom", "Zhou.M", "P-2", "周敏", "总部/华东销售部", "chen"),
    Account("wecom", "chen", "P-3", "陈晨", "总部", ""),
)


def settings(app: WeComApp, base: str) -> WeComSettings:
    return WeComSettings(
        corp_id=app.corp_id,
        agent_id=str(app.agent_id),
        secret=SecretStr(app.secret),
        token=SecretStr(app.token),
        aes_key=SecretStr(app.aes_key),
        api_base=base,
    )


def platform(base: str, http: httpx.Client, store: TokenStore | None = None, app: WeComApp = APP) -> WeComPlatform:
    return build(settings(app, base), http, store or MemoryTokens(), None)


@dataclass
class Bot:
    """What came in, and how the next presses are answered."""

    platform: WeComPlatform
    events: list[Event] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    answer: Answer = field(default_factory=Answer)
    fail: int = 0  # so many callbacks get a 503
    spoil: Callable[[bytes], bytes] = bytes  # what happens to an answer on its way

    def callback(self) -> Response:
        now = datetime.now(UTC)
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = Callback(request.method, "", request.args.to_dict(), headers, request.get_data(), now)
        try:
            seen = self.platform.authenticate(call)
        except Rejected as error:
            self.refused.append(error.reason)
            return Response(status=error.status)
        if isinstance(seen, Handshake):
            return Response(seen.response.body, content_type=seen.response.content_type)
        self.events += self.platform.parse(seen.body)
        if self.fail:
            self.fail -= 1
            return Response(status=503)
        last = self.events[-1]
        given = (
            self.platform.answer(call, last, self.answer)
            if isinstance(last, CardAction)
            else self.platform.acknowledge(call)
        )
        return Response(self.spoil(given.body), content_type=given.content_type)


@dataclass(frozen=True)
class Rig:
    """Simulator and bot that reach each other by HTTP alone."""

    world: World
    side: WeComSide
    bot: Bot
    base: str

    @property
    def platform(self) -> WeComPlatform:
        return self.bot.platform

    def pushes(self, count: int) -> list[Exchange]:
        """The callbacks sent so far, as soon as there are so many."""
        until = time.monotonic() + 10
        while True:
            found = [exchange for exchange in list(self.world.traffic) if exchange.direction == "to_bot"]
            if len(found) >= count or time.monotonic() > until:
                return found
            self.world.wait(self.world.version, 0.05)

    def events(self, count: int) -> list[Event]:
        """What the bot got in `count` callbacks."""
        self.pushes(count)
        return list(self.bot.events)


@contextmanager
def rig(*, old_spelling: bool = False) -> Iterator[Rig]:
    world = World()
    for account in PEOPLE:
        world.accounts["wecom", account.id] = account
    front, back = Flask("bot"), Flask("simulator")
    back.config["MAX_CONTENT_LENGTH"] = 32 * 1024 * 1024
    with serving(front) as address, serving(back) as base, httpx.Client(trust_env=False, verify=TLS) as http:
        app = replace(APP, callback_base=f"{address}/callback/wecom")
        side = WeComSide(world, app, patience=0.01, old_spelling=old_spelling)
        bot = Bot(platform(base, http))
        back.register_blueprint(side.api)
        front.add_url_rule("/callback/wecom", "callback", bot.callback, methods=["GET", "POST"])
        try:
            yield Rig(world, side, bot, base)
        finally:
            side.close()
