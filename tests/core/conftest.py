from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.core.desk import Desk
from tests.stories import people


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    """A desk in the sample company, before anything was said."""
    database = Database(sqlite_url)
    with database.write() as session:
        people.settle_in(session)
    yield Desk(database)
    database.close()
