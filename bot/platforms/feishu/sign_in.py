"""Signing in with Feishu: without a word in its own client, by a page of its own elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from bot.platforms.base import code_in
from bot.platforms.feishu.client import Client
from bot.settings import FeishuSettings
from handlers.ports import PlatformError

OPEN = "https://open."  # the API's host; the sign-in page and the links into the client have hosts beside it
AGENTS = ("lark/", "feishu/")


class FeishuSignIn:
    """Implements `bot.platforms.base.SignIn`."""

    def __init__(self, settings: FeishuSettings, client: Client) -> None:
        self._client = client
        self._app_id = settings.app_id
        base = settings.api_base.rstrip("/")
        self._page = base.replace(OPEN, "https://accounts.", 1)
        links = base.replace(OPEN, "https://applink.", 1)
        self.chat = f"{links}/client/bot/open?appId={settings.app_id}" if links != base else ""

    def is_inside(self, agent: str) -> bool:
        return any(name in agent.lower() for name in AGENTS)

    def url(self, back: str, state: str, agent: str) -> str:  # noqa: ARG002 - the same page everywhere
        query = {"client_id": self._app_id, "response_type": "code", "redirect_uri": back, "state": state}
        return f"{self._page}/open-apis/authen/v1/authorize?{urlencode(query)}"

    def who(self, came: Mapping[str, str], back: str) -> str:
        person = self._client.signed_in(self._client.user_token(code_in(came, "code"), back))
        account = person.get("open_id")
        if not isinstance(account, str) or not account:
            raise PlatformError("the answer names nobody")
        return account
