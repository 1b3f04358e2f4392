"""What comes by itself: the week's card, silence, a goal that stays red, HR's digest; on each platform."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from handlers import policy
from storage.database import Database
from storage.tables import Goal, Nudge
from tests.stories import people
from tests.stories.town import Human, Town, town

DAY = timedelta(days=1)
FRIDAY = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # 16:00 in Shanghai
FIFTH_LAST = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # working day of November
THURSDAY_MORNING = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)


def travel(place: Town, to: datetime) -> None:
    """To that very moment; the clock runs on from there."""
    place.clock.at += to - place.clock()


@pytest.fixture
def liuyang(place: Town) -> Human:
    return place.human("liuyang", place.name)


def nudges(place: Town, kind: str) -> list[Nudge]:
    with place.program.database.read() as session:
        return list(session.exec(select(Nudge).where(Nudge.kind == kind).order_by(Nudge.id)))  # type: ignore[arg-type]  # a column


def test_the_weeks_card_is_answered_in_place(place: Town) -> None:
    lilei = place.human("lilei", place.name)
    travel(place, FRIDAY)
    assert "checkin lilei" in place.tick()
    week = lilei.sees("本周更新", "G-101", "76% / 85%")
    if week.fields:
        lilei.press("更新", **{"G-101": "82", "G-102": "9"})
    else:
        update_one_by_one(lilei, {"G-101": "82", "G-102": "9"})
    place.quiet()
    with place.program.database.read() as session:
        assert [session.get_one(Goal, goal).current for goal in ("G-101", "G-102")] == [82, 9]
    if place.can_change_cards:
        lilei.sees("本周更新", "客户续约率 82% / 85% · ✓", "新签客户数 9 / 20 家 · ✓", "71% / 90% · 还没更新")


def update_one_by_one(human: Human, values: dict[str, str]) -> None:
    """Where a card has no fields: its button asks, the chat answers."""
    for goal, value in values.items():
        human.press_and_wait(f"打卡 {goal}")  # else the question before may still be the newest
        human.sees("现在到多少了")
        human.fill(value=value)
        human.sees("已记", "跳过")
        human.tell("跳过")


@pytest.mark.parametrize("platform", ["dingtalk", "feishu"])
def test_a_value_that_cannot_be_is_said_and_the_others_count(sqlite_url: str, platform: str) -> None:
    with town(Database(sqlite_url), [platform]) as place:
        lilei = place.human("lilei", platform)
        travel(place, FRIDAY)
        place.tick()
        lilei.sees("本周更新")
        told = lilei.press("更新", **{"G-101": "很多", "G-102": "9"}) or lilei.sees("已记").text
        assert "已记：新签客户数 7 家 → 9 家" in told
        assert "客户续约率没记上" in told
        lilei.sees("本周更新", "76% / 85% · 还没更新", "9 / 20 家 · ✓")


def test_who_is_up_to_date_hears_nothing(place: Town) -> None:
    wangfang = place.human("wangfang", place.name)
    wangfang.say("/打卡 G-110 79")
    wangfang.sees("已记")
    travel(place, FRIDAY)
    pushed = place.tick()
    assert "checkin wangfang" not in pushed
    assert "checkin lilei" in pushed


def test_a_tick_again_says_nothing_again(place: Town) -> None:
    travel(place, FRIDAY)
    assert place.tick()
    assert place.tick() == []
    place.clock.forward(hours=1)
    assert place.tick() == []


def test_silence_is_warned_answered_and_closed(place: Town, liuyang: Human) -> None:
    travel(place, THURSDAY_MORNING)
    assert "silence liuyang" in place.tick()
    liuyang.sees("请对", "张三", "近30天工作进行1次非正式反馈")
    liuyang.press("现在写")
    liuyang.sees("给张三的反馈")
    liuyang.fill(text="周三会上你补充了三个案例，客户当场同意")
    liuyang.sees("谁能看")
    liuyang.press("只有张三")
    liuyang.sees("已送到张三那里")
    place.quiet()
    assert nudges(place, "silence")[-1].person
    about = [n for n in nudges(place, "silence") if n.subject == "zhangsan"]
    assert [(n.state, n.answered_by) for n in about] == [("answered", "liuyang")]
    if place.can_change_cards:
        liuyang.sees("近30天", "张三", "已反馈")


def test_silence_is_put_off_with_a_reason_and_comes_again(place: Town, liuyang: Human) -> None:
    travel(place, THURSDAY_MORNING)
    place.tick()
    liuyang.sees("近30天", "张三")
    liuyang.press("稍后提醒")
    liuyang.sees("为什么先放一放")
    liuyang.fill(reason="他在出差，回来当面说")
    liuyang.sees("再提醒你")
    place.clock.forward(days=4)
    assert "silence liuyang" not in place.tick()
    place.clock.forward(days=3)
    place.tick()
    assert [n.stage.partition("-")[0] for n in nudges(place, "silence") if n.subject == "zhangsan"] == ["", "again"]
    sealed = [n.reason_sealed for n in nudges(place, "silence") if n.reason_sealed]
    assert "出差".encode() not in sealed[0]


def test_silence_goes_one_level_up_after_a_week_and_only_once(place: Town, liuyang: Human) -> None:
    zhaolei = place.human("zhaolei", place.name)
    travel(place, THURSDAY_MORNING)
    place.tick()
    for _ in range(4):
        place.clock.forward(days=7)
        place.tick()
    zhaolei.sees("近30天", "张三")
    about = [(n.stage, n.person) for n in nudges(place, "silence") if n.subject == "zhangsan"]
    assert about == [("", "liuyang"), ("escalated", "zhaolei")]


def test_a_feedback_given_elsewhere_closes_every_warning(place: Town, liuyang: Human) -> None:
    travel(place, THURSDAY_MORNING)
    place.tick()
    liuyang.sees("近30天", "张三")
    lilei = place.human("lilei", place.name)
    lilei.say("给张三反馈：周二的回滚你十分钟就定位了")
    lilei.sees("谁能看")
    lilei.press("只有张三")
    lilei.sees("已送到张三那里")
    place.quiet()
    if place.can_change_cards:
        card = liuyang.sees("近30天", "张三", "李雷", "已反馈")
        assert "现在写" not in card.buttons
    place.clock.forward(days=7)
    place.tick()
    assert [n.stage for n in nudges(place, "silence") if n.subject == "zhangsan"] == [""]


@pytest.mark.parametrize(("here", "elsewhere"), [("wecom", "feishu"), ("dingtalk", "wecom"), ("feishu", "dingtalk")])
def test_a_feedback_given_on_another_platform_closes_the_warning(sqlite_url: str, here: str, elsewhere: str) -> None:
    with town(Database(sqlite_url), [here, elsewhere]) as place:
        liuyang = place.human("liuyang", here)
        liuyang.say("我的目标")  # where somebody spoke last is where they are told
        liuyang.sees("还没有目标")
        travel(place, THURSDAY_MORNING)
        place.tick()
        assert "现在写" in liuyang.sees("沉默预警 · 张三").buttons
        there = place.human("liuyang", elsewhere)
        there.say("给张三反馈：周三会上你补充了三个案例，客户当场同意")
        there.sees("谁能看")
        there.press("只有张三")
        card = liuyang.sees("沉默预警 · 张三", "刘洋", "已反馈")
        assert card.buttons == ()
        assert there.shows("沉默预警") is None


def test_one_to_ones_of_the_month_are_arranged_from_the_card(place: Town, liuyang: Human) -> None:
    travel(place, FIFTH_LAST)
    place.tick()
    liuyang.sees("3 件事", "这个月还没给过团队反馈", "还没和张三一对一")
    liuyang.press("约张三一对一")
    liuyang.sees("和张三一对一 · 什么时候")
    liuyang.fill(at="明天下午三点")
    liuyang.sees("和张三的一对一", "已约")
    if place.can_change_cards:
        card = liuyang.sees("3 件事", "都约好了")
        assert "约张三一对一" not in card.buttons
    place.quiet()
    assert [n.state for n in nudges(place, "monthly_talk") if n.person == "liuyang"] == ["answered"]
    liuyang.say("取消一对一 T-1")
    liuyang.sees("已取消")
    assert [n.state for n in nudges(place, "monthly_talk") if n.person == "liuyang"] == ["open"]


def fall_behind(place: Town) -> Human:
    lilei = place.human("lilei", place.name)
    lilei.say("/打卡 G-101 70")
    lilei.sees("已记")
    return lilei


def test_a_red_goal_warns_the_manager_after_two_weeks_not_one(place: Town) -> None:
    fall_behind(place)
    warned = []
    for day in (1, 8, 14, 15):
        travel(place, people.NOW + day * DAY)
        warned.append("red wangfang" in place.tick())
    assert warned == [False, False, True, False]
    place.human("wangfang", place.name).sees("李雷的客户续约率连续 2 周落后")


ANSWERS = [
    ("约一对一", "talk", "王芳想约你聊聊客户续约率"),
    ("提供支持", "support", "王芳愿意帮你推进客户续约率"),
    ("申请修订", "revise", ""),
    ("稍后提醒", "snoozed", ""),
]


@pytest.mark.parametrize(("label", "answer", "told"), ANSWERS)
def test_a_red_goal_is_answered_with_any_of_four_buttons(place: Town, label: str, answer: str, told: str) -> None:
    wangfang, lilei = place.human("wangfang", place.name), fall_behind(place)
    travel(place, people.NOW + 14 * DAY)
    place.tick()
    wangfang.sees("连续 2 周落后")
    place.clock.forward(hours=5)
    wangfang.press(label)
    if answer == "snoozed":
        wangfang.sees("为什么先放一放")
        wangfang.fill(reason="等客户回信")
    if answer == "revise":
        wangfang.sees("申请修订 · 客户续约率")
    if told:
        lilei.sees(told)
    place.quiet()
    (warning,) = nudges(place, "red")
    assert (warning.answer, warning.answered_by) == (answer, "wangfang")
    assert warning.answered_at is not None
    assert timedelta(hours=5) <= warning.answered_at - warning.at < timedelta(hours=5.1)
    if place.can_change_cards:
        card = wangfang.sees("目标持续落后", "王芳")
        assert "提供支持" not in card.buttons


def test_the_first_response_keeps_its_time(place: Town) -> None:
    wangfang = place.human("wangfang", place.name)
    fall_behind(place)
    travel(place, people.NOW + 14 * DAY)
    place.tick()
    wangfang.sees("连续 2 周落后")
    number = nudges(place, "red")[0].id
    wangfang.press("稍后提醒")
    wangfang.sees("为什么先放一放")
    wangfang.fill(reason="等客户回信")
    wangfang.sees("再提醒你")
    place.clock.forward(days=2)
    wangfang.say(f"约一对一 N-{number}")
    wangfang.sees("已告诉李雷")
    (warning,) = nudges(place, "red")
    assert warning.answer == "talk"
    assert warning.answered_at is not None
    assert warning.answered_at - warning.at < timedelta(hours=1)


def test_hr_reads_the_digest_and_presses_a_button_in_it(place: Town) -> None:
    sunli, zhaolei = place.human("sunli", place.name), place.human("zhaolei", place.name)
    travel(place, THURSDAY_MORNING)
    place.tick()
    place.clock.forward(days=7)
    place.tick()
    place.clock.forward(days=3, hours=23)  # Monday, 09:00
    place.clock.forward(days=1)
    assert "digest sunli" in place.tick()
    sunli.sees("摘要", "赵磊还没给张三反馈", "目标闭环")
    sunli.press("1. 提醒赵磊")
    zhaolei.sees("孙莉请你抽空看一下")


def test_the_digest_comes_with_a_picture_of_the_figures(place: Town) -> None:
    sunli, lilei = place.human("sunli", place.name), place.human("lilei", place.name)
    lilei.say("把G-101的目标改成80%，因为预算冻结")
    lilei.sees("王芳")
    travel(place, THURSDAY_MORNING + DAY)
    place.tick()
    sunli.sees("今日摘要", "R-1 等王芳审批", "目标闭环", "昨天")
    place.quiet()
    (picture,) = [key for screen in sunli.phone.screens() for key in screen.pictures]
    assert place.world.media[picture][2].startswith(b"\x89PNG")


def test_a_day_without_anything_to_act_on_is_one_line_and_the_figures_are_a_press_away(place: Town) -> None:
    sunli = place.human("sunli", place.name)
    travel(place, THURSDAY_MORNING)
    assert "digest sunli" in place.tick()
    sunli.sees("今天没有要处理的事")
    place.quiet()
    assert [screen.pictures for screen in sunli.phone.screens()] == [()]
    sunli.press("今日摘要")
    sunli.sees("目标闭环")


def test_or_silence_where_the_company_wants_it_so(place: Town) -> None:
    with place.program.database.write() as session:
        policy.store(session, "", {"digest_when_empty": "silence"})
    travel(place, THURSDAY_MORNING)
    assert "digest sunli" not in place.tick()
    assert nudges(place, "digest") == []
    assert list(place.human("sunli", place.name).phone.screens()) == []


def test_an_approval_that_waits_is_reminded_then_passed_on_and_either_may_decide(place: Town) -> None:
    lilei, wangfang, zhaolei = (place.human(name, place.name) for name in ("lilei", "wangfang", "zhaolei"))
    lilei.say("把G-101的目标改成80%，因为预算冻结")
    wangfang.sees("目标修订待审批")
    place.clock.forward(days=1, hours=1)
    assert "approval wangfang" in place.tick()
    wangfang.sees("目标修订待审批", "等了一个工作日")
    place.clock.forward(days=1)
    assert "approval zhaolei" in place.tick()
    zhaolei.sees("目标修订待审批", "王芳还没来得及处理")
    wangfang.press_and_wait("同意")
    zhaolei.sees("王芳", "同意") if place.can_change_cards else None
    assert "approval" not in " ".join(place.tick())


def test_what_falls_due_together_is_one_card(place: Town, liuyang: Human) -> None:
    wangfang = place.human("wangfang", place.name)
    travel(place, THURSDAY_MORNING)
    place.tick()
    place.quiet()
    assert sum("近30天" in s.text for s in wangfang.phone.screens()) == 1
    wangfang.sees("2 件事", "李雷", "韩梅梅")
