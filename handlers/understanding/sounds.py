"""How characters sound: toneless pinyin, and a looser form in which often confused sounds are one."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from typing import Final

_LOOSE: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"), ("l", "n"))
_HAN: Final = re.compile(r"[\u4e00-\u9fff]+")


def is_han(text: str) -> bool:
    return bool(_HAN.fullmatch(text))


@cache
def readings(char: str) -> tuple[str, ...]:
    """The sounds of one character, the most common first; a character that is no Han reads as itself."""
    from pypinyin import Style, pinyin

    found: list[list[str]] = pinyin(char, style=Style.NORMAL, heteronym=True)
    return tuple(dict.fromkeys(sound.replace("ü", "v") for sound in found[0]))[:3]


def sound(text: str) -> str:
    """The most common reading of each character, run together."""
    return "".join(readings(char)[0] for char in text)


def sounds(text: str) -> set[str]:
    """Every reading of a short word: 曾磊 is zenglei and cenglei."""
    return {"".join(parts) for parts in product(*map(readings, text[:4]))}


@cache
def _loose_reading(char: str) -> str:
    result = readings(char)[0]
    for one, other in _LOOSE:
        result = result.replace(one, other)
    return result


def loose(text: str) -> str:
    """As `sound`, with zh/z, ch/c, sh/s, n/ng and l/n taken for one another."""
    return "".join(map(_loose_reading, text))
