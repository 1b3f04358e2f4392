"""Unfinished commands: what was asked, and what is known so far.

A dialog is a command with slots missing, kept in a row: it survives a restart, follows its person from one
platform to another, and ends after half an hour, when it becomes a draft that is offered again. Each step is a row
of its own, so that a card of an earlier step, wherever it still stands, answers nothing any more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, asdict, fields, replace
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import col, select

from cards.formats import short
from cards.home import draft
from cards.model import Card
from handlers import commands
from handlers.commands import Command
from handlers.unit import Unit
from storage.tables import Dialog
from storage.vault import Vault

SEALED_APART = frozenset({commands.RecordTalk.__name__})
# Nobody waits for their answer.
OPTIONAL = tuple(kind.__name__ for kind in (commands.AddNote, commands.TagFeedback, commands.Propose))
LIFE = timedelta(minutes=30)
LATE = timedelta(hours=2)  # for so long after the end of a dialog a sentence may have been meant for it
DRAFT_LIFE = timedelta(days=7)
# Whatever is typed for these is the answer, word for word; nobody should have to type it twice.
VERBATIM = frozenset({"title", "reason", "text", "document", "measure", "important", "hardest", "support"})
SHOWN = 120  # characters of them in an offer
MANNER = frozenset({"steps", "among", "named"})  # how something was said, not what
ABOUT = frozenset({"feedback", "talk", "checkin", "nudge", "request", "focus"})  # rows that a dialog is about


def ask(unit: Unit, command: Command, asked: Sequence[str], card: Callable[[str], Card]) -> None:
    """Keep the command and ask for slots. `card` gets the dialog's id; the first of `asked` is asked first."""
    old = _find(unit, type(command))
    if old is not None:
        if _is_worth_offering(unit, old, command):
            offer(unit, old)
            return
        _leave(unit, old, "dialog.unsent" if _give_back(unit, old, command) else "dialog.moved")
    dialog = Dialog(
        person=unit.actor.id,
        command=type(command).__name__,
        slots_sealed=b"",
        asked=list(asked),
        expires_at=unit.now + LIFE,
        at=unit.now,
    )
    _keep(unit, dialog, command)
    # A step takes the place of the step before; any other card that was pressed stays what it is.
    _tell(unit, card(str(dialog.id)), dialog)


def offer(unit: Unit, dialog: Dialog, key: str = "dialog.draft") -> None:
    """What was begun before, to go on with or to drop."""
    text = unit.words(key, what=what(unit, dialog))
    if said := _words_kept(unit, dialog):
        text = "\n".join((text, unit.words("dialog.kept", said=short(said, SHOWN))))
    _tell(unit, replace(draft(unit.words, text, str(dialog.id)), private=dialog.command in SEALED_APART), dialog)


def _words_kept(unit: Unit, dialog: Dialog) -> str:
    """What was written for it so far, word for word: who goes on sends it."""
    known = asdict(load(unit, dialog))
    return " / ".join(str(known[name]) for name in sorted(VERBATIM & known.keys()) if known[name])


def _tell(unit: Unit, card: Card, dialog: Dialog) -> None:
    pressed = unit.pressed()
    tell = unit.show if pressed is not None and pressed.topic.startswith("dialog:") else unit.reply
    tell(card, topic(dialog))


def _keep(unit: Unit, dialog: Dialog, command: Command) -> None:
    dialog.slots_sealed = _vault(unit, dialog).seal(json.dumps(asdict(command), default=str))
    unit.session.add(dialog)
    unit.session.flush()


def _is_worth_offering(unit: Unit, old: Dialog, command: Command) -> bool:
    """Where the wish says nothing that the old one does not know, and what it knows besides would be lost."""
    if old is unit.dialog or _is_forgotten(unit, old):
        return False
    begun, known = _said(command), _said(load(unit, old))
    more = known.keys() - begun.keys()
    return begun.items() <= known.items() and bool(more if is_over(unit, old) else more & VERBATIM)


def _give_back(unit: Unit, old: Dialog, command: Command) -> bool:
    """Words that something else of the same kind takes the place of: nobody should have to remember them."""
    said = _words_kept(unit, old)
    if old is unit.dialog or _is_forgotten(unit, old) or not said or said in asdict(command).values():
        return False
    text = unit.words("dialog.replaced", what=what(unit, old), said=said)
    unit.reply(Card(text=text, locale=unit.words.locale, private=old.command in SEALED_APART))
    return True


def _is_forgotten(unit: Unit, dialog: Dialog) -> bool:
    return dialog.at <= unit.now - DRAFT_LIFE


def _said(command: Command) -> dict[str, Any]:
    """The slots that hold something."""
    return {
        slot.name: value
        for slot in fields(command)
        if slot.name not in MANNER and (value := getattr(command, slot.name)) != slot.default
    }


def open_one(unit: Unit, kind: type[Command]) -> Dialog | None:
    """The actor's unexpired dialog of that kind."""
    mine = select(Dialog).where(Dialog.person == unit.actor.id, Dialog.command == kind.__name__)
    return unit.session.exec(mine.where(col(Dialog.expires_at) > unit.now)).first()


def topic(dialog: Dialog) -> str:
    return f"dialog:{dialog.id}"


def current(unit: Unit) -> Dialog | None:
    """The dialog that a typed answer belongs to."""
    mine = select(Dialog).where(Dialog.person == unit.actor.id, col(Dialog.expires_at) > unit.now)
    # Locked: two answers at once must not both be the answer.
    return unit.session.exec(mine.order_by(col(Dialog.at).desc(), col(Dialog.id).desc()).with_for_update()).first()


def latest(unit: Unit) -> Dialog | None:
    """The dialog or draft touched last."""
    mine = select(Dialog).where(Dialog.person == unit.actor.id, col(Dialog.at) > unit.now - DRAFT_LIFE)
    return unit.session.exec(mine.order_by(col(Dialog.at).desc(), col(Dialog.id).desc())).first()


def expired(unit: Unit) -> Dialog | None:
    """The dialog that ended a little ago for want of an answer. One that was put off is not waiting for any."""
    mine = select(Dialog).where(Dialog.person == unit.actor.id, col(Dialog.command).not_in(OPTIONAL))
    ended = mine.where(
        col(Dialog.expires_at) <= unit.now,
        col(Dialog.expires_at) > unit.now - LATE,
        col(Dialog.at) < col(Dialog.expires_at),
    )
    return unit.session.exec(ended.order_by(col(Dialog.at).desc()).with_for_update()).first()


def by_id(unit: Unit, id: str) -> Dialog | None:
    """The dialog or draft of a card, where it is this person's and this step is not over."""
    known = id.isdecimal() and len(id) < 19  # noqa: PLR2004 - a bigint
    dialog = unit.session.get(Dialog, int(id), with_for_update=True) if known else None
    return dialog if dialog is not None and dialog.person == unit.actor.id else None


def is_over(unit: Unit, dialog: Dialog) -> bool:
    """Half an hour has passed: it is a draft by now."""
    return dialog.expires_at <= unit.now


def load(unit: Unit, dialog: Dialog) -> Command:
    kind: type[Command] = getattr(commands, dialog.command)
    known: dict[str, Any] = json.loads(_vault(unit, dialog).open(dialog.slots_sealed))
    command: Command = TypeAdapter(kind).validate_python(known)
    return command


def _vault(unit: Unit, dialog: Dialog) -> Vault:
    return unit.private if dialog.command in SEALED_APART else unit.vault


def go_on(unit: Unit, dialog: Dialog, slots: Mapping[str, object] | None = None) -> Command:
    """The dialog's command with more of its slots known; what comes of it is the dialog's next step."""
    unit.dialog = dialog
    return replace(load(unit, dialog), **(slots or {}))


def put_aside(unit: Unit, dialog: Dialog, slots: Mapping[str, object]) -> None:
    """An answer came too late: the words in it are kept with the draft."""
    words = {name: value for name, value in slots.items() if name in VERBATIM}
    _keep(unit, dialog, replace(load(unit, dialog), **words))
    dialog.at = unit.now  # “continue” means this one


def finish(unit: Unit, command: Command) -> None:
    """The command is complete: its dialog is over. One about something else stays."""
    dialog = _find(unit, type(command))
    if dialog is not None and (dialog is unit.dialog or _said(load(unit, dialog)).items() <= _said(command).items()):
        _leave(unit, dialog, "dialog.done")


def end(unit: Unit, kind: type[Command], **about: object) -> None:
    """There is no use any more for that kind of dialog, or for one about that; nor for the one that led here."""
    dialog = _find(unit, kind)
    if dialog is not None and (dialog is unit.dialog or about.items() <= asdict(load(unit, dialog)).items()):
        _leave(unit, dialog, "dialog.done")


def _leave(unit: Unit, dialog: Dialog, key: str) -> None:
    """The step is over: its cards say so, but for the pressed one, which becomes what comes next."""
    unit.close(topic(dialog), unit.words(key), unit.words("dialog.status.done"), but=unit.pressed())
    unit.session.delete(dialog)
    unit.session.flush()


def close(unit: Unit, dialog: Dialog, outcome: str, status: str) -> None:
    """The card of this step shows how it ended, and takes no more answers."""
    unit.close(topic(dialog), outcome, status)


def put_off(unit: Unit, dialog: Dialog) -> None:
    """Its person wants to think first: a draft from now on, so that what they say next is no answer to it."""
    dialog.expires_at = dialog.at = unit.now
    unit.session.flush()


def drop(unit: Unit, dialog: Dialog) -> None:
    close(unit, dialog, unit.words("dialog.cancelled"), unit.words("dialog.status.cancelled"))
    unit.session.delete(dialog)
    unit.session.flush()


def begin_anew(command: Command) -> Command | None:
    """The same wish without what was answered; None where that says nothing."""
    about = {name: value for name, value in _said(command).items() if name in ABOUT}
    needed = {slot.name for slot in fields(command) if slot.default is MISSING}
    return type(command)(**about) if needed <= about.keys() else None


def what(unit: Unit, dialog: Dialog) -> str:
    return unit.words(f"dialog.what.{dialog.command}")


def _find(unit: Unit, kind: type[Command]) -> Dialog | None:
    mine = select(Dialog).where(Dialog.person == unit.actor.id, Dialog.command == kind.__name__)
    return unit.session.exec(mine.with_for_update()).first()
