"""How a focus point looks to one of the two who may read it, and what the clock says about it."""

from __future__ import annotations

from datetime import date

from cards import focus as cards
from cards.focus import FocusView
from cards.formats import short
from cards.model import Card
from cards.nudges import Item
from cards.wording import Words
from handlers.unit import Unit
from handlers.views import name_of
from storage.tables import FocusPoint, Nudge, Person

SAID = 40  # characters of a point in a line about it


def of_nudge(unit: Unit, nudge: Nudge, reader: Person, outcome: str) -> Item:
    """`nudge.period` is the day that was agreed when it was said."""
    row = unit.session.get_one(FocusPoint, int(nudge.subject.rpartition("-")[2]))
    seen, due = view(unit, row, reader), date.fromisoformat(nudge.period)
    make = cards.late if nudge.kind == "focus_late" else cards.reminder
    return make(Words(reader.locale), seen, due, unit.today, outcome)


def shortly(unit: Unit, row: FocusPoint) -> str:
    return short(unit.vault.open(row.text_sealed), SAID)


def topic(row: FocusPoint) -> str:
    return f"focus:{row.id}"


def focus_id(row: FocusPoint) -> str:
    return f"P-{row.id}"


def card_for(unit: Unit, row: FocusPoint, reader: Person) -> Card:
    return cards.focus(Words(reader.locale), view(unit, row, reader), unit.today)


def view(unit: Unit, row: FocusPoint, reader: Person) -> FocusView:
    return FocusView(
        id=focus_id(row),
        name=name_of(unit.session, row.person),
        by=name_of(unit.session, row.by) if row.by != row.person else "",
        text=unit.vault.open(row.text_sealed),
        measure=unit.vault.open(row.measure_sealed),
        due=row.due,
        state=row.state,
        is_own=row.person == reader.id,
        closed_at=unit.local(row.closed_at, reader) if row.closed_at else None,
    )
