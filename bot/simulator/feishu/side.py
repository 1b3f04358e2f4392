"""What a person does in the Feishu client, and the callbacks that come of it."""

from __future__ import annotations

import json
import time
from collections.abc import Container, Mapping, Sequence
from typing import Any

import httpx
from flask import Blueprint

from bot.simulator.feishu import client, contacts, wire
from bot.simulator.feishu.api import blueprint
from bot.simulator.feishu.app import FeishuApp, fresh
from bot.simulator.feishu.checks import CardRefused
from bot.simulator.feishu.messages import Messages
from bot.simulator.feishu.rules import check_card
from bot.simulator.feishu.store import CARD_LIFE, Kept, Store
from bot.simulator.side import MenuItem, Push, Pusher
from bot.simulator.world import Account, World

RETRIES = (15.0, 300.0, 3600.0, 21600.0)
DEADLINE, HANDSHAKE_DEADLINE = 3.0, 1.0
TOASTS = {"info", "success", "warning", "error"}
MENU = (
    MenuItem("我的目标", "goals"),
    MenuItem("我要反馈", "feedback"),
    MenuItem("查看排名", "ranking"),
    MenuItem("申请协助", "help"),
    MenuItem("我的团队", "team"),
    MenuItem("待我处理", "todo"),
    MenuItem("今日摘要", "digest"),
)


class FeishuSide:
    """One custom app's Feishu. `patience` multiplies every wait: retries, and the periods of the speed limits."""

    name = "feishu"

    def __init__(self, world: World, app: FeishuApp, patience: float = 1.0) -> None:
        self._world = world
        self._app = app
        self.store = Store(app, world, second=patience)
        self._messages = Messages(self.store)
        self._pusher = Pusher(world, self.name, [wait * patience for wait in RETRIES], DEADLINE)
        self._api = blueprint(self.store)

    @property
    def api(self) -> Blueprint:
        return self._api

    def menu(self) -> Sequence[MenuItem]:
        return MENU

    def say(self, account: str, text: str) -> None:
        kept = self._own(account, "text", {"text": text}, {"text": text})
        self._tell(kept)

    def say_in_group(self, account: str, group: str, text: str) -> None:
        """A message in a group chat that mentions the bot; the group's messages are shown in this person's chat."""
        self.store.groups[group] = account
        said = f"@_user_1 {text}"
        kept = self._own(account, "text", {"text": said}, {"text": f"@{self._app.name} {text}"}, chat=group)
        self._tell(kept, group=True)

    def send_picture(self, account: str, name: str, content: bytes) -> None:
        key = self.store.upload("img_v3_", "image", name, _mime(content), content)
        self._send_media(account, "image", {"image_key": key}, key)

    def send_file(self, account: str, name: str, content: bytes) -> None:
        key = self.store.upload("file_v3_", "stream", name, "application/octet-stream", content)
        self._send_media(account, "file", {"file_key": key, "file_name": name}, key)

    def send_voice(self, account: str, transcript: str) -> None:
        """The bot gets the sound alone: Feishu makes no transcript."""
        key = self.store.upload("file_v3_", "opus", "voice.opus", "audio/ogg", transcript.encode())
        self._send_media(account, "audio", {"file_key": key, "duration": 3000}, key, text=transcript)

    def open_chat(self, account: str) -> None:
        event = {"chat_id": self.store.chat(account), "operator_id": self._ids(account)}
        self._push("im.chat.access_event.bot_p2p_chat_entered_v1", event)

    def press_menu(self, account: str, key: str) -> None:
        now = int(self._world.clock().timestamp())
        event = {"operator": {"operator_id": self._ids(account)}, "event_key": key, "timestamp": now}
        self._push("application.bot.menu_v6", event)

    def press(self, account: str, bubble: str, press: Mapping[str, Any]) -> str:
        """See the package for `press`."""
        kept = self.store.messages.get(bubble)
        if kept is None or kept.kind != "interactive" or self._world.clock() - kept.at > CARD_LIFE:
            return "卡片已过期"
        try:
            action = client.action(client.find(kept.content, press), press)
            return self._ask(account, kept, action)
        except client.Stopped as stopped:
            return str(stopped)

    def verify_url(self) -> str:
        """What the console does when the request URL is saved; "" or what it complains about."""
        challenge = fresh("")
        content = {"challenge": challenge, "token": self._app.verification_token, "type": "url_verification"}
        pusher = Pusher(self._world, self.name, (), HANDSHAKE_DEADLINE)
        response = pusher.now(wire.push(self._app, content, self._world.clock(), signed=False))
        pusher.close()
        if response is None or response.status_code != httpx.codes.OK:
            return "请求 3 秒超时" if response is None else f"返回的状态码是 {response.status_code}"
        return "" if _object(response).get("challenge") == challenge else "Challenge code 没有返回"

    def person_changed(self, account: str, before: Mapping[str, Any]) -> None:
        """`before`: the old values of what changed, such as {"leader_user_id": …}."""
        self._push("contact.user.updated_v3", {"object": self._user(account), "old_object": dict(before)})

    def person_left(self, account: str) -> None:
        self.store.unreachable[account] = 230029
        user = self._user(account)
        old = {"open_id": account, "department_ids": user["department_ids"]}
        self._push("contact.user.deleted_v3", {"object": user, "old_object": old})

    def close(self) -> None:
        self._pusher.close()

    def _own(self, account: str, kind: str, content: dict[str, Any], shown: dict[str, Any], *, chat: str = "") -> Kept:
        """A person's own message, in the store and on their screen."""
        kept = self.store.keep(account, chat or self.store.chat(account), kind, content, by_bot=False)
        bubble = "voice" if kind == "audio" else kind
        self._world.post("feishu", account, "me", bubble, shown, id=kept.id)
        return kept

    def _send_media(self, account: str, kind: str, content: dict[str, Any], key: str, **shown: str) -> None:
        media = self.store.uploads[key][1]
        name = self._world.media[media][0]
        self._tell(self._own(account, kind, content, {"media": media, "name": name, **shown}))

    def _tell(self, kept: Kept, *, group: bool = False) -> None:
        at = str(int(kept.at.timestamp() * 1000))
        bot = {"key": "@_user_1", "id": {"open_id": self._app.open_id, "user_id": ""}, "name": self._app.name}
        message = {
            "message_id": kept.id,
            "create_time": at,
            "update_time": at,
            "chat_id": kept.chat,
            "chat_type": "group" if group else "p2p",
            "message_type": kept.kind,
            "content": json.dumps(kept.content, ensure_ascii=False),
            **({"mentions": [{**bot, "tenant_key": self._app.tenant_key}]} if group else {}),
        }
        sender = {"sender_id": self._ids(kept.account), "sender_type": "user", "tenant_key": self._app.tenant_key}
        # The documentation warns that a message pushed again may come under another event id.
        self._push("im.message.receive_v1", {"sender": sender, "message": message}, same_id=False)

    def _push(self, kind: str, event: Mapping[str, Any], *, same_id: bool = True) -> None:
        at, event_id = self._world.clock(), fresh("") if same_id else ""

        def make(_: int) -> Push:
            return wire.push(self._app, wire.envelope(self._app, kind, event, at, event_id), self._world.clock())

        self._pusher.later(make)

    def _ask(self, account: str, kept: Kept, action: Mapping[str, Any]) -> str:
        """A press is sent once and its answer awaited; the toast."""
        token = self.store.press(kept.id)
        event = {
            "operator": {**self._ids(account), "tenant_key": self._app.tenant_key},
            "token": token,
            "action": action,
            "host": "im_message",
            "context": {"open_message_id": kept.id, "open_chat_id": kept.chat},
        }
        content = wire.envelope(self._app, "card.action.trigger", event, self._world.clock())
        faults = self._world.faults[self.name]
        time.sleep(faults.delay)
        response = self._send(content)
        for _ in range(faults.duplicate):
            self._send(content)
        self.store.presses[token].answered = True
        return self._show(kept, response)

    def _send(self, content: Mapping[str, Any]) -> httpx.Response:
        started = time.monotonic()
        response = self._pusher.now(wire.push(self._app, content, self._world.clock()))
        if response is None:
            raise client.failed(200341 if time.monotonic() - started > DEADLINE / 2 else 200342)
        return response

    def _show(self, kept: Kept, response: httpx.Response) -> str:
        if response.status_code != httpx.codes.OK:
            raise client.failed(200671)
        answer = _object(response)
        toast, card = answer.get("toast", {}), answer.get("card")
        if set(answer) - {"toast", "card"} or not isinstance(toast, dict) or toast.get("type", "info") not in TOASTS:
            raise client.failed(200672)
        if card is not None:
            self._messages.show(kept, _card(card, self.store.uploads))
        return str(toast.get("content", ""))

    def _ids(self, account: str) -> dict[str, str]:
        return {"open_id": account, "union_id": self._app.derived("on_", account)}

    def _user(self, account: str) -> dict[str, Any]:
        unknown = Account("feishu", account, "", "", "")
        known = self._world.accounts.get(("feishu", account), unknown)
        return contacts.user(self.store, known, contacts.Contacts(self.store).id(known.department))


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise client.failed(200672)
    return found


def _card(answer: Any, images: Container[str]) -> dict[str, Any]:
    """The card in an answer: `{"type": "raw", "data": …}`."""
    data = answer.get("data") if isinstance(answer, dict) and answer.get("type") == "raw" else None
    try:
        check_card(data, images)
    except CardRefused:
        raise client.failed(200673) from None
    return dict(data or {})


def _mime(content: bytes) -> str:
    return "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
