"""`maibo demo`: a sample company, the simulated platforms and the bot on one machine.

Two processes, both of this program: the simulator with its page, and the bot as in production, with the three
platforms' addresses pointing at the simulator. Everything is kept in `.maibo/`; their output in `.maibo/demo.log`.
"""

from __future__ import annotations

import base64
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO
from zoneinfo import ZoneInfo

import click
import httpx

from bot import sample
from bot.failure import Failure
from bot.settings import DATA, Settings, read_settings
from bot.simulator import company
from bot.simulator.app import create_app
from bot.simulator.dingtalk import DingTalkApp, DingTalkSide
from bot.simulator.feishu import FeishuApp, FeishuSide
from bot.simulator.side import Side
from bot.simulator.wecom import WeComApp, WeComSide
from bot.simulator.world import World
from bot.travel import Traveller, destination

HOST = "127.0.0.1"
ENVIRONMENT = DATA / "demo.env"
LOG = DATA / "demo.log"
DATABASE = DATA / "demo.db"
CLOCK = DATA / "demo.clock"
START_SECONDS = 60.0
STOP_SECONDS = 15.0
TRY = "Pick 李雷 on a phone and type: 新签客户从7变成9家"


def demo(port: int) -> None:
    """Run until a signal comes, or until one of the two ends. Raises Failure."""
    bot_port = _ports(port)
    stop = _stopping()
    DATA.mkdir(exist_ok=True)
    os.environ.update(_environment(port, bot_port))
    sample.load(read_settings())
    with LOG.open("wb") as log, ExitStack() as stack:
        bot = stack.enter_context(_child(log, "run", "--port", str(bot_port)))
        simulator = stack.enter_context(_child(log, "simulator", "--port", str(port), "--bot", _url(bot_port)))
        children = {"bot": bot, "simulator": simulator}
        _wait(children, [f"{_url(bot_port)}/readyz", f"{_url(port)}/"], stop)
        if not stop.is_set():
            click.echo(f"Open {_url(port)}\n{TRY}\nCtrl-C ends it. The data stays in {DATA}/.")
        while not stop.wait(0.3):
            _check(children)


def simulate(port: int, bot: str) -> None:
    """Serve the three platforms and their page; `bot` is the address of the bot."""
    from werkzeug.serving import make_server

    settings = read_settings()
    clock = Traveller(CLOCK.absolute())
    zone = ZoneInfo(settings.timezone)
    world = World(clock=clock, travel=lambda jump: clock.travel(destination(jump, clock(), zone)))
    for account in company.accounts():
        world.accounts[account.platform, account.id] = account
    make_server(HOST, port, create_app(world, _sides(settings, world, bot)), threaded=True).serve_forever()


def _sides(settings: Settings, world: World, bot: str) -> list[Side]:
    """The same apps as the bot's settings name, seen from the other side."""
    wecom, dingtalk, feishu = settings.wecom, settings.dingtalk, settings.feishu
    return [
        WeComSide(
            world,
            WeComApp(
                corp_id=wecom.corp_id,
                agent_id=int(wecom.agent_id),
                secret=wecom.secret.get_secret_value(),
                token=wecom.token.get_secret_value(),
                aes_key=wecom.aes_key.get_secret_value(),
                callback_base=f"{bot}/callback/wecom",
            ),
        ),
        DingTalkSide(
            world,
            DingTalkApp(
                corp_id=dingtalk.corp_id,
                app_key=dingtalk.app_key,
                app_secret=dingtalk.app_secret.get_secret_value(),
                robot_code=dingtalk.robot_code,
                agent_id=dingtalk.agent_id,
                token=dingtalk.token.get_secret_value(),
                aes_key=dingtalk.aes_key.get_secret_value(),
                callback_base=f"{bot}/callback/dingtalk",
                card_template_id=dingtalk.card_template_id,
            ),
        ),
        FeishuSide(
            world,
            FeishuApp(
                app_id=feishu.app_id,
                app_secret=feishu.app_secret.get_secret_value(),
                verification_token=feishu.verification_token.get_secret_value(),
                encrypt_key=feishu.encrypt_key.get_secret_value(),
                callback_base=f"{bot}/callback/feishu",
            ),
        ),
    ]


def _ports(port: int) -> int:
    """The bot's port: the next one, or any other that is free."""
    if not _is_free(port):
        raise Failure(f"Port {port} is taken: choose another with --port.")
    if _is_free(port + 1):
        return port + 1
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        return int(trial.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def _url(port: int) -> str:
    return f"http://{HOST}:{port}"


def _environment(port: int, bot_port: int) -> dict[str, str]:
    """Settings of the demo alone: what else the environment says to Maibo must not get in."""
    for name in [name for name in os.environ if name.startswith("MAIBO_")]:
        del os.environ[name]
    bases = ("WECOM_API_BASE", "DINGTALK_API_BASE", "DINGTALK_OAPI_BASE", "FEISHU_API_BASE")
    return {
        **_secrets(),
        **{f"MAIBO_{base}": _url(port) for base in bases},
        "MAIBO_DATABASE_URL": f"sqlite:///{DATABASE.absolute()}",
        "MAIBO_PUBLIC_URL": _url(bot_port),
        "MAIBO_CLOCK_FILE": str(CLOCK.absolute()),
    }


def _secrets() -> dict[str, str]:
    """Made once; later starts open what the first one sealed."""
    if not ENVIRONMENT.exists():
        made = "".join(f"MAIBO_{name}={value}\n" for name, value in _fresh().items())
        with os.fdopen(os.open(ENVIRONMENT, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(made)
    return dict(line.split("=", 1) for line in ENVIRONMENT.read_text().splitlines() if "=" in line)


def _fresh() -> dict[str, str]:
    app_key = f"ding{secrets.token_hex(8)}"
    return {
        "SECRET_KEY": secrets.token_urlsafe(32),
        "ENCRYPTION_KEYS": secrets.token_urlsafe(32),
        "WECOM_CORP_ID": f"ww{secrets.token_hex(8)}",
        "WECOM_AGENT_ID": "1000002",
        "WECOM_SECRET": secrets.token_urlsafe(32),
        "WECOM_TOKEN": secrets.token_hex(12),
        "WECOM_AES_KEY": _aes_key(),
        "DINGTALK_CORP_ID": f"ding{secrets.token_hex(16)}",
        "DINGTALK_APP_KEY": app_key,
        "DINGTALK_APP_SECRET": secrets.token_urlsafe(48),
        "DINGTALK_ROBOT_CODE": app_key,
        "DINGTALK_AGENT_ID": "4242",
        "DINGTALK_TOKEN": secrets.token_hex(12),
        "DINGTALK_AES_KEY": _aes_key(),
        "DINGTALK_CARD_TEMPLATE_ID": f"{secrets.token_hex(16)}.schema",
        "FEISHU_APP_ID": f"cli_{secrets.token_hex(8)}",
        "FEISHU_APP_SECRET": secrets.token_urlsafe(24),
        "FEISHU_VERIFICATION_TOKEN": secrets.token_urlsafe(24),
        "FEISHU_ENCRYPT_KEY": secrets.token_urlsafe(24),
    }


def _aes_key() -> str:
    """43 letters and digits, as the platforms make them."""
    while not (key := base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")).isalnum():
        pass
    return key


def _stopping() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


@contextmanager
def _child(log: IO[bytes], *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of our own commands. It ends when the pipe to it ends, so also when we are killed."""
    child = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "bot", *command, "--until-eof"],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        start_new_session=True,  # Ctrl-C is for us alone
    )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdin:
            child.stdin.close()


def _wait(children: Mapping[str, subprocess.Popen[bytes]], urls: Sequence[str], stop: threading.Event) -> None:
    """Until every address answers, or a signal comes."""
    latest = time.monotonic() + START_SECONDS
    with httpx.Client(trust_env=False, timeout=5.0) as client:
        for url in urls:
            while not stop.is_set() and not _answers(client, url):
                _check(children)
                stop.wait(0.1)
                if time.monotonic() > latest:
                    raise Failure(f"{url} does not answer: see {LOG}.")


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).is_success
    except httpx.HTTPError:
        return False


def _check(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        code = child.poll()
        if code is not None:
            raise Failure(f"The {name} has ended (code {code}): see {LOG}.")
