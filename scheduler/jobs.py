"""Every job, as a table: when, how long it is caught up, who is due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.policy import Policies, Policy
from scheduler import finders, focus, silences, waiting
from scheduler.calendar import DAY, Calendar, local_moment
from scheduler.look import Finder

RETRO_DAY = 3  # Thursday
LAST_DAYS = 5  # working days of a month
QUARTER_ENDS = {3, 6, 9, 12}
WORKING_HOURS = tuple(f"{hour:02}:00" for hour in range(9, 19))


@dataclass(frozen=True, slots=True)
class Job:
    """`days`: on which days; `times`: at which local times; `window`: how long a missed slot is caught up.

    `apart`: not counted in a person's pushes of a day, nor merged with others.
    """

    name: str
    days: Callable[[Calendar, date], bool]
    times: Callable[[Policy], Sequence[str]]
    window: timedelta
    find: Finder
    apart: bool = False


def _working(calendar: Calendar, day: date) -> bool:
    return calendar.is_working(day)


def _check_in_day(calendar: Calendar, day: date) -> bool:
    return calendar.check_in_day(day) == day


def _week_begins(calendar: Calendar, day: date) -> bool:
    return calendar.first_of_week(day) == day


def _other_days(calendar: Calendar, day: date) -> bool:
    return calendar.is_working(day) and not _week_begins(calendar, day)


def _retro_day(calendar: Calendar, day: date) -> bool:
    monday = day - timedelta(days=day.weekday())
    # Not the week's number: some years have 53, and two odd ones would follow each other.
    return monday.toordinal() // 7 % 2 == 0 and calendar.last_working(monday, monday + RETRO_DAY * DAY) == day


def _month_end(calendar: Calendar, day: date) -> bool:
    return calendar.month_end(day) == day and day.month not in QUARTER_ENDS


def _quarter_end(calendar: Calendar, day: date) -> bool:
    return calendar.month_end(day) == day and day.month in QUARTER_ENDS


def _before_month_end(calendar: Calendar, day: date) -> bool:
    """On each of the last days: who is away on one of them hears on the next, and a row keeps it once a month."""
    return any(calendar.month_end(day, before) == day for before in range(LAST_DAYS))


def _morning(policy: Policy) -> Sequence[str]:
    return (policy.morning_at,)


def _digest(policy: Policy) -> Sequence[str]:
    return (policy.digest_at,)


def _afternoon(policy: Policy) -> Sequence[str]:
    return (policy.check_in_at,)


def _hourly(_policy: Policy) -> Sequence[str]:
    return WORKING_HOURS


TODAY = timedelta(hours=8)
OVER_THE_WEEKEND = timedelta(hours=68)
TWO_DAYS = timedelta(days=2)

# The order is that of a shared card, and of importance where there is room for one more push only.
JOBS: tuple[Job, ...] = (
    Job("approvals", _working, _hourly, timedelta(hours=2), finders.approvals, apart=True),
    Job("silence_due", _working, _morning, TODAY, waiting.open_warnings),
    Job("silence", _working, _morning, TODAY, silences.silence),
    Job("red", _working, _morning, TODAY, finders.red),
    Job("checkin", _check_in_day, _afternoon, OVER_THE_WEEKEND, finders.check_in),
    Job("progress", _working, _morning, TODAY, finders.progress),
    Job("focus", _working, _morning, TODAY, focus.focus),
    Job("monthly_feedback", _before_month_end, _morning, TWO_DAYS, finders.monthly_feedback),
    Job("monthly_talk", _before_month_end, _morning, TWO_DAYS, finders.monthly_talk),
    Job("quarterly", _quarter_end, _morning, TWO_DAYS, finders.prompt("quarterly", "%Y%q")),
    Job("monthly", _month_end, _morning, TWO_DAYS, finders.prompt("monthly", "%Y-%m")),
    Job("retro", _retro_day, _morning, TWO_DAYS, finders.prompt("retro", "%G-W%V")),
    Job("digest_weekly", _week_begins, _digest, TODAY, finders.digest("weekly")),
    Job("digest_daily", _other_days, _digest, TODAY, finders.digest("daily")),
)


def slots(job: Job, calendar: Calendar, policies: Policies, zone: ZoneInfo, at: datetime) -> list[datetime]:
    """The nominal times that have come by then and are still inside the job's window, oldest first.

    Those of every department: whose they are is asked person by person (`is_for`).
    """
    latest = at + timedelta(minutes=policies.company.spread_minutes)
    first, last = (at - job.window).astimezone(zone).date(), latest.astimezone(zone).date()
    days = [first + n * DAY for n in range((last - first).days + 1)]
    times = sorted({text for policy in policies.every() for text in job.times(policy)})
    found = [
        local_moment(day, time.fromisoformat(text), zone) for day in days if job.days(calendar, day) for text in times
    ]
    return [slot for slot in found if at - job.window < slot <= latest]


def is_for(job: Job, policy: Policy, slot: datetime) -> bool:
    """Whether a nominal time is that of the people under this policy."""
    zone = slot.tzinfo
    assert isinstance(zone, ZoneInfo)
    return any(local_moment(slot.date(), time.fromisoformat(text), zone) == slot for text in job.times(policy))
