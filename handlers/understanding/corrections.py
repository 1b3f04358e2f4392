"""Takes back what the speaker takes back: 三百四哦不对是三百六十万 says three hundred and sixty only."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Protocol

from handlers.understanding import dates, people
from handlers.understanding.context import Context
from handlers.understanding.normalise import Line
from handlers.understanding.numbers import find_amounts

_HESITATION: Final = r"[,，。.;；:、!！…—\- ]*(?:[哦噢啊呃嗯哎诶欸额唉呀][,，。、… ]*)*"
_MARKER: Final = re.compile(
    rf"{_HESITATION}(?:(?:我)?(?:[说打搞写记报算填弄看]错)了?|(?<![要能可会还也])不对(?!外|齐|称)|错了|(?:我)?(?:更正|纠正|修正)(?:一下|下)?|口误|手误|笔误|手滑了?|(?:我)?(?:[说报记填写算]|多报|少报)[高低多少]了|看岔行?了?|"
    r"(?:我(?:是)?(?:想|要)说)|(?:准确|确切)(?:地|的|来)?说|(?<=[,，哦啊呃嗯哎诶噢 ])不是|(?<=[哦啊呃嗯哎诶噢])不|"
    r"(?<![a-z])(?:sorry|i mean|i meant|correction|no wait|wait|oops|make that|or rather|scratch that|no)(?![a-z]))"
    r"(?:(?:哦|了|啊|呀|的|,|，|。|!| |、|不对|不是|错了|sorry|actually|i mean)*)"
    r"(?:应该|其实|实际上?|准确|正确的?|我)?(?:给|是|为|说|改成|it's|it is|make it|make that|it should be|that's)* ?"
)
_TAIL: Final = 4


class _Span(Protocol):
    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def correct(line: Line, context: Context) -> Line:
    """Without an amount, a day or a person that is taken back for another of its kind right after."""
    for match in reversed(list(_MARKER.finditer(line.text))):
        line = _without_the_first(line, match, context)
    return line


def _without_the_first(line: Line, marker: re.Match[str], context: Context) -> Line:
    finders: tuple[Callable[[str], list[_Span]], ...] = (
        lambda text: [*find_amounts(text)],
        lambda text: [*dates.find_moments(text, context.now)],
        lambda text: [*people.find_people(text, context)],
    )
    for find in finders:
        found = find(line.text)
        before = [one for one in found if marker.start() - _TAIL <= one.end <= marker.start()]
        after = [one for one in found if marker.end() <= one.start <= marker.end() + _TAIL]
        if before and after:
            return line.replace(before[-1].start, after[0].start, "")
    return line
