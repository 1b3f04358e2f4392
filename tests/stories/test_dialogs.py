"""Dialogs that are interrupted, cancelled, expire, outlive a restart, and follow their person to another platform."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select

from bot.simulator.feishu import FeishuSide
from storage.database import Database
from storage.tables import CheckIn, Delivery, Dialog, Goal, Person
from tests.stories.people import account_id
from tests.stories.town import Human, Town, town


@pytest.fixture
def wide(sqlite_url: str) -> Iterator[Town]:
    """All three platforms at once."""
    with town(Database(sqlite_url)) as made:
        yield made


@pytest.fixture
def narrow(sqlite_url: str) -> Iterator[Town]:
    with town(Database(sqlite_url), ["feishu"]) as made:
        yield made


@pytest.fixture
def lilei(narrow: Town) -> Human:
    return narrow.human("lilei", "feishu")


def test_a_dialog_goes_on_where_the_person_is_now(wide: Town) -> None:
    on_wecom, on_feishu = wide.human("lilei", "wecom"), wide.human("lilei", "feishu")
    on_wecom.say("打卡 G-101")
    on_wecom.sees("打卡 2/3")
    on_feishu.say("82")
    on_feishu.sees("已记：客户续约率 76% → 82%")
    wide.quiet()
    assert on_wecom.shows("已记") is None


def test_a_message_from_the_bot_goes_to_the_account_used_last(wide: Town) -> None:
    lilei, wangfang = wide.human("lilei", "dingtalk"), wide.human("wangfang", "feishu")
    wangfang.say("你好")
    wangfang.sees("脉搏")
    lilei.say("把G-101的目标改成80%，因为预算冻结")
    wangfang.sees("目标修订待审批")
    wide.quiet()
    for elsewhere in ("wecom", "dingtalk"):
        assert wide.human("wangfang", elsewhere).phone.screens() == []


def test_the_same_question_by_card_here_and_by_chat_there(wide: Town) -> None:
    """A check-in begun with a WeCom choice is finished in a Feishu form."""
    on_wecom, on_feishu = wide.human("lilei", "wecom"), wide.human("lilei", "feishu")
    on_wecom.say("打卡")
    on_wecom.sees("打卡 1/3")
    on_wecom.fill(goal="G-104")
    on_wecom.sees("打卡 2/3", "回款额")
    on_feishu.say("继续")
    on_feishu.sees("打卡 2/3", "回款额")
    on_feishu.fill(value="350")
    on_feishu.sees("已记：回款额 320 万元 → 350 万元")


def test_cancel_leaves_nothing_behind(narrow: Town, lilei: Human) -> None:
    lilei.say("打卡 G-101")
    lilei.sees("打卡 2/3")
    lilei.say("取消")
    lilei.sees("先不做了")
    lilei.tell("82")
    with narrow.program.database.read() as session:
        assert session.exec(select(Dialog)).all() == []
        assert session.get_one(Goal, "G-101").current == 76


def test_cancel_by_button_closes_the_card(narrow: Town, lilei: Human) -> None:
    lilei.say("打卡 G-101")
    lilei.sees("打卡 2/3")
    lilei.press("取消")
    card = lilei.sees("打卡 2/3", "先不做了")
    assert card.buttons == ()


def test_another_wish_interrupts_and_the_dialog_is_kept(lilei: Human) -> None:
    lilei.say("打卡 G-101")
    lilei.sees("打卡 2/3")
    lilei.say("我的目标")
    lilei.sees("我的目标", "G-102")
    lilei.sees("刚才的“打卡”还留着")
    lilei.say("82")
    lilei.sees("已记：客户续约率 76% → 82%")


def test_a_question_that_names_no_intent_is_answered_where_a_choice_was_asked(narrow: Town) -> None:
    wangfang = narrow.human("wangfang", "feishu")
    wangfang.say("给李雷反馈：周三会上你补充了三个案例")
    wangfang.sees("谁能看")
    wangfang.say("李雷最近怎么样？")
    wangfang.sees("李雷 最近", "绿")
    wangfang.press("只有李雷")
    wangfang.sees("已送到李雷那里")


def test_half_an_hour_later_the_draft_is_offered_again(narrow: Town, lilei: Human) -> None:
    lilei.say("给张三反馈：周三会上你补充了三个案例")
    lilei.sees("谁能看")
    narrow.clock.forward(minutes=31)
    lilei.press("只有张三")
    lilei.sees("已经过期")
    lilei.say("我要反馈")
    lilei.sees("上次“反馈”没做完")
    lilei.press_and_wait("继续")
    lilei.sees("谁能看", "三个案例")
    lilei.press("只有张三")
    lilei.sees("已送到张三那里")


def test_a_dialog_outlives_a_restart(narrow: Town, lilei: Human) -> None:
    lilei.say("打卡 G-101")
    lilei.sees("打卡 2/3")
    narrow.quiet()
    narrow.restart()
    lilei.say("82")
    lilei.sees("已记：客户续约率 76% → 82%")


def test_two_people_at_once_do_not_meet(narrow: Town, lilei: Human) -> None:
    wangfang = narrow.human("wangfang", "feishu")
    lilei.say("打卡 G-101")
    wangfang.say("打卡 G-110")
    lilei.sees("打卡 2/3", "76%")
    wangfang.sees("打卡 2/3", "78%")
    wangfang.say("79")
    lilei.say("77")
    lilei.sees("76% → 77%")
    wangfang.sees("78% → 79%")


def test_a_mention_in_a_group_is_answered_in_private(narrow: Town, lilei: Human) -> None:
    side = narrow.sides["feishu"]
    assert isinstance(side, FeishuSide)
    side.say_in_group(account_id("feishu", "lilei"), "oc_group1", "我的目标")
    lilei.sees("我的目标", "G-101")
    narrow.quiet()
    with narrow.program.database.read() as session:
        in_group = [d for d in session.exec(select(Delivery)) if d.group]
    assert [d.state for d in in_group] == ["sent"]


def test_english_is_complete_for_a_story(narrow: Town, lilei: Human) -> None:
    lilei.say("切换成英文")
    lilei.sees("I will speak English")
    lilei.say("/checkin G-101 80")
    lilei.sees("Recorded: 客户续约率 76% → 80% (target 85%")
    lilei.press("Undo")
    lilei.sees("Taken back")
    with narrow.program.database.read() as session:
        assert session.get_one(Person, "lilei").locale == "en"
        assert [c.undone_at is not None for c in session.exec(select(CheckIn))] == [True]
