"""Whom a manager has had no one-to-one with this month: who and when, never a word of what was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, literal, select

from handlers.unit import Unit
from storage.tables import Nudge, Person, Talk

Report = aliased(Person)


def unmet(manager: Mapped[str] | ColumnElement[str], since: datetime, today: date) -> ColumnElement[bool]:
    """Of `Report`: reports to that manager, is here, and has had no talk with them since, nor has one booked."""
    pair = or_(
        and_(col(Talk.organiser) == manager, col(Talk.other) == col(Report.id)),
        and_(col(Talk.organiser) == col(Report.id), col(Talk.other) == manager),
    )
    # Told whose rows are meant: by itself SQLAlchemy looks one query outwards only, and `manager` may be two away.
    met = exists().where(pair, col(Talk.begins_at) >= since, col(Talk.state) != "cancelled").correlate(Person, Report)
    hired = or_(col(Report.hired).is_(None), col(Report.hired) <= today)
    away = and_(col(Report.away_from) <= today, or_(col(Report.away_until).is_(None), col(Report.away_until) >= today))
    here = and_(col(Report.active), hired, or_(col(Report.away_from).is_(None), ~away))
    return and_(col(Report.manager) == manager, here, ~met)


def waiting(session: Session, manager: str, since: datetime, today: date) -> Sequence[Person]:
    """The people of one manager, by name."""
    found = select(Report).where(unmet(literal(manager), since, today)).order_by(col(Report.name), col(Report.id))
    return session.exec(found).all()


def of_month(unit: Unit, nudge: Nudge, reader: Person) -> Sequence[Person]:
    """Who waits by now, of those a reminder is about."""
    month = datetime.combine(date.fromisoformat(f"{nudge.period}-01"), time())
    now = unit.local(unit.now, reader)
    return waiting(unit.session, reader.id, month.replace(tzinfo=now.tzinfo), now.date())
