"""What a sentence means: its intent, and the slots that the sentence gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from handlers.understanding import goals, revisions
from handlers.understanding.context import Goal
from handlers.understanding.dates import read_moment
from handlers.understanding.health import health_of
from handlers.understanding.intents import UNKNOWN
from handlers.understanding.people import Mention
from handlers.understanding.periods import read_period
from handlers.understanding.reasons import reason_of
from handlers.understanding.sentence import Sentence
from handlers.understanding.values import find_reading, goal_by_unit, place_of_figure

Slots = dict[str, str | float]
_MOST_CANDIDATES: Final = 8


@dataclass(frozen=True)
class Frame:
    """`candidates`: for a goal or person that could not be told, the ids that fit. `unit_said`: the unit of a value.

    `doubtful`: it does not sound like what it reads as, so its speaker is asked before anything is recorded.
    """

    intent: str
    slots: Slots = field(default_factory=dict)
    confidence: float = 1.0
    unit_said: str | None = None
    candidates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    doubtful: bool = False


@dataclass
class Draft:
    """A frame while its slots are being filled. `bare` sentences are the arguments of a slash command."""

    sentence: Sentence
    bare: bool = False
    slots: Slots = field(default_factory=dict)
    candidates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unit_said: str | None = None

    def put(self, name: str, value: str | float | None) -> None:
        if value is not None and value != "":
            self.slots[name] = value

    def choose(self, name: str, ids: tuple[str, ...]) -> str | None:
        """The one id that fits; several become candidates."""
        if len(ids) == 1:
            self.slots[name] = ids[0]
            return ids[0]
        if ids:
            self.candidates[name] = ids[:_MOST_CANDIDATES]
        return None

    def choose_goal(self, near: int | None = None) -> Goal | None:
        """The goal named; of several, the one named in the clause of the figure."""
        ranked = self.sentence.ranked_goals if near is None else self.sentence.goals_near(near)
        chosen = self.choose("goal", goals.fitting(ranked) if ranked else ())
        return next((goal for goal in self.sentence.context.goals if goal.id == chosen), None)

    def choose_person(self, mentions: list[Mention]) -> None:
        others = [one for one in mentions if one.ids != (self.sentence.context.speaker,)]
        if others:
            self.choose("person", others[0].ids)

    def frame(self, intent: str, confidence: float) -> Frame:
        return Frame(intent, self.slots, confidence, self.unit_said, self.candidates)


def _person(draft: Draft) -> None:
    draft.choose_person(draft.sentence.people)


def _checkin(draft: Draft) -> None:
    sentence = draft.sentence
    goal = draft.choose_goal(place_of_figure(sentence))
    if goal is None:
        inferred = goal_by_unit(sentence)
        if inferred in draft.candidates.get("goal", (inferred,)):
            draft.candidates.pop("goal", None) if inferred else None
            goal = next((one for one in sentence.context.goals if one.id == inferred), None)
    reading = find_reading(sentence, goal, bare=draft.bare)
    if reading is not None and goal is not None:
        draft.put("goal", goal.id)
    if reading is not None:
        draft.slots.update(value=reading.value, mode=reading.mode)
        draft.unit_said = reading.unit
    draft.put("health", health_of(sentence.spoken.text))


def _goal_new(draft: Draft) -> None:
    proposed = revisions.proposed(draft.sentence)
    if proposed:
        draft.put("target", proposed[0])
        draft.put("unit", proposed[1])
    day = revisions.future_day(draft.sentence)
    draft.put("due", day.isoformat() if day else None)


def _goal_revise(draft: Draft) -> None:
    goal = draft.choose_goal(revisions.place_of_change(draft.sentence))
    draft.put("weight", revisions.weight_of(draft.sentence))
    day = revisions.new_date_of(draft.sentence)
    draft.put("due", day.isoformat() if day else None)
    draft.put("target", revisions.target_of(draft.sentence, goal, bare=draft.bare))
    draft.put("reason", reason_of(draft.sentence))


_HELPER: Final = re.compile(r"(?:请|让|找|叫|需要|由|麻烦|求|拜托|@|ask|need|from|want)[^,，。]{0,6}$")


def _help(draft: Draft) -> None:
    """Who should help is the person asked, not the one who is helped: 帮张三 asks nobody."""
    text = draft.sentence.text
    mentions = draft.sentence.people
    asked = [one for one in mentions if _HELPER.search(text[: one.start])]
    free = [one for one in mentions if not re.search(r"(?:帮|替|给|为|支持|help)$", text[: one.start])]
    draft.choose_person(asked or free)
    day = revisions.future_day(draft.sentence)
    draft.put("due", day.isoformat() if day else None)


_PAST: Final = re.compile(
    r"记录|补录|补记|登记|记一下|记下|录一下|聊了|谈了|聊过|谈过|做了|开了|完成了|刚|昨|上周|上次|had|logg?|record|did|just|was"
)


def _one_on_one(draft: Draft) -> None:
    _person(draft)
    sentence = draft.sentence
    is_past = bool(_PAST.search(sentence.text)) and not re.search(r"约|预约|安排|book|schedule", sentence.text)
    moment = read_moment(sentence.text, sentence.context.now, future=not is_past)
    draft.put("at", moment.iso(sentence.context.now) if moment else None)


def _snapshot(draft: Draft) -> None:
    draft.put("period", read_period(draft.sentence.text, draft.sentence.context.now.date()))


_LEAD: Final = re.compile(r"[^,，:：。]{0,8}[,，:：]\s*")
_SHORTEST: Final = 6


def _feedback(draft: Draft) -> None:
    """Feedback that no form of address fits: what stands after the person and a comma or colon."""
    _person(draft)
    first = draft.sentence.people[0] if draft.sentence.people else None
    lead = _LEAD.match(draft.sentence.text, first.end) if first else None
    text = draft.sentence.line.said(lead.end()).strip() if lead else ""
    draft.put("text", text if len(text) >= _SHORTEST else None)


def _approve(draft: Draft) -> None:
    if draft.sentence.requests:
        draft.put("request", draft.sentence.requests[0].id)


def _reject(draft: Draft) -> None:
    _approve(draft)
    draft.put("reason", reason_of(draft.sentence, refusing=True))


def _feedback_argument(draft: Draft) -> None:
    """/反馈 @李四 …: the person first, then the text."""
    _person(draft)
    first = draft.sentence.people[0] if draft.sentence.people else None
    lead = re.match(r"[\s@:：]*(?:给|to |for )?[\s@]*", draft.sentence.text)
    is_lead = first is not None and lead is not None and first.start <= lead.end()
    start = first.end if is_lead and first else 0
    draft.put("text", draft.sentence.line.said(start).strip(" \t\n:：,，"))
    if not is_lead:
        draft.slots.pop("person", None)


_FILLERS: Final[dict[str, Callable[[Draft], None]]] = {
    "goals": _person,
    "checkin": _checkin,
    "goal_new": _goal_new,
    "goal_revise": _goal_revise,
    "feedback_request": _person,
    "feedback_list": _person,
    "feedback": _feedback,
    "help": _help,
    "growth": _person,
    "snapshot": _snapshot,
    "approve": _approve,
    "reject": _reject,
    "one_on_one": _one_on_one,
}


def fill(intent: str, sentence: Sentence, confidence: float) -> Frame:
    """The frame of a sentence whose intent is known."""
    draft = Draft(sentence)
    filler = _FILLERS.get(intent)
    if filler:
        filler(draft)
    return draft.frame(intent, confidence)


def fill_command(intent: str, arguments: Sentence) -> Frame:
    """The frame of a slash command: what follows it needs no words around it."""
    draft = Draft(arguments, bare=True)
    filler = _feedback_argument if intent == "feedback" else _FILLERS.get(intent)
    if filler:
        filler(draft)
    return draft.frame(intent, 1.0)


def fill_feedback(sentence: Sentence, head: int, body: int) -> Frame:
    """The frame of feedback whose address ends at `head` and whose text begins at `body`."""
    draft = Draft(sentence)
    draft.choose_person([mention for mention in sentence.people if mention.end <= head])
    draft.put("text", sentence.line.said(body).strip())
    return draft.frame("feedback", 0.95)


def fill_feedback_before(sentence: Sentence, end: int) -> Frame:
    """The frame of feedback whose text ends at `end`, before it says whom it is for; 给他 is whom it speaks of."""
    draft = Draft(sentence)
    draft.choose_person([mention for mention in sentence.people if mention.start >= end] or sentence.people)
    draft.put("text", sentence.line.said(0, end).strip())
    return draft.frame("feedback", 0.95)


NOTHING: Final = Frame(UNKNOWN, confidence=0.0)
