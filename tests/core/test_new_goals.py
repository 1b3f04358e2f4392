"""A new goal: asked for in a sentence, decided like a revision, and a goal like any other once it is agreed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from handlers.agreeing import cycle_of
from handlers.goal_titles import metric_of, title_of
from storage.tables import AuditEntry, Goal, GoalVersion, Person, Revision
from tests.core.desk import Desk, text_of
from tests.stories import people

WISH = "新增一个目标：客户满意度做到95%，12月31日前"


def goal(desk: Desk, id: str = "NG-1") -> Goal | None:
    with desk.database.read() as session:
        return session.get(Goal, id)


def last_seen(desk: Desk, person: str, id: str = "R-1") -> str:
    """What the newest card about the request says to somebody."""
    return [card.outcome for who, card in desk.cards() if who == person and id in card.subtitle][-1]


def test_one_sentence_is_a_whole_proposal_and_nothing_is_a_goal_before_it_is_agreed(desk: Desk) -> None:
    told = text_of(desk.say("lilei", WISH))
    assert "已发给王芳审批：新目标“客户满意度做到95%”，2026-12-31 截止。" in told
    assert goal(desk) is None
    assert "R-1" in text_of(desk.say("wangfang", "我的待审批"))
    assert "R-1" in text_of(desk.say("wangfang", "待我处理"))
    assert "客户满意度" not in text_of(desk.say("lilei", "我的目标"))


def test_agreed_it_is_a_goal_with_its_first_version(desk: Desk) -> None:
    desk.say("lilei", WISH)
    desk.say("wangfang", "同意 R-1")
    made = goal(desk)
    assert made is not None
    assert (made.owner, made.title, made.metric, made.unit) == ("lilei", "客户满意度做到95%", "客户满意度", "%")
    assert (made.target, made.due, made.cycle, made.version) == (95, date(2026, 12, 31), "2026Q4", 1)
    with desk.database.read() as session:
        (version,) = session.exec(select(GoalVersion).where(GoalVersion.goal == "NG-1")).all()
        assert (version.version, version.target, version.by, version.revision) == (1, 95, "wangfang", 1)
    assert "王芳" in last_seen(desk, "lilei")
    assert "王芳" in last_seen(desk, "wangfang")
    assert any("编号 NG-1" in card.text for who, card in desk.cards() if who == "lilei")
    assert "0% → 80%" in text_of(desk.say("lilei", "打卡 NG-1 80")) + text_of(desk.say("lilei", "客户满意度到80%了"))


def test_every_step_has_its_audit_line(desk: Desk) -> None:
    desk.say("lilei", WISH)
    desk.say("wangfang", "同意 R-1")
    with desk.database.read() as session:
        lines = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all()
        assert [(line.action, line.actor, line.subject) for line in lines] == [
            ("revision.asked", "lilei", "R-1"),
            ("revision.approved", "wangfang", "NG-1"),
        ]


def test_a_rejection_has_a_reason_and_makes_no_goal(desk: Desk) -> None:
    desk.say("lilei", WISH)
    assert "说一句原因" in text_of(desk.say("wangfang", "驳回 R-1"))
    desk.say("wangfang", "先把续约率做完")
    assert goal(desk) is None
    for who in ("lilei", "wangfang"):
        assert "先把续约率做完" in last_seen(desk, who)


def test_the_first_decision_wins(desk: Desk) -> None:
    desk.say("lilei", WISH)
    desk.say("wangfang", "同意 R-1")
    assert "已有结论" in text_of(desk.say("wangfang", "驳回 R-1 因为太多了"))
    assert goal(desk) is not None
    assert "王芳审批" in text_of(desk.say("hanmeimei", "同意 R-1"))


@pytest.mark.parametrize("said", ["撤回 R-1", "撤销"])
def test_it_can_be_taken_back_while_it_waits(desk: Desk, said: str) -> None:
    desk.say("lilei", WISH)
    assert "已撤回 R-1" in text_of(desk.say("lilei", said))
    assert "已有结论" in text_of(desk.say("wangfang", "同意 R-1"))
    assert goal(desk) is None


def test_an_absent_manager_is_passed_over_and_the_owner_is_told(desk: Desk) -> None:
    with desk.database.write() as session:
        session.get_one(Person, "wangfang").away_from = people.NOW.date()
    told = text_of(desk.say("lilei", WISH))
    assert "王芳这几天不在，" in told
    assert "已发给赵磊审批" in told


def test_who_has_nobody_above_is_decided_by_hr(desk: Desk) -> None:
    assert "已发给孙莉审批" in text_of(desk.say("zhaolei", WISH))


def test_what_is_missing_is_asked_for_one_after_the_other(desk: Desk) -> None:
    assert "要做成什么" in text_of(desk.say("lilei", "新增目标"))
    assert "做到多少" in text_of(desk.say("lilei", "投诉处理时长降下来"))
    assert "没认出数字" in text_of(desk.say("lilei", "越快越好"))
    assert "什么时候到期" in text_of(desk.say("lilei", "2天"))
    assert "要在今天之后" in text_of(desk.say("lilei", "2026-11-01"))
    assert "现在是多少" in text_of(desk.say("lilei", "12月20日"))
    assert "已发给王芳审批" in text_of(desk.say("lilei", "5天"))
    desk.say("wangfang", "同意 R-1")
    made = goal(desk)
    assert made is not None
    assert (made.target, made.unit, made.start, made.current, made.direction) == (2, "天", 5, 5, "down")


def test_the_form_gives_all_at_once(desk: Desk) -> None:
    (card,) = desk.say("lilei", "新增目标")
    assert card.form
    assert [field.name for field in card.form.fields] == ["title", "target", "due"]
    form = {"title": "客户满意度", "target": "95%", "due": "2026-12-31"}
    told = text_of(desk.press("lilei", card.form.do, form))
    assert "新目标“客户满意度 95%”，2026-12-31 截止" in told


def test_a_waiting_proposal_does_not_stop_other_matters(desk: Desk) -> None:
    desk.say("lilei", WISH)
    desk.say("lilei", WISH.replace("满意度", "推荐率"))
    desk.say("lilei", "把G-101的目标改成80%，因为预算冻结")
    desk.say("wangfang", "同意 R-2")
    desk.now += timedelta(minutes=1)
    assert "R-3" in text_of(desk.say("wangfang", "我的待审批"))
    with desk.database.read() as session:
        states = [r.state for r in session.exec(select(Revision).order_by(col(Revision.id)))]
    assert states == ["pending", "approved", "pending"]


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (WISH, "客户满意度做到95%"),
        ("新增目标", None),
        ("新增一个目标：500万", None),
        ("我想新建一个目标，年底前签下30家新客户", "签下30家新客户"),
        ("新增一个目标：12月底前把退货率降到3%", "退货率降到3%"),
        ("add a goal: customer satisfaction to 95% by December 31", "customer satisfaction to 95%"),
        ("new goal: sign 30 new customers by Dec 20", "sign 30 new customers"),
        ("/新目标 NPS到40", "NPS到40"),
    ],
)
def test_what_a_sentence_calls_the_goal(said: str, title: str | None) -> None:
    assert title_of(said) == title


@pytest.mark.parametrize(
    ("title", "metric"),
    [
        ("客户满意度做到95%", "客户满意度"),
        ("退货率降到3%", "退货率"),
        ("签下30家新客户", "签下30家新客户"),
        ("customer satisfaction to 95%", "customer satisfaction"),
    ],
)
def test_what_is_measured(title: str, metric: str) -> None:
    assert metric_of(title) == metric


@pytest.mark.parametrize(
    ("due", "cycle"),
    [
        (date(2026, 12, 1), "2026Q4"),
        (date(2027, 2, 1), "2027Q1"),
    ],
)
def test_its_cycle_is_the_one_its_day_lies_in(due: date, cycle: str) -> None:
    assert cycle_of(due, date(2026, 11, 18)) == cycle
    assert cycle_of(date(2026, 12, 31), date(2026, 5, 1)) == "2026"


@pytest.mark.parametrize(
    ("said", "told"), [("我的积分", "孙莉"), ("晚上别打扰我", "20:00 到 08:30 不打扰；要调请找孙莉")]
)
def test_what_is_not_built_names_who_can_help(desk: Desk, said: str, told: str) -> None:
    assert told in text_of(desk.say("lilei", said))
