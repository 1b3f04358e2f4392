"""A sweep against one APScheduler job a person, kept in its SQLAlchemy store, and against one query a person.

    python -m tests.bench.per_person [--people 10000]

The same work in one run, in CPU seconds: of so many people 2,000 are silent, and their managers are told. APScheduler
is at its best: its jobs run where they are found, nobody else writes, and adding them is not counted.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED
from apscheduler.executors.debug import DebugExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import func, select

from handlers.policy import Policies
from scheduler import silences
from scheduler.calendar import chinese
from scheduler.jobs import JOBS
from scheduler.look import Need
from scheduler.saying import Round, Wish
from scheduler.tick import Outcome, Ticker
from storage.database import Database
from storage.migrate import upgrade
from storage.tables import Nudge, Person
from tests.bench.crowd import AT, DUE, Crowd
from tests.rhythm.conftest import ticker

SILENCE = next(job for job in JOBS if job.name == "silence")
MORNING, MONTH = AT.replace(hour=10), timedelta(days=30)


@cache
def clock(url: str) -> Ticker:
    return replace(ticker(Database(url)), jobs=[SILENCE])


def look_at(url: str, id: str) -> None:
    """What a person's own job does: it reads their row, and tells their manager where nobody was heard for a month."""
    with clock(url).database.read() as session:
        person = session.get_one(Person, id)
    if person.manager is None or person.silence or person.heard_at is None or person.heard_at > AT - MONTH:
        return
    need = Need(person.manager, "silence", id, person.heard_at.date().isoformat(), then=silences.warned)
    now = Round(Policies(), chinese(), AT, dry=False)
    clock(url)._push({need.person: [Wish(SILENCE, MORNING, "", need)]}, now, Outcome())


def by_sweep(url: str, _people: int) -> None:
    clock(url).tick(AT)


def by_query(url: str, people: int) -> None:
    for n in range(people):
        look_at(url, f"p{n}")


class Apscheduler:
    """A job for each person in its store, all due at once, as every morning at ten."""

    def __init__(self, url: str, people: int) -> None:
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": SQLAlchemyJobStore(f"{url}.jobs")},
            executors={"default": DebugExecutor()},
            job_defaults={"coalesce": True, "misfire_grace_time": None},
        )
        self.done = threading.Semaphore(0)
        self.scheduler.add_listener(lambda _: self.done.release(), EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self.scheduler.start(paused=True)
        for n in range(people):
            job = ("tests.bench.per_person:look_at", "interval")
            self.scheduler.add_job(*job, (url, f"p{n}"), days=1, next_run_time=datetime.now(UTC))

    def run(self, _url: str, people: int) -> None:
        self.scheduler.resume()
        for _ in range(people):
            self.done.acquire()
        self.scheduler.shutdown()


def cost(folder: Path, name: str, people: int, prepare: Callable[[str], Callable[[str, int], None]]) -> float:
    url = f"sqlite:///{folder / name}.db"
    database = Database(url)
    upgrade(database)
    Crowd(people, kinds=("silence",)).build(database)
    way = prepare(url)
    begun = time.process_time()
    way(url, people)
    spent = time.process_time() - begun
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(Nudge).where(Nudge.kind == "silence")).one() == DUE
    database.close()
    return spent


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=10_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as folder:
        ours = cost(Path(folder), "sweep", people, lambda _: by_sweep)
        print(f"{people} people, {DUE} due: the sweep {ours:.2f} s", flush=True)
        queries = cost(Path(folder), "queries", people, lambda _: by_query)
        print(f"a query a person: {queries:.2f} s, {queries / ours:.1f} times", flush=True)
        jobs = cost(Path(folder), "jobs", people, lambda url: Apscheduler(url, people).run)
        print(f"an APScheduler job a person: {jobs:.2f} s, {jobs / ours:.1f} times", flush=True)


if __name__ == "__main__":
    main()
