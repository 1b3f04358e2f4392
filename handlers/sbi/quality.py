"""The score of a feedback text: 100 points in rules that can be told to its author."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.sbi.reading import Judgement

CONCRETE: Final = re.compile(
    r"[\d一二两三四五六七八九十百千]|[“「『\"]|\b(?:one|two|three|four|five|twice|once)\b", re.IGNORECASE
)
SWEEPING: Final = re.compile(r"总是|老是|从来|永远|每次都|一直都|\b(?:always|never|every time)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Draft:
    """What the rules look at."""

    situation: str | None
    behavior: str | None
    impact: str | None
    judging: Sequence[Judgement]


@dataclass(frozen=True)
class Rule:
    points: int
    zh: str
    en: str
    holds: Callable[[Draft], bool]


RULES: Final = (
    Rule(20, "说了时间或场合", "names the time or the occasion", lambda draft: draft.situation is not None),
    Rule(35, "说了对方做的事", "says what the person did", lambda draft: draft.behavior is not None),
    Rule(20, "说了带来的影响", "says what it led to", lambda draft: draft.impact is not None),
    Rule(10, "行为里有数字或原话", "gives a number or a quotation", lambda draft: _concrete(draft.behavior)),
    Rule(
        15,
        "只说事，不评价人",
        "tells facts and does not judge the person",
        lambda draft: not draft.judging and bool(draft.behavior or draft.impact),
    ),
)


def score(situation: str | None, behavior: str | None, impact: str | None, judging: Sequence[Judgement]) -> int:
    """0 to 100; a text that judges keeps half of what its other parts earn."""
    draft = Draft(situation, behavior, impact, judging)
    earned = sum(rule.points for rule in RULES if rule.holds(draft))
    return earned // 2 if judging else earned


def _concrete(behavior: str | None) -> bool:
    return behavior is not None and bool(CONCRETE.search(behavior)) and not SWEEPING.search(behavior)
