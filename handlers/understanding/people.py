"""Finds the people a sentence names: full names, aliases, homophones, pinyin, 小陈, 陈工, my manager."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from handlers.understanding.context import Context, Person
from handlers.understanding.lexicon import table
from handlers.understanding.normalise import fold
from handlers.understanding.shared import Same
from handlers.understanding.sounds import is_han, loose, sound, sounds

EXACT: Final = 1.0
GIVEN_NAME: Final = 0.85
HOMOPHONE: Final = 0.8
TITLE: Final = 0.75
LOOSE: Final = 0.6
_LONGEST_NAME: Final = 4
_SHORTEST_PINYIN: Final = 5
_FAMILIAR: Final = ("姐", "哥", None)


@dataclass(frozen=True)
class Mention:
    """Somebody named at `start`:`end`; several ids where several people fit equally well."""

    start: int
    end: int
    ids: tuple[str, ...]
    score: float


@dataclass
class PeopleIndex:
    """What people are called, by spelling and by sound. Values are ids."""

    written: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    sounded: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    loosely: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    surnames: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    endings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    called: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # surname of one character → ids
    departments: dict[str, str] = field(default_factory=dict)
    managers: dict[str, str | None] = field(default_factory=dict)

    def add(self, person: Person) -> None:
        self.departments[person.id] = fold(person.department)
        self.managers[person.id] = person.manager
        self._write(person.id, person.id, EXACT)
        self.called[_surname(fold(person.name).strip())].add(person.id)
        for name in (person.name, *person.aliases):
            self._add_name(person.id, fold(name).strip())

    def _add_name(self, who: str, name: str) -> None:
        self._write(name, who, EXACT)
        if not is_han(name):
            for part in name.split():
                self._write(part, who, GIVEN_NAME)
                if part in table("names")["spoken"]:
                    self._write(table("names")["spoken"][part], who, GIVEN_NAME)
            self._write(name.replace(" ", ""), who, EXACT)
            return
        surname = _surname(name)
        if 1 < len(name) <= _LONGEST_NAME:
            for one in sounds(name):
                self.sounded[one].add(who)
            self.loosely[loose(name)].add(who)
        given = name[len(surname) :]
        self.endings[name[-1]].append(who)
        if len(given) > 1:
            self._write(given, who, GIVEN_NAME)
        if len(surname) > 1:
            self._write(surname, who, GIVEN_NAME)
        if who not in self.surnames[surname] and not _is_nickname(name):
            self.surnames[surname].append(who)

    def _write(self, key: str, who: str, score: float) -> None:
        key = fold(key)
        self.written[key][who] = max(score, self.written[key].get(who, 0.0))

    def by_writing(self, key: str) -> tuple[tuple[str, ...], float] | None:
        """Who is written so; a full name goes before a part of another."""
        fits = self.written.get(key)
        if not fits:
            return None
        best = max(fits.values())
        return tuple(who for who, score in fits.items() if score == best), best

    def by_ending(self, char: str) -> tuple[str, ...]:
        """静姐 is 欧阳静."""
        return tuple(dict.fromkeys(self.endings.get(char, ())))

    def by_surname(self, surname: str) -> tuple[str, ...]:
        return tuple(self.surnames.get(surname, ()))


@lru_cache(maxsize=8)
def _build(people: Same[tuple[Person, ...]]) -> PeopleIndex:
    index = PeopleIndex()
    for person in people.value:
        index.add(person)
    return index


def people_index(context: Context) -> PeopleIndex:
    return _build(Same(context.people))


def _surname(name: str) -> str:
    doubles: list[str] = table("names")["double_surnames"]
    return name[:2] if name[2:] and name[:2] in doubles else name[:1]


def _is_nickname(name: str) -> bool:
    """芳姐, 小明 and 敏敏 begin with no surname."""
    return name[0] in "小老阿" or name[:1] == name[1:] or name[-1] in "姐哥"


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    words: dict[str, list[str]] = table("names")
    doubles = "|".join(words["double_surnames"])
    titles = "|".join(sorted(words["titles"], key=len, reverse=True))
    stops = "|".join(words["not_names"])
    return {
        "title": re.compile(
            rf"(?!{stops})(?:(?P<small>[小老阿大])(?P<one>{doubles}|[\u4e00-\u9fff])|(?P<two>{doubles}|[\u4e00-\u9fff])(?P<title>{titles}))"
        ),
        "before": re.compile(rf"(?:^|{'|'.join(words['before'])})[ :]?(?:部门|团队)?$"),
        "after": re.compile(rf" ?(?:$|{'|'.join(words['after'])})"),
        "named": re.compile("|".join(words["named"])),
        "manager": re.compile("|".join(words["my_manager"])),
        "department": re.compile(r"([\u4e00-\u9fff]{2,6}?)(?:部门?|中心|组|那边)?的?$"),
    }


def find_people(text: str, context: Context) -> list[Mention]:
    """The people a folded text names, from left to right, without overlaps."""
    index = people_index(context)
    found = [*_written(text, index), *_titled(text, index, context), *_managers(text, index, context)]
    found += _by_sound(text, index, found)
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda one: (one.start, -one.score, -one.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _written(text: str, index: PeopleIndex) -> Iterator[Mention]:
    at = 0
    while at < len(text):
        hit = next((mention for mention in _longest_at(text, at, index)), None)
        if hit is not None:
            yield hit
            at = hit.end
        else:
            at += 1


def _longest_at(text: str, at: int, index: PeopleIndex) -> Iterator[Mention]:
    if text[at].isascii():
        yield from _latin_at(text, at, index)
        return
    for length in (4, 3, 2):
        key = text[at : at + length]
        fits = index.by_writing(key) if len(key) == length else None
        if fits and (fits[1] == EXACT or _is_slot(text, at, at + length)):
            yield Mention(at - _has_surname(text, at, fits[0], index), at + length, *fits)


def _has_surname(text: str, at: int, who: tuple[str, ...], index: PeopleIndex) -> bool:
    """陈小明 is 陈晓明, who is called 小明: the surname before it is his."""
    return len(who) == 1 and text[at - 1 : at] in index.called and who[0] in index.called[text[at - 1 : at]]


_LATIN: Final = re.compile(r"[a-z]+(?:[.-][a-z]+)*(?: [a-z]+(?:[.-][a-z]+)*){0,3}")


def _latin_at(text: str, at: int, index: PeopleIndex) -> Iterator[Mention]:
    """Latin names and pinyin, at the beginning of a word; `zhang san` is zhangsan."""
    if not text[at].isalpha() or (at and text[at - 1].isascii() and text[at - 1].isalnum()):
        return
    match = _LATIN.match(text, at)
    words = match[0].split(" ") if match else []
    for count in range(len(words), 0, -1):
        spelled = " ".join(words[:count])
        joined = "".join(words[:count])
        fits = (
            index.by_writing(spelled)
            or (index.by_writing(joined) if len(joined) >= _SHORTEST_PINYIN - 1 else None)
            or _by_pinyin(joined, index)
        )
        end = at + len(spelled)
        if fits and (fits[1] == EXACT or len(spelled) >= _SHORTEST_PINYIN - 1 or _is_slot(text, at, end)):
            yield Mention(at, end, *fits)


def _by_pinyin(letters: str, index: PeopleIndex) -> tuple[tuple[str, ...], float] | None:
    fits = index.sounded.get(letters) if len(letters) >= _SHORTEST_PINYIN else None
    return (tuple(sorted(fits)), HOMOPHONE) if fits else None


def _is_slot(text: str, start: int, end: int) -> bool:
    """Whether a person is expected here, by the word before or after."""
    patterns = _patterns()
    return bool(patterns["before"].search(text[:start]) or patterns["after"].match(text, end))


def _titled(text: str, index: PeopleIndex, context: Context) -> Iterator[Mention]:
    for match in _patterns()["title"].finditer(text):
        char = match["one"] or match["two"]
        called = index.by_surname(char) or (index.by_ending(char) if match["title"] in _FAMILIAR else ())
        ids = [who for who in called if who != context.speaker]
        if not ids or not _is_slot(text, *match.span()):
            continue
        narrowed = _of_department(text[: match.start()], ids, index)
        yield Mention(match.start(), match.end(), tuple(narrowed), TITLE)


def _of_department(before: str, ids: list[str], index: PeopleIndex) -> list[str]:
    """研发的陈工: only those of the department just named, when there are any."""
    match = _patterns()["department"].search(before)
    if match is None:
        return ids
    words = {match[1][at:] for at in range(len(match[1]) - 1)}
    inside = [who for who in ids if any(word in index.departments[who] for word in words)]
    return inside or ids


def _managers(text: str, index: PeopleIndex, context: Context) -> Iterator[Mention]:
    boss = index.managers.get(context.speaker)
    if boss:
        for match in _patterns()["manager"].finditer(text):
            yield Mention(match.start(), match.end(), (boss,), TITLE)


def _by_sound(text: str, index: PeopleIndex, found: list[Mention]) -> Iterator[Mention]:
    """Homophones, only where a person is expected: any two characters sound like somebody's name."""
    taken = {at for mention in found for at in range(mention.start, mention.end)}
    for start in range(len(text)):
        if start in taken or not is_han(text[start]):
            continue
        yield from _sounding_at(text, start, taken, index)


def _sounding_at(text: str, start: int, taken: set[int], index: PeopleIndex) -> Iterator[Mention]:
    is_expected = bool(_patterns()["before"].search(text[:start]))
    for length in (4, 3, 2):
        word = text[start : start + length]
        if len(word) < length or not is_han(word) or taken & set(range(start, start + length)):
            continue
        if not is_expected and not _patterns()["named"].match(text, start + length):
            continue
        for key, names, score in ((sound(word), index.sounded, HOMOPHONE), (loose(word), index.loosely, LOOSE)):
            fits = names.get(key)
            if fits and not (score == LOOSE and not word[2:] and word[0] not in index.surnames):
                yield Mention(start, start + length, tuple(sorted(fits)), score)
                return


def read_people(text: str, context: Context) -> list[tuple[Person, float]]:
    """The people that a short answer may mean, best first."""
    people = {person.id: person for person in context.people}
    scores: dict[str, float] = {}
    for mention in find_people(fold(text).strip(" @,，。"), context):
        for who in mention.ids:
            scores[who] = max(mention.score, scores.get(who, 0.0))
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    return [(people[who], score) for who, score in ranked if who in people]


def fitting(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """The ids that the first mention allows."""
    first = next(iter(mentions), None)
    return first.ids if first else ()
