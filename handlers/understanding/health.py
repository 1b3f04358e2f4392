"""How a goal stands by what is said of it: on track, at risk, off track."""

from __future__ import annotations

import re
from functools import cache

from handlers.understanding.lexicon import table


def health_of(text: str) -> str | None:
    """on_track, at_risk or off_track, where the (tagged) text says so; 可能完不成 is a risk, 肯定完不成 is not."""
    patterns = _health()
    risk = patterns["at_risk"].search(text)
    if patterns["off_track"].search(text) and not (risk and _is_hedged(text)):
        return "off_track"
    fine = patterns["on_track"].search(text)
    if risk and not (fine and fine.start() <= risk.start() and fine.end() >= risk.end()):
        return "at_risk"
    if fine and not re.search(r"不(?:太|大|怎么)?$|没$|未$|不是很$|not $", text[: fine.start()]):
        return "on_track"
    return "at_risk" if fine else None


def _is_hedged(text: str) -> bool:
    return bool(re.search(r"可能|恐怕|怕|也许|估计|大概|搞不好|担心|说不定|might|may|could", text))


@cache
def _health() -> dict[str, re.Pattern[str]]:
    rows: dict[str, list[str]] = table("values")["health"]
    return {state: re.compile("|".join(patterns)) for state, patterns in rows.items()}
