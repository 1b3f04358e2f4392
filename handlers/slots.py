"""Reading one answer into one slot, whether it was typed or came from a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from cards import tags
from handlers.checkins import absolute, known
from handlers.commands import AddNote, CheckIn, Command, NewGoal, Revise, TagFeedback
from handlers.understanding import (
    Context,
    Reading,
    is_skip,
    is_yes,
    read_date,
    read_goals,
    read_number,
    read_people,
    read_value,
    understand,
)
from handlers.understanding.dates import read_moment
from handlers.understanding.normalise import fold
from handlers.unit import Unit
from handlers.views import find_goal, tag_lists
from storage.tables import Feedback, Goal

MARGIN = 0.12  # a best match that is not that much better than the next is no answer
SENDS = re.compile(r"^(?:仍然)?发|^send", re.IGNORECASE)
NOTHING = re.compile(r"去掉|删掉|remove", re.IGNORECASE)
Slots = dict[str, object]


class Unreadable(Exception):  # noqa: N818 - what happened to the answer
    """The answer does not fit the question; `key` is what to say."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def read_form(unit: Unit, context: Context, command: Command, form: Mapping[str, str]) -> Slots:
    """Every field that was filled. Fields that are no slot of the command are ignored: forms come from outside."""
    slots: Slots = {}
    for name, text in form.items():
        if name in READERS and hasattr(command, name) and text.strip():
            slots |= READERS[name](unit, context, command, text.strip())
    return slots


def read_answer(unit: Unit, context: Context, command: Command, asked: list[str], text: str) -> Slots:
    """A typed answer to what was asked. Raises Unreadable."""
    if isinstance(command, Revise) and "target" in asked:
        return _change(unit, context, command, text)
    return READERS[asked[0]](unit, context, command, text)


def _goal(_unit: Unit, context: Context, _command: Command, text: str) -> Slots:
    exact = re.search(r"[A-Za-z]+-\d+", text)
    if exact:
        return {"goal": exact[0]}
    found = read_goals(text, context)
    return {"goal": _clear_best([(goal.id, score) for goal, score in found], "ask.goal")}


def _person(_unit: Unit, context: Context, _command: Command, text: str) -> Slots:
    if any(person.id == text for person in context.people):
        return {"person": text}
    found = read_people(text, context)
    return {"person": _clear_best([(person.id, score) for person, score in found], "ask.person")}


def _clear_best(found: list[tuple[str, float]], otherwise: str) -> str:
    if not found or (len(found) > 1 and found[0][1] - found[1][1] < MARGIN):
        raise Unreadable(otherwise)
    return found[0][0]


def _value(unit: Unit, _context: Context, command: Command, text: str) -> Slots:
    reading = _reading(unit, command, text)
    return {"value": reading.value, "mode": reading.mode, "unit": reading.unit}


def _target(unit: Unit, context: Context, command: Command, text: str) -> Slots:
    if isinstance(command, NewGoal):
        return _new_target(context, text)
    reading = _reading(unit, command, text)
    goal = _goal_of(unit, command)
    return {"target": absolute(goal, reading.value, reading.mode)}


def _new_target(context: Context, text: str) -> Slots:
    """The figure with its unit, as the sentence that asks for a new goal would say it."""
    said = understand(f"新增目标：做到{text}", context).slots
    if "target" not in said:
        raise Unreadable("ask.number")
    return {"target": said["target"], "unit": said.get("unit", "")}


def _start(_unit: Unit, context: Context, _command: Command, text: str) -> Slots:
    """In the target's unit; what was said with it was said for the eyes."""
    return {"start": _new_target(context, text)["target"]}


def _reading(unit: Unit, command: Command, text: str) -> Reading:
    reading = read_value(text, known(_goal_of(unit, command)))
    if reading is None:
        raise Unreadable("ask.number")
    return reading


def _goal_of(unit: Unit, command: Command) -> Goal:
    assert isinstance(command, CheckIn | Revise)
    goal = find_goal(unit.session, command.goal or "")
    if goal is None:
        raise Unreadable("ask.goal")
    return goal


def _weight(_unit: Unit, _context: Context, _command: Command, text: str) -> Slots:
    number = read_number(text.replace("%", "").replace("％", ""))
    if number is None:
        raise Unreadable("ask.number")
    return {"weight": number}


def _due(_unit: Unit, context: Context, _command: Command, text: str) -> Slots:
    try:
        found: date | None = date.fromisoformat(text)
    except ValueError:
        found = read_date(text, context.now)
    if found is None:
        raise Unreadable("ask.date")
    return {"due": found}


def _words_as(slot: str) -> Callable[[Unit, Context, Command, str], Slots]:
    def read(_unit: Unit, _context: Context, _command: Command, text: str) -> Slots:
        if not text.strip():
            raise Unreadable("ask.words")
        return {slot: text.strip()}

    return read


def _note(_unit: Unit, _context: Context, _command: Command, text: str) -> Slots:
    return {"note": "" if is_skip(text) else text.strip()}


def _readers(_unit: Unit, context: Context, command: Command, text: str) -> Slots:
    named = {person.id for person in context.people if person.name in text}
    if named and getattr(command, "person", None) not in named:
        raise Unreadable("ask.choice")  # an old question's answer: it names somebody else
    if text in {"receiver", "receiver_and_manager"}:
        return {"readers": text}
    if re.search(r"只|only|1", text, re.IGNORECASE):
        return {"readers": "receiver"}
    if re.search(r"和|经理|领导|上级|都|and|manager|2", text, re.IGNORECASE):
        return {"readers": "receiver_and_manager"}
    raise Unreadable("ask.choice")


def _confirmed(_unit: Unit, _context: Context, _command: Command, text: str) -> Slots:
    if not is_yes(text) and not SENDS.search(text):
        raise Unreadable("ask.choice")
    return {"confirmed": True}


def _request(_unit: Unit, _context: Context, _command: Command, text: str) -> Slots:
    found = re.search(r"\d{1,15}", text)
    if not found:
        raise Unreadable("ask.choice")
    return {"request": int(found[0])}


def _tag(kind: str) -> Callable[[Unit, Context, Command, str], Slots]:
    def read(unit: Unit, _context: Context, command: Command, text: str) -> Slots:
        feedback = unit.session.get(Feedback, command.feedback) if isinstance(command, TagFeedback) else None
        found = tag_lists(unit.session, feedback).find(kind, text) if feedback is not None else None
        if found is None:
            raise Unreadable("ask.choice")
        return {kind: found or tags.NONE}

    return read


def _document(_unit: Unit, _context: Context, _command: Command, text: str) -> Slots:
    return {"document": tags.NONE if NOTHING.fullmatch(text.strip()) else text.strip()}


def _at(_unit: Unit, context: Context, _command: Command, text: str) -> Slots:
    found = read_moment(fold(text), context.now)
    if found is None:
        raise Unreadable("ask.date")
    return {"at": found.iso(context.now)}


def _change(unit: Unit, context: Context, command: Revise, text: str) -> Slots:
    """“80%”, “延到1月15日”, “权重20%”, or a whole sentence with the reason in it."""
    frame = understand(f"把{command.goal}{text}" if text.startswith(("改", "调", "延")) else text, context)
    slots: Slots = {}
    if frame.intent == "goal_revise":
        slots = {k: v for k, v in frame.slots.items() if k in {"target", "weight", "reason"}}
        if "due" in frame.slots:
            slots["due"] = date.fromisoformat(str(frame.slots["due"])[:10])
    if slots:
        return slots
    if re.search(r"权重|weight", text, re.IGNORECASE):
        return _weight(unit, context, command, re.sub(r"权重|weight|[：:到为是改调 ]", "", text, flags=re.IGNORECASE))
    if re.search(r"[月号日底周]|延|截止|due|by|\d{4}-\d", text, re.IGNORECASE):
        return _due(unit, context, command, text)
    try:
        return _target(unit, context, command, text)
    except Unreadable:
        raise Unreadable("revise.ask.change") from None


READERS: dict[str, Callable[[Unit, Context, Command, str], Slots]] = {
    "goal": _goal,
    "person": _person,
    "title": _words_as("title"),
    "start": _start,
    "value": _value,
    "target": _target,
    "weight": _weight,
    "due": _due,
    "reason": _words_as("reason"),
    "text": _words_as("text"),
    "measure": _words_as("measure"),
    "note": _note,
    "readers": _readers,
    "confirmed": _confirmed,
    "request": _request,
    "dimension": _tag("dimension"),
    "behavior": _tag("behavior"),
    "scene": _tag("scene"),
    "document": _document,
    "at": _at,
    "important": _words_as("important"),
    "hardest": _words_as("hardest"),
    "support": _words_as("support"),
}
SKIPPABLE = frozenset({AddNote, TagFeedback})  # what is not filled in is not asked again
