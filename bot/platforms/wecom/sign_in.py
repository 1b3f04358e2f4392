"""Signing in with WeCom: without a word in its own client and in WeChat's plugin, by a page of its own elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from bot.platforms.base import code_in
from bot.platforms.wecom.client import Client
from bot.settings import WeComSettings
from handlers.ports import PlatformError

PUBLIC = "https://qyapi.weixin.qq.com"  # its pages are on other hosts; a private deployment's on the same one
INSIDE, OUTSIDE = "https://open.weixin.qq.com", "https://login.work.weixin.qq.com"


class WeComSignIn:
    """Implements `bot.platforms.base.SignIn`."""

    chat = ""

    def __init__(self, settings: WeComSettings, client: Client) -> None:
        self._client = client
        self._app = {"appid": settings.corp_id, "agentid": settings.agent_id}
        base = settings.api_base.rstrip("/")
        self._inside, self._outside = (INSIDE, OUTSIDE) if base == PUBLIC else (base, base)

    def is_inside(self, agent: str) -> bool:
        return "wxwork" in agent.lower()

    def url(self, back: str, state: str, agent: str) -> str:
        query = self._app | {"redirect_uri": back, "state": state}
        if "micromessenger" not in agent.lower():
            return f"{self._outside}/wwlogin/sso/login?{urlencode({'login_type': 'CorpApp'} | query)}"
        silent = {"response_type": "code", "scope": "snsapi_base"}
        return f"{self._inside}/connect/oauth2/authorize?{urlencode(query | silent)}#wechat_redirect"

    def who(self, came: Mapping[str, str], back: str) -> str:  # noqa: ARG002 - the code is not bound to an address
        account = self._client.signed_in(code_in(came, "code")).get("userid")
        if not isinstance(account, str) or not account:
            raise PlatformError("not a member of this corp", code="openid", unreachable=True)
        return account
