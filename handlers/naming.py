"""Whom a question names: the one, those it may be, or somebody whom nobody knows."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TypeVar

from handlers.commands import Command, RequestFeedback, ShowFeedback, ShowGoals, ShowGrowth, ShowPerson, ShowSnapshot
from handlers.understanding import Context, read_goals, read_people
from handlers.understanding.lexicon import table

MARGIN = 0.12
MOST = 8

NamesOne = RequestFeedback | ShowFeedback | ShowGoals | ShowGrowth | ShowPerson | ShowSnapshot
Named = TypeVar("Named", bound=NamesOne)

WHOSE = re.compile(
    r"^(?:帮我|请)?(?:看看|看下|看一下|看|查看|查下|查一下|查|打开)?(?P<han>[\u4e00-\u9fff]{2,6}?)(?:的|给我)"
    r"|^(?:show (?:me )?|see )?(?P<latin>[^\W\d_][\w .-]{1,29}?)'s "
    r"|\b(?:goals|snapshot|growth(?: map)?) (?:of|for) (?P<of>[^\W\d_][\w .-]{1,29}?)[\s.?]*$"
    r"|\bfeedback from (?P<by>[^\W\d_][\w .-]{1,29}?)[\s.?]*$",
    re.IGNORECASE,
)
# The surnames of nine in ten, but for those that begin too many ordinary words (安 成 平 时 单 项 文 管 …).
SURNAME = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范石姚谭廖邹熊陆郝孔崔邱秦史顾侯邵孟龙段雷钱汤尹黎常武乔贺赖龚庞樊殷施陶翟倪严牛温芦俞章鲁葛毛聂"
)
# Begin like a name and are none.
NO_NAME = re.compile(
    r"高[级优效层端管额频]|周[度期边报月末会]|常[规见用]|余额|黄[金色]|程序|毛利|任[务何]|何时|顾客|[温徐郑常]州|武汉|石家庄|施工|田间"
    r"|章程|黎明|夏[季天]|秦皇岛|龙头|雷达|段落|孔径|史上|汤[臣]|严重|温度|章节|钱款|胡乱|林业|许[多可]|叶子|曾经|谢谢|宋体|小时|老[客板]"
    r"|(?:My|Our|Your|The|This|Last|Next|Today|Yesterday|Week|Month|Quarter|Year|Team|Company|Sales|All|Everyone|What|How|It|Let)\b"
)


def asked_of(command: Command, text: str, seen: Context) -> Command:
    """The same question about whoever the sentence names, where its frame does not say."""
    if not isinstance(command, NamesOne) or command.person or command.among:
        return command
    found = WHOSE.search(text)
    return about(command, next(filter(None, found.groups())), seen) if found else command


def about(command: Named, named: str, seen: Context) -> Named:
    """The command about `named`. A name that fits nobody stays as it is: no person has it for an id."""
    fits = fitting(named, seen)
    if fits:
        return replace(command, person=fits[0]) if len(fits) == 1 else replace(command, among=fits)
    return replace(command, person=named) if is_name(named, seen) else command


def fitting(named: str, seen: Context) -> tuple[str, ...]:
    """Whom the words fit about equally well."""
    found = read_people(named, seen)
    return tuple(person.id for person, score in found if found[0][1] - score < MARGIN)[:MOST]


def is_name(said: str, seen: Context) -> bool:
    """Whether the words can only be somebody's name: a question about a stranger is not one about oneself."""
    return bool(_name().fullmatch(said)) and not NO_NAME.match(said) and not read_goals(said, seen)


@cache
def _name() -> re.Pattern[str]:
    doubles, titles = ("|".join(table("names")[row]) for row in ("double_surnames", "titles"))
    surname = rf"(?:[{SURNAME}]|{doubles})"
    return re.compile(
        rf"{surname}[\u4e00-\u9fff]{{1,2}}|[小老阿][{SURNAME}]|{surname}(?:{titles})|[A-Z][a-z]+(?: [A-Z][a-z]+){{0,2}}"
    )
