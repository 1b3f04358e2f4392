"""The inbox: callbacks stored before they are acknowledged, and worked one by one, in order for each sender.

`due_at` is also the lease: whoever takes a receipt moves it into the future, so that a process that dies leaves
its receipt to the others. The state changes by compare-and-set, so that work done twice is committed once.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import exists, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from handlers.dispatch import Core, Origin, Worked, trouble, work
from handlers.events import Event, SignedIn, read_signed_in
from handlers.ports import NO_AID, Aid, Answer, Guess, Platform
from handlers.proposals import Puzzled
from scheduler.asking import Asking
from scheduler.backoff import wait
from storage.database import Database
from storage.tables import Delivery, Receipt

LEASE = timedelta(seconds=30)
TRIES = 8

log = logging.getLogger(__name__)


class LostLease(Exception):  # noqa: N818 - what happened
    """Somebody else took the receipt meanwhile; their work counts."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """`after` is called when something was committed: there may be deliveries to send.

    `asking`: where there is an interpreter, the way to it.
    """

    database: Database
    core: Core
    platforms: Mapping[str, Platform]
    clock: Callable[[], datetime]
    after: Callable[[], None]
    asking: Asking | None = None

    def take(self, platform: str, event: Event, body: bytes, *, mine: bool) -> int | None:
        """Store a callback; None where it is known. `mine`: the caller works it, the loop only if that fails."""
        now = self.clock()
        receipt = Receipt(
            platform=platform,
            key=event.key,
            # Who, not where: somebody's messages keep their order wherever they come from, and they hear of trouble.
            sender=event.account or event.group,
            kind=type(event).__name__,
            # Nobody knows yet what is in it, and nobody but this loop ever needs it: the key for the most private.
            body_sealed=self.core.private.seal_bytes(body),
            attempts=1 if mine else 0,
            due_at=now + LEASE if mine else now,
            received_at=now,
        )
        try:
            with self.database.write() as session:
                session.add(receipt)
        except IntegrityError:
            return None
        return receipt.id

    def knows(self, platform: str, key: str) -> bool:
        """Whether such a callback was stored before."""
        stored = select(Receipt.id).where(Receipt.platform == platform, Receipt.key == key)
        with self.database.read() as session:
            return session.exec(stored).first() is not None

    def step(self) -> bool:
        """Work the next receipt that is due; False where there is none."""
        taken = self._claim()
        if taken is None:
            return False
        self.attempt(taken, self.asking.aid() if self.asking else NO_AID)
        return True

    def stop(self) -> None:
        """Wait for what is being asked; its receipts are worked by the next process."""
        if self.asking:
            self.asking.stop()

    def attempt(self, id: int, aid: Aid = NO_AID) -> Worked | None:
        """Work it, whatever goes wrong: then it is kept, and tried again. None where it was not worked now.

        Or ask first: then it keeps its lease, and is worked anew with the guess, however that came out.
        """
        try:
            return self.work(id, aid)
        except LostLease:
            pass
        except Puzzled as puzzled:
            assert self.asking
            self.asking.ask(puzzled.puzzle, lambda guess: self._worked_anew(id, guess))
        except Exception as error:  # noqa: BLE001 - one bad receipt must not stop the others
            self.failed(id, error)
        return None

    def _worked_anew(self, id: int, guess: Guess | None) -> None:
        self.attempt(id, Aid(asked=True, guess=guess))

    def work(self, id: int, aid: Aid = NO_AID) -> Worked:
        """One transaction: what the callback causes, and its receipt done. Raises whatever goes wrong."""
        now = self.clock()
        with self.database.write() as session:
            receipt = session.get_one(Receipt, id)
            platform = self.platforms[receipt.platform]
            worked = Worked(Answer())
            for event in self._events(platform, receipt):
                worked = work(self.core, session, Origin(platform.name, platform.limits.toasts), event, now, aid)
            _finish(session, receipt, now)
        self.after()
        return worked

    def failed(self, id: int, error: Exception) -> None:
        """Try again later, or give up loudly and tell the person. Never logs what was said."""
        now = self.clock()
        with self.database.write() as session:
            receipt = session.get_one(Receipt, id)
            receipt.error = _where(error)
            receipt.due_at = now + wait(receipt.attempts)
            if receipt.attempts >= TRIES:
                receipt.state = "failed"
                if receipt.kind in {"Message", "CardAction", "MenuPressed", "SignedIn"}:
                    trouble(self.core, session, Origin(receipt.platform, toasts=False), receipt.sender, now)
        log.error(
            "receipt failed",
            extra={"receipt": id, "attempts": receipt.attempts, "state": receipt.state, "error": receipt.error},
        )

    def answered(self, deliveries: Sequence[int]) -> None:
        """The answer to a press showed these: the outbox need not."""
        if not deliveries:
            return
        with self.database.write() as session:
            session.connection().execute(
                update(Delivery)
                .where(col(Delivery.id).in_(deliveries), col(Delivery.state) == "new")
                .values(state="answered", sent_at=self.clock())
            )

    def _events(self, platform: Platform, receipt: Receipt) -> Sequence[Event]:
        body = self.core.private.open_bytes(receipt.body_sealed)
        return [read_signed_in(body)] if receipt.kind == SignedIn.__name__ else platform.parse(body)

    def _claim(self) -> int | None:
        while (receipt := self._next()) is not None:
            with self.database.write() as session:
                claimed = session.connection().execute(
                    update(Receipt)
                    .where(
                        col(Receipt.id) == receipt.id,
                        col(Receipt.state) == "new",
                        col(Receipt.attempts) == receipt.attempts,
                    )
                    .values(attempts=receipt.attempts + 1, due_at=self.clock() + LEASE)
                )
            # Somebody else may have been faster: then look again.
            if claimed.rowcount == 1:
                return receipt.id
        return None

    def _next(self) -> Receipt | None:
        earlier = aliased(Receipt)
        blocked = exists().where(
            col(earlier.platform) == col(Receipt.platform),
            col(earlier.sender) == col(Receipt.sender),
            col(earlier.state) == "new",
            col(earlier.id) < col(Receipt.id),
        )
        due = select(Receipt).where(Receipt.state == "new", col(Receipt.due_at) <= self.clock(), ~blocked)
        with self.database.read() as session:
            return session.exec(due.order_by(col(Receipt.id)).limit(1)).first()


def _finish(session: Session, receipt: Receipt, now: datetime) -> None:
    done = session.connection().execute(
        update(Receipt)
        .where(col(Receipt.id) == receipt.id, col(Receipt.state) == "new", col(Receipt.attempts) == receipt.attempts)
        .values(state="done", done_at=now, error="")
    )
    if done.rowcount != 1:
        raise LostLease


def _where(error: BaseException) -> str:
    """What went wrong and where, without the message: it could quote what somebody said."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
