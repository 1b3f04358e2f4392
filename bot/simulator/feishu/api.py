"""The door of the simulated server: tokens, speed limits, faults on request, and a record of every call."""

from __future__ import annotations

import math
import secrets
import socket
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from bot.simulator.feishu import sign_in
from bot.simulator.feishu.contacts import Contacts
from bot.simulator.feishu.messages import Messages, read
from bot.simulator.feishu.store import ApiError, Store
from bot.simulator.feishu.uploads import Uploads
from bot.simulator.side import SEEN
from bot.simulator.world import Exchange

TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"  # noqa: S105 - a path
WITHOUT_TOKEN = (TOKEN_PATH, sign_in.TOKEN_PATH)
PER_SECOND, PER_MINUTE = 50, 1000

View = Callable[..., dict[str, Any] | Response]


def blueprint(store: Store) -> Blueprint:
    api = Blueprint("feishu", __name__)
    door = Door(store)
    api.before_request(door.check)
    api.after_request(door.record)
    api.register_error_handler(ApiError, door.refuse)
    api.add_url_rule(TOKEN_PATH, "token", door.token, methods=["POST"])
    api.add_url_rule("/open-apis/bot/v3/info", "bot", door.bot)
    for method, path, view in (*Messages(store).views(), *Uploads(store).views(), *Contacts(store).views()):
        api.add_url_rule(f"/open-apis{path}", view.__name__, _answer(view), methods=[method])
    signing = sign_in.SignIn(store)
    api.add_url_rule(sign_in.TOKEN_PATH, "user_token", signing.token, methods=["POST"])
    api.add_url_rule("/open-apis/authen/v1/user_info", "user_info", _answer(signing.user_info))
    return signing.blueprint(api)


class Door:
    """What every call passes on its way in and out."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._world = store.world

    def check(self) -> None:
        g.started = time.perf_counter()
        if self._world.take("feishu", "server_error"):
            raise ApiError(1500, "internal error", 500)
        if request.path not in WITHOUT_TOKEN:
            self._check_token()
            self._check_speed()

    def _check_token(self) -> None:
        token = self._store.check_token(request.headers.get("Authorization", ""))
        if self._world.take("feishu", "expire_token"):
            self._store.tokens.pop(token, None)
            raise ApiError(99991663, "Invalid access token for authorization.")

    def _check_speed(self) -> None:
        if self._world.take("feishu", "rate_limit"):
            raise _too_fast(1.0)
        for most, seconds in ((PER_SECOND, 1.0), (PER_MINUTE, 60.0)):
            wait = self._store.slow_down(f"{request.method} {request.endpoint}", most, seconds)
            if wait:
                raise _too_fast(wait)

    def token(self) -> Response:
        app, body = self._store.app, read()
        if not (body.get("app_id") and body.get("app_secret")):
            raise ApiError(10003, "invalid param", 200)
        if (body["app_id"], body["app_secret"]) != (app.app_id, app.app_secret):
            raise ApiError(10014, "app secret invalid", 200)
        value, seconds = self._store.token()
        return jsonify(code=0, msg="ok", tenant_access_token=value, expire=seconds)

    def bot(self) -> Response:
        app = self._store.app
        return jsonify(code=0, msg="ok", bot={"activate_status": 2, "app_name": app.name, "open_id": app.open_id})

    def refuse(self, error: ApiError) -> Response:
        trace = secrets.token_hex(16)
        response = jsonify(code=error.code, msg=str(error), error={"log_id": trace})
        response.status_code = error.status
        response.headers.update({"X-Tt-Logid": trace, **error.headers})
        return response

    def record(self, response: Response) -> Response:
        status = response.status_code
        if g.get("sent") and self._world.take("feishu", "lose_answer"):
            _hang_up()
            status = 0
        self._world.record(
            Exchange(
                id=self._world.next_id(),
                platform="feishu",
                direction="from_bot",
                at=self._world.clock(),
                method=request.method,
                path=request.full_path.rstrip("?"),
                request_headers=dict(request.headers),
                request_body=request.get_data().decode("utf-8", "replace")[:SEEN],
                status=status,
                response_body=response.get_data().decode("utf-8", "replace")[:SEEN] if status else "(connection lost)",
                milliseconds=(time.perf_counter() - g.started) * 1000,
                plain=g.get("plain", "")[:SEEN],
            )
        )
        return response


def _too_fast(wait: float) -> ApiError:
    headers = {"x-ogw-ratelimit-limit": str(PER_SECOND), "x-ogw-ratelimit-reset": str(math.ceil(wait))}
    return ApiError(99991400, "request trigger frequency limit", 429, headers)


def _hang_up() -> None:
    """Break the connection, where the server below lets us at it."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)


def _answer(view: View) -> Callable[..., Response]:
    @wraps(view)
    def answered(**path: str) -> Response:
        found = view(**path)
        return found if isinstance(found, Response) else jsonify(code=0, msg="success", data=found)

    return answered
