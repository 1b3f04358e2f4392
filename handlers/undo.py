"""Taking back what was done last, or what a button names, within ten minutes. The trace stays.

What somebody did, and in which order, is in the audit log; the table says how each kind is taken back. A thing is named
as its button carries it: C-12, C-12/note, F-3, F-3/2 (an edit), F-3/tags, R-4, H-5, P-5,
P-5/done, Q-6, T-7, N-8, language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlmodel import col, select

from cards.model import Card
from handlers import taking_back
from handlers.commands import Undo
from handlers.unit import Refusal, Unit
from storage.tables import AuditEntry

WINDOW = timedelta(minutes=10)
UNDONE = "undo"  # the line that names the lines that were taken back
# They come with something else that was done, or tell that something was taken back.
ASIDE = frozenset({UNDONE, "request.answered", "evidence"})

Name = Callable[[AuditEntry], str]
TakeBack = Callable[[Unit, AuditEntry], Card]


def _subject(entry: AuditEntry) -> str:
    return entry.subject


def _after(pattern: str) -> Name:
    return lambda entry: pattern.format(subject=entry.subject, **(entry.after or {}))


STEPS: dict[str, tuple[Name, TakeBack]] = {
    "checkin": (_after("C-{checkin}"), taking_back.checkin),
    "checkin.note": (_after("C-{checkin}/note"), taking_back.note),
    "feedback.given": (_subject, taking_back.feedback),
    "feedback.edited": (_after("{subject}/{version}"), taking_back.edit),
    "feedback.tagged": (_after("{subject}/tags"), taking_back.tags),
    "revision.asked": (_after("R-{revision}"), taking_back.revision),
    "help.asked": (_subject, taking_back.help_request),
    "focus.set": (_subject, taking_back.focus_point),
    "focus.done": (_after("{subject}/done"), taking_back.focus_done),
    "request.asked": (_subject, taking_back.feedback_request),
    "talk.booked": (_subject, taking_back.talk),
    "nudge.snoozed": (_subject, taking_back.snooze),
    "person.locale": (lambda _: "language", taking_back.language),
}


def undo(command: Undo, unit: Unit) -> None:
    cards = [_named(unit, of) for of in command.of.split(",")] if command.of else [_last(unit)]
    text = "\n".join(card.text for card in cards)
    told = Card(text=text, buttons=cards[-1].buttons, locale=cards[-1].locale)
    pressed = unit.pressed()
    # A card of the matter itself shows by now how it ended; any other becomes what is said here.
    if pressed is not None and pressed.topic and not pressed.topic.startswith("dialog:"):
        unit.tell(told, "good")
    else:
        unit.show(told)


def _last(unit: Unit) -> Card:
    """Whatever was done last: where it cannot be taken back, nothing older is in its stead."""
    for entry in _done(unit):
        if entry.action not in STEPS:
            known = f"undo.what.{entry.action}"
            raise Refusal("undo.cannot", what=unit.words(known if unit.words.know(known) else "undo.what"))
        return _take_back(unit, entry)
    raise Refusal("undo.none")


def _named(unit: Unit, of: str) -> Card:
    for entry in _done(unit):
        name = STEPS[entry.action][0] if entry.action in STEPS else None
        if name is not None and name(entry) == of:
            return _take_back(unit, entry)
    raise Refusal("undo.late")


def _take_back(unit: Unit, entry: AuditEntry) -> Card:
    steps = [entry]
    if entry.action == "feedback.tagged":  # kept answer by answer, taken back in one
        steps = [line for line in _done(unit) if (line.action, line.subject) == (entry.action, entry.subject)]
    for step in steps:
        told = STEPS[step.action][1](unit, step)
        unit.audit(UNDONE, step.subject, after={"seq": step.seq})
    return told


def _done(unit: Unit) -> Iterator[AuditEntry]:
    """What the actor did in the last ten minutes and has not taken back, newest first."""
    mine = select(AuditEntry).where(AuditEntry.actor == unit.actor.id, col(AuditEntry.at) > unit.now - WINDOW)
    lines = unit.session.exec(mine.order_by(col(AuditEntry.seq).desc())).all()
    undone = {(line.after or {})["seq"] for line in lines if line.action == UNDONE}
    undoing = {line.at for line in lines if line.action == UNDONE}
    return (line for line in lines if not (line.seq in undone or line.at in undoing or line.action in ASIDE))
