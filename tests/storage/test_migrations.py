"""The migrations and the tables say the same."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 - fills the metadata
from storage import audit
from storage.database import Database
from storage.migrate import is_current, upgrade


def test_the_migrations_make_the_tables_as_they_are_declared(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_upgrading_again_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert is_current(database)


def test_the_audit_log_of_a_new_database_is_whole(database: Database) -> None:
    with database.read() as session:
        assert audit.verify(session, b"any key") is None


def test_an_empty_database_is_not_current(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")
    assert not is_current(database)
    upgrade(database)
    assert is_current(database)
    database.close()
