"""Receipts that cannot be worked: the person who sent them hears it, wherever they sent it from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest
from sqlmodel import col, select

from handlers.events import Event, Message
from handlers.ports import Platform
from scheduler.inbox import TRIES, Inbox
from storage.database import Database
from storage.tables import Delivery
from tests.core.desk import Desk
from tests.stories import people

LILEI = people.account_id("feishu", "lilei")


class Broken:
    """A platform whose callbacks nobody can read."""

    name = "feishu"

    def parse(self, _body: bytes) -> list[Event]:
        raise ValueError


@pytest.mark.parametrize("group", ["", "oc_group1"])
def test_who_sent_what_cannot_be_worked_hears_it(sqlite_url: str, group: str) -> None:
    database = Database(sqlite_url)
    with database.write() as session:
        people.settle_in(session)
    desk = Desk(database)
    platforms = cast("dict[str, Platform]", cast("Any", {"feishu": Broken()}))
    inbox = Inbox(database, desk.core, platforms, lambda: desk.now, lambda: None)
    inbox.take("feishu", Message(key="k", account=LILEI, at=desk.now, group=group, text="?"), b"{}", mine=False)
    for _ in range(TRIES):
        assert inbox.step()
        desk.now += timedelta(hours=1)
    with database.read() as session:
        told = session.exec(select(Delivery).order_by(col(Delivery.id))).one()
    assert (told.person, told.account, told.group) == ("lilei", LILEI, "")
    assert "出了点问题" in desk.open(told).text


def test_a_person_s_messages_keep_their_order_wherever_they_come_from(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    desk = Desk(database)
    platforms = cast("dict[str, Platform]", cast("Any", {"feishu": Broken()}))
    inbox = Inbox(database, desk.core, platforms, lambda: desk.now, lambda: None)
    inbox.take("feishu", Message(key="k1", account=LILEI, at=desk.now, group="oc_group1"), b"{}", mine=False)
    inbox.take("feishu", Message(key="k2", account=LILEI, at=desk.now), b"{}", mine=False)
    assert inbox.step()
    assert not inbox.step()
