"""CSV as spreadsheets write it: UTF-8 with or without BOM, any line ends. Says which line is wrong, and why."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")  # a spreadsheet turns 2026-03-01 into 2026/3/1
NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; the sentence says what to do."""


@dataclass(slots=True)
class Row:
    """One line of the file. `reasons` collects why it is refused."""

    line: int
    cells: Mapping[str, str]
    reasons: list[str] = field(default_factory=list)

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def required(self, column: str) -> str:
        if not self.text(column):
            self.refuse(f"{column} is missing")
        return self.text(column)

    def refuse(self, reason: str) -> None:
        self.reasons.append(reason)

    def number(self, column: str, default: float = 0.0) -> float:
        text = self.text(column)
        if not text:
            return default
        value = read_number(text)
        if value is None:
            self.refuse(f"{column} {text!r} is not a number")
        return default if value is None else value

    def day(self, column: str) -> date | None:
        text = self.text(column)
        try:
            return read_day(text) if text else None
        except ValueError:
            self.refuse(f"{column} {text!r} is not a date such as 2026-12-31")
            return None

    def moment(self, column: str, zone: ZoneInfo) -> datetime | None:
        """A time; without an offset it is meant in `zone`."""
        text = self.required(column)
        try:
            return read_moment(text, zone) if text else None
        except ValueError:
            self.refuse(f"{column} {text!r} is not a time such as 2026-12-31T18:00:00+08:00")
            return None

    def one_of(self, column: str, allowed: Sequence[str], default: str) -> str:
        text = self.text(column) or default
        if text not in allowed:
            self.refuse(f"{column} {text!r} is none of {', '.join(allowed)}")
        return text

    def several(self, column: str) -> list[str]:
        """A list in one cell, split by `;`."""
        parts = (part.strip() for part in re.split("[;；]", self.text(column)))
        return list(dict.fromkeys(filter(None, parts)))


def read_rows(content: bytes, columns: Sequence[str], required: Sequence[str], ignored: Sequence[str]) -> list[Row]:
    """The lines below the header. `ignored`: columns that an export adds. Raises UnreadableFileError."""
    try:
        return list(_rows(_decoded(content), columns, required, ignored))
    except csv.Error as error:
        raise UnreadableFileError(f"This is not CSV: {error}.") from None


def read_number(text: str) -> float | None:
    """A finite number, with or without thousands separators."""
    found = NUMBER.fullmatch(text)
    value = float(text.replace(",", "")) if found and any(c.isdigit() for c in text) else math.inf
    return value if math.isfinite(value) else None


def read_day(text: str) -> date:
    found = DAY.fullmatch(text)
    if not found:
        raise ValueError(text)
    return date(*map(int, found.groups()))


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """An ISO time, or a day; without an offset in `zone`. ValueError for anything else."""
    found = DAY.match(text)
    day = read_day(found[0]) if found else None
    moment = datetime.fromisoformat(f"{day}{text[found.end() :]}" if found else text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFileError("The file is not UTF-8: save it as “CSV UTF-8” and try again.") from None
    if "\0" in text:
        raise UnreadableFileError("The file is not text: save it as “CSV UTF-8” and try again.")
    return text


def _rows(text: str, columns: Sequence[str], required: Sequence[str], ignored: Sequence[str]) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [name.strip() for name in next(reader, [])]
    _check(header, columns, required, ignored)
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            row = Row(line, {name: cell.strip() for name, cell in zip(header, cells, strict=False)})
            if len(cells) != len(header):
                row.refuse(f"has {len(cells)} cells, the header has {len(header)}")
            yield row
        line = reader.line_num + 1


def _check(header: Sequence[str], columns: Sequence[str], required: Sequence[str], ignored: Sequence[str]) -> None:
    known = f"The columns are {','.join(columns)}."
    unknown = [name for name in header if name not in columns and name not in ignored]
    if unknown:
        raise UnreadableFileError(f"Unknown column {unknown[0]!r}. {known}")
    twice = [name for name in header if header.count(name) > 1]
    if twice:
        raise UnreadableFileError(f"Column {twice[0]!r} is there twice. {known}")
    missing = [name for name in required if name not in header]
    if missing:
        raise UnreadableFileError(f"Column {missing[0]!r} is missing. {known}")
