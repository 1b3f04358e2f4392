"""Private text at rest: encrypted with keys that rotate."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealedError(Exception):
    """None of the keys opens a sealed text: a key is missing from MAIBO_ENCRYPTION_KEYS, or the row was changed."""


class Vault:
    """The first key writes, every key reads. A key is any secret string.

    A vault of one `purpose` cannot open what a vault of another has sealed, though both stem from the same keys.
    """

    def __init__(self, keys: Sequence[str], purpose: str = "") -> None:
        if not keys:
            raise ValueError("a vault needs a key")
        self._fernet = MultiFernet([Fernet(_stretch(key, purpose)) for key in keys])

    def seal(self, text: str) -> bytes:
        return self.seal_bytes(text.encode())

    def seal_bytes(self, content: bytes) -> bytes:
        return self._fernet.encrypt(content)

    def open(self, sealed: bytes) -> str:
        return self.open_bytes(sealed).decode()

    def open_bytes(self, sealed: bytes) -> bytes:
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SealedError("no key in MAIBO_ENCRYPTION_KEYS opens this text") from None


def _stretch(key: str, purpose: str) -> bytes:
    # Keys are long random strings, not passwords: one hash gives the length that Fernet wants.
    seed = hashlib.sha256(b"maibo vault:" + key.encode()).digest()
    if purpose:
        seed = hmac.new(seed, purpose.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(seed)
