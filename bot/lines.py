"""Text in, one line at a time; JSON out, one object a line. Needs no database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.failure import Failure


def understand_lines(lines: Iterator[str], context: Path) -> Iterator[dict[str, Any]]:
    """Raises Failure where the context file is not one."""
    from handlers.understanding import Context, understand

    try:
        known = Context.from_json(json.loads(context.read_text("utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Failure(f"{context} is not a context file ({type(error).__name__}: {error}).") from None
    for line in lines:
        frame = understand(line, known)
        yield {"intent": frame.intent, "slots": frame.slots, "confidence": frame.confidence}


def sbi_lines(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The hints are in the language of the text."""
    from handlers.sbi import as_json, read_feedback

    for line in lines:
        yield as_json(read_feedback(line), "en" if line.strip() and line.isascii() else "zh")
