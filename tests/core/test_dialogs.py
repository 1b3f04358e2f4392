"""Dialogs where no platform matters: one answer counts once, a step's number is its own, and nothing typed is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from storage.database import Database
from storage.tables import CheckIn, Dialog, Feedback, HelpRequest
from tests.core.desk import Desk, text_of
from tests.stories import people

TEXT = "周三会上你补充了三个案例，客户点了头"


@pytest.fixture
def desk(database: Database) -> Desk:
    with database.write() as session:
        people.settle_in(session)
    return Desk(database)


def say(desk: Desk, person: str, *lines: str) -> str:
    """What the last line is answered."""
    answer = ""
    for line in lines:
        desk.now += timedelta(seconds=1)
        answer = text_of(desk.say(person, line))
    return answer


def steps(desk: Desk) -> list[int]:
    with desk.database.read() as session:
        return [d.id or 0 for d in session.exec(select(Dialog).order_by("id"))]


def test_an_answer_pressed_twice_at_once_counts_once(desk: Desk) -> None:
    say(desk, "lilei", f"给张三反馈：{TEXT}")
    do = f"fill?dialog={steps(desk)[0]}&readers=receiver"
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: desk.press("lilei", do), range(2)))
    with desk.database.read() as session:
        assert len(session.exec(select(Feedback)).all()) == 1


def test_the_number_of_a_step_is_never_used_again(desk: Desk) -> None:
    say(desk, "lilei", "打卡 G-101")
    first = steps(desk)
    say(desk, "lilei", "取消")
    say(desk, "wangfang", "打卡 G-110")
    assert steps(desk) > first


def test_a_step_of_somebody_else_cannot_be_answered(desk: Desk) -> None:
    say(desk, "lilei", "打卡 G-101")
    do = f"fill?dialog={steps(desk)[0]}"
    for other in ("wangfang", "hanmeimei"):
        assert "已经过期" in text_of(desk.press(other, do, {"value": "99"}))
    with desk.database.read() as session:
        assert session.exec(select(CheckIn)).all() == []


@pytest.mark.parametrize("talk", ["T-1", "T-2"])
def test_what_was_typed_of_a_one_to_one_is_offered_again(desk: Desk, talk: str) -> None:
    say(desk, "lilei", "约王芳明天下午三点一对一", "约王芳后天下午三点一对一", f"记录一对一 {talk}", "续约")
    desk.now += timedelta(minutes=31)
    assert "没做完" in say(desk, "lilei", f"记录一对一 {talk}")
    assert "最大的困难是什么" in say(desk, "lilei", "继续")


def test_a_draft_that_is_still_open_is_not_written_over(desk: Desk) -> None:
    say(desk, "lilei", f"给张三反馈：{TEXT}")
    assert "没做完" in say(desk, "lilei", "我要反馈")
    assert TEXT in say(desk, "lilei", "继续")


def test_a_whole_sentence_about_another_goal_leaves_the_dialog_open(desk: Desk) -> None:
    say(desk, "lilei", "打卡 G-101")
    assert "已记：新签客户数 7 家 → 9 家" in say(desk, "lilei", "/打卡 G-102 9")
    assert "76% → 82%" in say(desk, "lilei", "82")


def test_words_are_taken_as_they_are_but_for_a_plain_question_or_a_command(desk: Desk) -> None:
    say(desk, "lilei", "申请协助", "韩梅梅")
    assert "还留着" in say(desk, "lilei", "团队谁还没更新？") + say(desk, "lilei", "离目标还差多少？")
    assert "打卡 1/3" in say(desk, "lilei", "打卡")
    say(desk, "lilei", "取消")
    # A figure that comes with a request is part of it; alone it is a check-in (tests/core/test_interrupting.py).
    say(desk, "lilei", "续约率到82%了，请帮我核一下")
    with desk.database.read() as session:
        assert len(session.exec(select(HelpRequest)).all()) == 1
        assert session.exec(select(CheckIn)).all() == []
