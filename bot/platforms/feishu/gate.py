"""Whether a callback is genuine: signature, age, decryption, token and receiver, in this order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.platforms.base import Authentic, Callback, Handshake, Rejected, Response
from bot.platforms.feishu import crypto
from bot.platforms.feishu.parse import moment

MAX_BODY = 1024 * 1024
MAX_AGE = 8 * 3600  # a callback that failed comes again for about seven hours
JSON = "application/json; charset=utf-8"
OLD_SIGNATURE = 40  # hex digits of the old card callback's SHA-1


@dataclass(frozen=True, slots=True)
class Gate:
    """The check of every callback of one app. `max_age` in seconds; 0 lets any age pass."""

    app_id: str
    token: str = field(repr=False)
    encrypt_key: str = field(repr=False)
    max_age: int = MAX_AGE

    def open(self, callback: Callback) -> Authentic | Handshake:
        """Raises Rejected, and nothing else."""
        if len(callback.body) > MAX_BODY:
            raise Rejected("the body is too large", 413)
        signed = self._verify(callback)
        body = callback.body
        content = _object(body)
        if signed == OLD_SIGNATURE:
            return Authentic(body)
        encrypted = "encrypt" in content
        if encrypted:
            body = self._decrypt(content["encrypt"])
            content = _object(body)
        if content.get("type") == "url_verification":
            return self._handshake(content)
        if self.encrypt_key and not (signed and encrypted):
            raise Rejected("not signed and encrypted, though an encrypt key is set")
        self._check_sender(content)
        return Authentic(body)

    def _verify(self, callback: Callback) -> int:
        """The length of the signature that proved right; 0 where there is none to check."""
        headers = {name.lower(): value for name, value in callback.headers.items()}
        given = headers.get("x-lark-signature", "")
        old = len(given) == OLD_SIGNATURE
        if not given or not (old or self.encrypt_key):
            return 0
        timestamp = headers.get("x-lark-request-timestamp", "")
        nonce = headers.get("x-lark-request-nonce", "")
        expected = (
            crypto.old_signature(timestamp, nonce, self.token, callback.body)
            if old
            else crypto.signature(timestamp, nonce, self.encrypt_key, callback.body)
        )
        if not crypto.same(given, expected):
            raise Rejected("wrong signature")
        self._check_age(timestamp, callback.now)
        return len(given)

    def _check_age(self, timestamp: str, now: datetime) -> None:
        try:
            age = abs((now - moment(timestamp)).total_seconds())
        except ValueError:
            raise Rejected("no readable timestamp") from None
        if self.max_age and age > self.max_age:
            raise Rejected("the timestamp is too far from now")

    def _decrypt(self, sealed: Any) -> bytes:
        if not self.encrypt_key:
            raise Rejected("encrypted, but no encrypt key is set")
        try:
            return crypto.decrypt(self.encrypt_key, _text(sealed))
        except ValueError:
            raise Rejected("cannot be decrypted", 400) from None

    def _handshake(self, content: dict[str, Any]) -> Handshake:
        self._check_token(content.get("token"))
        challenge = content.get("challenge")
        if not isinstance(challenge, str):
            raise Rejected("no challenge", 400)
        return Handshake(Response(json.dumps({"challenge": challenge}).encode(), JSON))

    def _check_sender(self, content: dict[str, Any]) -> None:
        header = content.get("header")
        if not isinstance(header, dict):  # schema 1.0 carries its token at the top
            self._check_token(content.get("token"))
            return
        self._check_token(header.get("token"))
        if not crypto.same(_text(header.get("app_id")), self.app_id):
            raise Rejected("meant for another app")

    def _check_token(self, given: Any) -> None:
        if not (self.token and crypto.same(_text(given), self.token)):
            raise Rejected("wrong verification token")


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Rejected("not a JSON object", 400)
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
