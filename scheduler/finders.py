"""Who is due: for each kind of nudge one query that an index answers, and the rule that decides about each row.

A finder changes nothing but `red_on` where that was never computed. A row that cannot be read is told and skipped:
it stops nobody else. Silences have a module of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, exists, union
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from handlers import meetings, org, pace
from scheduler import waiting
from scheduler.look import Finder, Look, Need, at_work, different, first_reachable, here, in_zone
from storage import ahead
from storage.tables import ESCALATED, HAS_ROLES, Feedback, Goal, GoalVersion, Nudge, Person, Revision

OPEN_FOR = timedelta(days=31)  # a goal takes check-ins that long after it was due
CHRONIC = timedelta(days=120)  # who is red or silent longer was told long ago
FRESHLY = timedelta(days=7)  # a turn for the worse is told within that many days, or not at all
EXPECTED = timedelta(days=14)


def _owned(look: Look, *which: ColumnElement[bool]) -> Sequence[tuple[Goal, Person]]:
    """People's goals that are not past their day, with their owners. `which`: what the index holds after the day."""
    wanted = select(Goal, Person).join(Person, col(Person.id) == col(Goal.owner)).where(_runs(look), *which)
    return look.session.exec(wanted.order_by(col(Goal.owner), col(Goal.id))).all()


def _runs(look: Look) -> ColumnElement[bool]:
    days = look.session.scalars(different(col(Goal.due), col(Goal.due) >= look.today)).all()
    return and_(col(Goal.due).in_(days), col(Goal.owner_kind) == "person", here(look))


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
        if person.id in seen or not late or not pace.is_running(goal, look.today) or not at_work(look, person):
            return None
        seen.add(person.id)
        return Need(person.id, "checkin", person.id, f"{year}-W{week:02}")

    return look.each(sorted([*never, *long_ago], key=lambda row: (row[1].id, row[0].id)), make, _goal_id)


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
        if not long_enough or not waiting.is_red(look, goal) or not at_work(look, owner):
            return None
        manager = first_reachable(look, org.managers(look.session, owner))
        again = look.at + waiting.LATER
        return Need(manager.id, "red", goal.id, str(goal.red_on), "", again) if manager else None

    return look.each(found, make, _goal_id)


def progress(look: Look) -> Iterator[Need]:
    """To the owner: it turned red, it was not updated for long, it is due soon."""
    behind = _owned(look, col(Goal.red_on) <= look.today, col(Goal.red_on) > look.today - FRESHLY)
    oldest = look.at - timedelta(days=look.policies.least("stale_days"))
    longest = look.at - timedelta(days=_most(look, "stale_days")) - FRESHLY - EXPECTED
    stale = _owned(look, col(Goal.updated_at) <= oldest, col(Goal.updated_at) >= longest)
    last = look.calendar.reach(look.today, _most(look, "due_soon_days"))
    due = _owned(look, col(Goal.due) <= last)
    for rows, make in (([*behind, *_settled(look)], _behind), (stale, _stale), (due, _due)):
        yield from look.each(rows, lambda row, make=make: make(look, *row), _goal_id)  # type: ignore[misc]
    yield from look.each(_never_updated(look), lambda row: _untouched(look, *row), lambda row: row[0].id)


def _never_updated(look: Look) -> Sequence[tuple[Goal, Person, datetime | None]]:
    """With when they were agreed, where that is known; who was asked about them already is not found again."""
    told = exists().where(col(Nudge.subject) == col(Goal.id), col(Nudge.kind) == "stale")
    agreed = and_(col(GoalVersion.goal) == col(Goal.id), col(GoalVersion.version) == 1)
    wanted = (
        select(Goal, Person, GoalVersion.at)
        .join(Person, col(Person.id) == col(Goal.owner))
        .join(GoalVersion, agreed, isouter=True)
        .where(_runs(look), col(Goal.updated_at).is_(None), ~told)
    )
    return look.session.exec(wanted.order_by(col(Goal.owner), col(Goal.id))).all()


def _untouched(look: Look, goal: Goal, person: Person, agreed: datetime | None) -> Need | None:
    """It counts from the day on which it began or was agreed, whichever was last."""
    begins, _ = pace.cycle_span(goal.cycle)
    since = datetime.combine(begins, time(), look.local)
    return _old(look, goal, person, max(since, agreed.astimezone(look.local)) if agreed else since)


def _most(look: Look, name: str) -> int:
    values = [getattr(look.policies.company, name), *(d[name] for d in look.policies.departments.values() if name in d)]
    return int(max(values))


def _unfinished(look: Look, goal: Goal, person: Person) -> bool:
    return pace.is_running(goal, look.today) and pace.progress(goal) < 1 and at_work(look, person)


def _behind(look: Look, goal: Goal, person: Person) -> Need | None:
    turned = goal.red_on is not None and look.today - FRESHLY < goal.red_on <= look.today
    wanted = turned and waiting.is_red(look, goal) and at_work(look, person)
    return Need(person.id, "behind", goal.id, str(goal.red_on)) if wanted else None


def _stale(look: Look, goal: Goal, person: Person) -> Need | None:
    assert goal.updated_at is not None
    return _old(look, goal, person, goal.updated_at.astimezone(look.local))


def _old(look: Look, goal: Goal, person: Person, since: datetime) -> Need | None:
    """Asked once; who is silent for much longer was asked long ago, or the bot has come since."""
    days = timedelta(days=look.policy(person).stale_days)
    old = days <= look.at - since <= days + FRESHLY + EXPECTED
    period = since.date().isoformat()
    return Need(person.id, "stale", goal.id, period) if old and _unfinished(look, goal, person) else None


def _due(look: Look, goal: Goal, person: Person) -> Need | None:
    soon = goal.due <= look.calendar.reach(look.today, look.policy(person).due_soon_days)
    return Need(person.id, "due", goal.id, goal.due.isoformat()) if soon and _unfinished(look, goal, person) else None


def monthly_feedback(look: Look) -> Iterator[Need]:
    """Managers who gave their team nothing this month."""
    begins = datetime.combine(look.today.replace(day=1), time(), look.local)
    leads = different(col(Person.manager), col(Person.active).is_(True)).subquery()
    gave = exists().where(
        col(Feedback.giver) == leads.c.value, col(Feedback.at) >= begins, col(Feedback.state) == "given"
    )
    idle = select(leads.c.value).where(~gave, ~_was_told("monthly_feedback", look, leads.c.value))
    rows = look.session.exec(select(Person).where(here(look), col(Person.id).in_(idle)).order_by(Person.id)).all()
    return _everybody(look, rows, "monthly_feedback", look.today.strftime("%Y-%m"))


def monthly_talk(look: Look) -> Iterator[Need]:
    """Managers with somebody in their team whom they have not met alone this month, and will not by what is booked."""
    begins = datetime.combine(look.today.replace(day=1), time(), look.local)
    report = meetings.reports()
    unmet = select(report.manager).where(meetings.unmet(col(report.manager), begins, look.today))
    unmet = unmet.where(~_was_told("monthly_talk", look, col(report.manager)))
    # Two questions, as of the silent.
    whose: CompoundSelect[Any] = union(
        unmet.where(col(report.met_at).is_(None)), unmet.where(col(report.met_at) < begins)
    )
    rows = look.session.exec(select(Person).where(here(look), col(Person.id).in_(whose)).order_by(Person.id)).all()
    wanted = (person for person in rows if look.policy(person).monthly_talk)
    return _everybody(look, wanted, "monthly_talk", look.today.strftime("%Y-%m"))


def _was_told(kind: str, look: Look, who: ColumnElement[Any] | Mapped[Any]) -> ColumnElement[bool]:
    """This month already: the other days are for who was away."""
    month = look.today.strftime("%Y-%m")
    return exists().where(col(Nudge.kind) == kind, col(Nudge.subject) == who, col(Nudge.period) == month)


def _everybody(look: Look, people: Iterable[Person], kind: str, period: str, stage: str = "") -> Iterator[Need]:
    return look.each(
        people,
        lambda p: Need(p.id, kind, p.id, period, stage) if at_work(look, p) else None,
        lambda person: person.id,
    )


def prompt(kind: str, period: str) -> Finder:
    """Everybody with a goal that runs; `period` is a form of strftime (`%q`: the quarter)."""

    def find(look: Look) -> Iterator[Need]:
        owners = select(Goal.owner).where(col(Goal.due) >= look.today - OPEN_FOR)
        rows = look.session.exec(select(Person).where(here(look), col(Person.id).in_(owners)).order_by(Person.id)).all()
        quarter = f"Q{(look.today.month + 2) // 3}"
        return _everybody(look, rows, kind, look.today.strftime(period.replace("%q", quarter)))

    return find


def digest(which: str) -> Finder:
    def find(look: Look) -> Iterator[Need]:
        rows = look.session.exec(select(Person).where(here(look), HAS_ROLES).order_by(Person.id)).all()
        hr = [person for person in rows if "hr" in person.roles]
        return _everybody(look, hr, "digest", look.today.isoformat(), which)

    return find


def approvals(look: Look) -> Iterator[Need]:
    """Requests that wait: the approver is reminded after a working day, the next one up asked after two, or as soon
    as the approver has left.
    """
    before = look.at - timedelta(hours=20)
    waiting = (
        select(Revision, Person)
        .join(Person, col(Person.id) == col(Revision.approver))
        .where(Revision.state == "pending", col(Revision.at) <= before, in_zone(look))
    )
    rows = look.session.exec(waiting.order_by(col(Revision.id))).all()
    org.read_managers(look.session, [approver for _, approver in rows])
    ahead.read(look.session, org.with_roles, ["hr"])
    ahead.read(look.session, org.addresses, [person.id for person in org.with_role(look.session, "hr")])
    return look.each(rows, lambda row: _approval(look, *row), lambda row: f"R-{row[0].id}")


def _approval(look: Look, revision: Revision, approver: Person) -> Need | None:
    if not approver.active:
        return _next_approver(look, revision, approver, f"{ESCALATED}-{approver.id}")
    asked, rules = revision.at.astimezone(look.local), look.policy(approver)
    passed_on = len(revision.approvers) > 1
    if not rules.on or passed_on or look.at < look.calendar.after(asked, rules.approval_days):
        return None
    if look.at < look.calendar.after(asked, rules.approval_escalate_days):
        return Need(approver.id, "approval", f"R-{revision.id}", str(revision.id), "remind")
    return _next_approver(look, revision, approver, ESCALATED)


def _next_approver(look: Look, revision: Revision, approver: Person, stage: str) -> Need | None:
    without = (*revision.approvers, revision.requester)
    above = first_reachable(look, org.managers(look.session, approver), without)
    above = above or first_reachable(look, org.with_role(look.session, "hr"), without)
    if above is None:
        return None
    passes_on = _passes_on(revision, above.id)
    return Need(above.id, "approval", f"R-{revision.id}", str(revision.id), stage, None, passes_on)


def _passes_on(revision: Revision, to: str) -> Callable[[Session, Need], None]:
    number = revision.id

    def pass_on(session: Session, _need: Need) -> None:
        row: Any = session.get_one(Revision, number)
        if row.state == "pending":
            row.approver, row.approvers = to, [*row.approvers, to]

    return pass_on
