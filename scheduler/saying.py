"""Saying what is due: which of the wishes of one person go together, and the one card they become."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, SQLModel, col, select

from cards import nudges as cards
from cards.model import Card
from cards.nudges import Item
from cards.wording import Words
from handlers import digest, nudges, revisions
from handlers.policy import Policies
from handlers.unit import Unit
from handlers.views import name_of, revision_view
from scheduler.calendar import Calendar
from scheduler.jobs import Job
from scheduler.look import Need
from storage.tables import Delivery, Nudge, Person, Revision

OWN = ("red", "digest")
PROGRESS = frozenset({"behind", "stale", "due"})


@dataclass(frozen=True, slots=True)
class Push:
    """What somebody is told. `slot`: the nominal time, ISO."""

    job: str
    slot: str
    person: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A need with the job and the slot that found it."""

    job: Job
    slot: datetime
    zone: str
    need: Need


@dataclass(frozen=True, slots=True)
class Round:
    """What holds for a whole tick. `digests`: those that were made already, by who they are for."""

    policies: Policies
    calendar: Calendar
    at: datetime
    dry: bool
    digests: dict[object, Item] = field(default_factory=dict)


def without_repeats(found: Sequence[Wish]) -> list[Wish]:
    """One matter of progress a goal, and none beside the week's card, which lists them all: they come later."""
    wishes = list({wish.need.key: wish for wish in reversed(found)}.values())[::-1]
    weekly = any(wish.need.kind == "checkin" for wish in wishes)
    of_goals: dict[str, Wish] = {}
    for wish in wishes:
        if wish.need.kind in PROGRESS:
            of_goals.setdefault(wish.need.subject, wish)
    kept = () if weekly else tuple(of_goals.values())
    return [wish for wish in wishes if wish.need.kind not in PROGRESS or wish in kept]


def by_card(wishes: Sequence[Wish], room: int) -> list[list[Wish]]:
    """All on one card; what asks for a choice or is long to read has its own, where there is room for so many."""
    found = [[wish for wish in wishes if wish.need.kind == kind] for kind in OWN]
    found.append([wish for wish in wishes if wish.need.kind not in OWN])
    groups = [group for group in found if group]
    while len(groups) > max(room, 1):
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def say(session: Session, cards_of: Sequence[tuple[Unit, Sequence[Wish]]], now: Round) -> list[Push]:
    """A card for each: its nudges and its delivery. What a batch writes goes to the database together."""
    spoken = [(unit, [wish for wish in together if not _is_silent(unit, wish)]) for unit, together in cards_of]
    cards_of = [(unit, together) for unit, together in spoken if together]
    if not cards_of:
        return []
    wishes = [wish for _, together in cards_of for wish in together]
    rows_of = {wish.need.key: _row(unit, wish) for unit, together in cards_of for wish in together}
    if not now.dry:
        _insert(session, Nudge, list(rows_of.values()))
        rows_of = said_about(session, wishes)  # as they are in the database, with the numbers that cards name them by
        for wish in wishes:
            if wish.need.then is not None:
                wish.need.then(session, wish.need)
    told = [(unit, [rows_of[wish.need.key] for wish in together]) for unit, together in cards_of]
    with session.no_autoflush:
        made = [(unit, rows, [_item(unit, row, now) for row in rows]) for unit, rows in told]
        for _, rows, items in made:
            for row, item in zip(rows, items, strict=True):
                row.text, row.topic = item.text, f"nudge:{rows[0].id}"
        if not now.dry:
            _send(session, [(unit, *_card(unit, rows, items)) for unit, rows, items in made])
    return [Push(row.job, row.slot, row.person, row.kind, row.text) for _, rows in told for row in rows]


def _is_silent(unit: Unit, wish: Wish) -> bool:
    """It leaves no row either: nothing was said."""
    return wish.need.kind == "digest" and digest.is_silent(unit, unit.actor)


def said_about(session: Session, wishes: Iterable[Wish]) -> dict[tuple[str, str, str, str], Nudge]:
    """What was said about these matters, by the key of its need; also what was said at another stage."""
    needs = [wish.need for wish in wishes]
    # Three lists, not one of triples: for that SQLite reads the whole table.
    wanted = select(Nudge).where(
        col(Nudge.kind).in_({need.kind for need in needs}),
        col(Nudge.subject).in_({need.subject for need in needs}),
        col(Nudge.period).in_({need.period for need in needs}),
    )
    rows = session.exec(wanted)
    return {(row.kind, row.subject, row.period, row.stage): row for row in rows}


def _insert(session: Session, table: type[SQLModel], rows: Sequence[SQLModel]) -> None:
    """In one statement. A flush asks SQLite for the number of each row, and so writes them one by one."""
    if rows:
        session.connection().execute(insert(table), [row.model_dump(exclude={"id"}) for row in rows])


def _row(unit: Unit, wish: Wish) -> Nudge:
    need = wish.need
    return Nudge(
        job=wish.job.name,
        slot=wish.slot.isoformat(timespec="minutes"),
        person=need.person,
        kind=need.kind,
        subject=need.subject,
        period=need.period,
        stage=need.stage,
        state="closed" if need.kind == "approval" else "open",
        text="",
        due_at=need.due_at,
        at=unit.now,
    )


def _item(unit: Unit, row: Nudge, now: Round) -> Item:
    person = unit.actor
    if row.kind == "approval":
        return _approval(unit, row, person)
    if row.kind != "digest":
        return nudges.item(unit, row, person)
    # Who gets the same figures in the same words shares them: they count the whole company.
    alike = (now.policies.scope(person.id), row.stage, person.locale, person.timezone)
    if alike not in now.digests:
        now.digests[alike] = nudges.item(unit, row, person)
    return now.digests[alike]


def _approval(unit: Unit, row: Nudge, person: Person) -> Item:
    """The request's own card again: it lives and ends with the request's other copies."""
    revision = unit.session.get_one(Revision, int(row.period))
    words, view = Words(person.locale), revision_view(revision, unit, person)
    before = name_of(unit.session, _approver_before(revision, row)) if nudges.is_escalated(row.stage) else ""
    card = cards.remind(words, revisions.approval_card(unit, revision, person), before)
    text = words("nudge.approval.text", id=view.id, requester=view.requester, change=view.change(words))
    return Item(text, card)


def _approver_before(revision: Revision, row: Nudge) -> str:
    """Of whom the request was asked before it came to who is told now."""
    before = [person for person in revision.approvers if person != row.person]
    return before[-1] if before else ""


def _card(unit: Unit, rows: Sequence[Nudge], items: Sequence[Item]) -> tuple[Card, str]:
    """What is sent, and its topic."""
    if rows[0].kind == "approval":
        return items[0].card, f"revision:{rows[0].period}"
    return cards.several(Words(unit.actor.locale), items), rows[0].topic


def _send(session: Session, cards_of: Sequence[tuple[Unit, Card, str]]) -> None:
    """The rows of the cards; then those of their pictures, which name them."""
    drafts = [(unit, card, unit.draft(unit.actor.id, card, topic)) for unit, card, topic in cards_of]
    for _, _, row in drafts:
        if row is not None:
            row.unasked = True
    _insert(session, Delivery, [row for _, _, row in drafts if row is not None])
    pictured = {row.topic: (unit, card) for unit, card, row in drafts if row is not None and card.picture is not None}
    if pictured:
        sent = session.exec(select(Delivery).where(col(Delivery.topic).in_(pictured), Delivery.kind == "send")).all()
        _insert(session, Delivery, [pictured[row.topic][0].picture(row, pictured[row.topic][1]) for row in sent])
