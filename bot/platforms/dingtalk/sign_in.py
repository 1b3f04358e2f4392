"""Signing in with DingTalk: one page for its own browser and for any other."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from bot.platforms.base import code_in
from bot.platforms.dingtalk.client import DingTalkClient
from bot.settings import DingTalkSettings
from handlers.ports import PlatformError


class DingTalkSignIn:
    """Implements `bot.platforms.base.SignIn`."""

    chat = ""

    def __init__(self, settings: DingTalkSettings, client: DingTalkClient) -> None:
        self._client = client
        self._app_key = settings.app_key
        self._page = settings.api_base.rstrip("/").replace("https://api.", "https://login.", 1)

    def is_inside(self, agent: str) -> bool:
        return "dingtalk" in agent.lower()

    def url(self, back: str, state: str, agent: str) -> str:  # noqa: ARG002 - the same page everywhere
        query = {
            "client_id": self._app_key,
            "redirect_uri": back,
            "state": state,
            "response_type": "code",
            "scope": "openid",
            "prompt": "consent",
        }
        return f"{self._page}/oauth2/auth?{urlencode(query)}"

    def who(self, came: Mapping[str, str], back: str) -> str:  # noqa: ARG002 - the code is not bound to an address
        """Who signs in is known by the union id, and who works here by the userid: the address book links the two."""
        union = self._client.me(self._client.user_token(code_in(came, "authCode"))).get("unionId")
        if not isinstance(union, str) or not union:
            raise PlatformError("the answer names nobody")
        return self._client.account_of(union)
