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


def _misspelled(line: Line) -> Line:
    for wrong, right in table("words")["misspellings"].items():
        at = line.text.find(wrong)
        while at >= 0:
            line = line.replace(at, at + len(wrong), right)
            at = line.text.find(wrong, at + len(right))
    return line


def _homophones(line: Line) -> Line:
    at = 0
    while at < len(line.text):
        for length in range(_LONGEST_WORD, 1, -1):
            word = line.text[at : at + length]
            if len(word) < length or not is_han(word):
                continue
            meant = _words().get(sound(word))
            if meant and meant != word and word not in _ordinary() and not _is_other(line.text, at):
                line = line.replace(at, at + length, meant)
            if meant:
                at += length - 1
                break
        at += 1
    return line


def _is_other(text: str, at: int) -> bool:
    """Whether the characters here are the end or the beginning of an ordinary longer word."""
    return any(text[at - 1 : at + 2].startswith(word) or text[at : at + 3].startswith(word) for word in _longer())


@cache
def _longer() -> tuple[str, ...]:
    return tuple(table("words")["longer"])


def _pinyin(line: Line) -> Line:
    """Latin runs that are made of known words and contain one of at least two syllables."""
    for match in reversed(list(_LATIN.finditer(line.text))):
        words = _read(match[0].replace("'", " ").split(" "))
        if words:
            line = line.replace(*match.span(), words)
    return line


def _read(tokens: list[str]) -> str | None:
    text, is_sure, at = "", False, 0
    while at < len(tokens):
        for count in range(min(4, len(tokens) - at), 0, -1):
            word = _one("".join(tokens[at : at + count]))
            if word:
                text += word
                is_sure = is_sure or len(word) > 1
                at += count
                break
        else:
            text += (" " if text[-1:].isascii() else "") + tokens[at] + " "
            at += 1
    return text.strip() if is_sure else None


def _one(letters: str) -> str | None:
    """A run of letters as one or several known words."""
    whole = _spelled().get(letters)
    if whole or len(letters) < 5:
        return whole
    for cut in range(len(letters) - 1, 1, -1):
        head = _spelled().get(letters[:cut])
        if head and cut >= 2:
            rest = _one(letters[cut:])
            if rest and len(head + rest) > 1:
                return head + rest
    return None
