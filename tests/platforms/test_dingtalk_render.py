"""Cards out: within every limit whatever is in them, nothing injected, nothing lost.

`python -m tests.platforms.test_dingtalk_render` writes the golden files anew.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.dingtalk.template import template
from bot.simulator.dingtalk.cards import PRIVATE, PUBLIC, CardPlatform
from bot.simulator.world import World
from cards.model import Button, Card, Change, Choice, Fact, Form, Input, Option, Quote
from cards.render import dingtalk
from tests import gallery

GOLDEN = Path(__file__).parents[1] / "fixtures" / "dingtalk" / "cards"
TEMPLATE = Path(__file__).parents[2] / "deploy" / "dingtalk" / "card-template.json"
HOSTILE = "[点我](https://evil.example) <a atId=all>@所有人</a> **粗** `码` # 题 ~~删~~ ![图](x) &lt;"
CHECKER = CardPlatform(World(), set())

words = st.text(max_size=400)
buttons = st.builds(Button, words, st.text(max_size=300), words, st.sampled_from(["primary", "default", "danger"]))
options = st.lists(st.builds(Option, st.text(min_size=1, max_size=40), words), max_size=10).map(tuple)
inputs = st.builds(Input, st.text(min_size=1, max_size=20), words, words, words, st.booleans(), st.booleans())
choices = st.builds(Choice, st.text(min_size=1, max_size=20), words, options, words)
forms = st.builds(Form, words, words, st.lists(inputs | choices, max_size=6).map(tuple))
cards = st.builds(
    Card,
    title=words,
    subtitle=words,
    text=st.text(max_size=3000),
    status=words,
    tone=st.sampled_from(["neutral", "info", "good", "warn", "bad"]),
    facts=st.lists(st.builds(Fact, words, words), max_size=5).map(tuple),
    changes=st.lists(st.builds(Change, words, words, words), max_size=4).map(tuple),
    quote=st.none() | st.builds(Quote, words, st.text(max_size=2000)),
    form=st.none() | forms,
    buttons=st.lists(buttons, max_size=6).map(tuple),
    outcome=words,
    hint=words,
    locale=st.sampled_from(["zh", "en", "fr"]),
)


def golden(card: Card) -> dict[str, Any]:
    title, text = dingtalk.markdown(card)
    markdown = {"title": title, "text": text.splitlines()}
    return {"summary": dingtalk.summary(card), "cardParamMap": dingtalk.params(card), "markdown": markdown}


def body(card: Card) -> str:
    params = dingtalk.params(card)
    return "\n".join(params[name] for name in dingtalk.BODY)


def write() -> None:
    for name, card in gallery.CARDS.items():
        path = GOLDEN / f"{name}.json"
        path.write_text(json.dumps(golden(card), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", gallery.CARDS)
def test_a_card_of_the_gallery_looks_as_it_did(name: str) -> None:
    assert golden(gallery.CARDS[name]) == json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


@given(cards)
def test_any_card_is_accepted_by_the_card_platform(card: Card) -> None:
    params = dingtalk.params(card)
    assert set(params) == set(PUBLIC)
    assert CHECKER.checked({"cardParamMap": params}, PUBLIC) == params
    assert CHECKER.checked({"cardParamMap": dingtalk.toast(card.outcome)}, PRIVATE)


@given(cards)
def test_any_card_fits_into_a_message(card: Card) -> None:
    title, text = dingtalk.markdown(card)
    assert title
    assert text
    assert len(json.dumps({"title": title, "text": text}, ensure_ascii=False).encode()) <= 15_000
    assert dingtalk.text(card)


@given(words)
def test_no_text_of_a_person_becomes_a_link_a_mention_or_a_heading(said: str) -> None:
    for text in (dingtalk.escape(said), dingtalk.escape(HOSTILE + said)):
        assert not re.search(r"[\[\]<>`*|\\]|^#|\n", text)


def test_hostile_text_stays_text_wherever_it_stands() -> None:
    card = Card(
        title=HOSTILE,
        text=HOSTILE,
        facts=(Fact(HOSTILE, HOSTILE),),
        quote=Quote(HOSTILE, HOSTILE),
        changes=(Change(HOSTILE, HOSTILE, HOSTILE),),
        buttons=(Button(HOSTILE, "x", HOSTILE),),
        outcome=HOSTILE,
    )
    shown = body(card) + dingtalk.params(card)["outcome"] + dingtalk.markdown(card)[1]
    links = re.findall(r"\]\((.*?)\)", shown)
    assert len(links) == 1
    assert links[0].startswith("dtmd://dingtalkclient/sendMessage?content=%5B")
    assert "<" not in shown
    assert "`" not in shown


def test_bold_is_kept_where_it_is_meant_and_only_there() -> None:
    card = Card(title="t", text="**重点** 在这里\n单独的 ** 不是")
    assert "**重点** 在这里" in body(card)
    assert "单独的 ＊＊ 不是" in body(card)


def test_every_word_of_an_approval_is_there() -> None:
    params = dingtalk.params(gallery.APPROVAL)
    shown = body(gallery.APPROVAL)
    assert (params["title"], params["status"], params["tone"]) == ("目标修订待审批", "待审批", "warn")
    for said in ("目标值", "85% → **80%**", "2026-12-31 → **2027-01-15**", "> **原因**", "> 第二行也要能看见。", "76%"):
        assert said in shown
    labels = [button["text"] for button in json.loads(params["buttons"])]
    assert (labels, params["hint"]) == (["同意", "驳回", "看目标"], "驳回时会请你说一句原因。")


def test_after_the_decision_the_outcome_stands_where_the_buttons_were() -> None:
    params = dingtalk.params(gallery.APPROVED)
    assert (params["buttons"], params["hint"], params["tone"]) == ("[]", "", "good")
    assert params["outcome"] == "王芳 11-18 10:20 同意，目标已是第 2 版。"


def test_a_closed_form_leaves_nothing_behind() -> None:
    params = dingtalk.params(gallery.REVISE.closed("已提交", "info", "已提交"))
    assert (params["form"], params["submit"]) == ('{"fields":[]}', "")


def test_a_long_text_is_spread_over_the_body_and_none_of_it_lost() -> None:
    quote = "一二三四五六七八九十" * 90
    parts = dingtalk.params(Card(title="t", quote=Quote("她说", quote)))
    joined = "".join(parts[name] for name in dingtalk.BODY)
    assert joined.count("一二三四五六七八九十") >= 85
    assert len(re.findall("[一二三四五六七八九十]", joined)) == 900
    assert all(part.startswith("> ") for name in dingtalk.BODY if (part := parts[name]))


def test_what_is_too_long_even_for_all_parts_ends_with_dots() -> None:
    assert dingtalk.params(Card(title="t", text="很长\n" * 3000))["body6"].endswith("…")


def test_a_reason_of_500_characters_fits_into_the_outcome() -> None:
    params = dingtalk.params(Card(title="t", outcome="因" * 500))
    assert (params["outcome"] + params["outcome2"]).count("因") == 500


def test_a_form_of_ten_long_options_is_shortened_until_it_fits() -> None:
    options = tuple(Option(f"G-{n}", f"第{n}个很长的目标名称" * 6) for n in range(10))
    form = Form("fill?dialog=1", "选好了", (Choice("goal", "目标", options, "G-3"),))
    fields = json.loads(dingtalk.params(Card(title="t", form=form))["form"])["fields"]
    assert fields[0] == {"name": "_do", "type": "TEXT", "hidden": True, "defaultValue": "fill?dialog=1"}
    assert [option["value"] for option in fields[1]["options"]] == [f"G-{n}" for n in range(10)]
    assert fields[1]["defaultValue"] == {"index": 3, "value": "G-3"}


def test_buttons_that_do_not_fit_are_printed_as_words() -> None:
    many = tuple(Button(f"按钮{n}", "x" * 300, f"说{n}") for n in range(4))
    params = dingtalk.params(Card(title="t", buttons=many))
    assert len(json.loads(params["buttons"])) == 2
    assert "也可以回复“说3”" in params["body1"]


def test_without_a_template_buttons_are_links_and_their_command_is_printed() -> None:
    text = dingtalk.markdown(gallery.APPROVAL)[1]
    assert "### 目标修订待审批 · 🟡 待审批" in text
    assert "[同意](dtmd://dingtalkclient/sendMessage?content=%E5%90%8C%E6%84%8F%20R-12) · 回复“同意 R-12”" in text


def test_without_a_template_a_choice_is_a_choice_and_a_text_is_asked_for() -> None:
    assert "[华东回款率（71%/90%）](dtmd://" in dingtalk.markdown(gallery.CHOOSE_GOAL)[1]
    assert "直接回复：当前值（%）（例如 82）" in dingtalk.markdown(gallery.ASK_VALUE)[1]


def test_buttons_are_never_cut_off_by_a_long_text() -> None:
    text = dingtalk.markdown(replace(gallery.LONG, text="长\n" * 5000))[1]
    assert len(text) <= dingtalk.MESSAGE_CHARS
    assert "…\n\n[知道了](dtmd://" in text


def test_a_plain_sentence_is_a_text_and_anything_more_is_not() -> None:
    assert dingtalk.is_text(gallery.PLAIN)
    assert dingtalk.text(gallery.PLAIN) == gallery.PLAIN.text
    assert not dingtalk.is_text(gallery.RECORDED)
    assert not dingtalk.is_text(Card(text="**粗**"))


def test_template_renderer_and_simulator_agree_on_the_variables() -> None:
    editor = json.loads(json.loads(TEMPLATE.read_text(encoding="utf-8"))["editorData"])
    declared = {one["name"]: (one["type"], one["private"]) for one in editor["variableList"]}
    wanted = {name: (kind, False) for name, kind in dingtalk.VARIABLES.items()}
    assert declared == wanted | {name: (kind, True) for name, kind in dingtalk.PRIVATE.items()}
    assert (dict(PUBLIC), dict(PRIVATE)) == (dingtalk.VARIABLES, dingtalk.PRIVATE)


def test_the_shipped_template_is_the_one_of_the_code_and_shows_every_variable() -> None:
    shipped = TEMPLATE.read_text(encoding="utf-8")
    assert shipped == template()
    tree = json.dumps(json.loads(json.loads(shipped)["editorData"])["schema"]["componentsTree"])
    bound = set(re.findall(r"\$\{(\w+)\}|\"variable\": \"(\w+)", tree))
    # `locale` is there for whoever adds words of their own to the template.
    assert {name or other for name, other in bound} == {*dingtalk.VARIABLES, *dingtalk.PRIVATE} - {"locale"}


if __name__ == "__main__":
    write()


def test_an_example_stands_in_the_brackets_of_its_language() -> None:
    field = Input("value", "Value now", "for example 82")
    asked = Card(title="Check in 2/3", form=Form("fill", "Next", (field,)), locale="en")
    assert "Just reply: Value now (for example 82)" in dingtalk.markdown(asked)[1]
    assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", dingtalk.markdown(asked)[1])
