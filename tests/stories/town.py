"""The whole thing on loopback: the simulated platforms, the bot with its loops, and people with phones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from flask import Flask
from pydantic import SecretStr
from sqlalchemy import func
from sqlmodel import col, select

from bot.app import create_app
from bot.bootstrap import Program, build
from bot.settings import DingTalkSettings, FeishuSettings, Settings, WeComSettings
from bot.simulator.dingtalk import DingTalkApp, DingTalkSide
from bot.simulator.feishu import FeishuApp, FeishuSide
from bot.simulator.side import Side
from bot.simulator.wecom import WeComApp, WeComSide
from bot.simulator.world import PLATFORMS, World
from cards.model import Card
from handlers.unit import Unit
from storage.database import Database
from storage.tables import Delivery, Evidence, Goal, Person, Receipt
from tests.phones import Phone, Screen
from tests.phones.dingtalk import DingTalkPhone
from tests.phones.feishu import FeishuPhone
from tests.phones.wecom import WeComPhone
from tests.serving import serving
from tests.stories import people

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

T = TypeVar("T")

PACE = 0.05  # the platforms' waits between retries, shortened
PATIENCE = 20.0  # seconds until a test says that something will not come
TEMPLATE = "11112222-3333-4444-5555-666677778888.schema"


WECOM = WeComApp(
    corp_id="wwtown",
    agent_id=1000002,
    secret="wecom-secret",
    token="wecomtoken",
    aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    callback_base="",
)
DINGTALK = DingTalkApp(
    corp_id="dingtown",
    app_key="dingkey",
    app_secret="ding-secret",
    robot_code="dingkey",
    agent_id="4242",
    token="dingtoken",
    aes_key="o1w0aum42yaptlz8alnhwikjd3jenzt9cb9wmzptgus",
    callback_base="",
    card_template_id=TEMPLATE,
)
FEISHU = FeishuApp(
    app_id="cli_town",
    app_secret="feishu-secret",
    verification_token="feishu-token",
    encrypt_key="feishu-key",
    callback_base="",
)


@dataclass
class Clock:
    """Begins on a Wednesday morning, runs as fast as ours, and can be moved forward."""

    at: datetime = people.NOW
    _since: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self._since)

    def forward(self, **delta: float) -> None:
        self.at += timedelta(**delta)


@dataclass
class Door:
    """An address that exists before the application behind it does."""

    app: WSGIApplication = field(default_factory=lambda: Flask("empty"))

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> object:
        return self.app(environ, start)


@dataclass
class Human:
    """Somebody at their phone on one platform."""

    town: Town
    platform: str
    phone: Phone

    def say(self, text: str) -> None:
        self.phone.say(text)

    def tell(self, text: str) -> None:
        """Say something and wait until it is worked."""
        with self.town.working():
            self.say(text)

    def press(self, label: str, **fields: str) -> str:
        return self.phone.press(label, **fields)

    def press_and_wait(self, label: str) -> None:
        """Until it is worked: in a plain message a button only says something."""
        with self.town.working():
            self.press(label)

    def sees(self, *words: str) -> Screen:
        """Wait for a message with all these words; the newest such message."""
        found = self.town.eventually(lambda: self.shows(*words))
        if found is None:
            shown = "\n---\n".join(s.text for s in self.phone.screens()) or "(nothing)"
            raise AssertionError(f"{words} never came on {self.platform}; there was:\n{shown}")
        return found

    def shows(self, *words: str) -> Screen | None:
        """The same without waiting."""
        screens = reversed(list(self.phone.screens()))
        return next((s for s in screens if all(word in s.text for word in words)), None)

    def fill(self, **fields: str) -> str:
        """Answer what the newest card asks: in its form, or in the chat where it shows no such field. The toast."""
        toast, screen = "", list(self.phone.screens())[-1]
        shown = {name: value for name, value in fields.items() if name in screen.fields}
        if shown:
            toast = self.phone.press(self._submit(screen), bubble=screen.bubble, **shown)
        for name, value in fields.items():
            if name not in shown:
                self.tell(value)
        return toast

    @staticmethod
    def _submit(screen: Screen) -> str:
        """The form's own button comes first."""
        return next(b for b in screen.buttons if b not in {"取消", "跳过", "撤销", "先不驳回"})


@dataclass
class Town:
    program: Program
    world: World
    sides: dict[str, Side]
    clock: Clock
    bot: str
    name: str
    can_change_cards: bool
    door: Door

    def start(self) -> None:
        self.door.app = create_app(self.program)
        self.program.loops.start()

    def restart(self) -> None:
        """A new process on the same database, as far as one process can play it."""
        old = self.program
        old.close()
        self.program = build(old.settings, clock=self.clock, database=Database(old.database.url))
        self.start()

    def human(self, person: str, platform: str) -> Human:
        account = people.account_id(platform, person)
        side = self.sides[platform]
        phone: Phone
        if isinstance(side, WeComSide):
            phone = WeComPhone(side, self.world, account)
        elif isinstance(side, DingTalkSide):
            phone = DingTalkPhone(side, self.world, account)
        else:
            assert isinstance(side, FeishuSide)
            phone = FeishuPhone(side, self.world, account)
        return Human(self, platform, phone)

    def eventually(self, look: Callable[[], T | None]) -> T | None:
        """What `look` finds, as soon as it finds something; the world's changes wake us."""
        until = time.monotonic() + PATIENCE
        version = self.world.version
        while (found := look()) is None and time.monotonic() < until:
            version = self.world.wait(version, 0.03)
        return found

    def tick(self) -> list[str]:
        """The clock strikes; what was pushed, as `kind person`."""
        return [f"{push.kind} {push.person}" for push in self.program.ticker.tick(self.clock())]

    def push(self, person: str, card: Card, topic: str = "") -> None:
        """A card that comes by itself."""
        self.work(person, lambda unit: unit.push(person, card, topic))

    def work(self, person: str, do: Callable[[Unit], object]) -> None:
        """What a handler does with a unit, then everything is sent."""
        with self.program.database.write() as session:
            do(self.program.ticker._unit(session, session.get_one(Person, person), self.clock()))
        self.program.loops.wake()
        self.quiet()

    def quiet(self) -> None:
        """Wait until every callback is worked and every delivery is out."""
        done = self.eventually(lambda: True if self.waiting() == 0 else None)
        assert done, f"{self.waiting()} rows still wait"

    @contextmanager
    def working(self) -> Iterator[None]:
        """What is done in the block reaches the bot and is worked, before it goes on."""
        before = self.heard()
        yield
        assert self.eventually(lambda: self.heard() > before or None), "nothing came"
        self.quiet()

    def prepare_absence(self, person: str, owner: str) -> None:
        """Somebody is away this week, and G-101 belongs to `owner`."""
        with self.program.database.write() as session:
            session.get_one(Goal, "G-101").owner = owner
            if person:
                away = session.get_one(Person, person)
                away.away_from = away.away_until = people.NOW.date()

    def heard(self) -> int:
        """How many callbacks came in so far."""
        with self.program.database.read() as session:
            return session.exec(select(func.count()).select_from(Receipt)).one()

    def waiting(self) -> int:
        with self.program.database.read() as session:
            return sum(
                session.exec(select(func.count()).select_from(table).where(col(table.state) == "new")).one()
                for table in (Receipt, Delivery, Evidence)
            )


@contextmanager
def town(
    database: Database, names: Sequence[str] = PLATFORMS, *, dingtalk_cards: bool = True, **more: object
) -> Iterator[Town]:
    """A company in its first minute, on some of the platforms. The database is migrated and empty; `more`: settings."""
    with database.write() as session:
        people.settle_in(session, names)
    clock, world = Clock(), World()
    world.clock = clock
    world.accounts = {(a.platform, a.id): a for a in people.phone_book()}
    with ExitStack() as stack:
        door = Door()
        bot = stack.enter_context(serving(door))  # type: ignore[arg-type]  # a callable of that shape
        template = TEMPLATE if dingtalk_cards else ""
        sides = {name: side_of(name, world, bot, template) for name in names}
        simulator = Flask("simulator")
        for side in sides.values():
            simulator.register_blueprint(side.api)
        base = stack.enter_context(serving(simulator))
        settings = settings_for(names, base, template, **{"public_url": bot, **more})
        program = build(settings, clock=clock, database=database)
        for platform in program.platforms.values():
            getattr(platform, "prepare", lambda _: None)(bot)
            platform.install_menu()
        made = Town(program, world, sides, clock, bot, names[0], "dingtalk" not in names or dingtalk_cards, door)
        made.start()
        yield made
        made.program.close()


def side_of(name: str, world: World, bot: str, template: str = TEMPLATE) -> Side:
    """One platform's simulated side, for a bot at that address."""
    back = f"{bot}/callback/{name}"
    if name == "wecom":
        return WeComSide(world, replace(WECOM, callback_base=back), PACE)
    if name == "dingtalk":
        return DingTalkSide(world, replace(DINGTALK, callback_base=back, card_template_id=template), PACE)
    return FeishuSide(world, replace(FEISHU, callback_base=back), PACE)


def settings_for(names: Sequence[str], base: str, template: str = TEMPLATE, **more: object) -> Settings:
    """The bot's settings with some of the platforms switched on, their servers at `base`."""
    on = {
        "wecom": WeComSettings(
            corp_id=WECOM.corp_id,
            agent_id=str(WECOM.agent_id),
            secret=SecretStr(WECOM.secret),
            token=SecretStr(WECOM.token),
            aes_key=SecretStr(WECOM.aes_key),
            api_base=base,
        ),
        "dingtalk": DingTalkSettings(
            corp_id=DINGTALK.corp_id,
            app_key=DINGTALK.app_key,
            app_secret=SecretStr(DINGTALK.app_secret),
            robot_code=DINGTALK.robot_code,
            agent_id=DINGTALK.agent_id,
            token=SecretStr(DINGTALK.token),
            aes_key=SecretStr(DINGTALK.aes_key),
            card_template_id=template,
            api_base=base,
            oapi_base=base,
        ),
        "feishu": FeishuSettings(
            app_id=FEISHU.app_id,
            app_secret=SecretStr(FEISHU.app_secret),
            verification_token=SecretStr(FEISHU.verification_token),
            encrypt_key=SecretStr(FEISHU.encrypt_key),
            api_base=base,
        ),
    }
    keys = {"secret_key": "town secret key", "encryption_keys": "town encryption key"}
    return Settings.model_validate(keys | more | {name: on[name] for name in names})
