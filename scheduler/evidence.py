"""Fetching pictures and files before the platform forgets them: hash, who, when; kept encrypted."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from handlers.events import Media
from handlers.ports import Download, Platform, PlatformError
from scheduler.backoff import wait
from storage import audit
from storage.database import Database
from storage.tables import CheckIn, Evidence, KeptFile
from storage.vault import Vault

LEASE = timedelta(seconds=120)
GIVE_UP = timedelta(days=3)  # WeCom keeps a picture that long

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EvidenceFetcher:
    database: Database
    vault: Vault
    audit_key: bytes = field(repr=False)
    platforms: Mapping[str, Platform]
    clock: Callable[[], datetime]

    def step(self) -> bool:
        """Fetch the next file that is due; False where there is none."""
        row = self._claim()
        if row is None:
            return False
        try:
            self._keep(row, self._fetch(row))
        except PlatformError as error:
            self._failed(row, error)
        except Exception as error:  # noqa: BLE001 - one bad row must not stop the others
            self._failed(row, PlatformError(type(error).__name__))
        return True

    def _fetch(self, row: Evidence) -> Download:
        platform = self.platforms.get(row.platform)
        if platform is None:
            raise PlatformError("this platform is switched off", config=True)
        return platform.download(Media(row.kind, row.ref, row.name))

    def _keep(self, row: Evidence, got: Download) -> None:
        now = self.clock()
        digest = hashlib.sha256(got.content).hexdigest()
        kept = KeptFile(
            sha256=digest,
            name=row.name or got.name,
            mime=got.mime,
            size=len(got.content),
            content_sealed=self.vault.seal_bytes(got.content),
            at=now,
        )
        with self.database.write() as session:
            evidence = session.get_one(Evidence, row.id, with_for_update=True)
            if evidence.state != "new":
                return
            session.add(kept)
            session.flush()
            evidence.state, evidence.file, evidence.error = "kept", kept.id, ""
            audit.append(
                session,
                self.audit_key,
                at=now,
                actor=row.person,
                action="evidence.kept",
                subject=session.get_one(CheckIn, row.checkin).goal,
                after={"checkin": row.checkin, "sha256": digest, "bytes": kept.size},
            )

    def _failed(self, row: Evidence, error: PlatformError) -> None:
        now = self.clock()
        over = error.permanent or now - row.at > GIVE_UP
        with self.database.write() as session:
            session.connection().execute(
                update(Evidence)
                .where(col(Evidence.id) == row.id, col(Evidence.state) == "new")
                .values(
                    state="failed" if over else "new",
                    error=str(error)[:300],
                    due_at=now + wait(row.attempts, error.retry_after),
                )
            )
        log.log(
            logging.ERROR if over else logging.WARNING,
            "evidence not fetched",
            extra={"evidence": row.id, "code": error.code, "over": over},
        )

    def _claim(self) -> Evidence | None:
        while (row := self._next()) is not None:
            with self.database.write() as session:
                claimed = session.connection().execute(
                    update(Evidence)
                    .where(
                        col(Evidence.id) == row.id,
                        col(Evidence.state) == "new",
                        col(Evidence.attempts) == row.attempts,
                    )
                    .values(attempts=row.attempts + 1, due_at=self.clock() + LEASE)
                )
            if claimed.rowcount == 1:
                row.attempts += 1
                return row
        return None

    def _next(self) -> Evidence | None:
        due = select(Evidence).where(Evidence.state == "new", col(Evidence.due_at) <= self.clock())
        with self.database.read() as session:
            return session.exec(due.order_by(col(Evidence.due_at)).limit(1)).first()
