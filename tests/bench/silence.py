"""Finding who is silent among 100,000 people with 2,000,000 feedback rows, against SQL written by hand.

    python -m tests.bench.silence

All in one run, on a SQLite file: the finder; one statement over the index that the finder uses; one over the feedback
rows; one query a person. Prints the medians of CPU seconds (SQLite works inside the process) and their ratios.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

from sqlalchemy import Date, text

from handlers.policy import Policies
from scheduler import silences
from scheduler.calendar import chinese
from scheduler.look import Look
from storage.database import Database
from storage.migrate import upgrade
from storage.tables import Feedback, Moment
from tests.bench.crowd import AT, DUE, LONG_AGO, MANAGER, NAME, YESTERDAY, Crowd

PEOPLE, EACH, RUNS = 100_000, 20, 25
MORNING = AT.replace(hour=10)
CUTOFF = (AT - timedelta(days=30)).astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

# Who is silent, since when, and which manager is told: what the finder answers where the nearest manager can be told.
BY_INDEX = """
    SELECT p.id, p.department, p.hired, p.away_until, m.id AS manager,
    (SELECT max(f.at) FROM feedback f WHERE f.receiver = p.id AND f.state = 'given') AS heard
    FROM people p JOIN people m ON m.id = p.manager
    WHERE p.silence = 0 AND p.active = 1 AND p.heard_at <= :cutoff AND p.timezone || '' = ''
    AND (p.away_from IS NULL OR p.away_from > :today OR p.away_until < :today)
    AND m.active = 1 AND (m.away_from IS NULL OR m.away_from > :today OR m.away_until < :today)
    AND EXISTS (SELECT 1 FROM accounts a WHERE a.person = m.id)
"""
BY_FEEDBACK = """
    SELECT p.id, p.manager, max(f.at) AS heard FROM people p
    LEFT JOIN feedback f ON f.receiver = p.id AND f.state = 'given'
    WHERE p.active = 1 AND p.manager IS NOT NULL GROUP BY p.id HAVING max(f.at) IS NULL OR max(f.at) <= :cutoff
"""
ONE = "SELECT max(at) FROM feedback WHERE receiver = :person AND state = 'given'"


def build(path: Path) -> Database:
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    crowd = Crowd(PEOPLE, kinds=("silence",))
    crowd.build(database)
    with database.engine.begin() as connection:
        last = Feedback(giver="", receiver="", at=YESTERDAY)
        crowd.fill(connection, last, ~crowd.due, giver=MANAGER, receiver=NAME)
        crowd.fill(connection, Feedback(giver="", receiver="", at=LONG_AGO), crowd.due, giver=MANAGER, receiver=NAME)
        for n in range(1, EACH):
            older = Feedback(giver="", receiver="", at=LONG_AGO - timedelta(days=n))
            crowd.fill(connection, older, giver=MANAGER, receiver=NAME)
    return database


def find(database: Database) -> int:
    with database.read() as session:
        return len(list(silences.silence(Look(session, AT, MORNING, "", Policies(), chinese()))))


def by_hand(database: Database, statement: str) -> int:
    with database.engine.connect() as connection:
        read = text(statement).columns(hired=Date, away_until=Date, heard=Moment)
        rows = connection.execute(read, {"cutoff": CUTOFF, "today": AT.date().isoformat()})
        return len(rows.all())


def one_by_one(database: Database) -> int:
    with database.engine.connect() as connection:
        people = connection.execute(text("SELECT id FROM people WHERE active AND manager IS NOT NULL")).scalars().all()
        heard = (connection.execute(text(ONE), {"person": person}).scalar() for person in people)
        return sum(at is None or at <= CUTOFF for at in heard)


def cost(way: Callable[[], int]) -> float:
    begun = time.process_time()
    assert way() == DUE
    return time.process_time() - begun


def compare(database: Database, name: str, way: Callable[[], int], runs: int) -> None:
    """In turn, so that both see the machine as it is."""
    pairs = [(cost(lambda: find(database)), cost(way)) for _ in range(runs)]
    ours, theirs = (statistics.median(pair[n] for pair in pairs) for n in (0, 1))
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    print(f"the finder {ours:.3f} s, {name} {theirs:.3f} s, ratio {ratio:.3f}", flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = build(Path(folder) / "maibo.db")
        find(database)
        compare(database, "one statement over the people's index", lambda: by_hand(database, BY_INDEX), RUNS)
        compare(database, "one statement over the feedback rows", lambda: by_hand(database, BY_FEEDBACK), 5)
        compare(database, "a query a person", lambda: one_by_one(database), 1)
        database.close()


if __name__ == "__main__":
    main()
