"""The audit log shows any edit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from storage import audit
from storage.database import Database

KEY = b"signing key"
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


def write(database: Database, count: int) -> None:
    with database.write() as session:
        for n in range(count):
            audit.append(
                session,
                KEY,
                at=NOW,
                actor="lilei",
                action="checkin",
                subject="G-101",
                before={"value": n},
                after={"value": n + 0.5},
            )


def broken(database: Database, key: bytes = KEY) -> int | None:
    with database.read() as session:
        found = audit.verify(session, key)
    return found.seq if found else None


def test_an_untouched_log_is_whole(database: Database) -> None:
    assert broken(database) is None
    write(database, 5)
    assert broken(database) is None


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        ("UPDATE audit_log SET actor = 'somebody' WHERE seq = 3", 3),
        ("UPDATE audit_log SET after = '{\"value\": 99}' WHERE seq = 2", 2),
        ("UPDATE audit_log SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 4", 4),
        ("DELETE FROM audit_log WHERE seq = 3", 3),
        ("DELETE FROM audit_log WHERE seq = 5", 5),
        ("DELETE FROM audit_log", 1),
        ("UPDATE audit_log SET previous = digest WHERE seq = 2", 2),
    ],
)
def test_every_edit_is_found(database: Database, edit: str, place: int) -> None:
    write(database, 5)
    with database.write() as session:
        session.connection().execute(text(edit))
    assert broken(database) == place


def test_whoever_recomputes_the_chain_without_the_key_is_found(database: Database) -> None:
    write(database, 2)
    with database.write() as session:
        audit.append(session, b"another key", at=NOW, actor="mallory", action="checkin", subject="G-101")
    assert broken(database) == 3


def test_a_rolled_back_change_leaves_no_entry(database: Database) -> None:
    with database.write() as session:
        audit.append(session, KEY, at=NOW, actor="lilei", action="checkin", subject="G-101")
        session.rollback()
    write(database, 1)
    assert broken(database) is None
