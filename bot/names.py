"""The five packages have plain names. Another package in the way would be a riddle later: it is named at the start."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from bot.failure import Failure

NAMES = ("bot", "cards", "handlers", "scheduler", "storage")


def check() -> None:
    """Raises Failure where one of the five is not ours."""
    home = Path(__file__).resolve().parent.parent
    for name in NAMES:
        found = find_spec(name)
        origin = Path(found.origin).resolve() if found and found.origin else None
        if origin != home / name / "__init__.py":
            raise Failure(f"Another package named {name!r} is in the way ({origin}): give Maibo its own environment.")
