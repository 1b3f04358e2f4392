"""Reads the month or quarter somebody asks about: 10月, 上季度, Q3, last month."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from handlers.understanding import numerals
from handlers.understanding.lexicon import table

_N: Final = rf"(?:\d{{1,2}}|[{numerals.DIGIT_CHARS}十]{{1,2}})"
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_CENTURY: Final = 2000
_HALF_YEAR: Final = 6
_ISO: Final = re.compile(r"(?P<year>20\d\d)[-/.年]\s?(?P<month>\d{1,2})(?!\d)")
_QUARTER: Final = re.compile(
    r"(?:(?P<year>20\d\d|\d\d(?=年)|[今去前]年)年?的?\s?)?(?:q(?P<q>[1-4])|第?(?P<han>[一二三四1-4])(?:个?季度|"
    r"季))(?:\s?(?P<after>20\d\d))?"
)
_MONTH: Final = re.compile(rf"(?:(?P<year>20\d\d|\d\d(?=年)|[今去前]年)年?的?\s?)?(?P<month>{_N})月")
_NAMED: Final = re.compile(rf"(?<![a-z])(?P<month>{'|'.join(_MONTHS)})[a-z]*(?:,? (?P<year>20\d\d))?(?![a-z])")
_RELATIVE: Final = re.compile(
    r"(?P<which>上上个?|上一?个?|这一?个?|本|当|下个?)(?P<span>月|季度?)|(?P<eng>last|previous|"
    r"this|current) (?P<unit>month|quarter)"
)


def read_period(text: str, today: date) -> str | None:
    """The period as 2026-10 or 2026Q4; one without a year is the latest that has begun."""
    if match := _ISO.search(text):
        return f"{match['year']}-{int(match['month']):02}"
    if match := _QUARTER.search(text):
        number = match["q"] or match["han"]
        quarter = int(number) if number.isascii() else int(numerals.chinese(number) or 0)
        year = _year(match["year"] or match["after"], today, is_ahead=quarter > _quarter(today))
        return f"{year}Q{quarter}"
    if match := _MONTH.search(text):
        word = match["month"]
        return _month(int(word) if word.isascii() else int(numerals.chinese(word) or 0), match["year"], today)
    if match := _RELATIVE.search(text):
        return _relative(match, today)
    match = _NAMED.search(text)
    return _month(_MONTHS.index(match["month"]) + 1, match["year"], today) if match else None


def is_over(text: str, today: date) -> bool:
    """Whether the text names a year or a quarter that has ended: 三季度新签一共9家."""
    match = _QUARTER.search(text)
    if "上半年" in text and today.month > _HALF_YEAR:
        return True
    if match is None:
        year = re.search(r"(20\d\d)年|(去年|前年)", text)
        return year is not None and _year(year[1] or year[2], today, is_ahead=False) < today.year
    said = read_period(match[0], today)
    return said is not None and said < f"{today.year}Q{_quarter(today)}"


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _year(text: str | None, today: date, *, is_ahead: bool) -> int:
    if text is None:
        return today.year - is_ahead
    years: dict[str, int] = table("dates")["years"]
    if text in years:
        return today.year + years[text]
    return int(text[-2:]) + _CENTURY


def _month(month: int, year: str | None, today: date) -> str | None:
    if month not in range(1, 13):
        return None
    return f"{_year(year, today, is_ahead=month > today.month)}-{month:02}"


def _relative(match: re.Match[str], today: date) -> str:
    which = match["which"] or ""
    step = which.count("下") - which.count("上") - (match["eng"] in ("last", "previous"))
    if (match["span"] or match["unit"]) in ("月", "month"):
        index = today.year * 12 + today.month - 1 + step
        return f"{index // 12}-{index % 12 + 1:02}"
    index = today.year * 4 + _quarter(today) - 1 + step
    return f"{index // 4}Q{index % 4 + 1}"
