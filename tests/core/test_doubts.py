"""What reads as a write but hardly sounds like one is asked about; nothing is recorded before the yes."""

from __future__ import annotations

import importlib

import pytest
from sqlmodel import select

from storage.tables import CheckIn, Goal
from tests.core.desk import Desk, text_of

understanding = importlib.import_module("handlers.understanding.understand")


@pytest.fixture
def doubting(monkeypatch: pytest.MonkeyPatch) -> None:
    """However surely it sounds like one, a write is doubted."""
    monkeypatch.setattr(understanding, "_SOUNDS_LIKE_IT", 1e9)


def recorded(desk: Desk) -> list[float]:
    with desk.database.read() as session:
        return [row.value for row in session.exec(select(CheckIn))]


@pytest.mark.usefixtures("doubting")
def test_a_doubtful_check_in_is_recorded_by_a_yes_alone_and_once(desk: Desk) -> None:
    (asked,) = desk.say("lilei", "续约率到82%了")
    assert "我猜你想：打卡 · 客户续约率 · 82%。对吗？" in text_of([asked])
    assert recorded(desk) == []
    yes = asked.buttons[0].do
    assert "已记" in text_of(desk.press("lilei", yes))
    desk.press("lilei", yes)
    assert recorded(desk) == [82.0]


@pytest.mark.usefixtures("doubting")
def test_a_no_records_nothing(desk: Desk) -> None:
    desk.say("lilei", "续约率到82%了")
    desk.say("lilei", "不是")
    assert recorded(desk) == []


@pytest.mark.usefixtures("doubting")
def test_what_has_no_value_yet_asks_for_it_at_once(desk: Desk) -> None:
    assert "对吗" not in text_of(desk.say("lilei", "更新一下续约率"))


@pytest.mark.parametrize(
    "text",
    ["猫踩键盘打出个续约率99%，笑死", "锦鲤转起来，转发这条续约率涨到100%", "求财神爷保佑年底续约率90%"],
)
def test_what_does_not_sound_like_a_check_in_changes_nothing(desk: Desk, text: str) -> None:
    before = _current(desk)
    desk.say("lilei", text)
    assert recorded(desk) == []
    assert _current(desk) == before


def _current(desk: Desk) -> list[float]:
    with desk.database.read() as session:
        return [goal.current for goal in session.exec(select(Goal).order_by(Goal.id))]


@pytest.mark.parametrize(
    "text", ["新签11家了，续约率到82%了", "续约率到82%了，另外新签11家了", "新签11家，续约率82%，今天天气不错"]
)
def test_two_check_ins_in_one_sentence_are_two(desk: Desk, text: str) -> None:
    cards = desk.say("lilei", text)
    assert sorted(recorded(desk)) == [11.0, 82.0]
    assert sum("已记" in text_of([card]) for card in cards) == 2
    assert len({card.buttons[0].do for card in cards}) == 2


def test_what_explains_a_check_in_is_no_second_one(desk: Desk) -> None:
    desk.say("lilei", "续约率到82%了，比去年同期高6个点，新签那边的人也帮了忙")
    assert recorded(desk) == [82.0]
