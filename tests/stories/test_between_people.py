"""Feedback that is looked at before it goes out, tagged and asked for; one-to-ones. On each platform."""

from __future__ import annotations

import json
import logging

import pytest
from sqlmodel import SQLModel, select

from storage.tables import Feedback, FeedbackRequest, FeedbackVersion, FocusPoint, Talk, TalkNote
from storage.vault import SealedError, Vault
from tests.stories.town import Human, Town

GOOD = "上周三客户演示会上，你补充了三个案例，客户当场表达了合作意向"


@pytest.fixture
def lilei(place: Town) -> Human:
    return place.human("lilei", place.name)


@pytest.fixture
def zhangsan(place: Town) -> Human:
    return place.human("zhangsan", place.name)


def scores(place: Town) -> list[int]:
    with place.program.database.read() as session:
        return [v.score for v in session.exec(select(FeedbackVersion))]


# The look before it goes out


def test_a_good_text_goes_out_with_one_tap_and_keeps_its_score(place: Town, lilei: Human, zhangsan: Human) -> None:
    lilei.say(f"给张三反馈：{GOOD}")
    card = lilei.sees("谁能看", "情境", "上周三客户演示会上", "质量", "100/100")
    assert not any("仍然发送" in button for button in card.buttons)
    lilei.press("只有张三")
    zhangsan.sees("李雷给你一条反馈", "三个案例")
    place.quiet()
    assert scores(place) == [100]


def test_a_judging_text_is_mended_before_it_goes_out(place: Town, lilei: Human, zhangsan: Human) -> None:
    lilei.say("给张三反馈：你态度不好")
    card = lilei.sees("谁能看", "评价人", "态度不好", "没写到")
    assert {"改一改", "仍发送·只有张三"} <= set(card.buttons) or not place.can_change_cards
    lilei.press("改一改")
    lilei.sees("给张三的反馈", "你态度不好", "什么时候")
    lilei.fill(text=GOOD)
    lilei.sees("谁能看", "100/100")
    lilei.press("只有张三")
    zhangsan.sees("三个案例")
    place.quiet()
    assert zhangsan.shows("态度不好") is None
    assert scores(place) == [100]


def test_a_judging_text_may_be_sent_knowingly(place: Town, lilei: Human, zhangsan: Human) -> None:
    lilei.say("给张三反馈：你态度不好")
    lilei.sees("谁能看", "评价人")
    lilei.say("只有张三")
    lilei.sees("已送到张三那里")
    zhangsan.sees("你态度不好")
    place.quiet()
    assert scores(place) == [0]


def test_a_new_version_is_looked_at_before_it_goes_out_too(place: Town, lilei: Human, zhangsan: Human) -> None:
    give(lilei, "只有张三")
    lilei.say("改一改 F-1")
    lilei.sees("改给张三的反馈", "旧版会留着")
    lilei.fill(text="你态度不好")
    lilei.sees("就这样发？", "评价人", "没写到")
    assert scores(place) == [100]
    lilei.press_and_wait("改一改")
    lilei.sees("改给张三的反馈", "你态度不好")
    lilei.fill(text=GOOD.replace("三个", "四个"))
    lilei.sees("就这样发？", "100/100")
    lilei.press("发送")
    zhangsan.sees("李雷改了给你的反馈")
    place.quiet()
    assert zhangsan.shows("态度不好") is None
    assert scores(place) == [100, 100]


# Tags


def test_tags_are_tapped_and_shown_to_the_receiver(place: Town, lilei: Human, zhangsan: Human) -> None:
    give(lilei, "只有张三")
    lilei.say("加标签 F-1")
    lilei.sees("加标签", "影响维度")
    lilei.fill(dimension="customer", behavior="sharing", scene="crossteam")
    lilei.sees("业务单号")
    lilei.fill(document="CRM-7788")
    lilei.sees("标签已记在给张三的反馈上", "客户体验", "分享知识", "跨团队协作", "CRM-7788")
    place.quiet()
    if place.can_change_cards:
        zhangsan.sees("李雷给你一条反馈", "客户体验", "CRM-7788")
    with place.program.database.read() as session:
        kept = session.exec(select(Feedback)).one()
    assert (kept.dimension, kept.behavior, kept.scene) == ("customer", "sharing", "crossteam")


def test_tags_can_be_skipped(place: Town, lilei: Human) -> None:
    give(lilei, "只有张三")
    lilei.say("加标签 F-1")
    lilei.sees("影响维度")
    for _ in range(4):
        lilei.tell("跳过")
    lilei.sees("这条反馈不加标签")


def give(human: Human, button: str) -> None:
    human.say(f"给张三反馈：{GOOD}")
    human.sees("谁能看", "三个案例")
    human.press(button)
    human.sees("已送到张三那里")


# Feedback that is asked for


def test_a_colleague_who_is_asked_writes_from_the_card(place: Town, lilei: Human) -> None:
    wangfang = place.human("wangfang", place.name)
    lilei.say("请王芳给我一些反馈")
    lilei.sees("已请王芳给你反馈")
    wangfang.sees("李雷想听听你的反馈")
    wangfang.press("写反馈")
    wangfang.sees("给李雷的反馈")
    wangfang.fill(text="昨天评审会上你把风险列成了表格，十分钟就定了")
    wangfang.sees("谁能看")
    wangfang.press("只有李雷")
    lilei.sees("王芳给你一条反馈", "列成了表格")
    place.quiet()
    if place.can_change_cards:
        wangfang.sees("李雷想听听你的反馈", "已写")
    with place.program.database.read() as session:
        assert session.exec(select(FeedbackRequest)).one().state == "answered"
        assert session.exec(select(Feedback)).one().request == 1


def test_who_is_asked_may_decline(place: Town, lilei: Human, zhangsan: Human) -> None:
    lilei.say("请张三给我一些反馈")
    zhangsan.sees("李雷想听听你的反馈")
    zhangsan.press("这次先不写")
    lilei.sees("张三这次没有反馈可写")


def test_a_code_opens_the_dialog_for_one_person(place: Town, lilei: Human, zhangsan: Human) -> None:
    zhangsan.say("我的反馈码")
    text = zhangsan.sees("反馈码 zhangsan.").text
    code = next(word for word in text.replace("：", " ").split() if word.startswith("zhangsan."))
    lilei.say(f"/反馈 {code}")
    lilei.sees("给张三的反馈")
    lilei.say("取消")
    lilei.sees("先不做了")
    lilei.say("/反馈 zhangsan.aaaaaaaa")
    lilei.sees("反馈码不对")


# One-to-ones


def test_a_one_to_one_is_booked_and_recorded_by_the_two(place: Town, lilei: Human) -> None:
    wangfang = place.human("wangfang", place.name)
    lilei.say("约王芳明天下午三点一对一")
    lilei.sees("和王芳的一对一", "11-19 15:00", "已约")
    wangfang.sees("和李雷的一对一", "11-19 15:00")
    wangfang.press("记录一对一")
    wangfang.sees("三件最重要的事")
    wangfang.fill(important="续约、回款、招人", hardest="客户预算冻结", support="法务早两天介入")
    wangfang.sees("和李雷的一对一", "已记录", "客户预算冻结")
    lilei.sees("王芳写好了", "看一对一 T-1")
    lilei.say("看一对一 T-1")
    lilei.sees("和王芳的一对一", "法务早两天介入")
    place.quiet()
    with place.program.database.read() as session:
        sealed = session.exec(select(TalkNote)).one().answers_sealed
        assert session.exec(select(Talk)).one().state == "held"
    assert "法务".encode() not in sealed


def test_a_one_to_one_that_was_not_booked_is_recorded(place: Town, lilei: Human) -> None:
    lilei.say("记录一下昨天和王芳的一对一")
    lilei.sees("和王芳的一对一", "11-17", "三件最重要的事")
    lilei.fill(important="招人", hardest="没有", support="没有")
    lilei.sees("和王芳的一对一", "已记录", "招人")


def test_a_one_to_one_can_be_cancelled(place: Town, lilei: Human) -> None:
    lilei.say("约王芳明天下午三点一对一")
    lilei.sees("和王芳的一对一", "已约")
    place.human("wangfang", place.name).say("取消一对一 T-1")
    lilei.sees("王芳取消了 11-19 15:00 的一对一")
    with place.program.database.read() as session:
        assert session.exec(select(Talk)).one().state == "cancelled"


def test_no_row_opened_with_the_general_key_shows_it(
    place: Town, lilei: Human, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the two typed: while it is asked, when it is interrupted and once it is recorded."""
    caplog.set_level(logging.DEBUG)
    lilei.say("记录一下昨天和王芳的一对一")
    lilei.sees("三件最重要的事")
    for secret in SECRETS:
        lilei.tell(f"{secret}的事")
        assert leaks(place) == []
    lilei.sees("已记录", *SECRETS)
    assert not any(secret in str(vars(record)) for secret in SECRETS for record in caplog.records)


SECRETS = ("马甲甲", "马乙乙", "马丙丙")


def leaks(place: Town) -> list[tuple[str, str]]:
    """Tables and columns in which the general key, or none, shows one of the secrets."""
    with place.program.database.read() as session:
        rows = [
            (table.name, name, place.program.core.vault, value)
            for table in SQLModel.metadata.tables.values()
            for row in session.connection().execute(table.select()).mappings()
            for name, value in row.items()
        ]
    return [(table, name) for table, name, vault, value in rows if any(s in _opened(vault, value) for s in SECRETS)]


def _opened(vault: Vault, value: object) -> str:
    """As somebody reads it who has the database and the general key."""
    if not isinstance(value, bytes):
        return json.dumps(value, ensure_ascii=False, default=str)
    try:
        text = vault.open(value)
    except SealedError:
        return ""
    return text + text.encode().decode("unicode_escape", errors="replace")


# Focus points


def test_a_focus_point_follows_feedback(place: Town, lilei: Human) -> None:
    wangfang = place.human("wangfang", place.name)
    wangfang.say(f"给李雷反馈：{GOOD}")
    wangfang.sees("谁能看")
    wangfang.press("只有李雷")
    wangfang.sees("已送到李雷那里", "关注点 李雷")
    wangfang.say("关注点 李雷")
    wangfang.sees("给李雷定关注点", "一句话")
    wangfang.fill(text="先听完客户再回答", measure="客户不再被打断", due="2026-12-18")
    wangfang.sees("已发给李雷", "P-1")
    lilei.sees("关注点", "先听完客户再回答", "客户不再被打断", "12-18", "王芳")
    lilei.press("还需要时间")
    lilei.sees("P-1 还需要时间")
    lilei.fill(due="2026-12-25")
    lilei.sees("P-1 改到 12-25")
    wangfang.sees("李雷的 P-1 改到 12-25")
    lilei.say("我的关注点")
    lilei.sees("我的关注点", "P-1", "先听完客户再回答")
    lilei.press("做到了 P-1")
    lilei.sees("P-1 已做到")
    wangfang.sees("李雷做到了 P-1")
    place.quiet()
    with place.program.database.read() as session:
        assert session.exec(select(FocusPoint)).one().state == "done"


# English


def test_the_same_in_english(place: Town, lilei: Human) -> None:
    lilei.say("切换成英文")
    lilei.sees("I will speak English")
    lilei.say("feedback for 张三: you are lazy")
    lilei.sees("Who may read it", "judges", "not said")
    lilei.say("edit")
    lilei.sees("Feedback for 张三", "you are lazy", "When was it")
    place.quiet()
    lilei.say("In Wednesday's demo you added three cases; the client agreed on the spot")
    lilei.sees("Who may read it", "three cases", "100/100")
    lilei.say("only 张三")
    lilei.sees("Delivered to 张三")
    lilei.say("book a one-to-one with 王芳 tomorrow at 3pm")
    lilei.sees("One-to-one with 王芳", "Booked")
    lilei.say("ask 王芳 for feedback")
    lilei.sees("王芳 was asked")
