"""Small checks of JSON, put together by `rules`: each raises CardRefused, or says nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

LIMIT, UNKNOWN_TAG, WRONG, UNKNOWN_IMAGE = 11310, 200861, 200800, 200570
DEPTH = 5


class CardRefused(Exception):  # noqa: N818 - it reads as what happened
    """`code` is the inner one, in the message of 230099."""

    def __init__(self, code: int, where: str, why: str) -> None:
        super().__init__(f"Failed to create card content, ext=ErrCode: {code}; ErrMsg: {why}; ErrorValue: {where}")
        self.code = code


@dataclass(slots=True)
class Seen:
    """What counts across the whole card."""

    depth: int = 0
    in_form: bool = False
    elements: int = 0
    tables: int = 0
    submits: int = 0
    names: set[str] = field(default_factory=set)
    images: set[str] = field(default_factory=set)


Check = Callable[[Any, str, Seen], None]


def need(holds: bool, where: str, why: str, code: int = WRONG) -> None:
    if not holds:
        raise CardRefused(code, where, why)


def a_flag(value: Any, where: str, _: Seen) -> None:
    need(isinstance(value, bool), where, "not a boolean")


def only_true(value: Any, where: str, _: Seen) -> None:
    need(value is True, where, "only true is supported")


def string(longest: int | None = None, pattern: str = "") -> Check:
    def check(value: Any, where: str, _: Seen) -> None:
        need(isinstance(value, str), where, "not a string")
        need(longest is None or len(value) <= longest, where, f"longer than {longest}")
        need(not pattern or bool(re.fullmatch(pattern, value)), where, "not in the right form")

    return check


def number(least: int, most: int) -> Check:
    def check(value: Any, where: str, _: Seen) -> None:
        need(isinstance(value, int) and not isinstance(value, bool), where, "not an integer")
        need(least <= value <= most, where, f"not within [{least},{most}]")

    return check


def one_of(words: str) -> Check:
    return string(pattern="|".join(words.split()))


def list_of(item: Check, least: int = 0, most: int | None = None) -> Check:
    def check(value: Any, where: str, seen: Seen) -> None:
        need(isinstance(value, list), where, "not an array")
        need(least <= len(value) and (most is None or len(value) <= most), where, "wrong number of items")
        for n, one in enumerate(value):
            item(one, f"{where}[{n}]", seen)

    return check


def an_object(required: str, /, **known: Check) -> Check:
    def check(value: Any, where: str, seen: Seen) -> None:
        need(isinstance(value, dict), where, "not an object")
        for name in required.split():
            need(name in value, where, f"property {name} is required")
        for name, one in value.items():
            need(name in known, f"{where}.{name}", f"unknown property, property: {name}")
            known[name](one, f"{where}.{name}", seen)

    return check


def element(tag: str, required: str, /, **known: Check) -> Check:
    """An object that counts as an element."""
    inner = an_object(f"tag {required}", tag=one_of(tag), **known)

    def check(value: Any, where: str, seen: Seen) -> None:
        seen.elements += 1
        inner(value, where, seen)

    return check


def inside(inner: Check, *, form: bool = False) -> Check:
    """The same, one container deeper."""

    def check(value: Any, where: str, seen: Seen) -> None:
        outer, seen.in_form, seen.depth = seen.in_form, seen.in_form or form, seen.depth + 1
        need(seen.depth <= DEPTH, where, "nested too deep", LIMIT)
        inner(value, where, seen)
        seen.in_form, seen.depth = outer, seen.depth - 1

    return check
