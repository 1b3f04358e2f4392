"""Callbacks in: what is genuine, what is refused, and which event each payload becomes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.base import Authentic, Callback, Handshake, Rejected
from bot.platforms.dingtalk import crypto, parse
from bot.platforms.dingtalk.platform import DingTalkPlatform
from bot.simulator.dingtalk.wire import EventBox
from handlers.events import CardAction, Event, Media, Message, PeopleChanged, Unknown
from tests.platforms.dingtalk_kit import APP, offline, settings
from tests.platforms.signing_dingtalk import NOON, DingTalkCaller

FIXTURES = Path(__file__).parents[1] / "fixtures" / "dingtalk"
AT = datetime.fromtimestamp(1_795_000_000, UTC)
PLATFORM = offline()
CALLER = DingTalkCaller(APP)


def said(
    number: int, kind: str = "text", text: str = "", *media: Media, group: str = "", who: str = "u1001"
) -> Message:
    return Message(key=f"msgTEST{number:04d}", account=who, at=AT, group=group, kind=kind, text=text, media=media)


def changed(key: str, *left: str) -> PeopleChanged:
    return PeopleChanged(key=key, account="", at=AT, left=left)


def pressed(do: str, **form: str) -> CardAction:
    return CardAction(key="", account="u2001", at=AT, do=do, message="maibo-d42", form=form)


EXPECTED: dict[str, Event] = {
    "robot_text": said(1, text="续约率到82%了"),
    "robot_text_group": said(2, text="团队谁还没更新", group="cidGroup=="),
    "robot_text_create_at_as_text": said(3, text="我的目标"),
    "robot_rich_text": said(4, "text", "客户现场\n已签字", Media("image", "dlRich1")),
    "robot_rich_text_group": said(5, text="打卡 82", group="cidGroup=="),
    "robot_picture": said(6, "image", "", Media("image", "dlPic1")),
    "robot_audio": said(7, "voice", "续约率到百分之八十二了", Media("voice", "dlAudio1")),
    "robot_video": said(8, "video", "", Media("video", "dlVideo1")),
    "robot_file": said(9, "file", "", Media("file", "dlFile1", "合同.pdf")),
    "robot_unknown": said(10, "unknownMsgType"),
    "robot_new_type": said(11, "hologram"),
    "robot_unpublished": said(12, text="你好", who=""),
    "robot_quota": Unknown(key="msgTEST0013", account="u1001", at=AT, name="quota"),
    "robot_quota_other_spelling": Unknown(key="msgTEST0014", account="u1001", at=AT, name="quota"),
    "card_button": pressed("approve?request=R-12"),
    "card_form": pressed(
        "fill?dialog=43", target="80", goal="G-106", due="2026-12-31", sure="true", reason="客户预算冻结\n推迟一个季度"
    ),
    "card_form_do_beside": pressed("fill?dialog=43", target="80"),
    "card_value_without_private_data": pressed("undo"),
    "card_not_ours": Unknown(key="", account="u2001", at=AT, name="card:['agree']"),
    "event_user_add_org": changed("ev-user_add_org"),
    "event_user_leave_org": changed("ev-user_leave_org", "u1001"),
    "event_user_leave_org_old_spelling": changed("biz7:user_leave_org", "u1001"),
    "event_user_modify_org": changed("ev-user_modify_org"),
    "event_user_active_org": changed("ev-user_active_org"),
    "event_org_dept_create": changed("ev-org_dept_create"),
    "event_org_dept_modify": changed("ev-org_dept_modify"),
    "event_org_dept_remove": changed("ev-org_dept_remove"),
    "event_robot_msg_read": Unknown(key="ev-robot_msg_read", account="", at=AT, name="robot_msg_read"),
    "event_approval": Unknown(key="", account="", at=AT, name="bpms_task_change"),
}


def fixture(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((FIXTURES / "inbound" / f"{name}.json").read_text())
    return body


def read(name: str, body: dict[str, Any], at: datetime = AT) -> Event:
    (event,) = parse.parse(parse.wrap(name.partition("_")[0], at, body))
    return event


def rejected(platform: DingTalkPlatform, callback: Callback) -> int:
    with pytest.raises(Rejected) as caught:
        platform.authenticate(callback)
    return caught.value.status


def test_every_fixture_is_expected() -> None:
    assert {path.stem for path in (FIXTURES / "inbound").glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_payload_becomes_its_event(name: str) -> None:
    event, wanted = read(name, fixture(name)), EXPECTED[name]
    # Where the platform names no event its key is a hash.
    assert event == (wanted if wanted.key else replace(wanted, key=event.key))
    assert event.key


def test_the_same_press_again_is_the_same_event() -> None:
    body = fixture("card_button")
    again = read("card", body, AT + timedelta(milliseconds=300))
    assert read("card", body).key == again.key


def test_another_press_is_another_event() -> None:
    first = read("card", fixture("card_button"))
    later = read("card", fixture("card_button"), AT + timedelta(minutes=1))
    by_another = read("card", fixture("card_button") | {"userId": "u3001"})
    on_another = read("card", fixture("card_button") | {"outTrackId": "maibo-d43"})
    assert len({first.key, later.key, by_another.key, on_another.key}) == 4


def test_an_event_without_id_is_named_by_its_content() -> None:
    body = fixture("event_approval")
    assert read("event", body).key == read("event", body, AT + timedelta(hours=1)).key
    assert read("event", body).key != read("event", body | {"processInstanceId": "p2"}).key


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"route":"moon","at":1,"body":{}}', b'{"route":"robot","at":1}'])
def test_an_envelope_that_makes_no_sense_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse.parse(raw)


def test_a_signed_message_is_authentic_and_survives_being_stored() -> None:
    found = PLATFORM.authenticate(CALLER.message(" 我的目标", key="m1", account="u1001", at=NOON))
    assert isinstance(found, Authentic)
    assert PLATFORM.parse(found.body) == [Message(key="m1", account="u1001", at=NOON, text="我的目标")]


def test_a_signed_press_is_authentic() -> None:
    callback = CALLER.action("undo", key="k1", account="u1001", message="maibo-1", at=NOON)
    found = PLATFORM.authenticate(callback)
    assert isinstance(found, Authentic)
    (event,) = PLATFORM.parse(found.body)
    assert isinstance(event, CardAction)
    assert (event.do, event.message, event.account, event.at) == ("undo", "maibo-1", "u1001", NOON)


@pytest.mark.parametrize("receiver", [APP.app_key, APP.corp_id])
def test_an_event_for_app_or_company_is_answered_with_the_same_receiver(receiver: str) -> None:
    callback = CALLER.event({"EventType": "user_add_org", "userId": ["u5"]}, at=NOON, receiver=receiver)
    assert isinstance(PLATFORM.authenticate(callback), Authentic)
    answer = PLATFORM.acknowledge(callback)
    assert EventBox(APP.token, APP.aes_key, receiver).open(answer.body) == "success"


def test_the_console_gets_its_handshake() -> None:
    callback = CALLER.handshake()
    assert callback is not None
    found = PLATFORM.authenticate(callback)
    assert isinstance(found, Handshake)
    assert EventBox(APP.token, APP.aes_key, APP.app_key).open(found.response.body) == "success"


def test_old_names_of_the_query_parameters_are_understood() -> None:
    callback = CALLER.event({"EventType": "user_add_org"}, at=NOON)
    old = {"signature": callback.query["msg_signature"], "timeStamp": callback.query["timestamp"], "nonce": "n0nce"}
    assert isinstance(PLATFORM.authenticate(replace(callback, query=old)), Authentic)


@pytest.mark.parametrize(
    "callback",
    [CALLER.wrong_key(), CALLER.wrong_receiver(), CALLER.broken_padding(), CALLER.tampered()],
    ids=["key", "receiver", "padding", "tampered"],
)
def test_what_is_not_genuine_is_forbidden(callback: Callback) -> None:
    assert rejected(PLATFORM, callback) == 403


def test_an_event_is_checked_before_it_is_decrypted() -> None:
    with pytest.raises(Rejected, match="signature does not match"):
        PLATFORM.authenticate(CALLER.tampered())


def test_an_unsigned_press_is_forbidden() -> None:
    callback = CALLER.action("undo", key="k", account="u1001", message="maibo-1", at=NOON)
    timestamp = callback.headers["x-ddpaas-signature-timestamp"]
    assert rejected(PLATFORM, replace(callback, headers={})) == 403
    assert rejected(PLATFORM, replace(callback, headers={"x-ddpaas-signature-timestamp": timestamp})) == 403


@pytest.mark.parametrize("field", ["chatbotCorpId", "robotCode"])
def test_a_message_to_another_robot_is_forbidden(field: str) -> None:
    stranger = CALLER.robot({"msgtype": "text", field: "dingother"}, key="m1", account="u1001", at=NOON)
    assert rejected(PLATFORM, stranger) == 403


def test_a_press_or_event_of_another_company_is_forbidden() -> None:
    press = CALLER.action("undo", key="k", account="u1001", message="maibo-1", at=NOON)
    elsewhere = replace(press, body=press.body.replace(APP.corp_id.encode(), b"dingother"))
    assert rejected(PLATFORM, elsewhere) == 403
    assert rejected(PLATFORM, CALLER.event({"EventType": "user_add_org", "CorpId": "dingother"}, at=NOON)) == 403


@pytest.mark.parametrize("shift", [timedelta(hours=2), timedelta(hours=-2)])
def test_an_old_or_future_message_is_forbidden_unless_the_check_is_off(shift: timedelta) -> None:
    callback = replace(CALLER.message("x", key="m1", account="u1001", at=NOON), now=NOON + shift)
    assert rejected(PLATFORM, callback) == 403
    assert isinstance(offline(max_age=0).authenticate(callback), Authentic)


def test_a_set_age_holds_for_every_route() -> None:
    late = NOON + timedelta(minutes=2)
    event = replace(CALLER.event({"EventType": "user_add_org"}, at=NOON), now=late)
    assert isinstance(PLATFORM.authenticate(event), Authentic)
    assert rejected(offline(max_age=60), event) == 403


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[1]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 900 + b"1" + b"}" * 900]
)
def test_a_signed_but_broken_body_is_a_client_error(body: bytes) -> None:
    callback = replace(CALLER.message("x", key="m1", account="u1001", at=NOON), body=body)
    try:
        PLATFORM.authenticate(callback)
    except Rejected as error:
        assert error.status == 400  # noqa: PT017 - the deep one may also be read
    assert rejected(PLATFORM, replace(callback, body=b" " * 2_000_000)) == 413


def test_half_a_character_does_not_get_further_than_the_envelope() -> None:
    callback = CALLER.robot({"msgtype": "text", "text": {"content": "x"}}, key="m1", account="u1", at=NOON)
    broken = replace(callback, body=callback.body.replace(b'"x"', b'"\\ud800"'))
    found = PLATFORM.authenticate(broken)
    assert isinstance(found, Authentic)
    (event,) = PLATFORM.parse(found.body)
    assert isinstance(event, Message)
    assert event.text == "?"


@hypothesis.settings(deadline=None)
@given(st.sampled_from(["robot", "card", "event", "moon", ""]), st.binary(max_size=300), st.text(max_size=60))
def test_whatever_comes_in_is_refused_and_nothing_else(route: str, body: bytes, text: str) -> None:
    names = ("timestamp", "sign", "x-ddpaas-signature", "x-ddpaas-signature-timestamp")
    query = dict.fromkeys(("msg_signature", "timestamp", "nonce"), text)
    callback = Callback("POST", route, query, dict.fromkeys(names, text), body, NOON)
    assert rejected(PLATFORM, callback) in (400, 403, 404)


@hypothesis.settings(deadline=None)  # the first one loads the vendor's library
@given(st.binary(max_size=200))
def test_whatever_is_inside_a_signed_event_is_refused_or_read(plain: bytes) -> None:
    padded = plain + b"\x00" * (-len(plain) % 16)
    try:
        found = PLATFORM.authenticate(CALLER._sealed(padded, NOON))
    except Rejected as error:
        assert error.status in (400, 403)  # noqa: PT017 - reading it would be right too
    else:
        assert isinstance(found, Authentic | Handshake)


def test_the_published_vector_opens_and_only_for_its_receiver() -> None:
    vector = json.loads((FIXTURES / "event_crypto.json").read_text())
    query = {name: vector[name] for name in ("signature", "timestamp", "nonce")}
    body = json.dumps({"encrypt": vector["encrypt"]}).encode()
    cipher = crypto.EventCipher(vector["token"], vector["aes_key"], ("other", vector["receiver"]))
    assert cipher.open(query, body) == crypto.Opened(vector["plain"], vector["receiver"])
    with pytest.raises(Rejected):
        crypto.EventCipher(vector["token"], vector["aes_key"], ("other",)).open(query, body)


def test_a_key_that_is_none_is_noticed() -> None:
    assert crypto.EventCipher("t", APP.aes_key, ("r",)).is_sound()
    assert not crypto.EventCipher("t", "short", ("r",)).is_sound()
    assert not crypto.EventCipher("t", "钥匙", ("r",)).is_sound()


def test_settings_are_complete() -> None:
    assert settings().is_on()
