"""Cards as WeCom gets them: inside every limit, harmless, and with nothing lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.simulator.wecom.cards import accept
from cards.model import Button, Card, Change, Choice, DateInput, Fact, Form, Input, Option, Quote, Tone
from cards.render.wecom import BRIEF, instead, messages, replacement
from tests.gallery import APPROVAL, APPROVED, CARDS, LONG, PLAIN, REJECTED
from tests.platforms.wecom_golden import FOLDER, INVISIBLE, golden

Native = dict[str, Any]

# Where a card holds text → the most characters there.
LENGTHS = {
    ("source", "desc"): 20,
    ("main_title", "title"): 36,
    ("main_title", "desc"): 44,
    ("sub_title_text",): 160,
    ("horizontal_content_list", "keyname"): 5,
    ("horizontal_content_list", "value"): 30,
    ("button_list", "text"): 10,
    ("submit_button", "text"): 10,
    ("button_selection", "option_list", "text"): 16,
    ("select_list", "option_list", "text"): 16,
    ("checkbox", "option_list", "text"): 17,
}

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=80)
some = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=30)
wild = st.text(max_size=3000)
ids = st.text("abcGH-0123", min_size=1, max_size=20)
short = st.text(max_size=8)
facts = st.builds(Fact, short, short | words)
changes = st.builds(Change, short, short | words, short | words)
quotes = st.none() | st.builds(Quote, words, wild)
buttons = st.builds(Button, some, ids, some, st.sampled_from(["primary", "default", "danger"]))
options = st.lists(st.builds(Option, ids, some), min_size=1, max_size=14, unique_by=lambda o: o.value).map(tuple)
choices = st.builds(Choice, ids, some, options, default=ids)
inputs = st.builds(Input, ids, some) | st.builds(DateInput, ids, some)
forms = st.none() | st.builds(
    Form, ids, some, st.lists(choices | inputs, min_size=1, max_size=4, unique_by=lambda f: f.name).map(tuple)
)


def cards(text: st.SearchStrategy[str]) -> st.SearchStrategy[Card]:
    return st.builds(
        Card,
        title=words,
        subtitle=words,
        text=text,
        status=words,
        tone=st.sampled_from(get_args(Tone)),
        facts=st.lists(facts, max_size=5).map(tuple),
        changes=st.lists(changes, max_size=4).map(tuple),
        quote=quotes,
        form=forms,
        buttons=st.lists(buttons, max_size=4).map(tuple),
        outcome=words,
        hint=words,
        locale=st.sampled_from(["zh", "en"]),
    )


def found(native: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Every text at a path; lists are gone through."""
    if isinstance(native, list):
        for item in native:
            yield from found(item, path)
    elif not path:
        yield native
    elif path[0] in native:
        yield from found(native[path[0]], path[1:])


def check(native: Native, *, replacing: bool = False) -> None:
    """Inside the limits of length, and what WeCom's server takes, with no field that it would ignore."""
    assert accept(native, replacing=replacing) == native
    for path, most in LENGTHS.items():
        assert all(len(text) <= most for text in found(native, path)), path


def check_all(sent: list[Native]) -> None:
    for message in sent:
        kind = message["msgtype"]
        if kind == "template_card":
            check(message[kind])
        else:
            assert 0 < len(message[kind]["content"].encode()) <= 2048


def said(sent: list[Native]) -> str:
    """Every text of the messages in one, without blanks and marks."""
    texts: list[str] = []

    def collect(part: Any) -> None:
        if isinstance(part, str):
            texts.append(part.rstrip(INVISIBLE))
        elif isinstance(part, dict | list):
            for item in part.values() if isinstance(part, dict) else part:
                collect(item)

    collect(sent)
    return re.sub(r"\s+|\*\*|</?font[^>]*>|(?<=\n)> ", "", "".join(texts))


@pytest.mark.parametrize("name", CARDS)
def test_the_gallery_is_as_it_was(name: str) -> None:
    assert golden(CARDS[name]) == (FOLDER / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CARDS)
def test_the_gallery_is_inside_the_limits(name: str) -> None:
    before, native = replacement(CARDS[name], "U-1")
    check_all(messages(CARDS[name], "D-1") + before)
    check(native, replacing=True)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(cards(wild))
def test_every_card_is_inside_the_limits(card: Card) -> None:
    before, native = replacement(card, "U-1")
    check_all([*messages(card, "D-1"), *before, *instead(card, "D-1")])
    check(native, replacing=True)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(st.builds(Change, some, some, some), min_size=1, max_size=8).map(tuple),
    st.lists(st.builds(Fact, some, some), max_size=5).map(tuple),
    st.lists(some, min_size=1, max_size=40).map(" ".join),
    st.lists(buttons, max_size=4).map(tuple),
)
def test_no_changed_value_and_no_reason_is_lost(
    changed: tuple[Change, ...], stated: tuple[Fact, ...], reason: str, pressed: tuple[Button, ...]
) -> None:
    card = Card(title="改", facts=stated, changes=changed, quote=Quote("原因", reason), buttons=pressed)
    shown = said(messages(card, "D-1"))
    assert all(f"{change.old}→{change.new}" in shown for change in changed)
    assert all(fact.value in shown for fact in stated)
    assert reason.replace(" ", "") in shown


def test_what_does_not_fit_a_card_is_said_before_it() -> None:
    sent = messages(LONG, "D-1")
    assert [message["msgtype"] for message in sent][-2:] == ["markdown", "template_card"]
    assert LONG.title in said(sent)
    assert said(sent).count("很长的值" * 20) == 5
    assert len(sent[-1]["template_card"]["sub_title_text"]) == BRIEF


def test_changes_have_precedence_where_the_rows_do_not_fit() -> None:
    changed = tuple(Change(f"改{n}", "1", "2") for n in range(4))
    stated = tuple(Fact(f"事{n}", "x") for n in range(5))
    (message,) = messages(Card(title="t", changes=changed, facts=stated, buttons=(Button("好", "ok", "好"),)), "D-1")
    card = message["template_card"]
    assert [row["keyname"] for row in card["horizontal_content_list"]] == ["事0", "事1", "改0", "改1", "改2", "改3"]
    assert card["sub_title_text"] == "事2：x\n事3：x\n事4：x"


def test_the_state_is_a_colour_and_a_word() -> None:
    card = messages(APPROVAL, "D-1")[0]["template_card"]
    assert card["source"] == {"desc": "🟡 待审批", "desc_color": 1}
    sent = messages(REJECTED, "D-1")[0]["markdown"]["content"]
    assert '<font color="warning">🔴 已驳回</font>' in sent


def test_a_closed_card_has_its_outcome_and_nothing_to_press() -> None:
    before, card = replacement(APPROVED, "U-1")
    assert before == []
    assert card["replace_text"] == "已同意"
    assert APPROVED.outcome in card["sub_title_text"]
    assert {"keyname": "目标值", "value": "85% → 80%"} in card["horizontal_content_list"]


def test_an_outcome_longer_than_a_card_is_said_whole() -> None:
    outcome = "王芳 驳回：" + "先把名单核对完。" * 40
    before, card = replacement(APPROVAL.closed(outcome, "bad", "已驳回"), "U-1")
    assert outcome in before[0]["text"]["content"]
    assert card["sub_title_text"].endswith("…")


def test_a_plain_sentence_is_a_text_message() -> None:
    (message,) = messages(PLAIN, "D-1")
    assert message["msgtype"] == "text"
    assert message["text"]["content"].rstrip(INVISIBLE) == PLAIN.text


def test_the_same_sentence_of_another_delivery_is_another_message() -> None:
    assert messages(PLAIN, "D-1") == messages(PLAIN, "D-1")
    assert messages(PLAIN, "D-1") != messages(PLAIN, "D-2")


FORMS = {
    "button_interaction": Form("fill", "好", (Choice("goal", "目标", (Option("1", "一"), Option("2", "二"))),)),
    "vote_interaction": Form(
        "fill", "好", (Choice("goal", "目标", tuple(Option(f"{n}", f"第{n}") for n in range(12))),)
    ),
    "multiple_interaction": Form(
        "fill", "好", (Choice("goal", "目标", (Option("1", "一"),)), Choice("health", "状态", (Option("2", "二"),)))
    ),
}


@pytest.mark.parametrize("kind", FORMS)
def test_a_choice_is_shown_by_the_card_that_can(kind: str) -> None:
    sent = messages(Card(title="选", form=FORMS[kind], buttons=(Button("取消", "cancel", "取消"),)), "D-1")
    card = sent[-1]["template_card"]
    assert card["card_type"] == kind
    submit = card.get("submit_button") or card["button_list"][0]
    assert (submit["text"], submit["key"]) == ("好", "fill")
    assert "取消" in said(sent)


def test_a_text_box_is_not_shown_but_the_way_out_is() -> None:
    form = Form("fill", "提交", (Input("reason", "原因"), Choice("goal", "目标", (Option("1", "一"),))))
    card = messages(Card(title="为什么？", form=form, buttons=(Button("取消", "cancel", "取消"),)), "D-1")[0][
        "template_card"
    ]
    assert [button["key"] for button in card["button_list"]] == ["cancel"]
    assert "button_selection" not in card


HOSTILE = (
    '<a href="https://evil.invalid">点我</a> [点我](https://evil.invalid) `x` <font color="info">假</font>\n# 大\n> 引'
)


def test_somebodys_words_cannot_mark_up_a_message() -> None:
    (message,) = messages(Card(title="t", quote=Quote("原因", HOSTILE), text=HOSTILE), "D-1")
    content = message["markdown"]["content"]
    assert not re.search(r"<a|\]\(|`|<font color=\"info\">假|(?m:^#)|(?m:^> 引)", content.replace("> ＞", ""))


def test_somebodys_words_cannot_put_a_link_into_a_text() -> None:
    (message,) = messages(Card(text=HOSTILE), "D-1")
    assert "<a" not in message["text"]["content"]


@pytest.mark.parametrize("text", ["控\x00制\x0b符", "半个\ud83d代理"])
def test_characters_that_no_wire_carries_are_left_out(text: str) -> None:
    for message in messages(Card(title=text, text=text, facts=(Fact(text, text),)), "D-1"):
        repr(message).encode()
        assert not re.search("[\x00\x0b\ud83d]", message["markdown"]["content"])


def test_a_key_too_long_for_wecom_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="1024 bytes"):
        messages(Card(title="x", buttons=(Button("x", "长" * 342, "x"),)), "D-1")
