"""HR's figures, each checked against a company so small that it can be counted by hand; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session

from cards import digest as cards
from cards.digest import Cycle, Numbers, Seen
from cards.model import Button, Card, Figures, Measure, do, read_do
from cards.pictures import svg
from cards.wording import Words
from handlers import figures
from handlers.routes import from_do, from_typed
from storage.database import Database
from storage.tables import (
    CheckIn,
    Feedback,
    FeedbackVersion,
    Goal,
    GoalVersion,
    GrowthView,
    HelpRequest,
    Nudge,
    Person,
    Revision,
)
from tests.stories.people import DELIVERY, NOW, SALES

DAY, WEEK = timedelta(days=1), timedelta(days=7)
# Two in sales, one of them a level deeper; two in delivery; one who left.
PEOPLE = (("wang", SALES), ("li", f"{SALES}/一组"), ("liu", DELIVERY), ("zhang", DELIVERY), ("gone", SALES))
NOBODY: tuple[str, ...] = ()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        for person, department in PEOPLE:
            opened.add(Person(id=person, name=person, department=department, active=person != "gone", changed_at=NOW))
        opened.flush()
        yield opened


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def publish(session: Session, goal: str, owner: str, days: float) -> None:
    """A goal that was agreed so many days ago."""
    due = date(2026, 12, 31)
    session.add(Goal(id=goal, owner=owner, title=goal, target=100, weight=100, due=due, cycle="2026Q4"))
    session.flush()
    session.add(GoalVersion(goal=goal, version=1, target=100, weight=100, due=due, at=ago(days)))
    session.flush()


def enter(session: Session, goal: str, person: str, days: float, value: float = 5, **more: object) -> None:
    row = CheckIn(goal=goal, person=person, value=value, previous=0, source="feishu", at=ago(days))
    for name, given in more.items():
        setattr(row, name, given)
    session.add(row)
    session.flush()


def tell(session: Session, giver: str, receiver: str, days: float, *scores: int, state: str = "given") -> None:
    """Feedback with a score for each of its versions."""
    row = Feedback(giver=giver, receiver=receiver, version=len(scores) or 1, state=state, at=ago(days))
    session.add(row)
    session.flush()
    for version, score in enumerate(scores or (50,), 1):
        session.add(FeedbackVersion(feedback=row.id or 0, version=version, text_sealed=b"", score=score, at=ago(days)))
    session.flush()


def numbers(session: Session, *departments: str, at: datetime = NOW, period: timedelta = WEEK) -> Numbers:
    return figures.measure(session, departments, at, period)[0]


def test_an_empty_company_has_no_figures_and_no_trouble(session: Session) -> None:
    assert numbers(session) == Numbers(people=4)
    assert numbers(session, "总部/没有这个部门") == Numbers()


def test_people_are_those_who_work_here_also_deeper_in_the_department(session: Session) -> None:
    assert (numbers(session).people, numbers(session, SALES).people, numbers(session, DELIVERY).people) == (4, 2, 2)
    assert numbers(session, SALES, DELIVERY).people == 4


def test_who_took_part_entered_a_value_by_hand_in_the_period(session: Session) -> None:
    publish(session, "G-1", "li", 100)
    publish(session, "G-2", "liu", 100)
    enter(session, "G-1", "li", 1)
    enter(session, "G-1", "li", 2)
    enter(session, "G-2", "liu", 8)
    enter(session, "G-2", "liu", 1, source="csv:erp")
    enter(session, "G-2", "liu", 1, undone_at=NOW)
    assert (numbers(session).took_part, numbers(session, period=2 * WEEK).took_part) == (1, 2)
    assert (numbers(session, SALES).took_part, numbers(session, DELIVERY).took_part) == (1, 0)


def test_entries_are_values_by_hand_and_feedback_given_and_the_rest_is_automatic(session: Session) -> None:
    publish(session, "G-1", "li", 100)
    for days in (1, 20, 29):
        enter(session, "G-1", "li", days)
    enter(session, "G-1", "li", 31)
    enter(session, "G-1", "li", 3, source="csv:erp")
    enter(session, "G-1", "li", 4, source="csv:erp", undone_at=NOW)
    tell(session, "li", "liu", 5)
    tell(session, "li", "liu", 5, state="withdrawn")
    found = numbers(session)
    assert (found.entries, found.automatic, found.measured) == (4, 1, 4)
    assert (numbers(session, DELIVERY).entries, numbers(session, SALES).entries) == (0, 4)


def test_covered_is_who_heard_something_this_month(session: Session) -> None:
    tell(session, "wang", "li", 3)
    tell(session, "liu", "li", 4)
    tell(session, "liu", "zhang", 31)
    tell(session, "liu", "wang", 2, state="withdrawn")
    tell(session, "liu", "gone", 2)
    assert (numbers(session).covered, numbers(session, DELIVERY).covered) == (1, 0)
    assert numbers(session, at=ago(2)).covered == 2


def test_quality_is_the_mean_of_what_the_feedback_says_now(session: Session) -> None:
    tell(session, "wang", "li", 3, 20, 80)
    tell(session, "liu", "zhang", 4, 60)
    tell(session, "liu", "zhang", 4, 0, state="withdrawn")
    found = numbers(session)
    assert (found.quality, found.scored) == (70.0, 2)
    assert (numbers(session, SALES).quality, numbers(session, DELIVERY).quality) == (80.0, 60.0)


def test_across_is_between_two_departments(session: Session) -> None:
    tell(session, "wang", "zhang", 3)
    tell(session, "liu", "zhang", 3)
    for state in ("accepted", "asked", "declined"):
        session.add(HelpRequest(requester="zhang", helper="wang", text_sealed=b"", state=state, at=ago(2)))
    session.add(HelpRequest(requester="wang", helper="li", text_sealed=b"", state="accepted", at=ago(40)))
    session.flush()
    found, delivery, sales = numbers(session), numbers(session, DELIVERY), numbers(session, SALES)
    assert [(n.across, n.together) for n in (found, delivery, sales)] == [(2, 3), (2, 3), (0, 0)]


def test_views_are_those_of_the_last_week(session: Session) -> None:
    for person, days in (("li", 1), ("li", 2), ("zhang", 6), ("zhang", 8), ("gone", 1)):
        session.add(GrowthView(person=person, at=ago(days)))
    session.flush()
    assert (numbers(session).views, numbers(session, SALES).views, numbers(session, at=ago(5)).views) == (3, 2, 2)


def test_response_is_the_mean_time_to_the_first_answer(session: Session) -> None:
    for n, (hours, kind) in enumerate(((10, "red"), (30, "red"), (100, "silence"))):
        asked = ago(10)
        nudge = Nudge(job="red", slot="s", person="wang", kind=kind, subject=f"G-{n}", period="p", text="", at=asked)
        nudge.answered_at = asked + timedelta(hours=hours)
        session.add(nudge)
    session.flush()
    assert numbers(session).response == pytest.approx(20.0)
    assert numbers(session, DELIVERY).response is None


def test_the_department_that_heard_least_is_where_to_begin(session: Session) -> None:
    session.get_one(Person, "wang").heard_at = ago(3)
    session.get_one(Person, "liu").heard_at = ago(3)
    session.get_one(Person, "zhang").heard_at = ago(40)
    session.flush()
    assert figures.least_heard(session, NOBODY, NOW) == (f"{SALES}/一组", 0, 1)
    assert figures.least_heard(session, (DELIVERY,), NOW) == (DELIVERY, 1, 2)
    assert figures.least_heard(session, ("总部/没有",), NOW) is None


def cycle(session: Session, *departments: str) -> Cycle:
    return numbers(session, *departments).cycle


def test_a_goal_that_went_the_whole_way_is_counted_at_each_step(session: Session) -> None:
    publish(session, "G-1", "li", 40)
    enter(session, "G-1", "li", 30)
    tell(session, "wang", "li", 25)
    enter(session, "G-1", "li", 20)
    assert cycle(session) == Cycle((1, 1, 1, 1, 1), 20.0)
    assert cycle(session, DELIVERY) == Cycle()


def test_each_step_is_looked_for_after_the_one_before(session: Session) -> None:
    """Feedback before anything was done is no feedback on it; an entry before the feedback is not learnt from it."""
    publish(session, "G-1", "li", 40)
    tell(session, "wang", "li", 35)
    enter(session, "G-1", "li", 30)
    assert cycle(session).reached == (1, 1, 1, 0, 0)
    tell(session, "wang", "li", 20)
    assert cycle(session).reached == (1, 1, 1, 1, 0)
    session.add(_asked("G-1", "li", 10))
    session.flush()
    assert cycle(session) == Cycle((1, 1, 1, 1, 1), 30.0)


def _asked(goal: str, person: str, days: float) -> Revision:
    """A wish to change it."""
    return Revision(
        goal=goal,
        requester=person,
        approver="wang",
        based_on=1,
        old_target=100,
        old_weight=100,
        old_due=date(2026, 12, 31),
        reason="",
        at=ago(days),
    )


def test_understood_is_the_owners_own_entry_or_wish_for_a_change(session: Session) -> None:
    for goal in ("G-own", "G-other", "G-auto", "G-undone", "G-asked"):
        publish(session, goal, "li", 40)
    enter(session, "G-own", "li", 30, value=0)
    enter(session, "G-other", "wang", 30)
    enter(session, "G-auto", "li", 30, source="csv:erp")
    enter(session, "G-undone", "li", 30, undone_at=NOW)
    session.add(_asked("G-asked", "li", 30))
    session.flush()
    assert cycle(session).reached == (5, 2, 0, 0, 0)


def test_a_value_from_a_data_source_is_an_act_once_the_goal_was_taken_up(session: Session) -> None:
    publish(session, "G-1", "li", 40)
    session.add(_asked("G-1", "li", 30))
    enter(session, "G-1", "li", 20, source="csv:erp")
    assert cycle(session).reached == (1, 1, 1, 0, 0)


def test_a_goals_way_is_told_as_it_stood_a_period_earlier_too(session: Session) -> None:
    publish(session, "G-1", "li", 40)
    publish(session, "G-2", "li", 10)
    enter(session, "G-1", "li", 12)
    tell(session, "wang", "li", 3)
    enter(session, "G-1", "li", 2)
    now, before = figures.measure(session, (), NOW, WEEK)
    assert now.cycle == Cycle((2, 1, 1, 1, 1), 38.0)
    assert before.cycle == Cycle((1, 1, 1, 0, 0), None)


@pytest.mark.parametrize("days", [3, 95])
def test_goals_of_the_last_week_and_of_the_quarter_before_are_not_counted(session: Session, days: float) -> None:
    publish(session, "G-1", "li", days)
    assert cycle(session).reached == (0, 0, 0, 0, 0)


def test_a_goal_that_had_values_before_it_came_to_us_is_not_counted(session: Session) -> None:
    publish(session, "G-1", "li", 40)
    enter(session, "G-1", "li", 50)
    assert cycle(session).reached == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("reached", "step"),
    [
        ((0, 0, 0, 0, 0), None),
        ((4, 4, 4, 4, 4), None),
        ((9, 1, 1, 0, 0), 2),
        ((9, 3, 3, 2, 1), 0),
        ((2, 2, 2, 2, 1), 3),
    ],
)
def test_it_breaks_where_the_smallest_share_goes_on(reached: tuple[int, ...], step: int | None) -> None:
    assert Cycle(reached).breaks_at() == step


# What is said of the figures.

ACT = ("R-7 等王芳审批", Button("提醒王芳", do("remind", request="R-7"), "提醒 R-7"))
NOW_NUMBERS = Numbers(
    people=30,
    took_part=12,
    entries=66,
    automatic=18,
    measured=40,
    covered=18,
    quality=55.4,
    scored=20,
    across=9,
    together=25,
    views=57,
    response=31.2,
    cycle=Cycle((40, 30, 24, 6, 5), 33.3),
)
BEFORE_NUMBERS = Numbers(people=30, took_part=15, across=6, together=20, measured=0, quality=None)
SEEN = Seen("weekly", NOW_NUMBERS, BEFORE_NUMBERS, ("总部/交付中心", 3, 11))


def said(seen: Seen = SEEN, acts: tuple[tuple[str, Button], ...] = (ACT, ACT), locale: str = "zh") -> Card:
    return cards.digest(Words(locale), acts, seen).card


def drawn(seen: Seen = SEEN, locale: str = "zh") -> dict[str, Measure]:
    picture = said(seen, locale=locale).picture
    assert isinstance(picture, Figures)
    return {measure.label: measure for measure in picture.measures}


def test_acts_come_first_then_at_most_five_facts_each_with_the_last_period() -> None:
    card = said()
    assert card.text.splitlines()[:2] == ["今天先做一件事：R-7 等王芳审批（共 2 件）", "1. R-7 等王芳审批"]
    assert card.buttons[0].label == "1. 提醒王芳"
    assert {fact.label: fact.value for fact in card.facts} == {
        "参与": "12/30（上周 15/30）",
        "反馈质量": "55 分，20 条（上周 暂无）",
        "跨部门": "9/25（上周 6/20）",
        "目标闭环": "5/40，33 天（上周 0/0）",
    }


def test_each_fact_has_a_sentence() -> None:
    lines = said(acts=(ACT,)).text.splitlines()[1:]
    assert lines == [
        "**参与** 比上期少 3 人，可以问问卡在哪里。",
        "**反馈质量** 多数没写全：当时、做了什么、带来什么。",
        "**跨部门** 比上期 +50%，跨部门在变多。",
        "**目标闭环** 断在反馈：24 个有进展的目标，6 个得到反馈。",
    ]


def test_what_has_a_target_is_drawn_with_its_word_and_its_sentence() -> None:
    rows = {label: (m.now, m.before, m.aim, m.status) for label, m in drawn().items()}
    assert rows == {
        "反馈覆盖": ("60%", "上周 0%", "", ""),
        "自动采集": ("45%", "上周 暂无", "目标 65%", "还差不少"),
        "图谱查看": ("1.9 次/周", "上周 0 次/周", "目标 1.8 次/周", "达标"),
        "人均参与": ("2.2 次/月", "上周 0 次/月", "目标 2 次/月", "达标"),
        "预警响应": ("31.2 小时", "上周 暂无", "目标 24 小时内", "差一点"),
    }
    assert drawn()["反馈覆盖"].note == "交付中心只有 3/11 人收到过反馈。"
    assert all(measure.note for measure in drawn().values())


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("least", [None, ("总部", 3, 3), ("总部", 1, 3)])
@pytest.mark.parametrize("now", [Numbers(), NOW_NUMBERS, replace(NOW_NUMBERS, quality=90, cycle=Cycle((2,) * 5))])
@pytest.mark.parametrize("before", [Numbers(), NOW_NUMBERS, BEFORE_NUMBERS])
def test_every_figure_has_one_sentence_whatever_it_is(
    before: Numbers, now: Numbers, least: tuple[str, int, int] | None, locale: str
) -> None:
    card = said(Seen("daily", now, before, least), locale=locale)
    assert [line.partition("** ")[0] for line in card.text.splitlines()[3:]] == [f"**{f.label}" for f in card.facts]
    assert all(line.partition("** ")[2] for line in card.text.splitlines()[3:])
    assert isinstance(card.picture, Figures)
    assert all(measure.note for measure in card.picture.measures)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_each_act_has_a_button_or_a_sentence_to_type(locale: str) -> None:
    """A card has four buttons at most (docs of the platforms, and one of them leads home)."""
    acts = tuple((f"R-{n}", Button("x", do("remind", request=f"R-{n}"), f"提醒 R-{n}")) for n in range(1, 6))
    card = said(acts=acts, locale=locale)
    lines = card.text.splitlines()[1:6]
    assert len(card.buttons) == 4
    for n, (line, (_, button)) in enumerate(zip(lines, acts, strict=True)):
        assert button.do == card.buttons[n].do if n < 3 else button.say in line
    meant = [from_typed(button.say) for _, button in acts]
    assert meant == [from_do(*read_do(button.do)) for _, button in acts]


@pytest.mark.parametrize(
    ("hours", "tone"), [(None, "neutral"), (0.0, "good"), (24.0, "good"), (30.0, "warn"), (90.0, "bad")]
)
def test_less_is_better_where_it_is_a_time(hours: float | None, tone: str) -> None:
    measure = drawn(replace(SEEN, now=replace(NOW_NUMBERS, response=hours)))["预警响应"]
    assert (measure.tone, measure.share is None) == (tone, hours is None)
    assert measure.share is None or 0 <= measure.share <= 1


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("which", ["daily", "weekly"])
def test_nothing_is_cut_off_in_the_picture_or_the_facts(locale: str, which: str) -> None:
    for now in (NOW_NUMBERS, Numbers(), Numbers(people=10_000, entries=90_000, views=90_000, response=700.0)):
        seen = replace(SEEN, which=which, now=now)
        picture = said(seen, locale=locale).picture
        assert picture is not None
        assert "…" not in svg(picture)
        assert all(len(fact.value) <= 60 for fact in said(seen, locale=locale).facts)


def test_a_quiet_day_is_one_line_with_a_way_to_the_figures() -> None:
    card = cards.calm(Words("zh")).card
    assert (card.text, [b.do for b in card.buttons], card.picture) == ("今天没有要处理的事。", ["digest"], None)
