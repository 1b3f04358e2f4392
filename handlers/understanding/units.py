"""Units of measure: how a number said in one unit reads in the unit of a goal."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from handlers.understanding.lexicon import table


class Unit(NamedTuple):
    """A unit measures a dimension; `factor` brings it to the smallest unit of that dimension."""

    dimension: str
    factor: float


_COUNT: Final = Unit("count", 1.0)
_MILLION: Final = 1e6
ANY_COUNT: Final = frozenset({"个", "项", "次"})


@cache
def _units() -> dict[str, Unit]:
    rows: dict[str, dict[str, float]] = table("units")["dimensions"]
    return {name: Unit(dimension, factor) for dimension, names in rows.items() for name, factor in names.items()}


@cache
def _counted() -> dict[str, str]:
    """English count nouns by the measure word that Chinese uses for them."""
    rows: dict[str, list[str]] = table("units")["counted"]
    return {word: measure for measure, words in rows.items() for word in words}


@cache
def spellings() -> tuple[str, ...]:
    """Every way to write a unit, longest first."""
    measures: list[str] = table("units")["measures"]
    return tuple(sorted({*_units(), *_counted(), *measures}, key=len, reverse=True))


def unit_of(name: str) -> Unit | None:
    """The unit of this name; every measure word is a count, nothing is None."""
    folded = name.strip().lower()
    return (_units().get(folded) or _COUNT) if folded else None


def same_measure(said: str, wanted: str) -> bool:
    """Whether a number in `said` can be a number in `wanted`: 秒 for 分钟, 个 for 家, but not 家 for %."""
    one, other = unit_of(said), unit_of(wanted)
    if one is None or other is None:
        return True
    if one.dimension != other.dimension:
        return False
    if one.dimension != "count":
        return True
    said, wanted = (_counted().get(name.lower(), name) for name in (said, wanted))
    alike: list[list[str]] = table("units")["alike"]
    return said == wanted or bool({said, wanted} & ANY_COUNT) or any(said in row and wanted in row for row in alike)


def convert(number: float, scale: float, said: str, wanted: str) -> float:
    """`number` × `scale` of the unit `said`, in the unit `wanted`; numbers that do not convert stay as said.

    A bare number is in the goal's own unit, unless it has a scale word (350万 of 万元 is 350);
    10m of a duration is minutes.
    """
    here, there = unit_of(said), unit_of(wanted)
    if there is not None and there.dimension == "duration" and here is None and scale == _MILLION:
        here, scale = Unit("duration", 60.0), 1.0
    if there is None or there.dimension in ("count", "share"):
        return tidy(number * scale)
    if here is None:
        is_plain = scale == 1 and not _is_small_money(number, there)
        return tidy(number if is_plain else number * scale / there.factor)
    if here.dimension != there.dimension:
        return tidy(number * scale)
    return tidy(number * scale * here.factor / there.factor)


def _is_small_money(number: float, there: Unit) -> bool:
    """3500000 said of a goal in 万元 can only be 元."""
    return there.dimension == "money" and there.factor > 1 and abs(number) >= 10 * there.factor


def tidy(value: float) -> float:
    """Without the dust that binary fractions leave; thirds keep six places."""
    return round(value, 6)
