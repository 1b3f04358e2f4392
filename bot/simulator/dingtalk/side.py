"""What a person does in DingTalk's client, and the callbacks the server makes of it.

A press on a card is {"actionIds": […], "params": {…}}, as the template's components send it: a button
{"actionIds": ["press"], "params": {"do": …}}, a form {"actionIds": ["form"], "params": {"form": {name: value}}} with
its hidden fields too; a choice is {"index": 0, "value": "…"}. A `dtmd://…/sendMessage?content=…` link in markdown
is no press: the client says the text (`say`). Opening the chat tells the bot nothing, and robots have no menu.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlencode

import httpx
from flask import Blueprint

from bot.simulator.dingtalk import wire
from bot.simulator.dingtalk.app import DingTalkApp, Refused
from bot.simulator.dingtalk.server import Server
from bot.simulator.side import MenuItem, Push, Pusher
from bot.simulator.world import World

# How often a message or event comes again is not published; users saw messages after 16 and 60 seconds.
WAITS, DEADLINE = (16.0, 60.0), 2.5
CARD_DEADLINE = 2.0
SESSION_MS = 5_400_000
FAILED = "操作失败，请稍后重试"
TIMED_OUT = "请求超时，请稍后重试"


class DingTalkSide:
    """Implements `bot.simulator.side.Side`. `patience` multiplies the waits before a callback is sent again.

    `published` off: the robot's version is not, and messages come without senderStaffId. `quota_used` on: they come
    without content.
    """

    name = "dingtalk"

    def __init__(self, world: World, app: DingTalkApp, patience: float = 1.0) -> None:
        self._world = world
        self._app = app
        self.server = Server(world, app)
        self.api: Blueprint = self.server.blueprint()
        self.published = True
        self.quota_used = False
        self._box = wire.EventBox(app.token, app.aes_key, app.app_key)
        self._pusher = Pusher(world, self.name, [wait * patience for wait in WAITS], DEADLINE)
        self._presses = Pusher(world, self.name, (), CARD_DEADLINE)

    def menu(self) -> Sequence[MenuItem]:
        return ()

    def press_menu(self, account: str, key: str) -> None:
        raise ValueError(f"robots have no menu: {account} cannot press {key}")

    def open_chat(self, account: str) -> None:
        """The server does not tell anybody."""

    def say(self, account: str, text: str, group: str = "") -> None:
        """In a group only what mentions the robot reaches it; the mention is taken out, a space stays."""
        self._world.post(self.name, account, "me", "text", {"text": text})
        self._send(account, {"msgtype": "text", "text": {"content": f" {text}" if group else text}}, group)

    def send_picture(self, account: str, name: str, content: bytes) -> None:
        media = self._world.keep_media(name, "image/png" if name.endswith(".png") else "image/jpeg", content)
        self._world.post(self.name, account, "me", "image", {"media": media, "name": name})
        codes = {"downloadCode": self._keep(media), "pictureDownloadCode": f"p{media}"}
        self._send(account, {"msgtype": "picture", "content": codes})

    def send_voice(self, account: str, transcript: str) -> None:
        media = self._world.keep_media("voice.amr", "audio/amr", b"#!AMR\n")
        self._world.post(self.name, account, "me", "voice", {"text": transcript})
        content = {"downloadCode": self._keep(media), "recognition": transcript, "duration": 4000}
        self._send(account, {"msgtype": "audio", "content": content})

    def send_file(self, account: str, name: str, content: bytes) -> None:
        media = self._world.keep_media(name, "application/octet-stream", content)
        self._world.post(self.name, account, "me", "file", {"media": media, "name": name})
        self._send(account, {"msgtype": "file", "content": {"downloadCode": self._keep(media), "fileName": name}})

    def send_unknown(self, account: str) -> None:
        """A location, a contact, a merged forward: the server names them all alike."""
        self._world.post(self.name, account, "me", "notice", {"text": "[位置]"})
        self._send(account, {"msgtype": "unknownMsgType", "content": {"unknownMsgType": "暂不支持查看该消息类型"}})

    def press(self, account: str, bubble: str, press: Mapping[str, Any]) -> str:
        card = self.server.cards.of_bubble(bubble)
        route = self.server.cards.routes.get(card.route) if card else None
        if card is None or route is None:
            return FAILED
        content = json.dumps({"cardPrivateData": dict(press)}, ensure_ascii=False)
        body = {
            "type": "actionCallback",
            "outTrackId": card.track,
            "corpId": self._app.corp_id,
            "userId": account,
            "userIdType": 1,
            "spaceType": "IM_ROBOT",
            "spaceId": account,
            "extension": "{}",
            "content": content,
        }
        headers = wire.card_headers(route.secret, self._world.clock())
        push = Push("POST", route.url, headers, json.dumps(body, ensure_ascii=False).encode())
        response = self._press_once(push)
        if response is None:
            return TIMED_OUT
        try:
            answer = response.json() if response.status_code == httpx.codes.OK else None
            return self.server.cards.answered(card, account, answer) if isinstance(answer, dict) else FAILED
        except (ValueError, Refused):
            return FAILED

    def _press_once(self, push: Push) -> httpx.Response | None:
        faults = self._world.faults[self.name]
        time.sleep(faults.delay)
        response = self._presses.now(push)
        for _ in range(faults.duplicate):
            self._presses.now(push)
        return response

    def event(self, name: str, **fields: Any) -> Future[httpx.Response | None]:
        """A subscribed event, such as `event("user_leave_org", userId=["u1"])`."""
        moment = int(wire.milliseconds(self._world.clock()))
        unique = f"ev{self._world.next_id():08d}"
        body = {"EventType": name, "EventTime": moment, "CorpId": self._app.corp_id, "eventId": unique, **fields}
        future = self._pusher.later(lambda _: self._sealed(body))
        future.add_done_callback(lambda done: self._keep_failed(body, done))
        return future

    def check_url(self) -> bool:
        """What saving the address in the console does."""
        return self._is_success(self._pusher.now(self._sealed({"EventType": "check_url"})))

    def _keep_failed(self, body: dict[str, Any], done: Future[httpx.Response | None]) -> None:
        if not done.cancelled() and not self._is_success(done.result()):
            self.server.failed_events.append({"call_back_tag": body["EventType"], body["EventType"]: body})

    def _is_success(self, response: httpx.Response | None) -> bool:
        try:
            return response is not None and self._box.open(response.content) == "success"
        except ValueError:
            return False

    def _sealed(self, body: Mapping[str, Any]) -> Push:
        plain = json.dumps(body, ensure_ascii=False)
        query, sealed = self._box.seal(plain, self._world.clock())
        url = f"{self._app.callback_base}/event?{urlencode(query)}"
        return Push("POST", url, {"Content-Type": "application/json"}, sealed, plain)

    def _keep(self, media: str) -> str:
        code = f"dl{self._world.next_id():08d}"
        self.server.files[code] = media
        return code

    def _send(self, account: str, said: Mapping[str, Any], group: str = "") -> None:
        body = json.dumps(self._message(account, said, group), ensure_ascii=False).encode()
        url = f"{self._app.callback_base}/robot"
        self._pusher.later(
            lambda _: Push("POST", url, wire.robot_headers(self._app.app_secret, self._world.clock()), body)
        )

    def _message(self, account: str, said: Mapping[str, Any], group: str) -> dict[str, Any]:
        known = self._world.accounts.get((self.name, account))
        now = int(wire.milliseconds(self._world.clock()))
        message: dict[str, Any] = {
            "msgId": f"msg{self._world.next_id():010d}",
            "conversationType": "2" if group else "1",
            "conversationId": group or f"cid{account}",
            "senderStaffId": account,
            "senderId": f"$:LWCP_v1:${account}",
            "senderNick": known.name if known else account,
            "senderCorpId": self._app.corp_id,
            "chatbotUserId": "$:LWCP_v1:$robot",
            "chatbotCorpId": self._app.corp_id,
            "robotCode": self._app.robot_code,
            "createAt": now,
            "sessionWebhookExpiredTime": now + SESSION_MS,
            "sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=sim",
            **({"isInAtList": True, "atUsers": [{"dingtalkId": "$:LWCP_v1:$robot"}]} if group else {}),
            **said,
        }
        if not self.published:
            del message["senderStaffId"]
        if self.quota_used:
            message = {name: value for name, value in message.items() if name not in ("text", "content")}
            message |= {"errorCode": "20001", "errorMessage": "quota exceeded"}
        return message

    def close(self) -> None:
        self._pusher.close()
        self._presses.close()
