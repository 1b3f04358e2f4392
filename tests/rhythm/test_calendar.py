"""Working days with 调休, zones with skipped hours, quiet hours: facts, and what holds for any calendar."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.metrics import Metrics
from handlers import policy
from handlers.policy import Policies, Policy
from handlers.quiet import is_quiet
from scheduler import jobs
from scheduler.calendar import WEEKENDS, Calendar, chinese, local_moment
from scheduler.tick import read_calendar
from storage.database import Database
from storage.tables import CalendarDay

NAMES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu")
ZONES = [ZoneInfo(name) for name in NAMES]
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
calendars = st.builds(Calendar, st.frozensets(DAYS, max_size=40), st.frozensets(DAYS, max_size=40))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given


@pytest.mark.parametrize(
    ("day", "working"),
    [("2026-10-10", True), ("2026-10-05", False), ("2026-02-14", True), ("2026-02-17", False), ("2026-11-22", False)],
)
def test_make_up_days_are_worked_and_holidays_are_not(day: str, working: bool) -> None:
    assert chinese().is_working(date.fromisoformat(day)) is working


def test_the_weekly_card_comes_on_the_last_working_day_where_friday_is_none() -> None:
    assert chinese().check_in_day(date(2026, 9, 30)) == date(2026, 9, 30)  # Friday is in the National Day week
    assert chinese().check_in_day(date(2026, 10, 10)) == date(2026, 10, 9)  # a make-up Saturday changes nothing
    assert chinese().check_in_day(date(2026, 2, 18)) is None  # a week without work


def test_a_year_that_is_not_published_is_weekends_only_and_reported() -> None:
    calendar = chinese()
    assert calendar.missing(date(2026, 11, 22)) == []
    assert calendar.missing(date(2026, 12, 1)) == [2027]
    assert calendar.is_working(date(2027, 1, 1))  # a Friday; nobody has said yet that it is off


def test_where_only_weekends_count_no_year_is_missing(database: Database) -> None:
    with database.write() as session:
        policy.store(session, "", {"holidays": "weekends"})
        session.add(CalendarDay(day=date(2028, 6, 6), kind="own"))
    with database.read() as session:
        calendar = read_calendar(session)
    assert calendar.missing(date(2030, 12, 1)) == []
    assert not calendar.is_working(date(2028, 6, 6))


@pytest.mark.parametrize(("holidays", "missing"), [("cn", 1.0), ("weekends", 0.0)])
def test_the_metric_says_how_many_years_are_missing(database: Database, holidays: str, missing: float) -> None:
    with database.write() as session:
        policy.store(session, "", {"holidays": holidays})
    metrics = Metrics()
    metrics.page(database, datetime(2026, 12, 2, tzinfo=UTC))
    assert metrics.registry.get_sample_value("maibo_calendar_years_missing") == missing


def test_a_loaded_file_makes_a_year_known_and_a_day_alone_does_not(database: Database) -> None:
    with database.write() as session:
        session.add_all(CalendarDay(day=date(2027, month, day), kind="off") for month, day in ((1, 1), (5, 3), (10, 1)))
        session.add(CalendarDay(day=date(2028, 6, 6), kind="own"))
        session.add(CalendarDay(day=date(2029, 1, 1), kind="off"))
    with database.read() as session:
        calendar = read_calendar(session)
    assert calendar.missing(date(2027, 6, 1)) == []
    assert calendar.missing(date(2028, 6, 1)) == [2028]
    assert calendar.missing(date(2029, 6, 1)) == [2029]
    assert not calendar.is_working(date(2027, 1, 1))
    assert not calendar.is_working(date(2028, 6, 6))


def test_a_retro_comes_every_second_week_also_where_a_year_has_53() -> None:
    (retro,) = [job for job in jobs.JOBS if job.name == "retro"]
    days = [date(2026, 11, 1) + timedelta(days=n) for n in range(200)]
    found = [day for day in days if retro.days(WEEKENDS, day)]
    assert date(2026, 12, 24) in found
    assert {b - a for a, b in itertools.pairwise(found)} == {timedelta(weeks=2)}


@given(calendars, DAYS)
def test_the_weekly_card_comes_once_a_week_on_a_working_day(calendar: Calendar, day: date) -> None:
    monday = day - timedelta(days=day.weekday())
    week = [monday + timedelta(days=n) for n in range(7)]
    (chosen,) = {calendar.check_in_day(d) for d in week}
    working = [d for d in week if calendar.is_working(d)]
    assert chosen in working if working else chosen is None


@given(calendars, DAYS, st.integers(0, 10))
def test_what_is_reached_has_so_many_working_days_before_it_and_the_next_day_more(
    calendar: Calendar, day: date, days: int
) -> None:
    last = calendar.reach(day, days)
    left = [calendar.is_working(day + timedelta(days=n)) for n in range(1, (last - day).days + 1)]
    assert sum(left) == days
    assert calendar.is_working(last + timedelta(days=1))


@given(calendars, moments, st.integers(0, 10))
def test_waiting_working_days_ends_on_a_working_day(calendar: Calendar, moment: datetime, days: int) -> None:
    ends = calendar.after(moment, days)
    assert calendar.is_working(ends.date())
    waited = (moment.date() + timedelta(days=n) for n in range((ends.date() - moment.date()).days))
    assert sum(map(calendar.is_working, waited)) == days


@given(DAYS, st.times(), st.sampled_from(ZONES))
def test_a_local_moment_is_on_its_day_and_at_most_a_skip_late(day: date, at: time, zone: ZoneInfo) -> None:
    local = local_moment(day, at.replace(tzinfo=None), zone)
    late = local.replace(tzinfo=None) - datetime.combine(day, at.replace(tzinfo=None))
    assert timedelta() <= late <= timedelta(hours=1)


@given(st.times(), st.times(), st.times())
def test_quiet_hours_and_their_complement_share_the_day(now: time, begins: time, ends: time) -> None:
    local = datetime.combine(date(2026, 11, 20), now, UTC)
    if begins != ends:
        assert is_quiet(local, begins, ends) is not is_quiet(local, ends, begins)


@given(moments, st.sampled_from(jobs.JOBS), st.sampled_from(ZONES))
def test_ticks_close_together_miss_no_slot_and_name_it_alike(at: datetime, job: jobs.Job, zone: ZoneInfo) -> None:
    """A slot that comes between two ticks is found by the later one; the same slot has the same name in both."""
    calendar, policies = chinese(), Policies(Policy(spread_minutes=0), {"总部": {"morning_at": "14:30"}})
    earlier = jobs.slots(job, calendar, policies, zone, at)
    later = jobs.slots(job, calendar, policies, zone, at + timedelta(minutes=30))
    kept = [slot for slot in earlier if slot > at + timedelta(minutes=30) - job.window]
    assert later[: len(kept)] == kept
    assert all(at < slot <= at + timedelta(minutes=30) for slot in later[len(kept) :])
