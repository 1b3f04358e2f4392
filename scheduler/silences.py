"""Who is silent, and whom that is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func
from sqlalchemy import select as columns_of
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from handlers import org
from scheduler.calendar import DAY
from scheduler.look import Look, Need, first_reachable, here
from storage import ahead
from storage.tables import Feedback, Person


def silence(look: Look) -> Iterator[Need]:
    """Nobody gave feedback about somebody for a month: their manager hears of it."""
    cutoff = look.at - timedelta(days=look.policies.least("silence_days"))
    # Two questions, for each is one stretch of the index; with OR it would be read from end to end.
    silent = (col(Person.heard_at).is_(None), col(Person.heard_at) <= cutoff)
    connection, wanted = look.session.connection(), _silent(look)
    found = [row for one in silent for row in connection.execute(wanted.where(one)).all()]
    _read_chains(look, [row.id for row in found if row.told is None])
    return look.each(found, partial(_silence, look, cache(partial(_patience, look))), lambda row: str(row.id))


def _silent(look: Look) -> Select[Any]:
    """Columns instead of rows, for they may be many. `told`: the manager, where they can be told, and `theirs` their
    department; `heard`: the truth.
    """
    heard = select(func.max(col(Feedback.at))).where(
        col(Feedback.receiver) == col(Person.id), col(Feedback.state) == "given"
    )
    columns: tuple[Any, ...] = (Person.id, Person.department, Person.hired, Person.away_until)
    boss = aliased(Person)
    return (
        columns_of(
            *columns,
            heard.scalar_subquery().label("heard"),
            col(boss.id).label("told"),
            col(boss.department).label("theirs"),
        )
        .join(boss, and_(col(boss.id) == col(Person.manager), org.can_be_told(boss, look.today)), isouter=True)
        .where(col(Person.silence) == 0, here(look), ~org.away(Person, look.today))
    )


class Patience(NamedTuple):
    """`latest`: who heard nothing since then is silent; None: nothing is pushed. `until`: the manager's time to act."""

    latest: datetime | None
    until: datetime
    zone: ZoneInfo


def _patience(look: Look, department: str) -> Patience:
    rules = look.policies.of(department)
    latest = look.at.astimezone(UTC) - timedelta(days=rules.silence_days)
    return Patience(latest if rules.on else None, look.at + timedelta(days=rules.escalate_days), look.local)


def _silence(look: Look, patience: Callable[[str], Patience], row: Any) -> Need | None:
    person, department, hired, away_until, heard, told, theirs = row
    latest, until, zone = patience(department)
    since = heard
    if not heard or away_until or not hired or hired >= heard.date():  # hardly ever, and there may be many
        since = _silent_since(look, hired, away_until, heard)
    if latest is None or (since is not None and since > latest):
        return None
    if told is None or patience(theirs).latest is None:  # nothing is pushed where the manager is
        told = _next_up(look, person)
    if told is None:
        return None
    period = since.astimezone(zone).date().isoformat() if since else "never"
    return Need(told, "silence", person, period, "", until, warned)


def _silent_since(look: Look, hired: date | None, away_until: date | None, heard: datetime | None) -> datetime | None:
    """The last feedback, the first day, or the return from leave, whichever was last."""
    begun = [day for day in (hired, away_until and away_until + DAY) if day and day <= look.today]
    moments = [datetime.combine(day, time(), look.local) for day in begun]
    return max([*moments, *([heard] if heard else [])], default=None)


def _read_chains(look: Look, people: Sequence[str]) -> None:
    ahead.read(look.session, org.by_id, people)
    rows = (ahead.ask(look.session, org.by_id, person) for person in people)
    org.read_managers(look.session, [row for row in rows if row is not None])


def _next_up(look: Look, person: str) -> str | None:
    above = first_reachable(look, org.managers(look.session, look.session.get_one(Person, person)))
    return above.id if above else None


def warned(session: Session, need: Need) -> None:
    session.get_one(Person, need.subject).silence = 1
