"""Messages, cards, pictures and files on the server's side: what it takes, what it refuses and with which code."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from flask import Response, g, request

from bot.simulator.feishu.checks import CardRefused
from bot.simulator.feishu.rules import check_card
from bot.simulator.feishu.store import (
    CARD_LIFE,
    PRESS_LIFE,
    PRESS_USES,
    RECALL_TIME,
    SAME_UUID,
    ApiError,
    Kept,
    Press,
    Store,
)

LARGEST_TEXT, LARGEST_CARD = 150 * 1024, 30 * 1024
LONGEST_UUID = 50
PER_CHAT = PER_CARD = 5  # a second
NOT_AS_FILE = {"image", "opus", "mp4"}
UNREACHABLE = {
    230013: "Bot has NO availability to this user.",
    230029: "The user has resigned.",
    230053: "The user has stopped the bot from sending messages.",
}

View = Callable[..., dict[str, Any] | Response]


def read(*required: str) -> dict[str, Any]:
    """The JSON body. Strings that must be there are there."""
    body = request.get_json(force=True, silent=True)  # the official SDK asks for tokens without a content type
    if not isinstance(body, dict):
        raise ApiError(99992402, "field validation failed: the body is not a JSON object")
    for name in required:
        if not isinstance(body.get(name), str) or not body[name]:
            raise ApiError(99992402, f"field validation failed: {name} is required")
    return body


class Messages:
    """`im/v1`, and the delayed update of cards."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._world = store.world

    def views(self) -> Iterator[tuple[str, str, View]]:
        yield "POST", "/im/v1/messages", self.create
        yield "POST", "/im/v1/messages/<message_id>/reply", self.reply
        yield "PATCH", "/im/v1/messages/<message_id>", self.patch
        yield "DELETE", "/im/v1/messages/<message_id>", self.recall
        yield "GET", "/im/v1/messages/<message_id>/resources/<file_key>", self.resource
        yield "POST", "/interactive/v1/card/update", self.patch_by_token

    def create(self) -> dict[str, Any]:
        body = read("receive_id", "msg_type", "content")
        account, chat = self._receiver(request.args.get("receive_id_type", ""), body["receive_id"])
        return self._post(account, chat, body)

    def reply(self, message_id: str) -> dict[str, Any]:
        body = read("msg_type", "content")
        target = self._message(message_id)
        return self._post(target.account, target.chat, body)

    def patch(self, message_id: str) -> dict[str, Any]:
        body = read("content")
        kept = self._message(message_id)
        if not kept.by_bot:
            raise ApiError(230012, "The operator is not the sender of the message.")
        if kept.kind != "interactive":
            raise ApiError(230054, "This operation is not supported for this message type.")
        if self._world.clock() - kept.at > CARD_LIFE:
            raise ApiError(230031, "The message has exceeded the time limit for updating.")
        card = _card(body["content"], self._store.uploads)
        if self._store.slow_down(f"card {kept.id}", PER_CARD, 1.0):
            raise ApiError(230020, "This operation triggers the frequency limit.")
        self.show(kept, card)
        return {}

    def patch_by_token(self) -> dict[str, Any]:
        body = read("token")
        press = self._press(body["token"])
        kept = self._store.messages[press.message]
        if kept.recalled:
            raise ApiError(200000, "message has been recalled", 200)
        if len(request.get_data()) > LARGEST_CARD:
            raise ApiError(100000, "card is too large", 200)
        try:
            check_card(body.get("card"), self._store.uploads)
        except CardRefused as refused:
            raise ApiError(11311, str(refused), 200) from None
        press.uses += 1
        self.show(kept, body["card"])
        return {}

    def show(self, kept: Kept, card: dict[str, Any]) -> None:
        """Put a card where the message stands."""
        kept.content = card
        bubble = self._world.bubble(kept.id)
        if bubble:
            with self._world.changing():
                bubble.content = card

    def recall(self, message_id: str) -> dict[str, Any]:
        kept = self._message(message_id)
        if not kept.by_bot:
            raise ApiError(230026, "No permission to recall this message.")
        if self._world.clock() - kept.at > RECALL_TIME:
            raise ApiError(230009, "The message is too old to be recalled.")
        kept.recalled = True
        bubble = self._world.bubble(kept.id)
        if bubble:
            with self._world.changing():
                bubble.kind, bubble.content = "notice", {"text": "此消息已撤回"}
        return {}

    def resource(self, message_id: str, file_key: str) -> Response:
        kept = self._store.messages.get(message_id)
        if kept is None or file_key not in kept.content.values() or file_key not in self._store.uploads:
            raise ApiError(234003, "File not in msg.")
        if (request.args.get("type") == "image") != (kept.kind == "image"):
            raise ApiError(234001, "Invalid request param: type.")
        name, mime, content = self._world.media[self._store.uploads[file_key][1]]
        response = Response(content, mimetype=mime)
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        return response

    def _receiver(self, by: str, whom: str) -> tuple[str, str]:
        """The person whose chat it is, and the chat."""
        if by == "chat_id":
            found = self._store.account_of(whom)
            if found is None:
                raise ApiError(230001, "Your request contains an invalid request parameter, ext=invalid receive_id")
            return found, whom
        if by != "open_id":
            raise ApiError(99992402, "field validation failed: receive_id_type")
        code = self._store.unreachable.get(whom)
        if code:
            raise ApiError(code, UNREACHABLE[code])
        if ("feishu", whom) not in self._world.accounts:
            raise ApiError(99992351, f"not a valid {{open_id}}: {whom}")
        return whom, self._store.chat(whom)

    def _message(self, id: str) -> Kept:
        kept = self._store.messages.get(id)
        if kept is None:
            raise ApiError(230001, "Your request contains an invalid request parameter, ext=invalid message_id")
        if kept.recalled:
            raise ApiError(230011, "The message has been recalled.")
        return kept

    def _press(self, token: str) -> Press:
        press = self._store.presses.get(token)
        if press is None or not press.answered:
            raise ApiError(300020, "token is invalid", 200)
        if self._world.clock() - press.at > PRESS_LIFE:
            raise ApiError(300030, "token has expired", 200)
        if press.uses >= PRESS_USES:
            raise ApiError(300040, "token has been used up", 200)
        return press

    def _post(self, account: str, chat: str, body: Mapping[str, Any]) -> dict[str, Any]:
        uuid, kind = body.get("uuid", ""), body["msg_type"]
        if len(uuid) > LONGEST_UUID:
            raise ApiError(99992402, "field validation failed: uuid")
        with self._store.lock:
            known, at = self._store.uuids.get(uuid, ("", self._world.clock()))
            if not known or self._world.clock() - at > SAME_UUID:
                known = self._new(account, chat, kind, self._content(kind, body["content"]))
                if uuid:
                    self._store.uuids[uuid] = known, self._world.clock()
        g.sent = True
        return self._shown(self._store.messages[known])

    def _new(self, account: str, chat: str, kind: str, content: dict[str, Any]) -> str:
        if self._store.slow_down(f"chat {chat}", PER_CHAT, 1.0):
            raise ApiError(230020, "This operation triggers the frequency limit.")
        kept = self._store.keep(account, chat, kind, content, by_bot=True)
        shown = "card" if kind == "interactive" else kind
        self._world.post("feishu", account, "bot", shown, self._bubble(kind, content), id=kept.id)
        g.plain = json.dumps(content, ensure_ascii=False, indent=1)
        return kept.id

    def _content(self, kind: str, text: str) -> dict[str, Any]:
        if kind == "interactive":
            return _card(text, self._store.uploads)
        content = _object(text)
        if kind == "text":
            if not isinstance(content.get("text"), str) or not content["text"]:
                raise ApiError(230001, "Your request contains an invalid request parameter, ext=text is empty")
            if len(request.get_data()) > LARGEST_TEXT:
                raise ApiError(230025, "The length of the message content reaches its limit.")
            return content
        uploaded = self._store.uploads.get(str(content.get(f"{kind}_key")), ("", ""))[0]
        if not uploaded:
            raise ApiError(230001, f"Your request contains an invalid request parameter, ext=invalid {kind}_key")
        if (kind == "image") != (uploaded == "image") or (kind == "file" and uploaded in NOT_AS_FILE):
            raise ApiError(230055, "The file type does not match the message type.")
        return content

    def _bubble(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        if kind not in {"image", "file"}:
            return content
        media = self._store.uploads[content[f"{kind}_key"]][1]
        return {"media": media, "name": self._world.media[media][0]}

    def _shown(self, kept: Kept) -> dict[str, Any]:
        app, at = self._store.app, str(int(kept.at.timestamp() * 1000))
        sender = {"id": app.app_id, "id_type": "app_id", "sender_type": "app", "tenant_key": app.tenant_key}
        return {
            "message_id": kept.id,
            "chat_id": kept.chat,
            "msg_type": kept.kind,
            "create_time": at,
            "update_time": at,
            "deleted": kept.recalled,
            "updated": False,
            "sender": sender,
            "body": {"content": json.dumps(kept.content, ensure_ascii=False)},
        }


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ApiError(
            230001, "Your request contains an invalid request parameter, ext=content is not a string in json"
        )
    return found


def _card(text: str, images: Container[str]) -> dict[str, Any]:
    if len(request.get_data()) > LARGEST_CARD:
        raise ApiError(230025, "The length of the message content reaches its limit.")
    card = _object(text)
    try:
        check_card(card, images)
    except CardRefused as refused:
        raise ApiError(230099, str(refused)) from None
    return card
