"""Numerals as people write and say them: 三百五, 两万五千, 七十七点五, 1,200, twenty-five."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    **dict(zip("〇两俩仨幺壹贰叁肆伍陆柒捌玖", (0, 2, 2, 3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)),
}
_TENS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS: Final = {"万": 10**4, "亿": 10**8}
DIGIT_CHARS: Final = "".join(_DIGITS)
NUMERAL_CHARS: Final = DIGIT_CHARS + "".join(_TENS) + "".join(_MYRIADS)

_WORDS: Final = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_POWERS: Final = {"hundred": 100, "thousand": 1000}
ENGLISH_WORDS: Final = (*_WORDS, *_POWERS)


def chinese(text: str) -> float | None:
    """The number `text` spells, or None; a digit that ends it counts in the next lower place (三百五 is 350)."""
    whole, point, decimals = text.partition("点")
    value = _whole(whole)
    if value is None or not point:
        return value
    if not decimals or any(char not in _DIGITS for char in decimals):
        return None
    return float(f"{value}.{''.join(str(_DIGITS[char]) for char in decimals)}")


def _whole(text: str) -> int | None:
    if not text or any(char not in NUMERAL_CHARS for char in text):
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, section, digit, place = 0, 0, 0, 1
    previous = ""
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            place = _TENS[char]
            section += (digit or (0 if previous and previous not in "零〇万亿" else 1)) * place
            digit = 0
        else:
            place = _MYRIADS[char]
            total = (total + section + digit) * place if char == "亿" else total + (section + digit) * place
            section, digit = 0, 0
        previous = char
    is_short = len(text) > 1 and text[-2] in "百佰千仟万亿"
    return total + section + digit * (place // 10 if is_short else 1)


def english(text: str) -> float | None:
    """The number that English words spell (`twenty-five`, `two hundred and six`), or None."""
    whole, point, decimals = text.partition(" point ")
    if point:
        return _with_decimals(english(whole), decimals.split())
    total, section = 0, 0
    words = [word for word in text.lower().replace("-", " ").split() if word != "and"]
    for word in words:
        if word in _WORDS:
            section += _WORDS[word]
        elif word == "hundred":
            section = max(section, 1) * 100
        elif word == "thousand":
            total, section = (total + max(section, 1)) * 1000 if not section else total + section * 1000, 0
        else:
            return None
    return float(total + section) if words else None


def _with_decimals(whole: float | None, words: list[str]) -> float | None:
    """Two point seven five: the digits are said one by one."""
    digits = [_WORDS.get(word, _POWERS["hundred"]) for word in words]
    return None if whole is None else float(f"{whole:.0f}.{''.join(map(str, digits))}")
