"""A sentence with everything in it that names something: requests, goals, people, days, amounts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from handlers.understanding import dates, goals, people
from handlers.understanding.context import Context
from handlers.understanding.corrections import correct
from handlers.understanding.dates import Moment
from handlers.understanding.goals import Trace
from handlers.understanding.normalise import Line, tidy
from handlers.understanding.numbers import Amount, find_amounts, read_numeral
from handlers.understanding.people import Mention
from handlers.understanding.plain import plain
from handlers.understanding.repair import repair

FIXED: Final = ""
REQUEST: Final = "Ⓡ"
PERSON: Final = "Ⓟ"
GOAL: Final = "Ⓖ"
DAY: Final = "Ⓓ"
AMOUNT: Final = "Ⓝ"

_REQUEST: Final = re.compile(
    r"(?<![a-z0-9])r ?[-_#—–杠]? ?(\d{1,6}|[一二两三四五六七八九十百零]{1,5})(?!\d|\.\d|%|[a-z])(?:号)?"
    r"|(?:request|申请单?|单号|请求|审批单?|修订单?|编号) ?#?(\d{1,6})号?(?=$|[ ,，。!！]|同意|"
    r"批|通过|驳|拒|我|不|打回)|(\d{1,6})号(?=申请|修订|请求|审批|单)"
)
_FIXED: Final = re.compile(
    r"1 ?(?:on|v|:|-|对|对一)-? ?1(?!\d)|一v一|一对一|top ?\d+|(?<![a-z])q[1-4](?!\d)|(?<!\d)[1-4]季度|"
    r"[一二三四]季度|[一二三四五六]部(?![手门分件])|one[- ]?(?:on|to)[- ]?one|上一?[步条次个笔版]|24/?7|"
    r"[一两二三四五六七八九十半\d]个(?:多)?(?:月|季度|星期|礼拜)|过[一两二三四五半\d]+(?:周|天)|\d+分制|三个月|(?<!\d)20\d\d年|"
    r"\d{1,2}月(?!\d)|\d{1,2}:\d\d"
)
_CLAUSE_END: Final = re.compile(r"[,，。;；!！]|(?<!\d) ?: ?(?!\d)")
_TELLING: Final = 0.5
_FEW: Final = re.compile(r"[一1两几][个下些点条次份句起样笔直定位名项件种般边]")
_LENGTH: Final = re.compile(r"[到至在从比][^,，。]{0,2}$")


class Request(NamedTuple):
    start: int
    end: int
    id: str


class Fixed(NamedTuple):
    """A word with a figure in it that is no amount: 1on1, Q4, Top10."""

    start: int
    end: int


Found = Request | Fixed | Trace | Mention | Moment | Amount


@dataclass(frozen=True)
class Sentence:
    """`line` is what was typed, folded and tidied; the lists hold what it names, without overlaps."""

    line: Line
    context: Context

    @classmethod
    def of(cls, text: str, context: Context) -> Sentence:
        return cls(repair(tidy(correct(Line.of(text), context))), context)

    @property
    def text(self) -> str:
        return self.line.text

    @cached_property
    def _named(self) -> list[tuple[str, Found]]:
        """Everything named, in the order of the text; what comes first in the list below has the right of way."""
        found: list[tuple[str, Found]] = []
        found += [(REQUEST, request) for request in find_requests(self.text)]
        found += [(GOAL, trace) for trace in goals.find_ids(self.text, self.context)]
        found += [(PERSON, mention) for mention in people.find_people(self.text, self.context)]
        found += [(DAY, moment) for moment in self._moments()]
        found += [(GOAL, trace) for trace in self._all_traces if _has_digit(self.text, trace)]
        found += [(FIXED, Fixed(*match.span())) for match in _FIXED.finditer(self.text)]
        found += [(AMOUNT, amount) for amount in find_amounts(self.text)]
        found += [(GOAL, trace) for trace in self._all_traces]
        return _without_overlaps(found, len(self.text))

    @cached_property
    def _all_traces(self) -> list[Trace]:
        return goals.find_traces(self.text, self.context)

    def _moments(self) -> list[Moment]:
        found = dates.find_moments(self.text, self.context.now)
        kept = [one for one in found if not (_is_length(self.text, one) and _LENGTH.search(self.text[: one.start]))]
        return [one for one in kept if not self._is_part_of_target(one)]

    def _is_part_of_target(self, moment: Moment) -> bool:
        """新签 9/20 is nine of twenty."""
        match = re.fullmatch(r"\d+/(\d+)", self.text[moment.start : moment.end])
        return match is not None and any(goal.target == float(match[1]) for goal in self.context.goals)

    @cached_property
    def requests(self) -> list[Request]:
        return [found for _, found in self._named if isinstance(found, Request)]

    @cached_property
    def people(self) -> list[Mention]:
        return [found for _, found in self._named if isinstance(found, Mention)]

    @cached_property
    def moments(self) -> list[Moment]:
        return [found for _, found in self._named if isinstance(found, Moment)]

    @cached_property
    def traces(self) -> list[Trace]:
        """Named goals; in `10 articles` the unit of an amount may name one too."""
        named = [found for _, found in self._named if isinstance(found, Trace)]
        inside = [one for one in self._all_traces if any(at.start <= one.start < at.end for at in self.amounts)]
        return named + [one for one in inside if one not in named]

    @cached_property
    def amounts(self) -> list[Amount]:
        return [found for _, found in self._named if isinstance(found, Amount)]

    @cached_property
    def ranked_goals(self) -> list[tuple[str, float]]:
        return goals.rank(self.traces)

    def goals_near(self, place: int) -> list[tuple[str, float]]:
        """The goals of the clause that holds this place of the text, or of the last clause before it that names one."""
        start = 0
        best: list[tuple[str, float]] = []
        for end in [*(match.start() for match in _CLAUSE_END.finditer(self.text)), len(self.text)]:
            inside = [trace for trace in self.traces if start <= trace.start < end]
            best = goals.rank(inside) or best
            if place < end:
                return best or self.ranked_goals
            start = end
        return self.ranked_goals

    @cached_property
    def tagged(self) -> Line:
        """One character for each thing named; 一个 and its like stay words."""
        return self._tag(few=False)

    @cached_property
    def spoken(self) -> Line:
        """As `tagged`, as plain as it can be said: see `plain`."""
        return plain(self.tagged)

    @cached_property
    def measured(self) -> Line:
        """As `spoken`, with 一个 as an amount too."""
        return plain(self._tag(few=True))

    def _tag(self, *, few: bool) -> Line:
        line = Line(self.text, self.text, tuple(range(len(self.text) + 1)))
        for tag, found in reversed(self._named):
            if self._is_tagged(found, few=few):
                line = line.replace(found.start, found.end, tag)
        return line

    def _is_tagged(self, found: Found, *, few: bool) -> bool:
        if isinstance(found, Trace):
            return _is_telling(found)
        if isinstance(found, Amount):
            return few or not is_few(self.text, found)
        return not isinstance(found, Fixed)

    def tail(self, start: int) -> Sentence:
        """The rest of the sentence, from a place in `text`."""
        return Sentence(cut(self.line, start), self.context)


def cut(line: Line, start: int, end: int | None = None) -> Line:
    stop = len(line.text) if end is None else end
    return Line(line.source, line.text[start:stop], line.origin[start : stop + 1])


def is_few(text: str, amount: Amount) -> bool:
    """一个, 两条: more often a word than a figure."""
    return bool(_FEW.match(text, amount.start))


def find_requests(text: str) -> list[Request]:
    found = []
    for match in _REQUEST.finditer(text):
        digits = next(group for group in match.groups() if group)
        number = read_numeral(digits)
        if number is not None:
            found.append(Request(match.start(), match.end(), f"R-{digits if digits.isascii() else int(number)}"))
    return found


def _is_telling(trace: Trace) -> bool:
    return max(trace.weights.values()) >= _TELLING


def _has_digit(text: str, trace: Trace) -> bool:
    return any(char.isdigit() for char in text[trace.start : trace.end])


def _is_length(text: str, moment: Moment) -> bool:
    """缩到3天内 is a length, not a day."""
    return bool(re.fullmatch(r"\S{1,3}[天周](?:之|以)?内", text[moment.start : moment.end]))


def _without_overlaps(found: list[tuple[str, Found]], length: int) -> list[tuple[str, Found]]:
    free = bytearray(b"\x01" * length)
    kept = []
    for tag, one in found:
        if all(free[one.start : one.end]) and one.end > one.start:
            free[one.start : one.end] = bytes(one.end - one.start)
            kept.append((tag, one))
    return sorted(kept, key=lambda item: item[1].start)
