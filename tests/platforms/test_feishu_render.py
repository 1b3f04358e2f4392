"""Neutral cards as Feishu gets them. Run as a module, it writes the golden files anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.simulator.feishu.checks import CardRefused
from bot.simulator.feishu.rules import check_card
from bot.simulator.world import Bubble
from cards.model import Button, Card, Change, Choice, DateInput, Fact, Field, Form, Input, Option, Quote, do
from cards.render import feishu as render
from tests.gallery import (
    APPROVAL,
    APPROVED,
    CARDS,
    ENGLISH,
    GOALS,
    HOME,
    LONG,
    PICTURED,
    PLAIN,
    RECORDED,
    REJECTED,
    REVISE,
)
from tests.phones.feishu import read_markdown, shown
from tests.platforms.signing_feishu import NOW

GOLDEN = Path(__file__).parents[1] / "fixtures" / "feishu" / "cards"
REQUEST = 30 * 1024
IMAGE = "img_v3_02ab_picture"


def golden() -> Iterator[tuple[Path, str]]:
    for name, card in CARDS.items():
        kind, content = render.message(card, IMAGE if card.picture else "")
        text = json.dumps({"msg_type": kind, "content": content}, ensure_ascii=False, indent=1)
        yield GOLDEN / f"{name}.json", f"{text}\n"


def request_size(content: dict[str, Any]) -> int:
    """Of the whole request: the content is a string in it."""
    body = {"receive_id": "ou_" + "0" * 32, "msg_type": "interactive", "content": json.dumps(content), "uuid": "k" * 40}
    return len(json.dumps({**body, "content": json.dumps(content, ensure_ascii=False)}, ensure_ascii=False).encode())


def read(card: Card) -> str:
    """Everything a person reads on it."""
    return shown(Bubble("om", "feishu", "ou", "bot", "card", render.native(card), NOW)).text


@pytest.mark.parametrize("file", list(golden()), ids=lambda file: file[0].stem)
def test_the_gallery_looks_as_it_did(file: tuple[Path, str]) -> None:
    path, text = file
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", CARDS)
def test_every_card_of_the_gallery_is_taken(name: str) -> None:
    native = render.native(CARDS[name])
    check_card(native)
    assert request_size(native) <= REQUEST


@pytest.mark.parametrize("name", [name for name, card in CARDS.items() if card is not LONG])
def test_a_card_says_everything(name: str) -> None:
    card, text = CARDS[name], read(CARDS[name])
    fields = card.form.fields if card.form else ()
    words = [card.title, card.subtitle, card.status, card.hint, card.outcome, card.text.replace("**", "")]
    words += [word for fact in card.facts for word in (fact.label, fact.value)]
    words += [word for change in card.changes for word in (change.label, change.old, change.new)]
    words += [card.quote.label, card.quote.text] if card.quote else []
    words += [field.label for field in fields] + [button.label for button in card.buttons if not card.outcome]
    assert [word for word in words if word not in text] == []


def test_a_plain_sentence_is_a_text_message() -> None:
    assert render.message(PLAIN) == ("text", {"text": PLAIN.text})


def test_a_sentence_with_buttons_is_a_card_without_a_header() -> None:
    kind, content = render.message(RECORDED)
    assert kind == "interactive"
    assert "header" not in content


def test_state_is_a_colour_and_a_word() -> None:
    seen = {card.status: render.native(card)["header"] for card in (APPROVAL, APPROVED, REJECTED)}
    assert {status: header["template"] for status, header in seen.items()} == {
        "待审批": "orange",
        "已同意": "green",
        "已驳回": "red",
    }
    assert all(header["text_tag_list"][0]["text"]["content"] == status for status, header in seen.items())


def test_the_outcome_stands_where_the_buttons_were() -> None:
    tags = [element["tag"] for element in render.native(APPROVED)["body"]["elements"]]
    assert tags == ["markdown", "table", "markdown", "markdown"]
    assert APPROVED.outcome in read(APPROVED)


def test_a_change_shows_old_beside_new() -> None:
    (table,) = [one for one in render.native(APPROVAL)["body"]["elements"] if one["tag"] == "table"]
    assert table["rows"][0] == {"item": "目标值", "old": "85%", "new": "80%"}
    assert [column["display_name"] for column in table["columns"]] == ["项目", "原来", "改为"]


def test_an_english_card_has_english_headings() -> None:
    (table,) = [one for one in render.native(ENGLISH)["body"]["elements"] if one["tag"] == "table"]
    assert [column["display_name"] for column in table["columns"]] == ["Item", "Before", "After"]


def test_a_form_shows_every_field_as_its_kind() -> None:
    form = next(one for one in render.native(REVISE)["body"]["elements"] if one["tag"] == "form")
    boxes = {one["name"]: one["tag"] for one in form["elements"] if "name" in one}
    assert boxes == {
        "target": "input",
        "weight": "input",
        "due": "date_picker",
        "reason": "input",
        "press_submit": "button",
    }


def test_a_press_sends_what_the_button_says() -> None:
    columns = render.native(HOME)["body"]["elements"][-1]["columns"]
    values = [column["elements"][0]["behaviors"][0]["value"] for column in columns]
    assert values == [{"do": button.do} for button in HOME.buttons]


NASTY = "<at id=all></at> **b** _i_ `c` [x](http://e) ![i](img_1) <font color='red'>r</font> # h ~~s~~ $v &amp; :OK: \\"


@pytest.mark.parametrize("start", ["", "# ", "- ", "1. ", "> ", "---", "    ", "```", "| a |"])
def test_somebodys_words_are_shown_and_do_nothing(start: str) -> None:
    said = f"{start}{NASTY}"
    content = render.escape(said)
    assert read_markdown(content) == said.strip()
    assert not set(content) & set("<>*_`[]~|$\\")
    assert content[0] not in "#->+="


@given(st.text(max_size=80))
def test_any_words_can_be_read_as_they_were(said: str) -> None:
    lines = [line.strip() for line in said.splitlines()]
    assert read_markdown(render.escape(said)).split("\n") == (lines or [""])


def test_bold_of_our_own_stays_bold() -> None:
    card = Card(title="t", text="一个**重点**，和 2*3*4 <b>")
    content = render.native(card)["body"]["elements"][0]["content"]
    assert content == "一个**重点**，和 2&#42;3&#42;4 &#60;b&#62;"


@pytest.mark.parametrize("said", ['<at user_id="all"></at>', "[这里](http://example.com)", "</at>"])
def test_a_text_message_mentions_and_links_nobody(said: str) -> None:
    text = render.text(Card(text=said))["text"]
    assert "<at" not in text
    assert "](" not in text
    assert "</" not in text


def test_an_unequal_sign_in_a_text_message_stays() -> None:
    assert render.text(Card(text="5 < 6，a<3"))["text"] == "5 < 6，a<3"


def test_a_refused_card_can_be_said_as_text() -> None:
    text = render.text(APPROVAL)["text"]
    assert text.splitlines()[:3] == ["目标修订待审批 · 待审批", APPROVAL.subtitle, "现在：76%"]
    assert "目标值：85% → 80%" in text
    assert "可以回复：同意 R-12 / 驳回 R-12 / 看 G-101" in text


def test_what_is_too_long_ends_in_dots() -> None:
    title = render.native(Card(title="很长的标题" * 30))["header"]["title"]["content"]
    assert title.endswith("…")
    assert len(title) == 100


def test_a_default_that_is_no_day_or_no_option_is_left_out() -> None:
    form = Form("d", "ok", (DateInput("a", "A", "soon"), Choice("b", "B", (Option("1", "one"),), "2")))
    native = render.native(Card(form=form))
    check_card(native)
    assert "initial_date" not in str(native)
    assert "initial_option" not in str(native)


def test_the_facts_of_a_card_are_one_line_each() -> None:
    content = render.native(GOALS)["body"]["elements"][1]["content"]
    assert [line.count("<font color='grey'>") for line in content.split("\n")] == [1] * len(GOALS.facts)


WORDS = st.text(max_size=40) | st.text(alphabet='目标*<&"\\😀\n', max_size=3000)
NAMES = st.sampled_from(["value", "note", "due", "reason", "goal", "target", "weight"])
OPTIONS = st.lists(st.builds(Option, st.from_regex(r"G-\d{1,4}", fullmatch=True), WORDS), min_size=1, max_size=12)
FIELDS: st.SearchStrategy[Field] = st.one_of(
    st.builds(Input, NAMES, WORDS, WORDS, WORDS, st.booleans(), st.booleans(), st.integers(0, 5000)),
    st.builds(Choice, NAMES, WORDS, OPTIONS.map(tuple), st.just("G-1"), st.booleans()),
    st.builds(DateInput, NAMES, WORDS, st.sampled_from(["", "2026-12-31", "31.12."]), st.booleans()),
)
FORMS = st.builds(
    Form, st.just(do("fill", dialog="1")), WORDS, st.lists(FIELDS, max_size=8, unique_by=lambda f: f.name).map(tuple)
)
ANY_CARD = st.builds(
    Card,
    title=WORDS,
    subtitle=WORDS,
    text=WORDS,
    status=WORDS,
    tone=st.sampled_from(["neutral", "info", "good", "warn", "bad"]),
    facts=st.lists(st.builds(Fact, WORDS, WORDS), max_size=12).map(tuple),
    changes=st.lists(st.builds(Change, WORDS, WORDS, WORDS), max_size=12).map(tuple),
    quote=st.none() | st.builds(Quote, WORDS, WORDS),
    form=st.none() | FORMS,
    buttons=st.lists(st.builds(Button, WORDS, st.just("goal?goal=" + "9" * 200), WORDS), max_size=10).map(tuple),
    outcome=st.just("") | WORDS,
    hint=WORDS,
    locale=st.sampled_from(["zh", "en", "fr"]),
)


@settings(deadline=None)
@given(ANY_CARD)
def test_any_card_keeps_within_every_limit(card: Card) -> None:
    native = render.native(card)
    check_card(native)
    assert request_size(native) <= REQUEST
    assert len(json.dumps(json.dumps(render.text(card))).encode()) <= 150 * 1024


def test_a_card_as_full_as_it_can_be_is_taken() -> None:
    said = "\"😀*\\<&'" * 500
    options = tuple(Option("G-" + "1" * 30 + str(n), said) for n in range(10))
    form = Form("f" * 1024, said, tuple(Choice(f"f{n}", said, options) for n in range(6)))
    full = Card(
        *(said,) * 4,
        facts=(Fact(said, said),) * 12,
        changes=(Change(said, said, said),) * 12,
        quote=Quote(said, said),
        form=form,
        buttons=(Button(said, "d" * 1024, said),) * 8,
        hint=said,
    )
    native = render.native(full)
    check_card(native)
    assert request_size(native) <= REQUEST


def test_a_picture_stands_before_the_buttons_and_says_what_it_is() -> None:
    native = render.native(PICTURED, IMAGE)
    check_card(native, {IMAGE})
    shown = [element["tag"] for element in native["body"]["elements"]]
    assert shown == ["markdown", "img", "column_set"]
    assert native["body"]["elements"][1]["alt"]["content"] == "本周与上周"


def test_the_check_itself_refuses_a_picture_that_was_not_uploaded() -> None:
    with pytest.raises(CardRefused, match="ErrCode: 200570; ErrMsg: card contains invalid image keys"):
        check_card(render.native(PICTURED, IMAGE), {"img_v3_other"})


def test_the_check_itself_refuses_what_feishu_refuses() -> None:
    native = render.native(APPROVAL)
    native["body"]["elements"][0]["colour"] = "red"
    with pytest.raises(CardRefused, match=r"ext=ErrCode: 200800; ErrMsg: unknown property"):
        check_card(native)


if __name__ == "__main__":
    for path, text in golden():
        path.write_text(text, encoding="utf-8")


def test_an_english_card_has_no_wide_space_in_it() -> None:
    card = Card(title="Ray Li, lately", facts=(Fact("Goals", "green 1"),), locale="en")
    assert "\u3000" not in json.dumps(render.native(card), ensure_ascii=False)
    assert "\u3000" in json.dumps(render.native(Card(title="近况", facts=card.facts)), ensure_ascii=False)
