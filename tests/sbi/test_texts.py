"""How well the rules read labelled texts; the labels themselves are checked too."""

from itertools import pairwise

import pytest

from handlers.sbi.reading import PARTS
from tests.sbi.labelled import agreement, load


def test_texts_used_for_the_tables_are_read_as_labelled() -> None:
    reached = agreement(load("texts.jsonl"))
    assert reached.judgmental >= 0.98
    assert reached.missing >= 0.95
    assert reached.span_f1 >= 0.95


def test_held_out_texts_are_read_well_enough() -> None:
    reached = agreement(load("held_out.jsonl"))
    assert reached.judgmental >= 0.95
    assert reached.missing >= 0.88
    assert reached.span_f1 >= 0.85


@pytest.mark.parametrize("name", ["texts.jsonl", "held_out.jsonl"])
def test_labels_are_spans_of_their_text_and_missing_names_the_rest(name: str) -> None:
    for label in load(name):
        assert all(label[part] is None or label[part] in label["text"] for part in PARTS)
        assert label["missing"] == [part for part in PARTS if label[part] is None]


def test_no_held_out_text_was_used_for_the_tables() -> None:
    texts = sorted(label["text"] for name in ("texts.jsonl", "held_out.jsonl") for label in load(name))
    assert all(one != other for one, other in pairwise(texts))
