"""One clock process for the tests: it ticks until it has nothing to say."""

from __future__ import annotations

from datetime import datetime

from scheduler.tick import Ticker
from storage.database import Database
from tests.rhythm.conftest import ticker

FEW_AT_A_TIME = 1  # many places to die between


def tick_on(url: str, at: str) -> None:
    database = Database(url)
    clock = Ticker(database, ticker(database).core, batch=FEW_AT_A_TIME)
    while clock.tick(datetime.fromisoformat(at)):
        pass
    database.close()
