"""What an interpreter may answer, and the check of what it did answer: the same frames as the grammar's, or nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from handlers.naming import MARGIN
from handlers.ports import Guess
from handlers.understanding import Context, Frame, read_people
from handlers.understanding.frames import Slots

LARGEST: Final = 1e12


@dataclass(frozen=True, slots=True)
class Meaning:
    """An intent as it is told to the interpreter."""

    wish: str
    slots: tuple[str, ...] = ()


INTENTS: Final = {
    "home": Meaning("see the menu, get help with the bot, greet"),
    "goals": Meaning("see their own goals, or somebody else's", ("person",)),
    "checkin": Meaning("report progress on one of their goals", ("goal", "value", "mode", "health")),
    "goal_revise": Meaning(
        "ask to change an agreed goal's target, weight or due date", ("goal", "target", "weight", "due", "reason")
    ),
    "feedback": Meaning("give a colleague feedback", ("person", "text")),
    "feedback_request": Meaning("ask a colleague for feedback on themselves", ("person",)),
    "feedback_list": Meaning("read the feedback they received", ("person",)),
    "ranking": Meaning("see their place in the ranking"),
    "help": Meaning("ask a colleague for help with work", ("person", "due")),
    "growth": Meaning("see a timeline of feedback and progress", ("person",)),
    "todo": Meaning("see what waits for them: approvals, unfinished goals"),
    "approve": Meaning("agree to a request", ("request",)),
    "reject": Meaning("turn a request down", ("request", "reason")),
    "team": Meaning("see how their team is doing"),
    "one_on_one": Meaning("book or record a one-to-one talk", ("person", "at")),
    "settings": Meaning("change the bot's language"),
    "undo": Meaning("take back the last thing they did"),
}

SLOTS: Final = {
    "person": "the colleague's name, copied from the sentence",
    "goal": "the id of one of the goals given",
    "value": "a number, in the goal's unit",
    "mode": "absolute (the metric now is value), delta (it moved by value) or progress (percent of the way, 0-100)",
    "health": "on_track, at_risk or off_track",
    "target": "a number, the new target",
    "weight": "a number, the new weight in percent",
    "due": "a date such as 2026-12-31",
    "reason": "words copied from the sentence",
    "text": "the feedback itself, copied from the sentence",
    "request": "the request's id as in the sentence, such as R-12",
    "at": "a date such as 2026-12-31, or a time such as 2026-12-31T15:00:00",
}


def frame_of(guess: Guess, sentence: str, seen: Context) -> Frame | None:
    """The guess as a frame, where every part of it holds; one part that does not spoils the whole."""
    meaning = INTENTS.get(guess.intent)
    given = {name: value for name, value in guess.slots.items() if value is not None}
    if meaning is None or not given.keys() <= set(meaning.slots):
        return None
    slots: Slots = {}
    candidates: dict[str, tuple[str, ...]] = {}
    try:
        for name, value in given.items():
            if name == "person":
                people = _people(value, sentence, seen)
                slots |= {"person": people[0]} if len(people) == 1 else {}
                candidates |= {"person": people} if len(people) > 1 else {}
            else:
                slots[name] = CHECKS[name](value, sentence, seen)
    except ValueError:
        return None
    return Frame(guess.intent, slots, candidates=candidates)


def _people(value: str | float, sentence: str, seen: Context) -> tuple[str, ...]:
    """Whom the words of the sentence name; several where they fit equally well."""
    found = read_people(_copied(value, sentence, seen), seen)
    if not found:
        raise ValueError(value)
    return tuple(person.id for person, score in found if found[0][1] - score < MARGIN)[:8]


def _copied(value: str | float, sentence: str, _seen: Context) -> str:
    if not isinstance(value, str) or not value.strip() or value not in sentence:
        raise ValueError(value)
    return value.strip()


def _own_goal(value: str | float, _sentence: str, seen: Context) -> str:
    if value not in {goal.id for goal in seen.goals}:
        raise ValueError(value)
    return str(value)


def _number(value: str | float, _sentence: str, _seen: Context) -> float:
    if isinstance(value, str) or not math.isfinite(value) or abs(value) > LARGEST:
        raise ValueError(value)
    return float(value)


def _day(value: str | float, _sentence: str, _seen: Context) -> str:
    return date.fromisoformat(str(value)).isoformat()


def _moment(value: str | float, _sentence: str, seen: Context) -> str:
    """A day, or a moment; a time without a zone is the speaker's."""
    text = str(value)
    if "T" not in text:
        return date.fromisoformat(text).isoformat()
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=seen.now.tzinfo)).isoformat()


def _request(value: str | float, sentence: str, _seen: Context) -> str:
    """Requests are never told to the interpreter: one that the sentence does not name is made up."""
    found = re.fullmatch(r"R-(\d{1,15})", str(value))
    if not found or not re.search(rf"(?<!\d){found[1]}(?!\d)", sentence):
        raise ValueError(value)
    return str(value)


def _one_of(*allowed: str) -> Callable[[str | float, str, Context], str]:
    def check(value: str | float, _sentence: str, _seen: Context) -> str:
        if value not in allowed:
            raise ValueError(value)
        return str(value)

    return check


CHECKS: Final[dict[str, Callable[[str | float, str, Context], str | float]]] = {
    "goal": _own_goal,
    "value": _number,
    "mode": _one_of("absolute", "delta", "progress"),
    "health": _one_of("on_track", "at_risk", "off_track"),
    "target": _number,
    "weight": _number,
    "due": _day,
    "reason": _copied,
    "text": _copied,
    "request": _request,
    "at": _moment,
}
