"""The sample company: thirty people on up to three platforms, their goals of the current quarter, weekly check-ins,
and what they told one another in the last weeks.

The tables in `company/` are as of one reference day; `write` moves them to any other day, keeping who is ahead and
who is behind. The order of the people is the order in which the page suggests them, a phone each.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.simulator.world import PLATFORMS, Account

TABLES = Path(__file__).with_name("company")
REFERENCE = date(2026, 11, 18)
ZONE = ZoneInfo("Asia/Shanghai")
FRIDAY = 4
PEOPLE = ("id", "name", "aliases", "department", "manager", "roles", *PLATFORMS, "timezone", "locale", "hired")
GOALS = (
    "id",
    "owner",
    "title",
    "kind",
    "parent",
    "metric",
    "unit",
    "start",
    "current",
    "target",
    "weight",
    "due",
    "cycle",
)
HISTORY = ("goal", "at", "value", "note")
FEEDBACK = ("giver", "receiver", "at", "readers", "dimension", "behavior", "scene", "thanked", "text")

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Quarter:
    name: str
    start: date
    end: date

    def elapsed(self, today: date) -> float:
        return ((today - self.start).days + 1) / ((self.end - self.start).days + 1)


def quarter(today: date) -> Quarter:
    number = (today.month + 2) // 3
    start = date(today.year, number * 3 - 2, 1)
    after = date(today.year + number // 4, number % 4 * 3 + 1, 1)
    return Quarter(f"{today.year}Q{number}", start, after - timedelta(days=1))


def write(folder: Path, today: date) -> None:
    """Write people.csv and goals.csv as `maibo import` takes them, history.csv and feedback.csv, oldest first."""
    folder.mkdir(parents=True, exist_ok=True)
    history = _history(today)
    latest = {row["goal"]: row["value"] for row in history}
    _save(folder / "people.csv", PEOPLE, _people(today))
    _save(folder / "goals.csv", GOALS, _goals(today, latest))
    _save(folder / "history.csv", HISTORY, history)
    _save(folder / "feedback.csv", FEEDBACK, sorted(_feedback(today), key=lambda row: row["at"]))


def accounts() -> list[Account]:
    """Everybody's accounts, and those of two strangers: `person` is empty, for the company does not know them."""
    people = _table("people")
    ids = {row["id"]: row for row in people}
    nobody = dict.fromkeys(PLATFORMS, "")
    known = [a for row in people for a in _accounts(row, row["id"], ids.get(row["manager"], nobody))]
    return known + [a for row in _table("strangers") for a in _accounts(row, "", nobody)]


def _accounts(row: Row, person: str, manager: Mapping[str, str]) -> Iterator[Account]:
    for platform in PLATFORMS:
        if row[platform]:
            yield Account(platform, row[platform], person, row["name"], row["department"], manager[platform])


def _people(today: date) -> Iterator[Row]:
    """`hired` is a date, or for the newcomer the days before today as a negative number."""
    for row in _table("people"):
        hired = row["hired"]
        yield row | {"hired": _days(today, hired) if hired.startswith("-") else hired}


def _goals(today: date, latest: Mapping[str, str]) -> Iterator[Row]:
    """`due` is counted in days from the end of the quarter; `current` is the latest check-in."""
    cycle = quarter(today)
    for row in _table("goals"):
        current = latest.get(row["id"], row["start"])
        yield row | {"current": current, "due": _days(cycle.end, row["due"]), "cycle": cycle.name}


def _history(today: date) -> list[Row]:
    """Check-ins on Fridays of this quarter, oldest first.

    A value's way from the start is stretched by how much more of the quarter is over than on the reference day.
    """
    cycle = quarter(today)
    stretch = cycle.elapsed(today) / quarter(REFERENCE).elapsed(REFERENCE)
    goals = {row["id"]: row for row in _table("goals")}
    friday = today - timedelta(days=(today.weekday() - FRIDAY) % 7 or 7)
    rows = []
    for row in _table("history"):
        day = friday - timedelta(weeks=int(row["weeks_ago"]))
        if day >= cycle.start:
            at = datetime.combine(day, time.fromisoformat(row["time"]), ZONE).isoformat()
            value = _stretched(row["value"], goals[row["goal"]], stretch)
            rows.append({"goal": row["goal"], "at": at, "value": value, "note": row["note"]})
    return rows


def _feedback(today: date) -> Iterator[Row]:
    for row in _table("feedback"):
        day = today - timedelta(days=int(row.pop("days_ago")))
        at = datetime.combine(day, time.fromisoformat(row.pop("time")), ZONE)
        yield row | {"at": at.isoformat()}


def _stretched(value: str, goal: Row, stretch: float) -> str:
    """A value moved along, with the finest decimals the goal uses; one that is to be kept stays."""
    if goal["start"] == goal["target"]:
        return value
    start = float(goal["start"])
    decimals = max(len(text.partition(".")[2]) for text in (value, goal["start"], goal["target"]))
    moved = start + (float(value) - start) * stretch
    return f"{min(moved, 100.0) if goal['unit'] == '%' else moved:.{decimals}f}"


def _days(day: date, number: str) -> str:
    return (day + timedelta(days=int(number))).isoformat()


def _table(name: str) -> list[Row]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _save(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
