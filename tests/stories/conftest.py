"""A town for each platform; DingTalk twice, with a card template and without one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.stories.town import Town, town

MODES = ("wecom", "dingtalk", "dingtalk-without-cards", "feishu")


@pytest.fixture(params=MODES)
def place(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[Town]:
    mode = str(request.param)
    name = mode.partition("-")[0]
    with town(Database(sqlite_url), [name], dingtalk_cards=mode != "dingtalk-without-cards") as made:
        yield made
