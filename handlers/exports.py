"""What `maibo export` writes: one kind of thing, as rows of plain values, only what the reader may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, SQLModel, col, select

from handlers import pace, permissions
from handlers.imports import GOAL_COLUMNS, PEOPLE_COLUMNS
from handlers.permissions import may
from storage.tables import (
    Account,
    AuditEntry,
    CheckIn,
    Delivery,
    Evidence,
    Feedback,
    FeedbackVersion,
    Goal,
    KeptFile,
    Nudge,
    Person,
    Revision,
)
from storage.vault import Vault

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """`reader`: as whom; None is the operator, who sees every row and no private text. Times are in `zone`."""

    session: Session
    vault: Vault
    zone: ZoneInfo
    reader: Person | None

    def may(self, act: str, relate: Callable[..., set[str]], *thing: object) -> bool:
        """`relate` says in which relations the reader stands to the thing."""
        return self.reader is None or may(act, relate(self.session, self.reader, *thing))

    def time(self, moment: datetime | None) -> str | None:
        return moment.astimezone(self.zone).isoformat() if moment else None


@dataclass(frozen=True, slots=True)
class Kind:
    columns: tuple[str, ...]
    rows: Callable[[Export], Iterator[Row]]


def export(kind: str, of: Export) -> Iterator[Row]:
    """Rows with the columns of `KINDS[kind]`, in their order. Who has left sees nothing."""
    wanted = KINDS[kind]
    for row in wanted.rows(of) if of.reader is None or of.reader.active else ():
        yield {column: row[column] for column in wanted.columns}


def _people(of: Export) -> Iterator[Row]:
    accounts: dict[str, Row] = {}
    for account in of.session.exec(select(Account)):
        accounts.setdefault(account.person, {})[account.platform] = account.id
    nowhere = dict.fromkeys(("wecom", "dingtalk", "feishu"), "")
    for person in of.session.exec(select(Person).order_by(Person.id)):
        if of.may("person.see", _as_person):
            had = accounts.get(person.id, {})
            yield {**person.model_dump(), **nowhere, **had, "hired": _day(person.hired)}


def _goals(of: Export) -> Iterator[Row]:
    for goal in _seen_goals(of):
        numbers = {name: _number(getattr(goal, name)) for name in ("start", "current", "target", "weight")}
        progress = round(pace.progress(goal), 4)
        yield {**goal.model_dump(), **numbers, "due": _day(goal.due), "progress": progress}


def _seen_goals(of: Export) -> list[Goal]:
    # Kept in the session: asking who stands above whom takes no query per goal.
    everybody = of.session.exec(select(Person)).all()
    goals = of.session.exec(select(Goal).order_by(Goal.id)).all()
    seen = [goal for goal in goals if of.may("goal.see", permissions.to_goal, goal)]
    del everybody
    return seen


def _checkins(of: Export) -> Iterator[Row]:
    seen = {goal.id for goal in _seen_goals(of)}
    evidence = _evidence(of.session)
    for checkin in of.session.exec(select(CheckIn).order_by(col(CheckIn.id))):
        if checkin.goal in seen:
            yield {
                **checkin.model_dump(),
                "id": f"C-{checkin.id}",
                "value": _number(checkin.value),
                "previous": _number(checkin.previous),
                "at": of.time(checkin.at),
                "undone_at": of.time(checkin.undone_at),
                "evidence": evidence.get(checkin.id or 0, []),
            }


def _evidence(session: Session) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    files = select(Evidence, KeptFile.sha256, KeptFile.name).order_by(col(Evidence.id))
    for row, digest, name in session.exec(files.join(KeptFile, col(Evidence.file) == col(KeptFile.id), isouter=True)):
        found.setdefault(row.checkin, []).append({"sha256": digest, "name": row.name or name or "", "state": row.state})
    return found


def _revisions(of: Export) -> Iterator[Row]:
    for revision in of.session.exec(select(Revision).order_by(col(Revision.id))):
        if of.may("revision.see", permissions.to_revision, revision):
            numbers = ("old_target", "new_target", "old_weight", "new_weight")
            yield {
                **revision.model_dump(),
                **{name: _number(getattr(revision, name)) for name in numbers},
                "id": f"R-{revision.id}",
                "old_due": _day(revision.old_due),
                "new_due": _day(revision.new_due),
                "decided_at": of.time(revision.decided_at),
                "at": of.time(revision.at),
            }


def _feedback(of: Export) -> Iterator[Row]:
    for feedback in of.session.exec(select(Feedback).order_by(col(Feedback.id))):
        relations = permissions.to_feedback(of.reader, feedback) if of.reader else set()
        if of.reader is None or may("feedback.count", relations):
            versions = _versions(of, feedback, readable=may("feedback.read", relations))
            yield {
                **feedback.model_dump(),
                "id": f"F-{feedback.id}",
                "at": of.time(feedback.at),
                "text": versions[-1]["text"] if versions else None,
                "score": versions[-1]["score"] if versions else None,
                "document": _document(of, feedback, readable=may("feedback.read", relations)),
                "versions": versions,
            }


def _versions(of: Export, feedback: Feedback, *, readable: bool) -> list[Row]:
    """Every wording but those taken back; the words only where they may be read."""
    wordings = select(FeedbackVersion).where(
        FeedbackVersion.feedback == feedback.id, col(FeedbackVersion.undone_at).is_(None)
    )
    return [
        {
            "version": v.version,
            "at": of.time(v.at),
            "score": v.score,
            "text": of.vault.open(v.text_sealed) if readable else None,
        }
        for v in of.session.exec(wordings.order_by(col(FeedbackVersion.version)))
    ]


def _document(of: Export, feedback: Feedback, *, readable: bool) -> str | None:
    return of.vault.open(feedback.document_sealed) if readable and feedback.document_sealed else None


def _nudges(of: Export) -> Iterator[Row]:
    for nudge in of.session.exec(select(Nudge).order_by(col(Nudge.id))):
        if of.may("nudge.see", _to_nudge, nudge):
            times = {"at": of.time(nudge.at), "answered_at": of.time(nudge.answered_at)}
            yield {**nudge.model_dump(), **times, "id": f"N-{nudge.id}"}


def _to_nudge(_session: Session, reader: Person, nudge: Nudge) -> set[str]:
    return permissions.to_nudge(reader, nudge)


def _deliveries(of: Export) -> Iterator[Row]:
    for delivery in of.session.exec(select(Delivery).order_by(col(Delivery.id))):
        if of.may("delivery.see", _to_delivery, delivery):
            times = {"at": of.time(delivery.at), "sent_at": of.time(delivery.sent_at)}
            yield {**delivery.model_dump(exclude={"card_sealed"}), **times}


def _as_person(_session: Session, reader: Person) -> set[str]:
    return permissions.of_person(reader)


def _to_delivery(_session: Session, reader: Person, delivery: Delivery) -> set[str]:
    return permissions.of_person(reader) | ({"self"} if delivery.person == reader.id else set())


def _audit(of: Export) -> Iterator[Row]:
    if of.may("audit.see", _as_person):
        for entry in of.session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))):
            yield {**entry.model_dump(), "at": of.time(entry.at)}


def _number(value: float | None) -> float | None:
    """85 rather than 85.0."""
    return int(value) if value is not None and value.is_integer() else value


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _columns(table: type[SQLModel], *more: str, without: Sequence[str] = ()) -> tuple[str, ...]:
    return (*(name for name in table.model_fields if name not in without), *more)


KINDS: Mapping[str, Kind] = {
    "people": Kind((*PEOPLE_COLUMNS, "active"), _people),
    "goals": Kind((*GOAL_COLUMNS, "direction", "version", "progress"), _goals),
    "checkins": Kind(_columns(CheckIn, "evidence"), _checkins),
    "revisions": Kind(
        (
            "id",
            "goal",
            "title",
            "unit",
            "requester",
            "approver",
            "state",
            "old_target",
            "new_target",
            "old_weight",
            "new_weight",
            "old_due",
            "new_due",
            "reason",
            "decided_by",
            "decided_at",
            "decision_reason",
            "at",
        ),
        _revisions,
    ),
    "feedback": Kind(
        (
            "id",
            "giver",
            "receiver",
            "reader",
            "state",
            "version",
            "score",
            "dimension",
            "behavior",
            "scene",
            "document",
            "request",
            "at",
            "text",
            "versions",
        ),
        _feedback,
    ),
    "nudges": Kind(
        (
            *("job", "slot", "person", "kind", "text"),
            *("id", "subject", "stage", "state", "answer", "answered_by", "answered_at", "at"),
        ),
        _nudges,
    ),
    "deliveries": Kind(
        ("id", "person", "platform", "account", "kind", "topic", "state", "attempts", "error", "at", "sent_at"),
        _deliveries,
    ),
    "audit": Kind(_columns(AuditEntry), _audit),
}
