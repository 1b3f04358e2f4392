"""What is said to the bot in a group: it answers nothing that was asked in private."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from storage.tables import Dialog, Feedback, HelpRequest, Revision, TalkNote
from tests.core.desk import Desk, text_of


def say(desk: Desk, *lines: str) -> str:
    answer = ""
    for line in lines:
        desk.now += timedelta(seconds=1)
        answer = text_of(desk.say("lilei", line))
    return answer


def in_group(desk: Desk, line: str) -> str:
    desk.now += timedelta(seconds=1)
    return text_of(desk.say_in_group("lilei", line))


PRIVATE = {
    "talk": (("约王芳明天下午三点一对一", "记录一对一 T-1"), "三件最重要的事"),
    "feedback": (("给张三反馈",), "的反馈"),
    "help": (("申请协助", "韩梅梅"), "请韩梅梅帮忙"),
    "reason": (("把G-102的目标改成15",), "为什么要改"),
}


@pytest.mark.parametrize("kind", PRIVATE)
@pytest.mark.parametrize("line", ["大家好，周会改到三点", "取消", "好的", "跳过", "我再想想"])
def test_an_open_dialog_is_left_alone(desk: Desk, kind: str, line: str) -> None:
    lines, asks = PRIVATE[kind]
    say(desk, *lines)
    with desk.database.read() as session:
        before = [(d.id, d.slots_sealed) for d in session.exec(select(Dialog))]
    in_group(desk, line)
    with desk.database.read() as session:
        assert [(d.id, d.slots_sealed) for d in session.exec(select(Dialog))] == before
        for table in (TalkNote, Feedback, HelpRequest, Revision):
            assert session.exec(select(table)).all() == []
    assert asks in say(desk, "继续")


def test_a_sentence_is_read_by_itself(desk: Desk) -> None:
    say(desk, "申请协助", "韩梅梅")
    assert "76% → 82%" in in_group(desk, "续约率到82%了")
    assert "G-101" in in_group(desk, "我的目标")
