"""What callbacks are protected with: AES, two kinds of signature, comparison in constant time."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode

BLOCK = 16


def decrypt(key: str, text: str) -> bytes:
    """The plain bytes in base64(IV ‖ ciphertext). Raises ValueError; it never says which check failed."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    try:
        sealed = b64decode(text, validate=True)
        cipher = Cipher(algorithms.AES256(hashlib.sha256(key.encode()).digest()), modes.CBC(sealed[:BLOCK]))
        decryptor = cipher.decryptor()
        padded = decryptor.update(sealed[BLOCK:]) + decryptor.finalize()
        unpadder = PKCS7(8 * BLOCK).unpadder()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise ValueError("cannot be decrypted") from None


def signature(timestamp: str, nonce: str, key: str, body: bytes) -> str:
    """Of an event or a card action: a plain SHA-256 over the raw body as it came."""
    return hashlib.sha256(_bytes(timestamp + nonce + key) + body).hexdigest()


def old_signature(timestamp: str, nonce: str, token: str, body: bytes) -> str:
    """Of the old card callback: SHA-1 with the verification token, because the protocol says so."""
    return hashlib.sha1(_bytes(timestamp + nonce + token) + body, usedforsecurity=False).hexdigest()


def same(left: str, right: str) -> bool:
    return hmac.compare_digest(_bytes(left), _bytes(right))


def _bytes(text: str) -> bytes:
    # Half a surrogate pair is possible in headers and in JSON; it must not end in an exception.
    return text.encode("utf-8", "surrogatepass")
