"""`maibo export`: what is in it, and who sees what of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlmodel import SQLModel

from bot.files import write_csv
from handlers.exports import KINDS
from storage.tables import CheckIn, Delivery, Evidence, Feedback, FeedbackVersion, KeptFile, Revision
from storage.vault import Vault
from tests.cli.desk import GOALS, NOW, PEOPLE, Desk

SECRET = "周三会上你打断了三次"


@pytest.fixture
def busy(company: Desk) -> Desk:
    """李雷 checked in and asked for a change; 王芳 gave him feedback that she sees too, 孙莉 is HR."""
    goal: dict[str, Any] = {"goal": "G-101", "at": NOW}
    _add(company, CheckIn(id=1, person="li", value=79, previous=76, source="wecom", **goal))
    _add(company, KeptFile(id=1, sha256="ab", name="a.png", mime="image/png", size=1, content_sealed=b"x", at=NOW))
    evidence: dict[str, Any] = {
        "person": "li",
        "platform": "wecom",
        "kind": "image",
        "ref": "r",
        "due_at": NOW,
        "at": NOW,
    }
    _add(company, Evidence(checkin=1, name="a.png", state="kept", file=1, **evidence))
    old: dict[str, Any] = {"old_target": 85, "old_weight": 60, "old_due": NOW.date()}
    _add(company, Revision(requester="li", approver="wang", based_on=1, reason="冻结", new_target=80, **old, **goal))
    tagged: dict[str, Any] = {"dimension": "customer", "document_sealed": sealed("CRM-7")}
    _add(company, Feedback(id=1, giver="zhao", receiver="li", at=NOW, **tagged))
    _add(company, FeedbackVersion(feedback=1, version=1, text_sealed=sealed(SECRET), score=75, at=NOW))
    card: dict[str, Any] = {"card_sealed": b"x", "due_at": NOW, "at": NOW}
    _add(company, Delivery(person="li", platform="wecom", account="LiLei", **card))
    return company


def sealed(text: str) -> bytes:
    return Vault(["key"]).seal(text)


def _add(desk: Desk, row: SQLModel) -> None:
    with desk.database.write() as session:
        session.add(row)


def test_every_kind_has_the_columns_it_promises(busy: Desk) -> None:
    for kind, wanted in KINDS.items():
        assert all(tuple(row) == wanted.columns for row in busy.export(kind)), kind


def test_people_and_goals_go_round(busy: Desk) -> None:
    for kind, columns, take in (("people", PEOPLE, busy.people), ("goals", GOALS, busy.goals)):
        text = io.StringIO()
        write_csv(KINDS[kind].columns, iter(busy.export(kind)), text)
        outcome = take(text.getvalue())
        assert (outcome.changed, outcome.unchanged) == (0, columns.count("\n") - 1)


def test_a_check_in_shows_its_evidence_and_the_companys_time(busy: Desk) -> None:
    (checkin,) = busy.export("checkins")
    assert (checkin["id"], checkin["at"], checkin["undone_at"]) == ("C-1", "2026-11-18T10:00:00+08:00", None)
    assert checkin["evidence"] == [{"sha256": "ab", "name": "a.png", "state": "kept"}]


@pytest.mark.parametrize(
    ("reader", "goals", "checkins", "revisions", "feedback", "deliveries"),
    [
        (None, 3, 1, 1, 1, 1),
        ("li", 3, 1, 1, 1, 1),
        ("wang", 3, 1, 1, 0, 0),
        ("zhao", 3, 1, 1, 1, 0),
        ("sun", 3, 1, 1, 1, 0),
    ],
)
def test_a_reader_gets_the_rows_they_may_see(
    busy: Desk, reader: str | None, goals: int, checkins: int, revisions: int, feedback: int, deliveries: int
) -> None:
    kinds = ("goals", "checkins", "revisions", "feedback", "deliveries")
    assert [len(busy.export(kind, reader)) for kind in kinds] == [goals, checkins, revisions, feedback, deliveries]


def test_a_colleague_sees_the_departments_goals_alone(busy: Desk) -> None:
    busy.people("id,name,department,manager\nhan,韩梅梅,总部/华东,wang\n")
    assert [goal["id"] for goal in busy.export("goals", "han")] == ["G-1"]
    assert busy.export("checkins", "han") == []


@pytest.mark.parametrize(("reader", "text"), [(None, None), ("li", SECRET), ("zhao", SECRET), ("sun", None)])
def test_the_words_of_feedback_are_for_those_who_may_read_it(busy: Desk, reader: str | None, text: str | None) -> None:
    (feedback,) = busy.export("feedback", reader)
    assert (feedback["text"], feedback["versions"][0]["text"]) == (text, text)
    assert feedback["document"] == (text and "CRM-7")
    assert (feedback["score"], feedback["dimension"]) == (75, "customer")


def test_a_delivery_never_shows_its_card(busy: Desk) -> None:
    (delivery,) = busy.export("deliveries")
    assert delivery["account"] == "LiLei"
    assert "card_sealed" not in delivery


@pytest.mark.parametrize(("reader", "sees"), [(None, True), ("sun", True), ("wang", False)])
def test_the_audit_log_is_for_hr(busy: Desk, reader: str | None, sees: bool) -> None:
    assert bool(busy.export("audit", reader)) == sees
