"""Times of day: 下午三点半, 晚上七点, 15:00, 3pm, at 4."""

from __future__ import annotations

import re
from datetime import time
from functools import cache
from typing import Final

from handlers.understanding.days import whole
from handlers.understanding.lexicon import table

_NOON: Final = 12
_MIDNIGHT: Final = 24
_HOUR: Final = 60
_NIGHT: Final = ("晚上", "晚", "今晚", "夜里")
_AFTERNOON: Final = range(1, 7)


@cache
def pattern() -> re.Pattern[str]:
    rows: dict[str, str] = table("dates")["clock"]
    return re.compile("|".join(_fill(row) for row in rows.values()))


def _fill(row: str) -> str:
    words: dict[str, str] = table("dates")["words"]
    for name, value in words.items():
        row = row.replace(f"{{{name}}}", value)
    return row


def read(match: re.Match[str], half_day: str = "") -> time | None:
    """The time a match says; `half_day` is one said before it (明晚八点). Without any, one to six is the afternoon."""
    said = {name: value for name, value in match.groupdict().items() if value}
    if "english" in said:
        return _english(said)
    if "hour" not in said:
        return None
    hour = whole(said["hour"])
    part = said.get("part", half_day)
    if part:
        hour += _shift(part, hour)
    elif hour in _AFTERNOON and "colon" not in said:
        hour += _NOON
    return _time(hour, _minute(said))


def is_midnight(match: re.Match[str], half_day: str = "") -> bool:
    """晚上12点 is the end of that day."""
    said = match.groupdict()
    part = said["part"] or half_day
    return bool(said["hour"]) and part in _NIGHT and whole(said["hour"]) == _NOON


def _english(said: dict[str, str]) -> time | None:
    hour = int(said["english"])
    if "ampm" in said:
        hour = hour % _NOON + (_NOON if said["ampm"] == "pm" else 0)
    elif hour in _AFTERNOON:
        hour += _NOON
    return _time(hour, int(said.get("past", 0)))


def _shift(part: str, hour: int) -> int:
    """Hours to add for the half of the day; 中午11点 is still before noon."""
    if hour == _NOON and part in (*_NIGHT, "凌晨"):
        return _NOON
    halves: dict[str, int] = table("dates")["half_days"]
    is_before_noon = part == "中午" and hour in (10, 11)
    return halves[part] if hour < _NOON and not is_before_noon else 0


def _minute(said: dict[str, str]) -> int:
    if "half" in said:
        return 30
    if "quarter" in said:
        return 15 * whole(said["quarter"])
    return whole(said.get("minute") or said.get("colon") or "0")


def _time(hour: int, minute: int) -> time | None:
    return time(hour % _MIDNIGHT, minute) if hour <= _MIDNIGHT and minute < _HOUR else None
