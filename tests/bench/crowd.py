"""A company of any size in which 2,000 people are due, whatever its size: each for one job; everybody else is fine.
Ten of the last are HR.

Person n reports to person n // 5. Everybody has a goal of this year and one of last year; one in twenty is red for a
month already, and the manager was told then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    String,
    case,
    cast,
    delete,
    insert,
    inspect,
    literal,
    literal_column,
    select,
    text,
)
from sqlmodel import SQLModel, col

from storage.database import Database
from storage.tables import Account, Feedback, FocusPoint, Goal, Nudge, Person, Revision
from storage.vault import Vault
from tests.rhythm.conftest import SHANGHAI

DUE, HR, TEAM = 2_000, 10, 5
KINDS = ("approval", "escalation", "silence", "red", "checkin", "behind", "monthly_feedback", "monthly_talk", "focus")
AT = datetime(2026, 12, 25, 16, 0, tzinfo=SHANGHAI)  # a Friday, and four working days before the month ends
TODAY, YESTERDAY, LONG_AGO = AT.date(), AT - timedelta(days=1), AT - timedelta(days=40)
LAST_YEAR = datetime(2025, 12, 1, tzinfo=SHANGHAI)
NEVER = date.max
N: ColumnElement[int] = literal_column("n", Integer)  # a person's number
NAME, GOAL = (literal(letter, String) + cast(N, String) for letter in ("p", "G-"))
MANAGER = literal("p", String) + cast(N // TEAM, String)
OLD_RED = N % 20 == 7
SEALED = Vault(["rhythm"]).seal("先听完再答")


class Crowd:
    """So many people, of whom every `step`th is due: for each of the kinds in turn."""

    def __init__(self, people: int, due: int = DUE, kinds: Sequence[str] = KINDS, hr: int = HR) -> None:
        self.people, self.step, self.kinds = people, people // due, kinds
        self.due, self.hr = N % self.step == 1, (N % self.step == 2) & (people - hr * self.step <= N)

    def due_for(self, *kinds: str) -> ColumnElement[bool]:
        turns = [turn for turn, kind in enumerate(self.kinds) if kind in kinds]
        return self.due & (N // self.step % len(self.kinds)).in_(turns)

    def build(self, database: Database) -> None:
        with database.engine.begin() as connection:
            self._add_people(connection)
            self._add_goals(connection)
            self._add_feedback(connection)
            self._add_waiting(connection)
            self._add_focus(connection)
        if not database.is_sqlite:  # PostgreSQL does so by itself after a while, SQLite never does
            with database.engine.begin() as connection:
                connection.execute(text("ANALYZE"))

    def _add_people(self, connection: Connection) -> None:
        self.fill(
            connection,
            Person(id="", name="", changed_at=AT, hired=date(2020, 1, 1)),
            id=NAME,
            name=NAME,
            department=literal("总部/", String) + cast(N // 1000, String),
            manager=case((N > 0, MANAGER)),
            roles=either(Person.roles, self.hr, ["hr"], []),
            heard_at=either(Person.heard_at, self.due_for("silence", "escalation"), LONG_AGO, YESTERDAY),
            silence=either(Person.silence, self.due_for("escalation"), 1, 0),
            met_at=either(Person.met_at, self.due_for("monthly_talk"), LONG_AGO, YESTERDAY),
        )
        self.fill(connection, Account(platform="wecom", id="", person=""), id=NAME, person=NAME)

    def _add_goals(self, connection: Connection) -> None:
        """Who is due has a goal until the middle of next year: then nobody else has one that runs."""
        behind, red = self.due_for("behind"), self.due_for("red")
        turned = either(Goal.red_on, red | OLD_RED, TODAY - timedelta(days=30), NEVER)
        self.fill(
            connection,
            Goal(id="", owner="", title="回款", target=100, due=NEVER, cycle=""),
            id=GOAL,
            owner=NAME,
            current=either(Goal.current, behind | red | OLD_RED, 10.0, 90.0),
            cycle=either(Goal.cycle, self.due, "2026", "2026Q4"),
            due=either(Goal.due, self.due, date(2027, 6, 30), date(2026, 12, 31)),
            red_on=either(Goal.red_on, behind, TODAY - timedelta(days=3), turned),
            updated_at=either(Goal.updated_at, self.due_for("checkin"), AT - timedelta(days=10), YESTERDAY),
        )
        over = Goal(id="", owner="", title="去年", target=100, due=date(2025, 12, 31), cycle="2025Q4")
        over.red_on, over.updated_at = LAST_YEAR.date(), LAST_YEAR
        self.fill(connection, over, id=literal("H-", String) + cast(N, String), owner=NAME)

    def _add_feedback(self, connection: Connection) -> None:
        """Every manager gave something yesterday to the last of their people, but for those who are to be reminded."""
        lazy = select(MANAGER).select_from(self.numbers()).where(self.due_for("monthly_feedback"))
        gave = Feedback(giver="", receiver="", at=YESTERDAY)
        self.fill(connection, gave, N % TEAM == TEAM - 1, giver=MANAGER, receiver=NAME)
        connection.execute(delete(Feedback).where(col(Feedback.giver).in_(lazy)))

    def _add_waiting(self, connection: Connection) -> None:
        """Requests asked more than a working day ago; warnings of a week ago, and of the goals that are long red."""
        asked = Revision(
            goal="",
            requester="",
            approver="",
            based_on=1,
            old_target=100,
            old_weight=0,
            old_due=NEVER,
            reason="-",
            at=AT - timedelta(days=1, hours=1),
            new_target=90,
        )
        self.fill(connection, asked, self.due_for("approval"), goal=GOAL, requester=NAME, approver=MANAGER)
        week_ago, month_ago = AT - timedelta(days=7), AT - timedelta(days=16)
        warned = Nudge(
            job="silence", slot="", person="", kind="silence", subject="", period="-", text="", at=week_ago, due_at=AT
        )
        self.fill(connection, warned, self.due_for("escalation"), person=MANAGER, subject=NAME)
        told = Nudge(job="red", slot="", person="", kind="red", subject="", period="-", text="", at=month_ago)
        self.fill(connection, told, OLD_RED, person=MANAGER, subject=GOAL)

    def _add_focus(self, connection: Connection) -> None:
        """Everybody has one that is over and one that is far from it; who is due has one for today."""
        agreed = FocusPoint(person="", by="", text_sealed=SEALED, measure_sealed=SEALED, due=TODAY, at=LONG_AGO)
        self.fill(connection, agreed, self.due_for("focus"), person=NAME, by=MANAGER)
        agreed.due = NEVER
        self.fill(connection, agreed, person=NAME, by=MANAGER)
        agreed.state, agreed.due, agreed.closed_at = "done", TODAY, YESTERDAY
        self.fill(connection, agreed, person=NAME, by=MANAGER)

    def numbers(self) -> Any:
        first = select(literal(0).label("n")).cte("numbers", recursive=True)
        return first.union_all(select(first.c.n + 1).where(first.c.n < self.people - 1))

    def fill(
        self,
        connection: Connection,
        model: SQLModel,
        which: ColumnElement[bool] | None = None,
        **columns: ColumnElement[Any],
    ) -> None:
        """A row like `model` for each person, in one statement; `columns` are expressions over the person's number."""
        table = inspect(type(model)).local_table
        row: dict[str, ColumnElement[Any]] = {
            name: literal(value, table.c[name].type) for name, value in model.model_dump().items() if value is not None
        }
        row |= columns
        rows = select(*row.values()).select_from(self.numbers())
        connection.execute(insert(table).from_select(list(row), rows if which is None else rows.where(which)))


def either(column: Any, when: ColumnElement[bool], value: object, otherwise: object) -> ColumnElement[Any]:
    kind = column.type
    values = (v if isinstance(v, ColumnElement) else literal(v, kind) for v in (value, otherwise))
    return case((when, next(values)), else_=next(values))
