"""Joins clauses of one kind into the three parts of a feedback text."""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from handlers.sbi.chinese import CHINESE
from handlers.sbi.clauses import clauses
from handlers.sbi.english import ENGLISH
from handlers.sbi.folding import fold, mask_quotes
from handlers.sbi.forms import read_form
from handlers.sbi.judging import Found, find_judgements, judgement
from handlers.sbi.quality import score
from handlers.sbi.reading import PARTS, Reading
from handlers.sbi.roles import ASIDE, SITUATION, roles
from handlers.sbi.tongue import Tongue

Span = tuple[int, int]
HAN: Final = re.compile("[一-龥]")
LATIN: Final = re.compile("[a-z]+")


def read_feedback(text: str) -> Reading:
    """Never raises; the parts are copied from `text`."""
    view = mask_quotes(fold(text))
    tongue = _tongue(view)
    judged = find_judgements(view)
    form = read_form(view)
    spans = _free_spans(view, tongue, judged) if form is None else _form_spans(view, form, tongue, judged)
    situation, behavior, impact = (text[slice(*spans[part])] if part in spans else None for part in PARTS)
    found = tuple(judgement(text, each) for each in judged)
    return Reading(
        situation=situation,
        behavior=behavior,
        impact=impact,
        missing=tuple(part for part in PARTS if part not in spans),
        judgmental=bool(found),
        judging=found,
        score=score(situation, behavior, impact, found),
    )


def _tongue(view: str) -> Tongue:
    """A Chinese name in an English text leaves it English, a bug in a Chinese one leaves it Chinese."""
    return ENGLISH if len(LATIN.findall(view)) > len(HAN.findall(view)) else CHINESE


def _free_spans(view: str, tongue: Tongue, judged: Sequence[Found]) -> dict[str, Span]:
    found = clauses(view, tongue)
    told = zip(found, roles(found, tongue, judged), strict=True)
    runs: dict[str, list[Span]] = {}
    for role, run in groupby(told, key=lambda pair: pair[1]):
        members = [clause for clause, _ in run]
        runs.setdefault(role, []).append((members[0].start, members[-1].end))
    return {
        part: spans[0] if part == SITUATION else max(spans, key=_length)
        for part, spans in runs.items()
        if part in PARTS
    }


def _form_spans(view: str, form: dict[str, Span], tongue: Tongue, judged: Sequence[Found]) -> dict[str, Span]:
    """What is written behind each label, as far as it says anything."""
    values = {part: _content(view, start, end, tongue, judged) for part, (start, end) in form.items()}
    return {part: value for part, value in values.items() if value}


def _content(view: str, start: int, end: int, tongue: Tongue, judged: Sequence[Found]) -> Span | None:
    """From the first to the last clause that tells something."""
    found = clauses(view[:end], tongue, start)
    told = [clause for clause, role in zip(found, roles(found, tongue, judged), strict=True) if role != ASIDE]
    return (told[0].start, told[-1].end) if told else None


def _length(span: Span) -> int:
    return span[1] - span[0]
