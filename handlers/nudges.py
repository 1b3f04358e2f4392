"""Nudges: their cards in every state, and what closes them.

Several nudges may share one card; `topic` holds them together, and every change draws the whole card anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import true
from sqlmodel import Session, col, select

from cards import nudges as cards
from cards.formats import day, moment
from cards.model import Card
from cards.nudges import Item
from cards.wording import Words
from handlers import digest, focus_views, meetings, pace, policy
from handlers.unit import Unit
from handlers.views import goal_view, name_of, open_goals
from storage import ahead
from storage.tables import ESCALATED, Feedback, Goal, Nudge, Person

LIVE = ("open", "snoozed", ESCALATED)
LEADS_TO = {
    "monthly_feedback": ("feedback", "team"),
    "retro": ("checkin", "goals"),
    "monthly": ("checkin", "feedback"),
    "quarterly": ("checkin", "feedback", "goals"),
}

Maker = Callable[[Unit, Nudge, Person], Item]


def nudge_id(nudge: Nudge) -> str:
    return f"N-{nudge.id}"


def item(unit: Unit, nudge: Nudge, reader: Person) -> Item:
    return replace(MAKERS[nudge.kind](unit, nudge, reader), put_off=nudge.state == "snoozed")


def card(unit: Unit, nudges: Sequence[Nudge], reader: Person) -> Card:
    """What the nudges look like now; one card however many they are."""
    return cards.several(Words(reader.locale), [item(unit, nudge, reader) for nudge in nudges])


def refresh(unit: Unit, topics: set[str]) -> None:
    """Every card that shows one of these shows how it stands."""
    for topic in sorted(topics - {""}):
        shown = unit.session.exec(select(Nudge).where(Nudge.topic == topic).order_by(col(Nudge.id))).all()
        unit.refresh(topic, lambda reader, shown=shown: card(unit, shown, reader))  # type: ignore[misc]


def settle(unit: Unit, nudges: Sequence[Nudge], state: str, answer: str) -> None:
    """They ended: who, when and how. The first response keeps its time."""
    for nudge in nudges:
        nudge.state, nudge.answer, nudge.answered_by = state, answer, unit.actor.id
        nudge.answered_at = nudge.answered_at or unit.now
    unit.session.flush()
    refresh(unit, {nudge.topic for nudge in nudges})


def let_go(unit: Unit, id: int, why: str) -> None:
    """Its matter is over without an answer: the card says so, and no response is counted."""
    nudge = unit.session.get_one(Nudge, id, with_for_update=True, populate_existing=True)
    if nudge.state in LIVE:
        nudge.state, nudge.answer, nudge.due_at = "closed", why, None
        unit.session.flush()
        refresh(unit, {nudge.topic})


def recovered(unit: Unit, goal: Goal) -> None:
    """A goal has changed: where it is not red any more, its warnings are over."""
    if pace.health(goal, unit.today) != "red":
        for nudge in live(unit.session, goal.id, ("red",)):
            let_go(unit, nudge.id or 0, "recovered")


def red_again(unit: Unit, goal: Goal) -> None:
    """What had lifted it was taken back: the last warning is open again."""
    if pace.health(goal, unit.today) != "red":
        return
    ended = select(Nudge).where(Nudge.subject == goal.id, Nudge.kind == "red", Nudge.state == "closed")
    nudge = unit.session.exec(ended.order_by(col(Nudge.id).desc())).first()
    if nudge is not None and nudge.answer == "recovered":
        nudge.state, nudge.answer, nudge.due_at = "open", "", unit.now + timedelta(days=7)
        unit.session.flush()
        refresh(unit, {nudge.topic})


def is_escalated(stage: str) -> bool:
    return stage.startswith(ESCALATED)


def live(session: Session, subject: str, kinds: Sequence[str]) -> Sequence[Nudge]:
    found = select(Nudge).where(Nudge.subject == subject, col(Nudge.kind).in_(kinds), col(Nudge.state).in_(LIVE))
    return session.exec(found.order_by(col(Nudge.id))).all()


def heard(unit: Unit, receiver: Person) -> None:
    """Somebody gave feedback about them: the silence is over, wherever it was warned of."""
    receiver.heard_at, receiver.silence = unit.now, 0
    settle(unit, live(unit.session, receiver.id, ("silence",)), "answered", "answered")
    month = unit.today.strftime("%Y-%m")
    settle(
        unit,
        [n for n in live(unit.session, unit.actor.id, ("monthly_feedback",)) if n.period == month],
        "answered",
        "answered",
    )


def unheard(unit: Unit, feedback: Feedback) -> None:
    """A feedback was taken back: the silence goes on where it was, and its warnings are open again."""
    receiver = unit.session.get_one(Person, feedback.receiver)
    last = select(Feedback.at).where(Feedback.receiver == receiver.id, Feedback.state == "given")
    receiver.heard_at = unit.session.exec(last.order_by(col(Feedback.at).desc())).first()
    ended = select(Nudge).where(Nudge.subject == receiver.id, Nudge.kind == "silence", Nudge.state == "answered")
    # Another feedback since then has ended them as well.
    since = col(Nudge.at) > receiver.heard_at if receiver.heard_at else true()
    again = unit.session.exec(ended.where(since, col(Nudge.at) <= feedback.at).order_by(col(Nudge.id))).all()
    went_up = any(is_escalated(nudge.stage) for nudge in again)
    for nudge in again:
        _reopen(unit, nudge, receiver, went_up=went_up)
    receiver.silence = int(bool(again))
    unit.session.flush()
    refresh(unit, {nudge.topic for nudge in again})


def _reopen(unit: Unit, nudge: Nudge, receiver: Person, *, went_up: bool) -> None:
    """As it was before: put off, with the next one up, or open."""
    if nudge.reason_sealed is not None and nudge.due_at is not None:
        nudge.state, nudge.answer = "snoozed", "snoozed"
        return
    nudge.answer, nudge.answered_by, nudge.answered_at = "", "", None
    nudge.state = ESCALATED if went_up and not is_escalated(nudge.stage) else "open"
    if nudge.state == "open" and nudge.due_at is None:
        days = policy.read(unit.session).of(receiver.department).escalate_days
        nudge.due_at = unit.now + timedelta(days=days)


def talked(unit: Unit, one: str, other: str) -> None:
    """A one-to-one of the two was booked, recorded or called off: their last reminders show who still waits."""
    meetings.met(unit.session, one, other)
    for person in (one, other):
        last = select(Nudge).where(Nudge.person == person, Nudge.kind == "monthly_talk").order_by(col(Nudge.id).desc())
        nudge = unit.session.exec(last).first()
        if nudge is None:
            continue
        if meetings.of_month(unit, nudge, unit.session.get_one(Person, person)):
            nudge.state, nudge.answer = "open", ""
            unit.session.flush()
            refresh(unit, {nudge.topic})
        elif nudge.state == "open":
            settle(unit, [nudge], "answered", "talked")


def checked_in(unit: Unit, goal: Goal) -> None:
    """A goal was updated: what asked for that is answered, the week's card shows it."""
    settle(unit, live(unit.session, goal.id, ("behind", "stale", "due")), "answered", "updated")
    recovered(unit, goal)
    weekly = live(unit.session, unit.actor.id, ("checkin",))
    for nudge in weekly:
        if _waiting_goals(unit, nudge, unit.actor) == []:
            nudge.state, nudge.answer, nudge.answered_by, nudge.answered_at = (
                "answered",
                "updated",
                unit.actor.id,
                unit.now,
            )
    unit.session.flush()
    refresh(unit, {nudge.topic for nudge in weekly})


def _waiting_goals(unit: Unit, nudge: Nudge, reader: Person) -> list[Goal]:
    return [g for g in _goals(unit, nudge) if not is_fresh(unit, g, nudge.at, reader)]


def _goals(unit: Unit, nudge: Nudge) -> list[Goal]:
    today = unit.local(nudge.at).date()
    return [g for g in open_goals(unit.session, nudge.subject, today) if pace.is_running(g, today)]


def is_fresh(unit: Unit, goal: Goal, at: datetime, owner: Person) -> bool:
    days = policy.read(unit.session).of(owner.department).fresh_days
    return goal.updated_at is not None and goal.updated_at > at - timedelta(days=days)


def _check_in(unit: Unit, nudge: Nudge, reader: Person) -> Item:
    found = _goals(unit, nudge)
    fresh = [g.id for g in found if is_fresh(unit, g, nudge.at, reader)]
    views = sorted((goal_view(g, unit) for g in found), key=lambda view: view.id in fresh)
    return cards.check_in(Words(reader.locale), views, unit.today, fresh, nudge_id(nudge))


def _silence(unit: Unit, nudge: Nudge, reader: Person) -> Item:
    person = unit.session.get_one(Person, nudge.subject)
    days = policy.read(unit.session).of(person.department).silence_days
    warned = ""
    if is_escalated(nudge.stage):
        warned = name_of(unit.session, ahead.ask(unit.session, warned_before, (nudge.subject, nudge.period)) or "")
    outcome = _outcome(unit, nudge, reader)
    return cards.silence(Words(reader.locale), person.name, person.id, days, nudge_id(nudge), warned, outcome)


def warned_before(session: Session, silences: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Who was told of a silence (subject and period) before it went one level up."""
    subjects = {subject for subject, _ in silences}
    told = select(Nudge.subject, Nudge.period, Nudge.person).where(
        Nudge.kind == "silence", col(Nudge.subject).in_(subjects), ~col(Nudge.stage).startswith(ESCALATED)
    )
    return {(subject, period): person for subject, period, person in session.exec(told.order_by(col(Nudge.id)))}


def _red(unit: Unit, nudge: Nudge, reader: Person) -> Item:
    goal = unit.session.get_one(Goal, nudge.subject)
    since = datetime.fromisoformat(nudge.period).date()
    weeks = max(1, (unit.local(nudge.at).date() - since).days // 7)
    outcome = _outcome(unit, nudge, reader)
    owner = name_of(unit.session, goal.owner)
    return cards.red(Words(reader.locale), goal_view(goal, unit), owner, weeks, unit.today, nudge_id(nudge), outcome)


def _progress(unit: Unit, nudge: Nudge, reader: Person) -> Item:
    goal = unit.session.get_one(Goal, nudge.subject)
    told = unit.local(nudge.at, reader).date()
    days = (told - date.fromisoformat(nudge.period)).days if nudge.kind == "stale" else 0
    outcome = _outcome(unit, nudge, reader)
    return cards.progress(Words(reader.locale), nudge.kind, goal_view(goal, unit), unit.today, days, outcome)


def _prompt(unit: Unit, nudge: Nudge, reader: Person) -> Item:
    return cards.prompt(Words(reader.locale), nudge.kind, LEADS_TO[nudge.kind], _outcome(unit, nudge, reader))


def _talks(unit: Unit, nudge: Nudge, reader: Person) -> Item:
    people = [(person.id, person.name) for person in meetings.of_month(unit, nudge, reader)]
    return cards.one_to_ones(Words(reader.locale), people, nudge.text, _outcome(unit, nudge, reader))


def _focus(unit: Unit, nudge: Nudge, reader: Person) -> Item:
    return focus_views.of_nudge(unit, nudge, reader, _outcome(unit, nudge, reader))


def _outcome(unit: Unit, nudge: Nudge, reader: Person) -> str:
    """How it ended; empty while it is open (also for the first manager once the next one up knows)."""
    if nudge.state in {"open", "escalated"} or not nudge.answer:
        return ""
    return Words(reader.locale)(
        f"nudge.outcome.{nudge.answer}",
        who=name_of(unit.session, nudge.answered_by),
        at=moment(unit.local(nudge.answered_at or unit.now, reader)),
        until=day(unit.local(nudge.due_at or unit.now, reader).date(), unit.today),
        reason=unit.vault.open(nudge.reason_sealed) if nudge.reason_sealed else "",
    )


MAKERS: dict[str, Maker] = {
    "checkin": _check_in,
    "silence": _silence,
    "red": _red,
    "behind": _progress,
    "stale": _progress,
    "due": _progress,
    "monthly_talk": _talks,
    "focus": _focus,
    "focus_late": _focus,
    "digest": digest.of_nudge,
    **dict.fromkeys(LEADS_TO, _prompt),
}
