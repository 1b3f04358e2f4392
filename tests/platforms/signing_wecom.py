"""Genuine WeCom callbacks and false ones, made without the adapter's code: AES and SHA-1 straight from the protocol."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.platforms.base import Callback
from bot.simulator.wecom import WeComApp

BLOCK = 32
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
ECHO = "1616140317555161061"


class WeComCaller:
    """Calls as WeCom does for one app. `body` and `headers` are what Flask would hand on."""

    def __init__(self, app: WeComApp) -> None:
        self._app = app

    def message(
        self, text: str, *, key: str = "7459035031717794001", account: str = "lin.a", at: datetime = NOW
    ) -> Callback:
        fields = {"MsgType": "text", "Content": text, "MsgId": key}
        return self.callback(self.plain(fields, account=account, at=at), at=at)

    def action(
        self, do: str, *, key: str = "code-1", account: str = "zhou.m", message: str = "D-1", at: datetime = NOW
    ) -> Callback:
        """`key` is the press's response_code: WeCom gives a press no id of its own."""
        fields = {"MsgType": "event", "Event": "template_card_event", "EventKey": do, "TaskId": message}
        card = {"CardType": "button_interaction", "ResponseCode": key}
        return self.callback(self.plain(fields | card, account=account, at=at), at=at)

    def handshake(self, at: datetime = NOW) -> Callback:
        return replace(self.callback(ECHO, at=at, echo=True), method="GET", body=b"")

    def wrong_key(self) -> Callback:
        """Signed well, encrypted with another app's key."""
        other = replace(self._app, aes_key=self._app.aes_key[::-1])
        return self._sealed(_encrypt(other, _padded(self.plain({"MsgType": "text"}), self._app.corp_id)))

    def wrong_token(self) -> Callback:
        return WeComCaller(replace(self._app, token="another")).message("hello")

    def wrong_receiver(self) -> Callback:
        return self._sealed(_encrypt(self._app, _padded(self.plain({"MsgType": "text"}), "wwanother")))

    def broken_padding(self) -> Callback:
        """The last byte is right, the others of the padding are not."""
        padded = _padded(self.plain({"MsgType": "text", "Content": "x" * 5}), self._app.corp_id)
        count = padded[-1]
        assert count > 1
        return self._sealed(_encrypt(self._app, padded[:-count] + bytes(count - 1) + bytes([count])))

    def huge_length(self) -> Callback:
        """The length before the text says more than there is."""
        padded = bytearray(_padded(self.plain({"MsgType": "text"}), self._app.corp_id))
        padded[16:20] = b"\xff\xff\xff\xff"
        return self._sealed(_encrypt(self._app, bytes(padded)))

    def tampered(self) -> Callback:
        """One character of the cipher text changed on the way."""
        good = self.message("hello")
        start = good.body.index(b"<Encrypt>") + 30
        other = b"A" if good.body[start : start + 1] != b"A" else b"B"
        return replace(good, body=good.body[:start] + other + good.body[start + 1 :])

    def plain(self, fields: Mapping[str, str], *, account: str = "lin.a", at: datetime = NOW) -> str:
        head = {"ToUserName": self._app.corp_id, "FromUserName": account, "CreateTime": str(int(at.timestamp()))}
        content = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in (head | dict(fields)).items())
        return f"<xml>{content}<AgentID>{self._app.agent_id}</AgentID></xml>"

    def callback(self, plain: str, *, at: datetime = NOW, echo: bool = False) -> Callback:
        return self._sealed(_encrypt(self._app, _padded(plain, self._app.corp_id)), at, echo=echo)

    def _sealed(self, encrypted: str, at: datetime = NOW, *, echo: bool = False) -> Callback:
        timestamp, nonce = str(int(at.timestamp())), "263014780"
        joined = "".join(sorted([self._app.token, timestamp, nonce, encrypted]))
        query = {
            "msg_signature": hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest(),
            "timestamp": timestamp,
            "nonce": nonce,
        } | ({"echostr": encrypted} if echo else {})
        body = (
            f"<xml><ToUserName><![CDATA[{self._app.corp_id}]]></ToUserName>"
            f"<AgentID><![CDATA[{self._app.agent_id}]]></AgentID><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        )
        return Callback("POST", "", query, {"content-type": "text/xml"}, body.encode(), at)


def _padded(plain: str, receiver: str) -> bytes:
    text = plain.encode()
    content = b"0123456789abcdef" + len(text).to_bytes(4, "big") + text + receiver.encode()
    count = BLOCK - len(content) % BLOCK
    return content + bytes([count]) * count


def _encrypt(app: WeComApp, padded: bytes) -> str:
    key = base64.b64decode(f"{app.aes_key}=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()
