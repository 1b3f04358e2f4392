"""Whatever is typed is answered at once: no sentence is slow because it is long or odd."""

from __future__ import annotations

from time import process_time

import pytest

from handlers.understanding import understand
from tests.language.score import load_contexts

HANGS = 20.0  # seconds of work; a pattern that runs wild takes far longer
PIECES = (
    "1", "一", "续", "给", "不", "嗯", " ", ",", "，", '"', "a ", "hundred and ", "sorry 2 ", "你好，", "，谢谢",
    "续约率82%，", "张三", "明天下午三点", "我想要", "如果", "不对", "看",
    "wo de mubiao ", "zhangsan", "3/4 ", "给张三反馈",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_five_thousand_characters_do_not_keep_it_busy(piece: str) -> None:
    began = process_time()
    understand(piece * (5000 // len(piece)), load_contexts()["sales"])
    assert process_time() - began < HANGS


def test_a_long_feedback_keeps_all_its_words() -> None:
    told = "上周的客户演示你补充了三个案例，" * 100
    frame = understand(f"给张三反馈：{told}", load_contexts()["sales"])
    assert (frame.intent, frame.slots["person"], frame.slots["text"]) == ("feedback", "zhangsan", told)


@pytest.mark.parametrize("number", ["9" * 400, "亿" * 300, "hundred " * 60, "1e999"])
def test_a_number_larger_than_anything_counted_is_no_figure(number: str) -> None:
    value = understand(f"回款{number}", load_contexts()["sales"]).slots.get("value", 0.0)
    assert isinstance(value, float)
    assert value < 1e15
