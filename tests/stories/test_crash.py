"""The process is killed again and again, and nothing is lost, and nothing happens twice."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from flask import Flask
from sqlmodel import col, select

from bot.simulator.feishu import FeishuSide
from bot.simulator.world import World
from bot.travel import Traveller
from scheduler import inbox, outbox
from storage.audit import verify
from storage.database import Database
from storage.tables import CheckIn, Delivery, Receipt
from tests.phones.feishu import FeishuPhone
from tests.serving import serving
from tests.stories import people
from tests.stories.town import FEISHU, PATIENCE

ROOT = Path(__file__).parents[2]
MESSAGES = 8
KILLS = 2
LATEST = 0.1  # seconds until it is killed, after it has worked one of its messages: the others are anywhere then
STILL = 2.0  # seconds in which something would have moved


@dataclass
class Bot:
    """`maibo run` as an operator starts it."""

    port: int
    environment: dict[str, str]
    folder: Path
    clock: Traveller
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "bot", "run", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command,
            env=self.environment,
            cwd=self.folder,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE * 2
        while time.monotonic() < until:
            if self.answers():
                return
            time.sleep(0.05)
        raise AssertionError("maibo run did not start")

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz", trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        until = time.monotonic() + PATIENCE
        while self.answers():  # its worker, which is about to see that its parent is gone
            assert time.monotonic() < until
            time.sleep(0.01)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def company(database: Database, folder: Path) -> Iterator[tuple[Bot, FeishuPhone]]:
    with database.write() as session:
        people.settle_in(session, ["feishu"])
    port, world = free_port(), World()
    world.accounts = {(a.platform, a.id): a for a in people.phone_book()}
    app = replace(FEISHU, callback_base=f"http://127.0.0.1:{port}/callback/feishu")
    side = FeishuSide(world, app, patience=0.02)
    simulator = Flask("simulator")
    simulator.register_blueprint(side.api)
    with serving(simulator) as base:
        clock = Traveller(folder / "clock")
        bot = Bot(port, _environment(database, base, clock), folder, clock)
        yield bot, FeishuPhone(side, world, people.account_id("feishu", "lilei"))
        bot.kill()
        side.close()


def _environment(database: Database, base: str, clock: Traveller) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("MAIBO_")},
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "",
        "MAIBO_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "MAIBO_CLOCK_FILE": str(clock.path),
        "MAIBO_SECRET_KEY": "crash secret",
        "MAIBO_ENCRYPTION_KEYS": "crash key",
        "MAIBO_FEISHU_APP_ID": FEISHU.app_id,
        "MAIBO_FEISHU_APP_SECRET": FEISHU.app_secret,
        "MAIBO_FEISHU_VERIFICATION_TOKEN": FEISHU.verification_token,
        "MAIBO_FEISHU_ENCRYPT_KEY": FEISHU.encrypt_key,
        "MAIBO_FEISHU_API_BASE": base,
    }


def wait(bot: Bot, database: Database, enough: Callable[[State], bool]) -> None:
    """What moves no more is leased to the killed: the bot's clock goes beyond that."""
    until, moved, before = time.monotonic() + 120, time.monotonic(), state(database)
    while not enough(now := state(database)) and time.monotonic() < until:
        if now != before:
            before, moved = now, time.monotonic()
        elif time.monotonic() > moved + STILL:
            bot.clock.travel(bot.clock() + max(inbox.LEASE, outbox.LEASE))
            moved = time.monotonic()
        time.sleep(0.01)


State = tuple[int, list[tuple[int | None, int]]]


def state(database: Database) -> State:
    """How many messages are worked, and what waits to be sent, tried how often."""
    with database.read() as session:
        done = session.exec(select(Receipt).where(Receipt.kind == "Message", Receipt.state == "done")).all()
        waiting = session.exec(select(Delivery).where(col(Delivery.state) == "new")).all()
        return len(done), [(row.id, row.attempts) for row in waiting]


def more_than(known: int) -> Callable[[State], bool]:
    return lambda state: state[0] > known


def is_settled(state: State) -> bool:
    done, waiting = state
    return done == MESSAGES and not waiting


@pytest.mark.timeout(300)
def test_killed_between_any_two_steps_every_message_counts_once(database: Database, tmp_path: Path) -> None:
    chance = random.Random(tmp_path.name)  # noqa: S311 - no secret
    with company(database, tmp_path) as (bot, phone):
        bot.start()
        for number in range(1, MESSAGES + 1):
            phone.say(f"/打卡 G-102 {number}")
            if number % (MESSAGES // KILLS) == 0:
                wait(bot, database, more_than(number - MESSAGES // KILLS))
                time.sleep(chance.uniform(0.0, LATEST))
                bot.kill()
                bot.start()
        wait(bot, database, is_settled)
        answers = [s.text for s in phone.screens() if "已记" in s.text]
    with database.read() as session:
        values = sorted(c.value for c in session.exec(select(CheckIn)))
        assert verify(session, audit_key()) is None
    assert values == [float(n) for n in range(1, MESSAGES + 1)]
    assert len(answers) == MESSAGES


def audit_key() -> bytes:
    import hashlib
    import hmac

    return hmac.new(b"crash secret", b"maibo audit", hashlib.sha256).digest()
