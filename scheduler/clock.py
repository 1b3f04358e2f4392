"""The clock. It decides nothing: it calls `tick` for the jobs whose time has come, and `sweep` to tidy up.

`maibo tick --at` and the real clock call the same `tick`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import ColumnElement, delete
from sqlmodel import col, select

from storage.database import Database
from storage.tables import Dialog, Receipt

TICK = timedelta(seconds=30)
SWEEP = timedelta(hours=1)
RECEIPTS_KEPT = timedelta(days=30)
DIALOGS_KEPT = timedelta(days=7)
BATCH = 500  # rows a transaction: nobody else waits long

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Nudge:
    """Something that is said to somebody because the time has come. `slot`: the nominal time, ISO."""

    job: str
    slot: str
    person: str
    kind: str
    text: str


Job = Callable[[Database, datetime, bool], Sequence[Nudge]]
JOBS: Sequence[Job] = ()


def tick(database: Database, now: datetime, *, dry: bool = False) -> list[Nudge]:
    """Run every job whose slot has come and was not run yet. `dry`: say what would be sent, change nothing."""
    return [nudge for job in JOBS for nudge in job(database, now, dry)]


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
    """Ticks in a thread until it is stopped."""

    database: Database
    now: Callable[[], datetime]
    _scheduler: BackgroundScheduler = field(default_factory=lambda: BackgroundScheduler(timezone=UTC))

    def start(self) -> None:
        for what, every in ((tick, TICK), (sweep, SWEEP)):
            self._scheduler.add_job(
                self._run, "interval", (what,), seconds=every.total_seconds(), coalesce=True, misfire_grace_time=None
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for what is running."""
        if self._scheduler.running:
            self._scheduler.shutdown()

    def _run(self, what: Callable[[Database, datetime], object]) -> None:
        try:
            what(self.database, self.now())
        except Exception as error:  # noqa: BLE001 - the clock outlives a database that is gone for a while
            log.error("clock in trouble", extra={"at": what.__name__, "error": type(error).__name__})  # noqa: TRY400 - no private text
