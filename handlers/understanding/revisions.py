"""Reads what a goal is to become: new target, weight, date; and the figures of a new goal."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from handlers.understanding import units
from handlers.understanding.context import Goal
from handlers.understanding.numbers import POINTS, SHARE, Amount
from handlers.understanding.sentence import AMOUNT, Sentence, is_few

_WEIGHT: Final = re.compile(
    r"(?:权重|占比|比重|weight(?:ing)?)[^,，。;；Ⓝ]{0,14}(?:Ⓝ[^,，。;；Ⓝ]{0,6}(?:到|成|为|至|"
    r"to|->|→))?[^,，。;；Ⓝ]{0,4}$"
)
_FROM: Final = re.compile(r"(?:从|由|原来?的?|(?<!Ⓓ)之前的?|现在的?|目前的?|from)[^,，。Ⓝ]{0,4}$")
_TO: Final = re.compile(r"(?:到|成|为|至|to|=|→|->|改|改在|定在|设)(?:大概|大约|约| |了)*$")
_MAYBE_TO: Final = re.compile(
    r"(?:(?:收紧|收窄|放宽|放松)(?:一?[点些])[,，]?|"
    r"是|:|在|定|at|of|目标|target|不超过|不低于|低于|高于)(?:大概|大约|约| |了)*$"
)
_DOWN: Final = re.compile(
    r"(?:下调|降低|减少|调低|降|减|下浮|少|放低|往下|lower|reduce|cut|down|decrease)(?:了|个|调|by|it|Ⓖ|的?目标| )*$"
)
_UP: Final = re.compile(
    r"(?:上调|提高|增加|调高|提升|加|升|上浮|多|往上|raise|increase|up)(?:了|个|调|by|it|Ⓖ|的?目标| )*$"
)
_BECAUSE: Final = re.compile(r"(?<=.{3})(?:because|due to|因为|由于|原因)")
_EASE: Final = re.compile(r"(?:放宽|放松|relax|loosen)(?:了|个|by| )*$")
_DEADLINE: Final = re.compile(
    r"改[到至]|延|推(?!进|荐|广)|截止|到期|deadline|顺延|due|extend|push|postpone|期限|完成时间|上线时间|"
    r"交付时间|提前|改期|缓|宽限|挪|delay|move|until|till|往后|拖到|时间"
)


def amounts_with_context(sentence: Sentence) -> list[tuple[Amount, str, str]]:
    """Every amount with what stands before and after it."""
    text = sentence.measured.text
    places = [at for at, char in enumerate(text) if char == AMOUNT]
    return [(amount, text[:at], text[at + 1 :]) for at, amount in zip(places, sentence.amounts, strict=True)]


def place_of_change(sentence: Sentence) -> int | None:
    """Where the sentence says the new figure or day, which is where it names the goal."""
    for amount, left, _ in amounts_with_context(sentence):
        if _TO.search(left) or _WEIGHT.search(left) or _UP.search(left) or _DOWN.search(left):
            return amount.start
    return sentence.moments[0].start if sentence.moments else None


def weight_of(sentence: Sentence) -> float | None:
    said = [amount.value for amount, left, _ in amounts_with_context(sentence) if _WEIGHT.search(left)]
    return said[-1] if said else None


def target_of(sentence: Sentence, goal: Goal | None, *, bare: bool = False) -> float | None:
    """The new target in the goal's unit; 下调两个点 counts from the old one. `bare` lets any amount be it."""
    others = [item for item in amounts_with_context(sentence) if not _WEIGHT.search(item[1]) and not item[0].vague]
    others = [item for item in others if not _BECAUSE.search(item[1])]
    others = [item for item in others if bare or item[0].unit == POINTS or not is_few(sentence.text, item[0])]
    for amount, left, _ in others:
        if _TO.search(left) and not _FROM.search(left):
            return _converted(amount, goal)
    for amount, left, _ in others:
        sign = _direction(left, goal)
        if sign and goal is not None and _is_step(amount, goal):
            return units.tidy(goal.target + sign * _converted(amount, goal))
    for amount, left, _ in others:
        if _MAYBE_TO.search(left) and not _FROM.search(left):
            return _converted(amount, goal)
    return _converted(others[0][0], goal) if bare and others else None


def _direction(left: str, goal: Goal | None) -> int:
    """1 for more, -1 for less, 0 for neither; 放宽 makes any target easier to reach."""
    if goal is not None and _EASE.search(left):
        return 1 if goal.falls else -1
    return -1 if _DOWN.search(left) else 1 if _UP.search(left) else 0


def _is_step(amount: Amount, goal: Goal) -> bool:
    """Points of a percentage, or the goal's own unit; 下调10% of a sum is not said in figures."""
    return amount.unit == POINTS or (amount.unit != SHARE) == (goal.unit != SHARE)


def _converted(amount: Amount, goal: Goal | None) -> float:
    if goal is None:
        return units.tidy(amount.number)
    return units.convert(amount.number, amount.scale, amount.unit, goal.unit)


def new_date_of(sentence: Sentence) -> date | None:
    """The new deadline, only where the sentence talks about time."""
    if not _DEADLINE.search(sentence.tagged.text):
        return None
    return future_day(sentence)


def future_day(sentence: Sentence) -> date | None:
    """The last day from today on that the sentence names."""
    today = sentence.context.now.date()
    ahead = [one for one in sentence.moments if one.day >= today]
    wanted = [one for one in ahead if _TO.search(sentence.text[: one.start])] or ahead
    return wanted[-1].day if wanted else None


_WAN: Final = 1e4
_YI: Final = 1e8


def proposed(sentence: Sentence) -> tuple[float, str] | None:
    """Target and unit of a new goal, as said: the last amount after 到, or the last at all."""
    amounts = [item for item in amounts_with_context(sentence) if not item[0].vague and not _WEIGHT.search(item[1])]
    amounts = [item for item in amounts if not _FROM.search(item[1])]
    amounts = [item for item in amounts if not is_few(sentence.text, item[0])]
    aimed = [item for item in amounts if _TO.search(item[1]) or _MAYBE_TO.search(item[1])] or amounts
    measured = [item for item in aimed if item[0].unit or item[0].scale > 1] or aimed
    if not measured:
        return None
    amount = measured[-1 if measured is not amounts else 0][0]
    return _as_said(amount)


def _as_said(amount: Amount) -> tuple[float, str]:
    unit = SHARE if amount.unit == POINTS else amount.unit
    if amount.scale == 1:
        return amount.value, unit
    if unit in ("", "元", "块", "块钱", "人民币", "rmb"):
        if amount.scale >= _YI:
            return amount.number, "亿元" if unit else "亿"
        if amount.scale >= _WAN:
            return units.tidy(amount.value / _WAN), "万元" if unit else "万"
    return amount.value, unit
