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
from handlers.naming import MARGIN, NamesOne, about, asked_of
from handlers.spans import days_of
from handlers.understanding import Context, Frame, read_goals
from handlers.wishes import from_frame


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
        "todo goals unknown",
        r"^(?!.*(?:谁|团队|大家|他|她)).*(?:任务|目标|事情?|什么|哪些|活儿?).{0,6}(?:没|未)(?:有)?(?:完成|做完|干完|弄完)"
        r"|^(?!.*(?:谁|团队|大家|他|她)).*(?:没|未)(?:完成|做完)的?(?:任务|目标|事)"
        r"|^(?:what|which).{0,20}(?:not finished|unfinished|left to do)|^what(?: is|['’]s| do i have) left\b",
        ShowTasks,
    ),
    _question("todo", r"审批|等我批|approv", ShowApprovals),
    _question(
        "unknown",
        r"^(?:有(?:什么|哪些|没有)?|看看?)?(?:需要|等|待|要)?我(?:要|得|来|需要)?(?:审批|批)的(?:申请|单子?|有哪些|有什么)?[\s?？]*$"
        r"|^what do i (?:have|need) to approve[\s?]*$",
        ShowApprovals,
    ),
    _question("goals", r"^[^a-z0-9]{0,6}(?:还差|差多少|差多远)|^.{0,24}离目标(?:还|有)?.{0,2}差|how far", ShowGap),
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
        r"^(?:请问)?(?P<who>\S{1,12}?)(?:最近|近来|这(?:个月|阵子|段时间))(?:表现|情况)?(?:怎么样|怎样|咋样|如何)[\s?？呢啊呀]*$"
        r"|^(?:看看|看下|看|查)?(?P<news>\S{1,12}?)的?(?:近况|现况)(?:怎么样|怎样|咋样|如何)?[\s?？呢啊呀]*$"
        r"|^how(?:['’]s| is| has) (?P<they>.{1,30}?) (?:doing|been)\b.{0,12}$",
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
            return _narrowed(command, said, seen)
        assert isinstance(command, NamesOne)
        named = about(command, next(filter(None, found.groups())), seen)
        if named != command:
            return named
    return None


def _narrowed(command: Command, said: str, seen: Context) -> Command:
    """The question about the goals or the days it names alone."""
    if isinstance(command, ShowGap):
        named = read_goals(said, seen)
        return ShowGap(goals=tuple(goal.id for goal, score in named if named[0][1] - score < MARGIN))
    days = days_of(said, seen.now.date()) if isinstance(command, ShowTasks) else None
    return ShowTasks(first=days[0], last=days[1]) if days else command


def _said(text: str) -> str:
    return text.strip().removeprefix("/")
