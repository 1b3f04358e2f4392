"""One-to-ones are for the two alone: no card, export, log, audit line or column shows them to a third person."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlmodel import SQLModel, select

from handlers.exports import KINDS, Export, export
from handlers.routes import DOS
from storage.database import Database
from storage.tables import AuditEntry, Person, TalkNote
from storage.vault import SealedError, Vault
from tests.core.desk import PRIVATE, VAULT, Desk, text_of
from tests.stories import people

SECRETS = ("马甲甲", "马乙乙", "马丙丙")
THE_TWO = {"lilei", "wangfang"}
OTHERS = [person for person, *_ in people.PEOPLE if person not in THE_TWO]
QUESTIONS = (
    "看一对一 T-1",
    "记录一对一 T-1",
    "取消一对一 T-1",
    "我的一对一",
    "李雷最近怎么样",
    "李雷的成长图谱",
    "我的团队",
    "今日摘要",
    "待我处理",
    "/1on1 李雷",
    "我收到的反馈",
    "给我看T-1的记录",
)


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    database = Database(sqlite_url)
    with database.write() as session:
        people.settle_in(session)
        session.get_one(Person, "zhaolei").roles = ["admin", "hr"]
    made = Desk(database)
    made.say("lilei", "约王芳明天下午三点一对一")
    made.say("wangfang", "记录一对一 T-1")
    for secret in SECRETS:
        made.say("wangfang", f"{secret}的事")
    yield made
    database.close()


def leaks(shown: str) -> list[str]:
    return [secret for secret in SECRETS if secret in shown or secret.encode("unicode_escape").decode() in shown]


def test_the_two_read_it(desk: Desk) -> None:
    for person in THE_TWO:
        assert leaks(text_of(desk.say(person, "看一对一 T-1"))) == list(SECRETS)


@pytest.mark.parametrize("person", OTHERS)
def test_nothing_that_a_third_person_says_or_presses_shows_it(desk: Desk, person: str) -> None:
    for question in QUESTIONS:
        assert leaks(text_of(desk.say(person, question))) == []
    for name in DOS:
        argument = "talk=T-1&feedback=F-1&person=lilei&request=Q-1&goal=G-101&dialog=1"
        assert leaks(text_of(desk.press(person, f"{name}?{argument}"))) == []
    for do in ("fill", "skip", "cancel", "resume"):
        desk.press(person, f"{do}?dialog=1", {"important": "x"})


def test_what_was_delivered_to_others_is_free_of_it(desk: Desk) -> None:
    for person in OTHERS:
        desk.say(person, "看一对一 T-1")
    assert [person for person, shown in desk.deliveries() if leaks(shown) and person not in THE_TWO] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reader", [None, *(person for person, *_ in people.PEOPLE)])
def test_no_export_holds_it(desk: Desk, kind: str, reader: str | None) -> None:
    with desk.database.read() as session:
        who = session.get(Person, reader) if reader else None
        rows = list(export(kind, Export(session, VAULT, ZoneInfo("Asia/Shanghai"), who)))
    assert leaks(json.dumps(rows, ensure_ascii=False, default=str)) == []


def test_the_audit_log_knows_that_it_happened_and_no_more(desk: Desk) -> None:
    with desk.database.read() as session:
        lines = [entry.model_dump_json() for entry in session.exec(select(AuditEntry))]
    assert any("talk.recorded" in line for line in lines)
    assert leaks("\n".join(lines)) == []


def test_no_column_holds_it_in_the_clear(desk: Desk) -> None:
    with desk.database.read() as session:
        tables = SQLModel.metadata.tables.values()
        found = [repr(row) for table in tables for row in session.connection().execute(table.select())]
    assert leaks("\n".join(found)) == []


def test_the_key_that_opens_feedback_does_not_open_it(desk: Desk) -> None:
    with desk.database.read() as session:
        sealed = session.exec(select(TalkNote)).one().answers_sealed
        cards = session.connection().execute(text("SELECT card_sealed FROM deliveries WHERE private")).scalars().all()
    assert "马甲甲" in PRIVATE.open(sealed)
    assert cards
    for each in (sealed, *cards):
        with pytest.raises(SealedError):
            VAULT.open(each)


def test_an_unfinished_record_is_sealed_apart_too(desk: Desk) -> None:
    desk.say("lilei", "记录一对一 T-1")
    desk.say("lilei", "马甲甲的事")
    with desk.database.read() as session:
        slots = session.connection().execute(text("SELECT slots_sealed FROM dialogs WHERE command = 'RecordTalk'"))
        sealed = slots.scalar_one()
    with pytest.raises(SealedError):
        VAULT.open(sealed)


def test_nothing_of_it_is_logged(
    desk: Desk, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk.say("wangfang", "记录一对一 T-1")
    desk.say("wangfang", "马甲甲的事")
    desk.say("zhaolei", "看一对一 T-1")
    written = capsys.readouterr()
    logged = "".join(str(vars(record)) for record in caplog.records)
    assert leaks(logged + written.out + written.err) == []


def test_a_vault_for_a_purpose_has_a_key_of_its_own() -> None:
    sealed = Vault(["k"], "one").seal("x")
    assert Vault(["new", "k"], "one").open(sealed) == "x"
    for other in (Vault(["k"]), Vault(["k"], "two"), Vault([Fernet.generate_key().decode()], "one")):
        with pytest.raises(SealedError):
            other.open(sealed)
