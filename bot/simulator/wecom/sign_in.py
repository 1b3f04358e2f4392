"""WeCom's two sign-in pages: silent in its own client (and WeChat's), with a question in other browsers."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Blueprint, request

from bot.simulator.sign_in import SignInPages, Wish
from bot.simulator.wecom.server import Refusal, Server

STATE = re.compile("[a-zA-Z0-9]{0,128}")
SCOPES = {"snsapi_base", "snsapi_privateinfo"}
NOT_HERE = "请在企业微信客户端打开链接"


class SignIn:
    """The pages, and the call that says whom a code stands for."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._pages = SignInPages(server.world, "wecom", "code", urlsplit(server.app.callback_base).netloc)

    def blueprint(self, api: Blueprint) -> Blueprint:
        pages = {"/connect/oauth2/authorize": self._inside, "/wwlogin/sso/login": self._outside}
        return self._pages.blueprint(api, pages)

    def user(self) -> dict[str, str]:
        grant = self._pages.use(request.args.get("code"))
        if grant is None:
            raise Refusal(40029)
        if not self._pages.knows(grant.account):
            return {"openid": f"o{grant.account}"}
        return {"userid": grant.account}

    def _inside(self) -> Wish:
        query = request.args
        if "MicroMessenger" not in request.headers.get("User-Agent", ""):
            return self._wish(NOT_HERE, silent=True)
        good = query.get("response_type") == "code" and query.get("scope") in SCOPES
        return self._wish("" if good else "40035 invalid parameter", silent=True)

    def _outside(self) -> Wish:
        return self._wish("" if request.args.get("login_type") == "CorpApp" else "40035 invalid parameter")

    def _wish(self, error: str, *, silent: bool = False) -> Wish:
        query, app = request.args, self._server.app
        back, state = query.get("redirect_uri", ""), query.get("state", "")
        if (query.get("appid"), query.get("agentid")) != (app.corp_id, str(app.agent_id)):
            error = "40013 invalid corpid"
        elif not self._pages.is_ours(back):
            error = "50001 redirect_uri unauthorized"
        elif not STATE.fullmatch(state):
            error = "40035 invalid parameter"
        return Wish(back, state, error, silent)
