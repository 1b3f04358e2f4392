"""Weighs the pieces of the labelled sentences: logistic regression, the same numbers from the same sentences.

    python -m tests.language.weigh

Writes `handlers/understanding/data/likeness.tsv` for `handlers.understanding.likeness`. The sentences held apart are
not read. Takes half a minute.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from handlers.understanding import likeness
from handlers.understanding.sentence import Sentence
from tests.language.score import FOLDER, load

TARGET: Final = Path(likeness.__file__).parent / "data" / "likeness.tsv"
_ROUNDS: Final = 30
_STEP: Final = 0.1
_SHRINK: Final = 2e-4  # keeps every weight small, so that no single piece decides
_NOTHING: Final = 0.05
_NEW_SIZE: Final = 0.2

Said = tuple[str, frozenset[str]]  # an intent, and the pieces of a sentence that means it


@dataclass
class Model:
    bias: float = 0.0
    weights: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def learn(self, features: dict[str, float], *, means: bool, step: float) -> None:
        odds = self.bias + sum(self.weights[name] * size for name, size in features.items())
        error = means - 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
        self.bias += step * error
        for name, size in features.items():
            self.weights[name] += step * (error * size - _SHRINK * self.weights[name])


def fit(intent: str, said: list[Said], everywhere: Counter[str], inside: Counter[str]) -> Model:
    """Stochastic descent with steps that shorten, in an order that is always the same."""
    examples = [(meant == intent, _features(pieces, everywhere, inside, own=meant == intent)) for meant, pieces in said]
    model, order = Model(), random.Random(1)  # noqa: S311 - no secret
    for turn in range(_ROUNDS):
        order.shuffle(examples)
        for means, features in examples:
            model.learn(features, means=means, step=_STEP / (1 + turn / 8))
    return model


def _features(pieces: frozenset[str], everywhere: Counter[str], inside: Counter[str], *, own: bool) -> dict[str, float]:
    """What stands in more than one sentence, and how many pairs no other sentence of the intent holds."""
    new = sum(inside[piece] <= own for piece in pieces if len(piece) > 1)
    return {piece: 1.0 for piece in sorted(pieces) if everywhere[piece] > 1} | {likeness.NEW: _NEW_SIZE * new}


def _line(piece: str, weights: dict[str, float]) -> str:
    return "\t".join([piece, *(f"{intent}={weight:.2f}" for intent, weight in weights.items())]) + "\n"


def main() -> None:
    labels = [one for one in load(FOLDER / "sentences.jsonl") if not one.text.startswith("/")]
    said = [(one.intent, frozenset(likeness.pieces(Sentence.of(one.text, one.context).spoken.text))) for one in labels]
    everywhere = Counter(piece for _, pieces in said for piece in pieces)
    table: dict[str, dict[str, float]] = defaultdict(dict)
    for intent in sorted({meant for meant, _ in said} - {"unknown"}):
        inside = Counter(piece for meant, pieces in said if meant == intent for piece in pieces if len(piece) > 1)
        model = fit(intent, said, everywhere, inside)
        new = model.weights.pop(likeness.NEW) * _NEW_SIZE
        table[likeness.BIAS][intent], table[likeness.NEW][intent] = model.bias, new
        for piece in sorted({*inside, *model.weights}):
            weight = model.weights[piece] - new * (piece in inside)
            if abs(weight) >= _NOTHING:
                table[piece][intent] = weight
    TARGET.write_text("".join(_line(piece, row) for piece, row in table.items()), encoding="utf-8")


if __name__ == "__main__":
    main()
