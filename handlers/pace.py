"""Where a goal should be by now, and how it stands against that."""

from __future__ import annotations

import calendar
import math
import re
from datetime import date, timedelta

from storage.tables import Goal

GRACE = timedelta(days=31)  # how long after its cycle a goal still takes check-ins
YELLOW = 0.05  # that share of the way behind the pace
RED = 0.20


def cycle_span(cycle: str) -> tuple[date, date]:
    """First and last day of `2026Q4`, `2026-11` or `2026`. ValueError for anything else."""
    found = re.fullmatch(r"(\d{4})(?:Q([1-4])|-(0[1-9]|1[0-2]))?", cycle)
    if not found:
        raise ValueError(f"{cycle!r} is not a cycle such as 2026Q4, 2026-11 or 2026")
    year, quarter, month = int(found[1]), found[2], found[3]
    first = (int(quarter) - 1) * 3 + 1 if quarter else int(month or 1)
    last = first + 2 if quarter else int(month or 12)
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def is_open(goal: Goal, today: date) -> bool:
    """Whether the goal's cycle has begun and is not over for longer than the grace."""
    begins, ends = cycle_span(goal.cycle)
    return begins <= today <= max(ends, goal.due) + GRACE


def is_running(goal: Goal, today: date) -> bool:
    """Whether somebody should be asked about it: its cycle has begun and it is not past its day."""
    return is_open(goal, today) and today <= goal.due


def progress(goal: Goal) -> float:
    """Share of the way from start to target: 0 at the start, 1 at the target; may be beyond, or negative."""
    if goal.direction == "keep":
        allowed = max(abs(goal.target) * 0.1, 1e-9)
        return 1.0 - abs(goal.current - goal.target) / allowed
    if goal.target == goal.start:
        return 1.0 if goal.current == goal.target else 0.0
    return (goal.current - goal.start) / (goal.target - goal.start)


def elapsed(goal: Goal, today: date) -> float:
    """Share of the time from the cycle's first day to the due day that has passed, 0 to 1."""
    begins, _ = cycle_span(goal.cycle)
    days = (goal.due - begins).days
    return min(1.0, max(0.0, (today - begins).days / days)) if days > 0 else 1.0


def health(goal: Goal, today: date) -> str:
    """green, yellow or red: how far behind the expected pace."""
    if goal.direction == "keep":
        share = progress(goal)
        return "green" if share >= 0.5 else "yellow" if share >= 0 else "red"  # noqa: PLR2004 - half and all of the band
    behind = elapsed(goal, today) - progress(goal)
    return "green" if behind <= YELLOW else "yellow" if behind <= RED else "red"


def ahead(goal: Goal, today: date) -> int | None:
    """Days before (+) or behind (-) the expected pace; None where the target is reached."""
    done = progress(goal)
    if done >= 1.0:
        return None
    begins, _ = cycle_span(goal.cycle)
    days = max(1, (goal.due - begins).days)
    return round((done - elapsed(goal, today)) * days)


def red_day(goal: Goal) -> date:
    """The day on which the goal is red if nothing moves from now on; `date.max` where that never comes."""
    begins, _ = cycle_span(goal.cycle)
    if goal.direction == "keep":
        return begins if progress(goal) < 0 else date.max
    days = max(0, (goal.due - begins).days)
    share = progress(goal) + RED
    return begins + timedelta(days=max(0, math.floor(share * days) + 1)) if share < 1.0 else date.max


def note_red(goal: Goal, today: date) -> None:
    """Keep `red_on` true after the goal has changed: a goal that turns red by a change is red from today on."""
    turns = red_day(goal)
    if turns <= today and goal.red_on is not None:
        turns = min(goal.red_on, today)
    goal.red_on = turns


def settle(goal: Goal) -> None:
    """Before a change: what is not computed yet is computed from how the goal stands."""
    if goal.red_on is None:
        goal.red_on = red_day(goal)
