"""Words that come too late, or that something else takes the place of, are not lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from storage.tables import Delivery, Dialog, Feedback, HelpRequest, Revision
from tests.core.desk import Desk, text_of

TEXT = "周三会上你补充了三个案例，客户点了头"
LATE = {
    "feedback": (("给张三反馈",), TEXT, "反馈", "谁能看"),
    "help": (("申请协助", "韩梅梅"), "周五前帮我看合同", "申请协助", "已请韩梅梅帮忙"),
    "reason": (("把G-102的目标改成15",), "两家大客户预算冻结", "申请修订", "已发给王芳审批"),
    "one-to-one": (
        ("约王芳明天下午三点一对一", "记录一对一 T-1"),
        "两家大客户预算冻结",
        "一对一记录",
        "最大的困难是什么",
    ),
}


def say(desk: Desk, *lines: str) -> str:
    answer = ""
    for line in lines:
        desk.now += timedelta(seconds=1)
        answer = text_of(desk.say("lilei", line))
    return answer


@pytest.mark.parametrize("kind", LATE)
def test_words_that_come_at_minute_31_are_kept_and_offered(desk: Desk, kind: str) -> None:
    lines, words, what, asks_next = LATE[kind]
    say(desk, *lines)
    desk.now += timedelta(minutes=31)
    offered = say(desk, words)
    assert f"“{what}”还留着" in offered
    assert words in offered
    with desk.database.read() as session:
        for table in (Feedback, HelpRequest, Revision):
            assert session.exec(select(table)).all() == []
        sealed = [d for d in session.exec(select(Delivery)) if words in desk.open(d).text]
    assert all(d.private for d in sealed) == (kind == "one-to-one")
    assert asks_next in say(desk, "继续")


def test_what_means_something_by_itself_is_done(desk: Desk) -> None:
    say(desk, "给张三反馈")
    desk.now += timedelta(minutes=31)
    assert "76% → 82%" in say(desk, "续约率到82%了")


def test_a_note_that_nobody_waits_for_takes_no_sentence(desk: Desk) -> None:
    say(desk, "打卡 G-101", "82")
    desk.now += timedelta(minutes=31)
    assert "没听懂" in say(desk, "今天天气真好")


@pytest.mark.parametrize("minutes", [151, 60 * 24])
def test_long_after_a_sentence_is_only_not_understood(desk: Desk, minutes: int) -> None:
    say(desk, "给张三反馈")
    desk.now += timedelta(minutes=minutes)
    assert "没听懂" in say(desk, TEXT)


def test_words_that_something_else_takes_the_place_of_are_given_back(desk: Desk) -> None:
    say(desk, f"给张三反馈：{TEXT}")
    answer = say(desk, "给韩梅梅反馈")
    assert "没有发出，换成后面的了" in answer  # on its card
    assert f"再发一次：\\n{TEXT}" in answer
    assert "给韩梅梅的反馈" in answer


def test_steps_of_one_wish_give_nothing_back(desk: Desk) -> None:
    assert "没有发出" not in say(desk, f"给张三反馈：{TEXT}", "改一改")
    assert "没有发出" not in say(desk, "只有张三")


def test_a_draft_of_long_ago_is_not_offered(desk: Desk) -> None:
    say(desk, f"给张三反馈：{TEXT}")
    desk.now += timedelta(days=8)
    assert "没有正在填的内容" in say(desk, "继续")
    answer = say(desk, "我要反馈")
    assert "没做完" not in answer
    assert "没有发出" not in answer
    with desk.database.read() as session:
        assert len(session.exec(select(Dialog)).all()) == 1
