"""One company on DingTalk: the simulated platform on a loopback port, our adapter, and a bot of a few lines."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx
from flask import Flask, request
from flask import Response as FlaskResponse
from pydantic import SecretStr

from bot.platforms.base import Authentic, Callback, Rejected, Response
from bot.platforms.dingtalk.platform import DingTalkPlatform, build
from bot.settings import DingTalkSettings
from bot.simulator.dingtalk import DingTalkApp, DingTalkSide
from bot.simulator.world import Account, World
from bot.tokens import MemoryTokens
from handlers.events import CardAction, Event
from handlers.ports import Address, Answer
from tests.serving import serving

APP = DingTalkApp(
    corp_id="dingtestcorp",
    app_key="dingtestkey",
    app_secret="test-app-secret",
    robot_code="dingtestkey",
    agent_id="4242",
    token="eventtoken",
    aes_key="o1w0aum42yaptlz8alnhwikjd3jenzt9cb9wmzptgus",
    callback_base="http://127.0.0.1:1/callback/dingtalk",
    card_template_id="11112222-3333-4444-5555-666677778888.schema",
)
LI, WANG = "u1001", "u2001"
TO_LI = Address(LI)


def settings(app: DingTalkApp = APP, base: str = "http://127.0.0.1:1") -> DingTalkSettings:
    return DingTalkSettings(
        corp_id=app.corp_id,
        app_key=app.app_key,
        app_secret=SecretStr(app.app_secret),
        robot_code=app.robot_code,
        agent_id=app.agent_id,
        token=SecretStr(app.token),
        aes_key=SecretStr(app.aes_key),
        card_template_id=app.card_template_id,
        api_base=base,
        oapi_base=base,
    )


def offline(app: DingTalkApp = APP, max_age: int | None = None) -> DingTalkPlatform:
    """A platform for everything that needs no network."""
    return build(settings(app), client(), MemoryTokens(), max_age)


def client() -> httpx.Client:
    """For loopback: it need not read the machine's certificates."""
    return httpx.Client(trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


@dataclass
class TinyBot:
    """Authenticates and parses as the real one does; `reply` makes the answer to a press."""

    platform: DingTalkPlatform
    reply: Callable[[CardAction], Answer] = lambda _: Answer()
    events: list[Event] = field(default_factory=list)
    refused: list[Rejected] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)
    failures: int = 0

    def app(self) -> Flask:
        app = Flask("tinybot")
        app.add_url_rule("/callback/dingtalk/<route>", "callback", self._callback, methods=["POST"])
        return app

    def _callback(self, route: str) -> FlaskResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        now = datetime.now(UTC)
        callback = Callback("POST", route, request.args.to_dict(), headers, request.get_data(), now)
        if self.failures:
            self.failures -= 1
            return FlaskResponse(status=503)
        try:
            response = self._respond(callback)
        except Rejected as rejected:
            self.refused.append(rejected)
            response = Response(status=rejected.status)
        return FlaskResponse(response.body, response.status, content_type=response.content_type)

    def _respond(self, callback: Callback) -> Response:
        found = self.platform.authenticate(callback)
        if not isinstance(found, Authentic):
            return found.response
        (event,) = self.platform.parse(found.body)
        with self.came:
            self.events.append(event)
            self.came.notify_all()
        if isinstance(event, CardAction):
            return self.platform.answer(callback, event, self.reply(event))
        return self.platform.acknowledge(callback)

    def wait(self, count: int = 1) -> list[Event]:
        """The events once that many have come."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.events) >= count, 20), f"only {len(self.events)} events came"
            return list(self.events)


@dataclass
class Town:
    world: World
    app: DingTalkApp
    side: DingTalkSide
    platform: DingTalkPlatform
    bot: TinyBot
    base: str

    def asked(self, path: str) -> int:
        """How often the bot called a path."""
        return sum(one.path.startswith(path) for one in self.world.traffic if one.direction == "from_bot")


@contextmanager
def town(app: DingTalkApp = APP) -> Iterator[Town]:
    world = World()
    for account in people():
        world.accounts[account.platform, account.id] = account
    bot = TinyBot(offline(app))
    with serving(bot.app()) as bot_base, client() as http:
        app = replace(app, callback_base=f"{bot_base}/callback/dingtalk")
        side = DingTalkSide(world, app, patience=0.0)
        simulator = Flask("simulator")
        simulator.register_blueprint(side.api)
        with serving(simulator) as base:
            bot.platform = build(settings(app, base), http, MemoryTokens(), None)
            bot.platform.prepare(bot_base)
            yield Town(world, app, side, bot.platform, bot, base)
            side.close()


def people() -> list[Account]:
    return [
        Account("dingtalk", WANG, "P-2", "王芳", "总部/华东销售部", "u3001"),
        Account("dingtalk", LI, "P-1", "李雷", "总部/华东销售部", WANG),
        Account("dingtalk", "u3001", "P-3", "陈总", "总部"),
        Account("dingtalk", "u4001", "P-4", "刘洋", "交付中心/实施一组", "u3001"),
        Account("dingtalk", "u9001", "", "路人", ""),
    ]
