"""What the grammar cannot read: asked of an interpreter, and its guess carried out as far as a guess may go.

A guess that only shows something is answered at once. Any other is a card with yes and no; yes is that person's own
press, and runs the same command with the same permissions.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from pydantic import TypeAdapter

from cards import home as cards
from cards.formats import amount, day, moment, number, short
from cards.wording import Words
from handlers import commands, dialogs, overview
from handlers.checkins import absolute
from handlers.commands import CheckIn, Command, Confirm, NotUnderstood, Propose
from handlers.discretion import may_be_told
from handlers.guesses import frame_of
from handlers.meaning import meant
from handlers.ports import Puzzle
from handlers.understanding import Context, is_cancel, is_no, is_yes, understand
from handlers.unit import Refusal, Unit
from handlers.views import find_goal, name_of
from storage.tables import Dialog

SHOWS: Final = frozenset(
    {
        commands.ShowHome,
        commands.ShowGoals,
        commands.ShowTasks,
        commands.ShowApprovals,
        commands.ShowGap,
        commands.ShowSuggestions,
        commands.ShowGivers,
        commands.ShowLate,
        commands.ShowPerson,
        commands.ShowGrowth,
        commands.ShowSnapshot,
        commands.ShowFeedback,
        commands.ShowRanking,
        commands.ShowTodo,
        commands.ShowTeam,
        commands.ShowTalks,
        commands.NotYet,
        commands.NotUnderstood,
    }
)


CLAUSE_END: Final = re.compile(r"[,，。;；、\n]|另外|还有|然后|以及| and ")


class Puzzled(Exception):  # noqa: N818 - not a fault: the transaction is given up, the interpreter asked, and all begun anew
    """Ask the interpreter, outside of the transaction, and work the event again with its guess."""

    def __init__(self, puzzle: Puzzle) -> None:
        super().__init__()
        self.puzzle = puzzle


def understood(unit: Unit, seen: Context, text: str) -> Command:
    """The grammar's reading; where it has none the interpreter's. What is doubtful or guessed, as a proposal."""
    frame = understand(text, seen)
    command = meant(frame, text, seen)
    if not isinstance(command, NotUnderstood):
        asks = isinstance(command, CheckIn) and not command.tells  # nothing to agree to yet
        return _proposal(unit, command) if frame.doubtful and not asks else command
    if unit.aid.may_ask and may_be_told(unit, text, seen):
        goals = tuple((goal.id, goal.title, goal.unit) for goal in seen.goals)
        raise Puzzled(Puzzle(text, f"{seen.now:%Y-%m-%d, %A}", goals))
    guess = frame_of(unit.aid.guess, text, seen) if unit.aid.guess else None
    return _proposal(unit, meant(guess, text, seen)) if guess else command


def told_as_well(first: Command, text: str, seen: Context) -> list[CheckIn]:
    """Of 新签11家，回款380万 the second check-in: clauses that say one by themselves, surely, of another goal."""
    if not isinstance(first, CheckIn) or first.goal is None or first.value is None:
        return []
    found: dict[str, CheckIn] = {}
    for clause in CLAUSE_END.split(text):
        frame = understand(clause, seen)
        command = None if frame.doubtful or frame.intent != "checkin" else meant(frame, clause, seen)
        if isinstance(command, CheckIn) and command.goal not in (None, first.goal) and command.value is not None:
            found.setdefault(str(command.goal), command)
    return list(found.values())


def _proposal(unit: Unit, guessed: Command) -> Command:
    """To be agreed to, where it would change anything."""
    if type(guessed) in SHOWS:
        return guessed
    of = hashlib.sha256(unit.event.key.encode()).hexdigest()[:16]
    return Propose(kind=type(guessed).__name__, slots=json.dumps(asdict(guessed), default=str), of=of)


def propose(command: Propose, unit: Unit) -> None:
    what = _what(unit, _guessed(command))
    dialogs.ask(unit, command, ("yes",), lambda _: cards.proposal(unit.words, what, command.of))


def answer(unit: Unit, dialog: Dialog, text: str, typed: Command | None) -> Command | None:
    """A yes or no to the proposal that stands. Anything else leaves it behind: a 好的 much later must mean nothing."""
    command = dialogs.load(unit, dialog)
    assert isinstance(command, Propose)
    if typed is None and (is_yes(text) or is_no(text) or is_cancel(text)):
        return Confirm(of=command.of, yes=is_yes(text))
    dialogs.drop(unit, dialog)
    return typed


def settle(command: Confirm, unit: Unit) -> Command | None:
    """The proposal is over; with yes, the command it was about. Only its own person has it, and only once."""
    dialog = dialogs.open_one(unit, Propose)
    proposed = dialogs.load(unit, dialog) if dialog else None
    if dialog is None or not isinstance(proposed, Propose) or proposed.of != command.of:
        raise Refusal("dialog.expired")
    words = unit.words
    outcome = "guess.yes" if command.yes else "guess.outcome.no"
    dialogs.close(
        unit, dialog, words(outcome), words("dialog.status.done" if command.yes else "dialog.status.cancelled")
    )
    dialogs.end(unit, Propose)
    if command.yes:
        return _guessed(proposed)
    overview.not_understood(NotUnderstood(), unit)
    return None


def _guessed(command: Propose) -> Command:
    kind: type[Command] = getattr(commands, command.kind)
    guessed: Command = TypeAdapter(kind).validate_json(command.slots)
    return guessed


def _what(unit: Unit, command: Command) -> str:
    """The command in one line, such as 打卡 · 客户续约率 · 82%."""
    said = [
        tell(unit, command, getattr(command, slot))
        for slot, tell in SAID.items()
        if getattr(command, slot, None) not in (None, "")
    ]
    return " · ".join([_name(unit.words, command), *said])


def _name(words: Words, command: Command) -> str:
    if isinstance(command, commands.Decide):
        return words("revision.approve" if command.approve else "revision.reject")
    kind = type(command).__name__
    return words(
        f"guess.{kind}" if isinstance(command, commands.Undo | commands.SetLanguage) else f"dialog.what.{kind}"
    )


def _goal(unit: Unit, _command: Command, id: str) -> str:
    goal = find_goal(unit.session, id)
    return (goal.metric or goal.title) if goal else id


def _value(unit: Unit, command: Any, value: float) -> str:
    goal = find_goal(unit.session, command.goal) if command.goal else None
    return amount(absolute(goal, value, command.mode), goal.unit) if goal else number(value)


def _target(unit: Unit, command: Any, value: float) -> str:
    goal = find_goal(unit.session, command.goal) if command.goal else None
    return f"{unit.words('goal.facts.target')} {amount(value, goal.unit if goal else '')}"


def _moment(unit: Unit, _command: Command, at: str) -> str:
    return moment(datetime.fromisoformat(at)) if "T" in at else day(date.fromisoformat(at), unit.today)


SAID: Final[dict[str, Callable[[Unit, Any, Any], str]]] = {
    "request": lambda _u, _c, request: f"R-{request}",
    "goal": _goal,
    "value": _value,
    "health": lambda unit, _c, health: unit.words(f"guess.{health}"),
    "target": _target,
    "weight": lambda unit, _c, weight: f"{unit.words('goal.facts.weight')} {number(weight)}%",
    "due": lambda unit, _c, due: day(due, unit.today),
    "person": lambda unit, _c, person: name_of(unit.session, person),
    "at": _moment,
    "text": lambda _u, _c, text: f"“{short(text, 60)}”",
    "reason": lambda _u, _c, reason: f"“{short(reason, 60)}”",
    "locale": lambda _u, _c, locale: {"zh": "中文", "en": "English"}[locale],
}
