"""The characters that the shipped font draws; it is made from this list (see docs/pictures.md)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

# What GB2312 has not: Latin letters with accents, punctuation as people type it today, signs that cards use; and
# characters that many people of today have in their names.
LATIN = "".join(map(chr, chain(range(0x20, 0x7F), range(0xA0, 0x100))))
SIGNS = "–—‘’“”•…·←↑→↓≈≠≤≥−✓€●▲▼◆"
NAMES = (
    "喆堃翀珺玥祎昇嫚瑄璟赟旻昉晞曈镕垚犇骉瑀珮玘禛翾芃谞郃锜霂頔飏龑䶮彧暘朤沄沚洺浛"
    "淏湉湜溦濛烜燚珅珣琤璠瓅皞祐禔竑翯藴袆贇鋆雱駿龢晙暐浥澔焜燊爔珝瑆瑢甦畯祾秾萩飖"
)
MORE = frozenset(LATIN + SIGNS + NAMES)


def has(text: str) -> bool:
    """Whether every character of `text` is among them."""
    return all(char in MORE or _is_common(char) for char in text)


def _is_common(char: str) -> bool:
    try:
        return len(char.encode("gb2312")) > 1
    except UnicodeEncodeError:
        return False


def characters() -> Iterator[str]:
    return (char for char in map(chr, range(0x10000)) if has(char))
