"""Who speaks, when, and about what: the facts a sentence is understood against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    department: str = ""
    manager: str | None = None


@dataclass(frozen=True)
class Goal:
    id: str
    owner: str
    title: str
    metric: str
    unit: str
    start: float
    current: float
    target: float
    aliases: tuple[str, ...] = ()

    @property
    def falls(self) -> bool:
        """Whether less is better."""
        return self.target < self.start


@dataclass(frozen=True)
class Context:
    """One moment in one company. `now` carries its time zone.

    Keep the same `people` tuple from one sentence to the next: its index is found by identity.
    """

    now: datetime
    cycle_start: date
    cycle_end: date
    speaker: str
    people: tuple[Person, ...]
    goals: tuple[Goal, ...]

    @classmethod
    def from_json(cls, obj: dict[str, Any]) -> Context:
        return cls(
            now=datetime.fromisoformat(obj["now"]),
            cycle_start=date.fromisoformat(obj["cycle"]["start"]),
            cycle_end=date.fromisoformat(obj["cycle"]["end"]),
            speaker=obj["speaker"],
            people=tuple(_person(row) for row in obj["people"]),
            goals=tuple(_goal(row) for row in obj["goals"]),
        )


def _person(row: dict[str, Any]) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        aliases=tuple(row.get("aliases", ())),
        department=row.get("department", ""),
        manager=row.get("manager"),
    )


def _goal(row: dict[str, Any]) -> Goal:
    return Goal(
        id=row["id"],
        owner=row["owner"],
        title=row["title"],
        metric=row["metric"],
        unit=row["unit"],
        start=float(row["start"]),
        current=float(row["current"]),
        target=float(row["target"]),
        aliases=tuple(row.get("aliases", ())),
    )
