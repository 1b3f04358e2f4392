"""Whether a sentence that comes in the middle of a dialog is its answer, or another wish."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handlers.commands import AddNote, AskHelp, CheckIn, Command, Decide, GiveFeedback, NewGoal, Revise
from handlers.dialogs import VERBATIM
from handlers.understanding import Context, Frame, is_yes, understand

SURE: Final = 0.75  # from that confidence on a sentence may interrupt a dialog
# Meanings that only read: what is asked for word for word is interrupted by a plain question alone.
READS: Final = frozenset({"goals", "feedback_list", "growth", "ranking", "todo", "team", "snapshot", "home"})
QUESTION: Final = re.compile(
    r"[?？吗]\s*$|谁|什么|多少|哪|怎么样|如何|^(?:how|what|which|who|where|when)\b", re.IGNORECASE
)
LONGEST_QUESTION: Final = 30  # characters; longer ones tell something
# Words that go on to somebody as they are. A sure wish among them was said to the bot, perhaps about a third person.
PASSED_ON: Final = frozenset({"reason", "document"})
WISHES: Final = frozenset({"feedback", "feedback_request", "approve", "reject", "settings", "undo"})
SEVERAL_CLAUSES: Final = re.compile(r"[,，。;；、]\s*\S|因为|由于|所以|because|since", re.IGNORECASE)
SHOWS: Final = re.compile(
    r"^(?:请|麻烦|帮我)*(?:看|查|显示|打开|列出)|^(?:please )?(?:show|see|open|view|list)\b", re.IGNORECASE
)
TOLD: Final = re.compile(r"已|刚|过|了", re.IGNORECASE)  # 已经约了周五一对一: a reason, not a wish
SECOND_THOUGHTS: Final = re.compile(
    r"^(?:(?:算了|好吧|行吧|那|我|再?想了?想|还是|就|嗯|ok(?:ay)?|well|actually|then|no|i|i'll|let's)[\s,，]*)+(?=\S)",
    re.IGNORECASE,
)


def meaning(command: Command, text: str, seen: Context) -> Frame:
    """What a sentence would mean by itself. Where a reason to reject is asked for, 还是同意吧 approves."""
    frame = understand(text, seen)
    if (frame.intent == "unknown" or frame.doubtful) and isinstance(command, Decide):
        changed = understand(SECOND_THOUGHTS.sub("", text), seen)
        return changed if changed.intent == "approve" else frame
    return frame


def interrupts(command: Command, asked: Sequence[str], frame: Frame, text: str, *, is_question: bool) -> bool:
    """Whether a sentence is another wish rather than the answer. `is_question`: one that is known word by word."""
    if is_question:
        return asked[0] not in VERBATIM or _is_short_question(text)
    if frame.intent == "unknown" or frame.confidence < SURE or (asked[0] == "confirmed" and is_yes(text)):
        return False
    if asked[0] in VERBATIM and not text.startswith("/"):
        return _interrupts_words(command, asked[0], frame, text)
    if isinstance(command, CheckIn):
        # A bare value reads as a check-in: it is the answer, unless it names another goal.
        goal = frame.slots.get("goal")
        return frame.intent != "checkin" or (goal is not None and "goal" not in asked and goal != command.goal)
    if isinstance(command, Revise | NewGoal):
        return frame.intent not in {"checkin", "goal_revise", "goal_new"}
    if "person" in asked and "text" in frame.slots:
        return not isinstance(command, GiveFeedback)  # a whole feedback: no answer to whom to ask for help
    if "person" in asked:
        return frame.intent not in {"feedback", "help", "growth"}
    if isinstance(command, AddNote):
        return frame.intent != "checkin" or "value" in frame.slots
    return True


def _interrupts_words(command: Command, asked: str, frame: Frame, text: str) -> bool:
    """Feedback and one-to-ones are taken as they are; what goes on to somebody else must not be meant for a third."""
    if frame.intent in READS and _is_short_question(text):
        return True
    if asked not in PASSED_ON and not isinstance(command, AskHelp):
        return False
    if isinstance(command, Decide) and frame.intent == "reject":
        return "request" in frame.slots  # else it is the rejection that is being explained
    if frame.intent == "one_on_one":
        return "person" in frame.slots and not TOLD.search(text)
    if frame.intent in WISHES:
        return True
    is_plain = len(text) <= LONGEST_QUESTION and not SEVERAL_CLAUSES.search(text)
    shows = frame.intent in READS and bool(SHOWS.search(text))
    return is_plain and (shows or (frame.intent == "checkin" and {"goal", "value"} <= frame.slots.keys()))


def _is_short_question(text: str) -> bool:
    return len(text) <= LONGEST_QUESTION and bool(QUESTION.search(text))
