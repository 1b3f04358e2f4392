"""Words that end a dialog or its last step are no answers, however they are put."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from handlers.understanding import is_cancel, is_no, is_yes
from handlers.understanding.replies import is_enough, is_later
from storage.tables import CheckIn, Dialog, HelpRequest
from tests.core.desk import Desk, text_of

CANCELS = """取消掉 · 取消掉吧 · 没事了 · 没事儿了，谢谢 · 算了不改了 · 算了，不写了 · 还是算了吧 · 那就算了
先不改了 · 不驳回了 · 不想填了 · cancel please · please cancel · never mind, thanks · forget it · drop it
sorry, changed my mind"""
ANSWERS = """取消了两家客户的订单 · 没事，下周我去看 · 先不改目标，等法务确认 · 客户算了一笔账 · 不写周报的人太多
请帮我取消会议 · 不用了系统就慢 · stop the old job for me · cancelled by the customer · no · 好的案例太少 · 就是我"""
ENOUGH = "好的 · 谢谢 · 好的，谢谢 · 不补了 · 不用补了 · 没有要补的了 · 就这样 · ok thanks · that's all · done"
NOTES = "谢谢客户的配合，两家签了 · 好的案例补了三个 · 没有补货 · done with phase one · 补了两张合同"


def each(lines: str) -> list[str]:
    return [text for line in lines.splitlines() for text in line.split(" · ")]


def say(desk: Desk, *lines: str) -> str:
    answer = ""
    for line in lines:
        desk.now += timedelta(seconds=1)
        answer = text_of(desk.say("lilei", line))
    return answer


@pytest.mark.parametrize("text", each(CANCELS))
def test_ways_to_drop_it(text: str) -> None:
    assert is_cancel(text)


@pytest.mark.parametrize("text", [*each(ANSWERS), *each(NOTES), "先不改了" * 500 + "x"])
def test_what_only_contains_the_words_is_an_answer(text: str) -> None:
    assert not is_cancel(text)
    assert not is_later(text)


@pytest.mark.parametrize("text", each(ENOUGH))
def test_ways_to_have_nothing_to_add(text: str) -> None:
    assert is_enough(text)


@pytest.mark.parametrize("text", each(NOTES))
def test_a_note_is_no_courtesy(text: str) -> None:
    assert not is_enough(text)


def test_yes_and_no_are_what_they_were() -> None:
    assert is_yes("好的")
    assert is_no("不要")
    assert not is_cancel("不要")


@pytest.mark.parametrize("line", ["取消掉", "没事了", "算了不改了", "cancel please"])
def test_help_that_was_dropped_is_asked_of_nobody(desk: Desk, line: str) -> None:
    assert "先不做了" in say(desk, "申请协助", "韩梅梅", line)
    with desk.database.read() as session:
        assert session.exec(select(HelpRequest)).all() == []
        assert session.exec(select(Dialog)).all() == []


@pytest.mark.parametrize("line", ["好的", "谢谢", "不补了"])
def test_courtesies_end_the_step_for_a_note(desk: Desk, line: str) -> None:
    assert "就记到这里" in say(desk, "打卡 G-101", "82", line)
    with desk.database.read() as session:
        assert session.exec(select(CheckIn)).one().note == ""
        assert session.exec(select(Dialog)).all() == []
