"""Finds days and times of day: 下周三下午三点, 月底, 明年1月15号, 三天内, next Friday at 3pm, 2026-12-01."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from handlers.understanding import clock
from handlers.understanding.days import ENGLISH_DAYS, ENGLISH_MONTHS, READERS, Clock
from handlers.understanding.lexicon import table
from handlers.understanding.normalise import fold


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


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The patterns of data/dates.toml, with the names of their readers."""
    rows = table("dates")
    words: dict[str, str] = dict(rows["words"])
    for name in ("days", "years", "lengths", "feasts"):
        words[name] = "|".join(sorted(rows[name], key=len, reverse=True))
    words["weekday"], words["month"] = "|".join(ENGLISH_DAYS), "|".join(ENGLISH_MONTHS)
    return tuple((re.compile(_fill(form["pattern"], words)), form["reader"]) for form in rows["forms"])


def _fill(pattern: str, words: dict[str, str]) -> str:
    for _ in range(2):
        for name, value in words.items():
            pattern = pattern.replace(f"{{{name}}}", value)
    return pattern


def find_moments(text: str, now: datetime, *, future: bool = True) -> list[Moment]:
    """The days of a folded text, from left to right; where two readings overlap the earlier and longer one holds."""
    seen_from = Clock(now.date(), future)
    found: list[Moment] = []
    for pattern, reader in _forms():
        for match in pattern.finditer(text):
            said = {name: value for name, value in match.groupdict().items() if value}
            day = READERS[reader](said, seen_from)
            if day is not None:
                found.append(_with_time(match, day, text))
    return _apart(found)


def _with_time(match: re.Match[str], day: date, text: str) -> Moment:
    half_day = next((half for half in ("晚", "早") if match[0].endswith(half)), "")
    said = clock.pattern().match(text, match.end())
    if said is None or said.end() == match.end():
        return Moment(*match.span(), day)
    day += timedelta(days=clock.is_midnight(said, half_day))
    return Moment(match.start(), said.end(), day, clock.read(said, half_day))


def _apart(found: list[Moment]) -> list[Moment]:
    kept: list[Moment] = []
    for moment in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or moment.start >= kept[-1].end:
            kept.append(moment)
    return kept


def read_moment(text: str, now: datetime, *, future: bool = True) -> Moment | None:
    """The first moment of a folded text, with the time of day wherever it stands; a time alone is today's."""
    moments = find_moments(text, now, future=future)
    first = moments[0] if moments else None
    if first is not None and first.time is not None:
        return first
    said = clock.pattern().search(text, first.end if first else 0) or clock.pattern().search(text)
    at = clock.read(said) if said else None
    later = timedelta(days=said is not None and clock.is_midnight(said))
    if first is None:
        return Moment(*said.span(), now.date() + later, at) if said and at else None
    return Moment(first.start, first.end, first.day + later, at)


def read_date(text: str, now: datetime, *, future: bool = True) -> date | None:
    """The day a short answer names, ahead of `now` unless it says otherwise (or behind it, with `future=False`)."""
    moments = find_moments(fold(text), now, future=future)
    return moments[0].day if moments else None
