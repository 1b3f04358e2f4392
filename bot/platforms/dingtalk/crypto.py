"""DingTalk's three proofs: a signed timestamp for robot messages, another for cards, encryption for events.

The first two do not cover the body, which is why their timestamps must also be young.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.platforms.base import Rejected

CHECK_URL = "check_url"
_MAX_FIELD = 256  # characters of a signature, timestamp or nonce


def robot_sign(app_secret: str, timestamp: str) -> str:
    """What a robot message carries in its `sign` header."""
    return _hmac(app_secret, f"{timestamp}\n{app_secret}")


def card_secret(app_secret: str) -> str:
    """The secret we register for card callbacks: derived, so that there is none more to keep."""
    return hmac.new(app_secret.encode(), b"maibo card callback", hashlib.sha256).hexdigest()


def card_sign(api_secret: str, timestamp: str) -> str:
    """What a card callback carries in `x-ddpaas-signature`."""
    return _hmac(api_secret, timestamp)


def same(given: str, wanted: str) -> bool:
    """Compare in constant time, whatever characters came in."""
    return hmac.compare_digest(given.encode(errors="replace"), wanted.encode())


def _hmac(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


@dataclass(frozen=True, slots=True)
class Opened:
    """A decrypted event; `receiver` is whom it was encrypted for, and the answer must name the same."""

    text: str
    receiver: str


class EventCipher:
    """Event callbacks: checked by us in constant time, then decrypted by the vendor's library."""

    def __init__(self, token: str, aes_key: str, receivers: tuple[str, ...]) -> None:
        self._token = token
        self._aes_key = aes_key
        self._receivers = receivers

    def open(self, query: Mapping[str, str], body: bytes) -> Opened:
        """Raises Rejected."""
        encrypted = _encrypted(body)
        timestamp = _short(query.get("timestamp") or query.get("timeStamp"))
        nonce = _short(query.get("nonce"))
        signature = _short(query.get("msg_signature") or query.get("signature"))
        if not same(signature, self.signature(timestamp, nonce, encrypted)):
            raise Rejected("event signature does not match")
        for receiver in self._receivers:
            text = self._decrypt(receiver, signature, timestamp, nonce, encrypted)
            if text is not None:
                return Opened(text, receiver)
        raise Rejected("event is not for this app, or cannot be decrypted")

    def signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        parts = sorted(part.encode(errors="replace") for part in (self._token, timestamp, nonce, encrypted))
        # The platform's own choice of hash; the body is under AES as well.
        return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()

    def success(self, receiver: str, nonce: str, timestamp: str) -> bytes:
        """The answer that tells the platform an event arrived."""
        sealed: dict[str, Any] = _library()(self._token, self._aes_key, receiver).encrypt_message(
            "success", nonce, timestamp
        )
        return json.dumps(sealed).encode()

    def is_sound(self) -> bool:
        """False where the key in the settings is not one."""
        library = _library()
        try:
            library(self._token, self._aes_key, "x")
        except Exception:  # noqa: BLE001 - the library asserts, and decodes with whatever raises
            return False
        return True

    def _decrypt(self, receiver: str, signature: str, timestamp: str, nonce: str, encrypted: str) -> str | None:
        library = _library()
        try:
            opener = library(self._token, self._aes_key, receiver)
            return str(opener.decrypt_encrypt_str(signature, timestamp, nonce, encrypted))
        except Exception:  # noqa: BLE001 - malformed input raises whatever happens inside the library
            return None


@cache
def _library() -> Any:
    """The vendor's cipher; imported late, for its package brings a client of 110,000 lines."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in its docstrings: an error under -W error
        from dingtalk.crypto import DingTalkCrypto
    return DingTalkCrypto


def _encrypted(body: bytes) -> str:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Rejected("event body is not JSON", 400) from None
    encrypted = found.get("encrypt") if isinstance(found, dict) else None
    if not isinstance(encrypted, str) or not encrypted:
        raise Rejected("event body has no encrypt", 400)
    return encrypted


def _short(value: str | None) -> str:
    """A parameter within reason; nothing signed by the platform is longer."""
    if value is None or len(value) > _MAX_FIELD:
        raise Rejected("event signature parameters are missing or too long")
    return value
