"""How long to wait before the next try: longer each time, with jitter, so that many do not come back at once."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST = 2.0  # seconds
LONGEST = 900.0


def wait(attempts: int, least: float | None = None) -> timedelta:
    """After so many attempts. `least`: what the other side asked for, in seconds."""
    grown = min(LONGEST, FIRST * 2 ** max(0, attempts - 1))
    jittered = grown * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
    return timedelta(seconds=max(jittered, least or 0.0))
