"""The clock's own work: it deletes what nobody needs, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from scheduler import clock
from storage.database import Database
from storage.tables import Dialog, Person, Receipt
from tests.rhythm.conftest import ticker

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


def _receipt(key: str, state: str, days: int) -> Receipt:
    at = NOW - timedelta(days=days)
    return Receipt(platform="wecom", key=key, kind="Message", body_sealed=b"", state=state, due_at=at, received_at=at)


def test_receipts_long_done_go_and_the_others_stay(database: Database) -> None:
    with database.write() as session:
        for key, state, days in (("a", "done", 31), ("b", "done", 29), ("c", "failed", 99), ("d", "new", 99)):
            session.add(_receipt(key, state, days))
    assert clock.sweep(database, NOW) == 1
    with database.read() as session:
        assert set(session.exec(select(Receipt.key))) == {"b", "c", "d"}


def test_drafts_long_left_go(database: Database) -> None:
    with database.write() as session:
        session.add(Person(id="li", name="李雷", changed_at=NOW))
        session.flush()
        for command, days in (("CheckIn", 8), ("Revise", 6)):
            at = NOW - timedelta(days=days)
            session.add(Dialog(person="li", command=command, slots_sealed=b"", expires_at=at, at=at))
    assert clock.sweep(database, NOW) == 1


def test_many_rows_go_in_small_batches(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "BATCH", 2)
    with database.write() as session:
        session.add_all([_receipt(str(n), "done", 31) for n in range(5)])
    assert clock.sweep(database, NOW) == 5


def test_the_clock_ticks_and_outlives_trouble(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ticked = threading.Event()
    times: Iterator[datetime | Exception] = iter([RuntimeError("no time"), NOW])

    def now() -> datetime:
        at = next(times, NOW)
        if isinstance(at, Exception):
            raise at
        ticked.set()
        return at

    monkeypatch.setattr(clock, "TICK", timedelta(seconds=0.05))
    ticking = clock.Clock(ticker(database), now)
    ticking.start()
    assert ticked.wait(10)
    ticking.stop()
