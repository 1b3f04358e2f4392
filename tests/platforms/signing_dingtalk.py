"""Genuine and broken DingTalk callbacks, made without the adapter's code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import struct
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.platforms.base import Callback
from bot.simulator.dingtalk import DingTalkApp

NOON = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)


class DingTalkCaller:
    """What DingTalk's servers would send to this app."""

    def __init__(self, app: DingTalkApp) -> None:
        self._app = app

    def message(self, text: str, *, key: str, account: str, at: datetime) -> Callback:
        return self.robot({"msgtype": "text", "text": {"content": text}}, key=key, account=account, at=at)

    def robot(self, said: dict[str, Any], *, key: str, account: str, at: datetime) -> Callback:
        body = {
            "msgId": key,
            "conversationType": "1",
            "conversationId": "cidTEST==",
            "senderStaffId": account,
            "chatbotCorpId": self._app.corp_id,
            "robotCode": self._app.robot_code,
            "createAt": _ms(at),
            **said,
        }
        timestamp = str(_ms(at))
        sign = _hmac(self._app.app_secret, f"{timestamp}\n{self._app.app_secret}")
        return _callback("robot", {"timestamp": timestamp, "sign": sign}, body, at)

    def action(self, do: str, *, key: str, account: str, message: str, at: datetime) -> Callback:
        """The platform names no press: `key` travels as one more parameter, so that two keys are two presses."""
        pressed = {"actionIds": ["press"], "params": {"do": do, "trace": key}}
        return self.pressed(pressed, account=account, message=message, at=at)

    def pressed(self, pressed: dict[str, Any], *, account: str, message: str, at: datetime) -> Callback:
        body = {
            "type": "actionCallback",
            "outTrackId": message,
            "corpId": self._app.corp_id,
            "userId": account,
            "content": json.dumps({"cardPrivateData": pressed}),
        }
        timestamp = str(_ms(at))
        secret = hmac.new(self._app.app_secret.encode(), b"maibo card callback", hashlib.sha256).hexdigest()
        signed = {"x-ddpaas-signature-timestamp": timestamp, "x-ddpaas-signature": _hmac(secret, timestamp)}
        return _callback("card", signed, body, at)

    def handshake(self) -> Callback | None:
        return self.event({"EventType": "check_url"}, at=NOON)

    def event(self, body: dict[str, Any], *, at: datetime, receiver: str = "", pad: bytes | None = None) -> Callback:
        """`pad` takes the place of the right padding."""
        said = json.dumps(body).encode()
        plain = os.urandom(16) + struct.pack(">I", len(said)) + said + (receiver or self._app.app_key).encode()
        room = 32 - len(plain) % 32
        return self._sealed(plain + (pad * room if pad else bytes([room]) * room), at)

    def _sealed(self, plain: bytes, at: datetime) -> Callback:
        key = base64.b64decode(self._app.aes_key + "=")
        encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        encrypted = base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()
        timestamp, nonce = str(_ms(at)), "n0nce"
        joined = "".join(sorted((self._app.token, timestamp, nonce, encrypted)))
        signature = hashlib.sha1(joined.encode()).hexdigest()  # noqa: S324 - the platform's choice
        query = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}
        return Callback("POST", "event", query, {}, json.dumps({"encrypt": encrypted}).encode(), at)

    def wrong_key(self) -> Callback:
        stranger = replace(self._app, app_secret="another secret")
        return DingTalkCaller(stranger).message("我的目标", key="m1", account="u1", at=NOON)

    def wrong_receiver(self) -> Callback:
        return self.event({"EventType": "user_add_org"}, at=NOON, receiver="dingother")

    def broken_padding(self) -> Callback:
        return self.event({"EventType": "user_add_org"}, at=NOON, pad=b"\x00")

    def tampered(self) -> Callback:
        """One byte of the encrypted text is another, the signature is the old one."""
        genuine = self.event({"EventType": "user_leave_org", "userId": ["u1"]}, at=NOON)
        sealed = bytearray(base64.b64decode(json.loads(genuine.body)["encrypt"]))
        sealed[40] ^= 1
        return replace(genuine, body=json.dumps({"encrypt": base64.b64encode(sealed).decode()}).encode())


def _callback(route: str, headers: dict[str, str], body: dict[str, Any], at: datetime) -> Callback:
    return Callback("POST", route, {}, headers, json.dumps(body, ensure_ascii=False).encode(), at)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _hmac(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()
