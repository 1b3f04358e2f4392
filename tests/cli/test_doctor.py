"""`maibo doctor`: it names the wrong setting and says how to mend it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from pytest_httpserver import HTTPServer

from bot import bootstrap
from bot.bootstrap import build
from bot.doctor import examine
from bot.settings import SettingsError, read_settings
from handlers import policy
from storage.database import Database

FEISHU = {"MAIBO_FEISHU_APP_ID": "cli_a", "MAIBO_FEISHU_APP_SECRET": "s", "MAIBO_FEISHU_VERIFICATION_TOKEN": "t"}


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> pytest.MonkeyPatch:
    """Nothing is set but the database."""
    for name in os.environ:
        if name.startswith("MAIBO_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MAIBO_DATABASE_URL", sqlite_url)
    return monkeypatch


def findings() -> dict[str, tuple[str, str]]:
    return {finding.name: (finding.state, finding.words) for finding in examine()}


def test_a_new_machine_is_healthy(settings: pytest.MonkeyPatch) -> None:
    found = findings()
    assert {state for state, _ in found.values()} == {"ok", "off", "hint"}
    assert found["MAIBO_DATABASE_URL"] == ("ok", "sqlite answers, its schema is current")
    assert found["wecom"][0] == "off"


@pytest.mark.parametrize(
    ("holidays", "day", "state", "words"),
    [
        ("cn", 1, "ok", "holidays and make-up days are known"),
        ("cn", 60, "hint", "2027 is not known yet"),
        ("weekends", 60, "ok", "weekends, as set"),
    ],
)
def test_a_year_without_its_holidays_is_named(
    settings: pytest.MonkeyPatch, sqlite_url: str, holidays: str, day: int, state: str, words: str
) -> None:
    database = Database(sqlite_url)
    with database.write() as session:
        policy.store(session, "", {"holidays": holidays})
    database.close()
    settings.setattr(bootstrap, "now", lambda: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day))
    found = findings()["calendar"]
    assert found[0] == state
    assert words in found[1]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MAIBO_DATABASE_URL", "sqlite://", "run `maibo db upgrade`"),
        ("MAIBO_DATABASE_URL", "rubbish", "must be sqlite:///"),
        ("MAIBO_REDIS_URL", "redis://127.0.0.1:9", "does not answer"),
        ("MAIBO_REDIS_URL", "rubbish", "check the address"),
        ("MAIBO_SECRET_KEY", "short", "too short"),
        ("MAIBO_ENCRYPTION_KEYS", "long-enough-for-a-key,short", "too short"),
        ("MAIBO_PUBLIC_URL", "maibo.example.com", "must look like https://"),
        ("MAIBO_TIMEZONE", "Mars", "is not a time zone"),
        ("MAIBO_WECOM_CORPID", "ww1", "is it MAIBO_WECOM_CORP_ID"),
        ("MAIBO_LLM_KEI", "k", "is it MAIBO_LLM_KEY"),
        ("MAIBO_LLM_URL", "localhost", "must look like https://"),
        ("MAIBO_LLM_TIMEOUT", "60", "less than or equal to 12"),
    ],
)
def test_a_wrong_setting_is_named(settings: pytest.MonkeyPatch, name: str, value: str, words: str) -> None:
    settings.setenv(name, value)
    state, said = findings()[name]
    assert state == "bad"
    assert words in said


@pytest.mark.parametrize(
    ("setting", "state", "words"),
    [
        ("MAIBO_TIMEZONE", "off", "feedback codes"),
        ("MAIBO_FEISHU_APP_ID", "hint", "no QR picture"),
        ("MAIBO_DINGTALK_CARD_TEMPLATE_ID", "bad", "presses"),
    ],
)
def test_a_public_address_is_missed_where_it_is_needed(
    settings: pytest.MonkeyPatch, setting: str, state: str, words: str
) -> None:
    settings.setenv(setting, "Asia/Shanghai")
    found = findings()["MAIBO_PUBLIC_URL"]
    assert found[0] == state
    assert words in found[1]


def test_half_a_platforms_settings_are_named_one_by_one(settings: pytest.MonkeyPatch) -> None:
    settings.setenv("MAIBO_FEISHU_APP_ID", "cli_a")
    bad = [name for name, (state, _) in findings().items() if state == "bad"]
    assert bad == ["MAIBO_FEISHU_APP_SECRET", "MAIBO_FEISHU_VERIFICATION_TOKEN"]


def test_a_platform_that_refuses_us_is_quoted(settings: pytest.MonkeyPatch, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/open-apis/auth/v3/tenant_access_token/internal").respond_with_json(
        {"code": 10014, "msg": "app secret invalid"}
    )
    for name, value in {**FEISHU, "MAIBO_FEISHU_API_BASE": httpserver.url_for("")}.items():
        settings.setenv(name, value)
    state, words = findings()["feishu"]
    assert state == "bad"
    assert "10014" in words


def test_redis_is_greeted(settings: pytest.MonkeyPatch, redis_url: str) -> None:
    settings.setenv("MAIBO_REDIS_URL", redis_url)
    assert findings()["MAIBO_REDIS_URL"] == ("ok", "answers")


def test_no_secret_is_shown(settings: pytest.MonkeyPatch) -> None:
    settings.setenv("MAIBO_SECRET_KEY", "hush-hush-hush-hush")
    settings.setenv("MAIBO_FEISHU_APP_SECRET", "hush")
    assert not any("hush" in words for _, words in findings().values())


@pytest.mark.parametrize("given", ["KEY", "PRIVATE"])
def test_half_a_language_model_is_named_here_and_at_the_start(settings: pytest.MonkeyPatch, given: str) -> None:
    settings.setenv(f"MAIBO_LLM_{given}", "1")
    state, words = findings()["language model"]
    assert state == "bad"
    assert "set MAIBO_LLM_URL, MAIBO_LLM_MODEL too" in words
    with pytest.raises(SettingsError, match="MAIBO_LLM_MODEL"):
        build(read_settings())


@pytest.mark.parametrize(
    ("status", "body", "state", "words"),
    [
        (200, {"choices": [{"message": {"content": '{"intent": "home"}'}}]}, "ok", "tiny answers"),
        (200, {"choices": [{"message": {"content": "你好"}}]}, "ok", "not with the JSON"),
        (401, {"error": "hush"}, "bad", "check MAIBO_LLM_KEY"),
        (404, {}, "bad", "check MAIBO_LLM_URL"),
        (200, {}, "bad", "something else answers there"),
        (500, {}, "bad", "http 500"),
    ],
)
def test_a_language_model_is_asked_something_harmless(
    settings: pytest.MonkeyPatch, httpserver: HTTPServer, status: int, body: object, state: str, words: str
) -> None:
    httpserver.expect_request("/v1/chat/completions", method="POST").respond_with_json(body, status)
    named = {"URL": httpserver.url_for("/v1/"), "MODEL": "tiny", "KEY": "hush", "PRIVATE": "true"}
    for name, value in named.items():
        settings.setenv(f"MAIBO_LLM_{name}", value)
    found = findings()
    assert found["language model"][0] == state
    assert words in found["language model"][1]
    assert found["MAIBO_LLM_PRIVATE"][0] == "hint"
    assert not any("hush" in said for _, said in found.values())
