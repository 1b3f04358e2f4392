"""Data in and out of the command line: CSV files, exports, the audit log."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError

from bot.bootstrap import now, open_core, ready_database
from bot.failure import Failure
from bot.settings import Settings
from handlers import exports, imports, policy
from handlers.imports.rows import read_moment
from storage import audit
from storage.tables import Person

Importer = Callable[[imports.Intake, bytes], imports.Outcome]
IMPORTERS: Mapping[str, Importer] = {
    "people": imports.import_people,
    "goals": imports.import_goals,
    "metrics": imports.import_metrics,
    "calendar": imports.import_calendar,
}


def import_file(settings: Settings, kind: str, content: bytes) -> imports.Outcome:
    """Raises Failure where the file cannot be read at all."""
    database = ready_database(settings, convenient=True)
    core = open_core(settings, database)
    try:
        with database.write() as session:
            return IMPORTERS[kind](imports.Intake(session, now(), core.zone, core.audit_key), content)
    except imports.UnreadableFileError as error:
        raise Failure(str(error)) from None
    except IntegrityError:
        raise Failure("Somebody else changed the same rows meanwhile: import the file again.") from None
    finally:
        database.close()


def write_export(settings: Settings, kind: str, form: str, reader: str | None, to: IO[str]) -> None:
    """JSON: one array, a row a line. CSV: with a header; lists of words are joined by `;`."""
    database = ready_database(settings)
    core = open_core(settings, database)
    with database.read() as session:
        person = session.get(Person, reader) if reader is not None else None
        if reader is not None and person is None:
            raise Failure(f"Nobody has the id {reader!r}: `maibo export people` lists the ids.")
        rows = exports.export(kind, exports.Export(session, core.vault, core.zone, person))
        (write_csv if form == "csv" else write_json)(exports.KINDS[kind].columns, rows, to)
    database.close()


def verify_audit(settings: Settings) -> None:
    """Raises Failure that names the first broken entry."""
    database = ready_database(settings)
    core = open_core(settings, database)
    with database.read() as session:
        broken = audit.verify(session, core.audit_key)
    database.close()
    if broken is not None:
        raise Failure(f"The audit log is broken at entry {broken.seq}: {broken.why}.")


def set_policy(settings: Settings, department: str, changes: Mapping[str, str | None]) -> dict[str, Any]:
    """Change what a department (empty: the company) sets, in the audit log too; returns what it sets now."""
    database = ready_database(settings, convenient=True)
    core = open_core(settings, database)
    try:
        with database.write() as session:
            before = policy.own(session, department)
            after = policy.store(session, department, changes)
            if changes:
                session.flush()
                change = audit.Change("policy", department or "company", before, after)
                audit.append_all(session, core.audit_key, [change], at=now(), actor="cli")
            return after
    except ValueError as error:
        raise Failure(f"{error}.") from None
    finally:
        database.close()


def run_tick(settings: Settings, at: datetime, *, dry: bool) -> list[dict[str, str]]:
    """What is pushed at that moment: `{job, slot, person, kind, text}`. `dry`: nothing is changed."""
    from scheduler.tick import Ticker

    database = ready_database(settings)
    pushes = Ticker(database, open_core(settings, database)).tick(at, dry=dry)
    database.close()
    return [asdict(push) for push in pushes]


def read_at(text: str, settings: Settings) -> datetime:
    """An ISO time; without an offset in the company's zone. ValueError for anything else."""
    return read_moment(text, ZoneInfo(settings.timezone))


def write_json(_columns: tuple[str, ...], rows: Iterator[exports.Row], to: IO[str]) -> None:
    to.write("[")
    for number, row in enumerate(rows):
        to.write(",\n" if number else "\n")
        json.dump(row, to, ensure_ascii=False)
    to.write("\n]\n")


def write_csv(columns: tuple[str, ...], rows: Iterator[exports.Row], to: IO[str]) -> None:
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])


def _cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ";".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict | bool) else value
