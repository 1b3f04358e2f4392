"""Finds days and times of day: 下周三下午三点, 月底, 明年1月15号, 三天内, next Friday at 3pm, 2026-12-01."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from handlers.understanding import numerals
from handlers.understanding.lexicon import table
from handlers.understanding.normalise import fold

_HAN: Final = f"[{numerals.DIGIT_CHARS}十]+"
_N: Final = rf"(?:\d+|{_HAN})"
_WEEKDAYS: Final = {char: day for day, char in enumerate("一二三四五六")} | {
    "日": 6, "天": 6, **{str(day): day - 1 for day in range(1, 8)},
}  # fmt: skip
_ENGLISH_DAYS: Final = {name: day for day, name in enumerate("mon tue wed thu fri sat sun".split())}
_MONTHS: Final = {
    name: month for month, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}


@dataclass(frozen=True)
class Moment:
    """A day at `start`:`end` of the folded text, with the time of day where one was said."""

    start: int
    end: int
    day: date
    time: time | None = None

    def iso(self, now: datetime) -> str:
        if self.time is None:
            return self.day.isoformat()
        return datetime.combine(self.day, self.time, tzinfo=now.tzinfo).isoformat()


@dataclass(frozen=True)
class _Clock:
    """The day it is, and whether a day without a year or week is ahead of it."""

    today: date
    future: bool


Reader = Callable[[re.Match[str], _Clock], date | None]


def _int(text: str) -> int:
    value = int(text) if text.isascii() else numerals.chinese(text)
    return int(value or 0)


def _make(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _shift_month(day: date, months: int) -> date:
    """The first of the month that many months away."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _relative_day(match: re.Match[str], clock: _Clock) -> date:
    days: dict[str, int] = table("dates")["days"]
    return clock.today + timedelta(days=days[match["word"]])


def _weekday(match: re.Match[str], clock: _Clock) -> date:
    """下周三 counts weeks from Monday; a bare 周三 is the nearest one in the direction of the talk."""
    wanted = _WEEKDAYS[match["day"]]
    monday = clock.today - timedelta(days=clock.today.weekday())
    which = match["which"] or ""
    if which:
        weeks = which.count("下") - which.count("上")
        return monday + timedelta(days=wanted, weeks=weeks)
    return _nearest(wanted, clock)


def _nearest(wanted: int, clock: _Clock) -> date:
    ahead = (wanted - clock.today.weekday()) % 7
    if clock.future or ahead == 0:
        return clock.today + timedelta(days=ahead)
    return clock.today - timedelta(days=7 - ahead)


def _english_weekday(match: re.Match[str], clock: _Clock) -> date:
    """`next Friday` is that of next week, `last Friday` the last one before today."""
    wanted = _ENGLISH_DAYS[match["day"][:3]]
    if match["which"] == "next":
        monday = clock.today - timedelta(days=clock.today.weekday())
        return monday + timedelta(days=wanted, weeks=1)
    if match["which"] == "last":
        return clock.today - timedelta(days=(clock.today.weekday() - wanted - 1) % 7 + 1)
    return _nearest(wanted, clock)


def _month_day(match: re.Match[str], clock: _Clock) -> date | None:
    month, day = _int(match["month"]), _int(match["day"])
    year = match["year"]
    if year:
        return _make(_year(year, clock), month, day)
    return _in_direction([_make(clock.today.year + step, month, day) for step in (-1, 0, 1)], clock)


def _english_month_day(match: re.Match[str], clock: _Clock) -> date | None:
    month = _MONTHS[(match["month"] or match["month2"])[:3]]
    day = int(match["day"] or match["day2"])
    if match["year"]:
        return _make(int(match["year"]), month, day)
    return _in_direction([_make(clock.today.year + step, month, day) for step in (-1, 0, 1)], clock)


def _english_month_end(match: re.Match[str], clock: _Clock) -> date | None:
    month = _MONTHS[match["month"]]
    return _in_direction([month_end(date(clock.today.year + step, month, 1)) for step in (-1, 0, 1)], clock)


def _year(text: str, clock: _Clock) -> int:
    years: dict[str, int] = table("dates")["years"]
    if text in years:
        return clock.today.year + years[text]
    value = _int(text)
    return value + 2000 if value < 100 else value


def _in_direction(days: list[date | None], clock: _Clock) -> date | None:
    real = sorted(day for day in days if day is not None)
    if clock.future:
        return next((day for day in real if day >= clock.today), None)
    return next((day for day in reversed(real) if day <= clock.today), None)


def _day_of_month(match: re.Match[str], clock: _Clock) -> date | None:
    day = _int(match["day"])
    which = match["which"] or ""
    if which:
        first = _shift_month(clock.today, which.count("下") - which.count("上"))
        return _make(first.year, first.month, day)
    firsts = [_shift_month(clock.today, step) for step in (-2, -1, 0, 1, 2)]
    return _in_direction([_make(first.year, first.month, day) for first in firsts], clock)


def _iso(match: re.Match[str], _: _Clock) -> date | None:
    return _make(int(match["year"]), int(match["month"]), int(match["day"]))


def _slash(match: re.Match[str], clock: _Clock) -> date | None:
    month, day = int(match["month"]), int(match["day"])
    return _in_direction([_make(clock.today.year + step, month, day) for step in (-1, 0, 1)], clock)


def _month_part(match: re.Match[str], clock: _Clock) -> date:
    which = match["which"] or ""
    first = _shift_month(clock.today, which.count("下") - which.count("上"))
    return _part(first, match["part"])


def _named_month_part(match: re.Match[str], clock: _Clock) -> date | None:
    month = _int(match["month"])
    if not 1 <= month <= 12:
        return None
    if match["year"]:
        return _part(date(_year(match["year"], clock), month, 1), match["part"])
    parts = [_part(date(clock.today.year + step, month, 1), match["part"]) for step in (-1, 0, 1)]
    return _in_direction(list(parts), clock)


def _part(first: date, part: str) -> date:
    """初 is the 1st, 中 the 15th, 底 and anything else the last day."""
    if part.startswith(("初", "上旬")):
        return first
    return first.replace(day=15) if part.startswith(("中", "月中")) else month_end(first)


def _quarter_end(match: re.Match[str], clock: _Clock) -> date:
    which = match["which"] or ""
    steps = which.count("下") - which.count("上")
    quarter = (clock.today.month - 1) // 3 + steps
    if match["number"]:
        quarter = _int(match["number"]) - 1
    return month_end(_shift_month(date(clock.today.year, 1, 1), quarter * 3 + 2))


def _year_end(match: re.Match[str], clock: _Clock) -> date:
    return date(_year(match["year"] or "今年", clock), 12, 31)


def _half_year_end(match: re.Match[str], clock: _Clock) -> date:
    year = _year(match["year"] or "今年", clock)
    return date(year, 6, 30) if match["half"] == "上" else date(year, 12, 31)


def _after(match: re.Match[str], clock: _Clock) -> date:
    steps: dict[str, int] = table("dates")["steps"]
    number = 0.5 if match["number"] == "半" else _int(match["number"])
    step = steps[match["step"]]
    sign = -1 if match["way"] in ("前", "以前", "之前", "ago") else 1
    if step == 30:
        whole = _shift_month(clock.today, sign * int(number))
        last = monthrange(whole.year, whole.month)[1]
        half = timedelta(days=15 * sign) if number == 0.5 else timedelta()
        return whole.replace(day=min(clock.today.day, last)) + half
    return clock.today + timedelta(days=int(number * step) * sign)


def _in_english(match: re.Match[str], clock: _Clock) -> date:
    steps: dict[str, int] = table("dates")["steps"]
    word = match["number"]
    number = 1 if word in ("a", "an") else int(word) if word.isdigit() else int(numerals.english(word) or 1)
    days = number * steps[match["step"]]
    return clock.today + timedelta(days=-days if match["ago"] else days)


def _week_end(match: re.Match[str], clock: _Clock) -> date:
    which = match["which"] or ""
    sunday = clock.today + timedelta(days=6 - clock.today.weekday())
    weeks = which.count("下") - which.count("上")
    back = 1 if match["part"] == "周末" else 0
    return sunday + timedelta(weeks=weeks, days=-back)


def _feast(match: re.Match[str], clock: _Clock) -> date | None:
    rows: dict[str, list[str]] = table("dates")["feasts"]
    days: list[date | None] = []
    for row in rows[match["feast"]]:
        if len(row) == 5:
            days += [date.fromisoformat(f"{clock.today.year + step}-{row}") for step in (-1, 0, 1)]
        else:
            days.append(date.fromisoformat(row))
    return _in_direction(days, clock)


def _phrase(match: re.Match[str], clock: _Clock) -> date:
    """English names of the end of something."""
    today = clock.today
    span = match["span"]
    step = 1 if match["which"] == "next" else 0
    if span in ("week", "eow"):
        return today + timedelta(days=4 - today.weekday(), weeks=step)
    if span in ("month", "eom"):
        return month_end(_shift_month(today, step))
    if span in ("quarter", "eoq"):
        return month_end(_shift_month(date(today.year, 1, 1), ((today.month - 1) // 3 + step) * 3 + 2))
    return date(today.year + step, 12, 31)


def _compile() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    words: dict[str, dict[str, int]] = table("dates")
    any_of = {key: "|".join(sorted(words[key], key=len, reverse=True)) for key in ("days", "years", "steps", "feasts")}
    year = rf"(?:(?P<year>{any_of['years']}|\d{{4}}(?=年|\.)|[二两][{numerals.DIGIT_CHARS}]{{3}}(?=年))年?的?)?"
    weekday = "|".join(_ENGLISH_DAYS)
    month = "|".join(_MONTHS)
    low = rf"(?<![a-z])(?P<month>{month})[a-z]*\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])"
    rows: tuple[tuple[str, Reader], ...] = (
        (r"(?<!\d)(?P<year>20\d\d)[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号]?", _iso),
        (rf"{year}(?P<month>{_N})月份?(?P<day>{_N})[日号]?(?![{numerals.NUMERAL_CHARS}\d]|个|家)", _month_day),
        (rf"{year}(?P<month>{_N})月份?(?P<part>初|上旬|中旬?|底|末|月底|下旬)", _named_month_part),
        (rf"(?P<which>下{{1,2}}个?|上{{1,2}}个?|这个?|本|当)?月(?P<part>初|上旬|中旬?|底|末|下旬)", _month_part),
        (rf"(?P<which>下个?|上个?|这个?|本)月(?P<part>(?:之|以)?内)", _month_part),
        (rf"(?P<which>下{{1,2}}个?|上{{1,2}}个?|这个?|本)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天]|[1-7](?![\d.个家点:]))(?!个|家|单|[{numerals.NUMERAL_CHARS}]个)", _weekday),
        (rf"(?P<which>下{{1,2}}个?|上{{1,2}}个?|这个?|本)?(?P<part>周末)", _week_end),
        (rf"(?P<which>下{{1,2}}个?|上{{1,2}}个?|这个?|本)(?:周|星期|礼拜)(?P<part>(?:之|以)?内|前|底)", _week_end),
        (rf"(?P<which>下{{1,2}}个?|上{{1,2}}个?|这个?|本)月(?:的)?(?P<day>{_N})[号日]", _day_of_month),
        (rf"(?<![\d{numerals.NUMERAL_CHARS}a-z-])(?P<which>(?!))?(?P<day>{_N})[号](?![楼线机码店])", _day_of_month),
        (rf"(?P<which>下个?|上个?|这个?|本)?(?:第?(?P<number>(?!)))?季度?(?:末|底|结束|(?:之|以)内)", _quarter_end),
        (rf"(?P<which>(?!))?(?:q|第)?(?P<number>[1-4一二三四])季?度?(?:末|底|结束)", _quarter_end),
        (rf"(?P<year>{any_of['years']}|(?!))?年(?:底|末|尾|终)", _year_end),
        (rf"(?P<year>{any_of['years']})?年?(?P<half>[上下])半年(?:底|末|结束|内)?", _half_year_end),
        (rf"(?P<year>{any_of['years']})年?(?:底|末|尾|内)", _year_end),
        (rf"(?P<number>{_N}|半)个?(?P<step>{any_of['steps']})(?P<way>之后|以后|后|内|之内|以内|前|以前|之前)", _after),
        (rf"(?P<word>{any_of['days']})", _relative_day),
        (rf"(?P<feast>{any_of['feasts']})", _feast),
        (rf"(?<![a-z])(?P<which>next|last|this|on|by)? ?(?P<day>{weekday})(?:[a-z]*day|s|)(?![a-z])", _english_weekday),
        (rf"{low}(?:,? (?P<year>20\d\d))?(?P<month2>(?!))?(?P<day2>(?!))?", _english_month_day),
        (rf"(?P<month>(?!))?(?P<day>(?!))?(?<!\d)(?P<day2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month2>{month})[a-z]*(?:,? (?P<year>20\d\d))?", _english_month_day),
        (rf"end of (?P<month>{month})[a-z]*(?P<year>(?!))?(?P<part>(?!))?", _english_month_end),
        (r"(?:end of|by the end of) (?:the |this )?(?P<which>next)? ?(?P<span>week|month|quarter|year)|(?<![a-z])(?P<which2>(?!))?(?P<span2>(?!))?(?!)", _phrase),
        (r"(?<![a-z])(?P<which>(?!))?(?P<span>eow|eom|eoq|eoy)(?![a-z])", _phrase),
        (rf"(?<![a-z])(?:in|within) (?P<number>an?|\d+|[a-z]+) (?P<step>days?|weeks?|months?)(?P<ago>(?!))?", _in_english),
        (rf"(?<![a-z])(?P<number>an?|\d+|[a-z]+) (?P<step>days?|weeks?|months?) (?P<ago>ago)", _in_english),
        (r"(?<![\d/.-])(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/%])", _slash),
        (r"(?<![\d/.-])(?P<month>1[0-2]|0?[1-9])[.-](?P<day>3[01]|[12]\d|0[1-9])(?=之?前|以前|截止|到期|上线|交付)", _slash),
    )  # fmt: skip
    return tuple((re.compile(pattern), reader) for pattern, reader in rows)


_HALF_DAY: Final = r"(?P<part>凌晨|早上|早晨|上午|中午|下午|午后|傍晚|晚上|今晚|晚|早|夜里)"
_CLOCK_TIME: Final = re.compile(
    rf"\s?的?,?\s?(?:{_HALF_DAY}?\s?(?:(?P<hour>\d{{1,2}}|{_HAN})(?:点钟?|时|:(?P<colon>\d\d))"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>[0-5]\d(?!\d)|[二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九]|{_N}(?=分))分?)?|{_HALF_DAY.replace('part', 'only')}(?![饭餐会]))"
    r"|\s?(?:at |@ ?)?(?P<h12>\d{1,2})(?::(?P<m12>\d\d))?\s?(?P<ampm>am|pm)|\s?at (?P<bare>\d{1,2})(?::(?P<bare_minute>\d\d))?(?![\d%]))"
)
_HALF_DAYS: Final = {"凌晨": 0, "早上": 0, "早晨": 0, "上午": 0, "早": 0, "中午": 12, "下午": 12, "午后": 12, "傍晚": 12, "晚上": 12, "今晚": 12, "晚": 12, "夜里": 12}  # fmt: skip
_FIRST_AFTERNOON_HOURS: Final = range(1, 7)


def clock_time(match: re.Match[str], default_part: str = "") -> time | None:
    """The time a clock expression says; without half of the day, one to six is the afternoon."""
    if match["h12"]:
        hour = int(match["h12"]) % 12 + (12 if match["ampm"] == "pm" else 0)
        return _time(hour, int(match["m12"] or 0))
    if match["bare"]:
        hour = int(match["bare"])
        return _time(hour + 12 if hour in _FIRST_AFTERNOON_HOURS else hour, int(match["bare_minute"] or 0))
    if match["hour"] is None:
        return None
    hour = _int(match["hour"])
    minute = 30 if match["half"] else 15 * _int(match["quarter"]) if match["quarter"] else 0
    minute = _int(match["minute"]) if match["minute"] else int(match["colon"] or minute)
    part = match["part"] or default_part
    if part:
        noon = _HALF_DAYS[part]
        hour += noon if hour < 12 and not (part == "中午" and hour >= 10) else 0
    elif hour in _FIRST_AFTERNOON_HOURS and not match["colon"]:
        hour += 12
    return _time(hour, minute)


def _time(hour: int, minute: int) -> time | None:
    return time(hour % 24, minute) if hour <= 24 and minute < 60 else None


_ROWS: list[tuple[re.Pattern[str], Reader]] = []


def find_moments(text: str, now: datetime, *, future: bool = True) -> list[Moment]:
    """The days of a folded text, from left to right; where two readings overlap the earlier and longer one holds."""
    if not _ROWS:
        _ROWS.extend(_compile())
    clock = _Clock(now.date(), future)
    found: list[Moment] = []
    for pattern, reader in _ROWS:
        for match in pattern.finditer(text):
            day = reader(match, clock)
            if day is not None:
                found.append(_with_time(match, day, text))
    return _apart(found)


def _with_time(match: re.Match[str], day: date, text: str) -> Moment:
    part = next((half for half in ("晚", "早") if match[0].endswith(half)), "")
    said = _CLOCK_TIME.match(text, match.end())
    if said is None or said.end() == match.end():
        return Moment(*match.span(), day)
    return Moment(match.start(), said.end(), day, clock_time(said, part))


def _apart(found: list[Moment]) -> list[Moment]:
    kept: list[Moment] = []
    for moment in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or moment.start >= kept[-1].end:
            kept.append(moment)
    return kept


def read_moment(text: str, now: datetime, *, future: bool = True) -> Moment | None:
    """The first moment of a folded text; a time of day alone is today's."""
    moments = find_moments(text, now, future=future)
    if not moments:
        match = _CLOCK_TIME.search(text)
        at = clock_time(match) if match else None
        return Moment(*match.span(), now.date(), at) if match and at else None
    first = moments[0]
    if first.time is None:
        match = _CLOCK_TIME.search(text, first.end) or _CLOCK_TIME.search(text)
        at = clock_time(match) if match else None
        return Moment(first.start, first.end, first.day, at)
    return first


def read_date(text: str, now: datetime, *, future: bool = True) -> date | None:
    """The day a short answer names, ahead of `now` unless it says otherwise (or behind it, with `future=False`)."""
    moments = find_moments(fold(text), now, future=future)
    return moments[0].day if moments else None
