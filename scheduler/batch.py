"""What the cards of a batch of people are made of, read in a few queries however many people it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from handlers import meetings, nudges, org, views
from handlers.meetings import Team
from scheduler.calendar import DAY
from scheduler.saying import Round, Wish, said_about
from storage import ahead
from storage.tables import FocusPoint, Goal, Nudge, Person, Revision

FOCUS = frozenset({"focus", "focus_late"})


@dataclass(frozen=True, slots=True)
class Batch:
    """`people`, locked, with what is wished for them. `said`: the rows there are, by the key of their need; `lately`:
    the nudges of the days around by person; `near`: rows that a card looks up, held so that none is fetched by itself.
    """

    people: dict[str, Person]
    wishes: Mapping[str, Sequence[Wish]]
    said: dict[tuple[str, str, str, str], Nudge]
    lately: dict[str, list[Nudge]]
    near: Sequence[object]

    @classmethod
    def load(cls, session: Session, wishes: Mapping[str, Sequence[Wish]], now: Round) -> Batch:
        ids = list(wishes)
        people = select(Person).where(col(Person.id).in_(ids)).order_by(Person.id)
        locked = session.exec(people if now.dry else people.with_for_update()).all()
        all_wishes = [wish for mine in wishes.values() for wish in mine]
        said = said_about(session, all_wishes)
        # What a clock that ran ahead has said counts too.
        around = col(Nudge.at).between(now.at - DAY, now.at + DAY)
        recent = select(Nudge).where(col(Nudge.person).in_(ids), around)
        lately: dict[str, list[Nudge]] = {}
        for row in session.exec(recent):
            lately.setdefault(row.person, []).append(row)
        return cls(
            {person.id: person for person in locked},
            wishes,
            said,
            lately,
            _read_ahead(session, all_wishes, now.at),
        )


def _read_ahead(session: Session, wishes: Sequence[Wish], at: datetime) -> Sequence[object]:
    """Goals, requests, focus points and people that the cards name, the accounts they go to."""
    needs = [wish.need for wish in wishes]
    requests = [int(need.period) for need in needs if need.kind == "approval"]
    revisions = session.exec(select(Revision).where(col(Revision.id).in_(requests))).all()
    named = {need.subject for need in needs} | {revision.goal for revision in revisions if revision.goal}
    goals = session.exec(select(Goal).where(col(Goal.id).in_(named))).all()
    points = [int(need.subject.rpartition("-")[2]) for need in needs if need.kind in FOCUS]
    focus = session.exec(select(FocusPoint).where(col(FocusPoint.id).in_(points))).all() if points else []
    silences = [
        (need.subject, need.period) for need in needs if need.kind == "silence" and nudges.is_escalated(need.stage)
    ]
    ahead.read(session, nudges.warned_before, silences)
    warned = {ahead.ask(session, nudges.warned_before, silence) or "" for silence in silences}
    asked = {person for revision in revisions for person in (revision.requester, *revision.approvers)}
    asked |= {person for point in focus for person in (point.person, point.by)}
    ahead.read(session, org.by_id, named | warned | asked | {goal.owner for goal in goals})
    ahead.read(session, org.addresses, [need.person for need in needs])
    ahead.read(session, meetings.waiting, [_team(wish, at) for wish in wishes if wish.need.kind == "monthly_talk"])
    ahead.read(session, views.goals_of, [need.person for need in needs if need.kind == "checkin"])
    return [*revisions, *goals, *focus]


def _team(wish: Wish, at: datetime) -> Team:
    zone = wish.slot.tzinfo
    return Team(wish.need.person, wish.need.period, at.astimezone(zone).date(), zone)
