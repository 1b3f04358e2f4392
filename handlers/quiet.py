"""Quiet hours, on somebody's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from handlers.policy import Policy

DAY = timedelta(days=1)


def is_quiet(local: datetime, begins: time, ends: time) -> bool:
    """Whether a local time is in the quiet hours, which may span midnight."""
    now = local.time()
    if begins <= ends:
        return begins <= now < ends
    return now >= begins or now < ends


def over_at(local: datetime, rules: Policy) -> datetime:
    """When the quiet hours end that a local time is in; that time itself where it is in none."""
    begins, ends = time.fromisoformat(rules.quiet_from), time.fromisoformat(rules.quiet_until)
    if not is_quiet(local, begins, ends):
        return local
    day = local.date() if local.time() < ends else local.date() + DAY
    # Over UTC and back: a time of day that the clock skips is the moment as long after the skip.
    return datetime.combine(day, ends, local.tzinfo).astimezone(UTC).astimezone(local.tzinfo)
