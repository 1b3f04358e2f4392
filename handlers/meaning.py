"""What a sentence asks for: a question from the table below, else the command of its frame."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers.commands import (
    Command,
    RequestFeedback,
    ShowApprovals,
    ShowGap,
    ShowGivers,
    ShowLate,
    ShowPerson,
    ShowSnapshot,
    ShowSuggestions,
    ShowTasks,
)
from handlers.routes import from_frame
from handlers.understanding import Context, Frame, read_people

MARGIN = 0.12
WHOSE = re.compile(r"^(?:看看?|查看?)?(\S{1,12}?)的|^(?:show )?(.{1,30}?)'s ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence of one of the `intents` (or of none) in which the pattern is found. Questions only read."""

    intents: frozenset[str]
    pattern: re.Pattern[str]
    command: Callable[[str | None], Command]


def _question(intents: str, pattern: str, command: Callable[[str | None], Command]) -> Question:
    return Question(frozenset(intents.split()), re.compile(pattern, re.IGNORECASE), command)


QUESTIONS = (
    _question(
        "todo unknown",
        r"(?:任务|目标|事情?).{0,6}(?:没完成|未完成|没做完)|(?:没完成|未完成)的?(?:任务|目标|事)"
        r"|^(?:what|which).{0,20}(?:not finished|unfinished|left to do)",
        lambda _: ShowTasks(),
    ),
    _question("todo", r"审批|等我批|approv", lambda _: ShowApprovals()),
    _question("goals", r"^[^a-z0-9]{0,6}(?:还差|差多少|差多远)|how far", lambda _: ShowGap()),
    _question(
        "feedback_list unknown",
        r"^(?:都有)?谁给(?:过)?我.{0,4}反馈|我收到过谁的反馈|^who (?:has given|gave|has ever given) me",
        lambda _: ShowGivers(),
    ),
    _question("feedback_list", r"建议|改进|让我改|要改|suggest|improve", lambda _: ShowSuggestions()),
    _question(
        "team",
        r"(?:没|未)(?:有)?(?:更新|打卡|填)|not updated|hasn't updated|haven't updated",
        lambda _: ShowLate(),
    ),
    _question(
        "unknown growth goals",
        r"^(?:请问)?(?P<who>\S{1,12}?)(?:最近|近来|这(?:个月|阵子|段时间))(?:表现)?(?:怎么样|咋样|如何)[\s?？呢啊呀]*$"
        r"|^how (?:is|has) (?P<they>.{1,30}?) (?:doing|been)\b.{0,12}$",
        lambda who: ShowPerson(person=who),
    ),
    _question(
        "unknown",
        r"^(?:please )?ask (?P<who>.{1,30}?) for (?:some )?feedback[\s.?]*$",
        lambda who: RequestFeedback(person=who),
    ),
)


def meant(frame: Frame, text: str, seen: Context) -> Command:
    asked = question(frame, text, seen)
    if asked is not None:
        return asked
    command = from_frame(frame, text)
    if isinstance(command, ShowSnapshot) and (whose := WHOSE.search(_said(text))):
        return replace(command, person=_somebody(next(filter(None, whose.groups())), seen))
    return command


def question(frame: Frame, text: str, seen: Context) -> Command | None:
    """What a question of the table asks for; None: it is none of these."""
    said = _said(text)
    for one in QUESTIONS:
        found = one.pattern.search(said) if frame.intent in one.intents else None
        if found is None:
            continue
        if not found.re.groupindex:
            return one.command(None)
        who = _somebody(next(filter(None, found.groups())), seen)
        if who is not None:
            return one.command(who)
    return None


def _said(text: str) -> str:
    return text.strip().removeprefix("/")


def _somebody(named: str, seen: Context) -> str | None:
    found = read_people(named, seen)
    if not found or (len(found) > 1 and found[0][1] - found[1][1] < MARGIN):
        return None
    return found[0][0].id
