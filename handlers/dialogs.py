"""Unfinished commands: what was asked, and what is known so far.

A dialog is a command with slots missing, kept in a row: it survives a restart, follows its person from one
platform to another, and ends after half an hour, when it becomes a draft that is offered again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import col, select

from cards.home import draft
from cards.model import Card
from handlers import commands
from handlers.commands import Command
from handlers.unit import Unit
from storage.tables import Dialog
from storage.vault import Vault

SEALED_APART = frozenset({commands.RecordTalk.__name__})
LIFE = timedelta(minutes=30)
DRAFT_LIFE = timedelta(days=7)


def ask(unit: Unit, command: Command, asked: Sequence[str], card: Callable[[str], Card]) -> None:
    """Keep the command and ask for slots. `card` gets the dialog's id; the first of `asked` is asked first."""
    old = _find(unit, command)
    if old is not None and old.expires_at <= unit.now and _is_empty(command) and not _is_empty(load(unit, old)):
        unit.reply(draft(unit.words, what(unit, old)))
        return
    dialog = old or Dialog(
        person=unit.actor.id,
        command=type(command).__name__,
        slots_sealed=b"",
        expires_at=unit.now,
        at=unit.now,
    )
    dialog.slots_sealed = _vault(unit, dialog).seal(json.dumps(asdict(command), default=str))
    dialog.asked = list(asked)
    dialog.at, dialog.expires_at = unit.now, unit.now + LIFE
    unit.session.add(dialog)
    unit.session.flush()
    # A step takes the place of the step before; any other card that was pressed stays what it is.
    pressed = unit.pressed()
    tell = unit.show if pressed is not None and pressed.topic.startswith("dialog:") else unit.reply
    tell(card(str(dialog.id)), topic(dialog))


def open_one(unit: Unit, kind: type[Command]) -> Dialog | None:
    """The actor's unexpired dialog of that kind."""
    mine = select(Dialog).where(Dialog.person == unit.actor.id, Dialog.command == kind.__name__)
    return unit.session.exec(mine.where(col(Dialog.expires_at) > unit.now)).first()


def topic(dialog: Dialog) -> str:
    return f"dialog:{dialog.id}"


def current(unit: Unit) -> Dialog | None:
    """The dialog that a typed answer belongs to."""
    mine = select(Dialog).where(Dialog.person == unit.actor.id, col(Dialog.expires_at) > unit.now)
    return unit.session.exec(mine.order_by(col(Dialog.at).desc(), col(Dialog.id).desc())).first()


def latest(unit: Unit) -> Dialog | None:
    """The dialog or draft touched last."""
    mine = select(Dialog).where(Dialog.person == unit.actor.id, col(Dialog.at) > unit.now - DRAFT_LIFE)
    return unit.session.exec(mine.order_by(col(Dialog.at).desc(), col(Dialog.id).desc())).first()


def by_id(unit: Unit, id: str) -> Dialog | None:
    """The dialog of a card, where it is this person's and still open."""
    dialog = unit.session.get(Dialog, int(id)) if id.isdecimal() and len(id) < 19 else None  # noqa: PLR2004 - a bigint
    if dialog is None or dialog.person != unit.actor.id or dialog.expires_at <= unit.now:
        return None
    return dialog


def load(unit: Unit, dialog: Dialog) -> Command:
    kind: type[Command] = getattr(commands, dialog.command)
    known: dict[str, Any] = json.loads(_vault(unit, dialog).open(dialog.slots_sealed))
    command: Command = TypeAdapter(kind).validate_python(known)
    return command


def _vault(unit: Unit, dialog: Dialog) -> Vault:
    return unit.private if dialog.command in SEALED_APART else unit.vault


def finish(unit: Unit, kind: type[Command]) -> None:
    """The command is complete: its dialog is over."""
    found = select(Dialog).where(Dialog.person == unit.actor.id, Dialog.command == kind.__name__)
    for dialog in unit.session.exec(found):
        unit.session.delete(dialog)
    unit.session.flush()


def close(unit: Unit, dialog: Dialog, outcome: str, status: str) -> None:
    """The card of this step shows how it ended, and takes no more answers."""
    unit.close(topic(dialog), outcome, status)


def drop(unit: Unit, dialog: Dialog) -> None:
    close(unit, dialog, unit.words("dialog.cancelled"), unit.words("dialog.status.cancelled"))
    unit.session.delete(dialog)
    unit.session.flush()


def what(unit: Unit, dialog: Dialog) -> str:
    return unit.words(f"dialog.what.{dialog.command}")


def fill(unit: Unit, dialog: Dialog, slots: dict[str, object]) -> Command:
    """The command with more of its slots known."""
    command = load(unit, dialog)
    return replace(command, **slots)


def _find(unit: Unit, command: Command) -> Dialog | None:
    kind = type(command).__name__
    return unit.session.exec(select(Dialog).where(Dialog.person == unit.actor.id, Dialog.command == kind)).first()


def _is_empty(command: Command) -> bool:
    """True where nothing beyond the command's own beginnings was said."""
    return all(value in (None, (), "absolute", True, False) for value in asdict(command).values())
