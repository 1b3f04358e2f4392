"""HR's digest: what needs an act, by name and with a button; then the figures with the last period's beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from cards import nudges as cards
from cards.model import Button, do
from cards.nudges import Figure, Item
from cards.wording import Words
from handlers import policy
from handlers.unit import Unit
from handlers.views import name_of
from storage.tables import CheckIn, Feedback, Goal, Nudge, Person, Revision

ACTS = 5
MONTH = timedelta(days=30)
PERIODS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
WAITED = timedelta(days=1)
AUTOMATIC = "csv:"

Act = tuple[str, Button]


def of_nudge(unit: Unit, nudge: Nudge, reader: Person) -> Item:
    """`stage` says which: daily or weekly."""
    return item(unit, reader, nudge.stage, nudge.at)


def item(unit: Unit, reader: Person, which: str, at: datetime) -> Item:
    words = Words(reader.locale)
    scope = policy.read(unit.session).scope(reader.id)
    found = acts(unit, words, scope, at)
    figures = _figures(unit.session, words, scope, at, PERIODS[which])
    return cards.digest(words, words(f"digest.{which}"), found, figures)


def acts(unit: Unit, words: Words, scope: Sequence[str], at: datetime) -> list[Act]:
    """Silences that went one level up, red goals without an answer for a day, approvals that wait for a day."""
    found = [*_nudged(unit, words, scope, at, "silence"), *_nudged(unit, words, scope, at, "red")]
    return [*found, *_pending(unit, words, scope, at)][:ACTS]


def _nudged(unit: Unit, words: Words, scope: Sequence[str], at: datetime, kind: str) -> list[Act]:
    session = unit.session
    open_ones = (
        select(Nudge, Person)
        .join(Person, col(Person.id) == col(Nudge.person))
        .where(Nudge.kind == kind, Nudge.state == "open", col(Nudge.at) < at - WAITED, inside(scope))
    )
    if kind == "silence":
        open_ones = open_ones.where(Nudge.stage == "escalated")
    rows = session.exec(open_ones.order_by(col(Nudge.at)).limit(ACTS)).all()
    return [
        (_sentence(session, words, nudge, manager), _button(words, manager.name, nudge=f"N-{nudge.id}"))
        for nudge, manager in rows
    ]


def _sentence(session: Session, words: Words, nudge: Nudge, manager: Person) -> str:
    if nudge.kind == "silence":
        return words("digest.silent", manager=manager.name, name=name_of(session, nudge.subject))
    goal = session.get_one(Goal, nudge.subject)
    return words(
        "digest.red", manager=manager.name, name=name_of(session, goal.owner), metric=goal.metric or goal.title
    )


def _pending(unit: Unit, words: Words, scope: Sequence[str], at: datetime) -> list[Act]:
    waiting = (
        select(Revision, Person)
        .join(Person, col(Person.id) == col(Revision.approver))
        .where(Revision.state == "pending", col(Revision.at) < at - WAITED, inside(scope))
    )
    return [
        (words("digest.pending", id=f"R-{r.id}", manager=p.name), _button(words, p.name, request=f"R-{r.id}"))
        for r, p in unit.session.exec(waiting.order_by(col(Revision.at)).limit(ACTS))
    ]


def _button(words: Words, name: str, **what: str) -> Button:
    return Button(
        words("digest.remind", name=name),
        do("remind", **what),
        f"{words('digest.remind', name='')} {next(iter(what.values()))}".replace("  ", " "),
    )


def inside(scope: Sequence[str]) -> ColumnElement[bool]:
    """People of these departments; of all where there is no scope."""
    paths = [
        or_(col(Person.department) == path, col(Person.department).startswith(f"{path}/", autoescape=True))
        for path in scope
    ]
    return or_(*paths) if paths else col(Person.active).is_(True)


def _figures(session: Session, words: Words, scope: Sequence[str], at: datetime, period: timedelta) -> list[Figure]:
    people = session.exec(select(func.count()).select_from(Person).where(col(Person.active), inside(scope))).one()
    before = at - period

    def pair(label: str, now: str, then: str, insight: str = "") -> Figure:
        return Figure(words(label), now, then, insight)

    took = [_took_part(session, scope, end - period, end) for end in (at, before)]
    covered = [_covered(session, scope, end - MONTH, end) for end in (at, before)]
    auto = [_automatic(session, scope, end - period, end) for end in (at, before)]
    hours = [_response(session, scope, end - MONTH, end) for end in (at, before)]
    told = [words("digest.nothing") if value is None else words("digest.hours", hours=round(value)) for value in hours]
    late = words("digest.insight.response") if hours[0] is not None and hours[0] > 24 else ""  # noqa: PLR2004 - the promise
    return [
        pair("digest.people", f"{took[0]}/{people}", f"{took[1]}/{people}"),
        pair(
            "digest.coverage",
            _percent(covered[0], people),
            _percent(covered[1], people),
            _weakest(session, words, scope, at),
        ),
        pair("digest.response", told[0], told[1], late),
        pair("digest.auto", _percent(*auto[0]), _percent(*auto[1])),
    ]


def _percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}%" if whole else "0%"


def _took_part(session: Session, scope: Sequence[str], begins: datetime, ends: datetime) -> int:
    counted = (
        select(func.count(func.distinct(col(CheckIn.person))))
        .join(Person, col(Person.id) == col(CheckIn.person))
        .where(col(CheckIn.at) > begins, col(CheckIn.at) <= ends, col(CheckIn.undone_at).is_(None), inside(scope))
    )
    return session.exec(counted).one()


def _automatic(session: Session, scope: Sequence[str], begins: datetime, ends: datetime) -> tuple[int, int]:
    """Check-ins that came from a data source, and all."""
    wanted = (
        select(func.count())
        .select_from(CheckIn)
        .join(Person, col(Person.id) == col(CheckIn.person))
        .where(col(CheckIn.at) > begins, col(CheckIn.at) <= ends, inside(scope))
    )
    automatic = session.exec(wanted.where(col(CheckIn.source).startswith(AUTOMATIC))).one()
    return automatic, session.exec(wanted).one()


def _covered(session: Session, scope: Sequence[str], begins: datetime, ends: datetime) -> int:
    """People who received feedback."""
    counted = (
        select(func.count(func.distinct(col(Feedback.receiver))))
        .join(Person, col(Person.id) == col(Feedback.receiver))
        .where(col(Feedback.at) > begins, col(Feedback.at) <= ends, Feedback.state == "given", inside(scope))
    )
    return session.exec(counted).one()


def _weakest(session: Session, words: Words, scope: Sequence[str], at: datetime) -> str:
    """The department where the fewest heard anything: where to begin."""
    heard = func.count().filter(col(Person.heard_at) > at - MONTH)
    counted = select(Person.department, heard, func.count()).where(col(Person.active), inside(scope))
    rows = session.exec(counted.group_by(Person.department).order_by(Person.department)).all()
    if not rows:
        return ""
    name, some, everybody = min(rows, key=lambda row: (row[1] / row[2], -row[2]))
    shown = name.rpartition("/")[2]
    return words("digest.insight.coverage", department=shown, heard=some, people=everybody) if some < everybody else ""


def _response(session: Session, scope: Sequence[str], begins: datetime, ends: datetime) -> float | None:
    """Hours from a warning of a red goal to its manager's first response, on average; None where there was none."""
    answered = (
        select(Nudge.at, Nudge.answered_at)
        .join(Person, col(Person.id) == col(Nudge.person))
        .where(Nudge.kind == "red", col(Nudge.answered_at) > begins, col(Nudge.answered_at) <= ends, inside(scope))
    )
    hours = [(done - at).total_seconds() / 3600 for at, done in session.exec(answered) if done is not None]
    return sum(hours) / len(hours) if hours else None
