"""Migrations: `upgrade` brings a database to the newest schema, `is_current` says whether it is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Run every migration that is missing. Safe to call again, and by several processes at once."""
    from alembic import command

    with database.engine.begin() as connection:
        if not database.is_sqlite:
            # SQLite's write lock is held already; PostgreSQL needs a lock of its own against a second upgrader.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(760716)")
        command.upgrade(config(connection), "head")


def is_current(database: Database) -> bool:
    """True where the schema is the one this program was written for."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with database.read() as session:
        have = MigrationContext.configure(session.connection()).get_current_heads()
    return set(have) == set(ScriptDirectory(str(FOLDER)).get_heads())


def config(connection: Connection) -> Config:
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made
