"""The simulated Feishu against the official SDK: it makes each call of the bot's and understands the answers,
and its own code verifies and decrypts the callbacks."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import Any

import pytest
from flask import Flask, Response, request
from lark_channel.api.contact.v3.model.find_by_department_user_request import FindByDepartmentUserRequest
from lark_channel.api.contact.v3.model.get_user_request import GetUserRequest
from lark_channel.api.im.v1.model.create_file_request import CreateFileRequest
from lark_channel.api.im.v1.model.create_file_request_body import CreateFileRequestBody
from lark_channel.api.im.v1.model.create_image_request import CreateImageRequest
from lark_channel.api.im.v1.model.create_image_request_body import CreateImageRequestBody
from lark_channel.api.im.v1.model.create_message_request import CreateMessageRequest
from lark_channel.api.im.v1.model.create_message_request_body import CreateMessageRequestBody
from lark_channel.api.im.v1.model.delete_message_request import DeleteMessageRequest
from lark_channel.api.im.v1.model.get_message_resource_request import GetMessageResourceRequest
from lark_channel.api.im.v1.model.patch_message_request import PatchMessageRequest
from lark_channel.api.im.v1.model.patch_message_request_body import PatchMessageRequestBody
from lark_channel.api.im.v1.model.reply_message_request import ReplyMessageRequest
from lark_channel.api.im.v1.model.reply_message_request_body import ReplyMessageRequestBody
from lark_channel.client import Client
from lark_channel.core.cache import ICache
from lark_channel.core.enum import AccessTokenType, HttpMethod
from lark_channel.core.model import BaseRequest, RawRequest
from lark_channel.event.callback.model.p2_card_action_trigger import P2CardActionTriggerResponse
from lark_channel.event.dispatcher_handler import EventDispatcherHandler

from bot.simulator.feishu import FeishuApp, FeishuSide
from bot.simulator.world import World
from cards.render import feishu as render
from tests.gallery import APPROVAL, APPROVED, PICTURED, PLAIN
from tests.phones.feishu import FeishuPhone
from tests.platforms.feishu_rig import APP, LIN, PEOPLE, ZHOU
from tests.serving import serving

PNG = b"\x89PNG\r\n\x1a\n and so on"
CARD = render.native(APPROVAL)

Content = dict[str, Any]


class Kept(ICache):  # type: ignore[misc]  # the SDK ships no types
    """The SDK's own cache outlives a test."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def get(self, key: str) -> str:
        return self._kept.get(key, "")

    def set(self, key: str, value: str, expire: int) -> None:
        self._kept[key] = value


@dataclass
class Listener:
    """A bot made of the SDK's dispatcher alone."""

    app: FeishuApp
    answer: Content = field(default_factory=dict)
    seen: SimpleQueue[Any] = field(default_factory=SimpleQueue)

    def callback(self) -> Response:
        raw = RawRequest()
        raw.uri, raw.headers, raw.body = request.path, dict(request.headers), request.get_data()
        found = self._handler().do(raw)
        return Response(found.content, found.status_code, found.headers)

    def _handler(self) -> Any:
        builder = EventDispatcherHandler.builder(self.app.encrypt_key, self.app.verification_token)
        builder.register_p2_im_message_receive_v1(self.seen.put)
        builder.register_p2_card_action_trigger(self._press)
        for kind in (
            "application.bot.menu_v6",
            "im.chat.access_event.bot_p2p_chat_entered_v1",
            "contact.user.updated_v3",
            "contact.user.deleted_v3",
        ):
            builder.register_p2_customized_event(kind, self.seen.put)
        return builder.build()

    def _press(self, data: Any) -> Any:
        self.seen.put(data)
        return P2CardActionTriggerResponse(self.answer)

    def next(self) -> Any:
        return self.seen.get(timeout=10)


@dataclass(frozen=True)
class Place:
    world: World
    side: FeishuSide
    listener: Listener
    sdk: Any

    def create(self, kind: str, content: Mapping[str, Any], *, to: str = LIN, uuid: str = "D-1") -> Any:
        body = CreateMessageRequestBody.builder().receive_id(to).msg_type(kind).content(json.dumps(content)).uuid(uuid)
        made = CreateMessageRequest.builder().receive_id_type("open_id").request_body(body.build()).build()
        return self.sdk.im.v1.message.create(made)

    def call(self, method: Any, uri: str, body: Any = None, **queries: str) -> Any:
        """A call the SDK has no name for."""
        made = BaseRequest.builder().http_method(method).uri(uri).token_types({AccessTokenType.TENANT})
        found = self.sdk.request(made.queries(list(queries.items())).body(body).build())
        return json.loads(found.raw.content)


@contextmanager
def placed(**changed: Any) -> Iterator[Place]:
    world = World()
    world.accounts.update({("feishu", account.id): account for account in PEOPLE})
    front, back = Flask("listener"), Flask("simulator")
    with serving(front) as address, serving(back) as base:
        app = replace(APP, callback_base=f"{address}/callback", **changed)
        listener = Listener(app)
        front.add_url_rule("/callback", "callback", listener.callback, methods=["POST"])
        side = FeishuSide(world, app, patience=0.001)
        back.register_blueprint(side.api)
        sdk = Client.builder().app_id(app.app_id).app_secret(app.app_secret).domain(base).trust_env_proxy(False)
        try:
            yield Place(world, side, listener, sdk.cache(Kept()).build())
        finally:
            side.close()


@pytest.fixture
def place() -> Iterator[Place]:
    with placed() as found:
        yield found


@pytest.mark.parametrize(("kind", "content"), [("text", {"text": PLAIN.text}), ("interactive", CARD)])
def test_the_sdk_sends_a_message(place: Place, kind: str, content: Content) -> None:
    found = place.create(kind, content)
    assert found.success(), found.msg
    assert found.data.chat_id.startswith("oc_")
    assert found.data.sender.sender_type == "app"
    assert json.loads(found.data.body.content) == content
    assert [(bubble.id, bubble.content) for bubble in place.world.chat("feishu", LIN)] == [
        (found.data.message_id, content)
    ]


def test_the_sdk_sends_one_message_under_one_uuid(place: Place) -> None:
    first, second = place.create("interactive", CARD), place.create("interactive", CARD)
    assert first.data.message_id == second.data.message_id


@pytest.mark.parametrize(
    ("kind", "content", "to", "code"),
    [
        ("text", {"text": "x"}, "ou_nobody", 99992351),
        ("interactive", {**CARD, "stray": 1}, LIN, 230099),
        ("image", {"image_key": "img_v3_x"}, LIN, 230001),
    ],
)
def test_the_sdk_reads_a_refusal(place: Place, kind: str, content: Content, to: str, code: int) -> None:
    found = place.create(kind, content, to=to)
    assert not found.success()
    assert found.code == code
    assert found.get_log_id()


def test_the_sdk_changes_a_card(place: Place) -> None:
    sent = place.create("interactive", CARD).data.message_id
    body = PatchMessageRequestBody.builder().content(json.dumps(render.native(APPROVED))).build()
    found = place.sdk.im.v1.message.patch(PatchMessageRequest.builder().message_id(sent).request_body(body).build())
    assert found.success(), found.msg
    assert place.world.chat("feishu", LIN)[0].content == render.native(APPROVED)


def test_the_sdk_replies_and_recalls(place: Place) -> None:
    sent = place.create("interactive", CARD).data.message_id
    body = ReplyMessageRequestBody.builder().content('{"text": "好"}').msg_type("text").uuid("D-2").build()
    made = ReplyMessageRequest.builder().message_id(sent).request_body(body).build()
    reply = place.sdk.im.v1.message.reply(made)
    assert reply.success(), reply.msg
    gone = place.sdk.im.v1.message.delete(DeleteMessageRequest.builder().message_id(reply.data.message_id).build())
    assert gone.success(), gone.msg
    assert [bubble.kind for bubble in place.world.chat("feishu", LIN)] == ["card", "notice"]


def test_the_sdk_uploads_and_sends_a_picture(place: Place) -> None:
    body = CreateImageRequestBody.builder().image_type("message").image(io.BytesIO(PNG)).build()
    found = place.sdk.im.v1.image.create(CreateImageRequest.builder().request_body(body).build())
    assert found.success(), found.msg
    assert place.create("image", {"image_key": found.data.image_key}).success()
    assert place.world.chat("feishu", LIN)[0].kind == "image"


def test_the_sdk_sends_a_card_with_the_picture_it_uploaded(place: Place) -> None:
    body = CreateImageRequestBody.builder().image_type("message").image(io.BytesIO(PNG)).build()
    key = place.sdk.im.v1.image.create(CreateImageRequest.builder().request_body(body).build()).data.image_key
    refused = place.create("interactive", render.native(PICTURED, "img_v3_x"))
    assert (refused.code, "invalid image keys" in refused.msg) == (230099, True)
    assert place.create("interactive", render.native(PICTURED, key)).success()


def test_the_sdk_uploads_and_sends_a_file(place: Place) -> None:
    body = CreateFileRequestBody.builder().file_type("pdf").file_name("周报.pdf").file(io.BytesIO(b"%PDF-1.7")).build()
    found = place.sdk.im.v1.file.create(CreateFileRequest.builder().request_body(body).build())
    assert found.success(), found.msg
    assert place.create("file", {"file_key": found.data.file_key}).success()
    assert place.world.chat("feishu", LIN)[0].content["name"] == "周报.pdf"


def test_the_sdk_reads_the_address_book(place: Place) -> None:
    scopes = place.call(HttpMethod.GET, "/open-apis/contact/v3/scopes")["data"]["department_ids"]
    path = f"/open-apis/contact/v3/departments/{scopes[0]}/children"
    below = place.call(HttpMethod.GET, path, fetch_child="true", page_size="50")["data"]["items"]
    ids = {one["name"]: one["open_department_id"] for one in below}
    made = FindByDepartmentUserRequest.builder().department_id(ids["华东销售部"]).page_size(50).build()
    found = place.sdk.contact.v3.user.find_by_department(made)
    assert found.success(), found.msg
    assert {(one.open_id, one.name, one.leader_user_id) for one in found.data.items} == {
        (one.id, one.name, one.manager) for one in PEOPLE if one.department.endswith("华东销售部")
    }


def test_the_sdk_reads_one_person(place: Place) -> None:
    found = place.sdk.contact.v3.user.get(GetUserRequest.builder().user_id(LIN).build())
    assert found.success(), found.msg
    assert (found.data.user.name, found.data.user.leader_user_id) == ("林安", ZHOU)
    assert found.data.user.status.is_resigned is False


def test_the_sdk_learns_who_the_bot_is(place: Place) -> None:
    assert place.call(HttpMethod.GET, "/open-apis/bot/v3/info")["bot"]["app_name"] == APP.name


def test_the_sdk_gets_over_an_expired_token_no_better_than_documented(place: Place) -> None:
    place.create("text", {"text": "x"})
    place.world.faults["feishu"].expire_token = 1
    assert place.create("text", {"text": "y"}, uuid="D-2").code == 99991663


def test_the_sdk_verifies_and_reads_a_message(place: Place) -> None:
    place.side.say(LIN, "续约率到82%了")
    seen = place.listener.next()
    assert seen.header.app_id == APP.app_id
    assert seen.event.sender.sender_id.open_id == LIN
    assert json.loads(seen.event.message.content) == {"text": "续约率到82%了"}
    assert seen.event.message.chat_type == "p2p"


def test_the_sdk_reads_who_was_mentioned_in_a_group(place: Place) -> None:
    place.side.say_in_group(LIN, "oc_group", "我的目标")
    message = place.listener.next().event.message
    assert (message.chat_type, message.chat_id) == ("group", "oc_group")
    assert [(one.key, one.name) for one in message.mentions] == [("@_user_1", APP.name)]


def test_the_sdk_fetches_a_picture_somebody_sent(place: Place) -> None:
    place.side.send_picture(LIN, "现场.png", PNG)
    message = place.listener.next().event.message
    key = json.loads(message.content)["image_key"]
    made = GetMessageResourceRequest.builder().message_id(message.message_id).file_key(key).type("image").build()
    found = place.sdk.im.v1.message_resource.get(made)
    assert found.success(), found.msg
    assert found.file.read() == PNG


def test_the_sdk_answers_a_press_and_the_client_shows_it(place: Place) -> None:
    sent = place.create("interactive", CARD).data.message_id
    place.listener.answer = {
        "toast": {"type": "success", "content": "已同意"},
        "card": {"type": "raw", "data": render.native(APPROVED)},
    }
    assert FeishuPhone(place.side, place.world, LIN).press("同意") == "已同意"
    seen = place.listener.next().event
    assert (seen.operator.open_id, seen.context.open_message_id) == (LIN, sent)
    assert seen.action.value == {"do": "approve?request=R-12"}
    assert place.world.chat("feishu", LIN)[0].content == render.native(APPROVED)


def test_the_sdk_changes_a_card_with_the_token_of_a_press(place: Place) -> None:
    place.create("interactive", CARD)
    FeishuPhone(place.side, place.world, LIN).press("同意")
    body = {"token": place.listener.next().event.token, "card": render.native(APPROVED)}
    assert place.call(HttpMethod.POST, "/open-apis/interactive/v1/card/update", body)["code"] == 0
    assert place.world.chat("feishu", LIN)[0].content == render.native(APPROVED)


def test_the_sdk_reads_the_other_events(place: Place) -> None:
    phone = FeishuPhone(place.side, place.world, LIN)
    phone.menu("我要反馈")
    assert place.listener.next().event["event_key"] == "feedback"
    phone.open()
    assert place.listener.next().event["operator_id"]["open_id"] == LIN
    place.side.person_changed(LIN, {"leader_user_id": ""})
    assert place.listener.next().event["old_object"] == {"leader_user_id": ""}
    place.side.person_left(LIN)
    assert place.listener.next().event["object"]["status"]["is_resigned"] is True


@pytest.mark.parametrize("key", [APP.encrypt_key, ""], ids=["encrypted", "plain"])
def test_the_sdk_passes_the_test_of_its_address(key: str) -> None:
    with placed(encrypt_key=key) as place:
        assert place.side.verify_url() == ""


@pytest.mark.parametrize("wrong", ["encrypt_key", "verification_token"])
def test_the_sdk_refuses_what_another_app_would_get(place: Place, wrong: str) -> None:
    changed: dict[str, Any] = {wrong: "another"}
    place.listener.app = replace(place.listener.app, **changed)
    place.side.say(LIN, "你好")
    assert place.side.verify_url() != ""
    assert place.listener.seen.empty()
