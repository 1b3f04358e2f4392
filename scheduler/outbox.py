"""The outbox: cards on their way. Claims a row, sends it outside any transaction, records what became of it.

Order is kept for each recipient: a delivery waits while an earlier one to the same address is not done. What nobody
asked for waits for the end of the quiet hours, also after an outage, and holds up nothing meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, func, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from cards import pictures
from cards.model import Card, load
from handlers import policy, quiet
from handlers.ports import Address, File, Outgoing, Platform, PlatformError, Sent, Update
from scheduler.backoff import wait
from storage.database import Database
from storage.tables import Delivery, KeptFile, Person
from storage.vault import Vault

LEASE = timedelta(seconds=60)
GIVE_UP = timedelta(hours=24)
PICTURE_ATTEMPTS = 5
CROWDED = timedelta(seconds=5)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outbox:
    database: Database
    vault: Vault
    private: Vault  # for the cards of one-to-ones
    platforms: Mapping[str, Platform]
    clock: Callable[[], datetime]
    zone: ZoneInfo  # the company's
    counted: Callable[[str, str], None]  # platform and what became of a delivery, for the metrics

    def step(self) -> bool:
        """Send the next delivery that is due; False where there is none."""
        row = self._claim()
        if row is None:
            return False
        try:
            self._deliver(row)
        except PlatformError as error:
            self._failed(row, error)
        except Exception as error:  # noqa: BLE001 - one bad row must not stop the others
            self._failed(row, PlatformError(type(error).__name__))
        return True

    def _deliver(self, row: Delivery) -> None:
        platform = self.platforms.get(row.platform)
        if platform is None:
            raise PlatformError("this platform is switched off", config=True)
        to = Address(row.account, row.group)
        card = self._card(row)
        if row.kind == "update":
            self._update(row, platform, to)
        elif row.kind == "picture":
            self._send_picture(row, platform, to, card)
        else:
            sent = platform.send(Outgoing(key(row), to, card, self._file(row)))
            self._done(row, "sent", sent)

    def _send_picture(self, row: Delivery, platform: Platform, to: Address, card: Card) -> None:
        """A message of its own right after its card; without its card it would say nothing."""
        if platform.limits.pictures == "in_card" or card.picture is None or not self._target(row).message:
            self._done(row, "skipped")
        else:
            file = File("image", f"{card.picture.kind}.png", pictures.png(card.picture))
            self._done(row, "sent", platform.send(Outgoing(key(row), to, card, file)))

    def _update(self, row: Delivery, platform: Platform, to: Address) -> None:
        target, card = self._target(row), self._card(row)
        if not target.message:
            self._done(row, "skipped")
            return
        try:
            sent = platform.update(Update(key(row), to, card, Sent(target.message, target.token)))
            self._done(row, "sent", sent)
        except PlatformError as error:
            if not error.replace:
                raise
            if row.fallback:
                self._done(row, "sent", platform.send(Outgoing(key(row), to, card)))
            else:
                self._done(row, "skipped")

    def _target(self, row: Delivery) -> Delivery:
        with self.database.read() as session:
            return session.get_one(Delivery, row.target)

    def _card(self, row: Delivery) -> Card:
        return load((self.private if row.private else self.vault).open(row.card_sealed))

    def _file(self, row: Delivery) -> File | None:
        if row.file is None:
            return None
        with self.database.read() as session:
            kept = session.get_one(KeptFile, row.file)
        kind = "image" if kept.mime.startswith("image/") else "file"
        return File(kind, kept.name, self.vault.open_bytes(kept.content_sealed))

    def _done(self, row: Delivery, state: str, sent: Sent | None = None) -> None:
        """Compare-and-set, so that a row whose lease ran out is not counted twice."""
        values: dict[str, object] = {"state": state, "sent_at": self.clock(), "error": ""}
        if sent is not None and row.kind != "update":
            values |= {"message": sent.message, "token": sent.token}
        with self.database.write() as session:
            session.connection().execute(
                update(Delivery).where(col(Delivery.id) == row.id, col(Delivery.state) == "new").values(**values)
            )
            if sent is not None and row.kind == "update":
                # The matter's card is where the update went; its old credential is used up.
                session.connection().execute(
                    update(Delivery)
                    .where(col(Delivery.id) == row.target)
                    .values(message=sent.message, token=sent.token)
                )
        self.counted(row.platform, state)

    def _failed(self, row: Delivery, error: PlatformError) -> None:
        now = self.clock()
        over = _is_over(row, error, now)
        with self.database.write() as session:
            session.connection().execute(
                update(Delivery)
                .where(col(Delivery.id) == row.id, col(Delivery.state) == "new")
                .values(
                    state="failed" if over else "new",
                    error=str(error)[:300],
                    due_at=now + wait(row.attempts, error.retry_after),
                )
            )
        level = logging.ERROR if over or error.config else logging.WARNING
        told = {
            "delivery": row.id,
            "platform": row.platform,
            "attempts": row.attempts,
            "code": error.code,
            "over": over,
        }
        log.log(level, "delivery failed", extra=told)
        self.counted(row.platform, "failed" if over else "retried")

    def _claim(self) -> Delivery | None:
        while (row := self._next()) is not None:
            now = self.clock()
            later = self._not_before(row, now)
            # Not tried yet as far as the others to the same address are concerned: they pass it by.
            values = (
                {"attempts": 0, "due_at": later} if later else {"attempts": row.attempts + 1, "due_at": now + LEASE}
            )
            with self.database.write() as session:
                claimed = session.connection().execute(
                    update(Delivery)
                    .where(
                        col(Delivery.id) == row.id,
                        col(Delivery.state) == "new",
                        col(Delivery.attempts) == row.attempts,
                    )
                    .values(**values)
                )
            # Somebody else may have been faster, or this person had enough for now: on to the next.
            if claimed.rowcount == 1 and not later:
                row.attempts += 1
                return row
        return None

    def _not_before(self, row: Delivery, now: datetime) -> datetime | None:
        """When it may be tried, if not now."""
        ends = self._quiet_until(row, now) if row.unasked else now
        if ends > now:
            return ends
        return None if self._has_room(row, now) else now + CROWDED

    def _quiet_until(self, row: Delivery, now: datetime) -> datetime:
        with self.database.read() as session:
            person = session.get(Person, row.person) if row.person else None
            if person is None:
                return now
            zone = ZoneInfo(person.timezone) if person.timezone else self.zone
            return quiet.over_at(now.astimezone(zone), policy.read(session).of(person.department))

    def _next(self) -> Delivery | None:
        earlier = aliased(Delivery)
        blocked = exists().where(
            col(earlier.platform) == col(Delivery.platform),
            col(earlier.account) == col(Delivery.account),
            col(earlier.group) == col(Delivery.group),
            col(earlier.state) == "new",
            col(earlier.id) < col(Delivery.id),
            ~and_(col(earlier.unasked), col(earlier.attempts) == 0, col(earlier.due_at) > self.clock()),
        )
        due = select(Delivery).where(Delivery.state == "new", col(Delivery.due_at) <= self.clock(), ~blocked)
        with self.database.read() as session:
            return session.exec(due.order_by(col(Delivery.due_at), col(Delivery.id)).limit(1)).first()

    def _has_room(self, row: Delivery, now: datetime) -> bool:
        """Whether this person may get one more message this minute: what is over the bound is dropped in silence."""
        platform = self.platforms.get(row.platform)
        if platform is None:
            return True
        minute = select(func.count()).where(
            col(Delivery.platform) == row.platform,
            col(Delivery.account) == row.account,
            col(Delivery.state) == "sent",
            col(Delivery.sent_at) > now - timedelta(minutes=1),
        )
        with self.database.read() as session:
            return session.exec(minute).one() < platform.limits.person_per_minute


def _is_over(row: Delivery, error: PlatformError, now: datetime) -> bool:
    """What else the person is to hear waits behind a picture: it is given up soon."""
    if row.kind == "picture":
        return error.permanent or error.config or row.attempts >= PICTURE_ATTEMPTS
    return error.permanent or now - row.at > GIVE_UP


def key(row: Delivery) -> str:
    """The same in every attempt, and in no other installation: a row's number alone comes again after a reset."""
    return f"d{row.id}-{int(row.at.timestamp() * 1000):x}"
