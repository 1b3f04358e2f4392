"""A desk for tests of the core: events in, cards out, no platform and no network between them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import col, select

from cards.model import Card, dump, load
from handlers.directory import Directory
from handlers.dispatch import Core, Origin, work
from handlers.events import CardAction, Event, Media, Message
from handlers.ports import NO_AID, Aid
from storage.database import Database
from storage.tables import Delivery
from storage.vault import Vault
from tests.stories import people

VAULT, PRIVATE = Vault(["desk"]), Vault(["desk"], "one-to-one")
KEYS = itertools.count(1)


@dataclass
class Desk:
    """Everybody is on Feishu; `seen` is what each person was shown, in order."""

    database: Database
    now: datetime = people.NOW
    aid: Aid = NO_AID
    core: Core = field(default_factory=lambda: Core(VAULT, PRIVATE, b"desk", ZoneInfo("Asia/Shanghai"), Directory()))

    def say(self, person: str, text: str) -> list[Card]:
        account = people.account_id("feishu", person)
        return self._work(Message(key=f"k{next(KEYS)}", account=account, at=self.now, text=text))

    def say_in_group(self, person: str, text: str) -> list[Card]:
        """The cards that the speaker gets for a mention in a group, but for those that the group sees."""
        account = people.account_id("feishu", person)
        return self._work(Message(key=f"k{next(KEYS)}", account=account, at=self.now, text=text, group="oc_1"))

    def show(self, person: str, *media: Media) -> list[Card]:
        """A picture or a file."""
        account = people.account_id("feishu", person)
        kind = media[0].kind
        return self._work(Message(key=f"k{next(KEYS)}", account=account, at=self.now, kind=kind, media=media))

    def press(self, person: str, do: str, form: Mapping[str, str] | None = None) -> list[Card]:
        """A press on no card in particular: what counts is who presses what."""
        account = people.account_id("feishu", person)
        action = CardAction(
            key=f"k{next(KEYS)}", account=account, at=self.now, do=do, message="elsewhere", form=form or {}
        )
        return self._work(action)

    def _work(self, event: Event) -> list[Card]:
        """The cards that the speaker gets for it."""
        with self.database.write() as session:
            last = session.exec(select(func.max(Delivery.id))).one() or 0
            work(self.core, session, Origin("feishu", toasts=False), event, self.now, self.aid)
            session.flush()
            new = select(Delivery).where(
                col(Delivery.id) > last, Delivery.account == event.account, Delivery.group == ""
            )
            return [self.open(d) for d in session.exec(new.order_by(col(Delivery.id)))]

    def open(self, delivery: Delivery) -> Card:
        return load((PRIVATE if delivery.private else VAULT).open(delivery.card_sealed))

    def cards(self, after: int = 0) -> Sequence[tuple[str, Card]]:
        """Who was shown what, in order; without the first ones."""
        with self.database.read() as session:
            rows = session.exec(select(Delivery).order_by(col(Delivery.id)).offset(after)).all()
        return [(row.person or "", self.open(row)) for row in rows]

    def deliveries(self, after: int = 0) -> Sequence[tuple[str, str]]:
        """The same as text."""
        return [(person, dump(card)) for person, card in self.cards(after)]


def text_of(cards: Sequence[Card]) -> str:
    return "\n".join(dump(card) for card in cards)
