"""Who is due: for each kind of nudge one query that an index answers, and the rule that decides about each row.

A finder changes nothing but `red_on` where that was never computed. A row that cannot be read is told and skipped:
it stops nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, func, union
from sqlalchemy import select as columns_of
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select

from handlers import meetings, org, pace
from handlers.policy import Policies, Policy
from scheduler.calendar import DAY, Calendar
from storage import ahead
from storage.tables import HAS_ROLES, Feedback, Goal, Nudge, Person, Revision

T = TypeVar("T")

OPEN_FOR = timedelta(days=31)  # a goal takes check-ins that long after it was due
CHRONIC = timedelta(days=120)  # who is red or silent longer was told long ago
FRESHLY = timedelta(days=7)  # a turn for the worse is told within that many days, or not at all
EXPECTED = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Look:
    """What a finder sees: the slot (local), the moment, the rules. `zone`: the people's, as in their rows."""

    session: Session
    at: datetime
    slot: datetime
    zone: str
    policies: Policies
    calendar: Calendar
    troubles: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.slot.date()

    @property
    def local(self) -> ZoneInfo:
        zone = self.slot.tzinfo
        assert isinstance(zone, ZoneInfo)
        return zone

    def policy(self, person: Person) -> Policy:
        return self.policies.of(person.department)

    def each(self, rows: Iterable[T], make: Callable[[T], Need | None], name: Callable[[T], str]) -> Iterator[Need]:
        for row in rows:
            try:
                need = make(row)
            except Exception as error:  # noqa: BLE001 - one bad row must not stop the others
                self.troubles.append(f"{name(row)}: {type(error).__name__}")
                continue
            if need is not None:
                yield need


class Need(NamedTuple):
    """Somebody (`person`) is to be told something. `then` is done with it, in the same transaction."""

    person: str
    kind: str
    subject: str
    period: str
    stage: str = ""
    due_at: datetime | None = None
    then: Callable[[Session, Need], None] | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.kind, self.subject, self.period, self.stage


Finder = Callable[[Look], Iterable[Need]]


def _here(look: Look) -> ColumnElement[bool]:
    """In this zone. SQLite does not know that nearly everybody is in one, and must not choose that index."""
    blind = look.session.get_bind().dialect.name == "sqlite"
    zone = col(Person.timezone).concat("") if blind else col(Person.timezone)
    return (zone == look.zone) & col(Person.active)


def _at_work(look: Look, person: Person) -> bool:
    return look.policy(person).on and not org.is_away(person, look.today)


def different(column: Mapped[T], *which: ColumnElement[bool]) -> Select[tuple[T]]:
    """The values of an index's first column, each once: by steps from one to the next, past the rows between."""
    steps = select(func.min(column).label("value")).where(*which).cte(recursive=True)
    following = select(func.min(column)).where(column > steps.c.value, *which).scalar_subquery()
    steps = steps.union_all(select(following).where(steps.c.value.is_not(None)))
    return select(steps.c.value).where(steps.c.value.is_not(None))


def _owned(look: Look, *which: ColumnElement[bool]) -> Sequence[tuple[Goal, Person]]:
    """People's goals that are not past their day, with their owners. `which`: what the index holds after the day."""
    days = look.session.scalars(different(col(Goal.due), col(Goal.due) >= look.today)).all()
    wanted = (
        select(Goal, Person)
        .join(Person, col(Person.id) == col(Goal.owner))
        .where(col(Goal.due).in_(days), Goal.owner_kind == "person", _here(look), *which)
    )
    return look.session.exec(wanted.order_by(col(Goal.owner), col(Goal.id))).all()


def _goal_id(row: tuple[Goal, Person]) -> str:
    return row[0].id


def check_in(look: Look) -> Iterator[Need]:
    """Everybody with an open goal that was not updated within the last days."""
    newest = look.at - timedelta(days=look.policies.least("fresh_days"))
    never, long_ago = _owned(look, col(Goal.updated_at).is_(None)), _owned(look, col(Goal.updated_at) <= newest)
    year, week, _ = look.today.isocalendar()
    seen: set[str] = set()

    def make(row: tuple[Goal, Person]) -> Need | None:
        goal, person = row
        fresh = look.at - timedelta(days=look.policy(person).fresh_days)
        late = goal.updated_at is None or goal.updated_at <= fresh
        if person.id in seen or not late or not pace.is_running(goal, look.today) or not _at_work(look, person):
            return None
        seen.add(person.id)
        return Need(person.id, "checkin", person.id, f"{year}-W{week:02}")

    return look.each(sorted([*never, *long_ago], key=lambda row: (row[1].id, row[0].id)), make, _goal_id)


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
    """Columns instead of rows, for they may be many. `told`: the manager, where they can be; `heard`: the truth."""
    heard = select(func.max(col(Feedback.at))).where(
        col(Feedback.receiver) == col(Person.id), col(Feedback.state) == "given"
    )
    columns: tuple[Any, ...] = (Person.id, Person.department, Person.hired, Person.away_until)
    boss = aliased(Person)
    return (
        columns_of(*columns, heard.scalar_subquery().label("heard"), col(boss.id).label("told"))
        .join(boss, and_(col(boss.id) == col(Person.manager), org.can_be_told(boss, look.today)), isouter=True)
        .where(col(Person.silence) == 0, _here(look), ~org.away(Person, look.today))
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
    person, department, hired, away_until, heard, told = row
    latest, until, zone = patience(department)
    since = heard
    if not heard or away_until or not hired or hired >= heard.date():  # hardly ever, and there may be many
        since = _silent_since(look, hired, away_until, heard)
    if latest is None or (since is not None and since > latest):
        return None
    told = told or _next_up(look, person)
    if told is None:
        return None
    period = since.astimezone(zone).date().isoformat() if since else "never"
    return Need(told, "silence", person, period, "", until, _warned)


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
    above = _first_reachable(look, org.managers(look.session, look.session.get_one(Person, person)))
    return above.id if above else None


def _warned(session: Session, need: Need) -> None:
    session.get_one(Person, need.subject).silence = 1


def _first_reachable(look: Look, people: Iterable[Person], without: Sequence[str] = ()) -> Person | None:
    """The nearest who is here and has an account."""
    return next(
        (
            p
            for p in people
            if p.id not in without
            and p.active
            and not org.is_away(p, look.today)
            and org.address(look.session, p.id) is not None
        ),
        None,
    )


def open_warnings(look: Look) -> Iterator[Need]:
    """Warnings whose time is over: a silence goes one level up, once; what was put off comes again."""
    due = (
        select(Nudge, Person)
        .join(Person, col(Person.id) == col(Nudge.person))
        .where(col(Nudge.state).in_(("open", "snoozed")), col(Nudge.due_at) <= look.at, _here(look))
    )
    rows = look.session.exec(due.order_by(col(Nudge.id))).all()
    org.read_managers(look.session, [person for _, person in rows])
    return look.each(
        rows,
        lambda row: _again(look, *row) if row[0].state == "snoozed" else _escalate(look, *row),
        lambda row: f"N-{row[0].id}",
    )


def _again(look: Look, nudge: Nudge, person: Person) -> Need | None:
    """To the same person, as new; the old card stays as it ended."""
    if org.is_away(person, look.today) or nudge.due_at is None:
        return None
    stage = f"again-{nudge.due_at.astimezone(look.local).date().isoformat()}"
    until = look.at + timedelta(days=look.policy(person).escalate_days) if nudge.kind == "silence" else None
    return Need(nudge.person, nudge.kind, nudge.subject, nudge.period, stage, until, _moves(nudge, "closed"))


def _escalate(look: Look, nudge: Nudge, person: Person) -> Need | None:
    above = _first_reachable(look, org.managers(look.session, person), (nudge.subject, nudge.person))
    if nudge.kind != "silence" or nudge.stage == "escalated" or above is None:
        return None
    return Need(above.id, "silence", nudge.subject, nudge.period, "escalated", None, _moves(nudge, "escalated"))


def _moves(nudge: Nudge, state: str) -> Callable[[Session, Need], None]:
    number = nudge.id

    def move(session: Session, _need: Need) -> None:
        row = session.get_one(Nudge, number)
        row.state, row.due_at = state, None

    return move


def _settled(look: Look) -> list[tuple[Goal, Person]]:
    """Goals whose turn to red was never computed: now it is."""
    found = []
    for goal, person in _owned(look, col(Goal.red_on).is_(None)):
        try:
            pace.settle(goal)
            found.append((goal, person))
        except ValueError as error:
            look.troubles.append(f"{goal.id}: {type(error).__name__}")
    return found


def red(look: Look) -> Iterator[Need]:
    """Two weeks below the line: the owner's manager. Who was told of this turn already is not found again."""
    newest = look.today - timedelta(days=look.policies.least("red_days"))
    told = exists().where(col(Nudge.subject) == col(Goal.id), col(Nudge.kind) == "red")
    rows = _owned(look, col(Goal.red_on) <= newest, col(Goal.red_on) > newest - CHRONIC, ~told)
    again = _owned(look, col(Goal.red_on) <= newest, col(Goal.red_on) > newest - FRESHLY, told)
    found = [*rows, *again, *_settled(look)]
    org.read_managers(look.session, [owner for _, owner in found])

    def make(row: tuple[Goal, Person]) -> Need | None:
        goal, owner = row
        long_enough = goal.red_on is not None and look.today - goal.red_on >= timedelta(
            days=look.policy(owner).red_days
        )
        if not long_enough or not _is_red(look, goal) or not _at_work(look, owner):
            return None
        manager = _first_reachable(look, org.managers(look.session, owner))
        return Need(manager.id, "red", goal.id, str(goal.red_on)) if manager else None

    return look.each(found, make, _goal_id)


def _is_red(look: Look, goal: Goal) -> bool:
    return pace.is_running(goal, look.today) and pace.health(goal, look.today) == "red"


def progress(look: Look) -> Iterator[Need]:
    """To the owner: it turned red, it was not updated for long, it is due soon."""
    behind = _owned(look, col(Goal.red_on) <= look.today, col(Goal.red_on) > look.today - FRESHLY)
    oldest = look.at - timedelta(days=look.policies.least("stale_days"))
    stale = _owned(look, col(Goal.updated_at) <= oldest, col(Goal.updated_at) > oldest - FRESHLY - EXPECTED)
    last = look.today + timedelta(days=_most(look, "due_soon_days"))
    due = _owned(look, col(Goal.due) <= last)
    for rows, make in (([*behind, *_settled(look)], _behind), (stale, _stale), (due, _due)):
        yield from look.each(rows, lambda row, make=make: make(look, *row), _goal_id)  # type: ignore[misc]


def _most(look: Look, name: str) -> int:
    values = [getattr(look.policies.company, name), *(d[name] for d in look.policies.departments.values() if name in d)]
    return int(max(values))


def _unfinished(look: Look, goal: Goal, person: Person) -> bool:
    return pace.is_running(goal, look.today) and pace.progress(goal) < 1 and _at_work(look, person)


def _behind(look: Look, goal: Goal, person: Person) -> Need | None:
    turned = goal.red_on is not None and look.today - FRESHLY < goal.red_on <= look.today
    wanted = turned and _is_red(look, goal) and _at_work(look, person)
    return Need(person.id, "behind", goal.id, str(goal.red_on)) if wanted else None


def _stale(look: Look, goal: Goal, person: Person) -> Need | None:
    assert goal.updated_at is not None
    old = look.at - goal.updated_at >= timedelta(days=look.policy(person).stale_days)
    period = goal.updated_at.astimezone(look.local).date().isoformat()
    return Need(person.id, "stale", goal.id, period) if old and _unfinished(look, goal, person) else None


def _due(look: Look, goal: Goal, person: Person) -> Need | None:
    soon = goal.due - look.today <= timedelta(days=look.policy(person).due_soon_days)
    return Need(person.id, "due", goal.id, goal.due.isoformat()) if soon and _unfinished(look, goal, person) else None


def monthly_feedback(look: Look) -> Iterator[Need]:
    """Managers who gave their team nothing this month."""
    begins = datetime.combine(look.today.replace(day=1), time(), look.local)
    leads = different(col(Person.manager), col(Person.active).is_(True)).subquery()
    gave = exists().where(
        col(Feedback.giver) == leads.c.value, col(Feedback.at) >= begins, col(Feedback.state) == "given"
    )
    idle = select(leads.c.value).where(~gave)
    rows = look.session.exec(select(Person).where(_here(look), col(Person.id).in_(idle)).order_by(Person.id)).all()
    return _everybody(look, rows, "monthly_feedback", look.today.strftime("%Y-%m"))


def monthly_talk(look: Look) -> Iterator[Need]:
    """Managers with somebody in their team whom they have not met alone this month, and will not by what is booked."""
    begins = datetime.combine(look.today.replace(day=1), time(), look.local)
    report = meetings.reports()
    unmet = select(report.manager).where(meetings.unmet(col(report.manager), begins, look.today))
    # Two questions, as of the silent.
    whose: CompoundSelect[Any] = union(
        unmet.where(col(report.met_at).is_(None)), unmet.where(col(report.met_at) < begins)
    )
    rows = look.session.exec(select(Person).where(_here(look), col(Person.id).in_(whose)).order_by(Person.id)).all()
    wanted = (person for person in rows if look.policy(person).monthly_talk)
    return _everybody(look, wanted, "monthly_talk", look.today.strftime("%Y-%m"))


def _everybody(look: Look, people: Iterable[Person], kind: str, period: str, stage: str = "") -> Iterator[Need]:
    return look.each(
        people,
        lambda p: Need(p.id, kind, p.id, period, stage) if _at_work(look, p) else None,
        lambda person: person.id,
    )


def prompt(kind: str, period: str) -> Finder:
    """Everybody with a goal that runs; `period` is a form of strftime (`%q`: the quarter)."""

    def find(look: Look) -> Iterator[Need]:
        owners = select(Goal.owner).where(col(Goal.due) >= look.today - OPEN_FOR)
        rows = look.session.exec(
            select(Person).where(_here(look), col(Person.id).in_(owners)).order_by(Person.id)
        ).all()
        quarter = f"Q{(look.today.month + 2) // 3}"
        return _everybody(look, rows, kind, look.today.strftime(period.replace("%q", quarter)))

    return find


def digest(which: str) -> Finder:
    def find(look: Look) -> Iterator[Need]:
        rows = look.session.exec(select(Person).where(_here(look), HAS_ROLES).order_by(Person.id)).all()
        hr = [person for person in rows if "hr" in person.roles]
        return _everybody(look, hr, "digest", look.today.isoformat(), which)

    return find


def approvals(look: Look) -> Iterator[Need]:
    """Requests that wait: the approver is reminded after a working day, the next one up asked after two."""
    before = look.at - timedelta(hours=20)
    waiting = (
        select(Revision, Person)
        .join(Person, col(Person.id) == col(Revision.approver))
        .where(Revision.state == "pending", col(Revision.at) <= before, _here(look))
    )
    rows = look.session.exec(waiting.order_by(col(Revision.id))).all()
    org.read_managers(look.session, [approver for _, approver in rows])
    ahead.read(look.session, org.with_roles, ["hr"])
    ahead.read(look.session, org.addresses, [person.id for person in org.with_role(look.session, "hr")])
    return look.each(rows, lambda row: _approval(look, *row), lambda row: f"R-{row[0].id}")


def _approval(look: Look, revision: Revision, approver: Person) -> Need | None:
    asked, rules = revision.at.astimezone(look.local), look.policy(approver)
    passed_on = len(revision.approvers) > 1
    if not rules.on or passed_on or look.at < look.calendar.after(asked, rules.approval_days):
        return None
    period = str(revision.id)
    if look.at < look.calendar.after(asked, rules.approval_escalate_days):
        return Need(approver.id, "approval", f"R-{revision.id}", period, "remind")
    above = _first_reachable(look, org.managers(look.session, approver), (*revision.approvers, revision.requester))
    above = above or _first_reachable(
        look, org.with_role(look.session, "hr"), (*revision.approvers, revision.requester)
    )
    if above is None:
        return None
    return Need(above.id, "approval", f"R-{revision.id}", period, "escalated", None, _passes_on(revision, above.id))


def _passes_on(revision: Revision, to: str) -> Callable[[Session, Need], None]:
    number = revision.id

    def pass_on(session: Session, _need: Need) -> None:
        row: Any = session.get_one(Revision, number)
        if row.state == "pending":
            row.approver, row.approvers = to, [*row.approvers, to]

    return pass_on
