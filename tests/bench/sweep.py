"""What a sweep of all jobs costs when the company grows and what is due does not.

    python -m tests.bench.sweep [--people 10000,100000,1000000] [--postgres]

A Friday afternoon on which eight jobs have their slot and 2,000 people are due; three moments at which everybody with a
goal is asked, when only those 2,000 have one; and HR's digest, which counts the whole company. `tests/bench/crowd.py`
says who is due. After each sweep a second one finds all said. On SQLite, which works inside the process, CPU seconds
are counted; on PostgreSQL the clock's. It fails where the largest costs more than twice the smallest.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from psycopg.sql import SQL, Identifier
from sqlalchemy import delete, make_url
from sqlmodel import func, select

from scheduler.jobs import JOBS
from storage.database import Database
from storage.migrate import upgrade
from storage.tables import Delivery, Slot
from tests import postgres
from tests.bench.crowd import AT, DUE, Crowd
from tests.rhythm.conftest import SHANGHAI, ticker
from tests.statements import heard, writing

FRIDAY = (
    "approvals",
    "silence_due",
    "silence",
    "red",
    "checkin",
    "progress",
    "focus",
    "monthly_feedback",
    "monthly_talk",
)
MOST_TIMES = 2.0
SWEEPS = (
    ("Friday afternoon", AT, FRIDAY),
    ("month's end", datetime(2027, 5, 31, 10, 0, tzinfo=SHANGHAI), ("monthly",)),
    ("fortnight's end", datetime(2027, 6, 24, 10, 0, tzinfo=SHANGHAI), ("retro",)),
    ("quarter's end", datetime(2027, 6, 30, 10, 0, tzinfo=SHANGHAI), ("quarterly",)),
    ("HR's digest", AT, ("digest_daily",)),
)


def sweep(database: Database, name: str, at: datetime, jobs: Sequence[str]) -> float:
    """Seconds for what is due. A second look, and one that forgot which slots are done, write nothing."""
    clock = replace(ticker(database), jobs=[job for job in JOBS if job.name in jobs])
    now = time.process_time if database.is_sqlite else time.perf_counter
    with heard(database) as said:
        begun = now()
        pushes = clock.tick(at)
        spent = now() - begun
    print(f"  {name}: {len(pushes)} pushes in {spent:.2f} s, {len(said)} statements", flush=True)
    cards = count(database, Delivery)
    with heard(database) as again:
        assert clock.tick(at + timedelta(minutes=1)) == []
        assert writing(again) == []
    with database.write() as session:
        session.connection().execute(delete(Slot))
    assert clock.tick(at + timedelta(minutes=2)) == []
    assert count(database, Delivery) == cards
    with database.read() as session:
        assert set(session.exec(select(Slot.state))) == {"done"}
    return spent


def count(database: Database, table: type[Delivery]) -> int:
    with database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


@contextmanager
def databases(*, on_postgres: bool) -> Iterator[Iterator[Database]]:
    """As many empty ones as are asked for."""
    if not on_postgres:
        with tempfile.TemporaryDirectory() as folder:
            yield (Database(f"sqlite:///{Path(folder) / f'{n}.db'}") for n in range(100))
        return
    with postgres.running() as url:
        yield (_created(url, f"bench{n}") for n in range(100))


def _created(url: str, name: str) -> Database:
    postgres.administer(url, SQL("CREATE DATABASE {}").format(Identifier(name)))
    return Database(make_url(url).set(database=name).render_as_string(hide_password=False))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", default="10000,100000,1000000")
    parser.add_argument("--postgres", action="store_true")
    arguments = parser.parse_args()
    spent: dict[int, list[float]] = {}
    with databases(on_postgres=arguments.postgres) as empty:
        for people in (int(size) for size in arguments.people.split(",")):
            database = next(empty)
            upgrade(database)
            Crowd(people).build(database)
            print(f"{people} people, {DUE} due")
            spent[people] = [sweep(database, *one) for one in SWEEPS]
            database.close()
    least, most = spent[min(spent)], spent[max(spent)]
    print(f"{max(spent)} people against {min(spent)}:")
    for (name, _, _), few, many in zip(SWEEPS, least, most, strict=True):
        print(f"  {name}: {many / few:.2f} times")
    times = sum(most) / sum(least)
    print(f"  all together: {times:.2f} times")
    if times > MOST_TIMES:
        sys.exit(f"more than {MOST_TIMES:g} times: a tick costs what is due, and not how many people there are")


if __name__ == "__main__":
    main()
