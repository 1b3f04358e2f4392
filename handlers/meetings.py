"""Whom a manager has had no one-to-one with this month: who and when, never a word of what was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, tzinfo
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, literal, select

from handlers.unit import Unit
from storage import ahead
from storage.tables import Nudge, Person, Talk

Key = Mapped[Any] | ColumnElement[Any]  # of a person
HELD_OR_BOOKED = col(Talk.state) != "cancelled"


@cache
def reports() -> type[Person]:
    """People, as those who report to others. Not at import: it would have every table mapped at the start."""
    return aliased(Person)


def unmet(manager: Key, since: datetime, today: date) -> ColumnElement[bool]:
    """Of `reports()`: has that manager, is here, and has had no talk with them since, nor has one booked."""
    report = reports()
    # Told whose rows are meant: by itself SQLAlchemy looks one query outwards only, and `manager` may be two away.
    met = exists().where(_between(manager, col(report.id)), col(Talk.begins_at) >= since, HELD_OR_BOOKED)
    met = met.correlate(Person, report)
    hired = or_(col(report.hired).is_(None), col(report.hired) <= today)
    away = and_(col(report.away_from) <= today, or_(col(report.away_until).is_(None), col(report.away_until) >= today))
    here = and_(col(report.active), hired, or_(col(report.away_from).is_(None), ~away))
    return and_(col(report.manager) == manager, here, ~met)


def _between(one: Key, other: Key) -> ColumnElement[bool]:
    return or_(
        and_(col(Talk.organiser) == one, col(Talk.other) == other),
        and_(col(Talk.organiser) == other, col(Talk.other) == one),
    )


class Team(NamedTuple):
    """One manager's people: unmet in a month such as `2026-11`, here on that day, both on the clock of `zone`."""

    manager: str
    month: str
    today: date
    zone: tzinfo | None


def waiting(session: Session, teams: Sequence[Team]) -> dict[Team, list[Person]]:
    """Who was not met, by name."""
    found: dict[Team, list[Person]] = {}
    report = reports()
    for (month, today, zone), some in groupby(sorted(teams, key=_days), key=_when):
        begins = datetime.combine(date.fromisoformat(f"{month}-01"), time(), zone)
        managers = {team.manager for team in some}
        wanted = select(report).where(unmet(col(report.manager), begins, today), col(report.manager).in_(managers))
        for person in session.exec(wanted.order_by(col(report.name), col(report.id))):
            found.setdefault(Team(person.manager or "", month, today, zone), []).append(person)
    return found


def _when(team: Team) -> tuple[str, date, tzinfo | None]:
    return team[1:]


def _days(team: Team) -> tuple[str, date, str]:
    return team.month, team.today, str(team.zone)


def of_month(unit: Unit, nudge: Nudge, reader: Person) -> Sequence[Person]:
    """Who waits by now, of those a reminder is about."""
    now = unit.local(unit.now, reader)
    return ahead.ask(unit.session, waiting, Team(reader.id, nudge.period, now.date(), now.tzinfo)) or ()


def met(session: Session, one: str, other: str) -> None:
    """A one-to-one of the two was booked, recorded or called off: keep when the last of manager and report is."""
    for report, manager in ((one, other), (other, one)):
        person = session.get_one(Person, report)
        if person.manager == manager:
            last = select(func.max(Talk.begins_at)).where(_between(literal(manager), literal(report)), HELD_OR_BOOKED)
            person.met_at = session.exec(last).one()
