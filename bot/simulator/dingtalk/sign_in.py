"""DingTalk's sign-in page, and what a code leads to: a person's token, the person, their userid here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, request

from bot.simulator.dingtalk.app import DingTalkApp, Refused
from bot.simulator.sign_in import SignInPages, Wish
from bot.simulator.world import World

TOKEN_PATH, ME_PATH = "/v1.0/oauth2/userAccessToken", "/v1.0/contact/users/me"
TOKEN_LIFE = timedelta(hours=2)

Answer = dict[str, Any]


class SignIn:
    """A person's union id is `union` and their userid."""

    def __init__(self, world: World, app: DingTalkApp) -> None:
        self._world = world
        self._app = app
        self._pages = SignInPages(world, "dingtalk", "authCode", urlsplit(app.callback_base).netloc)
        self._tokens: dict[str, tuple[str, datetime]] = {}

    def blueprint(self, api: Blueprint) -> Blueprint:
        return self._pages.blueprint(api, {"/oauth2/auth": self._wish})

    def token(self, body: Mapping[str, Any]) -> Answer:
        if (body.get("clientId"), body.get("clientSecret")) != (self._app.app_key, self._app.app_secret):
            raise Refused("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        if body.get("grantType") != "authorization_code":
            raise Refused("unsupported.grant.type", "不支持的授权类型")
        grant = self._pages.use(body.get("code"))
        if grant is None:
            raise Refused("invalidParameter.authCode.notFound", "不存在的临时授权码")
        value = f"user{self._world.next_id()}token"
        self._tokens[value] = (grant.account, self._world.clock() + TOKEN_LIFE)
        return {"accessToken": value, "refreshToken": f"r{value}", "expireIn": int(TOKEN_LIFE.total_seconds())}

    def me(self) -> Answer:
        given = request.headers.get("x-acs-dingtalk-access-token", "")
        account, until = self._tokens.get(given, ("", datetime.min.replace(tzinfo=self._world.clock().tzinfo)))
        if self._world.clock() >= until:
            raise Refused("InvalidAuthentication", "不合法的access_token")
        known = self._world.accounts.get(("dingtalk", account))
        return {"nick": known.name if known else "外部用户", "unionId": f"union{account}", "openId": f"open{account}"}

    def by_union(self, body: Mapping[str, Any]) -> Answer:
        account = str(body.get("unionid") or "").removeprefix("union")
        if not self._pages.knows(account):
            raise Refused("60121", "找不到该用户")
        return {"result": {"contact_type": 0, "userid": account}}

    def _wish(self) -> Wish:
        query = request.args
        back, state = query.get("redirect_uri", ""), query.get("state", "")
        wanted = {"client_id": self._app.app_key, "response_type": "code", "prompt": "consent"}
        wrong = [name for name, value in wanted.items() if query.get(name) != value]
        if wrong or "openid" not in query.get("scope", "").split():
            return Wish(back, state, "参数错误")
        # A consent page: nobody is let through in silence, not even in DingTalk's own browser.
        return Wish(back, state, "" if self._pages.is_ours(back) else "回调域名未登记")
