"""Days written in every way read back as the same day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding import read_date
from handlers.understanding.dates import read_moment
from handlers.understanding.periods import read_period

NOW = datetime(2026, 5, 14, 14, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()
WEEKDAYS = "一二三四五六日"
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def moment_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


@given(DAYS, DAYS)
def test_a_full_date_reads_back_whatever_day_it_is(day: date, today: date) -> None:
    forms = (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}")
    assert {read_date(form, moment_of(today)) for form in forms} == {day}


@given(DAYS, st.booleans())
def test_month_and_day_lie_in_the_direction_of_the_talk(today: date, future: bool) -> None:
    said = read_date("3月8号", moment_of(today), future=future)
    assert said is not None
    assert (said.month, said.day) == (3, 8)
    assert said >= today if future else said <= today
    assert abs(said - today) <= timedelta(days=366)


@given(DAYS)
def test_a_month_and_day_in_characters_is_the_same_day(day: date) -> None:
    text = f"{cn2an.an2cn(day.month)}月{cn2an.an2cn(day.day)}号"
    assert read_date(text, moment_of(day)) == day


@given(DAYS, st.integers(0, 6), st.sampled_from([("上", -1), ("这", 0), ("下", 1), ("下下", 2)]))
def test_weeks_are_counted_from_monday(today: date, weekday: int, which: tuple[str, int]) -> None:
    said = read_date(f"{which[0]}周{WEEKDAYS[weekday]}", moment_of(today))
    assert said is not None
    assert said.weekday() == weekday
    this_monday = today - timedelta(days=today.weekday())
    assert (said - timedelta(days=weekday) - this_monday).days == 7 * which[1]


@given(DAYS, st.integers(0, 6))
def test_a_bare_weekday_is_the_next_one_or_the_last_one(today: date, weekday: int) -> None:
    ahead = read_date(f"周{WEEKDAYS[weekday]}", moment_of(today))
    behind = read_date(f"周{WEEKDAYS[weekday]}", moment_of(today), future=False)
    assert ahead is not None
    assert behind is not None
    assert 0 <= (ahead - today).days < 7
    assert 0 <= (today - behind).days < 7
    assert ahead.weekday() == behind.weekday() == weekday


@given(DAYS, st.integers(1, 60))
def test_days_from_now(today: date, days: int) -> None:
    forms = (f"{days}天后", f"{days}天内", f"in {days} days", f"{cn2an.an2cn(days)}天之后")
    assert {read_date(form, moment_of(today)) for form in forms} == {today + timedelta(days=days)}


@given(DAYS, st.integers(1, 11), st.sampled_from([0, 15, 30]))
def test_clock_times_read_back(today: date, hour: int, minute: int) -> None:
    tail = "半" if minute == 30 else f"{minute}分" if minute else ""
    said = read_moment(f"明天下午{hour}点{tail}", moment_of(today))
    english = read_moment(f"tomorrow {hour}:{minute:02}pm", moment_of(today))
    assert said is not None
    assert english is not None
    assert said.time == english.time
    assert said.iso(moment_of(today)).endswith(f"T{hour + 12:02}:{minute:02}:00+00:00")


@given(st.text(max_size=40))
def test_any_text_is_read_without_failing(text: str) -> None:
    read_date(text, NOW)
    read_period(text, TODAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("月底前", "2026-05-31"),
        ("下个月10号", "2026-06-10"),
        ("季度末", "2026-06-30"),
        ("年底", "2026-12-31"),
        ("明年1月15号", "2027-01-15"),
        ("春节前", "2027-02-06"),
        ("大后天", "2026-05-17"),
        ("半个月后", "2026-05-29"),
        ("本周内", "2026-05-17"),
        ("next Friday", "2026-05-22"),
        ("end of June", "2026-06-30"),
        ("上半年", "2026-06-30"),
    ],
)
def test_days_people_name(text: str, day: str) -> None:
    assert read_date(text, NOW) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("下周一上午十点半", "2026-05-18T10:30:00+08:00"),
        ("明晚八点", "2026-05-15T20:00:00+08:00"),
        ("周五三点", "2026-05-15T15:00:00+08:00"),
        ("后天中午12点", "2026-05-16T12:00:00+08:00"),
        ("周五三点一刻", "2026-05-15T15:15:00+08:00"),
        ("Friday at 4", "2026-05-15T16:00:00+08:00"),
        ("今晚", "2026-05-14"),
    ],
)
def test_moments_carry_their_time_and_zone(text: str, moment: str) -> None:
    said = read_moment(text.lower(), NOW)
    assert said is not None
    assert said.iso(NOW) == moment


@pytest.mark.parametrize("text", ["2月30号", "13月1号", "周三家客户", "下周", "你好"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_date(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("4月份", "2026-04"),
        ("12月", "2025-12"),
        ("上季度", "2026Q1"),
        ("q1", "2026Q1"),
        ("去年第四季度", "2025Q4"),
        ("last month", "2026-04"),
        ("2026-03", "2026-03"),
        ("快照", None),
    ],
)
def test_periods(text: str, period: str | None) -> None:
    assert read_period(text, TODAY) == period
