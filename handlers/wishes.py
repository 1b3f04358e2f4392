"""From what a sentence means (its frame) to a command."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from handlers.commands import (
    AskHelp,
    BookTalk,
    CheckIn,
    Command,
    Decide,
    GiveFeedback,
    NewGoal,
    NotUnderstood,
    NotYet,
    RecordTalk,
    RequestFeedback,
    Revise,
    SetLanguage,
    ShowFeedback,
    ShowGoals,
    ShowGrowth,
    ShowHome,
    ShowRanking,
    ShowSnapshot,
    ShowTalks,
    ShowTeam,
    ShowTodo,
    Undo,
)
from handlers.goal_titles import title_of
from handlers.routes import row_id
from handlers.understanding import Frame

PAST = re.compile(r"记|补录|登记|聊了|谈了|聊过|谈过|刚|昨|上周|上次|had|log|record|did|just|was", re.IGNORECASE)
BOOKS = re.compile(r"约|安排|book|schedule", re.IGNORECASE)


def _text(frame: Frame, slot: str) -> str | None:
    value = frame.slots.get(slot)
    return None if value is None else str(value)


def _number(frame: Frame, slot: str) -> float | None:
    value = frame.slots.get(slot)
    return float(value) if isinstance(value, int | float) else None


def _day(frame: Frame, slot: str) -> date | None:
    value = _text(frame, slot)
    return date.fromisoformat(value[:10]) if value else None


def _people(frame: Frame) -> tuple[str, ...]:
    """Whom the words fit, where it is one of several."""
    return frame.candidates.get("person", ())


def _check_in(frame: Frame) -> Command:
    return CheckIn(
        goal=_text(frame, "goal"),
        value=_number(frame, "value"),
        mode=_text(frame, "mode") or "absolute",
        unit=frame.unit_said,
        health=_text(frame, "health"),
        among=frame.candidates.get("goal", ()),
    )


def _revise(frame: Frame) -> Command:
    return Revise(
        goal=_text(frame, "goal"),
        target=_number(frame, "target"),
        weight=_number(frame, "weight"),
        due=_day(frame, "due"),
        reason=_text(frame, "reason"),
        among=frame.candidates.get("goal", ()),
    )


def _new_goal(frame: Frame, text: str) -> Command:
    return NewGoal(
        title=title_of(text),
        target=_number(frame, "target"),
        unit=_text(frame, "unit"),
        due=_day(frame, "due"),
    )


def _decide(frame: Frame) -> Command:
    request = _text(frame, "request")
    return Decide(
        request=row_id(request) if request else None,
        approve=frame.intent == "approve",
        reason=_text(frame, "reason"),
    )


def _give(frame: Frame) -> Command:
    return GiveFeedback(person=_text(frame, "person"), text=_text(frame, "text"), among=_people(frame))


def _help(frame: Frame) -> Command:
    return AskHelp(person=_text(frame, "person"), due=_day(frame, "due"), among=_people(frame))


FRAMES: dict[str, Callable[[Frame], Command]] = {
    "home": lambda _: ShowHome(),
    "goals": lambda f: ShowGoals(person=_text(f, "person"), among=_people(f)),
    "checkin": _check_in,
    "goal_revise": _revise,
    "feedback": _give,
    "feedback_list": lambda f: ShowFeedback(person=_text(f, "person"), among=_people(f)),
    "feedback_request": lambda f: RequestFeedback(person=_text(f, "person"), among=_people(f)),
    "growth": lambda f: ShowGrowth(person=_text(f, "person"), among=_people(f)),
    "snapshot": lambda f: ShowSnapshot(period=_text(f, "period"), person=_text(f, "person")),
    "ranking": lambda _: ShowRanking(),
    "help": _help,
    "todo": lambda _: ShowTodo(),
    "team": lambda _: ShowTeam(),
    "approve": _decide,
    "reject": _decide,
    "undo": lambda _: Undo(),
    "unknown": lambda _: NotUnderstood(),
}


def from_frame(frame: Frame, text: str) -> Command:
    """A sentence's meaning as a command; meanings that nothing is built for yet are told apart from no meaning."""
    if frame.intent == "settings":
        return _settings(text)
    if frame.intent == "goal_new":
        return _new_goal(frame, text)
    if frame.intent == "one_on_one":
        return _talk(frame, text)
    make = FRAMES.get(frame.intent)
    if make is None:
        return NotYet(what=frame.intent)
    command = make(frame)
    if isinstance(command, AskHelp) and command.person:
        # The sentence itself says what is needed.
        return AskHelp(person=command.person, text=text.strip(), due=command.due)
    return command


def _talk(frame: Frame, text: str) -> Command:
    """To be booked, unless the sentence wants it written down or the time said is over by its words."""
    person, at, among = _text(frame, "person"), _text(frame, "at"), _people(frame)
    if re.search(r"我的一对一|有哪些一对一|my one", text, re.IGNORECASE):
        return ShowTalks()
    if PAST.search(text) and not BOOKS.search(text):
        return RecordTalk(person=person, at=at, among=among)
    return BookTalk(person=person, at=at, among=among)


def _settings(text: str) -> Command:
    if re.search(r"英文|英语|english", text, re.IGNORECASE):
        return SetLanguage(locale="en")
    if re.search(r"中文|汉语|chinese", text, re.IGNORECASE):
        return SetLanguage(locale="zh")
    return NotYet(what="settings")
