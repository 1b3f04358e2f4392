"""The six stories, on each platform."""

from __future__ import annotations

import hashlib

import pytest
from sqlmodel import select

from storage.tables import (
    CheckIn,
    Evidence,
    Feedback,
    FeedbackVersion,
    Goal,
    GoalVersion,
    KeptFile,
    Person,
    Receipt,
    Revision,
)
from tests.stories.people import STRANGER, account_id
from tests.stories.town import Human, Town

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


@pytest.fixture
def lilei(place: Town) -> Human:
    return place.human("lilei", place.name)


@pytest.fixture
def wangfang(place: Town) -> Human:
    return place.human("wangfang", place.name)


def current(place: Town, goal: str) -> float:
    with place.program.database.read() as session:
        return session.get_one(Goal, goal).current


# 1. Hello


def test_hello_shows_the_home_card(lilei: Human) -> None:
    lilei.say("你好")
    home = lilei.sees("脉搏", "李雷")
    assert set(home.buttons) >= {"我的目标", "我要反馈", "查看排名", "申请协助"}


@pytest.mark.parametrize(
    ("button", "leads_to"),
    [
        ("我的目标", ("G-101", "客户续约率", "76% / 85%")),
        ("我要反馈", ("给谁反馈", "韩梅梅")),
        ("查看排名", ("更新一次就有名次",)),
        ("申请协助", ("找谁", "韩梅梅")),
    ],
)
def test_each_button_of_the_home_card_leads_somewhere(lilei: Human, button: str, leads_to: tuple[str, ...]) -> None:
    lilei.say("你好")
    lilei.sees("脉搏")
    lilei.press(button)
    lilei.sees(*leads_to)


def test_a_manager_also_finds_the_team_and_what_waits(wangfang: Human) -> None:
    wangfang.say("你好")
    assert set(wangfang.sees("脉搏").buttons) >= {"我的团队", "待我处理"}
    wangfang.press("我的团队")
    wangfang.sees("李雷", "韩梅梅")


def test_opening_the_chat_greets_once_where_the_platform_tells_of_it(place: Town, lilei: Human) -> None:
    tells = place.name != "dingtalk"
    lilei.phone.open()
    if tells:
        lilei.sees("脉搏")
    lilei.phone.open()
    place.quiet()
    assert sum("脉搏" in s.text for s in lilei.phone.screens()) == tells


# 2. Check-in


def test_check_in_in_three_steps_with_a_photo(place: Town, lilei: Human) -> None:
    lilei.say("打卡")
    lilei.sees("打卡 1/3")
    lilei.fill(goal="G-101")
    lilei.sees("打卡 2/3", "76%")
    lilei.fill(value="82")
    lilei.sees("打卡 3/3", "已记：客户续约率 76% → 82%")
    lilei.phone.picture("board.png", PNG)
    lilei.sees("照片已收下")
    place.quiet()
    with place.program.database.read() as session:
        evidence = session.exec(select(Evidence)).one()
        kept = session.get_one(KeptFile, evidence.file)
    assert (evidence.state, kept.sha256) == ("kept", hashlib.sha256(PNG).hexdigest())
    assert current(place, "G-101") == 82


def test_the_third_step_takes_a_line_or_can_be_skipped(place: Town, lilei: Human) -> None:
    lilei.say("打卡 G-102")
    lilei.sees("打卡 2/3")
    lilei.fill(value="9")
    lilei.sees("打卡 3/3")
    lilei.fill(note="苏州两家还没签字")
    lilei.sees("补充已记")
    with place.program.database.read() as session:
        assert session.exec(select(CheckIn)).one().note == "苏州两家还没签字"
    lilei.say("打卡 G-102")
    lilei.sees("打卡 2/3", "9 家")
    lilei.fill(value="10")
    lilei.sees("打卡 3/3", "10 家")
    lilei.press_and_wait("跳过")
    assert current(place, "G-102") == 10


@pytest.mark.parametrize(
    ("sentence", "goal", "value"),
    [("/打卡 G-101 80", "G-101", 80), ("续约率到82%了", "G-101", 82), ("新签又签了两家", "G-102", 9)],
)
def test_check_in_by_command_and_by_sentence(place: Town, lilei: Human, sentence: str, goal: str, value: float) -> None:
    lilei.say(sentence)
    lilei.sees("已记：")
    assert current(place, goal) == value


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [("新签到-3家了", "不会是负数"), ("续约率到820%了", "合理的范围"), ("续约率到82家了", "单位是%")],
)
def test_a_value_that_cannot_be_is_asked_back(place: Town, lilei: Human, sentence: str, asked: str) -> None:
    lilei.say(sentence)
    lilei.sees(asked)
    assert (current(place, "G-101"), current(place, "G-102")) == (76, 7)
    goal, value = ("G-102", 8) if "新签" in sentence else ("G-101", 81)
    lilei.fill(value=str(value))
    lilei.sees("已记：")
    assert current(place, goal) == value


def test_two_goals_that_fit_are_asked_about_with_a_card(place: Town, lilei: Human) -> None:
    lilei.say("回款打卡")
    lilei.sees("这几个目标都像", "季度回款500万", "华东回款率")
    lilei.fill(goal="G-104")
    lilei.sees("打卡 2/3", "回款额")
    lilei.fill(value="350万")
    lilei.sees("已记：回款额 320 万元 → 350 万元")
    assert current(place, "G-104") == 350


def test_undo_takes_the_last_check_in_back_within_ten_minutes(place: Town, lilei: Human) -> None:
    lilei.say("续约率到82%了")
    lilei.sees("已记：")
    lilei.press("撤销")
    lilei.sees("已撤销打卡", "76%")
    assert current(place, "G-101") == 76
    lilei.say("续约率到83%了")
    lilei.sees("76% → 83%")
    place.clock.forward(minutes=11)
    lilei.say("撤销")
    lilei.sees("没有可以撤销的事")
    assert current(place, "G-101") == 83


# 3. Revision


def ask_for_revision(lilei: Human) -> None:
    lilei.say("申请修订续约率目标，从85%调到80%，因为两家大客户预算冻结")
    lilei.sees("已发给王芳", "85% → 80%")


def test_an_approved_revision_changes_the_goal_and_both_cards(place: Town, lilei: Human, wangfang: Human) -> None:
    ask_for_revision(lilei)
    card = wangfang.sees("目标修订待审批", "85%", "80%", "两家大客户预算冻结", "李雷")
    assert set(card.buttons) >= {"同意", "驳回"}
    wangfang.press("同意")
    wangfang.sees("已同意", "R-1")
    lilei.sees("王芳同意了 R-1", "85% → 80%", "第 2 版")
    place.quiet()
    if place.can_change_cards:
        assert "王芳" in wangfang.sees("目标修订待审批", "已同意").text
        lilei.sees("我的修订申请", "已同意")
        assert not set(wangfang.sees("目标修订待审批").buttons) & {"同意", "驳回"}
    with place.program.database.read() as session:
        goal = session.get_one(Goal, "G-101")
        versions = [v.target for v in session.exec(select(GoalVersion).where(GoalVersion.goal == "G-101"))]
    assert (goal.target, goal.version, versions) == (80, 2, [85, 80])


def test_a_rejection_needs_a_reason_that_the_requester_reads(place: Town, lilei: Human, wangfang: Human) -> None:
    ask_for_revision(lilei)
    wangfang.sees("目标修订待审批")
    wangfang.press("驳回")
    wangfang.sees("说一句原因")
    wangfang.fill(reason="先把浙江客户谈完再说")
    wangfang.sees("已驳回")
    lilei.sees("王芳没有同意 R-1", "先把浙江客户谈完再说")
    assert current(place, "G-101") == 76
    with place.program.database.read() as session:
        assert session.get_one(Goal, "G-101").target == 85


def test_a_second_click_says_what_was_decided(place: Town, lilei: Human, wangfang: Human) -> None:
    ask_for_revision(lilei)
    wangfang.sees("目标修订待审批")
    wangfang.say("同意 R-1")
    wangfang.sees("已同意 R-1")
    wangfang.say("驳回 R-1 不同意")
    wangfang.sees("R-1 已有结论", "同意")
    with place.program.database.read() as session:
        assert session.exec(select(Revision)).one().state == "approved"


def test_a_revision_can_be_asked_for_step_by_step(place: Town, lilei: Human, wangfang: Human) -> None:
    lilei.say("申请修订")
    lilei.sees("哪一个目标")
    lilei.fill(goal="G-102")
    lilei.sees("改成多少")
    lilei.fill(target="15", reason="市场预算砍了一半")
    lilei.sees("已发给王芳", "20 家 → 15 家")
    wangfang.sees("市场预算砍了一半", "15 家")


@pytest.mark.parametrize(("who", "approver"), [("absent", "zhaolei"), ("wangfang", "zhaolei"), ("zhaolei", "sunli")])
def test_nobody_approves_alone_and_nobody_is_skipped(place: Town, who: str, approver: str) -> None:
    requester = "lilei" if who == "absent" else who
    place.prepare_absence("wangfang" if who == "absent" else "", owner=requester)
    asking = place.human(requester, place.name)
    asking.say("把G-101的目标改成80%，因为预算冻结")
    asking.sees("已发给")
    place.human(approver, place.name).sees("目标修订待审批")


# 4. Feedback


def test_feedback_reaches_its_receiver_and_keeps_its_versions(place: Town, lilei: Human) -> None:
    zhangsan = place.human("zhangsan", place.name)
    lilei.say("给张三反馈：上周三客户演示会上，你补充了三个案例")
    lilei.sees("谁能看", "你补充了三个案例")
    lilei.press("只有张三")
    lilei.sees("已送到张三那里")
    zhangsan.sees("李雷给你一条反馈", "你补充了三个案例", "只有你")
    lilei.press("改一改")
    lilei.sees("旧版会留着")
    lilei.fill(text="上周三客户演示会上，你补充了四个案例")
    lilei.sees("就这样发？", "你补充了四个案例")
    lilei.press("发送")
    lilei.sees("已改成第 2 版")
    zhangsan.sees("李雷改了给你的反馈")
    place.quiet()
    if place.can_change_cards:
        zhangsan.sees("四个案例", "第 1 版", "三个案例")
    with place.program.database.read() as session:
        sealed = [v.text_sealed for v in session.exec(select(FeedbackVersion))]
    assert len(sealed) == 2
    assert "案例".encode() not in b"".join(sealed)


def test_the_manager_reads_feedback_only_where_the_giver_chose_so(place: Town, lilei: Human) -> None:
    liuyang = place.human("liuyang", place.name)
    lilei.say("给张三反馈：周二的回滚你十分钟就定位了")
    lilei.sees("谁能看")
    lilei.press("张三和刘洋")
    liuyang.sees("李雷给张三的反馈", "十分钟就定位了")
    lilei.say("给张三反馈：周四的复盘你漏了两项")
    lilei.sees("谁能看", "漏了两项")
    lilei.press("只有张三")
    place.human("zhangsan", place.name).sees("漏了两项")
    place.quiet()
    assert liuyang.shows("漏了两项") is None


def test_feedback_step_by_step_and_taken_back(place: Town, lilei: Human) -> None:
    hanmeimei = place.human("hanmeimei", place.name)
    lilei.say("我要反馈")
    lilei.sees("给谁反馈")
    lilei.fill(person="hanmeimei")
    lilei.sees("给韩梅梅的反馈")
    lilei.fill(text="周一的投标你核出了两处错误")
    lilei.sees("谁能看")
    lilei.press("只有韩梅梅")
    hanmeimei.sees("核出了两处错误")
    lilei.say("撤销")
    lilei.sees("已撤回给韩梅梅的反馈")
    place.quiet()
    with place.program.database.read() as session:
        assert session.exec(select(Feedback)).one().state == "withdrawn"
    if place.can_change_cards:
        hanmeimei.sees("撤回了这条反馈")
        assert hanmeimei.shows("核出了两处错误") is None


# 6. Strangers


def test_a_stranger_is_told_whom_to_ask_and_leaves_no_trace(place: Town) -> None:
    stranger = place.human(STRANGER, place.name)
    stranger.say("续约率到99%了")
    stranger.sees("还不认识", "孙莉")
    assert current(place, "G-101") == 76
    with place.program.database.read() as session:
        receipt = session.exec(select(Receipt).where(Receipt.sender == account_id(place.name, STRANGER))).one()
    assert receipt.state == "done"


def test_somebody_who_left_is_told_whom_to_ask(place: Town, lilei: Human) -> None:
    with place.program.database.write() as session:
        session.get_one(Person, "lilei").active = False
    lilei.say("续约率到82%了")
    lilei.sees("已停用", "孙莉")
    assert current(place, "G-101") == 76


def test_how_it_stands_can_be_said_without_a_value(place: Town, lilei: Human) -> None:
    lilei.say("续约率这块有风险")
    lilei.sees("已记：客户续约率（76%）黄 有风险")
    assert current(place, "G-101") == 76
