"""What day an expression names, seen from today. Each reader gets the groups of its pattern in data/dates.toml."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from handlers.understanding import numerals
from handlers.understanding.lexicon import table

Said = dict[str, str]
_MONTHS_A_YEAR: Final = 12
_CALENDAR_MONTH: Final = 30
_CENTURY: Final = 2000
_WEEKDAYS: Final = {char: day for day, char in enumerate("一二三四五六")} | {"日": 6, "天": 6}
ENGLISH_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ENGLISH_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Clock:
    """The day it is, and whether a day said without year or week lies ahead of it."""

    today: date
    future: bool

    @property
    def monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())


def whole(text: str) -> int:
    return int(text) if text.isascii() else int(numerals.chinese(text) or 0)


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def shift_month(day: date, months: int) -> date:
    """The first of the month that many months away."""
    index = day.year * _MONTHS_A_YEAR + day.month - 1 + months
    return date(index // _MONTHS_A_YEAR, index % _MONTHS_A_YEAR + 1, 1)


def _make(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= _MONTHS_A_YEAR and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _steps(said: Said) -> int:
    """下下周 is two on, 上个月 one back."""
    which = said.get("which", "")
    if which in ("next", "last"):
        return 1 if which == "next" else -1
    return which.count("下") - which.count("上")


def _year(said: Said, clock: Clock) -> int:
    text = said.get("year", "")
    years: dict[str, int] = table("dates")["years"]
    if not text or text in years:
        return clock.today.year + years.get(text, 0)
    value = whole(text)
    return value if value >= _CENTURY else value + _CENTURY


def _in_direction(days: list[date | None], clock: Clock) -> date | None:
    real = sorted(day for day in days if day is not None)
    if clock.future:
        return next((day for day in real if day >= clock.today), None)
    return next((day for day in reversed(real) if day <= clock.today), None)


def _any_year(month: int, day: int, clock: Clock) -> date | None:
    return _in_direction([_make(clock.today.year + step, month, day) for step in (-1, 0, 1)], clock)


def _nearest(weekday: int, clock: Clock) -> date:
    ahead = (weekday - clock.today.weekday()) % 7
    if clock.future or ahead == 0:
        return clock.today + timedelta(days=ahead)
    return clock.today - timedelta(days=7 - ahead)


def _relative(said: Said, clock: Clock) -> date:
    days: dict[str, int] = table("dates")["days"]
    return clock.today + timedelta(days=days[said["word"]])


def _weekday(said: Said, clock: Clock) -> date:
    """Weeks begin on Monday; a bare 周三 is the nearest one in the direction of the talk."""
    day = said["day"]
    wanted = int(day) - 1 if day.isdigit() else _WEEKDAYS[day]
    if "which" not in said:
        return _nearest(wanted, clock)
    return clock.monday + timedelta(days=wanted, weeks=_steps(said))


def _english_weekday(said: Said, clock: Clock) -> date:
    """`next Friday` is that of next week, `last Friday` the last one before today."""
    wanted = ENGLISH_DAYS.index(said["day"])
    if said.get("which") == "next":
        return clock.monday + timedelta(days=wanted, weeks=1)
    if said.get("which") == "last":
        return clock.today - timedelta(days=(clock.today.weekday() - wanted - 1) % 7 + 1)
    return _nearest(wanted, clock)


def _month_day(said: Said, clock: Clock) -> date | None:
    name = said["month"]
    month = ENGLISH_MONTHS.index(name) + 1 if name in ENGLISH_MONTHS else whole(name)
    day = whole(said["day"])
    return _make(_year(said, clock), month, day) if "year" in said else _any_year(month, day, clock)


def _day_of_month(said: Said, clock: Clock) -> date | None:
    day = whole(said["day"])
    if "which" in said:
        first = shift_month(clock.today, _steps(said))
        return _make(first.year, first.month, day)
    firsts = [shift_month(clock.today, step) for step in (-2, -1, 0, 1, 2)]
    return _in_direction([_make(first.year, first.month, day) for first in firsts], clock)


def _part_of_month(said: Said, clock: Clock) -> date:
    return _part(shift_month(clock.today, _steps(said)), said["part"])


def _part_of_named_month(said: Said, clock: Clock) -> date | None:
    name = said["month"]
    month = ENGLISH_MONTHS.index(name) + 1 if name in ENGLISH_MONTHS else whole(name)
    if not 1 <= month <= _MONTHS_A_YEAR:
        return None
    part = said.get("part", "底")
    if "year" in said:
        return _part(date(_year(said, clock), month, 1), part)
    return _in_direction([_part(date(clock.today.year + step, month, 1), part) for step in (-1, 0, 1)], clock)


def _part(first: date, part: str) -> date:
    """初 is the 1st, 中 the 15th, anything else the last day."""
    if part.startswith(("初", "上")):
        return first
    return first.replace(day=15) if part.startswith("中") else month_end(first)


def _end_of_quarter(said: Said, clock: Clock) -> date:
    quarter = (clock.today.month - 1) // 3 + _steps(said)
    if "number" in said:
        quarter = whole(said["number"]) - 1
    day = month_end(shift_month(date(clock.today.year, 1, 1), quarter * 3 + 2))
    is_over = "number" in said and clock.future and day < clock.today
    return day.replace(year=day.year + 1) if is_over else day


def _end_of_year(said: Said, clock: Clock) -> date:
    return date(_year(said, clock) + _steps(said), 12, 31)


def _end_of_half_year(said: Said, clock: Clock) -> date:
    year = _year(said, clock)
    return date(year, 6, 30) if said["half"] == "上" else date(year, 12, 31)


def _end_of_week(said: Said, clock: Clock) -> date:
    """本周内 ends on Sunday, 周末 begins on Saturday, `end of week` is Friday."""
    days: dict[str, int] = table("dates")["week_ends"]
    return clock.monday + timedelta(days=days.get(said.get("part", ""), 4), weeks=_steps(said))


def _end_of_month(said: Said, clock: Clock) -> date:
    return month_end(shift_month(clock.today, _steps(said)))


def _away(said: Said, clock: Clock) -> date:
    """So many days, weeks or months from today; months keep the day where the month has it."""
    lengths: dict[str, int] = table("dates")["lengths"]
    length = lengths[said["step"]]
    sign = -1 if said.get("way", "") in ("前", "以前", "之前", "ago") else 1
    if said["number"] == "半":
        return clock.today + timedelta(days=sign * length // 2)
    number = sign * _count(said["number"])
    if length != _CALENDAR_MONTH:
        return clock.today + timedelta(days=number * length)
    first = shift_month(clock.today, number)
    return first.replace(day=min(clock.today.day, month_end(first).day))


def _count(text: str) -> int:
    if text in ("a", "an"):
        return 1
    return whole(text) if not text.isalpha() or not text.isascii() else int(numerals.english(text) or 1)


def _feast(said: Said, clock: Clock) -> date | None:
    """A day with a name; the table gives month and day, or full dates where the moon decides."""
    rows: dict[str, list[str]] = table("dates")["feasts"]
    days: list[date | None] = []
    for row in rows[said["feast"]]:
        month, day = int(row[-5:-3]), int(row[-2:])
        years = [int(row[:4])] if len(row) > len("MM-DD") else [clock.today.year + step for step in (-1, 0, 1)]
        days += [date(year, month, day) for year in years]
    return _in_direction(days, clock)


READERS: Final[dict[str, Callable[[Said, Clock], date | None]]] = {
    "relative": _relative,
    "weekday": _weekday,
    "english_weekday": _english_weekday,
    "month_day": _month_day,
    "day_of_month": _day_of_month,
    "part_of_month": _part_of_month,
    "part_of_named_month": _part_of_named_month,
    "end_of_quarter": _end_of_quarter,
    "end_of_year": _end_of_year,
    "end_of_half_year": _end_of_half_year,
    "end_of_week": _end_of_week,
    "end_of_month": _end_of_month,
    "away": _away,
    "feast": _feast,
}
