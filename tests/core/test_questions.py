"""Questions are answered in one card, from data, and only with what the asker may see."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from cards.model import Card, Choice
from storage.tables import Goal, GrowthView, Person
from tests.core.desk import Desk, text_of
from tests.stories import people

YEAR_END = date(2026, 12, 31)
ADVICE = "周三会上你补充了三个案例，客户点了头。下次建议把报价也带上。"


def give(desk: Desk, giver: str, receiver: str, text: str, readers: str = "只有") -> None:
    desk.say(giver, f"给{receiver}反馈：{text}")
    desk.say(giver, readers)


def only(cards: list[Card]) -> Card:
    """The one card, short enough for one screen."""
    assert len(cards) == 1
    assert len(cards[0].facts) <= 5
    assert cards[0].text.count("\n") < 9
    return cards[0]


@pytest.mark.parametrize(
    "question", ["我还有哪些任务没完成？", "我还有什么没做完", "what have I not finished", "本季度我还有哪些目标没完成"]
)
def test_what_is_not_finished(desk: Desk, question: str) -> None:
    desk.say("zhangsan", "申请协助")
    desk.say("zhangsan", "李雷")
    desk.say("zhangsan", "帮我核一下报价")
    desk.say("lilei", "接受 H-1")
    card = only(desk.say("lilei", question))
    assert [fact.label for fact in card.facts] == ["G-101", "G-102", "G-103", "G-104", "H-1"]
    assert "76% / 85%" in card.facts[0].value


def due(desk: Desk, goal: str, on: date, cycle: str = "2026Q4") -> None:
    with desk.database.write() as session:
        row = session.get_one(Goal, goal)
        row.due, row.cycle = on, cycle


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("我本月还有哪些任务没完成？", ["G-102", "G-103"]),
        ("这个月我还有什么没做完", ["G-102", "G-103"]),
        ("what have I not finished this month", ["G-102", "G-103"]),
        ("本周还有什么没做完", ["G-102"]),
        ("下个月还有哪些任务没完成", ["G-103", "G-101", "G-104", "G-106"]),
    ],
)
def test_what_is_not_finished_of_the_days_it_asks_about(desk: Desk, question: str, labels: list[str]) -> None:
    due(desk, "G-102", date(2026, 11, 20))
    due(desk, "G-103", date(2026, 12, 2), "2026-11")
    card = only(desk.say("lilei", question))
    assert [fact.label for fact in card.facts] == labels
    assert f"{5 - len(labels)} 件不在这段时间" in card.hint


def test_days_without_anything_say_that_there_is_more(desk: Desk) -> None:
    card = only(desk.say("lilei", "我本月还有哪些任务没完成？"))
    assert card.text.startswith("11-01 – 11-30 没有到期没做完的。另有 5 件")
    assert "目标都到了" in text_of(desk.say("zhangsan", "我本月还有哪些任务没完成？"))


def test_how_far_one_goal_has_to_go(desk: Desk) -> None:
    assert [f.label for f in only(desk.say("lilei", "续约率离目标还差多少")).facts] == ["G-101"]
    assert [f.label for f in only(desk.say("lilei", "回款离目标还差多少")).facts] == ["G-106", "G-104"]


@pytest.mark.parametrize("question", ["离目标还差多少", "how far am I from my targets"])
def test_how_far_to_go(desk: Desk, question: str) -> None:
    card = only(desk.say("lilei", question))
    assert any("9%" in fact.value for fact in card.facts if fact.label == "G-101")


@pytest.mark.parametrize("question", ["上次反馈提到的改进建议是什么？", "what suggestions were in my last feedback"])
def test_what_the_last_feedback_suggests(desk: Desk, question: str) -> None:
    give(desk, "lilei", "张三", ADVICE)
    card = only(desk.say("zhangsan", question))
    assert "下次建议把报价也带上" in card.text
    assert "三个案例" not in card.text
    assert "还没有收到反馈" in text_of(desk.say("hanmeimei", "上次反馈提到的改进建议是什么？"))


@pytest.mark.parametrize("question", ["谁给过我反馈", "who gave me feedback"])
def test_who_gave_feedback(desk: Desk, question: str) -> None:
    give(desk, "lilei", "张三", ADVICE)
    give(desk, "lilei", "张三", ADVICE)
    give(desk, "wangfang", "张三", ADVICE)
    card = only(desk.say("zhangsan", question))
    assert [(fact.label, fact.value[0]) for fact in card.facts] == [("王芳", "1"), ("李雷", "2")]


@pytest.mark.parametrize("question", ["团队谁还没更新", "who has not updated"])
def test_who_has_not_updated(desk: Desk, question: str) -> None:
    desk.say("lilei", "续约率到82%了")
    card = only(desk.say("wangfang", question))
    assert [fact.label for fact in card.facts] == ["韩梅梅"]
    assert "没有人向你汇报" in text_of(desk.say("lilei", question))


@pytest.mark.parametrize("question", ["我的待审批", "my approvals", "我要审批的", "需要我审批的"])
def test_what_waits_for_approval(desk: Desk, question: str) -> None:
    desk.say("lilei", "把G-101的目标改成80%，因为预算冻结")
    card = only(desk.say("wangfang", question))
    assert [fact.label for fact in card.facts] == ["R-1"]
    assert "没有等你审批" in text_of(desk.say("hanmeimei", question))


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("李雷最近怎么样", "wangfang"),
        ("李雷近况", "wangfang"),
        ("how is 李雷 doing", "sunli"),
        ("how's 李雷 doing lately", "sunli"),
    ],
)
def test_how_somebody_is_doing_for_who_may_see_it(desk: Desk, question: str, who: str) -> None:
    desk.say("lilei", "续约率到82%了")
    card = only(desk.say(who, question))
    assert [fact.label for fact in card.facts[:2]] == ["目标", "最近更新"]
    assert "只有本人、经理和人力资源" in text_of(desk.say("zhangsan", question))


@pytest.mark.parametrize("who", ["liuyang", "zhaolei", "sunli", "zhangsan"])
def test_whoever_may_see_somebody_hears_that_there_are_no_goals_yet(desk: Desk, who: str) -> None:
    (fact, *_) = only(desk.say(who, "张三最近怎么样")).facts
    assert (fact.label, fact.value) == ("目标", "这个周期还没有")
    assert "还没有可看的记录" in text_of(desk.say(who, "张三的成长图谱"))


@pytest.mark.parametrize("question", ["张三最近怎么样", "张三的目标", "张三的本季度绩效快照", "张三的成长图谱"])
def test_whoever_may_not_does_not_hear_whether_there_are_any(desk: Desk, question: str) -> None:
    assert "张三的目标只有本人、经理和人力资源能看" in text_of(desk.say("hanmeimei", question))


def test_a_colleague_sees_of_somebody_only_what_they_wrote_themselves(desk: Desk) -> None:
    give(desk, "lilei", "张三", ADVICE)
    give(desk, "wangfang", "张三", "周二的回滚你十分钟就定位了")
    shown = text_of(desk.say("lilei", "张三最近怎么样"))
    assert "三个案例" in shown
    assert "回滚" not in shown


def test_opening_a_growth_map_is_counted_and_an_empty_one_is_not(desk: Desk) -> None:
    desk.say("zhangsan", "我的成长图谱")
    give(desk, "lilei", "张三", ADVICE)
    desk.say("zhangsan", "我的成长图谱")
    desk.say("zhangsan", "我的成长图谱")
    with desk.database.read() as session:
        assert [(view.person, view.at) for view in session.exec(select(GrowthView))] == [("zhangsan", desk.now)] * 2


def test_the_growth_map_is_a_line_of_time(desk: Desk) -> None:
    desk.say("lilei", "续约率到82%了")
    give(desk, "zhangsan", "李雷", ADVICE)
    card = only(desk.say("lilei", "我的成长图谱"))
    assert "76% → 82%" in card.text
    assert "张三的反馈" in card.text
    managers = only(desk.say("wangfang", "李雷的成长图谱"))
    assert "76% → 82%" in managers.text
    assert "三个案例" not in managers.text


def test_words_of_a_question_alone_are_no_question(desk: Desk) -> None:
    for question in ("张三最近怎么样吗我不知道", "如果谁给过我反馈会怎样"):
        assert "没听懂" in text_of(desk.say("lilei", question))


@pytest.mark.parametrize("question", ["本季度绩效快照", "2026Q4 performance snapshot"])
def test_a_period_on_one_screen(desk: Desk, question: str) -> None:
    desk.say("lilei", "/打卡 G-101 82")
    desk.say("lilei", "把G-101的目标改成80%，因为预算冻结")
    desk.say("wangfang", "同意 R-1")
    give(desk, "zhangsan", "李雷", ADVICE)
    card = only(desk.say("lilei", question))
    assert "2026Q4" in card.title
    assert (card.facts[0].label, card.facts[0].value) == ("客户续约率", "76% → 82%")
    assert [fact.value.partition(" ")[0] for fact in card.facts[-2:]] == ["1", "1"]
    assert "80%" in card.text


def test_a_period_before_anything_happened(desk: Desk) -> None:
    desk.say("lilei", "/打卡 G-101 82")
    assert "没有目标" in text_of(desk.say("lilei", "2025Q1绩效快照"))
    october = only(desk.say("lilei", "10月绩效快照"))
    assert october.facts[0].value == "76% → 76%"


def test_somebody_elses_period_is_for_who_may_see_their_goals(desk: Desk) -> None:
    assert "李雷 · 2026Q4" in only(desk.say("wangfang", "李雷的本季度绩效快照")).title
    assert "只有本人" in text_of(desk.say("hanmeimei", "李雷的本季度绩效快照"))
    assert "李雷" in only(desk.say("wangfang", "李雷's snapshot")).title


def test_one_approval_is_the_next_step(desk: Desk) -> None:
    for line in ("把G-101的目标改成80%", "把G-102的目标改成15", "把G-104的目标改成450"):
        desk.say("lilei", f"{line}，因为预算冻结")
    card = only(desk.say("wangfang", "我的待审批"))
    assert [button.style for button in card.buttons] == ["primary", "default", "default"]


def meet_two_named_chen(desk: Desk) -> None:
    with desk.database.write() as session:
        for who, name in (("chenjing", "陈静"), ("chenming", "陈晓明")):
            session.add(Person(id=who, name=name, department=people.SALES, manager="wangfang", changed_at=people.NOW))
            session.add(Goal(id=f"G-{who}", owner=who, title=f"{name}的事", target=9, due=YEAR_END, cycle="2026Q4"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("小陈的目标", "陈静的事"),
        ("小陈的绩效快照", "陈静 · 2026Q4"),
        ("小陈的成长图谱", "陈静"),
        ("小陈最近怎么样", "陈静 最近"),
        ("小陈给我的反馈", "还没有收到反馈"),
    ],
)
def test_of_two_who_fit_it_asks_which_is_meant(desk: Desk, question: str, answer: str) -> None:
    meet_two_named_chen(desk)
    card = only(desk.say("wangfang", question))
    assert card.form
    (field,) = card.form.fields
    assert isinstance(field, Choice)
    assert [option.label for option in field.options] == ["陈静", "陈晓明"]
    shown = text_of(desk.say("wangfang", "陈静"))
    assert answer in shown
    assert "华东区" not in shown
    assert "没有正在填" in text_of(desk.say("wangfang", "取消"))


def test_two_of_one_name_are_told_apart_by_their_departments(desk: Desk) -> None:
    with desk.database.write() as session:
        for who, department in (("one", people.SALES), ("two", people.DELIVERY)):
            session.add(Person(id=who, name="陈静", department=department, changed_at=people.NOW))
    shown = text_of(desk.say("wangfang", "陈静的目标"))
    assert "陈静 · 华东销售部" in shown
    assert "陈静 · 交付中心" in shown


@pytest.mark.parametrize(
    "question",
    [
        "周杰伦的目标",
        "周杰伦的绩效快照",
        "周杰伦的成长图谱",
        "周杰伦最近怎么样",
        "周杰伦给我的反馈",
        "小钱的目标",
        "Fred's goals",
        "how is Fred doing",
        "snapshot of Fred",
    ],
)
def test_a_name_that_nobody_has_is_no_question_about_oneself(desk: Desk, question: str) -> None:
    assert "没找到这位同事" in text_of(desk.say("lilei", question))


@pytest.mark.parametrize("question", ["本季度的目标", "看看续约率的目标", "我的目标", "上个月的绩效快照", "my goals"])
def test_what_is_no_name_stays_a_question_about_oneself(desk: Desk, question: str) -> None:
    shown = text_of(desk.say("lilei", question))
    assert "没找到这位同事" not in shown
    assert "没听懂" not in shown
