"""Feishu callbacks: which are genuine, and what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.base import Authentic, Callback, Handshake, Rejected
from bot.platforms.feishu import crypto
from bot.platforms.feishu.gate import MAX_BODY, Gate
from bot.platforms.feishu.parse import moment, parse
from handlers.events import CardAction, Event, Media, MenuPressed, Message, Opened, PeopleChanged, Unknown
from tests.platforms.feishu_rig import APP
from tests.platforms.signing_feishu import NOW, FeishuCaller

FIXTURES = Path(__file__).parents[1] / "fixtures" / "feishu"
INBOUND = {path.stem: path.read_bytes() for path in sorted((FIXTURES / "inbound").glob("*.json"))}
LIN = "ou_5c1f9e2ab77d4c038e16a0d4b9f3c721"
ZHOU = "ou_90ab6d3f1e2c4587b0d9f8e7a6c5b4d3"
GROUP = "oc_7d20a4f1c9e84b3ab65f0e1d2c3b4a59"

Content = dict[str, Any]

GATE = Gate(APP.app_id, APP.verification_token, APP.encrypt_key)
PLAIN_APP = replace(APP, encrypt_key="")
PLAIN_GATE = Gate(APP.app_id, APP.verification_token, "")
CALLER = FeishuCaller(APP)
PLAIN_CALLER = FeishuCaller(PLAIN_APP)


def fixture(name: str) -> Event:
    (event,) = parse(INBOUND[name])
    return event


MESSAGES: dict[str, dict[str, Any]] = {
    "message_text": {"text": "本周续约率到 82% 了\n明天再补照片"},
    "message_mention": {"text": "给周敏 一条反馈：周三的演示补了三个案例"},
    "message_group": {"text": "周敏 续约率到 82% 了，抄送陈晨 和所有人", "group": GROUP},
    "message_group_typed": {"text": "周敏 请 看看我的目标", "group": GROUP},
    "message_post": {
        "text": "周报\n续约率 82%，见看板周敏\nselect 1",
        "media": (
            Media("image", "om_message_post/image/img_v3_02ab"),
            Media("video", "om_message_post/file/file_v3_07"),
        ),
    },
    "message_image": {"kind": "image", "media": (Media("image", "om_message_image/image/img_v3_0c41"),)},
    "message_file": {"kind": "file", "media": (Media("file", "om_message_file/file/file_v3_0d52", "客户名单.xlsx"),)},
    "message_audio": {"kind": "voice", "media": (Media("voice", "om_message_audio/file/file_v3_0e63"),)},
    "message_media": {"kind": "video", "media": (Media("video", "om_message_media/file/file_v3_0f74", "现场.mp4"),)},
    "message_sticker": {"kind": "sticker"},
    "message_location": {"kind": "location"},
    "message_share_user": {"kind": "share_user"},
    "message_recalled": {},
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_says_who_wrote_what(name: str) -> None:
    at = datetime(2026, 11, 28, 2, 0, 0, 1000, tzinfo=UTC)
    assert fixture(name) == Message(key=f"m:om_{name}", account=LIN, at=at, **MESSAGES[name])


ACTIONS: dict[str, dict[str, Any]] = {
    "card_button": {"do": "approve?request=R-12"},
    "card_form": {
        "do": "fill?dialog=43",
        "form": {
            "target": "80",
            "due": "2026-02-01",
            "goal": "G-104",
            "reason": "预算冻结\n第二行",
            "owners": "kr1,kr3",
            "agree": "true",
        },
    },
    "card_value_text": {"do": "reject?request=R-12"},
    "card_value_bare": {"do": "undo"},
    "card_context_outside": {"do": "undo"},
    "card_input": {"do": "fill?dialog=42", "form": {"value": "82"}},
    "card_select": {"do": "fill?dialog=41", "form": {"goal": "G-104"}},
}


@pytest.mark.parametrize("name", ACTIONS)
def test_a_press_says_what_to_do_and_on_which_card(name: str) -> None:
    key = json.loads(INBOUND[name])["header"]["event_id"]
    at = datetime(2026, 11, 28, 2, 0, 0, 123456, tzinfo=UTC)
    expected = CardAction(
        key=f"e:{key}", account=ZHOU, at=at, message="om_card", token="c-4d8a0b6c1e2f", **ACTIONS[name]
    )
    assert fixture(name) == expected


OTHERS: dict[str, tuple[type[Event], str, dict[str, Any]]] = {
    "opened": (Opened, LIN, {}),
    "menu": (MenuPressed, LIN, {"do": "goals"}),
    "menu_text_timestamp": (MenuPressed, LIN, {"do": "feedback"}),
    "user_created": (PeopleChanged, "", {}),
    "user_updated": (PeopleChanged, "", {}),
    "user_deleted": (PeopleChanged, "", {"left": (LIN,)}),
    "scope_updated": (PeopleChanged, "", {}),
    "department_updated": (PeopleChanged, "", {}),
    "message_from_app": (Unknown, "", {"name": "im.message.receive_v1"}),
    "message_read": (Unknown, "", {"name": "im.message.message_read_v1"}),
    "card_foreign": (Unknown, "", {"name": "card.action.trigger"}),
    "schema_1": (Unknown, "", {"name": "schema 1.0"}),
    "old_card": (Unknown, "", {"name": "card.action.trigger_v1"}),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_events_become_what_they_mean(name: str) -> None:
    kind, account, said = OTHERS[name]
    event = fixture(name)
    assert type(event) is kind
    assert event.account == account
    assert {field: getattr(event, field) for field in said} == said


def test_every_fixture_is_expected_to_mean_something() -> None:
    assert set(INBOUND) == {*MESSAGES, *ACTIONS, *OTHERS}


def test_a_message_pushed_again_under_another_event_id_is_the_same() -> None:
    again = json.loads(INBOUND["message_text"])
    again["header"]["event_id"] = "another"
    assert parse(json.dumps(again).encode())[0] == fixture("message_text")


def test_different_presses_have_different_keys() -> None:
    assert fixture("card_button").key != fixture("card_form").key


def test_in_a_one_to_one_chat_no_name_is_taken_for_the_bots() -> None:
    content = json.loads(INBOUND["message_mention"])
    del content["event"]["message"]["mentions"][0]["id"]["user_id"]
    del content["event"]["message"]["mentions"][0]["mentioned_type"]
    (event,) = parse(json.dumps(content).encode())
    assert isinstance(event, Message)
    assert "周敏" in event.text


def test_halves_of_characters_and_nulls_do_not_get_in() -> None:
    content = json.loads(INBOUND["message_text"])
    content["event"]["message"]["content"] = '{"text": "a\\ud800b\\u0000c"}'
    (event,) = parse(json.dumps(content).encode())
    assert isinstance(event, Message)
    assert event.text == "a?bc"


@pytest.mark.parametrize("digits", ["1795831200", "1795831200000", "1795831200000000"])
def test_time_is_read_in_any_of_the_three_units(digits: str) -> None:
    assert moment(digits) == datetime(2026, 11, 28, 2, 0, tzinfo=UTC)


PATHS = st.lists(st.sampled_from(["header", "event", "message", "sender", "action", "content", "operator"]), max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(INBOUND)), PATHS, JSON)
def test_a_payload_with_anything_in_it_is_read_or_refused(name: str, path: list[str], value: Any) -> None:
    content = json.loads(INBOUND[name])
    place = content
    for step in path[:-1]:
        inner = place.get(step)
        place = inner if isinstance(inner, dict) else content
    if path:
        place[path[-1]] = value
    try:
        events = parse(json.dumps(content).encode())
    except ValueError:
        return
    assert {type(word) for event in events for word in (event.key, event.account)} == {str}


def test_the_documented_example_is_decrypted() -> None:
    example = json.loads((FIXTURES / "crypto.json").read_text())
    assert crypto.decrypt(example["key"], example["encrypt"]) == example["plain"].encode()


@pytest.mark.parametrize("text", ["", "???", "YWJj", "YWJj" * 8, "P37w+VZImNgPEO1RBhJ6Rg=="])
def test_what_cannot_be_decrypted_says_no_more_than_that(text: str) -> None:
    with pytest.raises(ValueError, match=r"^cannot be decrypted$"):
        crypto.decrypt("test key", text)


@pytest.mark.parametrize(("gate", "caller"), [(GATE, CALLER), (PLAIN_GATE, PLAIN_CALLER)], ids=["encrypted", "plain"])
def test_a_genuine_callback_is_let_in_decrypted(gate: Gate, caller: FeishuCaller) -> None:
    found = gate.open(caller.message("你好", key="om_7"))
    assert isinstance(found, Authentic)
    (event,) = parse(found.body)
    assert (event.key, getattr(event, "text", "")) == ("m:om_7", "你好")


@pytest.mark.parametrize("spell", [str.upper, str.lower, str.title])
def test_header_names_count_in_any_case(spell: Callable[[str], str]) -> None:
    call = CALLER.message("你好")
    call = replace(call, headers={spell(name): value for name, value in call.headers.items()})
    assert isinstance(GATE.open(call), Authentic)


def changed(call: Callback, **headers: str) -> Callback:
    return replace(call, headers={**call.headers, **{f"x-lark-{n.replace('_', '-')}": v for n, v in headers.items()}})


def unsigned(call: Callback) -> Callback:
    return replace(call, headers={"content-type": "application/json"})


REFUSED: dict[str, tuple[Gate, Callback]] = {
    "no signature": (GATE, unsigned(CALLER.message("hello"))),
    "empty signature": (GATE, changed(CALLER.message("hello"), signature="")),
    "wrong signature": (GATE, changed(CALLER.message("hello"), signature="0" * 64)),
    "signature not ascii": (GATE, changed(CALLER.message("hello"), signature="é" * 64)),
    "other nonce": (GATE, changed(CALLER.message("hello"), request_nonce="other")),
    "other time": (GATE, changed(CALLER.message("hello"), request_timestamp="1763431300")),
    "signed but not encrypted": (GATE, CALLER.signed(PLAIN_CALLER.message("hello").body)),
    "plain, though there is a key": (GATE, PLAIN_CALLER.message("hello")),
    "encrypted, though there is no key": (PLAIN_GATE, CALLER.message("hello")),
    "wrong key": (GATE, CALLER.wrong_key()),
    "wrong token": (GATE, CALLER.wrong_token()),
    "wrong token, plain": (PLAIN_GATE, PLAIN_CALLER.wrong_token()),
    "another app": (GATE, CALLER.wrong_receiver()),
    "another app, plain": (PLAIN_GATE, PLAIN_CALLER.wrong_receiver()),
    "broken padding": (GATE, CALLER.broken_padding()),
    "tampered": (GATE, CALLER.tampered()),
    "encrypt is a number": (GATE, CALLER.signed(b'{"encrypt": 5}')),
    "no token": (PLAIN_GATE, PLAIN_CALLER.sent({"header": {"app_id": APP.app_id}})),
    "token is a list": (PLAIN_GATE, PLAIN_CALLER.sent({"header": {"token": [], "app_id": APP.app_id}})),
    "handshake with a wrong token": (GATE, PLAIN_CALLER.sent({**CALLER.challenge(), "token": "x"})),
    "schema 1.0 with a wrong token": (GATE, CALLER.sent({"type": "event_callback", "token": "x"})),
    "old card with a wrong signature": (GATE, changed(CALLER.old_card(), signature="0" * 40)),
    "old card without one": (PLAIN_GATE, unsigned(CALLER.old_card())),
    "no verification token set": (Gate(APP.app_id, "", ""), PLAIN_CALLER.sent({"token": ""})),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_false_callback_is_refused(name: str) -> None:
    gate, call = REFUSED[name]
    with pytest.raises(Rejected) as refused:
        gate.open(call)
    assert 400 <= refused.value.status < 500


@pytest.mark.parametrize("hours", [-9, 9])
def test_a_signed_callback_is_too_old_or_too_new_after_eight_hours(hours: int) -> None:
    call = replace(CALLER.message("hello"), now=NOW + timedelta(hours=hours))
    with pytest.raises(Rejected):
        GATE.open(call)
    assert isinstance(replace(GATE, max_age=0).open(call), Authentic)


def test_the_last_push_of_an_event_is_not_too_old() -> None:
    call = replace(CALLER.message("hello"), now=NOW + timedelta(hours=7, minutes=10))
    assert isinstance(GATE.open(call), Authentic)


@pytest.mark.parametrize("timestamp", ["", "yesterday", "٣" * 10, "9" * 5000])
def test_a_well_signed_callback_with_no_readable_time_is_refused(timestamp: str) -> None:
    call = CALLER.message("hello")
    nonce = call.headers["x-lark-request-nonce"]
    signature = crypto.signature(timestamp, nonce, APP.encrypt_key, call.body)
    with pytest.raises(Rejected):
        GATE.open(changed(call, request_timestamp=timestamp, signature=signature))


@pytest.mark.parametrize(
    ("gate", "call"),
    [
        (GATE, CALLER.handshake()),
        (GATE, CALLER.sent(CALLER.challenge())),
        (GATE, PLAIN_CALLER.handshake()),
        (PLAIN_GATE, PLAIN_CALLER.handshake()),
    ],
    ids=["encrypted", "encrypted and signed", "plain though there is a key", "plain"],
)
def test_a_handshake_is_answered_with_its_challenge_in_plain_json(gate: Gate, call: Callback) -> None:
    found = gate.open(call)
    assert isinstance(found, Handshake)
    assert json.loads(found.response.body) == {"challenge": 'c"1'}
    assert found.response.content_type.startswith("application/json")


def test_the_handshake_of_the_documentation_is_answered() -> None:
    call = PLAIN_CALLER.sent(json.loads((FIXTURES / "url_verification.json").read_text()))
    found = PLAIN_GATE.open(call)
    assert isinstance(found, Handshake)
    assert json.loads(found.response.body) == {"challenge": 'c1d2-"quoted"'}


@pytest.mark.parametrize("gate", [GATE, PLAIN_GATE])
def test_an_old_card_callback_is_let_in_by_its_own_signature_and_means_nothing(gate: Gate) -> None:
    found = gate.open(CALLER.old_card())
    assert isinstance(found, Authentic)
    assert isinstance(parse(found.body)[0], Unknown)


def test_a_body_beyond_all_bounds_is_refused_before_it_is_read() -> None:
    with pytest.raises(Rejected) as refused:
        GATE.open(replace(CALLER.message("hello"), body=b"{" * (MAX_BODY + 1)))
    assert refused.value.status == 413


BODIES = st.binary(max_size=80) | st.sampled_from([b"[" * 200_000, b"\xff", b"null", b'{"encrypt":', b'"\\ud800"'])
HEADERS = st.dictionaries(
    st.sampled_from(["x-lark-signature", "x-lark-request-timestamp", "x-lark-request-nonce"]), st.text(max_size=64)
)


@given(BODIES, HEADERS, st.booleans())
def test_whatever_comes_in_only_a_refusal_comes_out(body: bytes, headers: dict[str, str], plain: bool) -> None:
    gate = PLAIN_GATE if plain else GATE
    with pytest.raises(Rejected):
        gate.open(Callback("POST", "", {}, headers, body, NOW))


@given(BODIES)
def test_a_good_signature_over_nonsense_is_a_refusal_too(body: bytes) -> None:
    with pytest.raises(Rejected):
        GATE.open(CALLER.signed(body))


def test_secrets_do_not_show_in_a_trace() -> None:
    assert APP.verification_token not in repr(GATE)
    assert APP.encrypt_key not in repr(GATE)
