"""Splits feedback into whom it is for and what it says: 给张三反馈：…, @李四 …, 感谢王芳 …, kudos to Tom for …"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from handlers.understanding.lexicon import table
from handlers.understanding.normalise import Line
from handlers.understanding.sentence import Sentence

_TRIM: Final = re.compile(
    r"^(?:[\s,，。.:：;；!！~、\-—👍👏🎉❤️💪🌹✨🙏]|就是说?|那个|说(?!明|服|话)|然后|嗯+|呃+|内容是|内容|如下)+"
)
_ASKING: Final = re.compile(
    r"[?？]\s*$|吗\s*$|^(?:的|了|过|要|得|应该|怎么|如何|有没有|是不是|什么|写了|发了|已经|还没|没|忘|可以|能|会|需要|之后|以后|之前|时|率|表|模板|按钮|入口|功能|流程)"
)


_SHORTEST_TEXT: Final = 4


class Address(NamedTuple):
    """`head` ends where the feedback itself begins, both as places in the tidied text."""

    head: int
    body: int
    certain: bool


class _Form(NamedTuple):
    pattern: re.Pattern[str]
    needs_body: int


# …，这条反馈发给张三: the feedback comes first.
_AFTERWARDS: Final = re.compile(
    r"[,，。;；!！ —-]+(?:麻烦|请|帮我|就|把|将)*(?:这|以上|上面|上述)(?:条|个|句|段|些)?(?:话)?(?:是|算)?(?:我)?"
    r"(?:给(?:Ⓟ|[他她])的(?:反馈|意见)|(?:反馈|意见|表扬)?(?:麻烦|请|帮我)?(?:发|送|转|带|写|提)?给(?:到)?(?:Ⓟ|[他她]))(?:吧|了)?[。!！]*$"
)


def text_before_address(sentence: Sentence) -> int | None:
    """Where a feedback ends that says only afterwards whom it is for, as a place in the tidied text."""
    match = _AFTERWARDS.search(sentence.tagged.text)
    if match is None or match.start() < _SHORTEST_TEXT:
        return None
    return sentence.tagged.origin[match.start()]


@cache
def _forms() -> tuple[_Form, ...]:
    return tuple(_Form(re.compile(row["pattern"]), row.get("body", 0)) for row in table("feedback")["forms"])


def find_address(sentence: Sentence) -> Address | None:
    """Where the address of a feedback ends, or None when the sentence gives nobody feedback."""
    return _address(sentence.spoken) or _address(sentence.tagged)


def _address(tagged: Line) -> Address | None:
    for form in _forms():
        match = form.pattern.search(tagged.text)
        if match is None:
            continue
        rest = tagged.text[match.end() :]
        body = match.end() + len(rest) - len(_TRIM.sub("", rest))
        is_marked = bool(re.match(r"\s*[:：,，]", rest) or re.search(r"[:：,，]\s*$", match[0]))
        if not is_marked and _ASKING.search(rest.strip()):
            continue
        if not is_marked and len(tagged.text) - body < _SHORTEST_TEXT:
            body = len(tagged.text)
        if len(tagged.text) - body < form.needs_body:
            continue
        return Address(tagged.origin[match.end()], tagged.origin[body], is_marked)
    return None
