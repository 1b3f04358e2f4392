"""A new goal from its first sentence to its first check-in, on every platform and in both languages."""

from __future__ import annotations

import pytest

from storage.tables import Goal, Person
from tests.stories.town import Town

WISH = "新增一个目标：客户满意度做到95%，12月31日前"


def goals(place: Town) -> list[str]:
    with place.program.database.read() as session:
        goal = session.get(Goal, "NG-1")
        return [goal.title] if goal else []


def test_a_new_goal_is_proposed_approved_and_checked_in(place: Town) -> None:
    lilei, wangfang = place.human("lilei", place.name), place.human("wangfang", place.name)
    lilei.say(WISH)
    lilei.sees("已发给王芳审批", "客户满意度做到95%")
    wangfang.sees("新目标待审批", "客户满意度做到95%", "95%", "2026-12-31")
    assert goals(place) == []
    wangfang.press_and_wait("同意")
    lilei.sees("王芳同意了 R-1", "编号 NG-1")
    assert goals(place) == ["客户满意度做到95%"]
    lilei.say("打卡 NG-1")
    lilei.sees("打卡 2/3", "客户满意度")


def test_a_new_goal_is_rejected_with_a_reason(place: Town) -> None:
    lilei, wangfang = place.human("lilei", place.name), place.human("wangfang", place.name)
    lilei.say(WISH)
    wangfang.sees("新目标待审批")
    wangfang.press("驳回")
    wangfang.sees("说一句原因")
    wangfang.say("先把续约率做完")
    lilei.sees("没有同意 R-1", "先把续约率做完")
    place.quiet()
    assert goals(place) == []


def test_a_proposal_that_waits_is_reminded_then_passed_on(place: Town) -> None:
    lilei, wangfang, zhaolei = (place.human(name, place.name) for name in ("lilei", "wangfang", "zhaolei"))
    lilei.say(WISH)
    wangfang.sees("新目标待审批")
    place.clock.forward(days=1, hours=1)
    assert "approval wangfang" in place.tick()
    wangfang.sees("新目标待审批", "等了一个工作日")
    place.clock.forward(days=1)
    assert "approval zhaolei" in place.tick()
    zhaolei.sees("新目标待审批", "王芳还没来得及处理")
    zhaolei.press_and_wait("同意")
    assert goals(place) == ["客户满意度做到95%"]


def test_what_is_missing_is_asked_for(place: Town) -> None:
    lilei = place.human("lilei", place.name)
    lilei.say("新增目标")
    lilei.sees("要做成什么")
    lilei.fill(title="客户推荐率", target="40%", due="2026-12-20")
    lilei.sees("已发给王芳审批", "客户推荐率", "40%", "2026-12-20")


@pytest.fixture
def english(place: Town) -> Town:
    with place.program.database.write() as session:
        for person in ("lilei", "wangfang"):
            session.get_one(Person, person).locale = "en"
    return place


def test_the_same_in_english(english: Town) -> None:
    lilei, wangfang = english.human("lilei", english.name), english.human("wangfang", english.name)
    lilei.say("add a goal: customer satisfaction to 95% by December 31")
    lilei.sees("Sent to", "customer satisfaction to 95%")
    wangfang.sees("New goal to approve", "customer satisfaction to 95%")
    wangfang.press("Approve")
    lilei.sees("approved R-1", "NG-1")
    english.quiet()
    assert goals(english) == ["customer satisfaction to 95%"]
