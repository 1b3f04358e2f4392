"""The statements that a block of code sends to a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from storage.database import Database

Statement = tuple[str, Any]


@contextmanager
def heard(database: Database) -> Iterator[list[Statement]]:
    """Each statement with its parameters; one that is executed for many rows is one."""
    said: list[Statement] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        said.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)


def writing(said: list[Statement]) -> list[str]:
    return [statement for statement, _ in said if statement.startswith(("INSERT", "UPDATE", "DELETE"))]
