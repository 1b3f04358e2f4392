"""WeCom's side of callback encryption: AES-256-CBC, the vector from the key, padding to 32, SHA-1 over four strings."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
PREFIX = 16


class SealError(Exception):
    """`code` is the number that WeCom's own libraries give to the mistake."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True, slots=True)
class Seal:
    """The three values that the console holds for an app's callbacks."""

    token: str
    aes_key: str
    receiver: str

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        parts = sorted([self.token, timestamp, nonce, encrypted])
        return hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()

    def encrypt(self, plain: str) -> str:
        text = plain.encode()
        head = secrets.token_bytes(PREFIX) + len(text).to_bytes(4, "big")
        return self.encrypt_raw(pad(head + text + self.receiver.encode()))

    def encrypt_raw(self, padded: bytes) -> str:
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> str:
        """Raises SealError."""
        try:
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
        except ValueError as error:
            raise SealError(-40007) from error
        count = padded[-1] if padded else 0
        if not 1 <= count <= BLOCK or padded[-count:] != bytes([count]) * count:
            raise SealError(-40008)
        content = padded[PREFIX:-count]
        end = 4 + int.from_bytes(content[:4], "big")
        if content[end:] != self.receiver.encode():
            raise SealError(-40005)
        return content[4:end].decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(f"{self.aes_key}=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def pad(content: bytes) -> bytes:
    count = BLOCK - len(content) % BLOCK
    return content + bytes([count]) * count
