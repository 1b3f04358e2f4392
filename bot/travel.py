"""A clock that can be moved forward, for the demo: how far is kept in a file, so that several processes agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from scheduler.calendar import FRIDAY

BEGINS, ENDS = time(10), time(18)  # a jump lands in working hours, where something can fall due
AFTERNOON = time(16)


@dataclass(frozen=True, slots=True)
class Traveller:
    """Now, and so many seconds as the file says."""

    path: Path

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead()

    def ahead(self) -> timedelta:
        try:
            return timedelta(seconds=float(self.path.read_text()))
        except (FileNotFoundError, ValueError):
            return timedelta()

    def travel(self, to: datetime) -> None:
        """Forward only: what is recorded keeps its order. The others see the old moment or the new one."""
        ahead = max(self.ahead(), to - datetime.now(UTC))
        fresh = self.path.with_suffix(".new")
        fresh.write_text(f"{ahead.total_seconds()}")
        fresh.replace(self.path)


def destination(jump: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Where a jump leads: `day`, `friday` (the next one, when the week's cards come) or `month` (30 days)."""
    local = now.astimezone(zone)
    if jump == "friday":
        friday = local.date() + timedelta(days=(FRIDAY - local.weekday()) % 7)
        landing = datetime.combine(friday, AFTERNOON, zone)
        return landing if landing > local else landing + timedelta(days=7)
    moved = local + timedelta(days={"day": 1, "month": 30}[jump])
    at = moved.timetz() if BEGINS <= moved.time() <= ENDS else BEGINS.replace(tzinfo=zone)
    return datetime.combine(moved.date(), at)
