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

from bot.metrics import Metrics
from bot.platforms.base import Webhook
from bot.settings import DATA, Settings, SettingsError
from bot.tokens import MemoryTokens, RedisTokens, TokenStore
from handlers.directory import Directory
from handlers.dispatch import Core
from scheduler.evidence import EvidenceFetcher
from scheduler.inbox import Inbox
from scheduler.loops import Loops
from scheduler.outbox import Outbox
from storage.database import Database
from storage.vault import Vault

SECRETS = "secrets.env"
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
    loops: Loops
    metrics: Metrics
    clock: Callable[[], datetime]
    http: httpx.Client

    def close(self) -> None:
        self.loops.stop()
        self.http.close()
        self.database.close()


def now() -> datetime:
    return datetime.now(UTC)


def open_database(settings: Settings) -> Database:
    return Database(settings.database_url or f"sqlite:///{DATA / 'maibo.db'}")


def build(settings: Settings, *, clock: Callable[[], datetime] = now, database: Database | None = None) -> Program:
    """Wire the program. Raises SettingsError; touches no network."""
    database = database or open_database(settings)
    core = open_core(settings, database)
    http = httpx.Client(trust_env=False)
    platforms = build_platforms(settings, http, token_store(settings))
    metrics = Metrics()
    outbox = Outbox(database, core.vault, platforms, clock, metrics.delivery)
    evidence = EvidenceFetcher(database, core.vault, core.audit_key, platforms, clock)
    loops = Loops()
    inbox = Inbox(database, core, platforms, clock, loops.wake)
    loops.steps = (("inbox", inbox.step), ("outbox", outbox.step), ("evidence", evidence.step))
    return Program(settings, database, core, platforms, inbox, outbox, loops, metrics, clock, http)


def open_core(settings: Settings, database: Database) -> Core:
    secret, keys = _secrets(settings, database)
    audit_key = hmac.new(secret.encode(), b"maibo audit", hashlib.sha256).digest()
    return Core(Vault(keys), audit_key, ZoneInfo(settings.timezone), Directory())


def build_platforms(settings: Settings, http: httpx.Client, tokens: TokenStore) -> dict[str, Webhook]:
    """The platforms that are switched on. A platform's code is imported only then: it brings its vendor's library."""
    age = settings.callback_max_age
    found: dict[str, Webhook] = {}
    if settings.wecom.is_on():
        from bot.platforms.wecom.platform import build as build_wecom

        found["wecom"] = build_wecom(settings.wecom, http, tokens, age)
    if settings.dingtalk.is_on():
        from bot.platforms.dingtalk.platform import build as build_dingtalk

        found["dingtalk"] = build_dingtalk(settings.dingtalk, http, tokens, age)
    if settings.feishu.is_on():
        from bot.platforms.feishu.platform import build as build_feishu

        found["feishu"] = build_feishu(settings.feishu, http, tokens, age)
    return found


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
