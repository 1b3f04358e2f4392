"""What becomes of a warning that nobody answers: it goes one level up, comes again, is passed on, or is let go.

A warning waits while the person it is about is away or switched off, and ends when they have left or the goal is red
no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import time, timedelta

from sqlmodel import Session, col, select

from handlers import nudges, org, pace
from scheduler.calendar import DAY, local_moment
from scheduler.look import Look, Need, at_work, first_reachable, in_zone
from storage import ahead
from storage.tables import ESCALATED, Goal, Nudge, Person

AGAIN = "again"  # so begins the stage of what was put off once; put off again, it goes up
LATER = timedelta(days=7)  # where nothing can be done now: not looked at every morning


def open_warnings(look: Look) -> Iterator[Need]:
    """Warnings whose time is over, also of those who have left meanwhile."""
    # What is due today is due this morning: the next one may be three days away.
    tomorrow = local_moment(look.today + DAY, time(), look.local)
    due = (
        select(Nudge, Person)
        .join(Person, col(Person.id) == col(Nudge.person))
        .where(col(Nudge.state).in_(("open", "snoozed")), col(Nudge.due_at) < tomorrow, in_zone(look))
    )
    rows = look.session.exec(due.order_by(col(Nudge.id))).all()
    goals = _goals(look, [nudge for nudge, _ in rows])
    went_up = _went_up(look, [nudge for nudge, _ in rows])
    whom = {nudge.id: goals[nudge.subject].owner if nudge.subject in goals else nudge.subject for nudge, _ in rows}
    subjects = _people(look, list(whom.values()))
    org.read_managers(look.session, [*(holder for _, holder in rows), *subjects.values()])
    return look.each(
        rows,
        lambda row: _step(look, *row, subjects.get(whom[row[0].id]), goals.get(row[0].subject), went_up),
        lambda row: f"N-{row[0].id}",
    )


def _goals(look: Look, found: Sequence[Nudge]) -> dict[str, Goal]:
    wanted = {nudge.subject for nudge in found if nudge.kind == "red"}
    if not wanted:
        return {}
    return {goal.id: goal for goal in look.session.exec(select(Goal).where(col(Goal.id).in_(wanted)))}


def _went_up(look: Look, found: Sequence[Nudge]) -> set[tuple[str, str]]:
    """Silences (subject and period) of which the next one up knows: they go there once."""
    wanted = select(Nudge.subject, Nudge.period).where(
        col(Nudge.subject).in_({nudge.subject for nudge in found}),
        Nudge.kind == "silence",
        col(Nudge.stage).startswith(ESCALATED),
    )
    return set(look.session.exec(wanted))


def _people(look: Look, names: Sequence[str]) -> dict[str, Person]:
    ahead.read(look.session, org.by_id, names)
    rows = (ahead.ask(look.session, org.by_id, name) for name in names)
    return {person.id: person for person in rows if person is not None}


def _step(
    look: Look,
    nudge: Nudge,
    holder: Person,
    subject: Person | None,
    goal: Goal | None,
    went_up: set[tuple[str, str]],
) -> Need | None:
    if subject is None or not subject.active:
        look.over.append((nudge, "left"))
        return None
    if nudge.kind == "red" and not (goal and is_red(look, goal)):
        look.over.append((nudge, "recovered"))
        return None
    if not at_work(look, subject) or _is_back_lately(look, nudge, subject):
        return None
    if not holder.active:
        return _pass_on(look, nudge, holder, subject)
    goes_up = nudge.kind == "silence" and (nudge.subject, nudge.period) not in went_up
    if nudge.state == "open" or (goes_up and nudge.stage.startswith(AGAIN)):
        return _escalate(look, nudge, holder, goes_up=goes_up)
    return _again(look, nudge, holder)


def is_red(look: Look, goal: Goal) -> bool:
    """And still to be done."""
    return pace.is_running(goal, look.today) and pace.health(goal, look.today) == "red"


def _is_back_lately(look: Look, nudge: Nudge, subject: Person) -> bool:
    """After a leave the manager has their days anew: nobody could be given feedback meanwhile."""
    back = subject.away_until
    if nudge.kind != "silence" or back is None or back < nudge.at.astimezone(look.local).date():
        return False
    return look.today <= back + timedelta(days=look.policy(subject).escalate_days)


def _again(look: Look, nudge: Nudge, holder: Person) -> Need | None:
    """To the same person, as new; the old card stays as it ended."""
    if org.is_away(holder, look.today) or nudge.due_at is None:
        return None
    stage = f"{AGAIN}-{nudge.due_at.astimezone(look.local).date().isoformat()}"
    return _need(look, nudge, holder, stage, "closed")


def _escalate(look: Look, nudge: Nudge, holder: Person, *, goes_up: bool) -> Need | None:
    above = None
    if goes_up:
        above = first_reachable(look, org.managers(look.session, holder), (nudge.subject, nudge.person))
    if above is None and nudge.state == "snoozed":
        return _again(look, nudge, holder)
    if above is None:
        nudge.due_at = look.at + LATER
        return None
    return _need(look, nudge, above, ESCALATED, ESCALATED)


def _pass_on(look: Look, nudge: Nudge, holder: Person, subject: Person) -> Need | None:
    """Who was to act has left: it waits for whoever is above the person now, or above them if it had gone up."""
    went_up = nudges.is_escalated(nudge.stage)
    heirs = org.managers(look.session, holder if went_up else subject)
    heir = first_reachable(look, heirs, (subject.id, holder.id))
    how = ESCALATED if went_up else "passed"
    return _need(look, nudge, heir, f"{how}-{nudge.person}", "closed") if heir else None


def _need(look: Look, nudge: Nudge, to: Person, stage: str, leaves: str) -> Need:
    """`leaves`: the state of the old one."""
    days = look.policy(to).escalate_days if nudge.kind == "silence" else LATER.days
    due_at = look.at + timedelta(days=days)
    return Need(to.id, nudge.kind, nudge.subject, nudge.period, stage, due_at, _moves(nudge, leaves))


def _moves(nudge: Nudge, state: str) -> Callable[[Session, Need], None]:
    number = nudge.id

    def move(session: Session, _need: Need) -> None:
        row = session.get_one(Nudge, number)
        row.state, row.due_at = state, None

    return move
