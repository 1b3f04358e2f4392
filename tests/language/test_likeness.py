"""The second reader: what a sentence sounds like, by its characters and pairs of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.likeness import likeness, pieces
from tests.language.score import FOLDER, load


def test_it_weighs_every_intent_but_that_of_nothing() -> None:
    intents = {one.intent for one in load(FOLDER / "sentences.jsonl")}
    assert set(likeness("Ⓖ到Ⓝ了")) == intents - {"unknown"}


def test_a_sentence_has_its_ends_among_its_pieces() -> None:
    assert pieces("打卡") == {"^", "打", "卡", "$", "^打", "打卡", "卡$"}


def test_a_plain_check_in_sounds_like_one_and_like_nothing_else() -> None:
    odds = likeness("Ⓖ到Ⓝ了")
    assert max(odds, key=odds.__getitem__) == "checkin"
    assert sum(one > 0 for one in odds.values()) == 1


def test_words_that_no_check_in_ever_held_speak_against_one() -> None:
    assert likeness("Ⓖ到Ⓝ了,饕餮魑魅魍魉")["checkin"] < likeness("Ⓖ到Ⓝ了")["checkin"] - 3


@given(st.text(max_size=200))
def test_any_text_has_finite_odds(text: str) -> None:
    assert all(-1e4 < one < 1e4 for one in likeness(text).values())
