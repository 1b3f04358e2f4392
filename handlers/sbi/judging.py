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
    """In the order of the text; of words that overlap, those of the kind that stands first in the table."""
    found = [each for start, end in _pieces(view) for each in _in_piece(view, start, end)]
    return tuple(sorted(found, key=lambda each: each.start))


def judgement(text: str, found: Found) -> Judgement:
    return Judgement(text[found.start : found.end], found.kind.zh)


def _pieces(view: str) -> Iterator[tuple[int, int]]:
    breaks = [(0, 0), *(match.span() for match in BREAK.finditer(view)), (len(view), len(view))]
    for (_, start), (end, _) in pairwise(breaks):
        yield start, end


def _in_piece(view: str, start: int, end: int) -> list[Found]:
    taken: list[Found] = []
    for kind in KINDS:
        for match in kind.words.finditer(view, start, end):
            found = Found(*match.span(), kind)
            if not any(_overlap(found, other) for other in taken) and not _excused(view[start : found.start]):
                taken.append(found)
    return taken


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


def _excused(before: str) -> bool:
    """The judgement is denied, or it is about somebody else."""
    if NEGATED.search(before):
        return True
    other = max((match.start() for match in OTHERS.finditer(before)), default=-1)
    person = max((match.start() for match in PERSON.finditer(before)), default=-1)
    return other > person
