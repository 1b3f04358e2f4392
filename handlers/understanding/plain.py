"""Says a tagged sentence as plainly as it can be said: no courtesies, no idle spaces, no English in the Chinese."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from handlers.understanding.lexicon import table
from handlers.understanding.normalise import Line

_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_IDLE_SPACE: Final = re.compile(r"(?<=[\u4e00-\u9fff]) +| +(?=[\u4e00-\u9fff])")


@cache
def _courtesies() -> re.Pattern[str]:
    """你好， before and ，谢谢 after what is said."""
    rows: dict[str, list[str]] = table("plain")["courtesies"]
    first, loud, last = ("|".join(rows[name]) for name in ("first", "loud", "last"))
    return re.compile(
        rf"^(?:(?:{first})(?:啊|呀|哈|了|啦)?[,，。!！~:：、 ]+|(?:{loud})(?:啊|呀|哈|了|啦)?[,，。!！~:：、]+ ?)+"
        rf"(?=[^,，。!！~ ])(?!there)|[,，。.!！~ ]+(?:{last})[,，。.!！~ ]*$"
    )


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    """English in the Chinese, and other ways to say the same."""
    english, alike = (dict[str, str](table("plain")[name]) for name in ("english", "alike"))
    latin, han = ("|".join(sorted(map(re.escape, words), key=len, reverse=True)) for words in (english, alike))
    return re.compile(rf"(?<![a-z0-9'-])(?:{latin})(?![a-z0-9'-])|{han}"), english | alike


def plain(line: Line) -> Line:
    """The line as a pattern wants to see it; every character still knows where it came from."""
    for match in reversed(list(_courtesies().finditer(line.text))):
        line = line.replace(*match.span(), "")
    if not _HAN.search(line.text):
        return line
    pattern, words = _words()
    for match in reversed(list(pattern.finditer(line.text))):
        line = line.replace(*match.span(), words[match[0]])
    for match in reversed(list(_IDLE_SPACE.finditer(line.text))):
        line = line.replace(*match.span(), "")
    return line
