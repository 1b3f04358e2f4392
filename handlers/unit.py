"""The unit of work: one transaction, one moment, one person who acts, and what will be sent when it is committed.

Nothing here talks to a network: `reply`, `send` and `refresh` add delivery rows to the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from cards.model import Card, Tone, dump, load
from cards.wording import Words
from handlers import org
from handlers.events import CardAction, Event
from handlers.ports import NO_AID, Aid, Answer
from storage import audit
from storage.tables import Delivery, Dialog, Person
from storage.vault import Vault

# A press is answered at once; the row that would change the card waits that long before the outbox does it instead.
ANSWER_GRACE = timedelta(seconds=5)


class Refusal(Exception):  # noqa: N818 - a no that a person can read, not a fault
    """The command is not carried out, and the person is told why. `key` and `fills` are of `cards.wording`."""

    def __init__(self, key: str, **fills: object) -> None:
        super().__init__(key)
        self.key = key
        self.fills = fills


@dataclass(slots=True)
class Unit:
    """`private` seals one-to-ones. `public_url`: where this server is reached, or empty.

    `answering`: rows that the answer to a press will make superfluous. `dialog`: the one that the event goes on with.
    """

    session: Session
    now: datetime
    vault: Vault
    private: Vault
    audit_key: bytes = field(repr=False)
    zone: ZoneInfo
    platform: str
    toasts: bool
    event: Event
    actor: Person
    public_url: str = ""
    aid: Aid = NO_AID
    answer: Answer = field(default_factory=Answer)
    answering: list[Delivery] = field(default_factory=list)
    dialog: Dialog | None = None

    @property
    def words(self) -> Words:
        return Words(self.actor.locale)

    @property
    def today(self) -> date:
        return self.local(self.now).date()

    @property
    def action(self) -> CardAction | None:
        return self.event if isinstance(self.event, CardAction) else None

    def local(self, moment: datetime, person: Person | None = None) -> datetime:
        """A moment on the clock of the person who reads it."""
        name = (person or self.actor).timezone
        return moment.astimezone(ZoneInfo(name) if name else self.zone)

    def reply(self, card: Card, topic: str = "") -> None:
        """A new message, where the question came from; never into a group."""
        self._add(self._row(self.actor.id, self.platform, self.event.account, card, topic), card)

    def show(self, card: Card, topic: str = "") -> None:
        """The pressed card becomes this one; where nothing was pressed it is a new message."""
        pressed = self.pressed()
        if pressed is None:
            self.reply(card, topic)
        else:
            pressed.topic = topic
            self._change(pressed, card, fallback=True)

    def tell(self, card: Card, tone: Tone = "neutral") -> None:
        """A short line: a toast for a press where the platform has them, a message otherwise."""
        if self.action is not None and self.toasts:
            self.answer = Answer(card.text, tone, self.answer.card)
        else:
            self.reply(card)

    def send(self, person: str, card: Card, topic: str = "", file: int | None = None) -> bool:
        """A message to somebody, on the account they used last. False where they have none."""
        return self.push(person, card, topic, file) is not None

    def push(self, person: str, card: Card, topic: str = "", file: int | None = None) -> Delivery | None:
        row = self.draft(person, card, topic, file)
        return self._add(row, card) if row is not None else None

    def draft(self, person: str, card: Card, topic: str = "", file: int | None = None) -> Delivery | None:
        """The row of a message, on the account they used last, for who writes many at once; a picture has its own."""
        account = org.address(self.session, person)
        return self._row(person, account.platform, account.id, card, topic, file) if account else None

    def refresh(self, topic: str, card_for: Callable[[Person], Card], *, fallback: bool = False) -> None:
        """Every copy of a matter shows its new state. `fallback`: send it anew where it cannot be changed any more."""
        for copy in self._copies(topic):
            reader = self.session.get(Person, copy.person) if copy.person else None
            if reader is not None and reader.active:
                self._change(copy, card_for(reader), fallback=fallback)

    def close(self, topic: str, outcome: str, status: str, *, but: Delivery | None = None) -> None:
        """Every copy of a matter keeps what it says, loses its buttons and takes no part in what comes."""
        for copy in (each for each in self._copies(topic) if each is not but):
            self._change(copy, self._shown(copy).closed(outcome, "neutral", status), fallback=False)
            copy.topic = ""

    def pressed(self) -> Delivery | None:
        """The delivery whose card was pressed."""
        if self.action is None:
            return None
        wanted = select(Delivery).where(
            Delivery.platform == self.platform,
            Delivery.message == self.action.message,
            Delivery.account == self.event.account,
            Delivery.kind == "send",
        )
        return self.session.exec(wanted).first()

    def keep_token(self) -> None:
        """A press may bring what changes its card later, whatever the press itself leads to."""
        action = self.action
        if action is not None and action.token and (pressed := self.pressed()) is not None:
            pressed.token = action.token

    def audit(
        self,
        action: str,
        subject: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """A line in the audit log. Never private text."""
        audit.append(
            self.session,
            self.audit_key,
            at=self.now,
            actor=self.actor.id,
            action=action,
            subject=subject,
            before=before,
            after=after,
        )

    def _copies(self, topic: str) -> Sequence[Delivery]:
        copies = select(Delivery).where(Delivery.topic == topic, Delivery.kind == "send", Delivery.state != "failed")
        return self.session.exec(copies.order_by(col(Delivery.id))).all()

    def _change(self, copy: Delivery, card: Card, *, fallback: bool) -> None:
        row = self._row(copy.person, copy.platform, copy.account, card, copy.topic)
        row.kind, row.target, row.fallback = "update", copy.id, fallback
        is_new_picture = card.picture is not None and card.picture != self._shown(copy).picture
        copy.card_sealed, copy.private = row.card_sealed, row.private
        if self.action is not None and copy.platform == self.platform and copy.message == self.action.message:
            # The platform changes the pressed card by our answer; the row is for the case that it does not get there.
            row.due_at = self.now + ANSWER_GRACE
            self.answer = Answer(self.answer.toast, self.answer.tone, card)
            self.answering.append(row)
        self.session.add(row)
        if is_new_picture:
            self.session.flush()  # the change goes first, and its picture after it
            self.session.add(self.picture(copy, card))

    def _shown(self, copy: Delivery) -> Card:
        return load((self.private if copy.private else self.vault).open(copy.card_sealed))

    def _add(self, row: Delivery, card: Card) -> Delivery:
        self.session.add(row)
        if card.picture is not None:
            self.session.flush()
            self.session.add(self.picture(row, card))
        return row

    def picture(self, of: Delivery, card: Card) -> Delivery:
        """The row of a card's picture. Where the platform's cards show it, the outbox has nothing to send for it."""
        row = self._row(of.person, of.platform, of.account, card, "")
        row.kind, row.target, row.unasked = "picture", of.id, of.unasked
        return row

    def _row(
        self,
        person: str | None,
        platform: str,
        account: str,
        card: Card,
        topic: str,
        file: int | None = None,
    ) -> Delivery:
        return Delivery(
            person=person,
            platform=platform,
            account=account,
            topic=topic,
            card_sealed=(self.private if card.private else self.vault).seal(dump(card)),
            private=card.private,
            file=file,
            due_at=self.now,
            at=self.now,
        )
