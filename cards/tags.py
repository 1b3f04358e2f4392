"""The tags of a feedback: lists of ids with what they are called. A company may set its own (`handlers.policy`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cards.wording import LOCALES, WORDS

KINDS = ("dimension", "behavior", "scene")
NONE = "none"  # an option must have a value
MOST = 9  # of a kind: with "none" as many as a choice can show
LONGEST = 20  # characters of a name
ID = re.compile(r"[a-z][a-z0-9_]{0,19}")

Names = Mapping[str, Sequence[str]]  # id to what it is called, in the order of LOCALES


@cache
def defaults() -> Mapping[str, Names]:
    """`data/tags.toml`: what counts where nothing is set."""
    lists: dict[str, Names] = tomllib.loads((Path(__file__).parent / "data/tags.toml").read_text(encoding="utf-8"))
    return lists


@dataclass(frozen=True, slots=True)
class Tags:
    """The lists that hold for one feedback, by kind."""

    lists: Mapping[str, Names]

    def options(self, kind: str, locale: str) -> list[tuple[str, str]]:
        return [(one, self.label(kind, one, locale)) for one in self.lists[kind]]

    def label(self, kind: str, id: str, locale: str) -> str:
        """What a tag is called; where the list does not have it any more: as it was by default, else the id itself."""
        names = self.lists[kind].get(id) or defaults()[kind].get(id)
        return names[LOCALES.index(locale)] if names else id

    def find(self, kind: str, text: str) -> str | None:
        """The id behind an id, a name in any language, or a place in the list; empty for none; None: nothing fits."""
        said, names = text.strip().lower(), self.lists[kind]
        if said in {NONE, "", "0", *map(str.lower, WORDS["tag.none"])}:
            return ""
        if said.isdecimal() and 1 <= int(said[:3]) <= len(names):
            return list(names)[int(said) - 1]
        return next((one for one in names if said in {one, *(name.lower() for name in names[one])}), None)


def read(entries: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """A list as it is set: `id:中文/English` each. ValueError says what is wrong."""
    if len(entries) > MOST:
        raise ValueError(f"at most {MOST} tags")
    found = dict(_entry(entry) for entry in entries)
    called = [name.lower() for names in found.values() for name in names]
    if len(found) < len(entries) or len(set(called)) < len(called):
        raise ValueError("an id and a name stand for one tag only")
    return found


def _entry(entry: str) -> tuple[str, tuple[str, ...]]:
    name, _, said = entry.partition(":")
    called = tuple(one.strip() for one in said.split("/"))
    if not ID.fullmatch(name) or name == NONE:
        raise ValueError(f"{name!r} is not an id: small letters, digits and _, such as customer")
    if len(called) != len(LOCALES) or not all(0 < len(one) <= LONGEST for one in called):
        raise ValueError(f"{entry!r} is not id:中文/English, each name of at most {LONGEST} characters")
    return name, called
