"""What people answer to a nudge: the week's values, later with a reason, a first response to a red goal."""

from __future__ import annotations

from datetime import timedelta

from cards.formats import day, short
from cards.home import say
from cards.model import Card, Form, Input, do
from cards.wording import Words
from handlers import checkins, dialogs, nudges, policy, revisions
from handlers.commands import RemindManager, Respond, Revise, Snooze, UpdateWeek
from handlers.permissions import may, of_person, to_nudge
from handlers.understanding import read_value
from handlers.unit import Refusal, Unit
from handlers.views import name_of
from storage.tables import Goal, Nudge, Person, Revision

SETTLED = {"talk", "support", "revise"}


def update_week(command: UpdateWeek, unit: Unit) -> None:
    """Several goals at once, on the week's card itself. What cannot be read is said; the rest counts."""
    _own(unit, command.nudge)
    given = {goal.upper(): text.strip() for goal, text in command.values if text.strip()}
    problems = [problem for goal, text in given.items() if (problem := _update_one(unit, goal, text))]
    done = len(given) - len(problems)
    told = [unit.words("nudge.checkin.told", count=done)] if done else []
    if not given:
        told = [unit.words("nudge.checkin.empty")]
    unit.tell(Card(text="\n".join([*told, *problems]), locale=unit.words.locale), "warn" if problems else "good")


def _update_one(unit: Unit, id: str, text: str) -> str:
    """Record one value; what is wrong with it in words, empty where nothing is."""
    goal = checkins.own_goal(unit, id)
    reading = read_value(text, checkins.known(goal))
    why = unit.words("ask.number")
    if reading is not None:
        value = checkins.absolute(goal, reading.value, reading.mode)
        why = checkins.problem(unit, goal, value, reading.unit if reading.mode == "absolute" else None)
        if not why:
            checkins.record(unit, goal, value)
            return ""
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
    nudge.due_at, nudge.reason_sealed = unit.now + timedelta(days=days), unit.vault.seal(command.reason)
    unit.audit(
        "nudge.snoozed", nudges.nudge_id(nudge), after={"kind": nudge.kind, "subject": nudge.subject, "days": days}
    )
    dialogs.finish(unit, command)
    nudges.settle(unit, [nudge], "snoozed", "snoozed")
    until = day(unit.local(nudge.due_at).date(), unit.today)
    unit.show(say(unit.words, "nudge.snooze.done", until=until))


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


def remind(command: RemindManager, unit: Unit) -> None:
    """HR asks a manager to look at something that waits; their card comes anew."""
    if not may("digest.see", of_person(unit.actor)):
        raise Refusal("refuse.hr")
    nudge = unit.session.get(Nudge, command.nudge)
    revision = unit.session.get(Revision, command.request)
    if nudge is not None and nudge.state in nudges.LIVE:
        reader = unit.session.get_one(Person, nudge.person)
        unit.send(reader.id, nudges.card(unit, [nudge], reader), nudge.topic)
    elif revision is not None and revision.state == "pending":
        reader = unit.session.get_one(Person, revision.approver)
        unit.send(reader.id, revisions.approval_card(unit, revision, reader), revisions.topic(revision))
    else:
        raise Refusal("nudge.gone")
    words = Words(reader.locale)
    what = short(nudge.text if nudge is not None else f"R-{command.request}", 60)
    unit.send(reader.id, say(words, "digest.told", "todo", who=unit.actor.name, what=what))
    unit.tell(say(unit.words, "digest.reminded", name=reader.name), "good")


def _own(unit: Unit, id: int) -> Nudge:
    found = unit.session.get(Nudge, id, with_for_update=True)
    if found is None or not may("nudge.answer", to_nudge(unit.actor, found)):
        raise Refusal("nudge.gone")
    return found
