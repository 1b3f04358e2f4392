"""Feishu's sign-in page, and what a code leads to: a person's token, and the person."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from bot.simulator.feishu.messages import read
from bot.simulator.feishu.store import TOKEN_LIFE, ApiError, Store
from bot.simulator.sign_in import SignInPages, Wish

TOKEN_PATH = "/open-apis/authen/v2/oauth/token"  # noqa: S105 - a path
AGENT = "Lark/"


class SignIn:
    """The page is on a host of its own in the real world, and here beside the API."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pages = SignInPages(store.world, "feishu", "code", urlsplit(store.app.callback_base).netloc)

    def blueprint(self, api: Blueprint) -> Blueprint:
        return self._pages.blueprint(api, {"/open-apis/authen/v1/authorize": self._wish})

    def token(self) -> Response:
        app, body = self._store.app, read()
        if body.get("grant_type") != "authorization_code":
            raise ApiError(20036, "unsupported grant_type")
        if (body.get("client_id"), body.get("client_secret")) != (app.app_id, app.app_secret):
            raise ApiError(20002, "client secret invalid")
        grant = self._pages.use(body.get("code"))
        if grant is None:
            raise ApiError(20003, "authorization code not found")
        if grant.back != body.get("redirect_uri"):
            raise ApiError(20071, "redirect_uri does not match")
        if not self._pages.knows(grant.account):
            raise ApiError(20010, "user has no permission to use this app")
        value = "u-" + secrets.token_urlsafe(24)
        self._store.users[value] = (grant.account, self._store.world.clock() + TOKEN_LIFE)
        seconds = int(TOKEN_LIFE.total_seconds())
        return jsonify({"code": 0, "access_token": value, "expires_in": seconds, "token_type": "Bearer"})

    def user_info(self) -> dict[str, Any]:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self._store.users:
            raise ApiError(99991668, "Invalid access token for authorization. A user access token is needed.")
        account = self._store.users[token][0]
        app = self._store.app
        known = self._store.world.accounts["feishu", account]
        return {
            "open_id": account,
            "union_id": app.derived("on_", account),
            "name": known.name,
            "en_name": known.name,
            "tenant_key": app.tenant_key,
        }

    def _wish(self) -> Wish:
        query = request.args
        back, state = query.get("redirect_uri", ""), query.get("state", "")
        if (query.get("client_id"), query.get("response_type")) != (self._store.app.app_id, "code"):
            return Wish(back, state, "20028 请求参数错误")
        error = "" if self._pages.is_ours(back) else "20029 redirect_uri 请求不合法"
        return Wish(back, state, error, silent=AGENT in request.headers.get("User-Agent", ""))
