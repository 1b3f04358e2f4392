"""Focus points: what somebody works on next, set by their manager or by themself, readable by these two alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from cards import focus as cards
from cards.formats import day
from cards.home import done, say
from cards.wording import Words
from handlers import dialogs, nudges, org
from handlers.commands import FinishFocus, MoveFocus, SetFocus, ShowFocus
from handlers.focus_views import card_for, focus_id, shortly, topic, view
from handlers.permissions import may, to_focus, to_report
from handlers.unit import Refusal, Unit
from handlers.views import name_of
from storage.tables import FocusPoint, Person

MOST = 2  # open ones of one person: more are not in focus
MOVES = 2
USUAL = timedelta(days=30)
SLOTS = ("text", "measure", "due")
ONESELF = frozenset({"我", "我自己", "自己", "me", "myself"})


def set_one(command: SetFocus, unit: Unit) -> None:
    person = _whom(command, unit)
    if person is None:
        return
    command = replace(command, person=person.id, named="")
    _refuse_a_third(unit, person)
    missing = [slot for slot in SLOTS if not getattr(command, slot)]
    if missing:
        until = unit.today + USUAL
        dialogs.ask(unit, command, missing, lambda d: cards.ask(unit.words, person.name, missing, until, unit.today, d))
        return
    _add(command, person, unit)


def _whom(command: SetFocus, unit: Unit) -> Person | None:
    """None: it was asked. Who leads nobody means themself."""
    reports = list(org.reports(unit.session, unit.actor.id))
    if command.person is None and command.named:
        return _named(command.named, [unit.actor, *reports], unit)
    if command.person is None and reports:
        known = [(p.id, p.name) for p in reports]
        dialogs.ask(unit, command, ("person",), lambda d: cards.ask_who(unit.words, known, d))
        return None
    # Locked: two that are set at once must not both be the second.
    person = unit.session.get(Person, command.person or unit.actor.id, with_for_update=True)
    if person is None or not person.active or not may("focus.set", to_report(unit.actor, person)):
        raise Refusal("focus.not.yours")
    return person


def _named(name: str, people: list[Person], unit: Unit) -> Person:
    wanted = name.casefold()
    if wanted in ONESELF:
        return unit.actor
    found = [p for p in people if wanted in {n.casefold() for n in (p.id, p.name, *p.aliases)}]
    if len(found) != 1:
        raise Refusal("focus.not.yours")
    return found[0]


def _refuse_a_third(unit: Unit, person: Person) -> None:
    """What is named is what the actor may read; of others only that there are some."""
    held = _open(unit.session, col(FocusPoint.person) == person.id)
    if len(held) < MOST:
        return
    points = [
        unit.words("focus.full.point", id=focus_id(f), text=shortly(unit, f))
        if may("focus.read", to_focus(unit.actor, f))
        else focus_id(f)
        for f in held
    ]
    raise Refusal("focus.full", name=person.name, points=unit.words("list.and").join(points))


def _add(command: SetFocus, person: Person, unit: Unit) -> None:
    assert command.text
    assert command.measure
    assert command.due
    if command.due < unit.today:
        raise Refusal("focus.past")
    row = FocusPoint(
        person=person.id,
        by=unit.actor.id,
        text_sealed=unit.vault.seal(command.text),
        measure_sealed=unit.vault.seal(command.measure),
        due=command.due,
        at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    unit.audit("focus.set", focus_id(row), after={"person": person.id, "due": row.due.isoformat()})
    dialogs.finish(unit, command)
    if person.id == unit.actor.id:
        unit.show(cards.set_for_oneself(unit.words, view(unit, row, person), unit.today), topic(row))
        return
    unit.send(person.id, card_for(unit, row, person), topic(row))
    told = {"id": focus_id(row), "name": person.name, "day": day(row.due, unit.today)}
    unit.show(done(unit.words, "focus.sent", focus_id(row), **told))


def finish(command: FinishFocus, unit: Unit) -> None:
    row = find(unit, command.focus)
    state = "done" if command.done else "dropped"
    if not may("focus.answer" if command.done else "focus.drop", to_focus(unit.actor, row)):
        raise Refusal("focus.none")
    if not close(unit, row, state):
        raise Refusal("focus.closed", id=focus_id(row))
    unit.audit(f"focus.{state}", focus_id(row))
    if not command.done:
        unit.tell(say(unit.words, "focus.closed", id=focus_id(row)))
        return
    _tell_setter(unit, row, "done")
    unit.reply(done(unit.words, "focus.finished", f"{focus_id(row)}/done", id=focus_id(row)))


def move(command: MoveFocus, unit: Unit) -> None:
    row = find(unit, command.focus)
    if not may("focus.answer", to_focus(unit.actor, row)):
        raise Refusal("focus.none")
    if row.state != "open":
        raise Refusal("focus.closed", id=focus_id(row))
    if row.moved >= MOVES:
        raise Refusal("focus.more.enough", id=focus_id(row), name=name_of(unit.session, row.by))
    if command.due is None:
        until = max(row.due, unit.today) + USUAL
        dialogs.ask(unit, command, ("due",), lambda d: cards.ask_more(unit.words, focus_id(row), until, d))
        return
    _move(unit, row, command.due)
    dialogs.finish(unit, command)
    unit.show(say(unit.words, "focus.moved", id=focus_id(row), day=day(row.due, unit.today)))


def _move(unit: Unit, row: FocusPoint, due: date) -> None:
    before = max(row.due, unit.today)
    if due <= before:
        raise Refusal("focus.later", day=day(before, unit.today))
    was, moved = row.due, row.moved
    if not _change(unit, row, {"due": due, "moved": moved + 1}, col(FocusPoint.moved) == moved):
        raise Refusal("focus.closed", id=focus_id(row))
    after = {"due": due.isoformat(), "moved": moved + 1}
    unit.audit("focus.moved", focus_id(row), before={"due": was.isoformat()}, after=after)
    _answered(unit, row, "moved")
    _tell_setter(unit, row, "moved")


def show(_command: ShowFocus, unit: Unit) -> None:
    me = unit.actor.id
    rows = _open(unit.session, or_(col(FocusPoint.person) == me, col(FocusPoint.by) == me))
    views = sorted((view(unit, row, unit.actor) for row in rows), key=lambda v: not v.is_own)
    shown = cards.listed(unit.words, views, unit.today) if views else say(unit.words, "focus.list.none", "home")
    unit.reply(shown)


def find(unit: Unit, id: int) -> FocusPoint:
    """One that the actor may read: any other is as if it were not."""
    row = unit.session.get(FocusPoint, id, with_for_update=True)
    if row is None or not may("focus.read", to_focus(unit.actor, row)):
        raise Refusal("focus.none")
    return row


def close(unit: Unit, row: FocusPoint, state: str) -> bool:
    """False where it is over already. What reminded of it is over as well."""
    changed = _change(unit, row, {"state": state, "closed_at": unit.now}, col(FocusPoint.state) == "open")
    if changed:
        _answered(unit, row, state)
    return changed


def reopen(unit: Unit, row: FocusPoint) -> bool:
    return _change(unit, row, {"state": "open", "closed_at": None}, col(FocusPoint.state) == "done")


def _answered(unit: Unit, row: FocusPoint, how: str) -> None:
    told = nudges.live(unit.session, focus_id(row), ("focus", "focus_late"))
    nudges.settle(unit, told, "answered", f"focus_{how}")


def _change(unit: Unit, row: FocusPoint, values: dict[str, object], as_it_was: object) -> bool:
    """By compare-and-set; every copy of the card shows it."""
    wanted = update(FocusPoint).where(col(FocusPoint.id) == row.id, as_it_was)  # type: ignore[arg-type]
    changed = unit.session.connection().execute(wanted.values(**values)).rowcount == 1
    unit.session.refresh(row)
    unit.refresh(topic(row), lambda reader: card_for(unit, row, reader))
    return changed


def _tell_setter(unit: Unit, row: FocusPoint, what: str) -> None:
    if row.by == row.person:
        return
    words = Words(unit.session.get_one(Person, row.by).locale)
    fills = {"name": unit.actor.name, "id": focus_id(row), "text": shortly(unit, row)}
    if what == "moved":
        fills["day"] = day(row.due, unit.today)
    unit.send(row.by, say(words, f"focus.told.{what}", **fills))


def _open(session: Session, whose: object) -> list[FocusPoint]:
    wanted = select(FocusPoint).where(FocusPoint.state == "open", whose)  # type: ignore[arg-type]
    return list(session.exec(wanted.order_by(col(FocusPoint.due), col(FocusPoint.id))))
