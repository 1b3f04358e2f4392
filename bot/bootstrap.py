"""The composition root: settings in, a wired program out. Web, workers, command line and tests all start here."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.failure import Failure
from bot.metrics import Metrics
from bot.platforms.base import Webhook
from bot.settings import DATA, Settings, SettingsError
from bot.tokens import MemoryTokens, RedisTokens, TokenStore
from bot.travel import Traveller
from handlers.directory import Directory
from handlers.dispatch import Core
from scheduler.asking import Asking
from scheduler.evidence import EvidenceFetcher
from scheduler.inbox import Inbox
from scheduler.loops import Loops
from scheduler.outbox import Outbox
from scheduler.tick import Ticker
from storage.database import Database
from storage.migrate import is_current
from storage.vault import Vault

SECRETS = "secrets.env"
ONE_TO_ONE = "one-to-one"  # the purpose of the key that pages and exports are never given
SIGN_IN = "sign-in"  # of the key that seals what a browser keeps while somebody signs in
WRONG_URL = "MAIBO_DATABASE_URL must be sqlite:///path/to/file.db or postgresql://user:password@host/name."
NEW_AND_PRIVATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


@dataclass(frozen=True, slots=True, repr=False)
class Program:
    """Everything wired; nothing started yet but the database's engine."""

    settings: Settings
    database: Database
    core: Core
    platforms: Mapping[str, Webhook]
    inbox: Inbox
    outbox: Outbox
    ticker: Ticker
    loops: Loops
    metrics: Metrics
    clock: Callable[[], datetime]
    http: httpx.Client
    sign_ins: Vault

    def close(self) -> None:
        self.loops.stop()
        self.inbox.stop()
        self.http.close()
        self.database.close()


def now() -> datetime:
    return datetime.now(UTC)


def open_database(settings: Settings) -> Database:
    """Nothing is connected yet. Raises SettingsError."""
    try:
        database = Database(settings.database_url or f"sqlite:///{DATA / 'maibo.db'}")
    except (SQLAlchemyError, ImportError, ValueError):
        raise SettingsError(WRONG_URL) from None
    if database.engine.dialect.name not in {"sqlite", "postgresql"}:
        raise SettingsError(WRONG_URL)
    return database


def ready_database(settings: Settings, *, convenient: bool = False) -> Database:
    """A database that answers and has the newest schema. Raises SettingsError and Failure.

    `convenient`: on SQLite the migrations are run here; elsewhere they are always the operator's decision.
    """
    database = open_database(settings)
    try:
        if convenient and database.is_sqlite:
            upgrade(database)
        if not is_current(database):
            raise Failure("The database's schema is not that of this version: run `maibo db upgrade`.")
    except SQLAlchemyError as error:
        raise unreachable(database, error) from None
    return database


def upgrade(database: Database) -> None:
    """Run the missing migrations. Raises Failure."""
    from alembic.util import CommandError

    from storage.migrate import upgrade as migrate

    try:
        migrate(database)
    except CommandError:
        raise Failure("A newer Maibo made this database: install that version.") from None
    except SQLAlchemyError as error:
        raise unreachable(database, error) from None


def unreachable(database: Database, error: SQLAlchemyError) -> Failure:
    """What to tell about a database that does not do as asked; without its password."""
    where = make_url(database.url).render_as_string(hide_password=True)
    why = str(getattr(error, "orig", None) or type(error).__name__).strip().partition("\n")[0]
    return Failure(f"The database {where} does not answer ({why}): check MAIBO_DATABASE_URL.")


def build(
    settings: Settings, *, clock: Callable[[], datetime] | None = None, database: Database | None = None
) -> Program:
    """Wire the program. Raises SettingsError; touches no network."""
    database = database or open_database(settings)
    clock = clock or (Traveller(Path(settings.clock_file)) if settings.clock_file else now)
    core = open_core(settings, database)
    http = httpx.Client(trust_env=False)
    platforms = build_platforms(settings, http, token_store(settings))
    metrics = Metrics()
    outbox = Outbox(database, core.vault, core.private, platforms, clock, core.zone, metrics.delivery)
    evidence = EvidenceFetcher(database, core.vault, core.audit_key, platforms, clock)
    loops = Loops()
    asking = build_asking(settings, http, metrics)
    inbox = Inbox(database, core, platforms, clock, loops.wake, asking)
    loops.steps = (("inbox", inbox.step), ("outbox", outbox.step), ("evidence", evidence.step))
    ticker = Ticker(database, core, loops.wake, metrics.job)
    sign_ins = Vault(_secrets(settings, database)[1], SIGN_IN)
    return Program(settings, database, core, platforms, inbox, outbox, ticker, loops, metrics, clock, http, sign_ins)


def open_core(settings: Settings, database: Database) -> Core:
    secret, keys = _secrets(settings, database)
    audit_key = hmac.new(secret.encode(), b"maibo audit", hashlib.sha256).digest()
    vaults, zone = (Vault(keys), Vault(keys, ONE_TO_ONE)), ZoneInfo(settings.timezone)
    return Core(*vaults, audit_key, zone, Directory(), settings.public_url)


def build_platforms(settings: Settings, http: httpx.Client, tokens: TokenStore) -> dict[str, Webhook]:
    """The platforms that are switched on. Raises SettingsError."""
    return {name: make(settings, http, tokens) for name, make in PLATFORMS.items() if settings.platform(name).is_on()}


def build_asking(settings: Settings, http: httpx.Client, metrics: Metrics) -> Asking | None:
    """The way to the language model, where one is set. Raises SettingsError."""
    if not settings.llm.is_on():
        return None
    from bot.llm import Model

    return Asking(Model(settings.llm, http, metrics.model))


# A platform's code is imported only when it is used: it brings its vendor's library.


def _wecom(settings: Settings, http: httpx.Client, tokens: TokenStore) -> Webhook:
    from bot.platforms.wecom.platform import build

    return build(settings.wecom, http, tokens, settings.callback_max_age)


def _dingtalk(settings: Settings, http: httpx.Client, tokens: TokenStore) -> Webhook:
    from bot.platforms.dingtalk.platform import build

    return build(settings.dingtalk, http, tokens, settings.callback_max_age)


def _feishu(settings: Settings, http: httpx.Client, tokens: TokenStore) -> Webhook:
    from bot.platforms.feishu.platform import build

    return build(settings.feishu, http, tokens, settings.callback_max_age)


PLATFORMS = {"wecom": _wecom, "dingtalk": _dingtalk, "feishu": _feishu}


def token_store(settings: Settings) -> TokenStore:
    if not settings.redis_url:
        return MemoryTokens()
    import redis

    client = redis.Redis.from_url(settings.redis_url, socket_timeout=5, socket_connect_timeout=5)
    return RedisTokens(client)


def _secrets(settings: Settings, database: Database) -> tuple[str, list[str]]:
    """The secret and the encryption keys: from the settings, or made once beside a SQLite database."""
    secret = settings.secret_key.get_secret_value()
    keys = [k.strip() for k in settings.encryption_keys.get_secret_value().split(",") if k.strip()]
    if secret and keys:
        return secret, keys
    if not database.is_sqlite:
        raise SettingsError("Set MAIBO_SECRET_KEY and MAIBO_ENCRYPTION_KEYS: long random strings, kept safe.")
    made = _made_secrets(Path(make_url(database.url).database or DATA / "maibo.db").parent / SECRETS)
    return secret or made[0], keys or [made[1]]


def _made_secrets(path: Path) -> tuple[str, str]:
    """One machine, one file: a newcomer needs no settings, and a second start opens what the first one sealed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError), os.fdopen(os.open(path, NEW_AND_PRIVATE, 0o600), "w") as file:
        file.write(f"MAIBO_SECRET_KEY={secrets.token_urlsafe(32)}\n")
        file.write(f"MAIBO_ENCRYPTION_KEYS={secrets.token_urlsafe(32)}\n")
    kept = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return kept["MAIBO_SECRET_KEY"], kept["MAIBO_ENCRYPTION_KEYS"]
