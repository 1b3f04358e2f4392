"""`maibo import calendar`: the days that are not what their weekday says, as the State Council publishes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from handlers.imports.intake import Intake, Outcome, refusals
from handlers.imports.rows import read_rows
from storage.audit import Change
from storage.tables import CalendarDay

CALENDAR_COLUMNS = ("day", "kind", "name")
KINDS = ("off", "work", "own")


def import_calendar(intake: Intake, content: bytes) -> Outcome:
    """`kind`: off (holiday), work (weekend day with work), own (the company's). Raises UnreadableFileError."""
    rows = read_rows(content, CALENDAR_COLUMNS, ("day", "kind"), ())
    found: dict[date, CalendarDay] = {}
    for row in rows:
        row.required("day")
        day, kind = row.day("day"), row.one_of("kind", KINDS, "")
        if day in found:
            row.refuse(f"{day} is there twice")
        elif day is not None:
            found[day] = CalendarDay(day=day, kind=kind, name=row.text("name"))
    refused = refusals(rows)
    return Outcome(refused=refused) if refused else _write(intake, found.values())


def _write(intake: Intake, days: Iterable[CalendarDay]) -> Outcome:
    outcome, changes = Outcome(), []
    for day in days:
        old = intake.session.get(CalendarDay, day.day)
        before = old.kind if old else None
        if before == day.kind:
            outcome.unchanged += 1
            continue
        outcome.added += old is None
        outcome.changed += old is not None
        intake.session.merge(day)
        changes.append(
            Change("calendar.day", day.day.isoformat(), {"kind": before} if before else None, {"kind": day.kind})
        )
    intake.audit(changes)
    return outcome
