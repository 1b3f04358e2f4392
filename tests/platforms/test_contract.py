"""What every platform must do, over real HTTP, with a real database behind.

A forged or broken callback never gets a 200 or a 5xx, and changes no row. A card's picture arrives with it.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, inspect, text
from sqlmodel import col, select

from bot.app import create_app
from bot.bootstrap import Program, build
from bot.platforms.base import Callback, Rejected, Webhook
from cards import pictures
from cards.model import Card
from storage.database import Database
from storage.tables import Delivery, Goal, Receipt
from tests.gallery import PICTURED
from tests.phones import Screen
from tests.platforms.signing_dingtalk import DingTalkCaller
from tests.platforms.signing_feishu import FeishuCaller
from tests.platforms.signing_wecom import WeComCaller
from tests.serving import serving
from tests.stories.conftest import MODES
from tests.stories.people import NOW, account_id, settle_in
from tests.stories.town import DINGTALK, FEISHU, WECOM, Town, settings_for, town

PLATFORMS = ("wecom", "dingtalk", "feishu")
NOWHERE = "http://127.0.0.1:9"  # nobody listens there: these tests send nothing out


class Caller(Protocol):
    def message(self, text: str, *, key: str, account: str, at: datetime) -> Callback: ...
    def action(self, do: str, *, key: str, account: str, message: str, at: datetime) -> Callback: ...
    def handshake(self) -> Callback | None: ...
    def tampered(self) -> Callback: ...
    def wrong_key(self) -> Callback: ...
    def wrong_receiver(self) -> Callback: ...
    def broken_padding(self) -> Callback: ...


CALLERS: dict[str, Caller] = {
    "wecom": WeComCaller(WECOM),
    "dingtalk": DingTalkCaller(DINGTALK),
    "feishu": FeishuCaller(FEISHU),
}
FORGERIES: dict[str, Callable[[Caller], Callback]] = {
    "tampered": lambda c: c.tampered(),
    "wrong key": lambda c: c.wrong_key(),
    "wrong receiver": lambda c: c.wrong_receiver(),
    "broken padding": lambda c: c.broken_padding(),
}


def unknown(platform: str, account: str) -> Callback:
    """A genuine callback of a type that nobody here has heard of."""
    if platform == "wecom":
        caller = WeComCaller(WECOM)
        return caller.callback(caller.plain({"MsgType": "event", "Event": "brand_new"}, account=account), at=NOW)
    if platform == "dingtalk":
        return DingTalkCaller(DINGTALK).event({"EventType": "brand_new", "eventId": "e-1"}, at=NOW)
    return FeishuCaller(FEISHU).event("brand.new_v9", {"operator": account}, at=NOW)


@dataclass
class Door:
    """The bot's web application, its loops off: what a callback leaves behind is what it did itself."""

    name: str
    base: str
    program: Program

    @property
    def caller(self) -> Caller:
        return CALLERS[self.name]

    def message(self, text: str, key: str = "message-1", at: datetime = NOW) -> Callback:
        return self.caller.message(text, key=key, account=account_id(self.name, "lilei"), at=at)

    def press(self, do: str, key: str = "press-1") -> Callback:
        account = account_id(self.name, "wangfang")
        return self.caller.action(do, key=key, account=account, message="nothing-we-sent", at=NOW)

    def send(self, callback: Callback) -> httpx.Response:
        return httpx.request(
            callback.method, self.url(callback), headers=dict(callback.headers), content=callback.body, trust_env=False
        )

    def url(self, callback: Callback) -> str:
        route = f"/{callback.route}" if callback.route else ""
        query = f"?{urlencode(callback.query)}" if callback.query else ""
        return f"{self.base}/callback/{self.name}{route}{query}"

    def work(self) -> None:
        while self.program.inbox.step():
            pass

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        database = self.program.database
        with database.read() as session:
            tables = inspect(session.connection()).get_table_names()
            return {t: session.connection().execute(text(f'SELECT count(*) FROM "{t}"')).scalar_one() for t in tables}  # noqa: S608 - our own names

    def receipts(self) -> list[Receipt]:
        with self.program.database.read() as session:
            return list(session.exec(select(Receipt).order_by(func.lower(Receipt.key))))


@pytest.fixture(params=PLATFORMS)
def door(request: pytest.FixtureRequest, database: Database) -> Iterator[Door]:
    name = str(request.param)
    with database.write() as session:
        settle_in(session, [name])
    program = build(settings_for([name], NOWHERE, callback_max_age=3 * 3600), clock=lambda: NOW, database=database)
    with serving(create_app(program)) as base:
        yield Door(name, base, program)
    program.http.close()


def _as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def test_a_good_message_is_stored_before_it_is_worked(door: Door) -> None:
    assert door.send(door.message("续约率到82%了")).status_code == 200
    assert [(r.state, r.kind) for r in door.receipts()] == [("new", "Message")]
    door.work()
    assert door.receipts()[0].state == "done"
    with door.program.database.read() as session:
        assert session.get_one(Goal, "G-101").current == 82
        assert session.exec(select(Delivery)).one().state == "new"


def test_what_was_said_is_not_readable_in_the_database(door: Door) -> None:
    door.send(door.message("给张三反馈：周三你打断了客户三次"))
    door.work()
    with door.program.database.read() as session:
        stored = [*session.exec(select(Receipt.body_sealed)), *session.exec(select(Delivery.card_sealed))]
    assert stored
    assert "打断".encode() not in b"".join(stored)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_callback_gets_a_4xx_and_changes_nothing(door: Door, forgery: str) -> None:
    before = door.rows()
    answer = door.send(FORGERIES[forgery](door.caller))
    assert 400 <= answer.status_code < 500
    assert door.rows() == before


@pytest.mark.parametrize("skew", [timedelta(days=-2), timedelta(hours=-6), timedelta(hours=6)])
def test_a_callback_of_another_time_is_refused(door: Door, skew: timedelta) -> None:
    before = door.rows()
    assert 400 <= door.send(door.message("我的目标", at=NOW + skew)).status_code < 500
    assert door.rows() == before


def test_a_replayed_callback_is_acknowledged_and_changes_nothing(door: Door) -> None:
    door.send(door.message("续约率到82%了"))
    door.work()
    before = door.rows()
    assert door.send(door.message("续约率到82%了")).status_code == 200
    door.work()
    assert door.rows() == before


def test_the_same_callback_five_times_at_once_is_one(door: Door) -> None:
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: door.send(door.message("续约率到82%了")).status_code, range(5)))
    door.work()
    assert answers == [200] * 5
    assert door.rows()["checkins"] == 1


def test_a_press_that_comes_twice_is_one_press(door: Door) -> None:
    first, second = (door.send(door.press("goals")) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert (door.rows()["receipts"], door.rows()["deliveries"]) == (1, 1)


def test_messages_that_come_out_of_order_are_both_worked(door: Door) -> None:
    later, earlier = (
        door.message("续约率到83%了", "2", NOW),
        door.message("续约率到82%了", "1", NOW - timedelta(minutes=1)),
    )
    assert [door.send(c).status_code for c in (later, earlier)] == [200, 200]
    door.work()
    assert [r.state for r in door.receipts()] == ["done", "done"]


def test_an_empty_body_is_refused(door: Door) -> None:
    assert 400 <= door.send(replace(door.message("x"), body=b"")).status_code < 500
    assert door.receipts() == []


def test_a_huge_body_is_refused(door: Door) -> None:
    assert door.send(replace(door.message("x"), body=b"x" * (2 * 1024 * 1024))).status_code == 413
    assert door.receipts() == []


def test_a_body_without_a_length_is_refused(door: Door) -> None:
    callback = door.message("续约率到82%了")
    answer = httpx.post(
        door.url(callback), headers=dict(callback.headers), content=iter([callback.body]), trust_env=False
    )
    assert answer.status_code == 411
    assert door.receipts() == []


def test_a_type_nobody_knows_is_acknowledged_and_causes_nothing(door: Door) -> None:
    assert door.send(unknown(door.name, account_id(door.name, "lilei"))).status_code == 200
    door.work()
    assert [r.state for r in door.receipts()] == ["done"]
    assert door.rows()["deliveries"] == 0


def test_the_handshake_is_answered_and_leaves_nothing(door: Door) -> None:
    callback = door.caller.handshake()
    assert callback is not None
    answer = door.send(callback)
    assert answer.status_code == 200
    assert answer.content
    assert door.receipts() == []


def test_a_wrong_method_is_refused(door: Door) -> None:
    assert httpx.delete(door.url(door.message("x")), trust_env=False).status_code == 405


ANYTHING = st.one_of(
    st.binary(max_size=400), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(_as_json)
)
FUZZ = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=PLATFORMS)
def gate(request: pytest.FixtureRequest, sqlite_url: str) -> Webhook:
    """The adapter alone: fuzzing needs no wire."""
    name = str(request.param)
    return build(
        settings_for([name], NOWHERE, callback_max_age=3 * 3600), clock=lambda: NOW, database=Database(sqlite_url)
    ).platforms[name]


@FUZZ
@given(body=ANYTHING)
def test_no_body_whatever_gets_in(gate: Webhook, body: bytes) -> None:
    good = CALLERS[gate.name].message("x", key="1", account="somebody", at=NOW)
    with pytest.raises(Rejected) as refused:
        gate.authenticate(replace(good, body=body))
    assert 400 <= refused.value.status < 500


@FUZZ
@given(garbage=st.text(max_size=60), data=st.data())
def test_no_header_or_parameter_whatever_gets_in(gate: Webhook, garbage: str, data: st.DataObject) -> None:
    good = CALLERS[gate.name].message("x", key="1", account="somebody", at=NOW)
    signed: dict[str, str] = dict(good.query) or {k: v for k, v in good.headers.items() if k != "content-type"}
    name = data.draw(st.sampled_from(sorted(signed)))
    assume(garbage.strip() != signed[name])
    if good.query:
        forged = replace(good, query={**good.query, name: garbage})
    else:
        forged = replace(good, headers={**good.headers, name: garbage})
    with pytest.raises(Rejected) as refused:
        gate.authenticate(forged)
    assert 400 <= refused.value.status < 500


def test_a_database_that_is_gone_asks_the_platform_to_come_again(door: Door) -> None:
    with door.program.database.write() as session:
        session.connection().execute(text("ALTER TABLE receipts RENAME TO receipts_gone"))
    assert door.send(door.message("续约率到82%了")).status_code == 503


def test_a_caller_that_hangs_up_in_the_middle_leaves_nothing(door: Door) -> None:
    callback = door.message("续约率到82%了")
    target = urlsplit(door.url(callback))
    head = f"POST {target.path}?{target.query} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(callback.body)}\r\n"
    head += "".join(f"{k}: {v}\r\n" for k, v in callback.headers.items()) + "\r\n"
    with socket.create_connection((target.hostname or "", target.port or 0)) as wire:
        wire.sendall(head.encode() + callback.body[: len(callback.body) // 2])
    assert door.send(door.message("x", "2")).status_code == 200
    assert len(door.receipts()) == 1


@pytest.fixture(params=MODES)
def place(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[Town]:
    name, _, without = str(request.param).partition("-")
    with town(Database(sqlite_url), [name], dingtalk_cards=not without) as made:
        yield made


def screens(place: Town) -> list[Screen]:
    return list(place.human("sunli", place.name).phone.screens())


def looked_at(place: Town) -> list[bytes]:
    """The pictures in HR's chat."""
    return [place.world.media[key][2] for screen in screens(place) for key in screen.pictures]


def test_a_card_with_a_picture_arrives_with_its_words_and_its_picture(place: Town) -> None:
    place.push("sunli", PICTURED)
    assert "先处理 1 件事" in screens(place)[0].text
    assert PICTURED.picture is not None
    assert looked_at(place) == [pictures.png(PICTURED.picture)]
    in_card = place.program.platforms[place.name].limits.pictures == "in_card"
    assert [bool(screen.pictures) for screen in screens(place)] == ([True] if in_card else [False, True])


def test_a_picture_that_is_refused_keeps_neither_its_words_nor_the_next_card_back(place: Town) -> None:
    place.world.faults[place.name].refuse_upload = 1
    place.push("sunli", PICTURED)
    place.push("sunli", Card(text="下一条"))
    assert looked_at(place) == []
    assert ["先处理" in screens(place)[0].text, screens(place)[1].text] == [True, "下一条"]


def test_a_card_that_changes_keeps_its_one_picture(place: Town) -> None:
    place.push("sunli", PICTURED, "digest")
    place.work("sunli", lambda unit: unit.close("digest", "刘洋已提醒。", "已处理"))
    assert len(looked_at(place)) == 1


def test_a_card_that_gets_a_picture_later_shows_it(place: Town) -> None:
    place.push("sunli", replace(PICTURED, picture=None), "digest")
    place.work("sunli", lambda unit: unit.refresh("digest", lambda _: PICTURED))
    with place.program.database.read() as session:
        rows = session.exec(select(Delivery).order_by(col(Delivery.id)))
        assert [row.kind for row in rows] == ["send", "update", "picture"]
    assert len(looked_at(place)) == 1
