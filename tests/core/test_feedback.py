"""Who reads a feedback, and what they are shown of it: every version, and that it was changed or taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.tables import Person
from tests.core.desk import Desk, text_of

FIRST = "周三客户会上你补充了三个案例，客户当场点了头"


def give(desk: Desk, readers: str = "和经理", text: str = FIRST) -> None:
    """F-1, from 李雷 to 张三, whose manager is 刘洋."""
    desk.say("lilei", f"给张三反馈：{text}")
    desk.say("lilei", readers)


def change(desk: Desk, person: str, **columns: object) -> None:
    with desk.database.write() as session:
        row = session.get_one(Person, person)
        for name, value in columns.items():
            setattr(row, name, value)


def test_the_reader_is_the_manager_of_that_day_whatever_the_tree_says_later(desk: Desk) -> None:
    give(desk)
    change(desk, "zhangsan", manager="wangfang")
    assert "三个案例" in text_of(desk.say("liuyang", "张三最近怎么样"))
    assert "三个案例" not in text_of(desk.say("wangfang", "张三最近怎么样"))


def test_the_reader_is_the_one_whose_name_was_on_the_button(desk: Desk) -> None:
    desk.say("lilei", f"给张三反馈：{FIRST}")
    change(desk, "zhangsan", manager="wangfang")
    told = text_of(desk.say("lilei", "和经理"))
    assert "张三和刘洋" in told
    assert "三个案例" in text_of(desk.say("liuyang", "张三最近怎么样"))
    assert "三个案例" not in text_of(desk.say("wangfang", "张三最近怎么样"))


def test_a_manager_who_has_left_is_not_offered(desk: Desk) -> None:
    change(desk, "liuyang", active=False)
    assert "刘洋" not in text_of(desk.say("lilei", f"给张三反馈：{FIRST}"))
    assert "只有张三" in text_of(desk.say("lilei", "和经理"))


SECOND = "周三客户会上你补充了三个案例，客户当场点了头，周五就签了试点"


def edit(desk: Desk, text: str = SECOND) -> None:
    desk.now += timedelta(minutes=1)
    for said in ("改一改 F-1", text, "发送"):
        desk.say("lilei", said)


@pytest.mark.parametrize("who", ["lilei", "zhangsan", "liuyang"])
def test_every_version_is_read_in_full_by_all_who_may_read_it(desk: Desk, who: str) -> None:
    long = FIRST + "，" + "后来大家把同样的做法用在了另外两个项目里" * 20 + "结尾在这里"
    give(desk, text=long)
    edit(desk)
    (card,) = desk.say(who, "看反馈 F-1")
    assert long in card.text
    assert SECOND in card.text
    assert "第 1 版 · 11-18 10:00" in card.text
    pressed = text_of(desk.press(who, "read_feedback?feedback=F-1"))
    assert long in pressed


@pytest.mark.parametrize("who", ["hanmeimei", "wangfang", "sunli", "zhaolei"])
def test_nobody_else_reads_it_again(desk: Desk, who: str) -> None:
    give(desk)
    assert "没有找到这条反馈" in text_of(desk.say(who, "看反馈 F-1"))
    assert "没有找到这条反馈" in text_of(desk.press(who, "read_feedback?feedback=F-1"))


def test_what_is_too_long_for_a_card_is_said_whole_in_messages(desk: Desk) -> None:
    long = FIRST + "，" + "后来大家把同样的做法用在了另外两个项目里" * 100 + "结尾在这里"
    give(desk, text=long)
    head, message = desk.say("zhangsan", "看反馈 F-1")
    assert head.text == ""
    assert message.is_plain
    assert message.text.endswith("结尾在这里")


def test_what_was_taken_back_stays_its_givers_to_read(desk: Desk) -> None:
    give(desk)
    desk.say("lilei", "撤销")
    (card,) = desk.say("lilei", "看反馈 F-1")
    assert (card.status, card.buttons) == ("已撤回", ())
    assert FIRST in card.text
    assert "没有找到" in text_of(desk.say("zhangsan", "看反馈 F-1"))


def test_cards_of_an_edited_feedback_lead_to_every_version(desk: Desk) -> None:
    give(desk)
    edit(desk)
    for who in ("lilei", "zhangsan", "liuyang"):
        shown = [card for person, card in desk.cards() if person == who]
        assert any(button.say == "看反馈 F-1" for card in shown for button in card.buttons), who


def test_the_giver_lists_what_they_gave(desk: Desk) -> None:
    assert "还没有给过" in text_of(desk.say("lilei", "我给出的反馈"))
    give(desk)
    edit(desk)
    desk.say("lilei", "给韩梅梅反馈：周二你把报价单核对了两遍")
    desk.say("lilei", "只有")
    desk.say("lilei", "撤销")
    (card,) = desk.say("lilei", "我给出的反馈")
    assert "张三 · F-1 · 第 2 版" in card.text
    assert "韩梅梅 · F-2 · 已撤回" in card.text
    assert "看反馈 F-2" in card.hint
    assert "F-1" not in text_of(desk.say("hanmeimei", "feedback i gave"))


def test_readers_are_told_of_an_edit_and_whose_feedback_it_is(desk: Desk) -> None:
    give(desk)
    seen = len(desk.cards())
    edit(desk)
    told = {person: card.text for person, card in desk.cards(seen) if "改了" in card.text}
    assert told == {
        "zhangsan": "李雷改了给你的反馈，现在是第 2 版。",
        "liuyang": "李雷改了给张三的反馈，现在是第 2 版。",
    }


def test_readers_are_told_that_it_was_taken_back(desk: Desk) -> None:
    give(desk)
    seen = len(desk.cards())
    desk.say("lilei", "撤销")
    told = {person: card.text for person, card in desk.cards(seen) if "不作数" in card.text}
    assert told.keys() == {"zhangsan", "liuyang"}
    assert "给张三的反馈" in told["liuyang"]
    assert "给你的反馈" in told["zhangsan"]
