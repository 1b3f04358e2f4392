"""Decides what a sentence wants: the cue tables propose, guards against hearsay and what-ifs dispose."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, NamedTuple

from handlers.understanding.lexicon import table

UNKNOWN: Final = "unknown"
_WEIGHTS: Final = {"sure": 0.95, "likely": 0.8, "faint": 0.6, "loose": 0.4}
_NEGATED: Final = re.compile(
    r"(?:不要|不想|不用|不需要|不必|不打算|不准备|不是要?|不|别|没有|没想|没说要?|没|无需|暂不|"
    r"先不|甭|从没|懒得|don't|do not|didn't|not|never|no need to|won't)"
    r"(?:再|是|去|来|想|要|给|做|急着|着急|用|需要|说|看|want|need|to|any|a|the|new|现在|马上|[一个些 我你])*$"
)
_TAG: Final = re.compile("[ⓇⓅⒼⒹⓃ]")
_CLAUSE_END: Final = re.compile(r"[,，。;；!！]|因为|由于|原因是?|理由是?|because|due to")
MAY_EXPLAIN: Final = frozenset({"reject", "goal_revise", "help", "goal_new"})
_MAY_BE_NEGATIVE: Final = frozenset({"settings", "reject", "team", "todo", "undo", "home"})


class Reading(NamedTuple):
    """One way to take the sentence."""

    intent: str
    weight: float


class _Rules(NamedTuple):
    intent: str
    grades: tuple[tuple[float, re.Pattern[str]], ...]
    unless: re.Pattern[str] | None
    unless_tagged: re.Pattern[str] | None


@cache
def _rules() -> tuple[_Rules, ...]:
    cues, loose = table("cues"), table("loose")
    words: dict[str, str] = cues["words"] | loose["words"]
    rows: dict[str, dict[str, list[str]]] = cues["intents"]
    return tuple(
        _compile(intent, row | {"loose": loose["intents"].get(intent, [])}, words) for intent, row in rows.items()
    )


def _compile(intent: str, rows: dict[str, list[str]], words: dict[str, str]) -> _Rules:
    grades = tuple(
        (weight, re.compile("|".join(_fill(row, words) for row in rows[grade])))
        for grade, weight in _WEIGHTS.items()
        if rows.get(grade)
    )
    unless = [_fill(row, words) for row in rows.get("unless", ())]
    tagged = [row for row in unless if _TAG.search(row)]
    return _Rules(intent, grades, _either([row for row in unless if row not in tagged]), _either(tagged))


def _either(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns)) if patterns else None


def _fill(row: str, words: dict[str, str]) -> str:
    for _ in range(2):
        for name, value in words.items():
            row = row.replace(f"{{{name}}}", value)
    return row


def readings(tagged: str, text: str) -> list[Reading]:
    """Every intent the cue tables see in a tagged sentence; exceptions may also stand in its plain `text`."""
    found = []
    for rules in _rules():
        weight = _weight(rules, tagged, text)
        if weight:
            found.append(Reading(rules.intent, weight))
    return found


def _weight(rules: _Rules, tagged: str, text: str) -> float:
    for weight, pattern in rules.grades:
        match = pattern.search(tagged)
        if match is None or (weight == _WEIGHTS["loose"] and _is_elsewhere(rules.intent, tagged, text)):
            continue
        if rules.intent in MAY_EXPLAIN:
            around = _clauses_around(tagged, match)
            if _is_excepted(rules, around, around):
                return 0.0
        elif _is_excepted(rules, tagged, text):
            return 0.0
        if rules.intent in _MAY_BE_NEGATIVE or not _NEGATED.search(tagged[: match.start()]):
            return weight
    return 0.0


def _clauses_around(tagged: str, match: re.Match[str]) -> str:
    """What is said in the same breath as the request: its reason may speak of anything."""
    start = max((end.end() for end in _CLAUSE_END.finditer(tagged, 0, match.start())), default=0)
    after = _CLAUSE_END.search(tagged, match.end())
    return tagged[start : after.start() if after else len(tagged)]


def _is_elsewhere(intent: str, tagged: str, text: str) -> bool:
    """Whether the sentence is about other places, which the widest readings would not notice."""
    intents, pattern = _elsewhere()
    return intent in intents and bool(pattern.search(tagged) or pattern.search(text))


@cache
def _elsewhere() -> tuple[frozenset[str], re.Pattern[str]]:
    row: dict[str, list[str]] = table("loose")["elsewhere"]
    return frozenset(row["of"]), re.compile("|".join(row["patterns"]))


@cache
def _priority() -> dict[str, int]:
    order: list[str] = table("cues")["priority"]
    return {intent: place for place, intent in enumerate(order)}


def rank_of(intent: str) -> int:
    """Which of two equally strong readings goes first: the lower."""
    return _priority()[intent]


def allows(intent: str, tagged: str, text: str) -> bool:
    """Whether no exception of this intent stands in the sentence."""
    return not any(rules.intent == intent and _is_excepted(rules, tagged, text) for rules in _rules())


def _is_excepted(rules: _Rules, tagged: str, text: str) -> bool:
    if rules.unless_tagged and rules.unless_tagged.search(tagged):
        return True
    return bool(rules.unless and (rules.unless.search(tagged) or rules.unless.search(text)))


class _Guard(NamedTuple):
    pattern: re.Pattern[str]
    spares: frozenset[str]
    whole: bool


@cache
def _guards() -> tuple[_Guard, ...]:
    rows: dict[str, dict[str, Any]] = table("cues")["guards"]
    return tuple(
        _Guard(re.compile("|".join(row["patterns"])), frozenset(row["spares"]), bool(row.get("whole")))
        for row in rows.values()
    )


def is_barred(intent: str, said: str, whole: str = "", weight: float = 1.0) -> bool:
    """Whether the sentence is a what-if, hearsay or an attempt to give orders, and so does not mean the intent.

    `said` is the part that asks or tells, `whole` all of it: some guards look for what takes it all back.
    The widest readings are spared by none.
    """
    return any(
        (weight <= _WEIGHTS["loose"] or intent not in guard.spares)
        and guard.pattern.search(whole if whole and guard.whole else said)
        for guard in _guards()
    )


@cache
def _slash() -> dict[str, str]:
    rows: dict[str, list[str]] = table("commands")["slash"]
    return {word: intent for intent, words in rows.items() for word in words}


def command(text: str) -> tuple[str, int] | None:
    """The intent of a slash command and where its arguments begin."""
    match = re.match(r"/\s?", text)
    if match is None:
        return None
    rest = text[match.end() :]
    for word in sorted(_slash(), key=len, reverse=True):
        if rest.startswith(word) and not (word.isascii() and rest[len(word) : len(word) + 1].isalpha()):
            return _slash()[word], match.end() + len(word)
    return None
