"""`maibo doctor`: every setting looked at, and one real call to every platform. Says how to mend what is wrong.

States: `ok`, `off` (not set, and fine so), `hint` (works, could be better), `bad`.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from bot import bootstrap
from bot.failure import Failure
from bot.settings import PlatformSettings, Settings, SettingsError, plain, read_settings
from bot.tokens import MemoryTokens
from handlers.ports import PlatformError
from scheduler.tick import read_calendar
from storage.migrate import is_current

LEAST_SECRET = 16  # characters
CURES = {
    "unreachable": "check MAIBO_LLM_URL: nothing answers there",
    "timeout": "too slow: another model, or a longer MAIBO_LLM_TIMEOUT",
    "http 401": "check MAIBO_LLM_KEY",
    "http 403": "check MAIBO_LLM_KEY, and whether it may use MAIBO_LLM_MODEL",
    "http 404": "check MAIBO_LLM_URL (it ends in /v1, mostly) and MAIBO_LLM_MODEL",
    "not an answer": "check MAIBO_LLM_URL: something else answers there",
    "too large": "check MAIBO_LLM_URL: something else answers there",
}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Finding:
    state: str
    name: str
    words: str

    def __str__(self) -> str:
        return f"{self.state:<4}  {self.name}: {self.words}"


def examine() -> Iterator[Finding]:
    """One finding a setting, as soon as it is known."""
    try:
        settings = read_settings()
    except SettingsError as error:
        name, _, words = str(error).partition(": ")
        yield Finding("bad", name, words)
        return
    yield from _misspelt(settings)
    yield _database(settings)
    yield _redis(settings)
    yield from _secrets(settings)
    yield _public_url(settings)
    yield Finding("ok", "MAIBO_TIMEZONE", settings.timezone)
    yield _max_age(settings)
    yield from _calendar(settings)
    for name in bootstrap.PLATFORMS:
        yield from _platform(settings, name)
    yield from _model(settings)


def _misspelt(settings: Settings) -> Iterator[Finding]:
    parts = [settings.platform(name) for name in bootstrap.PLATFORMS] + [settings.llm]
    known = {f"MAIBO_{name.upper()}" for name in Settings.model_fields if name not in {*bootstrap.PLATFORMS, "llm"}}
    known |= {part.variable(name) for part in parts for name in type(part).model_fields}
    for name in sorted(os.environ):
        if name.startswith("MAIBO_") and name not in known:
            close = difflib.get_close_matches(name, known, 1)
            yield Finding("bad", name, f"no such setting{f': is it {close[0]}?' if close else ', remove it'}")


def _database(settings: Settings) -> Finding:
    name = "MAIBO_DATABASE_URL"
    try:
        database = bootstrap.open_database(settings)
    except SettingsError as error:
        return Finding("bad", name, str(error).removeprefix(f"{name} "))
    try:
        database.ping()
        if not is_current(database):
            return Finding("bad", name, "the schema is not that of this version: run `maibo db upgrade`")
    except SQLAlchemyError as error:
        return Finding("bad", name, str(bootstrap.unreachable(database, error)))
    finally:
        database.close()
    return Finding("ok", name, f"{database.engine.dialect.name} answers, its schema is current")


def _redis(settings: Settings) -> Finding:
    name = "MAIBO_REDIS_URL"
    if not settings.redis_url:
        return Finding("off", name, "not needed on one machine")
    import redis

    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        return Finding("bad", name, f"does not answer ({type(error).__name__}): check the address, or unset it")
    return Finding("ok", name, "answers")


def _secrets(settings: Settings) -> Iterator[Finding]:
    keys = settings.encryption_keys.get_secret_value()
    weakest = min((key.strip() for key in keys.split(",") if key.strip()), key=len, default="")
    yield _secret(settings, "MAIBO_SECRET_KEY", settings.secret_key.get_secret_value())
    yield _secret(settings, "MAIBO_ENCRYPTION_KEYS", weakest)


def _secret(settings: Settings, name: str, value: str) -> Finding:
    if value:
        strong = len(value) >= LEAST_SECRET
        return Finding("ok", name, "set") if strong else Finding("bad", name, "too short: use a long random string")
    if _is_sqlite(settings):
        return Finding("hint", name, f"made once, kept in {bootstrap.SECRETS} beside the database: back that file up")
    return Finding("bad", name, "set it to a long random string, and keep it safe")


def _is_sqlite(settings: Settings) -> bool:
    try:
        database = bootstrap.open_database(settings)
    except SettingsError:
        return False
    database.close()
    return database.is_sqlite


def _public_url(settings: Settings) -> Finding:
    name, url = "MAIBO_PUBLIC_URL", urlsplit(settings.public_url)
    if not settings.public_url:
        return _no_public_url(settings, name)
    if url.scheme not in {"http", "https"} or not url.hostname:
        return Finding("bad", name, "must look like https://maibo.example.com")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        return Finding("hint", name, "the platforms want https")
    return Finding("ok", name, settings.public_url)


def _no_public_url(settings: Settings, name: str) -> Finding:
    """Messages do without it; what begins outside the chat does not."""
    if settings.dingtalk.card_template_id:
        return Finding("bad", name, "set it: presses on DingTalk's cards do not arrive without it")
    if any(_given(settings.platform(one)) for one in bootstrap.PLATFORMS):
        return Finding("hint", name, "set it: feedback codes have no link and no QR picture, and nobody can sign in")
    return Finding("off", name, "DingTalk's cards, feedback codes and signing in need it")


def _max_age(settings: Settings) -> Finding:
    name, age = "MAIBO_CALLBACK_MAX_AGE", settings.callback_max_age
    if age is None:
        return Finding("ok", name, "each platform's own")
    return Finding("ok", name, f"{age} seconds") if age else Finding("hint", name, "0: old callbacks are taken too")


def _calendar(settings: Settings) -> Iterator[Finding]:
    """A year whose holidays nobody has told yet: its working days are guessed from weekends."""
    try:
        database = bootstrap.open_database(settings)
        with database.read() as session:
            calendar = read_calendar(session)
        database.close()
    except (SettingsError, SQLAlchemyError):
        return
    missing = calendar.missing(bootstrap.now().date())
    for year in missing:
        words = f"{year} is not known yet, only its weekends: `maibo import calendar FILE` once it is published"
        yield Finding("hint", "calendar", words)
    if not missing:
        known = "holidays and make-up days are known" if calendar.official else "weekends, as set (holidays=weekends)"
        yield Finding("ok", "calendar", known)


def _platform(settings: Settings, name: str) -> Iterator[Finding]:
    part = settings.platform(name)
    given = _given(part)
    if not given:
        yield Finding("off", name, f"no settings: it begins with {part.variable(part.required[0])}")
        return
    yield from (_setting(part, field) for field in type(part).model_fields)
    if len(given) == len(part.required):
        yield _call(settings, name)


def _given(part: PlatformSettings) -> set[str]:
    return {field for field in part.required if plain(getattr(part, field))}


def _setting(part: PlatformSettings, field: str) -> Finding:
    name, value = part.variable(field), getattr(part, field)
    if plain(value):
        return Finding("ok", name, "set" if isinstance(value, SecretStr) else value)
    if field in part.required:
        return Finding("bad", name, "missing: set it, or remove the others of this platform")
    return Finding("off", name, "not set")


def _call(settings: Settings, name: str) -> Finding:
    """What a harmless real call says."""
    with httpx.Client(trust_env=False) as http:
        try:
            platform = bootstrap.PLATFORMS[name](settings, http, MemoryTokens())
            return Finding("ok", name, platform.check())
        except (PlatformError, Failure) as error:
            return Finding("bad", name, str(error))
        except Exception as error:  # noqa: BLE001 - whatever a wrong setting leads to, it is a finding
            return Finding("bad", name, f"the call failed: {type(error).__name__}")


def _model(settings: Settings) -> Iterator[Finding]:
    """The optional language model: asked one harmless thing."""
    name, part = "language model", settings.llm
    try:
        if not part.is_on():
            yield Finding("off", name, f"not needed; it begins with {part.variable('url')}")
            return
    except SettingsError as error:
        yield Finding("bad", name, str(error))
        return
    from bot.llm import Model, ModelError

    with httpx.Client(trust_env=False) as http:
        try:
            yield Finding("ok", name, Model(part, http).check())
        except ModelError as error:
            yield Finding("bad", name, f"{error.code}: {CURES.get(error.code, 'look at what the server says')}")
    url = urlsplit(part.url)
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        yield Finding("hint", part.variable("url"), "sentences travel unencrypted: https is better")
    if part.private:
        yield Finding("hint", part.variable("private"), "sentences that could be private are sent too")
