"""Callbacks as Feishu puts them on the wire: envelope, encryption, signature. Independent of the bot's own code."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.simulator.feishu.app import FeishuApp, fresh
from bot.simulator.side import Push

BLOCK = 16


def envelope(app: FeishuApp, kind: str, event: Mapping[str, Any], at: datetime, event_id: str = "") -> dict[str, Any]:
    """Schema 2.0. Message events count time in milliseconds, the others in microseconds."""
    digits = 1_000 if kind.startswith("im.") else 1_000_000
    return {
        "schema": "2.0",
        "header": {
            "event_id": event_id or fresh(""),
            "event_type": kind,
            "create_time": str(int(at.timestamp() * digits)),
            "token": app.verification_token,
            "app_id": app.app_id,
            "tenant_key": app.tenant_key,
        },
        "event": event,
    }


def push(app: FeishuApp, content: Mapping[str, Any], at: datetime, *, signed: bool = True) -> Push:
    """One request, signed anew each time it is made."""
    plain = json.dumps(content, ensure_ascii=False)
    body = json.dumps({"encrypt": encrypt(app.encrypt_key, plain)}) if app.encrypt_key else plain
    headers = {"Content-Type": "application/json; charset=utf-8", "X-Request-Id": secrets.token_hex(16)}
    if app.encrypt_key and signed:
        headers |= _signature(app.encrypt_key, body.encode(), at)
    if app.lower_case_headers:
        headers = {name.lower(): value for name, value in headers.items()}
    return Push("POST", app.callback_base, headers, body.encode(), plain)


def encrypt(key: str, plain: str) -> str:
    data = plain.encode()
    missing = BLOCK - len(data) % BLOCK
    vector = os.urandom(BLOCK)
    cipher = Cipher(algorithms.AES256(hashlib.sha256(key.encode()).digest()), modes.CBC(vector)).encryptor()
    return b64encode(vector + cipher.update(data + bytes([missing]) * missing) + cipher.finalize()).decode()


def _signature(key: str, body: bytes, at: datetime) -> dict[str, str]:
    timestamp, nonce = str(int(at.timestamp())), secrets.token_hex(8)
    return {
        "X-Lark-Request-Timestamp": timestamp,
        "X-Lark-Request-Nonce": nonce,
        "X-Lark-Signature": hashlib.sha256(f"{timestamp}{nonce}{key}".encode() + body).hexdigest(),
    }
