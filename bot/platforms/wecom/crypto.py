"""Signature and encryption of callbacks. wechatpy does the cipher; what it does not check is checked here, before it.

Nothing that is unsigned reaches a parser: the envelope's one field is base64 and is found without one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot.platforms.base import Rejected
from bot.settings import SettingsError

LARGEST = 256 * 1024  # bytes of a callback; a text message has at most some kilobytes
BLOCK = 32  # of the padding; AES itself has 16
HEADER = 16 + 4  # random bytes and the length of the text
KEY = re.compile(r"[A-Za-z0-9]{43}")

_ENCRYPT = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?\s*([A-Za-z0-9+/]+={0,2})\s*(?:\]\]>)?\s*</Encrypt>")
_SIGNATURE = re.compile(r"[0-9a-f]{40}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_NONCE = re.compile(r"[\x21-\x7e]{1,128}")


@dataclass(frozen=True, slots=True)
class Seal:
    """The signed part of a callback: what the query says of it, and the encrypted text."""

    signature: str
    timestamp: str
    nonce: str
    encrypted: str


class Crypto:
    """Opens what WeCom sent to one app and closes what is answered."""

    def __init__(self, token: str, aes_key: str, corp_id: str) -> None:
        if not KEY.fullmatch(aes_key):
            raise SettingsError("MAIBO_WECOM_AES_KEY must be the EncodingAESKey's 43 letters and digits.")
        self._token = token
        self._aes_key = aes_key
        self._corp_id = corp_id

    @cached_property
    def _vendor(self) -> Any:
        from wechatpy.enterprise.crypto import WeChatCrypto

        return WeChatCrypto(self._token, self._aes_key, self._corp_id)

    def open(self, seal: Seal) -> str:
        """The plain text. Raises Rejected, whatever comes in."""
        self._check_signature(seal)
        self._check_padding(seal.encrypted)
        from wechatpy.enterprise.exceptions import InvalidCorpIdException

        try:
            plain = self._vendor.decrypt_message(
                {"Encrypt": seal.encrypted}, seal.signature, seal.timestamp, seal.nonce
            )
        except InvalidCorpIdException:
            raise Rejected("meant for another receiver") from None
        except Exception:  # noqa: BLE001 - the library has no error type of its own for broken content
            raise Rejected("cannot be decrypted", 400) from None
        return str(plain)

    def close(self, plain: str, timestamp: str, nonce: str) -> bytes:
        """The encrypted and signed XML of an answer."""
        sealed: str = self._vendor.encrypt_message(plain, nonce, timestamp)
        return sealed.encode()

    def _check_signature(self, seal: Seal) -> None:
        well_formed = _SIGNATURE.fullmatch(seal.signature) and _NONCE.fullmatch(seal.nonce)
        if not well_formed or not _TIMESTAMP.fullmatch(seal.timestamp) or not seal.encrypted.isascii():
            raise Rejected("no signature")
        parts = sorted(text.encode() for text in (self._token, seal.timestamp, seal.nonce, seal.encrypted))
        expected = hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()
        if not hmac.compare_digest(expected, seal.signature):
            raise Rejected("wrong signature")

    def _check_padding(self, encrypted: str) -> None:
        """The library trusts the last byte; here every byte of the padding must say the same."""
        try:
            cipher = base64.b64decode(encrypted, validate=True)
        except binascii.Error:
            raise Rejected("not base64", 400) from None
        if not cipher or len(cipher) % BLOCK:
            raise Rejected("not a number of whole blocks", 400)
        padded = self._decrypt(cipher)
        count = padded[-1]
        if not 1 <= count <= BLOCK or padded[-count:] != bytes([count]) * count:
            raise Rejected("wrong padding", 400)
        length = int.from_bytes(padded[HEADER - 4 : HEADER], "big")
        if HEADER + length + count > len(padded):
            raise Rejected("wrong length", 400)

    def _decrypt(self, cipher: bytes) -> bytes:
        from wechatpy.crypto.cryptography import WeChatCipher

        plain: bytes = WeChatCipher(self._vendor.key).decrypt(cipher)
        return plain


def read_envelope(body: bytes) -> str:
    """The encrypted text in a callback's body. Raises Rejected."""
    if len(body) > LARGEST:
        raise Rejected("too large", 413)
    found = _ENCRYPT.findall(body)
    if len(found) != 1 or b"<!DOCTYPE" in body:
        raise Rejected("no envelope", 400)
    return str(found[0], "ascii")
