"""What is read out of a feedback text."""

from dataclasses import dataclass
from typing import Final

PARTS: Final = ("situation", "behavior", "impact")


@dataclass(frozen=True)
class Judgement:
    """Words that judge the person, and the kind of thing that could be seen or counted instead (Chinese)."""

    words: str
    instead: str


@dataclass(frozen=True)
class Reading:
    """The three parts are copied from the text, or None; `score` runs from 0 to 100."""

    situation: str | None
    behavior: str | None
    impact: str | None
    missing: tuple[str, ...]
    judgmental: bool
    judging: tuple[Judgement, ...]
    score: int
