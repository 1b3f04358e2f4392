"""What a tick costs follows what is due: statements do not grow with it, and no finder reads a whole table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from handlers.policy import Policies
from scheduler.calendar import chinese
from scheduler.jobs import JOBS, Job, slots
from scheduler.look import Look
from storage.database import Database
from storage.tables import Slot
from tests.bench.crowd import AT, KINDS, Crowd
from tests.rhythm.conftest import SHANGHAI, ticker
from tests.statements import Statement, heard

PEOPLE = 2_700  # so that each number of due people divides it
FEW, MANY = 5, 20  # due for each kind; fewer than a batch
LATER = {
    "quarterly": datetime(2027, 6, 30, 10, 0, tzinfo=SHANGHAI),
    "monthly": datetime(2027, 5, 31, 10, 0, tzinfo=SHANGHAI),
    "retro": datetime(2027, 6, 24, 10, 0, tzinfo=SHANGHAI),
    "digest_weekly": datetime(2026, 12, 21, 10, 0, tzinfo=SHANGHAI),
}
EVERYBODY = {"quarterly", "monthly", "retro"}  # all kinds of due people have a goal, so these few kinds are a batch
BIG = "(people|goals|feedback|nudges|accounts|revisions|focus_points)(_[0-9]+)?"
# From end to end, but for the few who have a role; and by an index of which only the flag is used.
WHOLE = re.compile(rf"SCAN {BIG}\b(?!.* people_with_roles)|SEARCH {BIG} .*\(active=\?\)")


def statements(database: Database, job: Job, due: int) -> tuple[int, int]:
    """How many people were told, in how many statements."""
    with database.engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())
    kinds = KINDS[:6] if job.name in EVERYBODY else KINDS
    Crowd(PEOPLE, due * len(kinds), kinds, hr=due).build(database)
    clock = replace(ticker(database), jobs=[job])
    with heard(database) as said:
        told = clock.tick(LATER.get(job.name, AT))
    return len({push.person for push in told}), len(said)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_batch_takes_as_many_statements_for_few_people_as_for_many(job: Job, database: Database) -> None:
    few, many = (1, 3) if job.name in EVERYBODY else (FEW, MANY)
    told_few, by_few = statements(database, job, few)
    told_many, by_many = statements(database, job, many)
    assert told_few >= FEW
    assert told_many >= 3 * told_few
    assert by_many <= by_few


def test_a_clock_that_forgot_what_is_done_finds_it_said(database: Database) -> None:
    Crowd(PEOPLE, FEW * len(KINDS)).build(database)
    clock = ticker(database)
    assert clock.tick(AT)
    with database.write() as session:
        for slot in session.exec(select(Slot)):
            session.delete(slot)
    assert clock.tick(AT) == []
    with database.read() as session:
        assert {(slot.state, slot.error) for slot in session.exec(select(Slot))} == {("done", "")}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_no_finder_reads_a_whole_table(job: Job, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    Crowd(PEOPLE, FEW * len(KINDS)).build(database)
    at = LATER.get(job.name, AT)
    slot = slots(job, chinese(), Policies(), SHANGHAI, at)[-1]
    with heard(database) as said, database.read() as session:
        assert list(job.find(Look(session, at, slot, "", Policies(), chinese())))
    assert said
    assert whole_tables(database, said) == []


@pytest.mark.parametrize("job", [job for job in JOBS if not job.name.startswith("digest")], ids=lambda job: job.name)
def test_no_card_but_a_digest_reads_a_whole_table(job: Job, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    Crowd(PEOPLE, FEW * len(KINDS)).build(database)
    with heard(database) as said:
        assert replace(ticker(database), jobs=[job]).tick(LATER.get(job.name, AT), dry=True)
    assert whole_tables(database, said) == []


def whole_tables(database: Database, said: Sequence[Statement]) -> list[str]:
    """The steps of SQLite's plans that read a big table from end to end."""
    steps = [step for one in said if not one[0].startswith("BEGIN") for step in plan(database, *one)]
    database.close()
    assert steps
    return [step for step in steps if WHOLE.match(step)]


def plan(database: Database, statement: str, parameters: Any) -> list[str]:
    with database.engine.connect() as connection:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
