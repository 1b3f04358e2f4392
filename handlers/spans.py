"""The stretch of days that a question names: today, this week, 本月, last quarter, 2026."""

from __future__ import annotations

import re
from datetime import date, timedelta

from handlers import pace
from handlers.understanding.normalise import fold
from handlers.understanding.periods import read_period

Days = tuple[date, date]  # first and last

TODAY = re.compile(r"今天|今日|\btoday\b")
WEEK = re.compile(
    r"(?P<last>上)?(?P<this>这|本)?(?P<next>下)?(?:个|一)?(?:周|星期|礼拜)(?![一二三四五六日天末])"
    r"|\b(?P<eng>this|last|next) week\b"
)
YEAR = re.compile(r"今年|本年度?|\bthis year\b")


def days_of(text: str, today: date) -> Days | None:
    """None: no stretch of days is named."""
    said = fold(text).lower()
    if TODAY.search(said):
        return today, today
    if (week := WEEK.search(said)) and any(week.groups()):
        step = bool(week["next"] or week["eng"] == "next") - bool(week["last"] or week["eng"] == "last")
        monday = today + timedelta(days=7 * step - today.weekday())
        return monday, monday + timedelta(days=6)
    period = str(today.year) if YEAR.search(said) else read_period(said, today)
    return pace.cycle_span(period) if period else None
