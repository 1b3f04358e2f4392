"""Finds the goals a sentence names: by id, title, metric, a part of them, a synonym, a homophone, pinyin, alias."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from handlers.understanding.context import Context, Goal
from handlers.understanding.lexicon import table
from handlers.understanding.normalise import fold
from handlers.understanding.sounds import is_han, sound, sounds

_LONGEST: Final = 12
_LONGEST_SLIP: Final = 6
_A_TERM: Final = 3  # characters: 平均响应时长 is 平均响应时间 too, but 新签约 no 新签到
_LONGEST_READ: Final = 4
_READ_ALL_WAYS: Final = (3, 4)
_SYNONYM: Final = 0.9
_HOMOPHONE: Final = 0.8
_COMMON: Final = 0.15
_PLAUSIBLE: Final = 0.25
_MARGIN: Final = 0.2
_TARGET: Final = re.compile(
    r"(?:提升|提高|增长|增加|降低|下降|缩短|减少|控制|压缩|提|升|降|做|达|保持|维持|完成|实现|新增)?"
    r"(?:到|至|为|在|达到|不低于|不高于|不超过|达成)?\s?[\d.,]+\s?(?:%|百分点|[万亿千百]?[\u4e00-\u9fff]{0,2}?(?=$|[以,，;；、]))?(?:以内|以上|以下)?"
)
_SPLIT: Final = re.compile(
    r"提升至?|提高|降到|降至|降低|达到|做到|完成(?!度|率)|实现|控制在|缩短|[,，;；:：、()（）\s]+"
)


@dataclass(frozen=True)
class Trace:
    """A stretch of the text that names goals; the weight each of them gets from it."""

    start: int
    end: int
    weights: dict[str, float]


@dataclass
class GoalIndex:
    """The words of each goal's names, by spelling and by sound."""

    words: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    sounded: dict[str, str] = field(default_factory=dict)
    spoken: set[str] = field(default_factory=set)
    ids: dict[str, str] = field(default_factory=dict)

    def add(self, goal: str, names: tuple[str, ...]) -> None:
        for name in names:
            for part in parts(name):
                self._add_part(goal, part)

    def _add_part(self, goal: str, part: str) -> None:
        inside = [word for word in _synonyms() if len(word) >= _A_TERM and word in part and is_han(word)]
        for word in _pieces(part):
            self._put(word, goal, 1.0)
            for old in inside:
                for new in _synonyms()[old] if old in word and old != word else ():
                    if len(new) >= _A_TERM and is_han(new):
                        self._put(word.replace(old, new), goal, _SYNONYM)
            if part.startswith(word) or part.endswith(word) or word in _synonyms():
                self.spoken.add(word)
            for other in _synonyms().get(word, ()):
                self._put(other, goal, _SYNONYM)

    def _put(self, word: str, goal: str, weight: float) -> None:
        if word in _own_words():
            return
        self.words[word][goal] = max(weight, self.words[word].get(goal, 0.0))

    def close(self) -> None:
        """The sounds of the words that people say alone, once they are all there."""
        for word in self.spoken & set(self.words):
            if is_han(word) and len(word) <= _LONGEST_SLIP:
                for one in sounds(word) if len(word) in _READ_ALL_WAYS else (sound(word),):
                    self.sounded.setdefault(one, word)

    def weigh(self, word: str, certainty: float = 1.0) -> dict[str, float]:
        """A word counts by its length and by how few goals share it."""
        fits = self.words[word]
        size = len(word) if not word.isascii() else 1.0 + len(word.split())
        size *= _COMMON if _is_common(word) and word not in _synonyms() else 1.0
        return {goal: certainty * size * weight / len(fits) for goal, weight in fits.items()}


@cache
def _common() -> frozenset[str]:
    return frozenset(table("goals")["common"])


@cache
def _own_words() -> frozenset[str]:
    """What the bot's own commands are made of never names a goal."""
    return frozenset(table("words")["own"]) | frozenset(table("goals")["never"])


def _is_common(word: str) -> bool:
    if word.isascii():
        return all(part in _common() for part in word.split())
    rest = word
    for common in sorted(_common(), key=len, reverse=True):
        rest = rest.replace(common, "")
    return not rest


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    groups: list[list[str]] = table("goals")["synonyms"]
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for word in group:
            found[word] = found.get(word, ()) + tuple(other for other in group if other != word)
    return found


def parts(name: str) -> list[str]:
    """The names in a title without the figures: 客户续约率提升至85% is 客户续约率."""
    text = _TARGET.sub(" ", fold(name))
    if text.strip().isascii():
        words = [word for word in re.findall(r"[a-z0-9.&/-]+", text) if word not in _common_english()]
        return [" ".join(words)] if words else []
    return [part for part in _SPLIT.split(text) if len(part) > 1]


@cache
def _common_english() -> frozenset[str]:
    return frozenset(table("goals")["english_stop"])


def _pieces(part: str) -> Iterator[str]:
    """Every stretch of at least two characters, or of at least one word."""
    if part.isascii():
        words = part.split()
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                yield " ".join(words[start:end])
        return
    for start in range(len(part)):
        for end in range(start + 2, min(len(part), start + _LONGEST) + 1):
            piece = part[start:end]
            if _is_whole(part, start, end):
                yield piece


def _is_whole(part: str, start: int, end: int) -> bool:
    """A piece may not cut a Latin word in two."""
    return not (
        (start and part[start - 1].isascii() and part[start].isascii())
        or (end < len(part) and part[end - 1].isascii() and part[end].isascii())
    )


@lru_cache(maxsize=64)
def _build(goals: tuple[tuple[str, str, tuple[str, ...]], ...], owner: str) -> GoalIndex:
    """`goals`: id, owner and names. Their values change with every check-in, and are no part of it."""
    index = GoalIndex()
    for goal, its_owner, names in goals:
        if its_owner == owner:
            index.add(goal, names)
        index.ids[_bare(goal)] = goal
    index.close()
    return index


def goal_index(context: Context) -> GoalIndex:
    """The words of the speaker's own goals, and the ids of all."""
    named = tuple((goal.id, goal.owner, (goal.title, goal.metric, *goal.aliases)) for goal in context.goals)
    return _build(named, context.speaker)


def _bare(goal_id: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(goal_id))


_ID: Final = re.compile(r"(?<![a-z0-9])([a-z]{1,4})\s?[-_#]?\s?(\d+(?:-\d+)*)(?![\d.%a-z])")


def find_ids(text: str, context: Context) -> list[Trace]:
    """Goals named by their id: G-101, g101, G 101."""
    index = goal_index(context)
    found = []
    for match in _ID.finditer(text):
        known = index.ids.get(_bare(match[0]))
        if known:
            found.append(Trace(match.start(), match.end(), {known: 100.0}))
    return found


def find_traces(text: str, context: Context) -> list[Trace]:
    """The stretches that name the speaker's goals, longest first at each place, without overlaps."""
    index = goal_index(context)
    found: list[Trace] = []
    at = 0
    while at < len(text):
        trace = _trace_at(text, at, index)
        if trace is None:
            at += 1
        else:
            found.append(trace)
            at = trace.end
    return found


def _trace_at(text: str, at: int, index: GoalIndex) -> Trace | None:
    if text[at].isascii() and text[at].isalnum():
        latin = _latin_trace(text, at, index)
        if latin:
            return latin
    for length in range(min(_LONGEST, len(text) - at), 1, -1):
        word = text[at : at + length]
        if word in index.words and not word.isascii():
            return Trace(at, at + length, index.weigh(word))
        meant = _sounding(word, index) if length <= _LONGEST_SLIP and is_han(word) else None
        if meant and not _is_common(meant):
            return Trace(at, at + length, index.weigh(meant, _HOMOPHONE))
    return None


def _sounding(word: str, index: GoalIndex) -> str | None:
    """The word of a goal that sounds like this one, in any reading of its characters."""
    if word in _ordinary():
        return None
    plain = index.sounded.get(sound(word))
    if plain or len(word) not in _READ_ALL_WAYS:
        return plain
    return next((index.sounded[one] for one in sounds(word) if one in index.sounded), None)


@cache
def _ordinary() -> frozenset[str]:
    """Words that sound like a part of a goal and mean themselves."""
    return frozenset(table("goals")["ordinary"])


_LATIN: Final = re.compile(r"[a-z0-9.&/'-]+(?: [a-z0-9.&/'-]+){0,4}")


def _latin_trace(text: str, at: int, index: GoalIndex) -> Trace | None:
    if at and text[at - 1].isascii() and text[at - 1].isalnum():
        return None
    match = _LATIN.match(text, at)
    words = match[0].split(" ") if match else []
    for count in range(len(words), 0, -1):
        spelled = " ".join(words[:count])
        key = spelled if spelled in index.words else spelled.rstrip("s")
        if key in index.words:
            return Trace(at, at + len(spelled), index.weigh(key))
        meant = index.sounded.get("".join(words[:count])) if len(spelled) > _LONGEST_READ else None
        if meant:
            return Trace(at, at + len(spelled), index.weigh(meant, _HOMOPHONE))
    return None


def rank(traces: list[Trace]) -> list[tuple[str, float]]:
    """Goals with a score between 0 and 1, best first."""
    sums: dict[str, float] = defaultdict(float)
    for trace in traces:
        for goal, weight in trace.weights.items():
            sums[goal] += weight
    scored = [(goal, min(1.0, weight / 2)) for goal, weight in sums.items() if weight / 2 >= _PLAUSIBLE]
    top = max(sums.values(), default=0.0)
    return sorted(((goal, score * sums[goal] / top) for goal, score in scored), key=lambda item: -item[1])


def fitting(ranked: list[tuple[str, float]]) -> tuple[str, ...]:
    """The goals that fit about equally well: one when it can be told which."""
    return tuple(goal for goal, score in ranked if score >= ranked[0][1] - _MARGIN)


def read_goals(text: str, context: Context) -> list[tuple[Goal, float]]:
    """The goals that a short answer may mean, best first; only plausible ones."""
    folded = fold(text)
    everything = {goal.id: goal for goal in context.goals}
    ids = find_ids(folded, context)
    ranked = rank(ids or find_traces(folded, context))
    return [(everything[goal], score) for goal, score in ranked]
