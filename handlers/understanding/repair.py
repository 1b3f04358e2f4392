"""Mends the bot's own words where they were typed as homophones or as pinyin: 反溃, 打咔, wo de mubiao."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from handlers.understanding.lexicon import table
from handlers.understanding.normalise import Line
from handlers.understanding.sounds import is_han, sound

_LATIN: Final = re.compile(r"(?<![a-z0-9])[a-z]+(?:[ '][a-z]+)*(?![a-z0-9-])")
_LONGEST_WORD: Final = 4
_ONE_SYLLABLE: Final = 4


@cache
def _words() -> dict[str, str]:
    words: list[str] = table("words")["own"]
    return {sound(word): word for word in words}


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(table("words")["ordinary"])


@cache
def _spelled() -> dict[str, str]:
    """Pinyin of every word worth reading in Latin letters."""
    words: list[str] = table("words")["own"] + table("words")["typed_in_pinyin"]
    letters: dict[str, str] = table("words")["syllables"]
    return {**letters, **{sound(word): word for word in words}, **table("words")["spellings"]}


def repair(line: Line) -> Line:
    return _homophones(_pinyin(_misspelled(line)))


@cache
def _otherwise() -> tuple[re.Pattern[str], dict[str, str]]:
    """Cantonese and misspellings, in one pattern."""
    words: dict[str, str] = {**table("words")["cantonese"], **table("words")["misspellings"]}
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True))), words


def _misspelled(line: Line) -> Line:
    pattern, words = _otherwise()
    for match in reversed(list(pattern.finditer(line.text))):
        line = line.replace(*match.span(), words[match[0]])
    return line


def _homophones(line: Line) -> Line:
    at = 0
    while at < len(line.text):
        for length in range(_LONGEST_WORD, 1, -1):
            word = line.text[at : at + length]
            if len(word) < length or not is_han(word):
                continue
            meant = _words().get(sound(word))
            if meant and meant != word and _is_slip(word, meant):
                line = line.replace(at, at + length, meant)
            if meant:
                at += length - 1
                break
        at += 1
    return line


def _is_slip(word: str, meant: str) -> bool:
    """A slip keeps a character: 反溃 for 反馈, but 统一 is not 同意."""
    return word not in _ordinary() and any(one == other for one, other in zip(word, meant, strict=True))


def _pinyin(line: Line) -> Line:
    """Latin runs that are made of known words and contain one of at least two syllables."""
    for match in reversed(list(_LATIN.finditer(line.text))):
        for start, end, word in reversed(_read(match[0].replace("'", " "))):
            line = line.replace(match.start() + start, match.start() + end, word)
    return line


def _read(run: str) -> list[tuple[int, int, str]]:
    """The known words of a run with their places, the space after them included; none when only short ones are."""
    tokens = [(match.start(), match.end(), match[0]) for match in re.finditer(r"[a-z]+", run)]
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(tokens):
        count, word = _longest(tokens, at)
        if word:
            last = tokens[at + count - 1][1]
            gap = 1 if at + count < len(tokens) else 0
            found.append((tokens[at][0], last + gap, word))
        at += count
    return found if any(len(word) > 1 for _, _, word in found) else []


def _longest(tokens: list[tuple[int, int, str]], at: int) -> tuple[int, str | None]:
    """The longest known word from a token on, and how many tokens it takes."""
    for count in range(min(4, len(tokens) - at), 0, -1):
        letters = "".join(token for _, _, token in tokens[at : at + count])
        word = _spelled().get(letters) if count > 1 else _one(letters)
        if word:
            return count, word
    return 1, None


def _one(letters: str) -> str | None:
    """A run of letters as one or several known words."""
    whole = _spelled().get(letters)
    if whole or len(letters) <= _ONE_SYLLABLE:
        return whole
    for cut in range(len(letters) - 1, 1, -1):
        head = _spelled().get(letters[:cut])
        if head:
            rest = _one(letters[cut:])
            if rest and max(len(head), len(rest)) > 1:
                return head + rest
    return None
