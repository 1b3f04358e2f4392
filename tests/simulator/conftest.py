from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, sync_playwright

from bot.simulator.app import create_app
from bot.simulator.world import PLATFORMS, Account, World
from tests.serving import serving
from tests.simulator.stub import StubSide

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@dataclass
class Stage:
    """Three stubbed platforms, each with 李雷, his manager 王芳, and 孙莉, on `<person>.<platform>`."""

    world: World
    sides: dict[str, StubSide]


@pytest.fixture
def stage() -> Stage:
    world = World(clock=lambda: NOW)
    for platform in PLATFORMS:
        for person, name, manager in (("lilei", "李雷", "wangfang"), ("wangfang", "王芳", ""), ("sunli", "孙莉", "")):
            boss = f"{manager}.{platform}" if manager else ""
            account = Account(platform, f"{person}.{platform}", person, name, "总部/华东销售部", boss)
            world.accounts[platform, account.id] = account
    return Stage(world, {name: StubSide(world, name) for name in PLATFORMS})


@pytest.fixture
def client(stage: Stage) -> FlaskClient:
    return create_app(stage.world, list(stage.sides.values())).test_client()


@pytest.fixture
def address(stage: Stage) -> Iterator[str]:
    """The stage served over HTTP on this machine."""
    with serving(create_app(stage.world, list(stage.sides.values()))) as base:
        yield base


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("No Chromium on this machine: install the package chromium to see the page tested.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, opened at a desk; any error on it fails the test."""
    errors: list[str] = []
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(8_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    page.wait_for_selector(".phone.feishu .menu-item")
    yield page
    page.close()
    assert errors == []
