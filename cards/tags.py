"""The tags of a feedback: lists that a company can word for itself, in `data/tags.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from cards.wording import LOCALES

KINDS = ("dimension", "behavior", "scene")
NONE = "none"  # an option must have a value


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "data/tags.toml").read_text(encoding="utf-8"))


def ids(kind: str) -> tuple[str, ...]:
    return tuple(_tables()[kind])


def label(kind: str, id: str, locale: str) -> str:
    """What a tag is called; the id itself where the list does not have it any more."""
    names = _tables()[kind].get(id)
    return names[LOCALES.index(locale)] if names else id


def find(kind: str, text: str) -> str | None:
    """The id behind an id, a name in any language, or a place in the list; empty for none; None where nothing fits."""
    said = text.strip().lower()
    if said in {NONE, "", "0"}:
        return ""
    if said.isdecimal() and 1 <= int(said[:3]) <= len(ids(kind)):
        return ids(kind)[int(said) - 1]
    known = ((one, {one, *(name.lower() for name in names)}) for one, names in _tables()[kind].items())
    return next((one for one, names in known if said in names), None)
