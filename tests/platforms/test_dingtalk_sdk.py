"""The simulated DingTalk against the official SDKs: they make the bot's calls, and read what it sends to the bot.

Also the other way round: every field our adapter sends is one the official SDK knows.
"""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from bot.simulator.world import Exchange
from cards.model import Card
from handlers.ports import Address, File, Outgoing, Update
from tests import gallery
from tests.phones.dingtalk import DingTalkPhone
from tests.platforms.dingtalk_kit import LI, TO_LI, WANG, Town, town

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # their docstrings have invalid escapes
    from alibabacloud_dingtalk.card_1_0 import models as card_models
    from alibabacloud_dingtalk.card_1_0.client import Client as CardClient
    from alibabacloud_dingtalk.oauth2_1_0 import models as oauth_models
    from alibabacloud_dingtalk.oauth2_1_0.client import Client as OAuthClient
    from alibabacloud_dingtalk.robot_1_0 import models as robot_models
    from alibabacloud_dingtalk.robot_1_0.client import Client as RobotClient
    from alibabacloud_tea_openapi.models import Config
    from alibabacloud_tea_util.models import RuntimeOptions
    from dingtalk import AppKeyClient
    from dingtalk.core.exceptions import DingTalkClientException
    from dingtalk.crypto import DingTalkCrypto
    from dingtalk_stream import ChatbotMessage
    from dingtalk_stream.card_callback import CardCallbackMessage

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
RUNTIME = RuntimeOptions()
SENT_WITH = {
    "/v1.0/card/instances/createAndDeliver": card_models.CreateAndDeliverRequest,
    "/v1.0/card/instances": card_models.UpdateCardRequest,
    "/v1.0/card/callbacks/register": card_models.RegisterCallbackRequest,
    "/v1.0/robot/oToMessages/batchSend": robot_models.BatchSendOTORequest,
    "/v1.0/robot/groupMessages/send": robot_models.OrgGroupSendRequest,
    "/v1.0/robot/messageFiles/download": robot_models.RobotMessageFileDownloadRequest,
    "/v1.0/oauth2/accessToken": oauth_models.GetAccessTokenRequest,
}


@pytest.fixture
def here() -> Iterator[Town]:
    with town() as built:
        yield built


def config(here: Town) -> Config:
    return Config(protocol="http", endpoint=urlsplit(here.base).netloc)


def token(here: Town) -> str:
    request = oauth_models.GetAccessTokenRequest(app_key=here.app.app_key, app_secret=here.app.app_secret)
    body = OAuthClient(config(here)).get_access_token(request).body
    assert body.expire_in == 7200
    return str(body.access_token)


def old(here: Town) -> AppKeyClient:
    """dingtalk-sdk, pointed at the simulator."""
    host = type("Here", (AppKeyClient,), {"API_BASE_URL": here.base + "/"})
    return host(here.app.corp_id, here.app.app_key, here.app.app_secret, timeout=10, auto_retry=False)


def deliver(here: Town, **changes: Any) -> Any:
    good = {
        "cardTemplateId": here.app.card_template_id,
        "outTrackId": "sdk1",
        "callbackType": "HTTP",
        "callbackRouteKey": "maibo",
        "cardData": {"cardParamMap": {"title": "标题"}},
        "openSpaceId": f"dtv1.card//IM_ROBOT.{LI}",
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": here.app.robot_code},
    }
    request = card_models.CreateAndDeliverRequest().from_map(good | changes)
    headers = card_models.CreateAndDeliverHeaders(x_acs_dingtalk_access_token=token(here))
    return CardClient(config(here)).create_and_deliver_with_options(request, headers, RUNTIME).body


def test_the_sdk_delivers_a_card_and_understands_the_answer(here: Town) -> None:
    body = deliver(here)
    assert body.success
    assert [result.success for result in body.result.deliver_results] == [True]
    assert here.world.chat("dingtalk", LI)[0].content["params"] == {"title": "标题"}


def test_the_sdk_sees_a_delivery_that_failed(here: Town) -> None:
    results = deliver(here, openSpaceId="dtv1.card//IM_ROBOT.u404").result.deliver_results
    assert [(result.success, result.error_msg) for result in results] == [(False, "userId not exist")]


def test_the_sdk_raises_what_the_card_platform_refuses(here: Town) -> None:
    deliver(here)
    with pytest.raises(Exception, match=r"param\.cardAlreadyExist"):
        deliver(here)


def test_the_sdk_updates_a_card(here: Town) -> None:
    deliver(here)
    change = {
        "outTrackId": "sdk1",
        "cardData": {"cardParamMap": {"hint": "neu"}},
        "cardUpdateOptions": {"updateCardDataByKey": True},
    }
    headers = card_models.UpdateCardHeaders(x_acs_dingtalk_access_token=token(here))
    request = card_models.UpdateCardRequest().from_map(change)
    assert CardClient(config(here)).update_card_with_options(request, headers, RUNTIME).body.success
    assert here.world.chat("dingtalk", LI)[0].content["params"] == {"title": "标题", "hint": "neu"}


def test_the_sdk_registers_a_callback_address(here: Town) -> None:
    request = card_models.RegisterCallbackRequest("secret", "other", "https://bot.example/card", force_update=False)
    headers = card_models.RegisterCallbackHeaders(x_acs_dingtalk_access_token=token(here))
    body = CardClient(config(here)).register_callback_with_options(request, headers, RUNTIME).body
    assert (body.result.api_secret, body.result.callback_url) == ("secret", "https://bot.example/card")


def test_the_sdk_sends_a_message_and_sees_who_did_not_get_it(here: Town) -> None:
    here.side.server.robot.flow_controlled.add(WANG)
    request = robot_models.BatchSendOTORequest(
        msg_key="sampleText",
        msg_param='{"content":"你好"}',
        robot_code=here.app.robot_code,
        user_ids=[LI, WANG, "u404"],
    )
    headers = robot_models.BatchSendOTOHeaders(x_acs_dingtalk_access_token=token(here))
    body = RobotClient(config(here)).batch_send_otowith_options(request, headers, RUNTIME).body
    assert body.process_query_key
    assert (body.invalid_staff_id_list, body.flow_controlled_staff_id_list) == (["u404"], [WANG])
    assert here.world.chat("dingtalk", LI)[0].content == {"text": "你好"}


def test_the_sdk_finds_the_address_of_a_file(here: Town) -> None:
    here.side.send_picture(LI, "a.png", b"\x89PNG")
    media = here.bot.wait()[0].media[0]  # type: ignore[attr-defined]  # a Message, as sent
    request = robot_models.RobotMessageFileDownloadRequest(download_code=media.ref, robot_code=here.app.robot_code)
    headers = robot_models.RobotMessageFileDownloadHeaders(x_acs_dingtalk_access_token=token(here))
    body = RobotClient(config(here)).robot_message_file_download_with_options(request, headers, RUNTIME).body
    assert body.download_url.startswith(here.base)


def test_a_bad_token_is_an_error_to_the_sdk(here: Town) -> None:
    headers = card_models.UpdateCardHeaders(x_acs_dingtalk_access_token="stale")
    request = card_models.UpdateCardRequest(out_track_id="x")
    with pytest.raises(Exception, match="InvalidAuthentication"):
        CardClient(config(here)).update_card_with_options(request, headers, RUNTIME)


def test_the_old_sdk_reads_the_address_book(here: Town) -> None:
    client = old(here)
    below = client.post("/topapi/v2/department/listsub", {"dept_id": 1})["result"]
    assert {one["name"] for one in below} == {"总部", "交付中心"}
    page = client.post("/topapi/v2/user/list", {"dept_id": below[0]["dept_id"], "cursor": 0, "size": 100})["result"]
    assert page["has_more"] is False
    assert client.post("/topapi/v2/user/get", {"userid": LI})["result"]["manager_userid"] == WANG


def test_the_old_sdk_raises_the_old_codes(here: Town) -> None:
    with pytest.raises(DingTalkClientException) as caught:
        old(here).post("/topapi/v2/user/get", {"userid": "u404"})
    assert caught.value.errcode == 60121
    here.side.server.plain_token_errors = True
    here.world.faults["dingtalk"].expire_token = 1
    with pytest.raises(DingTalkClientException) as caught:
        old(here).post("/topapi/v2/department/get", {"dept_id": 1})
    assert caught.value.errcode == 40014


def test_the_old_sdk_uploads_and_notifies(here: Town) -> None:
    client = old(here)
    media = client.message.media_upload("image", io.BytesIO(b"\x89PNG"))
    assert media["media_id"].startswith("@")
    notice = {"msgtype": "markdown", "markdown": {"title": "今天", "text": "两件事"}}
    body = {"agent_id": int(here.app.agent_id), "userid_list": LI, "msg": notice}
    assert client.post("/topapi/message/corpconversation/asyncsend_v2", body)["task_id"]


def called(here: Town, route: str, count: int = 1) -> Exchange:
    """That callback of the route, once it is answered."""
    while True:
        version = here.world.version
        found = [one for one in list(here.world.traffic) if f"/callback/dingtalk/{route}" in one.path]
        if len(found) >= count:
            return found[count - 1]
        assert here.world.wait(version, 20) != version, "nothing came"


def test_the_old_sdk_verifies_and_decrypts_an_event(here: Town) -> None:
    here.side.event("user_add_org", userId=["u7"]).result(20)
    sent = called(here, "event")
    query = dict(parse_qsl(urlsplit(sent.path).query))
    crypto = DingTalkCrypto(here.app.token, here.app.aes_key, here.app.app_key)
    text = crypto.decrypt_message(sent.request_body, query["msg_signature"], query["timestamp"], query["nonce"])
    assert json.loads(text)["userId"] == ["u7"]
    answer = json.loads(sent.response_body)
    sealed = (answer["msg_signature"], answer["timeStamp"], answer["nonce"], answer["encrypt"])
    assert crypto.decrypt_encrypt_str(*sealed) == "success"


def test_the_stream_sdk_reads_a_message_as_it_is_sent(here: Town) -> None:
    here.side.say(LI, "团队", group="cidGroup==")
    message = ChatbotMessage.from_dict(json.loads(called(here, "robot").request_body))
    assert (message.text.content, message.sender_staff_id, message.conversation_id) == (" 团队", LI, "cidGroup==")
    here.side.send_picture(LI, "a.png", b"\x89PNG")
    assert ChatbotMessage.from_dict(json.loads(called(here, "robot", 2).request_body)).get_image_list()


def test_the_stream_sdk_reads_a_press_as_it_is_sent(here: Town) -> None:
    here.platform.send(Outgoing("d1", TO_LI, gallery.APPROVAL))
    DingTalkPhone(here.side, here.world, LI).press("同意")
    press = CardCallbackMessage.from_dict(json.loads(called(here, "card").request_body))
    assert (press.card_instance_id, press.user_id) == ("maibo-d1", LI)
    assert press.content["cardPrivateData"]["params"] == {"do": "approve?request=R-12"}


def test_everything_the_bot_sends_is_known_to_the_official_sdk(here: Town) -> None:
    here.side.server.robot.groups["cid1"] = [LI]
    sent = here.platform.send(Outgoing("d1", TO_LI, gallery.APPROVAL))
    here.platform.send(Outgoing("d2", Address("", "cid1"), gallery.APPROVAL))
    here.platform.send(Outgoing("d3", Address("", "cid1"), gallery.PLAIN))
    here.platform.send(Outgoing("d4", TO_LI, Card(), File("file", "a.pdf", b"%PDF")))
    here.platform.update(Update("d5", TO_LI, gallery.APPROVED, sent))
    here.side.send_picture(LI, "a.png", b"\x89PNG")
    here.platform.download(here.bot.wait()[0].media[0])  # type: ignore[attr-defined]  # a Message, as sent
    seen = [(one.path, json.loads(one.request_body)) for one in here.world.traffic if one.path in SENT_WITH]
    assert {path for path, _ in seen} == set(SENT_WITH)
    for path, body in seen:
        known = SENT_WITH[path]().from_map(body).to_map()
        assert {name: value for name, value in known.items() if value != {}} == body, path
