"""Cuts a text into clauses that know where they stand in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from handlers.sbi.tongue import Tongue

BREAK: Final = re.compile(
    r"(?:[。！？；…\n\r!?;~]|(?<!\d),|,(?!\d{3})|\.(?!\w)|(?<!\d):|:(?!\d)|——|--|(?<=[一-龥])\s+(?=[一-龥]))+"
)
FULL_STOP: Final = re.compile(r"[。！？；…\n!?;~.]")


@dataclass(frozen=True)
class Clause:
    """`words` is view[start:end]; `fresh`: it begins a sentence; cause and effect tell how it was joined on."""

    start: int
    end: int
    words: str
    fresh: bool
    cause: bool = False
    effect: bool = False


def clauses(view: str, tongue: Tongue, begin: int = 0) -> list[Clause]:
    """Every clause with words in it, from `begin` on, without the fillers at its ends."""
    found: list[Clause] = []
    set_before = False
    for start, end, fresh in _pieces(view, begin):
        parts = _parts(view, start, end, tongue, set_before=set_before)
        cut = [trim(view, *part, tongue, fresh=fresh and number == 0) for number, part in enumerate(parts)]
        found += [clause for clause in cut if clause.words]
        set_before = set_before or any(tongue.situation.match(clause.words) for clause in cut)
    return found


def trim(view: str, start: int, end: int, tongue: Tongue, *, fresh: bool = False) -> Clause:
    cause = effect = False
    while match := tongue.lead.match(view, start, end):
        if match.end() == start:
            break
        cause |= bool(tongue.cause.fullmatch(match.group()))
        effect |= bool(tongue.effect.fullmatch(match.group()))
        start = match.end()
    while (match := tongue.tail.search(view[start:end])) and match.group():
        end = start + match.start()
    return Clause(start, end, view[start:end], fresh, cause, effect)


def _pieces(view: str, begin: int) -> Iterator[tuple[int, int, bool]]:
    start, fresh = begin, True
    for match in BREAK.finditer(view, begin):
        yield start, match.start(), fresh
        start, fresh = match.end(), bool(FULL_STOP.search(match.group()))
    yield start, len(view), fresh


def _parts(view: str, start: int, end: int, tongue: Tongue, *, set_before: bool) -> Iterator[tuple[int, int]]:
    """Between the seams, and then a situation apart from the clause it leads; a second time inside is of the deed."""
    whole = tongue.situation.match(trim(view, start, end, tongue).words)
    found = () if whole else tongue.seams.finditer(view, start, end)
    seams = sorted({match.start() for match in found if start < match.start() < end})
    for left, right in zip([start, *seams], [*seams, end], strict=True):
        first = trim(view, left, right, tongue).start
        cuts = _around_setting(view, first, right, tongue, set_before=set_before)
        yield from zip([left, *cuts], [*cuts, right], strict=True)


def _around_setting(view: str, start: int, end: int, tongue: Tongue, *, set_before: bool) -> list[int]:
    """Where a situation ends, or begins and ends, inside a clause; 周五交报表 without a deed stays whole."""
    whole = tongue.situation.match(trim(view, start, end, tongue).words)
    for pattern in tongue.settings:
        match = pattern.match(view, start, end)
        if match and _is_setting(view, match, tongue) and (not whole or tongue.deed.search(view, match.end(1), end)):
            return [match.end(1)]
    match = None if set_before else tongue.inner_setting.match(view, start, end)
    if match and _is_setting(view, match, tongue):
        return [cut for cut in match.span(1) if start < cut < end]
    return []


def _is_setting(view: str, match: re.Match[str], tongue: Tongue) -> bool:
    return bool(tongue.situation.match(trim(view, *match.span(1), tongue).words))
