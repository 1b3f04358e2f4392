"""The custom app that the simulated Feishu knows: what its console shows, and ids shaped as Feishu shapes them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FeishuApp:
    """`callback_base` is the request URL for events and card actions, such as http://127.0.0.1:8001/callback/feishu.

    Without an encrypt key callbacks are plain and unsigned. `lower_case_headers`: as some proxies pass them on.
    """

    app_id: str
    app_secret: str = field(repr=False)
    verification_token: str = field(repr=False)
    encrypt_key: str = field(repr=False)
    callback_base: str
    name: str = "脉搏"
    tenant_key: str = "tk5e1f0a94c7d2b836"
    lower_case_headers: bool = False

    @property
    def open_id(self) -> str:
        """The bot's own."""
        return self.derived("ou_", "bot")

    def derived(self, prefix: str, *of: str) -> str:
        """An id of the usual shape, the same whenever asked for."""
        return prefix + hashlib.sha256("/".join((self.app_id, *of)).encode()).hexdigest()[:32]


def fresh(prefix: str) -> str:
    return prefix + secrets.token_hex(16)
