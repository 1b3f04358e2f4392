"""Undo: what a button names, or what was done last; never something older in its stead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlmodel import col, select

from cards.model import Card
from storage.tables import (
    CheckIn,
    Feedback,
    FeedbackRequest,
    FeedbackVersion,
    Goal,
    HelpRequest,
    Nudge,
    Person,
    Revision,
    Talk,
)
from tests.core.desk import Desk, text_of

TEXT = "周三会上你补充了三个案例，客户点了头"
GIVE = (f"给张三反馈：{TEXT}", "只有张三")
EDIT = ("改一改 F-1", "周三会上你补充了两个案例", "发送")


def say(desk: Desk, *lines: str, person: str = "lilei") -> str:
    """What the last line is answered."""
    answer = ""
    for line in lines:
        desk.now += timedelta(seconds=1)
        answer = text_of(desk.say(person, line))
    return answer


def press(desk: Desk, of: str, person: str = "lilei") -> str:
    desk.now += timedelta(seconds=1)
    return text_of(desk.press(person, f"undo?of={quote(of, safe='')}"))


def offered(cards: list[Card]) -> list[str]:
    """What the buttons of the last card take back."""
    return [button.do.partition("of=")[2] for button in cards[-1].buttons if button.do.startswith("undo")]


def current(desk: Desk, goal: str) -> float:
    with desk.database.read() as session:
        return session.get_one(Goal, goal).current


def feedback_states(desk: Desk) -> list[tuple[str, int]]:
    with desk.database.read() as session:
        return [(f.state, f.version) for f in session.exec(select(Feedback).order_by(col(Feedback.id)))]


def test_an_old_button_takes_back_its_own_thing(desk: Desk) -> None:
    say(desk, "续约率到80%了", *GIVE)
    assert "回到 76%" in press(desk, "C-1")
    assert current(desk, "G-101") == 76
    assert feedback_states(desk) == [("given", 1)]


def test_typed_it_takes_back_what_was_done_last(desk: Desk) -> None:
    say(desk, "续约率到80%了", *GIVE)
    assert "已撤回给张三的反馈" in say(desk, "撤销")
    assert current(desk, "G-101") == 80
    assert "回到 76%" in say(desk, "撤销")
    assert "没有可以撤销的事" in say(desk, "撤销")


def test_an_edit_goes_back_to_the_version_before(desk: Desk) -> None:
    say(desk, *GIVE, *EDIT)
    assert feedback_states(desk) == [("given", 2)]
    assert "还是原来的说法" in say(desk, "撤销")
    assert feedback_states(desk) == [("given", 1)]
    shown = say(desk, "我收到的反馈", person="zhangsan")
    assert "三个案例" in shown
    assert "两个案例" not in shown


def test_the_number_of_an_edit_that_was_taken_back_is_not_used_again(desk: Desk) -> None:
    say(desk, *GIVE, *EDIT, "撤销", *EDIT)
    assert feedback_states(desk) == [("given", 3)]
    with desk.database.read() as session:
        undone = [v.undone_at is not None for v in session.exec(select(FeedbackVersion).order_by("version"))]
    assert undone == [False, True, False]


def test_the_whole_feedback_is_not_taken_back_past_its_edit(desk: Desk) -> None:
    say(desk, *GIVE, *EDIT)
    assert "先撤销那次修改" in press(desk, "F-1")
    press(desk, "F-1/2")
    assert feedback_states(desk) == [("given", 1)]
    press(desk, "F-1")
    assert feedback_states(desk) == [("withdrawn", 1)]


@pytest.mark.parametrize(
    ("lines", "of", "told"),
    [
        (("续约率到80%了",), "C-1", "回到 76%"),
        (("打卡 G-101", "80"), "C-1", "回到 76%"),
        (("打卡 G-101", "80", "还差两家"), "C-1%2Fnote", "补充"),
        (GIVE, "F-1", "已撤回给张三的反馈"),
        ((*GIVE, *EDIT), "F-1%2F2", "原来的说法"),
        ((*GIVE, "加标签 F-1", "客户体验", "跳过", "跳过", "跳过"), "F-1%2Ftags", "标签"),
        (("申请协助", "张三", "周五前帮我看合同"), "H-1", "已撤回给张三的协助请求"),
        (("请张三给我反馈",), "Q-1", "已撤回给张三的反馈邀请"),
        (("约张三明天下午三点一对一",), "T-1", "已取消和张三的一对一"),
        (("切换成英文",), "language", "中文"),
    ],
)
def test_every_line_that_tells_what_was_recorded_offers_the_way_back(
    desk: Desk, lines: tuple[str, ...], of: str, told: str
) -> None:
    say(desk, *lines[:-1])
    desk.now += timedelta(seconds=1)
    assert offered(desk.say("lilei", lines[-1])) == [of]
    by_press = desk.press("lilei", f"undo?of={of}")
    assert told in text_of(by_press)
    desk.now += timedelta(seconds=1)
    assert told not in text_of(desk.press("lilei", f"undo?of={of}"))


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("约张三明天下午三点一对一",), "已取消和张三的一对一"),
        (("请张三给我反馈",), "已撤回给张三的反馈邀请"),
        (("申请协助", "张三", "周五前帮我看合同"), "已撤回给张三的协助请求"),
        (("把G-102的目标改成15，因为预算冻结",), "已撤回 R-1"),
        ((*GIVE, "加标签 F-1", "客户体验", "跳过", "跳过", "CRM-1"), "标签"),
        (("打卡 G-102", "9", "还差两家"), "补充"),
    ],
)
def test_typed_it_reaches_everything_that_was_recorded(desk: Desk, lines: tuple[str, ...], told: str) -> None:
    say(desk, "续约率到80%了", *lines)
    assert told in say(desk, "撤销")
    assert current(desk, "G-101") == 80
    desk.now += timedelta(minutes=11)
    assert "没有可以撤销的事" in say(desk, "撤销")


def test_what_was_undone_is_undone(desk: Desk) -> None:
    say(
        desk,
        "约张三明天下午三点一对一",
        "撤销",
        "请张三给我反馈",
        "撤销",
        *GIVE,
        "加标签 F-1",
        "客户体验",
        "跳过",
        "跳过",
    )
    say(desk, "加标签 F-1", "客户体验", "跳过", "跳过", "CRM-1", "撤销")
    with desk.database.read() as session:
        assert session.exec(select(Talk)).one().state == "cancelled"
        assert session.exec(select(FeedbackRequest)).one().state == "withdrawn"
        feedback = session.exec(select(Feedback)).one()
        assert (feedback.dimension, feedback.document_sealed) == ("", None)
    assert "撤回了邀请" in text_of([card for person, card in desk.cards() if person == "zhangsan"])


def test_where_the_last_thing_cannot_be_undone_nothing_older_is(desk: Desk) -> None:
    say(desk, "华东区续约率到79%了", person="wangfang")
    say(desk, "把G-101的目标改成80%，因为预算冻结")
    say(desk, "同意 R-1", person="wangfang")
    told = say(desk, "撤销", person="wangfang")
    assert "同意申请" in told
    assert "撤不回" in told
    assert current(desk, "G-110") == 79
    assert "回到 78%" in press(desk, "C-1", person="wangfang")


def test_what_others_acted_on_stays(desk: Desk) -> None:
    say(desk, "续约率到80%了", "申请协助", "张三", "周五前帮我看合同")
    say(desk, "接受 H-1", person="zhangsan")
    assert "张三已经答复" in say(desk, "撤销")
    with desk.database.read() as session:
        assert session.exec(select(HelpRequest)).one().state == "accepted"
    assert current(desk, "G-101") == 80


def test_a_decided_request_stays(desk: Desk) -> None:
    say(desk, "把G-101的目标改成80%，因为预算冻结")
    say(desk, "同意 R-1", person="wangfang")
    assert "已有结论" in say(desk, "撤销")
    with desk.database.read() as session:
        assert session.exec(select(Revision)).one().state == "approved"


@pytest.mark.parametrize("of", ["C-1", "F-1", "T-1", "language", "C-99", "x", "C-1/note"])
def test_nobody_takes_back_what_others_did(desk: Desk, of: str) -> None:
    say(desk, "续约率到80%了", *GIVE, "约张三明天下午三点一对一")
    assert "撤不回" in press(desk, of, person="hanmeimei")
    assert current(desk, "G-101") == 80


def test_after_ten_minutes_a_button_says_so(desk: Desk) -> None:
    say(desk, "续约率到80%了")
    desk.now += timedelta(minutes=10)
    assert "过了 10 分钟" in press(desk, "C-1")
    assert current(desk, "G-101") == 80


def test_an_earlier_check_in_leaves_the_later_one(desk: Desk) -> None:
    say(desk, "续约率到80%了", "续约率到82%了")
    assert "仍是 82%" in press(desk, "C-1")
    assert "回到 76%" in press(desk, "C-2")
    assert current(desk, "G-101") == 76
    with desk.database.read() as session:
        assert all(row.undone_at for row in session.exec(select(CheckIn)))


def test_the_week_s_card_tells_each_value_and_takes_all_of_them_back(desk: Desk) -> None:
    with desk.database.write() as session:
        week: dict[str, Any] = {"job": "checkin", "slot": "x", "kind": "checkin", "period": "", "text": "x"}
        session.add(Nudge(person="lilei", subject="lilei", at=desk.now, **week))
    told = desk.press("lilei", "weekly?nudge=1", {"G-101": "80", "G-102": "9", "G-104": "很多"})[-1]
    assert "已记：客户续约率 76% → 80%、新签客户数 7 家 → 9 家" in told.text
    assert "回款额没记上" in told.text
    desk.now += timedelta(seconds=1)
    answer = text_of(desk.press("lilei", told.buttons[0].do))
    assert "客户续约率 回到 76%" in answer
    assert "新签客户数 回到 7 家" in answer


def test_a_reminder_that_was_put_off_stands_again(desk: Desk) -> None:
    with desk.database.write() as session:
        session.add(
            Nudge(job="silence", slot="x", person="liuyang", kind="silence", subject="zhangsan", period="", text="x",
                  due_at=desk.now + timedelta(days=7), at=desk.now)
        )  # fmt: skip
    due = desk.now + timedelta(days=7)
    say(desk, "稍后提醒 N-1", "他在出差", person="liuyang")
    assert "已撤销推迟" in say(desk, "撤销", person="liuyang")
    with desk.database.read() as session:
        nudge = session.exec(select(Nudge)).one()
        assert (nudge.state, nudge.due_at, nudge.reason_sealed) == ("open", due, None)


def test_the_language_goes_back(desk: Desk) -> None:
    say(desk, "切换成英文", "undo")
    with desk.database.read() as session:
        assert session.get_one(Person, "lilei").locale == "zh"
