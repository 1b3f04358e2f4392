"""Labelled feedback texts, and how far readings agree with the labels.

`texts.jsonl` was used while the tables grew; `held_out.jsonl` was written for one scoring afterwards, from which one
rule came (others as the subject in front of 以后). Spans are compared by the F1 of their counted characters.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.sbi import read_feedback
from handlers.sbi.reading import PARTS

HERE = Path(__file__).parent
Label = dict[str, Any]


@dataclass(frozen=True)
class Agreement:
    """Shares from 0 to 1."""

    judgmental: float
    missing: float
    span_f1: float


def load(name: str) -> list[Label]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def agreement(labels: Sequence[Label]) -> Agreement:
    pairs = [(label, read_feedback(label["text"])) for label in labels]
    judged = sum(label["judgmental"] == reading.judgmental for label, reading in pairs)
    missing = sum(set(label["missing"]) == set(reading.missing) for label, reading in pairs)
    spans = sum(span_f1(label[part], getattr(reading, part)) for label, reading in pairs for part in PARTS)
    return Agreement(judged / len(pairs), missing / len(pairs), spans / (len(pairs) * len(PARTS)))


def span_f1(one: str | None, other: str | None) -> float:
    if one is None or other is None:
        return float(one is other)
    left, right = (Counter("".join(span.split())) for span in (one, other))
    return 2 * sum((left & right).values()) / (left.total() + right.total())
