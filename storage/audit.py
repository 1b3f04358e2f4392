"""The audit log: a chain of entries, each signed together with the one before.

Whoever changes, removes, inserts or cuts off an entry without the key breaks the chain, and `verify` finds the place.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from storage.tables import AuditEntry, AuditHead

START = "0" * 64
SIGNED = ("seq", "at", "actor", "action", "subject", "before", "after", "previous")


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not as it was written."""

    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to what. Never put private text in it."""

    action: str
    subject: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def append(  # noqa: PLR0913 - an entry has these parts
    session: Session,
    key: bytes,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry in the caller's transaction. Never put private text in it."""
    append_all(session, key, [Change(action, subject, before, after)], at=at, actor=actor)


def append_all(session: Session, key: bytes, changes: Iterable[Change], *, at: datetime, actor: str) -> None:
    """Add many entries of one moment in the caller's transaction."""
    head = session.get_one(AuditHead, 1, with_for_update=True)
    seq, previous = head.seq, head.digest
    entries = []
    for change in changes:
        seq += 1
        entry: dict[str, Any] = {
            "seq": seq,
            "at": at,
            "actor": actor,
            "action": change.action,
            "subject": change.subject,
            "before": None if change.before is None else dict(change.before),
            "after": None if change.after is None else dict(change.after),
            "previous": previous,
        }
        previous = sign(key, entry)
        entries.append({**entry, "digest": previous})
    head.seq, head.digest = seq, previous
    session.flush()
    if entries:
        session.connection().execute(insert(AuditEntry), entries)


def sign(key: bytes, entry: Mapping[str, Any]) -> str:
    parts = {name: entry[name] for name in SIGNED} | {"at": entry["at"].astimezone(UTC).isoformat()}
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def verify(session: Session, key: bytes) -> Broken | None:
    """Walk the chain from its start; None when it is whole."""
    chain = select(AuditEntry).order_by(col(AuditEntry.seq)).execution_options(yield_per=500)
    previous, seq = START, 0
    with closing(session.exec(chain)) as entries:
        for entry in entries:
            seq += 1
            why = _fault(entry, seq, previous, key)
            if why:
                return Broken(seq, why)
            previous = entry.digest
    head = session.get(AuditHead, 1)
    if head is None or (head.seq, head.digest) != (seq, previous):
        return Broken(seq + 1, "the end of the log is missing")
    return None


def _fault(entry: AuditEntry, seq: int, previous: str, key: bytes) -> str:
    """Why an entry is not what it should be here; empty where it is."""
    if entry.seq != seq:
        return "an entry is missing here"
    if entry.previous != previous:
        return "it does not follow the entry before"
    if not hmac.compare_digest(entry.digest, sign(key, entry.model_dump())):
        return "its content was changed, or MAIBO_SECRET_KEY is another one"
    return ""
