"""Short answers inside a dialog: yes, no, leave it, skip this."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from handlers.understanding.lexicon import table
from handlers.understanding.normalise import Line, fold, tidy

_TRIM: Final = re.compile(r"^[\s,，。.!！~～…]+|[\s,，。.!！~～…]+$")
_SOFT: Final = re.compile(r"(?:吧|了|啊|呀|的|啦|哈|呢|哦|谢谢|thanks|please|那就|就|我)$")
_LEADING: Final = re.compile(r"^(?:那就?|就|我|请|先|嗯+|呃+|额+|那个)")

_LATER: Final = re.compile(
    r"(?:等等[,， ]?)?(?:让|容)?我?(?:先|再)(?:好好|仔细)?(?:想一?想|想想看|考虑考虑|考虑一?下|考虑|琢磨琢磨|琢磨一?下)"
    r"|(?:let me think|i(?:'ll| will| need to| have to)? think)(?: (?:about|over))?(?: (?:it|this))?(?: first| over)?"
)


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(table("commands")["replies"][kind])


def _is(kind: str, text: str) -> bool:
    said = _TRIM.sub("", fold(text))
    shorter = _TRIM.sub("", tidy(Line.of(said)).text)
    forms = {said, shorter, _SOFT.sub("", shorter), _LEADING.sub("", shorter), _SOFT.sub("", _LEADING.sub("", shorter))}
    return bool(forms & _words(kind))


def is_yes(text: str) -> bool:
    return _is("yes", text)


def is_no(text: str) -> bool:
    return _is("no", text)


def is_cancel(text: str) -> bool:
    return _is("cancel", text)


def is_later(text: str) -> bool:
    """我再想想: neither an answer nor the end."""
    return bool(_LATER.fullmatch(_bare(text)))


def _bare(text: str) -> str:
    """Without hesitation, politeness and what stands at the edges."""
    shorter = _TRIM.sub("", tidy(Line.of(_TRIM.sub("", fold(text)))).text)
    return _TRIM.sub("", _SOFT.sub("", shorter))


def is_skip(text: str) -> bool:
    return _is("skip", text)
