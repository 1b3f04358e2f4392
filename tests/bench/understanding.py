"""Understanding a sentence against the transaction it causes, with 200 goals and 5,000 people in view.

    python -m tests.bench.understanding

Both in one run, on a SQLite file; prints the medians and their ratio.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import date
from itertools import product
from pathlib import Path

from sqlmodel import Session

from handlers.directory import context
from handlers.dispatch import Origin, work
from handlers.events import Message
from handlers.understanding import understand
from handlers.unit import Unit
from storage.database import Database
from storage.migrate import upgrade
from storage.tables import Account, Goal, GoalVersion, Person
from tests.core.desk import Desk
from tests.stories import people

PEOPLE, GOALS, ROUNDS = 5000, 200, 60
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许", "伟芳娜敏静磊强洋勇艳杰涛明超霞"
METRICS = ("续约率", "回款额", "新签客户数", "响应时长", "投诉数", "复购率", "毛利率", "交付准时率")


def fill(session: Session) -> None:
    names = ["".join(letters) for letters in product(SURNAMES, GIVEN, GIVEN)]
    for n in range(PEOPLE):
        session.add(Person(id=f"p{n}", name=names[n % len(names)], manager=None, changed_at=people.NOW))
    session.flush()
    session.add(Account(platform="feishu", id="me", person="p0"))
    for n in range(GOALS):
        metric = f"{names[n][0]}区{METRICS[n % len(METRICS)]}{n}"
        due = date(2026, 12, 31)
        session.add(
            Goal(
                id=f"G-{n}",
                owner="p0",
                title=f"{metric}提升",
                metric=metric,
                unit="%",
                target=90,
                due=due,
                cycle="2026Q4",
            )
        )
        session.flush()
        session.add(GoalVersion(goal=f"G-{n}", version=1, target=90, weight=1, due=due, at=people.NOW))


def measure(desk: Desk) -> tuple[float, float]:
    """Median seconds of understanding alone, and of the whole transaction without it."""
    alone, whole = [], []
    for n in range(ROUNDS):
        text = f"/打卡 G-{n} {40 + n % 40}" if n % 2 else f"{SURNAMES[0]}区{METRICS[n % 8]}{n}到百分之{40 + n % 40}了"
        with desk.database.read() as session:
            actor = session.get_one(Person, "p0")
            message = Message(key=f"b{n}", account="me", at=desk.now, text=text)
            core = desk.core
            unit = Unit(session, desk.now, core.vault, core.private, b"", core.zone, "feishu", False, message, actor)
            seen = context(unit, core.directory)
            begun = time.perf_counter()
            understand(text, seen)
            alone.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        with desk.database.write() as session:
            work(desk.core, session, Origin("feishu", toasts=False), message, desk.now)
        whole.append(time.perf_counter() - begun)
    return statistics.median(alone), statistics.median(whole)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'maibo.db'}")
        upgrade(database)
        with database.write() as session:
            fill(session)
        alone, whole = measure(Desk(database))
        database.close()
    rest = whole - alone
    sys.stdout.write(
        f"understanding {alone * 1000:.2f} ms  transaction without it {rest * 1000:.2f} ms  ratio {alone / rest:.2f}\n"
    )


if __name__ == "__main__":
    main()
