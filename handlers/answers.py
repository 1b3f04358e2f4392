"""What people answer to a nudge: the week's values, later with a reason, a first response to a red goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import select

from cards.formats import amount, day, short
from cards.home import done, say, undo
from cards.model import Card, Form, Input, do
from cards.wording import Words
from handlers import checkins, dialogs, digest, nudges, org, policy, revisions
from handlers.commands import RemindManager, Respond, Revise, Snooze, UpdateWeek
from handlers.permissions import may, of_person, to_nudge
from handlers.understanding import read_value
from handlers.unit import Refusal, Unit
from handlers.views import name_of, revision_id
from storage.tables import CheckIn, Delivery, Goal, Nudge, Person, Revision

NAMED = 10  # characters of a goal's name
SETTLED = {"talk", "support", "revise"}


def update_week(command: UpdateWeek, unit: Unit) -> None:
    """Several goals at once, on the week's card itself. What cannot be read is said; the rest counts."""
    _own(unit, command.nudge)
    given = {goal.upper(): text.strip() for goal, text in command.values if text.strip()}
    outcomes = [_update_one(unit, goal, text) for goal, text in given.items()]
    rows = [one for one in outcomes if isinstance(one, CheckIn)]
    problems = [one for one in outcomes if isinstance(one, str)]
    told = [_recorded(unit, rows)] if rows else []
    if not given:
        told = [unit.words("nudge.checkin.empty")]
    way_back = (undo(unit.words, ",".join(f"C-{row.id}" for row in rows)),) if rows else ()
    text = "\n".join([*told, *problems])
    unit.tell(Card(text=text, buttons=way_back, locale=unit.words.locale), "warn" if problems else "good")


def _recorded(unit: Unit, rows: Sequence[CheckIn]) -> str:
    """Each goal with its old and new value, in one line."""
    moved = []
    for row in rows:
        goal = unit.session.get_one(Goal, row.goal)
        name, values = (
            short(goal.metric or goal.title, NAMED),
            (amount(v, goal.unit) for v in (row.previous, row.value)),
        )
        moved.append(f"{name} {' → '.join(values)}")
    return unit.words("nudge.checkin.told", moved=unit.words("list.and").join(moved))


def _update_one(unit: Unit, id: str, text: str) -> CheckIn | str:
    """Record one value; else what is wrong with it in words."""
    goal = checkins.own_goal(unit, id)
    reading = read_value(text, checkins.known(goal))
    why = unit.words("ask.number")
    if reading is not None:
        value = checkins.absolute(goal, reading.value, reading.mode)
        why = checkins.problem(unit, goal, value, reading.unit if reading.mode == "absolute" else None)
        if not why:
            return checkins.record(unit, goal, value)
    return unit.words("nudge.checkin.wrong", name=goal.metric or goal.title, why=why)


def snooze(command: Snooze, unit: Unit) -> None:
    nudge = _own(unit, command.nudge)
    person = unit.session.get(Person, nudge.subject) or unit.actor
    days = policy.read(unit.session).of(person.department).snooze_days
    if nudge.state not in {"open", "escalated"}:
        raise Refusal("nudge.gone")
    if not command.reason:
        dialogs.ask(unit, command, ("reason",), lambda d: _ask_reason(unit.words, days, d))
        return
    before = {"state": nudge.state, "due_at": nudge.due_at.isoformat() if nudge.due_at else None}
    nudge.due_at, nudge.reason_sealed = unit.now + timedelta(days=days), unit.vault.seal(command.reason)
    after = {"kind": nudge.kind, "subject": nudge.subject, "days": days}
    unit.audit("nudge.snoozed", nudges.nudge_id(nudge), before=before, after=after)
    dialogs.finish(unit, command)
    nudges.settle(unit, [nudge], "snoozed", "snoozed")
    until = day(unit.local(nudge.due_at).date(), unit.today)
    unit.show(done(unit.words, "nudge.snooze.done", nudges.nudge_id(nudge), until=until))


def _ask_reason(words: Words, days: int, dialog: str) -> Card:
    field = Input("reason", words("revise.reason"), words("nudge.snooze.hint"), multiline=True, max_length=200)
    return Card(
        title=words("nudge.snooze.title"),
        text=words("nudge.snooze.text", days=days),
        form=Form(do("fill", dialog=dialog), words("button.next"), (field,)),
        locale=words.locale,
    )


def respond(command: Respond, unit: Unit) -> None:
    """The manager's first response to a goal that stays red; its owner hears of it."""
    nudge = _own(unit, command.nudge)
    if command.act not in SETTLED or nudge.state not in {"open", "snoozed", "escalated"}:
        raise Refusal("nudge.gone")
    goal = unit.session.get_one(Goal, nudge.subject)
    unit.audit("nudge.response", goal.id, after={"nudge": nudge.id, "act": command.act})
    nudges.settle(unit, [nudge], "answered", command.act)
    if command.act == "revise":
        revisions.revise(Revise(goal=goal.id), unit)
        return
    owner = unit.session.get(Person, goal.owner)
    if owner is not None:
        words, metric = Words(owner.locale), goal.metric or goal.title
        unit.send(owner.id, say(words, f"nudge.red.told.{command.act}", "goals", name=unit.actor.name, metric=metric))
    unit.tell(say(unit.words, f"nudge.responded.{command.act}", name=name_of(unit.session, goal.owner)), "good")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What HR may remind of: with whom it waits, its card, and whether it is of the departments somebody sees."""

    matter: str
    reader: Person
    card: Card
    topic: str
    what: str
    seen: bool


def remind(command: RemindManager, unit: Unit) -> None:
    """HR asks a manager to look at something that waits; their card comes anew, once a day and not at night."""
    if not may("digest.see", of_person(unit.actor)):
        raise Refusal("refuse.hr")
    waiting = _waiting(command, unit)
    reader, mark = waiting.reader, f"reminded:{waiting.matter}"
    if not waiting.seen:
        raise Refusal("digest.elsewhere", who=org.contact(unit.session, unit.words))
    if _was_reminded_today(unit, mark):
        raise Refusal("digest.reminded.today", name=reader.name)
    words = Words(reader.locale)
    told = say(words, "digest.told", "todo", who=unit.actor.name, what=short(waiting.what, 60))
    sent = [unit.push(reader.id, waiting.card, waiting.topic), unit.push(reader.id, told, mark)]
    for row in filter(None, sent):
        row.unasked = True
    if not any(sent):
        raise Refusal("digest.unreachable", name=reader.name, who=org.contact(unit.session, unit.words))
    unit.audit("nudge.reminded", waiting.matter, after={"person": reader.id})
    unit.tell(say(unit.words, "digest.reminded", name=reader.name), "good")


def _waiting(command: RemindManager, unit: Unit) -> Waiting:
    """Locked: of two who press at the same time one is told that it was done."""
    nudge = unit.session.get(Nudge, command.nudge, with_for_update=True)
    if nudge is not None and nudge.kind in {"silence", "red"} and nudge.state in nudges.LIVE:
        reader = unit.session.get_one(Person, nudge.person)
        card = nudges.card(unit, [nudge], reader)
        seen = digest.is_seen(unit.session, unit.actor, nudge.subject)
        return Waiting(nudges.nudge_id(nudge), reader, card, nudge.topic, nudge.text, seen)
    revision = unit.session.get(Revision, command.request, with_for_update=True)
    if revision is None or revision.state != "pending":
        raise Refusal("nudge.gone")
    reader = unit.session.get_one(Person, revision.approver)
    name, card = revision_id(revision), revisions.approval_card(unit, revision, reader)
    seen = digest.is_seen(unit.session, unit.actor, revision.goal or revision.requester)
    return Waiting(name, reader, card, revisions.topic(revision), name, seen)


def _was_reminded_today(unit: Unit, mark: str) -> bool:
    told = select(Delivery.at).where(Delivery.topic == mark, Delivery.kind == "send")
    return any(unit.local(at).date() == unit.today for at in unit.session.exec(told))


def _own(unit: Unit, id: int) -> Nudge:
    found = unit.session.get(Nudge, id, with_for_update=True)
    if found is None or not may("nudge.answer", to_nudge(unit.actor, found)):
        raise Refusal("nudge.gone")
    return found
