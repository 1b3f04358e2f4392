"""What HR is asked to act on: whose matters they are, and that each can be acted on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from handlers import digest, policy
from handlers.unit import Unit
from storage.database import Database
from storage.tables import Delivery, Goal, Nudge, Person, Revision
from tests.core.desk import Desk, text_of
from tests.rhythm.conftest import ticker
from tests.stories.people import DELIVERY, NOW, SALES, settle_in

WAITED = NOW - timedelta(days=2)


@pytest.fixture
def desk(database: Database) -> Desk:
    """A silence in delivery that went up to the chief, a red goal in sales, a change of it with the chief, and one of
    a department's goal.
    """
    with database.write() as session:
        settle_in(session)
        session.flush()
        session.add(nudge("silence", "zhangsan", "zhaolei", stage="escalated"))
        session.add(nudge("red", "G-101", "zhaolei"))
        session.add(Goal(id="G-9", owner=DELIVERY, owner_kind="department", title="x", due=NOW.date(), cycle="2026Q4"))
        session.flush()
        session.get_one(Goal, "G-101").current = 70
        session.add_all([pending("G-101"), pending("G-9")])
    return Desk(database)


def nudge(kind: str, subject: str, holder: str, **more: Any) -> Nudge:
    return Nudge(
        job=kind, slot="s", person=holder, kind=kind, subject=subject, period="2026-11-01", text="", at=WAITED, **more
    )


def pending(goal: str) -> Revision:
    who: dict[str, Any] = {"requester": "lilei", "approver": "zhaolei", "approvers": ["wangfang", "zhaolei"]}
    old: dict[str, Any] = {"old_target": 1, "old_weight": 1, "old_due": NOW.date(), "new_target": 2}
    return Revision(goal=goal, based_on=1, reason="x", at=WAITED, **who, **old)


def acts(desk: Desk, *scope: str) -> list[str]:
    with desk.database.write() as session:
        for department in scope:
            policy.store(session, department, {"hr": "sunli"})
    with desk.database.read() as session:
        return [text for text, _ in digest.acts(unit(desk, session), session.get_one(Person, "sunli"), NOW)]


def unit(desk: Desk, session: Session) -> Unit:
    return ticker(desk.database)._unit(session, session.get_one(Person, "sunli"), NOW)


SILENT, RED = "赵磊还没给张三反馈", "李雷的客户续约率持续落后，赵磊还没回应"


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ((), [SILENT, RED, "R-1 等赵磊审批", "R-2 等赵磊审批"]),
        ((DELIVERY,), [SILENT, "R-2 等赵磊审批"]),
        ((SALES,), [RED, "R-1 等赵磊审批"]),
        (("总部/人力资源部",), []),
    ],
)
def test_a_matter_is_of_the_department_of_whom_it_is_about(desk: Desk, scope: tuple[str, ...], seen: list[str]) -> None:
    assert acts(desk, *scope) == seen


def reminded(desk: Desk, after: int = 0) -> list[tuple[str, str]]:
    return [(person, card.text) for person, card in desk.cards(after) if "孙莉请你" in card.text]


@pytest.mark.parametrize("what", ["N-1", "N-2", "R-1", "R-2"])
def test_a_matter_is_reminded_of_once_a_day(desk: Desk, what: str) -> None:
    assert "已提醒赵磊" in text_of(desk.say("sunli", f"提醒 {what}"))
    assert "今天已提醒过赵磊" in text_of(desk.say("sunli", f"提醒 {what}"))
    assert [person for person, _ in reminded(desk)] == ["zhaolei"]
    desk.now += timedelta(days=1)
    assert "已提醒赵磊" in text_of(desk.say("sunli", f"提醒 {what}"))
    assert len(reminded(desk)) == 2


def test_a_reminder_waits_for_the_morning(desk: Desk) -> None:
    desk.say("sunli", "提醒 N-1")
    with desk.database.read() as session:
        rows = session.exec(select(Delivery).where(Delivery.person == "zhaolei")).all()
    assert [row.unasked for row in rows] == [True, True]


@pytest.mark.parametrize(("what", "department"), [("N-1", DELIVERY), ("N-2", SALES), ("R-1", SALES), ("R-2", DELIVERY)])
def test_hr_reminds_of_matters_in_their_departments_only(desk: Desk, what: str, department: str) -> None:
    with desk.database.write() as session:
        policy.store(session, {DELIVERY: SALES, SALES: DELIVERY}[department], {"hr": "sunli"})
    assert "不在你负责的部门" in text_of(desk.say("sunli", f"提醒 {what}"))
    assert reminded(desk) == []
    with desk.database.write() as session:
        policy.store(session, department, {"hr": "sunli"})
    assert "已提醒赵磊" in text_of(desk.say("sunli", f"提醒 {what}"))


def test_who_cannot_be_reached_is_said_to_be_so(desk: Desk) -> None:
    with desk.database.write() as session:
        session.get_one(Person, "zhaolei").active = False
    assert "赵磊现在收不到消息" in text_of(desk.say("sunli", "提醒 N-1"))
