"""The simulated DingTalk: what it refuses, how it calls back, and a person's way through it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from cards.model import Card
from handlers.events import CardAction, Message, PeopleChanged, Unknown
from handlers.ports import Answer, Outgoing
from tests import gallery
from tests.phones.dingtalk import DingTalkPhone
from tests.platforms.dingtalk_kit import APP, LI, TO_LI, Town, client, town

OTO = "/v1.0/robot/oToMessages/batchSend"
DELIVER = "/v1.0/card/instances/createAndDeliver"
UPDATE = "/v1.0/card/instances"


@pytest.fixture
def here() -> Iterator[Town]:
    with town() as built:
        yield built


def call(here: Town, method: str, path: str, body: Any) -> httpx.Response:
    credentials = {"appKey": here.app.app_key, "appSecret": here.app.app_secret}
    with client() as http:
        token = http.post(here.base + "/v1.0/oauth2/accessToken", json=credentials).json()["accessToken"]
        headers, params = {"x-acs-dingtalk-access-token": token}, {"access_token": token}
        return http.request(method, here.base + path, json=body, headers=headers, params=params)


def oto(**changes: Any) -> dict[str, Any]:
    good = {"robotCode": APP.robot_code, "userIds": [LI], "msgKey": "sampleText", "msgParam": '{"content":"x"}'}
    return good | changes


def deliver(**changes: Any) -> dict[str, Any]:
    good = {
        "cardTemplateId": APP.card_template_id,
        "outTrackId": "t1",
        "callbackType": "HTTP",
        "callbackRouteKey": "maibo",
        "cardData": {"cardParamMap": {"title": "t"}},
        "openSpaceId": f"dtv1.card//IM_ROBOT.{LI}",
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": APP.robot_code},
    }
    return good | changes


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (oto(robotCode="other"), "invalidParameter.robotCode.notExsit"),
        (oto(userIds=[]), "invalidParameter.userIds.empty"),
        (oto(userIds=["u"] * 21), "invalidParameter.userIds.overMax"),
        (oto(msgKey="sampleNothing"), "invalidParameter.msgKey.invalid"),
        (oto(msgParam={"content": "x"}), "invalidParameter.msgParam.invalid"),
        (oto(msgParam='{"text":"x"}'), "invalidParameter.msgParam.invalid"),
        (oto(msgParam=json.dumps({"content": "x" * 15_000})), "invalidParameter.msgParam.tooLong"),
    ],
)
def test_a_message_the_real_robot_would_refuse_is_refused(here: Town, body: dict[str, Any], code: str) -> None:
    response = call(here, "POST", OTO, body)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert here.world.bubbles == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"outTrackId": ""}, "param.outTrackIdEmpty"),
        ({"cardTemplateId": "no.schema"}, "param.templateNotExist"),
        ({"cardData": {"cardParamMap": {"title": 3}}}, "param.invalid"),
        ({"cardData": {"cardParamMap": {"title": "长" * 342}}}, "param.invalid"),
        ({"cardData": {"cardParamMap": {"buttons": "{}"}}}, "param.invalid"),
        ({"cardData": {"cardParamMap": {"titel": "t"}}}, "param.invalid"),
        ({"cardData": {}}, "param.cardPublicDataEmpty"),
        ({"callbackType": "http"}, "param.invalid"),
        ({"openSpaceId": f"IM_ROBOT.{LI}"}, "param.openSpaceIdInvalid"),
        ({"imRobotOpenDeliverModel": None}, "param.openDeliverModelEmpty"),
    ],
)
def test_a_card_the_real_platform_would_refuse_is_refused(here: Town, changes: dict[str, Any], code: str) -> None:
    response = call(here, "POST", DELIVER, deliver(**changes))
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_the_same_track_id_is_no_second_card(here: Town) -> None:
    assert call(here, "POST", DELIVER, deliver()).json()["success"] is True
    assert call(here, "POST", DELIVER, deliver()).json()["code"] == "param.cardAlreadyExist"


def test_an_update_overwrites_unless_it_is_by_key(here: Town) -> None:
    call(here, "POST", DELIVER, deliver(cardData={"cardParamMap": {"title": "t", "hint": "h"}}))
    by_key = {"updateCardDataByKey": True}
    change = {"outTrackId": "t1", "cardData": {"cardParamMap": {"title": "neu"}}}
    call(here, "PUT", UPDATE, change | {"cardUpdateOptions": by_key})
    assert here.world.bubbles[0].content["params"] == {"title": "neu", "hint": "h"}
    call(here, "PUT", UPDATE, change)
    assert here.world.bubbles[0].content["params"] == {"title": "neu"}


def test_private_data_is_seen_by_its_owner_only(here: Town) -> None:
    here.side.server.robot.groups["cid1"] = [LI, "u2001"]
    group = {"openSpaceId": "dtv1.card//IM_GROUP.cid1", "imGroupOpenDeliverModel": {"robotCode": APP.robot_code}}
    call(here, "POST", DELIVER, deliver(**group))
    mine = {"outTrackId": "t1", "privateData": {LI: {"cardParamMap": {"toast": "hi"}}}}
    call(here, "PUT", UPDATE, mine)
    seen = {bubble.account: bubble.content["params"].get("toast") for bubble in here.world.bubbles}
    assert seen == {LI: "hi", "u2001": None}


def test_a_route_key_is_taken_over_only_by_force(here: Town) -> None:
    body = {"callbackRouteKey": "maibo", "callbackUrl": "https://x.example/"}
    assert call(here, "POST", "/v1.0/card/callbacks/register", body).json()["code"] == "param.callbackRouteKeyExist"
    assert call(here, "POST", "/v1.0/card/callbacks/register", body | {"forceUpdate": True}).json()["success"] is True


def test_the_token_stays_the_same_while_it_is_valid(here: Town) -> None:
    tokens = {
        call(here, "POST", OTO, oto()).request.headers["x-acs-dingtalk-access-token"],
        call(here, "POST", OTO, oto()).request.headers["x-acs-dingtalk-access-token"],
    }
    assert len(tokens) == 1


def test_what_a_person_says_reaches_the_bot_signed(here: Town) -> None:
    here.side.say(LI, "续约率到82%了")
    here.side.say(LI, "团队", group="cidGroup==")
    events = sorted(here.bot.wait(2), key=lambda event: event.group)
    assert [(event.account, event.group) for event in events] == [(LI, ""), (LI, "cidGroup==")]
    assert [event.text for event in events if isinstance(event, Message)] == ["续约率到82%了", "团队"]


def test_voice_pictures_files_and_the_unreadable_reach_the_bot(here: Town) -> None:
    here.side.send_voice(LI, "八十二")
    here.side.send_picture(LI, "a.jpg", b"\xff\xd8")
    here.side.send_file(LI, "b.pdf", b"%PDF")
    here.side.send_unknown(LI)
    found = {event.kind: event.text for event in here.bot.wait(4) if isinstance(event, Message)}
    assert found == {"voice": "八十二", "image": "", "file": "", "unknownMsgType": ""}


def test_a_message_is_sent_again_until_it_is_taken(here: Town) -> None:
    here.bot.failures = 2
    here.side.say(LI, "x")
    assert len(here.bot.wait()) == 1


def test_a_duplicate_carries_the_same_key(here: Town) -> None:
    here.world.faults["dingtalk"].duplicate = 1
    here.side.say(LI, "x")
    first, second = here.bot.wait(2)
    assert first.key == second.key


def test_an_unpublished_robot_and_a_used_up_quota_look_as_they_do(here: Town) -> None:
    here.side.published = False
    here.side.say(LI, "x")
    assert here.bot.wait()[0].account == ""
    here.side.quota_used = True
    here.side.say(LI, "x")
    event = here.bot.wait(2)[1]
    assert isinstance(event, Unknown)
    assert event.name == "quota"


def test_an_event_arrives_encrypted_and_the_address_can_be_checked(here: Town) -> None:
    assert here.side.check_url()
    here.side.event("user_leave_org", userId=[LI]).result(20)
    (event,) = here.bot.wait()
    assert isinstance(event, PeopleChanged)
    assert event.left == (LI,)
    assert here.side.server.failed_events == []


def test_an_event_nobody_takes_is_kept_as_failed(here: Town) -> None:
    here.bot.failures = 99
    here.side.event("user_add_org", userId=["u7"]).result(20)
    failed = call(here, "GET", "/call_back/get_call_back_failed_result", None).json()["failed_list"]
    assert [one["call_back_tag"] for one in failed] == ["user_add_org"]


def test_a_press_shows_the_toast_and_the_new_card(here: Town) -> None:
    here.bot.reply = lambda _: Answer("已同意", "good", gallery.APPROVED)
    here.platform.send(Outgoing("d1", TO_LI, gallery.APPROVAL))
    phone = DingTalkPhone(here.side, here.world, LI)
    assert phone.press("同意") == "已同意"
    (event,) = here.bot.wait()
    assert isinstance(event, CardAction)
    assert (event.do, event.message, event.account) == ("approve?request=R-12", "maibo-d1", LI)
    assert phone.screens()[0].buttons == ()
    assert gallery.APPROVED.outcome in phone.screens()[0].text


def test_a_press_without_a_card_in_the_answer_changes_the_toast_alone(here: Town) -> None:
    here.bot.reply = lambda _: Answer("稍等")
    here.platform.send(Outgoing("d1", TO_LI, gallery.APPROVAL))
    phone = DingTalkPhone(here.side, here.world, LI)
    assert phone.press("驳回") == "稍等"
    assert phone.screens()[0].buttons == ("同意", "驳回", "看目标")


def test_a_form_comes_back_field_by_field(here: Town) -> None:
    here.platform.send(Outgoing("d1", TO_LI, gallery.REVISE))
    phone = DingTalkPhone(here.side, here.world, LI)
    assert phone.screens()[0].fields == ("target", "weight", "due", "reason")
    phone.press("提交审批", target="80", due="2027-01-15", reason="预算冻结")
    (event,) = here.bot.wait()
    assert isinstance(event, CardAction)
    assert (event.do, dict(event.form)) == (
        "fill?dialog=43",
        {"target": "80", "due": "2027-01-15", "reason": "预算冻结"},
    )


def test_a_choice_comes_back_as_its_value(here: Town) -> None:
    here.platform.send(Outgoing("d1", TO_LI, gallery.CHOOSE_GOAL))
    phone = DingTalkPhone(here.side, here.world, LI)
    phone.press("选好了", goal="G-106")
    phone.press("选好了")
    forms = [dict(event.form) for event in here.bot.wait(2) if isinstance(event, CardAction)]
    assert forms == [{"goal": "G-106"}, {"goal": "G-104"}]


def test_a_bot_that_fails_or_lies_gets_the_clients_own_words(here: Town) -> None:
    here.platform.send(Outgoing("d1", TO_LI, gallery.APPROVAL))
    phone = DingTalkPhone(here.side, here.world, LI)
    here.bot.failures = 1
    assert phone.press("同意") == "操作失败，请稍后重试"
    here.side.server.cards.routes["maibo"] = replace(here.side.server.cards.routes["maibo"], secret="forged")
    assert phone.press("同意") == "操作失败，请稍后重试"
    assert [rejected.status for rejected in here.bot.refused] == [403]


def test_without_a_template_pressing_says_the_sentence() -> None:
    with town(replace(APP, card_template_id="")) as here:
        here.platform.send(Outgoing("d1", TO_LI, gallery.APPROVAL))
        phone = DingTalkPhone(here.side, here.world, LI)
        assert phone.screens()[0].buttons == ("同意", "驳回", "看目标")
        phone.press("同意")
        (event,) = here.bot.wait()
        assert isinstance(event, Message)
        assert event.text == "同意 R-12"


def test_every_call_of_the_bot_is_recorded(here: Town) -> None:
    here.platform.send(Outgoing("d1", TO_LI, Card(text="你好")))
    last = here.world.traffic[-1]
    assert (last.direction, last.method, last.path, last.status) == ("from_bot", "POST", OTO, 200)
    assert "你好" in last.request_body
