"""HR's digest: what needs an act, by name and with a button; then the figures with the last period's beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from cards import digest as cards
from cards.digest import Act, Seen
from cards.model import Button, do
from cards.nudges import Item
from cards.wording import Words
from handlers import figures, pace, policy
from handlers.unit import Unit
from handlers.views import name_of
from storage.tables import ESCALATED, Goal, Nudge, Person, Revision

ACTS = 5
PERIODS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
WAITED = timedelta(days=1)


def of_nudge(unit: Unit, nudge: Nudge, reader: Person) -> Item:
    """What comes by itself is one line where nothing needs an act. `stage` says which: daily or weekly."""
    found = acts(unit, reader, nudge.at)
    return _item(unit, reader, nudge.stage, nudge.at, found) if found else cards.calm(Words(reader.locale))


def is_silent(unit: Unit, reader: Person) -> bool:
    """Not even that line, where the company wants it so."""
    rules = policy.read(unit.session).of(reader.department)
    return rules.digest_when_empty == "silence" and not acts(unit, reader, unit.now)


def asked(unit: Unit) -> Item:
    """Who asks gets the figures in any case."""
    return _item(unit, unit.actor, "daily", unit.now, acts(unit, unit.actor, unit.now))


def is_seen(session: Session, reader: Person, subject: str) -> bool:
    """Whether a matter about a person or a goal is of the departments that somebody sees."""
    scope = policy.read(session).scope(reader.id)
    goal = session.get(Goal, subject)
    owner = goal.owner if goal else subject
    person = session.get(Person, owner)
    path = person.department if person else owner
    return not scope or any(f"{path}/".startswith(f"{department}/") for department in scope)


def _item(unit: Unit, reader: Person, which: str, at: datetime, found: Sequence[Act]) -> Item:
    session, period = unit.session, PERIODS[which]
    scope = policy.read(session).scope(reader.id)
    now, before = figures.measure(session, scope, at, period)
    return cards.digest(Words(reader.locale), found, Seen(which, now, before, figures.least_heard(session, scope, at)))


def acts(unit: Unit, reader: Person, at: datetime) -> list[Act]:
    """Silences that went one level up, red goals without an answer for a day, approvals that wait for a day."""
    words, scope = Words(reader.locale), policy.read(unit.session).scope(reader.id)
    found = [*_nudged(unit, words, scope, at, "silence"), *_nudged(unit, words, scope, at, "red")]
    return [*found, *_pending(unit, words, scope, at)][:ACTS]


def _nudged(unit: Unit, words: Words, scope: Sequence[str], at: datetime, kind: str) -> list[Act]:
    """Of whom it is about: what was passed on waits with somebody of another department."""
    session, holder = unit.session, aliased(Person)
    open_ones = (
        select(Nudge, col(holder.name))
        .join(holder, col(holder.id) == col(Nudge.person))
        .where(Nudge.kind == kind, Nudge.state == "open", col(Nudge.at) < at - WAITED, figures.inside(scope))
    )
    if kind == "silence":
        open_ones = open_ones.join(Person, col(Person.id) == col(Nudge.subject))
        open_ones = open_ones.where(col(Nudge.stage).startswith(ESCALATED))
    else:
        open_ones = open_ones.join(Goal, col(Goal.id) == col(Nudge.subject))
        open_ones = open_ones.join(Person, col(Person.id) == col(Goal.owner))
    rows = session.exec(open_ones.order_by(col(Nudge.at)).limit(ACTS)).all()
    return [
        (_sentence(session, words, nudge, name), _button(words, name, nudge=f"N-{nudge.id}"))
        for nudge, name in rows
        if kind == "silence" or pace.health(session.get_one(Goal, nudge.subject), unit.today) == "red"
    ]


def _sentence(session: Session, words: Words, nudge: Nudge, manager: str) -> str:
    if nudge.kind == "silence":
        return words("digest.silent", manager=manager, name=name_of(session, nudge.subject))
    goal = session.get_one(Goal, nudge.subject)
    return words("digest.red", manager=manager, name=name_of(session, goal.owner), metric=goal.metric or goal.title)


def _pending(unit: Unit, words: Words, scope: Sequence[str], at: datetime) -> list[Act]:
    """Changes of goals in these departments, whoever decides them."""
    approver = aliased(Person)
    waiting = (
        select(Revision, col(approver.name))
        .join(approver, col(approver.id) == col(Revision.approver))
        .join(Goal, col(Goal.id) == col(Revision.goal))
        .join(Person, col(Person.id) == col(Goal.owner), isouter=True)
        .where(Revision.state == "pending", col(Revision.at) < at - WAITED, _owned_in(scope))
    )
    return [
        (words("digest.pending", id=f"R-{r.id}", manager=name), _button(words, name, request=f"R-{r.id}"))
        for r, name in unit.session.exec(waiting.order_by(col(Revision.at)).limit(ACTS))
    ]


def _owned_in(scope: Sequence[str]) -> ColumnElement[bool]:
    """Goals of people, and of departments."""
    departments = and_(col(Goal.owner_kind) == "department", figures.within(scope, col(Goal.owner)))
    return or_(figures.inside(scope), departments)


def _button(words: Words, name: str, **what: str) -> Button:
    return Button(
        words("digest.remind", name=name),
        do("remind", **what),
        f"{words('digest.remind', name='')} {next(iter(what.values()))}".replace("  ", " "),
    )
