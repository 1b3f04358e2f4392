"""The grammar against labelled sentences: those it was built with, and those kept apart."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from itertools import islice, product
from statistics import median
from typing import Final

import pytest

from handlers.understanding import Context, Goal, Person, understand
from tests.language.score import FOLDER, Score, load, load_contexts, score

INTENTS: Final = 21
SURNAMES: Final = "王李张刘陈杨赵吴徐孙马朱胡郭林罗梁谢宋唐许韩冯邓"
GIVEN: Final = "芳娜敏静强军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍"


@pytest.fixture(scope="module")
def built() -> Score:
    return score(load(FOLDER / "sentences.jsonl"))


@pytest.fixture(scope="module")
def kept_apart() -> Score:
    return score(load(FOLDER / "held_out.jsonl"))


def test_the_sentences_cover_every_intent_and_two_hundred_are_kept_apart() -> None:
    seen, unseen = load(FOLDER / "sentences.jsonl"), load(FOLDER / "held_out.jsonl")
    assert len({label.intent for label in seen}) == len({label.intent for label in unseen}) == INTENTS
    assert len(unseen) >= 200
    assert not {label.text for label in seen} & {label.text for label in unseen}


def test_known_sentences_are_understood(built: Score) -> None:
    assert built.intent_share >= 0.99, built.errors
    assert built.frame_share >= 0.98, built.errors


def test_known_sentences_never_record_what_was_not_meant(built: Score) -> None:
    assert built.recorded == []


def test_sentences_kept_apart_are_understood(kept_apart: Score) -> None:
    assert kept_apart.intent_share >= 0.96, kept_apart.errors
    assert kept_apart.frame_share >= 0.90, kept_apart.errors


def test_sentences_kept_apart_hardly_ever_record_what_was_not_meant(kept_apart: Score) -> None:
    assert kept_apart.wrong_write_share < 0.005, kept_apart.wrong_writes


def crowd(context: Context) -> Context:
    """The same moment in a company of five thousand, with two hundred goals in view."""
    names = ["".join(name) for name in islice(product(SURNAMES, GIVEN, GIVEN), 5000)]
    people = [Person(f"u{number}", name) for number, name in enumerate(names)]
    metrics = ("客户满意度", "新品销量", "门店数", "渠道收入", "投诉率")
    goals = [
        Goal(f"X-{i}", context.speaker, f"{metrics[i % 5]}提升到{i}", f"{metrics[i % 5]}{i}", "家", 0, 1, i + 2)
        for i in range(200)
    ]
    return replace(context, people=(*context.people, *people), goals=(*context.goals, *goals))


def test_a_sentence_takes_a_millisecond_or_two_in_a_large_company() -> None:
    context = crowd(load_contexts()["zh"])
    texts = [label.text for label in load(FOLDER / "sentences.jsonl")]
    understand(texts[0], context)
    times = []
    for text in texts:
        started = time.process_time()
        understand(text, context)
        times.append(time.process_time() - started)
    assert median(times) < 0.004


def test_the_same_sentence_means_the_same_in_a_large_company() -> None:
    small = load_contexts()["zh"]
    text = "云成本现在0.015亿"
    assert understand(text, crowd(small)).slots == understand(text, small).slots


def test_the_context_reads_its_file() -> None:
    context = Context.from_json(json.loads((FOLDER / "context.json").read_text("utf-8")))
    assert context.now.utcoffset() is not None
    assert [goal.id for goal in context.goals if goal.owner == context.speaker] == [
        "K-1", "K-2", "K-3", "K-4", "K-5", "K-6",
    ]  # fmt: skip
