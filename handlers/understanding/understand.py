"""From a sentence to a frame. What would be recorded needs more than what only shows something."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Final

from handlers.understanding import frames, goals, intents, values
from handlers.understanding.address import find_address, text_before_address
from handlers.understanding.context import Context, Goal
from handlers.understanding.frames import NOTHING, Frame
from handlers.understanding.health import health_of
from handlers.understanding.intents import Reading
from handlers.understanding.likeness import likeness
from handlers.understanding.periods import is_over
from handlers.understanding.sentence import Sentence

# Who wants something says so by then; what goes on is the text of a feedback.
_LONGEST: Final = 500
# Log odds (see `likeness`). What would be recorded is asked about below the first, and is nothing below the second.
_WRITES: Final = ("checkin", "approve")
_SOUNDS_LIKE_IT: Final = 1.0
_SOUNDS_UNLIKE_IT: Final = -1.0
_SOUNDS_ABSURD: Final = -6.0
_MARGIN: Final = 1.0
# What only shows something is nothing below this.
_SOUNDS_ODD: Final = -3.0
# The second reading counts from here, against exceptions only from there; and against the first if it is far likelier.
_SOUNDS_ENOUGH: Final = 0.5
_SOUNDS_CERTAIN: Final = 4.0
_FAR_MORE: Final = 2.0
_CLAUSE_END: Final = re.compile(r"[,，。;；!！]")
_REQUEST_END: Final = re.compile(r"[,，。;；!！]|因为|由于|原因是?|理由是?|because|due to")
_QUESTION: Final = re.compile(
    r"[?？]\s*$|百分之(?:几|多少)|吗|(?:了|完成|到|做|达|签)[^,，。]{0,6}没有?\s*$|多(?:少|远|久)|差几|怎么样|怎样|咋样|如何|是不是|是否|有没有|能不能|几[楼层号点栋]|(?<!多了)(?<!少了)(?<!又)几[家个成](?:了|呢|啊|客户)?[?？]?$|(?<![没无])什么|(?<!没)啥|哪|[找问]谁|到底|为何|为什么"
    r"|^(?:what|how|when|where|whose?|which|why|is|are|did|does|do|can|will|has|have|could|should)(?![a-z])"
)
_FORECAST: Final = re.compile(
    r"估计[^,，。]{0,4}能|应该能|预估|能(?:回|收|签)|争取|力争|希望|预计|预期|有望|打算|计划|准备|能到|要到|冲刺|aim|plan|hope|expect|should|will"
)


def understand(text: str, context: Context) -> Frame:
    """What the speaker of `context` wants with `text`; `unknown` when nothing is said clearly enough."""
    frame = _understand(text[:_LONGEST], context)
    if "text" in frame.slots:
        frame.slots["text"] = f"{frame.slots['text']}{text[_LONGEST:].rstrip()}"
    return frame


def _understand(text: str, context: Context) -> Frame:
    sentence = Sentence.of(text, context)
    command = intents.command(sentence.text)
    if command:
        rest = sentence.tail(command[1])
        return frames.fill_command("checkin" if command[0] == "goals" and rest.amounts else command[0], rest)
    feedback = _feedback(sentence)
    if feedback:
        return feedback
    tagged = sentence.spoken.text
    proposals = [*intents.readings(tagged, sentence.text), *_progress(sentence)]
    proposals = [
        one
        for one in proposals
        if not intents.is_barred(one.intent, _guarded(one.intent, sentence), tagged, one.weight)
        and not (one.intent == "checkin" and _is_history(sentence))
    ]
    odds = likeness(tagged)
    if not proposals:
        return _second_reading(sentence, odds)
    best = max(proposals, key=lambda one: (one.weight, -intents.rank_of(one.intent)))
    if max(odds.values()) > odds[best.intent] + _FAR_MORE:
        second = _second_reading(sentence, odds)
        if second is not NOTHING:
            return second
    frame = frames.fill(best.intent, sentence, best.weight)
    if best.intent in _WRITES:
        return _weighed(frame, sentence, odds[best.intent])
    return frame if odds[best.intent] >= _SOUNDS_ODD else NOTHING


def _weighed(frame: Frame, sentence: Sentence, odds: float) -> Frame:
    """Nothing, where the sentence does not sound like the write it reads as; a doubt, where it hardly does.

    What follows the figure may explain it in any words: they are no more than a doubt.
    """
    if odds >= _SOUNDS_LIKE_IT:
        return _doubtful(frame, odds) if _is_torn(frame, sentence) else frame
    head = likeness(_told(sentence))[frame.intent] if odds > _SOUNDS_ABSURD else odds
    return NOTHING if max(odds, head - _MARGIN) < _SOUNDS_UNLIKE_IT else _doubtful(frame, odds)


def _is_torn(frame: Frame, sentence: Sentence) -> bool:
    goal = next((one for one in sentence.context.goals if one.id == frame.slots.get("goal")), None)
    return "value" in frame.slots and values.is_torn(sentence, goal)


def _second_reading(sentence: Sentence, odds: dict[str, float]) -> Frame:
    """What a sentence sounds like, whatever the grammar makes of it; asked about before anything comes of it."""
    intent = max(odds, key=odds.__getitem__)
    tagged = sentence.spoken.text
    if odds[intent] < _SOUNDS_ENOUGH or intents.is_barred(intent, tagged, tagged, 0.0):
        return NOTHING
    if sentence.text.startswith("/") or (intent == "checkin" and _is_history(sentence)):
        return NOTHING
    if odds[intent] < _SOUNDS_CERTAIN and not intents.allows(intent, tagged, sentence.text):
        return NOTHING
    frame = frames.fill(intent, sentence, 1.0)
    is_to_nobody = intent == "feedback" and "person" not in {*frame.slots, *frame.candidates}
    return NOTHING if is_to_nobody else _doubtful(frame, odds[intent])


def _doubtful(frame: Frame, odds: float) -> Frame:
    return replace(frame, confidence=min(frame.confidence, 0.7, 1 / (1 + math.exp(-odds))), doubtful=True)


def _guarded(intent: str, sentence: Sentence) -> str:
    """Where a what-if would change the meaning: not in a reason, and not in what follows a figure."""
    tagged = sentence.spoken.text
    if intent in intents.MAY_EXPLAIN:
        return _REQUEST_END.split(tagged.strip(" ,，"))[0] or tagged
    return _told(sentence) if intent == "checkin" and values.place_of_figure(sentence) is not None else tagged


def _told(sentence: Sentence) -> str:
    """Up to the end of the clause that tells the figure, or else names the goal."""
    tagged = sentence.spoken.text
    figure = values.place_of_figure(sentence)
    start = tagged.find("Ⓖ") if figure is None else _place(sentence, figure)
    end = _CLAUSE_END.search(tagged, max(0, start))
    return tagged[: end.start()] if end else tagged


def _is_history(sentence: Sentence) -> bool:
    """Whether the figure is said of a quarter or a year that has ended."""
    figure = values.place_of_figure(sentence)
    if figure is None:
        return False
    start = max((end.end() for end in _CLAUSE_END.finditer(sentence.text, 0, figure)), default=0)
    return is_over(sentence.text[start:figure], sentence.context.now.date())


def _feedback(sentence: Sentence) -> Frame | None:
    address = find_address(sentence)
    if address is None:
        end = text_before_address(sentence)
        return None if end is None else frames.fill_feedback_before(sentence, end)
    head = sentence.spoken.text[: _place(sentence, address.head)]
    if not intents.allows("feedback", head, sentence.text[: address.head]) or intents.is_barred("feedback", head):
        return NOTHING
    return frames.fill_feedback(sentence, address.head, address.body)


def _place(sentence: Sentence, at: int) -> int:
    """Where a place of the text stands in the spoken text."""
    return next(i for i, origin in enumerate(sentence.spoken.origin) if origin >= at)


def _progress(sentence: Sentence) -> list[Reading]:
    """A check-in told by what is said of a goal, without the word for it; asked, it is a look at the goals."""
    tagged = sentence.spoken.text
    if not intents.allows("checkin", tagged, sentence.text):
        return []
    ranked = sentence.ranked_goals
    fits = goals.fitting(ranked) if ranked else ()
    goal = next((one for one in sentence.context.goals if fits[:1] == (one.id,)), None) if len(fits) == 1 else None
    if _QUESTION.search(tagged):
        return [Reading("goals", 0.7)] if goal and values.find_reading(sentence, goal) else []
    weight = _statement(sentence, goal, has_goal=bool(fits))
    return [Reading("checkin", weight)] if weight else []


def _statement(sentence: Sentence, goal: Goal | None, *, has_goal: bool) -> float:
    """How surely a statement reports progress."""
    tagged = sentence.spoken.text
    counted = values.goal_by_unit(sentence)
    stand_in = next((one for one in sentence.context.goals if counted in (None, one.id)), None)
    reading = values.find_reading(sentence, goal or stand_in)
    if goal and reading and values.is_off_topic(sentence, goal, reading):
        return 0.0
    if reading is not None:
        if has_goal:
            return 0.85
        if reading.mode == values.PROGRESS or counted:
            return 0.65
    if _FORECAST.search(tagged) and sentence.amounts:
        return 0.0
    health = health_of(tagged)
    if health:
        return 0.75 if has_goal else 0.5 if re.search(r"进展|进度|整体|目标|progress|goal", tagged) else 0.0
    return 0.55 if has_goal and values.tells_progress(tagged) else 0.0
