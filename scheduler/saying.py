"""Saying what is due: which of the wishes of one person go together, and the one card they become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cards import nudges as cards
from cards.nudges import Item
from cards.wording import Words
from handlers import nudges, revisions
from handlers.unit import Unit
from handlers.views import name_of, revision_view
from scheduler.finders import Need
from scheduler.jobs import Job
from storage.tables import Nudge, Person, Revision

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


def say(unit: Unit, wishes: Sequence[Wish], *, dry: bool) -> list[Push]:
    """One card: its nudges and its delivery. Nobody can be told who has no account."""
    person = unit.actor
    rows = [_row(unit, wish) for wish in wishes]
    if not dry:
        unit.session.add_all(rows)
        for wish in wishes:
            if wish.need.then is not None:
                wish.need.then(unit.session)
        unit.session.flush()
        for row in rows:
            row.topic = f"nudge:{rows[0].id}"
    with unit.session.no_autoflush:
        items = [_item(unit, row, person) for row in rows]
    for row, item in zip(rows, items, strict=True):
        row.text = item.text
    if not dry:
        _send(unit, rows, items)
    return [Push(row.job, row.slot, row.person, row.kind, row.text) for row in rows]


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
