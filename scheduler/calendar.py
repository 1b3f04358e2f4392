"""Working days and local moments. Pure: a calendar is made of data and asked about days.

China's State Council publishes the holidays and make-up days (调休) of a year in the November before. A year that is
not published yet has weekends only, and says so.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SATURDAY, FRIDAY = 5, 4
LONGEST_BREAK = 60  # days; more without a working day is an error in the data
SPRING = {1, 2}  # months of New Year and the Spring Festival
ANNOUNCED = (12, 1)  # by then the next year should be published


@dataclass(frozen=True, slots=True)
class Calendar:
    """`off`: days without work beside the weekends; `work`: weekend days with work; `published`: known years.

    `official`: follows what is published; else weekends are all there is to know.
    """

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    published: frozenset[int] = field(default_factory=frozenset)
    official: bool = False

    def with_days(self, days: Iterable[tuple[date, str]]) -> Calendar:
        """Loaded days count more than built-in ones. Kinds: off and work are official, own is the company's holiday.

        A year is known once holidays of its beginning, of May and of October are there: a day alone is a correction.
        """
        rows = list(days)
        off = {day for day, kind in rows if kind in {"off", "own"}}
        work = {day for day, kind in rows if kind == "work"}
        months = {(day.year, day.month) for day, kind in rows if kind == "off"}
        years = {year for year, month in months if month in SPRING and {(year, 5), (year, 10)} <= months}
        return replace(
            self, off=(self.off - work) | off, work=(self.work - off) | work, published=self.published | years
        )

    def is_working(self, day: date) -> bool:
        if day in self.off:
            return False
        return day in self.work or day.weekday() < SATURDAY

    def next_working(self, day: date) -> date:
        """That day, or the first working day after it."""
        return next(d for d in _days(day, 1) if self.is_working(d))

    def last_working(self, first: date, last: date) -> date | None:
        """The last working day of a span; None where it has none."""
        return next((d for d in _days(last, -1, (last - first).days + 1) if self.is_working(d)), None)

    def check_in_day(self, day: date) -> date | None:
        """The week's Friday; where it is none, the week's last working day."""
        monday = day - timedelta(days=day.weekday())
        friday = monday + timedelta(days=FRIDAY)
        return friday if self.is_working(friday) else self.last_working(monday, monday + timedelta(days=6))

    def first_of_week(self, day: date) -> date | None:
        monday = day - timedelta(days=day.weekday())
        return next((d for d in _days(monday, 1, 7) if self.is_working(d)), None)

    def month_end(self, day: date, before: int = 0) -> date | None:
        """The month's last working day, or the one that many working days before it."""
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        found = [d for d in _days(last, -1, last.day) if self.is_working(d)]
        return found[before] if before < len(found) else None

    def after(self, moment: datetime, working_days: int) -> datetime:
        """The same time of day, so many working days later; what came on a day off counts from the next morning."""
        day = self.next_working(moment.date())
        start = moment if day == moment.date() else datetime.combine(day, time(9), moment.tzinfo)
        for _ in range(working_days):
            day = self.next_working(day + DAY)
        return datetime.combine(day, start.timetz())

    def reach(self, day: date, working_days: int) -> date:
        """The last day before which there are so many working days left at most, after this one."""
        for _ in range(working_days + 1):
            day = self.next_working(day + DAY)
        return day - DAY

    def missing(self, today: date) -> list[int]:
        """The years that should be known by today and are not."""
        if not self.official:
            return []
        due = {today.year} | ({today.year + 1} if (today.month, today.day) >= ANNOUNCED else set())
        return sorted(due - self.published)


def _days(start: date, step: int, count: int = LONGEST_BREAK) -> Iterator[date]:
    return (start + timedelta(days=step * n) for n in range(count))


@cache
def chinese() -> Calendar:
    """What the package knows. Only complete years: it ends with the last holiday it was told."""
    from chinese_calendar.constants import holidays, workdays

    off = frozenset(day for day in holidays if day.weekday() < SATURDAY)
    return Calendar(off, frozenset(workdays), frozenset(day.year for day in holidays), official=True)


WEEKENDS = Calendar()


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """That time of day on somebody's clock. A time that the clock skips is the moment as long after the skip."""
    return datetime.combine(day, at, zone).astimezone(ZoneInfo("UTC")).astimezone(zone)
