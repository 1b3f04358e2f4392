"""What a sweep of all jobs costs when the company grows and what is due does not.

    python -m tests.bench.sweep [--people 10000,100000,1000000]

For each size 2,000 people are silent for 40 days, everybody else heard something yesterday; one tick says it,
a second one finds nothing. Then, at 100,000 people with 2,000,000 feedback rows, finding alone against one hand-written
statement over the feedback rows' own index, and against one query a person.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, text
from sqlmodel import select

from handlers.policy import Policies
from scheduler import finders
from scheduler.calendar import chinese
from scheduler.finders import Look
from storage.database import Database
from storage.migrate import upgrade
from storage.tables import Account, Feedback, Goal, Nudge, Person
from tests.rhythm.conftest import SHANGHAI, ticker

AT = datetime(2026, 11, 19, 10, 0, tzinfo=SHANGHAI)
DUE, TEAM, CHUNK, RUNS = 2_000, 10, 20_000, 5
LONG_AGO, YESTERDAY = AT - timedelta(days=40), AT - timedelta(days=1)


def build(path: Path, people: int, feedback: int = 0) -> Database:
    """Managers of ten; the silent ones are spread over the company."""
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    step = people // DUE
    with database.engine.begin() as connection:
        for begin in range(0, people, CHUNK):
            some = range(begin, min(begin + CHUNK, people))
            connection.execute(insert(Person), [_person(n, LONG_AGO if n % step == 1 else YESTERDAY) for n in some])
            connection.execute(insert(Account), [{"platform": "wecom", "id": f"{n}", "person": f"{n}"} for n in some])
            connection.execute(insert(Goal), [_goal(n) for n in some])
        _feedback(connection, people, feedback, step)
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    return database


def _person(n: int, heard: datetime) -> dict[str, object]:
    blank = Person(id=f"{n}", name=f"p{n}", changed_at=AT).model_dump()
    return blank | {"manager": f"{n // TEAM}" if n else None, "heard_at": heard, "hired": date(2020, 1, 1)}


def _goal(n: int) -> dict[str, object]:
    blank = Goal(id=f"G-{n}", owner=f"{n}", title="t", due=date(2026, 12, 31), cycle="2026Q4").model_dump()
    return blank | {"target": 100.0, "current": 60.0, "red_on": date(2026, 12, 20), "updated_at": YESTERDAY}


def _feedback(connection: Connection, people: int, rows: int, step: int) -> None:
    blank = Feedback(giver="0", receiver="0", at=AT).model_dump(exclude={"id"})
    for begin in range(0, rows, CHUNK):
        some = range(begin, min(begin + CHUNK, rows))
        given = [(n % people, YESTERDAY if n < people else LONG_AGO) for n in some]
        rows_of = [blank | {"receiver": f"{p}", "at": LONG_AGO if p % step == 1 else at} for p, at in given]
        connection.execute(insert(Feedback), rows_of)


def timed(what: Callable[[], object]) -> tuple[float, object]:
    begun = time.perf_counter()
    found = what()
    return time.perf_counter() - begun, found


def sweep(folder: Path, people: int) -> None:
    database = build(folder / f"{people}.db", people)
    clock = ticker(database)
    first, said = timed(lambda: clock.tick(AT))
    second, again = timed(lambda: clock.tick(AT + timedelta(minutes=1)))
    assert isinstance(said, list)
    with database.read() as session:
        kept = len(session.exec(select(Nudge.id)).all())
    print(
        f"{people:>9} people: {len(said)} pushes ({kept} rows) in {first:.2f} s, again {again} in {second:.3f} s",
        flush=True,
    )
    database.close()


def find(database: Database) -> int:
    with database.read() as session:
        look = Look(session, AT, AT, "", Policies(), chinese())
        return len(list(finders.silence(look)))


def by_hand(database: Database) -> int:
    statement = text(
        "SELECT p.id FROM people p LEFT JOIN feedback f ON f.receiver = p.id AND f.state = 'given'"
        " WHERE p.active AND p.manager IS NOT NULL GROUP BY p.id HAVING max(f.at) IS NULL OR max(f.at) <= :cutoff"
    )
    cutoff = (AT - timedelta(days=30)).astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    with database.engine.connect() as connection:
        return len(connection.execute(statement, {"cutoff": cutoff}).all())


def one_by_one(database: Database) -> int:
    last = text("SELECT max(at) FROM feedback WHERE receiver = :person AND state = 'given'")
    cutoff = (AT - timedelta(days=30)).astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    with database.engine.connect() as connection:
        people = connection.execute(text("SELECT id FROM people WHERE active AND manager IS NOT NULL")).scalars().all()
        heard = (connection.execute(last, {"person": person}).scalar() for person in people)
        return sum(at is None or at <= cutoff for at in heard)


def against_sql(folder: Path) -> None:
    database = build(folder / "feedback.db", 100_000, 2_000_000)
    for name, way in (("our finder", find), ("one statement", by_hand), ("a query a person", one_by_one)):
        runs = [timed(lambda way=way: way(database)) for _ in range(RUNS if way is not one_by_one else 1)]  # type: ignore[misc]
        print(f"{name}: {statistics.median(r[0] for r in runs):.3f} s, {runs[0][1]} found", flush=True)
    database.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", default="10000,100000,1000000")
    sizes = [int(size) for size in parser.parse_args().people.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            sweep(Path(folder), size)
        against_sql(Path(folder))


if __name__ == "__main__":
    main()
