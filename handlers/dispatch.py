"""From an event to whose it is and what it causes: the one way in for chat, cards and menus."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from cards.home import say
from cards.model import Card, dump
from cards.wording import Words
from handlers import org, overview
from handlers.conversation import hear, press
from handlers.directory import Directory
from handlers.events import CardAction, Event, MenuPressed, Message, Opened, SignedIn
from handlers.ports import NO_AID, Aid, Answer
from handlers.unit import Refusal, Unit
from storage.tables import Account, Delivery, Person
from storage.vault import Vault

PERSONAL = (Message, CardAction, MenuPressed, SignedIn, Opened)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event comes from, and what that platform can show."""

    platform: str
    toasts: bool


@dataclass(frozen=True, slots=True)
class Core:
    """What every unit of work needs, made once by the composition root."""

    vault: Vault
    private: Vault
    audit_key: bytes = field(repr=False)
    zone: ZoneInfo
    directory: Directory
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """The answer to a press, and the delivery rows that become superfluous when it arrives."""

    answer: Answer
    answering: tuple[int, ...] = ()


def work(core: Core, session: Session, origin: Origin, event: Event, now: datetime, aid: Aid = NO_AID) -> Worked:
    """Everything one event causes, inside the caller's transaction. Raises Puzzled where `aid` lets it ask."""
    if not isinstance(event, PERSONAL) or not event.account:
        return Worked(Answer())
    account = session.get(Account, (origin.platform, event.account))
    person = session.get(Person, account.person) if account else None
    if account is None or person is None or not person.active:
        return _refuse(core, session, origin, event, now, "refuse.left" if person else "refuse.stranger")
    vaults, told = (core.vault, core.private), (origin.platform, origin.toasts)
    unit = Unit(session, now, *vaults, core.audit_key, core.zone, *told, event, person, core.public_url, aid)
    if not isinstance(event, Opened):
        account.used_at = now
    if event.group:
        _say_in_group(unit, event.group)
    unit.keep_token()
    _carry_out(unit, core.directory, account, event)
    return Worked(unit.answer, tuple(row.id for row in unit.answering if row.id is not None))


def _carry_out(unit: Unit, directory: Directory, account: Account, event: Event) -> None:
    """A refusal undoes whatever its command had begun, and is told."""
    savepoint = unit.session.begin_nested()
    try:
        if isinstance(event, Opened):
            _greet(unit, account)
        elif isinstance(event, Message):
            hear(unit, directory, event)
        elif isinstance(event, CardAction | MenuPressed | SignedIn):
            press(unit, directory, event.do, dict(event.form) if isinstance(event, CardAction) else {})
        savepoint.commit()
    except Refusal as refusal:
        savepoint.rollback()
        unit.answer, unit.answering = Answer(), []
        told = say(unit.words, refusal.key, "home", **refusal.fills)
        unit.tell(told, "warn")
        if isinstance(event, SignedIn):
            unit.answer = Answer(told.text, "warn")  # the page says it too


def _greet(unit: Unit, account: Account) -> None:
    """Opening the chat is answered once: it happens many times a day."""
    if account.greeted_at is None:
        account.greeted_at = unit.now
        unit.reply(overview.home_card(unit))


def _say_in_group(unit: Unit, group: str) -> None:
    """Never anything private in a group: the answer goes to the person, and the group hears only that."""
    card = say(unit.words, "group.moved")
    unit.session.add(
        Delivery(
            platform=unit.platform,
            account=unit.event.account,
            group=group,
            card_sealed=unit.vault.seal(dump(card)),
            due_at=unit.now,
            at=unit.now,
        )
    )


def _refuse(core: Core, session: Session, origin: Origin, event: Event, now: datetime, key: str) -> Worked:
    """A polite no that says whom to ask; nothing else happens. Opening the chat alone is no reason to speak."""
    if isinstance(event, Opened):
        return Worked(Answer())
    words = Words("zh")
    card = say(words, key, who=org.contact(session, words))
    session.add(
        Delivery(
            platform=origin.platform,
            account=event.account,
            card_sealed=core.vault.seal(dump(card)),
            due_at=now,
            at=now,
        )
    )
    return Worked(Answer(card.text, "warn"))


def trouble(core: Core, session: Session, origin: Origin, account: str, now: datetime) -> None:
    """An event could not be worked, for good: the person hears it, instead of silence."""
    person_account = session.get(Account, (origin.platform, account))
    person = session.get(Person, person_account.person) if person_account else None
    words = Words(person.locale if person else "zh")
    card: Card = say(words, "trouble", who=org.contact(session, words))
    session.add(
        Delivery(
            person=person.id if person else None,
            platform=origin.platform,
            account=account,
            card_sealed=core.vault.seal(dump(card)),
            due_at=now,
            at=now,
        )
    )
