"""What all imports share: the transaction they write in, what came of it, and the search for circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from handlers.imports.rows import Row
from storage import audit

ACTOR = "import"


@dataclass(frozen=True, slots=True)
class Intake:
    """`zone` is the company's: for times without an offset."""

    session: Session
    now: datetime
    zone: ZoneInfo
    audit_key: bytes

    def insert(self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
        """Many at once, past the object mapper: it would take longer than the database."""
        if rows:
            self.session.connection().execute(insert(table), rows)

    def audit(self, changes: Iterable[audit.Change]) -> None:
        audit.append_all(self.session, self.audit_key, changes, at=self.now, actor=ACTOR)


@dataclass(slots=True)
class Outcome:
    """Numbers of rows. Where one is `refused` (line, reason), nothing was written."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: Sequence[tuple[int, str]] = ()
    warnings: list[str] = field(default_factory=list)


def refusals(rows: Iterable[Row]) -> list[tuple[int, str]]:
    return [(row.line, reason) for row in rows for reason in row.reasons]


def refuse_doubles(rows: Iterable[Row]) -> None:
    """An id is the row's name: it stands in one line only."""
    first: dict[str, int] = {}
    for row in rows:
        name = row.required("id")
        if first.setdefault(name, row.line) != row.line:
            row.refuse(f"id {name!r} is in line {first[name]} already")


def on_circles(above: Mapping[str, str | None]) -> set[str]:
    """The ids from which the way up comes back to where it began."""
    found: set[str] = set()
    done: set[str] = set()
    for start in above:
        way: dict[str, int] = {}
        at: str | None = start
        while at is not None and at not in done and at not in way:
            way[at] = len(way)
            at = above.get(at)
        if at in way:
            found.update(list(way)[way[at] :])
        done.update(way)
    return found


def differences(row: SQLModel, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values` that are not in the row yet."""
    return {name: value for name, value in values.items() if getattr(row, name) != value}
