"""The simulated Feishu against the bot's adapter: what people do, and what the real server would refuse."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.platforms.feishu.client import Client
from bot.simulator.feishu import FeishuSide
from cards.model import Card
from cards.render import feishu as render
from handlers.events import CardAction, MenuPressed, Message, Opened, PeopleChanged
from handlers.ports import Address, Answer, File, Outgoing, PlatformError, Sent, Update
from tests.gallery import APPROVAL, APPROVED, ASK_VALUE, CHOOSE_GOAL, PLAIN, REJECTED, REVISE
from tests.phones.feishu import FeishuPhone
from tests.platforms.feishu_rig import APP, CHEN, LIN, STRANGER, Rig, platform, rig

PNG = b"\x89PNG\r\n\x1a\n and so on"

Native = dict[str, Any]


@pytest.fixture
def place() -> Iterator[Rig]:
    with rig() as found:
        yield found


@pytest.fixture
def phone(place: Rig) -> FeishuPhone:
    return FeishuPhone(place.side, place.world, LIN)


def give(place: Rig, card: Card, *, key: str = "D-1") -> Sent:
    return place.platform.send(Outgoing(key, Address(LIN), card))


def client(place: Rig) -> Client:
    return place.platform._client


def test_what_a_person_says_reaches_the_bot(place: Rig, phone: FeishuPhone) -> None:
    phone.say("续约率到82%了")
    message = place.bot.next(Message)
    assert (message.account, message.text, message.group) == (LIN, "续约率到82%了", "")
    assert [bubble.author for bubble in place.world.chat("feishu", LIN)] == ["me"]


@pytest.mark.parametrize("changed", [{"encrypt_key": ""}, {"lower_case_headers": True}], ids=["plain", "lower case"])
def test_the_app_can_be_set_up_in_other_ways(changed: dict[str, Any]) -> None:
    with rig(**changed) as place:
        assert place.side.verify_url() == ""
        place.side.say(LIN, "你好")
        assert place.bot.next(Message).text == "你好"
        headers = place.pushed(2)[-1].request_headers
    assert ("x-lark-signature" in headers) == bool(changed.get("lower_case_headers"))


def test_the_console_takes_an_address_that_answers_its_challenge(place: Rig) -> None:
    assert place.side.verify_url() == ""
    assert "X-Lark-Signature" not in place.world.traffic[-1].request_headers


def test_the_console_complains_about_an_address_that_does_not(place: Rig) -> None:
    with httpx.Client() as http:
        place.bot.platform = platform(place.base, http, app=replace(APP, verification_token="another"))
        assert "403" in place.side.verify_url()


def test_a_message_that_was_not_taken_comes_again_under_another_event_id(place: Rig, phone: FeishuPhone) -> None:
    place.bot.fail = 2
    phone.say("你好")
    came = [place.bot.next(Message) for _ in range(3)]
    assert len(set(came)) == 1
    assert len({json.loads(one.plain)["header"]["event_id"] for one in place.pushed(3)}) == 3


def test_a_callback_can_be_doubled_on_request(place: Rig, phone: FeishuPhone) -> None:
    place.world.faults["feishu"].duplicate = 2
    phone.menu("我的目标")
    came = [place.bot.next(MenuPressed) for _ in range(3)]
    assert len({event.key for event in came}) == 1
    assert came[0].do == "goals"


def test_opening_the_chat_and_changes_of_people_are_told(place: Rig, phone: FeishuPhone) -> None:
    phone.open()
    assert place.bot.next(Opened).account == LIN
    place.side.person_changed(LIN, {"leader_user_id": CHEN})
    assert place.bot.next(PeopleChanged).left == ()
    place.side.person_left(LIN)
    assert place.bot.next(PeopleChanged).left == (LIN,)


def test_a_picture_and_a_voice_come_as_media(place: Rig, phone: FeishuPhone) -> None:
    phone.picture("现场.png", PNG)
    assert place.bot.next(Message).media[0].kind == "image"
    phone.voice("续约率到八成二了")
    voice = place.bot.next(Message)
    assert (voice.kind, voice.text, voice.media[0].kind) == ("voice", "", "voice")


def test_a_stranger_can_talk_though_no_address_book_has_them(place: Rig) -> None:
    place.side.say(STRANGER, "有人吗")
    assert place.bot.next(Message).account == STRANGER
    assert STRANGER not in {member.account for member in place.platform.people()}


def test_a_press_shows_the_toast_and_the_card_of_the_answer(place: Rig, phone: FeishuPhone) -> None:
    sent = give(place, APPROVAL)
    place.bot.answer = Answer("已同意", "good", APPROVED)
    assert phone.press("同意") == "已同意"
    action = place.bot.next(CardAction)
    assert (action.account, action.do, action.message) == (LIN, "approve?request=R-12", sent.message)
    assert APPROVED.outcome in phone.screens()[0].text
    assert phone.screens()[0].buttons == ()


def test_a_form_brings_what_was_typed_and_leaves_out_what_was_not(place: Rig, phone: FeishuPhone) -> None:
    give(place, REVISE)
    place.bot.answer = Answer("交了", "good")
    assert phone.press("提交审批", target="80", due="2027-01-15", reason="预算冻结\n第二行") == "交了"
    action = place.bot.next(CardAction)
    assert action.form == {"target": "80", "due": "2027-01-15", "reason": "预算冻结\n第二行"}
    assert '"2027-01-15 +0800"' in place.world.traffic[-1].plain


def test_a_choice_that_was_set_from_the_start_is_sent(place: Rig, phone: FeishuPhone) -> None:
    give(place, CHOOSE_GOAL)
    phone.press("选好了")
    assert place.bot.next(CardAction).form == {"goal": "G-104"}


@pytest.mark.parametrize(("value", "words"), [("", "必填"), ("8" * 1001, "太长")])
def test_the_client_itself_checks_a_form(place: Rig, phone: FeishuPhone, value: str, words: str) -> None:
    give(place, ASK_VALUE)
    assert words in phone.press("下一步", value=value)
    assert place.bot.events.empty()


def test_a_press_sends_the_value_of_the_card_whatever_the_page_says(place: Rig) -> None:
    sent = give(place, APPROVAL)
    place.side.press(LIN, sent.message, {"name": "press_b0", "value": {"do": "approve?request=R-99"}})
    assert place.bot.next(CardAction).do == "approve?request=R-12"


def test_a_button_can_be_pressed_by_its_value(place: Rig) -> None:
    sent = give(place, APPROVAL)
    place.side.press(LIN, sent.message, {"tag": "button", "value": {"do": "reject?request=R-12"}})
    assert place.bot.next(CardAction).do == "reject?request=R-12"


def test_a_button_that_is_gone_cannot_be_pressed(place: Rig) -> None:
    sent = give(place, APPROVED)
    assert "已更新" in place.side.press(LIN, sent.message, {"name": "press_b0"})
    assert place.bot.events.empty()


def test_a_card_of_fifteen_days_cannot_be_pressed(place: Rig, phone: FeishuPhone) -> None:
    give(place, APPROVAL)
    place.later(days=15)
    assert "过期" in phone.press("同意")
    assert place.bot.events.empty()


def spoiled(change: Callable[[dict[str, Any]], Any]) -> Callable[[bytes], bytes]:
    return lambda body: json.dumps(change(json.loads(body))).encode()


BAD_ANSWERS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "not json": (200672, lambda _: b"ok"),
    "nothing": (200672, lambda _: b""),
    "an array": (200672, spoiled(lambda _: [])),
    "an unknown toast": (200672, spoiled(lambda body: {**body, "toast": {"type": "good", "content": "x"}})),
    "an unknown field": (200672, spoiled(lambda body: {**body, "message": "x"})),
    "a card without its wrapper": (200673, spoiled(lambda body: {"card": body["card"]["data"]})),
    "a card as a string": (200673, spoiled(lambda body: {"card": {"type": "raw", "data": json.dumps(body["card"])}})),
    "a card of the old schema": (200673, spoiled(lambda _: {"card": {"type": "raw", "data": {"elements": []}}})),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_a_bad_answer_shows_the_clients_error_and_leaves_the_card(place: Rig, phone: FeishuPhone, name: str) -> None:
    give(place, APPROVAL)
    code, place.bot.spoil = BAD_ANSWERS[name]
    place.bot.answer = Answer("好", "good", APPROVED)
    assert str(code) in phone.press("同意")
    assert phone.screens()[0].buttons == ("同意", "驳回", "看目标")


def test_a_refusing_server_is_the_clients_error_200671(place: Rig, phone: FeishuPhone) -> None:
    give(place, APPROVAL)
    place.bot.fail = 1
    assert "200671" in phone.press("同意")


def test_an_answer_after_three_seconds_is_the_clients_error_200341(place: Rig, phone: FeishuPhone) -> None:
    def slow(body: bytes) -> bytes:
        time.sleep(3.3)
        return body

    give(place, APPROVAL)
    place.bot.spoil = slow
    assert "200341" in phone.press("同意")


def test_a_bot_that_is_not_there_is_the_clients_error_200342(place: Rig) -> None:
    side = FeishuSide(place.world, APP)
    kept = side.store.keep(LIN, "oc_1", "interactive", render.native(APPROVAL), by_bot=True)
    assert "200342" in side.press(LIN, kept.id, {"name": "press_b0"})
    side.close()


def test_a_button_without_a_value_never_reaches_the_bot(place: Rig) -> None:
    native = render.native(APPROVAL)
    del native["body"]["elements"][3]["columns"][0]["elements"][0]["behaviors"]
    sent = client(place).send(Address(LIN), "interactive", native, "D-1")
    assert "200340" in place.side.press(LIN, sent, {"name": "press_b0"})
    assert place.bot.events.empty()


def test_a_doubled_press_comes_twice_under_one_key(place: Rig, phone: FeishuPhone) -> None:
    give(place, APPROVAL)
    place.world.faults["feishu"].duplicate = 1
    phone.press("同意")
    assert place.bot.next(CardAction).key == place.bot.next(CardAction).key


def refused(call: Callable[[], object]) -> PlatformError:
    with pytest.raises(PlatformError) as found:
        call()
    return found.value


def test_a_card_of_fifteen_days_can_no_longer_be_changed(place: Rig) -> None:
    sent = give(place, APPROVAL)
    place.later(days=15)
    error = refused(lambda: place.platform.update(Update("U-1", Address(LIN), REJECTED, sent)))
    assert (error.code, error.replace) == ("230031", True)


def test_a_recalled_card_can_no_longer_be_changed(place: Rig) -> None:
    sent = give(place, APPROVAL)
    client(place)._call("DELETE", f"/im/v1/messages/{sent.message}")
    error = refused(lambda: place.platform.update(Update("U-1", Address(LIN), REJECTED, sent)))
    assert (error.code, error.replace) == ("230011", True)
    assert place.world.chat("feishu", LIN)[0].kind == "notice"


def test_a_sentence_cannot_become_a_card(place: Rig) -> None:
    sent = give(place, PLAIN)
    error = refused(lambda: place.platform.update(Update("U-1", Address(LIN), REJECTED, sent)))
    assert (error.code, error.replace) == ("230054", True)


def test_somebody_elses_message_cannot_be_changed(place: Rig, phone: FeishuPhone) -> None:
    phone.say("你好")
    theirs = place.world.chat("feishu", LIN)[0].id
    assert refused(lambda: client(place).patch(theirs, render.native(APPROVAL))).code == "230012"


def test_the_token_of_a_press_serves_twice_within_half_an_hour_and_not_before_the_answer(place: Rig) -> None:
    sent = give(place, APPROVAL)
    token = place.side.store.press(sent.message)

    def change() -> None:
        client(place).patch_by_token(token, render.native(APPROVED))

    assert refused(change).code == "300020"
    place.side.store.presses[token].answered = True
    change()
    change()
    assert refused(change).code == "300040"
    place.later(minutes=31)
    assert refused(change).code == "300030"


def test_a_key_is_forgotten_after_an_hour(place: Rig) -> None:
    first = give(place, APPROVAL)
    place.later(minutes=59)
    assert give(place, APPROVAL) == first
    place.later(minutes=2)
    assert give(place, APPROVAL) != first


def test_more_than_five_messages_a_second_to_one_person_are_too_many() -> None:
    with rig(patience=100) as place:
        for n in range(5):
            give(place, PLAIN, key=f"D-{n}")
        error = refused(lambda: give(place, PLAIN, key="D-5"))
        assert (error.code, error.permanent, error.retry_after) == ("230020", False, 1.0)


def test_more_than_five_updates_a_second_of_one_card_are_too_many() -> None:
    with rig(patience=100) as place:
        update = Update("U-1", Address(LIN), REJECTED, give(place, APPROVAL))
        for _ in range(5):
            place.platform.update(update)
        assert refused(lambda: place.platform.update(update)).code == "230020"


def test_more_than_fifty_calls_a_second_are_too_many_and_the_wait_is_named() -> None:
    with rig(patience=100) as place:
        for _ in range(50):
            place.platform.check()
        error = refused(place.platform.check)
        assert error.code == "99991400"
        assert error.retry_after is not None
        assert 90 < error.retry_after <= 100


def test_a_token_is_the_same_until_half_an_hour_before_its_end(place: Rig) -> None:
    store = place.side.store
    first, life = store.token()
    place.later(minutes=89)
    again, left = store.token()
    assert again == first
    assert left == pytest.approx(life - 89 * 60, abs=5)
    place.later(minutes=2)
    second, _ = store.token()
    assert second != first
    store.check_token(f"Bearer {first}")
    store.check_token(f"Bearer {second}")


def test_the_bot_gets_over_a_token_that_ended_meanwhile(place: Rig) -> None:
    give(place, PLAIN)
    place.later(hours=3)
    give(place, APPROVAL, key="D-2")
    assert place.calls() == ["POST /im/v1/messages 200", "POST /im/v1/messages 400", "POST /im/v1/messages 200"]


@pytest.mark.parametrize(
    ("header", "code"),
    [("", 99991661), ("t-1", 99991661), ("Bearer", 99991661), ("Bearer x", 99991671), ("Bearer t-x", 99991663)],
)
def test_a_call_without_a_good_token_is_refused(place: Rig, header: str, code: int) -> None:
    found = httpx.get(f"{place.base}/open-apis/bot/v3/info", headers={"Authorization": header} if header else {})
    assert (found.status_code, found.json()["code"]) == (400, code)
    assert found.headers["X-Tt-Logid"] == found.json()["error"]["log_id"]


BAD_SENDS: dict[str, tuple[str, tuple[str, Native]]] = {
    "no such chat": ("230001", ("text", {"text": "x"})),
    "no text": ("230001", ("text", {"text": ""})),
    "an unknown kind": ("230001", ("hologram", {"text": "x"})),
    "an unknown picture": ("230001", ("image", {"image_key": "img_v3_x"})),
    "a text of 200 KB": ("230025", ("text", {"text": "长" * 70_000})),
    "a card of 40 KB": ("230025", ("interactive", render.native(PLAIN) | {"x": "x" * 40_000})),
    "a card that is none": ("230099", ("interactive", {"text": "x"})),
}


@pytest.mark.parametrize("name", BAD_SENDS)
def test_a_bad_message_is_refused_with_its_code(place: Rig, name: str) -> None:
    code, (kind, content) = BAD_SENDS[name]
    to = Address(LIN, "oc_nobody" if name == "no such chat" else "")
    assert refused(lambda: client(place).send(to, kind, content, "D-1")).code == code
    assert place.world.chat("feishu", LIN) == []


def test_a_video_is_no_file(place: Rig) -> None:
    key = place.side.store.upload("file_v3_", "mp4", "a.mp4", "video/mp4", b"x")
    error = refused(lambda: client(place).send(Address(LIN), "file", {"file_key": key}, "D-1"))
    assert error.code == "230055"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (File("image", "a.png", b""), "234010"),
        (File("image", "a.png", b"no picture"), "234011"),
        (File("image", "a.png", PNG + bytes(10 * 1024 * 1024)), "234006"),
        (File("file", "a.pdf", b""), "234010"),
    ],
)
def test_a_bad_upload_is_refused_with_its_code(place: Rig, file: File, code: str) -> None:
    assert refused(lambda: client(place).upload(file)).code == code


def test_an_upload_that_is_no_form_is_refused(place: Rig) -> None:
    assert refused(lambda: client(place)._call("POST", "/im/v1/images", body={"image": "x"})).code == "234001"


def test_a_department_out_of_sight_is_refused(place: Rig) -> None:
    error = refused(lambda: list(client(place).users_in("od-elsewhere")))
    assert (error.code, error.config) == ("40004", True)


def test_one_person_and_one_department_can_be_asked_for(place: Rig) -> None:
    assert client(place).user(LIN)["name"] == "林安"
    top = next(client(place).departments_below("0"))
    assert client(place).department(top["open_department_id"])["name"] == "总部"


def test_every_exchange_is_recorded_with_what_it_says(place: Rig, phone: FeishuPhone) -> None:
    give(place, APPROVAL)
    phone.press("同意")
    out, press = [one for one in place.world.traffic if "token" not in one.path][-2:]
    assert (out.direction, out.status, press.direction, press.status) == ("from_bot", 200, "to_bot", 200)
    assert "待审批" in out.plain
    assert "approve?request=R-12" in press.plain
    assert "approve" not in press.request_body
