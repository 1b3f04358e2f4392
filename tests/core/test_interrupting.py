"""Sentences in the middle of a dialog that were meant for something else: nothing is done by mistake."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from storage.tables import CheckIn, Dialog, Feedback, Goal, HelpRequest, Person, Revision
from tests.core.desk import Desk, text_of


def say(desk: Desk, person: str, *lines: str) -> str:
    """What the last line is answered."""
    answer = ""
    for line in lines:
        desk.now += timedelta(seconds=1)
        answer = text_of(desk.say(person, line))
    return answer


def ask_why_rejected(desk: Desk) -> None:
    """R-1 waits for 王芳, who was asked for the reason of her rejection."""
    say(desk, "lilei", "把G-101的目标改成80%，因为预算冻结")
    desk.press("wangfang", "reject?request=R-1")
    desk.now += timedelta(seconds=1)


def state(desk: Desk) -> tuple[str, str]:
    with desk.database.read() as session:
        revision = session.get_one(Revision, 1)
        return revision.state, revision.decision_reason


def open_dialogs(desk: Desk, person: str) -> list[str]:
    with desk.database.read() as session:
        mine = select(Dialog).where(Dialog.person == person)
        return [d.command for d in session.exec(mine) if d.expires_at > desk.now]


@pytest.mark.parametrize(
    "line", ["同意 R-1", "approve r-1", "同意", "还是同意吧", "算了，同意", "那就同意", "approve it", "/同意"]
)
def test_who_approves_while_asked_for_a_reason_has_approved(desk: Desk, line: str) -> None:
    ask_why_rejected(desk)
    say(desk, "wangfang", line)
    assert state(desk) == ("approved", "")
    assert open_dialogs(desk, "wangfang") == []


@pytest.mark.parametrize("line", ["先不驳回", "Not now", "取消"])
def test_what_the_cancel_button_says_cancels_the_rejection(desk: Desk, line: str) -> None:
    ask_why_rejected(desk)
    assert "先不做了" in say(desk, "wangfang", line)
    assert state(desk)[0] == "pending"
    assert open_dialogs(desk, "wangfang") == []


@pytest.mark.parametrize("line", ["我再想想", "让我再考虑一下", "let me think about it"])
def test_who_wants_to_think_has_decided_nothing(desk: Desk, line: str) -> None:
    ask_why_rejected(desk)
    assert "还留着" in say(desk, "wangfang", line)
    say(desk, "wangfang", "名单的事我再问问")
    assert state(desk)[0] == "pending"
    assert "说一句原因" in say(desk, "wangfang", "继续")


@pytest.mark.parametrize(
    "line", ["名单没核对", "客户名单还没核对，先不同意", "核对完名单再同意", "不同意", "等王芳同意了再说"]
)
def test_a_reason_to_reject_is_still_one(desk: Desk, line: str) -> None:
    ask_why_rejected(desk)
    say(desk, "wangfang", line)
    assert state(desk) == ("rejected", line)


def test_approving_by_card_ends_the_question_for_the_reason(desk: Desk) -> None:
    ask_why_rejected(desk)
    desk.press("wangfang", "approve?request=R-1")
    assert state(desk)[0] == "approved"
    assert open_dialogs(desk, "wangfang") == []
    assert "已有结论" not in say(desk, "wangfang", "华东区续约率到79%了")


def test_a_question_about_another_request_stays(desk: Desk) -> None:
    say(desk, "lilei", "把G-101的目标改成80%，因为预算冻结", "把G-102的目标改成15，因为预算冻结")
    desk.press("wangfang", "reject?request=R-2")
    desk.press("wangfang", "approve?request=R-1")
    assert open_dialogs(desk, "wangfang") == ["Decide"]


def test_a_question_for_a_reason_ends_where_somebody_was_faster(desk: Desk) -> None:
    ask_why_rejected(desk)
    say(desk, "lilei", "撤回 R-1")
    assert "已有结论" in say(desk, "wangfang", "名单没核对")
    assert open_dialogs(desk, "wangfang") == []


WISHES = [
    "给张三反馈：你态度不好",
    "give zhangsan feedback: he is careless",
    "请张三给我反馈",
    "约张三明天下午三点一对一",
    "切换成英文",
    "show my goals",
    "看看我的目标",
    "续约率到82%了",
    "撤回刚才的",
]


@pytest.mark.parametrize("line", WISHES)
@pytest.mark.parametrize("before", [("申请协助", "韩梅梅"), ("把G-102的目标改成15",)])
def test_what_is_meant_for_the_bot_goes_to_nobody_else(desk: Desk, before: tuple[str, ...], line: str) -> None:
    """The words of help and a reason are passed on as they are: a sure wish among them is no part of them."""
    say(desk, "lilei", *before)
    say(desk, "lilei", line)
    with desk.database.read() as session:
        assert session.exec(select(HelpRequest)).all() == []
        assert session.exec(select(Revision)).all() == []
    say(desk, "lilei", "取消")
    assert line not in str([text for person, text in desk.deliveries() if person != "lilei"])


def test_the_interrupted_question_is_kept_and_answered_later(desk: Desk) -> None:
    say(desk, "lilei", "申请协助", "韩梅梅")
    say(desk, "lilei", "给张三反馈：周三会上你补充了三个案例")
    assert "“申请协助”还留着" in say(desk, "lilei", "只有张三")
    say(desk, "lilei", "周五前帮我看合同")
    with desk.database.read() as session:
        assert session.exec(select(HelpRequest)).one().helper == "hanmeimei"
        assert session.exec(select(Feedback)).one().receiver == "zhangsan"


@pytest.mark.parametrize(
    "line",
    [
        "续约率到82%了，请帮我核一下",
        "帮我看看合同里的反馈条款",
        "请帮我约王芳明天下午三点聊合同",
        "这周团队都在出差，帮我顶一下",
        "报价等你审批",
    ],
)
def test_words_that_ask_for_help_are_still_the_request(desk: Desk, line: str) -> None:
    say(desk, "lilei", "申请协助", "韩梅梅", line)
    with desk.database.read() as session:
        assert len(session.exec(select(HelpRequest)).all()) == 1
        assert session.exec(select(CheckIn)).all() == []


@pytest.mark.parametrize(
    "line", ["目标太低，续约率已经到80%了", "已经约了周五一对一", "这周团队都在出差", "等下周排名出来"]
)
def test_words_that_explain_are_still_the_reason(desk: Desk, line: str) -> None:
    say(desk, "lilei", "把G-102的目标改成15", line)
    with desk.database.read() as session:
        assert session.exec(select(Revision)).one().reason == line
        assert session.get_one(Goal, "G-101").current == 76


def test_feedback_may_say_anything_but_a_command(desk: Desk) -> None:
    say(desk, "lilei", "给张三反馈", "你给韩梅梅反馈：你态度不好，这样不行")
    say(desk, "lilei", "只有张三")
    with desk.database.read() as session:
        assert session.exec(select(Feedback)).one().receiver == "zhangsan"
        assert session.get_one(Person, "lilei").locale == "zh"


@pytest.mark.parametrize("before", ["申请协助", "请同事反馈", "约个一对一"])
def test_a_whole_feedback_is_no_answer_to_who(desk: Desk, before: str) -> None:
    answer = say(desk, "lilei", before, "给张三反馈：周三会上你补充了三个案例")
    assert "谁能看" in answer
    assert "周三会上你补充了三个案例" in answer
    assert open_dialogs(desk, "zhangsan") == []


def test_a_whole_feedback_answers_whom_feedback_is_for(desk: Desk) -> None:
    assert "谁能看" in say(desk, "lilei", "我要反馈", "给张三反馈：周三会上你补充了三个案例")
