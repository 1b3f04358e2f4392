"""Logs on standard error: one JSON object a line for machines, plain lines on a terminal. Nothing private goes in."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

NOISY = ("httpx", "apscheduler", "werkzeug", "alembic")
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """What happened, and whatever the call named in `extra`."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        extra = {name: value for name, value in vars(record).items() if name not in STANDARD}
        if not self._as_json:
            fields = " ".join(f"{name}={value}" for name, value in extra.items())
            return f"{at} {record.levelname.lower()} {record.getMessage()} {fields}".rstrip()
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "event": record.getMessage(), **extra}
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up() -> None:
    """Everything from warning up of the libraries, and all of ours."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(as_json=not sys.stderr.isatty()))
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)
