"""Short answers inside a dialog: yes, no, leave it, skip this."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from handlers.understanding.lexicon import table
from handlers.understanding.normalise import Line, fold, tidy

_TRIM: Final = re.compile(r"^[\s,，。.!！~～…]+|[\s,，。.!！~～…]+$")
_LONGEST: Final = 30  # characters; more tells something
_SOFT: Final = re.compile(r"(?:吧|了|啊|呀|的|啦|哈|呢|哦|谢谢|thanks|please|那就|就|我)$")
_LEADING: Final = re.compile(r"^(?:那就?|就|我|请|先|嗯+|呃+|额+|那个)")

_LATER: Final = re.compile(
    r"(?:等等[,， ]?)?(?:让|容)?我?(?:先|再)(?:好好|仔细)?(?:想一?想|想想看|考虑考虑|考虑一?下|考虑|琢磨琢磨|琢磨一?下)"
    r"|(?:let me think|i(?:'ll| will| need to| have to)? think)(?: (?:about|over))?(?: (?:it|this))?(?: first| over)?"
)

# The whole answer is made of ways to drop it and of courtesies.
_DROP: Final = (
    r"(?:取消|拉倒|放弃|作罢)(?:掉|吧|了|啦|一下)*|算了?(?:吧|了|啦)|没事儿?(?:了|啦)|不用(?:了|啦)|"
    r"先不(?:改|填|写|打卡|弄|发|做|驳回|反馈|申请|提|约|记|加|修订)(?:了|啦|吧)*|"
    r"不(?:想|要|再)?(?:改|填|写|打卡|弄|发|做|驳回|反馈|申请|提|约|记|加|修订|搞)(?:了|啦)|"
    r"(?:cancel|stop|quit|abort|drop|forget|never ?mind|leave)(?: it| that| this)?|(?:i )?changed my mind"
)
_COURTESY: Final = (
    r"谢谢|多谢|不好意思|抱歉|那个?|我|就|还是|嗯|ok(?:ay)?|please|pls|thanks|thank you|sorry|actually|no|then|先|吧"
)
_DROPS: Final = re.compile(rf"(?=.*(?:{_DROP}))(?:(?:{_DROP}|{_COURTESY})[\s,，。.!！]*)+")
# After what was asked for is in: nothing to add.
_ENOUGH: Final = re.compile(
    r"(?:(?:好|好的|好嘞|好了|行|嗯|ok(?:ay)?|收到|谢谢|谢了|谢啦|多谢|辛苦了|感谢|"
    r"thanks?|thank you|thx|cool|great|fine|done|先这样|就这样|就这些|没别的了?|没其他的?了|"
    r"不用?补(?:充)?了|没有?(?:要|什么|啥)?(?:要)?补(?:充)?的?了?|"
    r"no more|nothing (?:more|else)|that'?s (?:all|it)|all good)[\s,，。.!！~～]*)+"
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
    return _is("cancel", text) or _consists_of(_DROPS, text)


def is_enough(text: str) -> bool:
    """好的, 谢谢, 不补了: the answer to whether there is anything to add."""
    return _consists_of(_ENOUGH, text)


def _consists_of(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= _LONGEST and bool(pattern.fullmatch(_TRIM.sub("", fold(text))))


def is_later(text: str) -> bool:
    """我再想想: neither an answer nor the end."""
    return bool(_LATER.fullmatch(_bare(text)))


def _bare(text: str) -> str:
    """Without hesitation, politeness and what stands at the edges."""
    shorter = _TRIM.sub("", tidy(Line.of(_TRIM.sub("", fold(text)))).text)
    return _TRIM.sub("", _SOFT.sub("", shorter))


def is_skip(text: str) -> bool:
    return _is("skip", text)
