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


def is_skip(text: str) -> bool:
    return _is("skip", text)
