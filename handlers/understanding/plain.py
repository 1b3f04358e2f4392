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
    first, last = "|".join(rows["first"]), "|".join(rows["last"])
    return re.compile(
        rf"^(?:(?:{first})(?:啊|呀|哈|了|啦)?[,，。!！~:：、 ]+)+(?=[^,，。!！~ ])(?!there)"
        rf"|[,，。.!！~ ]+(?:{last})[,，。.!！~ ]*$"
    )


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    words: dict[str, str] = table("plain")["english"]
    longest_first = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9'-])(?:{longest_first})(?![a-z0-9'-])"), words


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
