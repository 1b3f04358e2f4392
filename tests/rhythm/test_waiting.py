"""What becomes of warnings and requests that wait, when people are away, have left, or are not to be told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from cards.model import load
from handlers import answers, checkins, nudges, policy, undo
from handlers.commands import Snooze, Undo
from handlers.unit import Unit
from storage.database import Database
from storage.tables import ESCALATED, Account, Delivery, Feedback, Goal, Nudge, Person
from storage.vault import Vault
from tests.rhythm.conftest import THURSDAY, settle, ticker

WEEK = timedelta(days=7)
P, RED = "p0-0", "G-2"  # and their goal, where there is one team


def warn(database: Database) -> None:
    """Of all silences, on a Thursday."""
    settle(database, 2, 1)
    assert silences(database, THURSDAY) == {("chief", "m0"), ("chief", "m1"), ("m0", P), ("m1", "p1-0")}


def silences(database: Database, at: datetime) -> set[tuple[str, str]]:
    """Who is told about whom by a tick."""
    before = said(database)
    ticker(database).tick(at)
    return {(n.person, n.subject) for n in said(database)[len(before) :]}


def said(database: Database, kind: str = "silence") -> list[Nudge]:
    with database.read() as session:
        return list(session.exec(select(Nudge).where(Nudge.kind == kind).order_by(col(Nudge.id))))


def change(database: Database, person: str, **values: object) -> None:
    with database.write() as session:
        row = session.get_one(Person, person)
        for name, value in values.items():
            setattr(row, name, value)


def rule(database: Database, department: str, **settings: object) -> None:
    with database.write() as session:
        policy.store(session, department, settings)


def shown(database: Database, person: str) -> str:
    """What somebody's first card shows by now."""
    with database.read() as session:
        wanted = select(Delivery).where(Delivery.person == person, Delivery.kind == "send").order_by(col(Delivery.id))
        return repr(load(Vault(["rhythm"]).open(session.exec(wanted).first().card_sealed)))  # type: ignore[union-attr]


def test_who_is_on_leave_is_not_escalated_about_and_their_manager_has_days_after_it(database: Database) -> None:
    warn(database)
    change(database, P, away_from=date(2026, 11, 24), away_until=date(2026, 12, 1))
    told = [("chief", P) in silences(database, THURSDAY + n * timedelta(days=1)) for n in range(1, 22)]
    assert told.index(True) + 1 == 20  # 9 December: the week after the first of December is over
    assert told.count(True) == 1


def test_who_has_left_is_not_escalated_about_and_the_card_says_so(database: Database) -> None:
    warn(database)
    change(database, P, active=False)
    assert ("chief", P) not in silences(database, THURSDAY + WEEK)
    (about,) = [n for n in said(database) if n.subject == P]
    assert (about.state, about.due_at, about.answered_at) == ("closed", None, None)
    assert "人已离开" in shown(database, "m0")


def off_for_the_subject(database: Database) -> None:
    rule(database, "总部/m0", on="false")


def off_for_the_next_one_up(database: Database) -> None:
    rule(database, "总部/chief", on="false")  # where the two managers and the chief are


@pytest.mark.parametrize("off", [off_for_the_subject, off_for_the_next_one_up])
def test_what_is_switched_off_is_not_escalated(off: Callable[[Database], None], database: Database) -> None:
    warn(database)
    off(database)
    assert ("chief", P) not in silences(database, THURSDAY + WEEK)


def test_what_was_put_off_is_not_said_where_it_was_switched_off_since(database: Database) -> None:
    warn(database)
    with database.write() as session:
        (about,) = session.exec(select(Nudge).where(Nudge.subject == P))
        about.state, about.due_at = "snoozed", THURSDAY + WEEK
    rule(database, "总部/chief", on="false")
    assert silences(database, THURSDAY + WEEK) == set()
    rule(database, "总部/chief", on="true")
    assert ("m0", P) in silences(database, THURSDAY + WEEK + timedelta(days=1))


def test_in_a_pilot_only_who_is_inside_hears_and_only_about_who_is_inside(database: Database) -> None:
    settle(database, 2, 1)
    rule(database, "", on="false")
    rule(database, "总部/m0", on="true")
    assert silences(database, THURSDAY) == set()  # the manager is outside, and so is everybody above
    rule(database, "总部/chief", on="true")
    friday = THURSDAY + timedelta(days=1)
    assert silences(database, friday) == {("chief", "m0"), ("chief", "m1"), ("m0", P)}


def test_the_next_one_up_who_is_inside_a_pilot_hears_in_place_of_a_manager_outside(database: Database) -> None:
    settle(database, 2, 1)
    change(database, "chief", department="总部/m0")
    rule(database, "", on="false")
    rule(database, "总部/m0", on="true")
    assert silences(database, THURSDAY) == {("chief", P)}


def test_a_warning_is_passed_on_when_its_manager_leaves_and_waits_anew(database: Database) -> None:
    warn(database)
    change(database, "m0", active=False)
    change(database, P, manager="m1")
    assert ("m1", P) in silences(database, THURSDAY + WEEK)
    assert ("chief", P) in silences(database, THURSDAY + 2 * WEEK)
    assert [n.state for n in said(database) if n.subject == P] == ["closed", ESCALATED, "open"]


def test_an_escalated_warning_is_passed_on_too_and_not_escalated_again(database: Database) -> None:
    settle(database, 1, 1)
    with database.write() as session:
        session.add(Person(id="top", name="top", department="总部", changed_at=THURSDAY))
        session.flush()
        session.get_one(Person, "chief").manager = "top"
        session.add(Account(platform="wecom", id="top", person="top"))
    for weeks in range(2):
        ticker(database).tick(THURSDAY + weeks * WEEK)
    change(database, "chief", active=False)
    for weeks in range(2, 6):
        ticker(database).tick(THURSDAY + weeks * WEEK)
    about = [(n.person, n.stage) for n in said(database) if n.subject == P]
    assert about == [("m0", ""), ("chief", "escalated"), ("top", "escalated-chief")]


def turn_red(session: Session, goal: str = "G-2") -> None:
    session.get_one(Goal, goal).red_on = date(2026, 11, 1)


def test_a_red_goal_is_passed_on_when_its_manager_leaves(database: Database) -> None:
    settle(database, 2, 1)
    with database.write() as session:
        turn_red(session, "G-3")  # of p0-0, where there are two teams
    ticker(database).tick(THURSDAY)
    change(database, "m0", active=False)
    for weeks in (1, 2):
        ticker(database).tick(THURSDAY + weeks * WEEK)
    assert [(n.person, n.state) for n in said(database, "red") if n.subject == "G-3"] == [
        ("m0", "closed"),
        ("chief", "open"),
    ]


def warn_of_red(database: Database) -> None:
    settle(database, 1, 1)
    with database.write() as session:
        turn_red(session)
    ticker(database).tick(THURSDAY)
    assert [n.person for n in said(database, "red") if n.subject == RED] == ["m0"]


def act(database: Database, person: str, at: datetime, do: Callable[[Unit], object]) -> None:
    with database.write() as session:
        do(ticker(database)._unit(session, session.get_one(Person, person), at))


def lift(unit: Unit) -> None:
    checkins.record(unit, unit.session.get_one(Goal, RED), 99)


def the_red(database: Database) -> Nudge:
    return next(n for n in said(database, "red") if n.subject == RED)


def test_a_goal_that_is_not_red_any_more_warns_nobody_any_more(database: Database) -> None:
    warn_of_red(database)
    act(database, P, THURSDAY, lift)
    warning = the_red(database)
    assert (warning.state, warning.answered_at) == ("closed", None)  # no response: the figure counts none
    assert "已不再落后" in shown(database, "m0")


def test_a_value_that_is_still_red_leaves_the_warning_open(database: Database) -> None:
    warn_of_red(database)
    act(database, P, THURSDAY, lambda unit: checkins.record(unit, unit.session.get_one(Goal, RED), 5))
    assert the_red(database).state == "open"


def test_a_value_taken_back_opens_the_warning_again(database: Database) -> None:
    warn_of_red(database)
    act(database, P, THURSDAY, lift)
    act(database, P, THURSDAY, lambda unit: undo.undo(Undo(), unit))
    assert (the_red(database).state, the_red(database).answer) == ("open", "")
    assert "已不再落后" not in shown(database, "m0")


@pytest.mark.parametrize("state", ["snoozed", "open"])
def test_a_goal_lifted_by_a_data_source_is_looked_at_again(database: Database, state: str) -> None:
    warn_of_red(database)
    with database.write() as session:
        session.get_one(Goal, RED).current = 99
        session.get_one(Nudge, the_red(database).id).state = state
    ticker(database).tick(THURSDAY + WEEK)
    assert [(n.state, n.stage) for n in said(database, "red") if n.subject == RED] == [("closed", "")]


def put_off(unit: Unit) -> None:
    wanted = select(Nudge).where(Nudge.subject == P, Nudge.kind == "silence", Nudge.state == "open")
    answers.snooze(Snooze(nudge=unit.session.exec(wanted).one().id or 0, reason="出差"), unit)


def test_what_was_put_off_for_a_week_comes_on_that_day_whatever_the_hour(database: Database) -> None:
    warn(database)
    act(database, "m0", THURSDAY + timedelta(hours=4), put_off)
    assert ("m0", P) not in silences(database, THURSDAY + WEEK - timedelta(days=1))
    assert ("m0", P) in silences(database, THURSDAY + WEEK)


def test_an_escalation_comes_on_its_day_whatever_the_hour_of_the_warning(database: Database) -> None:
    settle(database, 1, 1)
    assert ("m0", P) in silences(database, THURSDAY + timedelta(hours=5))  # the clock was down before
    assert ("chief", P) in silences(database, THURSDAY + WEEK)


def test_who_puts_off_again_and_again_does_not_keep_it_from_going_up(database: Database) -> None:
    warn(database)
    act(database, "m0", THURSDAY, put_off)
    ticker(database).tick(THURSDAY + WEEK)
    act(database, "m0", THURSDAY + WEEK, put_off)
    assert silences(database, THURSDAY + 2 * WEEK) == {("chief", P)}
    for weeks in range(3, 6):
        assert silences(database, THURSDAY + weeks * WEEK) == set()


def give(unit: Unit) -> None:
    """Feedback about P, taken back at once."""
    feedback = Feedback(giver=unit.actor.id, receiver=P, at=unit.now)
    unit.session.add(feedback)
    unit.session.flush()
    nudges.heard(unit, unit.session.get_one(Person, P))


def take_back(unit: Unit) -> None:
    feedback = unit.session.exec(select(Feedback).order_by(col(Feedback.id))).first()
    assert feedback is not None
    feedback.state = "withdrawn"
    unit.session.flush()
    nudges.unheard(unit, feedback)


def test_a_feedback_taken_back_leaves_what_was_put_off_put_off(database: Database) -> None:
    warn(database)
    act(database, "m0", THURSDAY, put_off)
    for do in (give, take_back):
        act(database, "m0", THURSDAY + timedelta(days=2), do)
    (about,) = [n for n in said(database) if n.subject == P]
    assert (about.state, about.answer) == ("snoozed", "snoozed")
    assert ("m0", P) in silences(database, THURSDAY + WEEK)


def test_a_feedback_taken_back_leaves_what_went_up_where_it_was(database: Database) -> None:
    warn(database)
    ticker(database).tick(THURSDAY + WEEK)
    for do in (give, take_back):
        act(database, "m1", THURSDAY + WEEK, do)
    about = [(n.person, n.state, n.answered_at) for n in said(database) if n.subject == P]
    assert about == [("m0", ESCALATED, None), ("chief", "open", None)]


def test_a_feedback_taken_back_beside_another_opens_nothing(database: Database) -> None:
    warn(database)
    for do in (give, give, take_back):
        act(database, "m0", THURSDAY + timedelta(days=2), do)
    assert [n.state for n in said(database) if n.subject == P] == ["answered"]
