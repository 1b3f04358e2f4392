"""A Feishu server on loopback, and a bot of a few lines for it to call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from queue import SimpleQueue
from typing import TypeVar

import httpx
from flask import Flask, Response, request
from pydantic import SecretStr

from bot.platforms.base import Callback, Handshake, Rejected
from bot.platforms.feishu.platform import FeishuPlatform, build
from bot.settings import FeishuSettings
from bot.simulator.feishu import FeishuApp, FeishuSide
from bot.simulator.world import Account, Exchange, World
from bot.tokens import MemoryTokens, TokenStore
from handlers.events import CardAction, Event
from handlers.ports import Answer
from tests.serving import serving

APP = FeishuApp(
    app_id="cli_a7f30c1e95b2d048",
    app_secret="feishu-secret",
    verification_token="vt-8d2c61f0",
    encrypt_key="ek-41b7",
    callback_base="http://127.0.0.1:1/callback/feishu",
)
LIN, ZHOU, CHEN, STRANGER = ("ou_" + digit * 32 for digit in "1234")
PEOPLE = (
    Account("feishu", LIN, "P-1", "林安", "总部/华东销售部", ZHOU),
    Account("feishu", ZHOU, "P-2", "周敏", "总部/华东销售部", CHEN),
    Account("feishu", CHEN, "P-3", "陈晨", "总部", ""),
    Account("feishu", STRANGER, "", "过客", "外包", ""),
)
E = TypeVar("E", bound=Event)


def platform(base: str, http: httpx.Client, store: TokenStore | None = None, app: FeishuApp = APP) -> FeishuPlatform:
    settings = FeishuSettings(
        app_id=app.app_id,
        app_secret=SecretStr(app.app_secret),
        verification_token=SecretStr(app.verification_token),
        encrypt_key=SecretStr(app.encrypt_key),
        api_base=base,
    )
    return build(settings, http, store or MemoryTokens(), None)


@dataclass
class Bot:
    """What came in, and how the next presses are answered."""

    platform: FeishuPlatform
    world: World
    events: SimpleQueue[Event] = field(default_factory=SimpleQueue)
    refused: list[str] = field(default_factory=list)
    answer: Answer = field(default_factory=Answer)
    fail: int = 0  # so many callbacks get a 503
    spoil: Callable[[bytes], bytes] = bytes  # what happens to an answer on its way

    def callback(self) -> Response:
        headers, now = dict(request.headers), self.world.clock()
        call = Callback(request.method, "", request.args, headers, request.get_data(), now)
        try:
            seen = self.platform.authenticate(call)
        except Rejected as error:
            self.refused.append(error.reason)
            return Response(status=error.status)
        if isinstance(seen, Handshake):
            return Response(seen.response.body, content_type=seen.response.content_type)
        (event,) = self.platform.parse(seen.body)
        self.events.put(event)
        if self.fail:
            self.fail -= 1
            return Response(status=503)
        given = (
            self.platform.answer(call, event, self.answer)
            if isinstance(event, CardAction)
            else self.platform.acknowledge(call)
        )
        return Response(self.spoil(given.body), content_type=given.content_type)

    def next(self, kind: type[E]) -> E:
        """The next event that comes; it must be of that kind."""
        event = self.events.get(timeout=10)
        assert isinstance(event, kind)
        return event


@dataclass(frozen=True)
class Rig:
    """Simulator and bot that reach each other by HTTP alone."""

    world: World
    side: FeishuSide
    bot: Bot
    base: str

    @property
    def platform(self) -> FeishuPlatform:
        return self.bot.platform

    def later(self, **time: float) -> None:
        """Move the clock of the world."""
        clock, step = self.world.clock, timedelta(**time)
        self.world.clock = lambda: clock() + step

    def pushed(self, number: int) -> list[Exchange]:
        """The callbacks so far, once there are that many: they are recorded after they were answered."""
        while True:
            version = self.world.version
            found = [one for one in list(self.world.traffic) if one.direction == "to_bot"]
            if len(found) >= number:
                return found
            assert self.world.wait(version, 10) != version, f"only {len(found)} callbacks"

    def calls(self) -> list[str]:
        """What the bot called, oldest first, without the tokens it fetched."""
        mine = (
            one for one in self.world.traffic if one.direction == "from_bot" and "tenant_access_token" not in one.path
        )
        return [f"{one.method} {one.path.partition('?')[0].removeprefix('/open-apis')} {one.status}" for one in mine]


@contextmanager
def rig(*, patience: float = 0.001, store: TokenStore | None = None, **changed: object) -> Iterator[Rig]:
    """`changed`: fields of the app."""
    world = World()
    world.accounts.update({("feishu", account.id): account for account in PEOPLE})
    front, back = Flask("bot"), Flask("simulator")
    back.config["MAX_CONTENT_LENGTH"] = 32 * 1024 * 1024
    with serving(front) as address, serving(back) as base, httpx.Client(trust_env=False) as http:
        app = replace(APP, callback_base=f"{address}/callback/feishu", **changed)  # type: ignore[arg-type]  # as replace
        side = FeishuSide(world, app, patience)
        bot = Bot(platform(base, http, store, app), world)
        back.register_blueprint(side.api)
        front.add_url_rule("/callback/feishu", "callback", bot.callback, methods=["POST"])
        try:
            yield Rig(world, side, bot, base)
        finally:
            side.close()
