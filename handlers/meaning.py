"""What a sentence asks for: a question from the table below, else the command of its frame."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from handlers.commands import (
    Command,
    RequestFeedback,
    ShowApprovals,
    ShowGap,
    ShowGivers,
    ShowGoals,
    ShowLate,
    ShowPerson,
    ShowSuggestions,
    ShowTasks,
)
from handlers.naming import NamesOne, about, asked_of
from handlers.routes import from_frame
from handlers.understanding import Context, Frame


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence of one of the `intents` (or of none) in which the pattern is found. Its group is whom it is about."""

    intents: frozenset[str]
    pattern: re.Pattern[str]
    command: Callable[[], Command]


def _question(intents: str, pattern: str, command: Callable[[], Command]) -> Question:
    return Question(frozenset(intents.split()), re.compile(pattern, re.IGNORECASE), command)


QUESTIONS = (
    _question(
        "todo unknown",
        r"(?:任务|目标|事情?).{0,6}(?:没完成|未完成|没做完)|(?:没完成|未完成)的?(?:任务|目标|事)"
        r"|^(?:what|which).{0,20}(?:not finished|unfinished|left to do)",
        ShowTasks,
    ),
    _question("todo", r"审批|等我批|approv", ShowApprovals),
    _question("goals", r"^[^a-z0-9]{0,6}(?:还差|差多少|差多远)|how far", ShowGap),
    _question(
        "feedback_list unknown",
        r"^(?:都有)?谁给(?:过)?我.{0,4}反馈|我收到过谁的反馈|^who (?:has given|gave|has ever given) me",
        ShowGivers,
    ),
    _question("feedback_list", r"建议|改进|让我改|要改|suggest|improve", ShowSuggestions),
    _question(
        "team",
        r"(?:没|未)(?:有)?(?:更新|打卡|填)|not updated|hasn't updated|haven't updated",
        ShowLate,
    ),
    _question(
        "unknown growth goals",
        r"^(?:请问)?(?P<who>\S{1,12}?)(?:最近|近来|这(?:个月|阵子|段时间))(?:表现)?(?:怎么样|咋样|如何)[\s?？呢啊呀]*$"
        r"|^how (?:is|has) (?P<they>.{1,30}?) (?:doing|been)\b.{0,12}$",
        ShowPerson,
    ),
    _question(
        "unknown",
        r"^(?:看看|看下|看|查看|查)?(?P<who>[\u4e00-\u9fff]{2,6}?)的(?:目标|okr|kpi)(?:呢|吧)?[\s?？]*$"
        r"|^(?:show (?:me )?|see )?(?P<they>.{2,30}?)'s (?:goals|okrs|kpis)[\s?]*$"
        r"|^(?:show (?:me )?|see )?(?:the )?(?:goals|okrs|kpis) of (?P<them>.{2,30}?)[\s?]*$",
        ShowGoals,
    ),
    _question(
        "unknown",
        r"^(?:please )?ask (?P<who>.{1,30}?) for (?:some )?feedback[\s.?]*$",
        RequestFeedback,
    ),
)


def meant(frame: Frame, text: str, seen: Context) -> Command:
    asked = question(frame, text, seen)
    return asked if asked is not None else asked_of(from_frame(frame, text), _said(text), seen)


def question(frame: Frame, text: str, seen: Context) -> Command | None:
    """What a question of the table asks for; None: it is none of these."""
    said = _said(text)
    for one in QUESTIONS:
        found = one.pattern.search(said) if frame.intent in one.intents else None
        if found is None:
            continue
        command = one.command()
        if not found.re.groupindex:
            return command
        assert isinstance(command, NamesOne)
        named = about(command, next(filter(None, found.groups())), seen)
        if named != command:
            return named
    return None


def _said(text: str) -> str:
    return text.strip().removeprefix("/")
