"""What one language must offer so that feedback in it can be split."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Tongue:
    """Patterns over folded text. `seams` match the empty place where a new clause begins inside a piece."""

    lead: re.Pattern[str]  # fillers and connectives in front of a clause
    tail: re.Pattern[str]  # fillers behind it
    cause: re.Pattern[str]  # leads that say: what follows brought about what came before
    effect: re.Pattern[str]  # leads that say: what follows came of it
    seams: re.Pattern[str]
    settings: tuple[re.Pattern[str], ...]  # group 1: what may be a situation in front of its clause
    inner_setting: re.Pattern[str]  # group 1: a situation behind the subject
    prelude: re.Pattern[str]  # says what is not meant
    suggestion: re.Pattern[str]
    verdict: re.Pattern[str]  # praise, thanks or a mark without anything seen
    situation: re.Pattern[str]
    late_situation: re.Pattern[str]  # the plain ones, told after the deed
    timed: re.Pattern[str]  # a time in front
    reaction: re.Pattern[str]  # an impact whoever the subject is
    receiver: re.Pattern[str]
    absent: re.Pattern[str]  # he, she or a name: the receiver where nobody is addressed
    people: re.Pattern[str]  # others as the subject
    other: re.Pattern[str]  # others or a thing as the subject
    result: re.Pattern[str]  # an impact where no subject is named, by its beginning
    effects: re.Pattern[str]  # the same, by anything in it
    meeting: re.Pattern[str]  # what others do, and the receiver's deed with it in one clause
    answering: re.Pattern[str]  # a deed that answers what others did just before
    undone: re.Pattern[str]  # what was left undone, told of the thing
    action: re.Pattern[str]  # a deed where no subject is named
    evidence: re.Pattern[str]  # traces of an act in a clause about the receiver
    deed: re.Pattern[str]  # something done, beside judging words


def any_of(words: str | Iterable[str]) -> str:
    """An alternation; words separated by blanks, longest first so that none hides behind its beginning."""
    listed = words.split() if isinstance(words, str) else list(words)
    return "(?:" + "|".join(sorted(listed, key=len, reverse=True)) + ")"


def token(words: str | Iterable[str]) -> str:
    """An alternation that is never taken back: where it is repeated, there is one way to read the repetition."""
    return f"(?>{any_of(words)})"


def either(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
