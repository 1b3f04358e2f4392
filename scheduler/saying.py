"""Saying what is due: which of the wishes of one person go together, and the one card they become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from cards import nudges as cards
from cards.nudges import Item
from cards.wording import Words
from handlers import nudges, revisions
from handlers.unit import Unit
from handlers.views import name_of, revision_view
from scheduler.finders import Need
from scheduler.jobs import Job
from storage.tables import Nudge, Person, Revision

CHOICES = frozenset({"red"})
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
    """All on one card; a warning that asks for a choice has its own where there is room for two."""
    choices = [wish for wish in wishes if wish.need.kind in CHOICES]
    others = [wish for wish in wishes if wish.need.kind not in CHOICES]
    groups = [choices, others] if room > 1 else [list(wishes)]
    return [group for group in groups if group]


def say(session: Session, cards_of: Sequence[tuple[Unit, Sequence[Wish]]], *, dry: bool) -> list[Push]:
    """A card for each: its nudges and its delivery. All rows of a batch go to the database together."""
    told = [(unit, [_row(unit, wish) for wish in wishes]) for unit, wishes in cards_of]
    if not dry:
        _write(session, cards_of, told)
    with session.no_autoflush:
        for unit, rows in told:
            items = [_item(unit, row, unit.actor) for row in rows]
            for row, item in zip(rows, items, strict=True):
                row.text = item.text
            if not dry:
                _send(unit, rows, items)
    return [Push(row.job, row.slot, row.person, row.kind, row.text) for _, rows in told for row in rows]


def _write(
    session: Session, cards_of: Sequence[tuple[Unit, Sequence[Wish]]], told: Sequence[tuple[Unit, Sequence[Nudge]]]
) -> None:
    """The nudges get their numbers, for the cards name them; and what is done with each need is done."""
    session.add_all([row for _, rows in told for row in rows])
    for wish in (wish for _, wishes in cards_of for wish in wishes):
        if wish.need.then is not None:
            wish.need.then(session)
    session.flush()
    for _, rows in told:
        for row in rows:
            row.topic = f"nudge:{rows[0].id}"


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
        text="",
        due_at=need.due_at,
        at=unit.now,
    )


def _item(unit: Unit, row: Nudge, person: Person) -> Item:
    return _approval(unit, row, person) if row.kind == "approval" else nudges.item(unit, row, person)


def _approval(unit: Unit, row: Nudge, person: Person) -> Item:
    """The request's own card again: it lives and ends with the request's other copies."""
    revision = unit.session.get_one(Revision, int(row.period))
    words, view = Words(person.locale), revision_view(revision, unit, person)
    before = name_of(unit.session, revision.approvers[0]) if row.stage == "escalated" else ""
    card = cards.remind(words, revisions.approval_card(unit, revision, person), before)
    text = words("nudge.approval.text", id=view.id, requester=view.requester, change=view.change(words))
    return Item(text, card)


def _send(unit: Unit, rows: Sequence[Nudge], items: Sequence[Item]) -> None:
    if rows[0].kind == "approval":
        unit.push(unit.actor.id, items[0].card, f"revision:{rows[0].period}")
        rows[0].state = "closed"
    else:
        unit.push(unit.actor.id, cards.several(Words(unit.actor.locale), items), rows[0].topic)
