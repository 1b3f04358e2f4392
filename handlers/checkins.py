"""Checking in on a goal: which goal, which value, and a line or a picture if one likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlmodel import col, select

from cards import goals as cards
from cards.formats import amount
from cards.home import done, say
from handlers import dialogs, nudges, pace
from handlers.commands import AddNote, CheckIn, OfferEvidence, Propose
from handlers.events import Media
from handlers.permissions import may, to_checkin, to_goal
from handlers.understanding import Goal as KnownGoal
from handlers.understanding import check_value
from handlers.unit import Refusal, Unit
from handlers.views import find_goal, goal_view, open_goals, owner_name
from storage.tables import CheckIn as CheckInRow
from storage.tables import Evidence, Goal

EVIDENCE_WINDOW = timedelta(minutes=30)


def check_in(command: CheckIn, unit: Unit) -> None:
    if command.goal is None:
        _ask_goal(command, unit)
        return
    goal = own_goal(unit, command.goal)
    if command.value is None and command.health is None:
        _ask_value(command, unit, goal)
        return
    value = goal.current if command.value is None else absolute(goal, command.value, command.mode)
    wrong = problem(unit, goal, value, command.unit if command.mode == "absolute" else None)
    if wrong:
        _ask_value(replace(command, value=None, unit=None, mode="absolute", health=None), unit, goal, wrong)
    else:
        _record(command, unit, goal, value)


def own_goal(unit: Unit, id: str, act: str = "goal.change") -> Goal:
    """An open goal with which the actor may do that, locked for the rest of the transaction. Refusal otherwise."""
    goal = find_goal(unit.session, id, lock=True)
    if goal is None:
        raise Refusal("refuse.no.goal", id=id)
    if not may(act, to_goal(unit.session, unit.actor, goal)):
        raise Refusal("refuse.change.goal", id=goal.id, name=owner_name(unit.session, goal))
    if not pace.is_open(goal, unit.today):
        raise Refusal("refuse.cycle.over", id=goal.id)
    return goal


def choosable(unit: Unit, among: Sequence[str]) -> list[Goal]:
    """The actor's goals to choose from: those that fit what was said, else all. Refusal where there are none."""
    goals = open_goals(unit.session, unit.actor.id, unit.today)
    if not goals:
        raise Refusal("goals.none", name=unit.actor.name)
    return [g for g in goals if g.id in among] or goals


def absolute(goal: Goal, value: float, mode: str) -> float:
    """What the metric is now, from how it was said."""
    if mode == "delta":
        return round(goal.current + value, 6)
    if mode == "progress":
        return round(goal.start + (goal.target - goal.start) * value / 100, 6)
    return value


def known(goal: Goal) -> KnownGoal:
    """The goal as the language sees it."""
    return KnownGoal(
        id=goal.id,
        owner=goal.owner,
        title=goal.title,
        metric=goal.metric,
        unit=goal.unit,
        start=goal.start,
        current=goal.current,
        target=goal.target,
    )


def add_note(command: AddNote, unit: Unit) -> None:
    checkin = own_checkin(unit, command.checkin)
    dialogs.finish(unit, command)
    goal = unit.session.get_one(Goal, checkin.goal)
    metric = goal.metric or goal.title
    if not command.note:
        unit.show(done(unit.words, "checkin.note.none", f"C-{checkin.id}", "goals", metric=metric))
        return
    checkin.note = command.note
    unit.audit("checkin.note", checkin.goal, after={"checkin": checkin.id, "length": len(command.note)})
    unit.show(done(unit.words, "checkin.note.saved", f"C-{checkin.id}/note", "goals", metric=metric))


def offer_evidence(command: OfferEvidence, unit: Unit) -> None:
    """The next picture or line is for this check-in, even where a later one was made."""
    checkin = own_checkin(unit, command.checkin) if command.checkin else _latest(unit)
    if checkin is None or checkin.id is None:
        raise Refusal("checkin.evidence.none")
    wait, of = unit.words("checkin.evidence.wait"), f"C-{checkin.id}"
    dialogs.ask(unit, AddNote(checkin=checkin.id), ("note",), lambda d: cards.ask_more(unit.words, wait, of, d))


def take_evidence(media: Sequence[Media], unit: Unit) -> None:
    """Pictures and files belong to the open dialog's check-in; where none is open, to the one just made.

    They are fetched later; the row comes first. In the middle of anything else nobody knows what a picture is for, and
    a manager sees what is filed: it is not taken.
    """
    dialog = dialogs.current(unit)
    if dialog is not None and dialog.command not in {AddNote.__name__, Propose.__name__}:
        card = say(unit.words, "checkin.evidence.busy", what=dialogs.what(unit, dialog))
        unit.reply(cards.or_photo(unit.words, card) if _latest(unit) else card)
        return
    checkin = _in_dialog(unit) or _latest(unit)
    if checkin is None or checkin.id is None:
        unit.reply(say(unit.words, "checkin.evidence.none", "checkin"))
        return
    for one in media:
        unit.session.add(
            Evidence(
                checkin=checkin.id,
                person=unit.actor.id,
                platform=unit.platform,
                kind=one.kind,
                ref=one.ref,
                name=one.name,
                due_at=unit.now,
                at=unit.now,
            )
        )
    unit.audit("evidence", checkin.goal, after={"checkin": checkin.id, "count": len(media)})
    dialogs.end(unit, AddNote)
    goal = unit.session.get_one(Goal, checkin.goal)
    unit.reply(say(unit.words, "checkin.evidence", "goals", metric=goal.metric or goal.title))


def _in_dialog(unit: Unit) -> CheckInRow | None:
    dialog = dialogs.current(unit)
    command = dialogs.load(unit, dialog) if dialog else None
    return own_checkin(unit, command.checkin) if isinstance(command, AddNote) else None


def _latest(unit: Unit) -> CheckInRow | None:
    since = unit.now - EVIDENCE_WINDOW
    mine = select(CheckInRow).where(
        CheckInRow.person == unit.actor.id, col(CheckInRow.at) > since, col(CheckInRow.undone_at).is_(None)
    )
    return unit.session.exec(mine.order_by(col(CheckInRow.id).desc())).first()


def own_checkin(unit: Unit, id: int) -> CheckInRow:
    found = unit.session.get(CheckInRow, id)
    if found is None or found.undone_at is not None or not may("checkin.note", to_checkin(unit.actor, found)):
        raise Refusal("undo.none")
    return found


def _ask_goal(command: CheckIn, unit: Unit) -> None:
    views = [goal_view(g, unit) for g in choosable(unit, command.among)]
    words = unit.words
    example = {"metric": views[0].name, "value": amount(views[0].target, views[0].unit)}
    text = words("checkin.which.text" if command.among else "checkin.choose.text", **example)
    title = words("checkin.choose.title")
    dialogs.ask(unit, command, ("goal",), lambda d: cards.choose_goal(words, title, text, views, d))


def _ask_value(command: CheckIn, unit: Unit, goal: Goal, problem: str = "") -> None:
    view = goal_view(goal, unit)
    by_steps = replace(command, steps=True)
    dialogs.ask(unit, by_steps, ("value",), lambda d: cards.ask_value(unit.words, view, unit.today, d, problem))


def problem(unit: Unit, goal: Goal, value: float, said: str | None) -> str:
    """Why the value cannot be, in words; empty where it can. `said`: the unit somebody named with it."""
    code = check_value(value, said, known(goal))
    if code is None:
        return ""
    return unit.words(
        f"checkin.ask.{code}",
        metric=goal.metric or goal.title,
        value=amount(value, goal.unit),
        target=amount(goal.target, goal.unit),
        unit=goal.unit,
    )


def _record(command: CheckIn, unit: Unit, goal: Goal, value: float) -> None:
    """The answer, and the third step where it came from the card."""
    previous = goal.current
    row = record(unit, goal, value, command.health or "")
    dialogs.finish(unit, command)
    view = goal_view(goal, unit)
    if command.value is None and command.health:
        text = cards.noted_line(unit.words, view, command.health)
    else:
        text = cards.recorded_line(unit.words, view, previous)
    of = f"C-{row.id}"
    if command.steps:
        dialogs.ask(unit, AddNote(checkin=row.id or 0), ("note",), lambda d: cards.ask_more(unit.words, text, of, d))
    else:
        unit.show(cards.recorded(unit.words, text, of))


def record(unit: Unit, goal: Goal, value: float, health: str = "") -> CheckInRow:
    """The row, the goal's value and the audit line belong together; nudges that asked for it are answered."""
    previous = goal.current
    row = CheckInRow(
        goal=goal.id,
        person=unit.actor.id,
        value=value,
        previous=previous,
        health=health,
        source=unit.platform,
        at=unit.now,
    )
    pace.settle(goal)
    goal.current, goal.updated_at = value, unit.now
    pace.note_red(goal, unit.today)
    unit.session.add(row)
    unit.session.flush()
    after = {"value": value, "checkin": row.id, "health": row.health}
    unit.audit("checkin", goal.id, before={"value": previous}, after=after)
    nudges.checked_in(unit, goal)
    return row
