"""WeCom callbacks: what is let in, and what is read from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.platforms.base import Authentic, Callback, Handshake, Rejected
from bot.platforms.wecom.crypto import Crypto, Seal
from bot.platforms.wecom.parse import parse
from bot.platforms.wecom.platform import WeComPlatform, build
from bot.settings import SettingsError
from bot.tokens import MemoryTokens
from handlers.events import CardAction, Event, Media, MenuPressed, Message, Opened, PeopleChanged, Unknown
from handlers.ports import Answer, PlatformError
from tests.gallery import LONG
from tests.platforms.signing_wecom import ECHO, NOW, WeComCaller
from tests.platforms.wecom_rig import APP, platform, settings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "wecom"
CALLER = WeComCaller(APP)
PLATFORM = platform("http://127.0.0.1:1", httpx.Client())

UNHURRIED = example_settings(deadline=None)  # the first example imports the library

PRESS = {"account": "zhou.m", "message": "D-7", "token": "RC-7-once"}
READ: dict[str, tuple[type[Event], dict[str, Any]]] = {
    "text": (Message, {"kind": "text", "text": "续约率到82%了 🎉 <b>&amp;</b>", "key": "message:7459035031717795001"}),
    "text_empty": (Message, {"kind": "text", "text": ""}),
    "image": (Message, {"kind": "image", "media": (Media("image", "MEDIA-IMAGE-7"),)}),
    "voice": (Message, {"kind": "voice", "media": (Media("voice", "MEDIA-VOICE-7"),), "text": ""}),
    "video": (Message, {"kind": "video", "media": (Media("video", "MEDIA-VIDEO-7"),)}),
    "location": (Message, {"kind": "location", "text": ""}),
    "link": (Message, {"kind": "link", "text": ""}),
    "sticker": (Message, {"kind": "emotion", "text": "", "media": ()}),
    "enter_agent": (Opened, {"account": "lin.a", "group": ""}),
    "click": (MenuPressed, {"do": "goals"}),
    "view": (Unknown, {"name": "view"}),
    "location_report": (Unknown, {"name": "location"}),
    "subscribe": (PeopleChanged, {"account": "lin.a", "left": ()}),
    "unsubscribe": (PeopleChanged, {"account": "lin.a", "left": ("lin.a",)}),
    "batch_job_result": (Unknown, {"name": "batch_job_result", "account": ""}),
    "inactive_alert": (Unknown, {"name": "inactive_alert"}),
    "change_contact_delete": (PeopleChanged, {"account": "", "left": ("wu.t",)}),
    "change_contact_update": (PeopleChanged, {"left": ()}),
    "open_approval_change": (Unknown, {"name": "open_approval_change"}),
    "card_press": (CardAction, PRESS | {"do": "approve?request=R-12", "form": {}}),
    "card_press_no_items": (CardAction, PRESS | {"do": "reject?request=R-12", "form": {}}),
    "card_select": (CardAction, PRESS | {"do": "fill?dialog=41", "form": {"goal": "G-106"}}),
    "card_select_old_spelling": (CardAction, PRESS | {"do": "fill?dialog=41", "form": {"goal": "G-106"}}),
    "card_select_many": (CardAction, PRESS | {"form": {"goal": "G-106", "health": "at_risk"}}),
    "card_vote": (CardAction, PRESS | {"form": {"tags": "quality,speed"}}),
    "card_menu": (CardAction, PRESS | {"do": "hide?card=D-7", "form": {}}),
}


def read(name: str) -> bytes:
    return (FIXTURES / "inbound" / f"{name}.xml").read_bytes()


@pytest.mark.parametrize("name", READ)
def test_every_payload_we_claim_to_know_is_read(name: str) -> None:
    kind, expected = READ[name]
    (event,) = parse(read(name))
    assert type(event) is kind
    assert {field: getattr(event, field) for field in expected} == expected
    assert event.at > datetime(2026, 11, 1, tzinfo=UTC)


def test_every_fixture_is_claimed() -> None:
    assert {path.stem for path in (FIXTURES / "inbound").glob("*.xml")} == set(READ)


def test_a_press_sent_again_with_another_one_time_code_has_the_same_key() -> None:
    (first,) = parse(read("card_press"))
    (again,) = parse(read("card_press").replace(b"RC-7-once", b"RC-8-once"))
    assert first.key == again.key


@pytest.mark.parametrize(
    ("old", "new"), [(b"approve", b"reject"), (b"D-7", b"D-8"), (b"zhou.m", b"lin.a"), (b"1795000030", b"1795000031")]
)
def test_two_events_in_one_second_have_two_keys(old: bytes, new: bytes) -> None:
    (first,) = parse(read("card_press"))
    (other,) = parse(read("card_press").replace(old, new))
    assert first.key != other.key


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no xml",
        b"<a/>",
        b"<xml/>",
        b"<xml><MsgType>text</MsgType></xml>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml/>',
    ],
)
def test_what_makes_no_sense_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match="callback"):
        parse(body)


def test_the_public_vector_opens() -> None:
    vector = json.loads((FIXTURES / "vectors.json").read_text())
    crypto = Crypto(vector["token"], vector["aes_key"], vector["corp_id"])
    seal = Seal(vector["signature"], vector["timestamp"], vector["nonce"], vector["echostr"])
    assert crypto.open(seal) == vector["plain"]


def test_the_test_of_the_address_is_answered_with_the_plain_text_alone() -> None:
    answer = PLATFORM.authenticate(CALLER.handshake())
    assert isinstance(answer, Handshake)
    assert answer.response.body == ECHO.encode()
    assert answer.response.status == 200


def test_a_genuine_message_comes_through_whole() -> None:
    text = "进度 ]]> & <xml> 🎯 " + "长" * 2000
    seen = PLATFORM.authenticate(CALLER.message(text, key="71"))
    assert isinstance(seen, Authentic)
    (event,) = PLATFORM.parse(seen.body)
    assert isinstance(event, Message)
    assert (event.text, event.key, event.at) == (text, "message:71", NOW)


FALSE: dict[str, tuple[Callable[[], Callback], int]] = {
    "tampered": (CALLER.tampered, 403),
    "another token": (CALLER.wrong_token, 403),
    "another receiver": (CALLER.wrong_receiver, 403),
    "another key": (CALLER.wrong_key, 400),
    "broken padding": (CALLER.broken_padding, 400),
    "huge length": (CALLER.huge_length, 400),
    "no query": (lambda: replace(CALLER.message("x"), query={}), 403),
    "no body": (lambda: replace(CALLER.message("x"), body=b""), 400),
    "too large": (lambda: replace(CALLER.message("x"), body=b"x" * 1_000_000), 413),
    "doctype": (lambda: _with_body(b'<!DOCTYPE xml [<!ENTITY a "b">]>'), 400),
    "two envelopes": (lambda: _with_body(b"<Encrypt>AAAA</Encrypt>"), 400),
    "no echo": (lambda: replace(CALLER.message("x"), method="GET"), 403),
}


def _with_body(before: bytes) -> Callback:
    good = CALLER.message("x")
    return replace(good, body=before + good.body)


@pytest.mark.parametrize("name", FALSE)
def test_what_is_not_genuine_is_refused(name: str) -> None:
    make, status = FALSE[name]
    with pytest.raises(Rejected) as refused:
        PLATFORM.authenticate(make())
    assert refused.value.status == status


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_signature_from_another_time_is_refused(seconds: int) -> None:
    call = CALLER.message("x")
    moved = replace(call, now=call.now + timedelta(seconds=seconds))
    with pytest.raises(Rejected, match="old"):
        PLATFORM.authenticate(moved)
    assert isinstance(_platform(max_age=0).authenticate(moved), Authentic)


def _platform(max_age: int) -> WeComPlatform:
    return build(settings(APP, "http://127.0.0.1:1"), httpx.Client(), MemoryTokens(), max_age)


@UNHURRIED
@given(
    body=st.binary(max_size=300),
    query=st.dictionaries(st.sampled_from(["msg_signature", "timestamp", "nonce", "echostr"]), st.text(max_size=50)),
    method=st.sampled_from(["GET", "POST", "PUT"]),
)
def test_whatever_comes_in_is_rejected_and_nothing_else(body: bytes, query: dict[str, str], method: str) -> None:
    with pytest.raises(Rejected) as refused:
        PLATFORM.authenticate(Callback(method, "", query, {}, body, NOW))
    assert 400 <= refused.value.status < 500


@UNHURRIED
@given(st.binary(max_size=200))
def test_whatever_is_sealed_with_our_own_key_does_not_break_the_door(plain: bytes) -> None:
    call = CALLER.callback(plain.decode("utf-8", "replace"))
    assert isinstance(PLATFORM.authenticate(call), Authentic)


def test_a_key_that_cannot_be_right_is_named_at_start() -> None:
    wrong = settings(APP, "").model_copy(update={"aes_key": SecretStr("short")})
    with pytest.raises(SettingsError, match="MAIBO_WECOM_AES_KEY"):
        build(wrong, httpx.Client(), MemoryTokens(), None)


def test_an_agent_that_is_no_number_is_named_at_start() -> None:
    wrong = settings(APP, "").model_copy(update={"agent_id": "robot"})
    with pytest.raises(SettingsError, match="MAIBO_WECOM_AGENT_ID"):
        build(wrong, httpx.Client(), MemoryTokens(), None)


def test_an_answer_that_is_more_than_one_message_is_left_to_the_outbox() -> None:
    here = platform("http://127.0.0.1:9", httpx.Client())
    call = WeComCaller(APP).action("approve")
    (action,) = here.parse(_body(here.authenticate(call)))
    assert isinstance(action, CardAction)
    with pytest.raises(PlatformError):
        here.answer(call, action, Answer(card=LONG))


def _body(seen: Authentic | Handshake) -> bytes:
    assert isinstance(seen, Authentic)
    return seen.body
