"""What people take back, say in two languages, or say with courtesies around it."""

from __future__ import annotations

import pytest

from handlers.understanding import Context, understand
from handlers.understanding.corrections import correct
from handlers.understanding.normalise import Line
from handlers.understanding.plain import plain
from tests.language.score import load_contexts


@pytest.fixture(scope="module")
def sales() -> Context:
    return load_contexts()["sales"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("回款三百四哦不对是三百六十万", "回款三百六十万"),
        ("续约率81%，错了，应该是82%", "续约率82%"),
        ("renewal rate 79, sorry, 81%", "renewal rate 81%"),
        ("约芳姐周四，不对，周五一对一", "约芳姐周五一对一"),
        ("给张三，不是，李四反馈", "给李四反馈"),
        ("不对不对，刚刚那个不算", "不对不对，刚刚那个不算"),
        ("续约率82%，数据不对外", "续约率82%，数据不对外"),
    ],
)
def test_what_is_taken_back_is_not_said(said: str, meant: str, sales: Context) -> None:
    assert correct(Line.of(said), sales).text == Line.of(meant).text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("您好，看下目标，谢谢", "看下目标"),
        ("deadline 想 push 到月底", "截止时间想推到月底"),
        ("我的KR都有啥", "我的指标都有什么"),
        ("please show my goals, thanks", "show my goals"),
        ("你好", "你好"),
    ],
)
def test_a_sentence_is_read_without_courtesies_and_in_one_language(said: str, meant: str) -> None:
    assert plain(Line.of(said)).text == meant


def test_a_plain_line_knows_where_its_words_came_from() -> None:
    line = plain(Line.of("您好，deadline 想 push 到月底"))
    assert line.said(0, line.text.index("想")) == "deadline "


@pytest.mark.parametrize(
    "text", ["续约率82%，新签9家", "续约率82%、新签9家、回款350万", "renewal 82%, new customers 9"]
)
def test_of_two_check_ins_in_one_sentence_the_first_is_read_whole(text: str, sales: Context) -> None:
    assert understand(text, sales).slots == {"goal": "G-101", "value": 82.0, "mode": "absolute"}


def test_the_reason_of_a_revision_never_makes_it_a_check_in(sales: Context) -> None:
    frame = understand("申请将响应时长目标由8分钟调整为9分钟，原因是夜班编制被冻结", sales)
    assert (frame.intent, frame.slots["target"], frame.slots["reason"]) == ("goal_revise", 9.0, "夜班编制被冻结")


@pytest.mark.parametrize("text", ["睇下我嘅目標", "看下我的目标", "俾我睇下我嘅目標"])
def test_cantonese_is_read_as_what_it_says(text: str, sales: Context) -> None:
    assert understand(text, sales).intent == "goals"
