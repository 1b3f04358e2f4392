"""The sample company of the demo, brought into an empty database: people, goals, check-ins, and feedback."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from bot.bootstrap import now, open_core, ready_database
from bot.failure import Failure
from bot.settings import Settings
from bot.simulator import company
from handlers.imports import Intake, Point, import_goals, import_people, record
from handlers.sbi import read_feedback
from storage.tables import Feedback, FeedbackVersion, Goal, Person
from storage.vault import Vault

Row = Mapping[str, str]


def load(settings: Settings) -> None:
    """Bring the sample company in, once."""
    database = ready_database(settings, convenient=True)
    core = open_core(settings, database)
    moment = now()
    with database.write() as session:
        if session.exec(select(Person.id)).first() is None:
            files = _files(moment.astimezone(core.zone))
            _import(Intake(session, moment, core.zone, core.audit_key), files)
            _give(session, core.vault, files["feedback"])
    database.close()


def _files(today: datetime) -> dict[str, list[dict[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        company.write(Path(folder), today.date())
        return {path.stem: _table(path) for path in Path(folder).iterdir()}


def _import(intake: Intake, files: Mapping[str, Sequence[Row]]) -> None:
    # Without what it shows today: the history leads there.
    goals = [{**row, "current": ""} for row in files["goals"]]
    for outcome in (import_people(intake, _csv(files["people"])), import_goals(intake, _csv(goals))):
        if outcome.refused:
            raise Failure(f"The sample company does not fit this version: {outcome.refused[0][1]}.")
    record(intake, _points(intake.session, files["history"]))


def _points(session: Session, history: Sequence[Row]) -> Iterator[Point]:
    goals = {goal.id: goal for goal in session.exec(select(Goal))}
    for row in history:
        at = datetime.fromisoformat(row["at"])
        yield Point(goals[row["goal"]], at, float(row["value"]), "sample", row["note"])


def _give(session: Session, vault: Vault, rows: Sequence[Row]) -> None:
    """Feedback of the last weeks, oldest first. Nobody is told: it was read long ago."""
    for row in rows:
        at = datetime.fromisoformat(row["at"])
        receiver = session.get_one(Person, row["receiver"])
        reader = receiver.manager if row["readers"] == "receiver_and_manager" else None
        feedback = Feedback(giver=row["giver"], receiver=receiver.id, reader=reader, at=at)
        feedback.dimension, feedback.behavior, feedback.scene = row["dimension"], row["behavior"], row["scene"]
        feedback.thanked_at = at if row["thanked"] else None
        session.add(feedback)
        session.flush()
        sealed, score = vault.seal(row["text"]), read_feedback(row["text"]).score
        session.add(FeedbackVersion(feedback=feedback.id or 0, version=1, text_sealed=sealed, score=score, at=at))
        receiver.heard_at = at


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _csv(rows: Sequence[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
