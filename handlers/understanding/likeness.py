"""How much a sentence sounds like each intent: the second reader, beside the grammar.

The grammar knows what is said, not what else may be meant by words it does not know: 猫踩键盘打出个回款999万 names a
goal and a figure, and 还有几张单子压在我这儿没批 none of its words. Here every single character and pair of the tagged
sentence has a weight for each intent, learnt from labelled sentences; a pair that never stood in one speaks against it.
`python -m tests.language.weigh` makes the weights anew.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from handlers.understanding.lexicon import rows

BIAS: Final = "bias"
NEW: Final = "new"  # what a pair costs that no labelled sentence of the intent holds


class _Weights(NamedTuple):
    bias: dict[str, float]
    new: dict[str, float]
    pieces: dict[str, dict[str, float]]


def pieces(tagged: str) -> set[str]:
    """The single characters and pairs of a tagged sentence, its ends included."""
    line = f"^{tagged}$"
    return {line[at : at + size] for size in (1, 2) for at in range(len(line) - size + 1)}


def likeness(tagged: str) -> dict[str, float]:
    """For each intent the log odds that the sentence means it."""
    weights = _weights()
    found = pieces(tagged)
    pairs = sum(len(piece) > 1 for piece in found)
    odds = {intent: bias + pairs * weights.new[intent] for intent, bias in weights.bias.items()}
    for piece in found:
        for intent, weight in weights.pieces.get(piece, {}).items():
            odds[intent] += weight
    return odds


@cache
def _weights() -> _Weights:
    """Of a pair, the table holds what it is worth beyond being new."""
    table = {piece: _cells(cells) for piece, *cells in rows("likeness")}
    return _Weights(table.pop(BIAS), table.pop(NEW), table)


def _cells(cells: list[str]) -> dict[str, float]:
    return {intent: float(weight) for intent, weight in (cell.split("=") for cell in cells)}
