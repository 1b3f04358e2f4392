"""The clock. It decides nothing: it ticks for the jobs whose time has come, and sweeps to tidy up.

`maibo tick --at` and the real clock call the same `Ticker.tick`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import ColumnElement, delete
from sqlmodel import col, select

from scheduler.tick import Ticker
from storage.database import Database
from storage.tables import Dialog, Receipt

TICK = timedelta(seconds=30)
SWEEP = timedelta(hours=1)
RECEIPTS_KEPT = timedelta(days=30)
DIALOGS_KEPT = timedelta(days=7)
BATCH = 500  # rows a transaction: nobody else waits long

log = logging.getLogger(__name__)


def sweep(database: Database, now: datetime) -> int:
    """Delete what nobody needs any more: receipts long done, drafts long left. Returns how many rows."""
    receipts = (col(Receipt.state) == "done") & (col(Receipt.due_at) < now - RECEIPTS_KEPT)
    dialogs = col(Dialog.at) < now - DIALOGS_KEPT
    return _delete(database, Receipt, receipts) + _delete(database, Dialog, dialogs)


def _delete(database: Database, table: type[Receipt | Dialog], condition: ColumnElement[bool]) -> int:
    total = 0
    while True:
        with database.write() as session:
            ids = session.exec(select(table.id).where(condition).limit(BATCH)).all()
            session.connection().execute(delete(table).where(col(table.id).in_(ids)))
        total += len(ids)
        if len(ids) < BATCH:
            return total


@dataclass(slots=True)
class Clock:
    """Ticks in a thread until it is stopped. Any number of them may run at the same time."""

    ticker: Ticker
    now: Callable[[], datetime]
    every: timedelta | None = None
    _scheduler: BackgroundScheduler = field(default_factory=lambda: BackgroundScheduler(timezone=UTC))

    def start(self) -> None:
        for name, what, every in (("tick", self.ticker.tick, self.every or TICK), ("sweep", self._sweep, SWEEP)):
            self._scheduler.add_job(
                self._run,
                "interval",
                (name, what),
                seconds=every.total_seconds(),
                coalesce=True,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for what is running."""
        if self._scheduler.running:
            self._scheduler.shutdown()

    def _sweep(self, now: datetime) -> object:
        return sweep(self.ticker.database, now)

    def _run(self, name: str, what: Callable[[datetime], object]) -> None:
        try:
            what(self.now())
        except Exception as error:  # noqa: BLE001 - the clock outlives a database that is gone for a while
            log.error("clock in trouble", extra={"at": name, "error": type(error).__name__})  # noqa: TRY400 - no private text
