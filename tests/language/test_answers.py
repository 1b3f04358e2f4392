"""Short answers in a dialog: values, goals, people, yes, no, leave it, skip."""

from __future__ import annotations

import pytest

from handlers.understanding import (
    Context,
    Goal,
    Reading,
    check_value,
    is_cancel,
    is_no,
    is_skip,
    is_yes,
    read_goals,
    read_people,
    read_value,
    understand,
)
from tests.language.score import load_contexts


@pytest.fixture(scope="module")
def context() -> Context:
    return load_contexts()["zh"]


def goal_of(context: Context, goal_id: str) -> Goal:
    return next(goal for goal in context.goals if goal.id == goal_id)


@pytest.mark.parametrize(
    ("goal", "text", "value", "mode"),
    [
        ("K-6", "72", 72.0, "absolute"),
        ("K-6", "七成二", 72.0, "absolute"),
        ("K-6", "７２％", 72.0, "absolute"),
        ("K-6", "涨了两个点", 2.0, "delta"),
        ("K-6", "差5个点", 70.0, "absolute"),
        ("K-4", "150万", 150.0, "absolute"),
        ("K-4", "0.015亿", 150.0, "absolute"),
        ("K-4", "1500000", 150.0, "absolute"),
        ("K-2", "差2人", 4.0, "absolute"),
        ("K-2", "+1", 1.0, "delta"),
        ("K-2", "一半", 50.0, "progress"),
        ("K-3", "又少了3个", -3.0, "delta"),
        ("K-5", "做完三分之一了", 33.333333, "progress"),
    ],
)
def test_a_bare_value_is_read_for_its_goal(context: Context, goal: str, text: str, value: float, mode: str) -> None:
    reading = read_value(text, goal_of(context, goal))
    assert reading is not None
    assert reading.value == pytest.approx(value)
    assert reading.mode == mode


@pytest.mark.parametrize("text", ["不知道", "十几个", "还没数", ""])
def test_no_value_is_none(context: Context, text: str) -> None:
    assert read_value(text, goal_of(context, "K-2")) is None


@pytest.mark.parametrize(
    ("goal", "text", "problem"),
    [
        ("K-6", "82家", "unit"),
        ("K-6", "300%", "beyond"),
        ("K-2", "-3", "negative"),
        ("K-2", "80%", None),
        ("K-2", "3个", None),
        ("K-6", "72%", None),
        ("K-4", "150万", None),
        ("K-1", "掉了0.2个点", None),
        ("K-4", "20分钟", "unit"),
    ],
)
def test_an_impossible_value_is_named(context: Context, goal: str, text: str, problem: str | None) -> None:
    subject = goal_of(context, goal)
    reading = read_value(text, subject)
    assert reading is not None
    assert check_value(reading, reading.unit, subject) == problem


def test_a_plain_number_can_be_checked_with_the_unit_said(context: Context) -> None:
    assert check_value(-1.0, None, goal_of(context, "K-2")) == "negative"
    assert check_value(5.0, "家", goal_of(context, "K-6")) == "unit"
    assert check_value(Reading(5.0, "absolute"), None, goal_of(context, "K-2")) is None


def test_a_value_that_cannot_be_is_passed_on_as_said(context: Context) -> None:
    frame = understand("覆盖率到82家了", context)
    assert frame.slots == {"goal": "K-6", "value": 82.0, "mode": "absolute"}
    assert frame.unit_said == "家"


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("K-3", "K-3"),
        ("k3", "K-3"),
        ("缺陷那个", "K-3"),
        ("云成本", "K-4"),
        ("复盖率", "K-6"),
        ("fugailv", "K-6"),
        ("uptime", "K-1"),
    ],
)
def test_a_goal_is_found_by_any_of_its_names(context: Context, text: str, goal: str) -> None:
    found = read_goals(text, context)
    assert found[0][0].id == goal
    assert 0 < found[0][1] <= 1


def test_a_goal_nobody_has_is_not_found(context: Context) -> None:
    assert read_goals("海外门店", context) == []


def test_two_goals_that_fit_are_both_offered(context: Context) -> None:
    goals = (*context.goals, Goal("K-7", "zhoujie", "接口可用性压测", "可用性压测", "次", 0, 0, 9))
    two = Context(context.now, context.cycle_start, context.cycle_end, "zhoujie", context.people, goals)
    frame = understand("可用性有风险", two)
    assert "goal" not in frame.slots
    assert set(frame.candidates["goal"]) == {"K-1", "K-7"}


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("林晓燕", "linxiaoyan"),
        ("燕子", "linxiaoyan"),
        ("增磊", "zenglei"),
        ("wu hao", "wuhao"),
        ("lina", "xulina"),
        ("老黄", "huangwei"),
        ("運維的高工", "gaoxiang"),
        ("司馬青", "simaqing"),
    ],
)
def test_a_person_is_found_by_any_name(context: Context, text: str, person: str) -> None:
    assert [found.id for found, _ in read_people(text, context)] == [person]


def test_a_surname_that_fits_two_people_names_both(context: Context) -> None:
    assert {found.id for found, _ in read_people("小高", context)} == {"gaoxiang", "gaojie"}
    frame = understand("给小高写个反馈", context)
    assert set(frame.candidates["person"]) == {"gaoxiang", "gaojie"}


@pytest.mark.parametrize("text", ["是", "好的", "嗯嗯", "确认", "可以吧", "OK", "yes", "对！", "好的谢谢"])
def test_yes(text: str) -> None:
    assert is_yes(text)
    assert not is_no(text)


@pytest.mark.parametrize("text", ["不", "不是", "不用了", "No", "不对。", "先不"])
def test_no(text: str) -> None:
    assert is_no(text) or is_cancel(text)
    assert not is_yes(text)


@pytest.mark.parametrize(
    "text", ["取消", "算了", "算了吧", "不填了", "cancel", "退出", "那就算了", "／取消", "/cancel"]
)
def test_cancel(text: str) -> None:
    assert is_cancel(text)
    assert not is_yes(text)


@pytest.mark.parametrize("text", ["跳过", "没有", "skip", "暂无", "无", "没了", "跳过吧"])
def test_skip(text: str) -> None:
    assert is_skip(text)
    assert not is_cancel(text)


@pytest.mark.parametrize("text", ["取消不了怎么办", "昨天没有跳过回归测试"])
def test_a_sentence_is_no_short_answer(text: str) -> None:
    assert not any(check(text) for check in (is_cancel, is_skip, is_yes, is_no))
