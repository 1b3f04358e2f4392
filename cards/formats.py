"""How values look to people."""

from __future__ import annotations

from datetime import date, datetime


def number(value: float) -> str:
    """At most two decimals, no trailing zeros: 82, 79.2, 66.67."""
    text = f"{round(value, 2):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def amount(value: float, unit: str) -> str:
    """A number with its unit: 82%, 350 万元."""
    return f"{number(value)}{unit}" if unit in {"", "%"} else f"{number(value)} {unit}"


def day(value: date, today: date) -> str:
    """Short inside this year: 11-18; else 2027-01-15."""
    return f"{value:%m-%d}" if value.year == today.year else value.isoformat()


def moment(value: datetime) -> str:
    """11-18 10:20, in the zone that `value` carries."""
    return f"{value:%m-%d %H:%M}"


def short(text: str, length: int) -> str:
    """At most `length` characters on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
