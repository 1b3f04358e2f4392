"""What holds for every text."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.sbi import hints, read_feedback
from handlers.sbi.folding import fold
from handlers.sbi.reading import PARTS
from tests.sbi.labelled import load

TEXTS = [label["text"] for label in load("texts.jsonl")]
PIECES = [
    "你",
    "昨天",
    "会上",
    "把",
    "了",
    "因为",
    "客户",
    "很",
    "态度",
    "不",
    "S：",
    "行为：",
    "“",
    "”",
    "，",
    "。",
    " ",
]
ANYTHING = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=30).map("".join))


@given(ANYTHING)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_every_span_is_copied_from_it(text: str) -> None:
    reading = read_feedback(text)
    spans = [getattr(reading, part) for part in PARTS]
    assert all(span is None or (span and span in text) for span in spans)
    assert reading.missing == tuple(part for part, span in zip(PARTS, spans, strict=True) if span is None)
    assert all(each.words in text for each in reading.judging)
    assert 0 <= reading.score <= 100
    assert all(hints(reading, "en"))


@given(ANYTHING)
@settings(max_examples=200, deadline=None)
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "。。。", "，", "👍", "“", "””", "S：", "B：I：", "\ufeff", "İ", "\x00"]
)
def test_odd_texts_say_nothing(text: str) -> None:
    assert read_feedback(text).missing == PARTS


def test_reading_twice_gives_the_same() -> None:
    assert [read_feedback(text) for text in TEXTS] == [read_feedback(text) for text in TEXTS]


def test_a_situation_read_alone_stays_what_it_is() -> None:
    situations = [label["situation"] for label in load("texts.jsonl") if label["situation"]]
    kept = [situation for situation in situations if read_feedback(situation).situation == situation]
    assert len(kept) >= 0.9 * len(situations)


@pytest.mark.parametrize(
    "piece", ["了", "你", "上周", "一点一", "不太", "真的", "那个", "“", "\n", "因为你", "you ", "S：", "昨天你"]
)
def test_a_very_long_text_does_not_keep_it_busy(piece: str) -> None:
    began = process_time()
    read_feedback(piece * (2000 // len(piece)))
    assert process_time() - began < 20  # a pattern that runs wild takes far longer
