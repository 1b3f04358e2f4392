"""Finds words that judge the person's character or attitude instead of telling what happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from handlers.sbi.clauses import BREAK
from handlers.sbi.judging_words import KINDS, NEGATED, OTHERS, PERSON, Kind
from handlers.sbi.reading import Judgement

ENGLISH: Final = {kind.zh: kind.en for kind in KINDS}


@dataclass(frozen=True)
class Found:
    """Judging words at text[start:end]."""

    start: int
    end: int
    kind: Kind


def find_judgements(view: str) -> tuple[Found, ...]:
    """In the order of the text; of words that overlap, the earlier and longer ones."""
    found = sorted((f for piece in _pieces(view) for f in _in_piece(view, *piece)), key=lambda f: (f.start, -f.end))
    kept: list[Found] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return tuple(kept)


def judgement(text: str, found: Found) -> Judgement:
    return Judgement(text[found.start : found.end], found.kind.zh)


def _pieces(view: str) -> Iterator[tuple[int, int]]:
    breaks = [(0, 0), *(match.span() for match in BREAK.finditer(view)), (len(view), len(view))]
    for (_, start), (end, _) in pairwise(breaks):
        yield start, end


def _in_piece(view: str, start: int, end: int) -> Iterator[Found]:
    for kind in KINDS:
        for match in kind.words.finditer(view, start, end):
            if match.group() and not _excused(view[start : match.start()]):
                yield Found(*match.span(), kind)


def _excused(before: str) -> bool:
    """The judgement is denied, or it is about somebody else."""
    if NEGATED.search(before):
        return True
    other = max((match.start() for match in OTHERS.finditer(before)), default=-1)
    person = max((match.start() for match in PERSON.finditer(before)), default=-1)
    return other > person
