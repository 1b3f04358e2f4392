"""The cards of the rhythm: one first step each, everything else within reach, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from cards import focus, nudges
from cards.focus import FocusView
from cards.model import Card, read_do
from cards.nudges import Item
from cards.render import dingtalk, feishu, wecom
from cards.views import GoalView
from cards.wording import Words
from handlers.routes import from_do, from_typed
from handlers.understanding import Context, Person, understand
from handlers.wishes import from_frame

TODAY = date(2026, 11, 20)
NAMES = [("p1", "李雷"), ("p2", "韩梅梅"), ("p3", "张三"), ("p4", "李四"), ("p5", "王五"), ("p6", "赵六")]
PEOPLE = tuple(Person(who, name) for who, name in NAMES)
SEEN = Context(datetime(2026, 11, 20, 2, tzinfo=UTC), TODAY, TODAY, "m", PEOPLE, ())


def goal(number: int) -> GoalView:
    metric = f"指标{number}"
    return GoalView(f"G-{number}", metric, metric, "%", 70, 85, 20, date(2026, 12, 31), 1, "red", -9, None)


def point(*, is_own: bool) -> FocusView:
    return FocusView("P-1", "李雷", "王芳", "先听完再答", "不再打断", TODAY, "open", is_own)


def matters(locale: str) -> list[Item]:
    """One of each kind."""
    words = Words(locale)
    return [
        nudges.silence(words, "李雷", "p1", 30, "N-1", "", ""),
        nudges.silence(words, "韩梅梅", "p2", 30, "N-2", "王芳", ""),
        nudges.red(words, goal(1), "李雷", 2, TODAY, "N-3", ""),
        nudges.check_in(words, [goal(n) for n in range(2, 8)], TODAY, [], "N-4"),
        nudges.progress(words, "stale", goal(8), TODAY, 14, ""),
        nudges.one_to_ones(words, NAMES, "", ""),
        nudges.prompt(words, "monthly_feedback", ("feedback", "team")),
        focus.reminder(words, point(is_own=True), TODAY, TODAY, ""),
        focus.late(words, point(is_own=False), TODAY, TODAY, ""),
    ]


def reachable(card: Card) -> tuple[set[str], str]:
    return {button.do for button in card.ways()}, card.text


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_what_a_button_says_means_what_it_does(locale: str) -> None:
    for item in matters(locale):
        for button in item.card.ways():
            typed = from_typed(button.say) or from_frame(understand(button.say, SEEN), button.say)
            assert typed == from_do(*read_do(button.do)), button.say


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("which", [(0, 1), (2, 4), (0, 3), (0, 1, 2, 4, 5, 6), (0, 1, 2, 3, 4, 5, 6), (7, 8), (0, 7)])
def test_a_card_for_several_matters_has_one_first_step_and_a_way_for_each(locale: str, which: Sequence[int]) -> None:
    items = [item for n, item in enumerate(matters(locale)) if n in which]
    card = nudges.several(Words(locale), items)
    dos, text = reachable(card)
    assert len(card.ways()) <= 4
    assert sum(button.style == "primary" for button in card.ways()) == 1
    if card.form:  # its own button is primary where its fields are shown
        assert "primary" not in {button.style for button in card.buttons}
    for item in items:
        assert item.text in text
        if item.card.form is None:
            assert all(b.do in dos or f"“{b.say}”" in text for b in item.card.buttons[:3]), item.text


def test_what_has_ended_says_so_among_the_others_and_has_no_way_left() -> None:
    words = Words("zh")
    ended = nudges.silence(words, "李雷", "p1", 30, "N-1", "", "王芳 11-20 已反馈。")
    card = nudges.several(words, [ended, matters("zh")[1]])
    assert "王芳 11-20 已反馈。" in card.text
    assert [read_do(b.do)[1] for b in card.buttons] == [{"person": "p2"}]
    assert "N-1" not in card.text
    both = nudges.several(words, [ended, ended])
    assert (both.buttons, both.outcome) == ((), "都处理好了。")


def test_a_matter_put_off_is_not_called_done() -> None:
    item = nudges.silence(Words("zh"), "李雷", "p1", 30, "N-1", "", "王芳：11-27 再提醒")
    assert nudges.several(Words("zh"), [item]).status == "已处理"
    later = Item(item.text, item.card, item.outcome, put_off=True)
    assert (nudges.several(Words("zh"), [later]).status, nudges.several(Words("zh"), [later]).tone) == (
        "已推迟",
        "neutral",
    )


def test_the_weeks_card_has_fields_or_buttons_but_not_both() -> None:
    card = matters("zh")[3].card
    (native,) = wecom.messages(card, "k")
    assert [b["text"] for b in native["template_card"]["button_list"]] == [f"打卡 G-{n}" for n in range(2, 6)]
    assert "打卡 G-2" in dingtalk.markdown(card)[1]
    variables = dingtalk.params(card)
    assert variables["form"].count("指标") == 5
    assert variables["buttons"] == "[]"
    assert "打卡" not in str(feishu.native(card))
