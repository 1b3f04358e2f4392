"""Whether a sentence that comes in the middle of a dialog is its answer, or another wish."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.commands import AddNote, CheckIn, Command, NewGoal, Revise
from handlers.dialogs import VERBATIM
from handlers.understanding import Frame, is_yes

SURE = 0.75  # from that confidence on a sentence may interrupt a dialog
# Meanings that only read: what is asked for word for word is interrupted by a plain question alone.
READS = frozenset({"goals", "feedback_list", "growth", "ranking", "todo", "team", "snapshot", "home"})
QUESTION = re.compile(r"[?？吗]\s*$|谁|什么|多少|哪|怎么样|如何|^(?:how|what|which|who|where|when)\b", re.IGNORECASE)
LONGEST_QUESTION = 30  # characters; longer ones tell something


def interrupts(command: Command, asked: Sequence[str], frame: Frame, text: str, *, is_question: bool) -> bool:
    """Whether a sentence is another wish rather than the answer. `is_question`: one that is known word by word."""
    if is_question:
        return asked[0] not in VERBATIM or _is_short_question(text)
    if frame.intent == "unknown" or frame.confidence < SURE or (asked[0] == "confirmed" and is_yes(text)):
        return False
    if asked[0] in VERBATIM and not text.startswith("/"):
        return frame.intent in READS and _is_short_question(text)
    if isinstance(command, CheckIn):
        # A bare value reads as a check-in: it is the answer, unless it names another goal.
        goal = frame.slots.get("goal")
        return frame.intent != "checkin" or (goal is not None and "goal" not in asked and goal != command.goal)
    if isinstance(command, Revise | NewGoal):
        return frame.intent not in {"checkin", "goal_revise", "goal_new"}
    if "person" in asked:
        return frame.intent not in {"feedback", "help", "growth"}
    if isinstance(command, AddNote):
        return frame.intent != "checkin" or "value" in frame.slots
    return True


def _is_short_question(text: str) -> bool:
    return len(text) <= LONGEST_QUESTION and bool(QUESTION.search(text))
