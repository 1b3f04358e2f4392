"""How DingTalk signs and encrypts what it sends; written apart from the bot's code, so that each checks the other."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import struct
from datetime import datetime

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
HEAD = 16  # random bytes before the length


def milliseconds(now: datetime) -> str:
    return str(int(now.timestamp() * 1000))


def robot_headers(app_secret: str, now: datetime) -> dict[str, str]:
    timestamp = milliseconds(now)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "timestamp": timestamp,
        "sign": _sign(app_secret, f"{timestamp}\n{app_secret}"),
    }


def card_headers(api_secret: str, now: datetime) -> dict[str, str]:
    timestamp = milliseconds(now)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "x-ddpaas-signature-timestamp": timestamp,
        "x-ddpaas-signature": _sign(api_secret, timestamp),
    }


def _sign(key: str, message: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), message.encode(), "sha256")).decode()


class EventBox:
    """Seals events and opens the answers to them."""

    def __init__(self, token: str, aes_key: str, receiver: str) -> None:
        self._token = token
        self._key = base64.b64decode(aes_key + "=")
        self._receiver = receiver.encode()

    def seal(self, text: str, now: datetime) -> tuple[dict[str, str], bytes]:
        """Query and body of the callback."""
        said = text.encode()
        plain = os.urandom(HEAD) + struct.pack(">I", len(said)) + said + self._receiver
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        encrypted = base64.b64encode(sealed).decode()
        timestamp, nonce = milliseconds(now), os.urandom(8).hex()
        query = {"msg_signature": self.signature(timestamp, nonce, encrypted), "timestamp": timestamp, "nonce": nonce}
        return query, json.dumps({"encrypt": encrypted}).encode()

    def open(self, answer: bytes) -> str:
        """The word in an answer; ValueError where it is not one for us."""
        try:
            found = json.loads(answer)
            given, encrypted = found["msg_signature"], found["encrypt"]
            wanted = self.signature(found["timeStamp"], found["nonce"], encrypted)
            decryptor = self._cipher().decryptor()
            plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
        except (KeyError, TypeError) as error:
            raise ValueError("not an answer to an event") from error
        plain = plain[HEAD : -plain[-1]]
        (length,) = struct.unpack(">I", plain[:4])
        if not hmac.compare_digest(given, wanted) or plain[4 + length :] != self._receiver:
            raise ValueError("signature or receiver is wrong")
        return plain[4 : 4 + length].decode()

    def signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        joined = "".join(sorted([self._token, timestamp, nonce, encrypted]))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
