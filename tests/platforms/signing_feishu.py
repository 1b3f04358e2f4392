"""Genuine Feishu callbacks and false ones, made without the adapter's code: straight from the protocol."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.platforms.base import Callback
from bot.simulator.feishu import FeishuApp

BLOCK = 16
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
NONCE = "4f1d0c9be2"


class FeishuCaller:
    """Calls as Feishu does for one app: encrypted and signed where it has an encrypt key, plain where it has none."""

    def __init__(self, app: FeishuApp) -> None:
        self._app = app

    def message(self, text: str, *, key: str = "om_0a1", account: str = "ou_lin", at: datetime = NOW) -> Callback:
        """`key` is the message_id."""
        message = {
            "message_id": key,
            "create_time": str(int(at.timestamp() * 1000)),
            "chat_id": "oc_1",
            "chat_type": "p2p",
            "message_type": "text",
            "content": json.dumps({"text": text}),
        }
        sender = {"sender_id": {"open_id": account}, "sender_type": "user"}
        return self.event("im.message.receive_v1", {"sender": sender, "message": message}, at=at)

    def action(
        self, do: str, *, key: str = "ev-1", account: str = "ou_zhou", message: str = "om_0c1", at: datetime = NOW
    ) -> Callback:
        """`key` is the event_id."""
        event = {
            "operator": {"open_id": account},
            "token": "c-1",
            "action": {"tag": "button", "name": "press_b0", "value": {"do": do}},
            "context": {"open_message_id": message, "open_chat_id": "oc_1"},
        }
        return self.event("card.action.trigger", event, key=key, at=at)

    def handshake(self, at: datetime = NOW) -> Callback:
        """Encrypted where there is a key, never signed."""
        return self._sent(json.dumps(self.challenge()), at, signed=False)

    def challenge(self) -> dict[str, str]:
        return {"challenge": 'c"1', "token": self._app.verification_token, "type": "url_verification"}

    def wrong_key(self) -> Callback:
        """Encrypted and signed with another app's key."""
        return FeishuCaller(replace(self._app, encrypt_key="another")).message("hello")

    def wrong_token(self) -> Callback:
        return FeishuCaller(replace(self._app, verification_token="another")).message("hello")

    def wrong_receiver(self) -> Callback:
        return FeishuCaller(replace(self._app, app_id="cli_another")).message("hello")

    def broken_padding(self) -> Callback:
        """Signed well; the last byte of the padding is right, the others are not."""
        return self._sealed(b'{"x":"1234"}' + b"\0\0\0\4", NOW)

    def tampered(self) -> Callback:
        """One character of the body changed on the way."""
        good = self.message("hello")
        start = len(good.body) // 2
        other = b"A" if good.body[start : start + 1] != b"A" else b"B"
        return replace(good, body=good.body[:start] + other + good.body[start + 1 :])

    def event(self, kind: str, event: Mapping[str, Any], *, key: str = "ev-0", at: datetime = NOW) -> Callback:
        header = {
            "event_id": key,
            "event_type": kind,
            "create_time": str(int(at.timestamp() * 1_000_000)),
            "token": self._app.verification_token,
            "app_id": self._app.app_id,
            "tenant_key": "tk1",
        }
        return self.sent({"schema": "2.0", "header": header, "event": event}, at)

    def sent(self, content: Mapping[str, Any], at: datetime = NOW) -> Callback:
        return self._sent(json.dumps(content, ensure_ascii=False), at)

    def signed(self, body: bytes, at: datetime = NOW) -> Callback:
        """Any body with a good signature."""
        timestamp = str(int(at.timestamp()))
        digest = hashlib.sha256((timestamp + NONCE + self._app.encrypt_key).encode() + body).hexdigest()
        return Callback("POST", "", {}, _headers(timestamp, digest), body, at)

    def old_card(self, at: datetime = NOW) -> Callback:
        """The card callback before this one: a flat body, never encrypted, its own signature."""
        body = json.dumps({"open_id": "ou_zhou", "open_message_id": "om_0c1", "token": "c-1", "action": {}}).encode()
        timestamp = str(int(at.timestamp()))
        digest = hashlib.sha1(
            (timestamp + NONCE + self._app.verification_token).encode() + body, usedforsecurity=False
        ).hexdigest()
        return Callback("POST", "", {}, _headers(timestamp, digest), body, at)

    def _sent(self, plain: str, at: datetime, *, signed: bool = True) -> Callback:
        if not self._app.encrypt_key:
            return Callback("POST", "", {}, {"content-type": "application/json"}, plain.encode(), at)
        content = plain.encode()
        count = BLOCK - len(content) % BLOCK
        good = self._sealed(content + bytes([count]) * count, at)
        return good if signed else replace(good, headers={"content-type": "application/json"})

    def _sealed(self, padded: bytes, at: datetime) -> Callback:
        key = hashlib.sha256(self._app.encrypt_key.encode()).digest()
        vector = b"0123456789abcdef"
        encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
        sealed = base64.b64encode(vector + encryptor.update(padded) + encryptor.finalize()).decode()
        return self.signed(json.dumps({"encrypt": sealed}).encode(), at)


def _headers(timestamp: str, digest: str) -> dict[str, str]:
    return {
        "content-type": "application/json; charset=utf-8",
        "x-lark-request-timestamp": timestamp,
        "x-lark-request-nonce": NONCE,
        "x-lark-signature": digest,
    }
