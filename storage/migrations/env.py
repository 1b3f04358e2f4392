"""Alembic's entry: always online, on the connection that `storage.migrate` holds."""

from alembic import context
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 - fills the metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
# The caller's transaction holds the migration: no begin of our own.
context.run_migrations()
