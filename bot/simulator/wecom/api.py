"""The API below `/cgi-bin/`: errors with status 200, the token in the query, every call recorded."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, g, request

from bot.simulator.side import SEEN
from bot.simulator.wecom.book import Book
from bot.simulator.wecom.cards import WITH_CODE, CardError, accept
from bot.simulator.wecom.server import Card, Refusal, Server
from bot.simulator.wecom.sign_in import SignIn
from bot.simulator.world import Exchange

Json = dict[str, Any]

TEXT_BYTES = 2048
MENU_KEY_BYTES = 128
MEGABYTE = 1024 * 1024
UPLOADS = {"image": 10 * MEGABYTE, "voice": 2 * MEGABYTE, "video": 10 * MEGABYTE, "file": 20 * MEGABYTE}
PICTURES = {b"\xff\xd8": "image/jpeg", b"\x89P": "image/png"}
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")
_INVISIBLE = "\u200b\u200c\u200d\u2060"  # a client draws nothing for them


class Api:
    """The views. A view returns what stands beside `errcode`, or a file."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def gettoken(self) -> Json:
        app, query = self._server.app, request.args
        if query.get("corpid") != app.corp_id:
            raise Refusal(40013)
        if query.get("corpsecret") != app.secret:
            raise Refusal(40001)
        value, seconds = self._server.token()
        return {"access_token": value, "expires_in": seconds}

    def callback_ip(self) -> Json:
        return {"ip_list": ["127.0.0.1"]}

    def send(self) -> Json:
        body = self._body()
        members, invalid = self._server.receivers(body.get("touser"))
        kind, content = self._content(body)
        answer = {"invaliduser": "|".join(invalid), "invalidparty": "", "invalidtag": ""}
        if self._server.is_repeat(body):
            return answer
        answer["msgid"] = secrets.token_urlsafe(32)
        if kind == "card":
            return answer | self._send_card(members, content)
        for member in members:
            if not self._server.is_flooded(member):
                self._server.world.post("wecom", member, "bot", kind, dict(content), id=f"w{secrets.token_hex(8)}")
        return answer

    def _send_card(self, members: list[str], content: Json) -> Json:
        task = content.get("task_id", "")
        card = Card(task)
        with self._server.lock:
            if task in self._server.cards:
                raise Refusal(42014)
            if task:
                self._server.cards[task] = card
        for member in members:
            if not self._server.is_flooded(member):
                bubble = f"w{secrets.token_hex(8)}"
                card.copies[member] = bubble
                self._server.world.post("wecom", member, "bot", "card", dict(content), id=bubble)
        coded = content["card_type"] in WITH_CODE or "action_menu" in content
        return {"response_code": self._server.new_code(task)} if coded else {}

    def _content(self, body: Json) -> tuple[str, Json]:
        """Kind and content of a message's bubble. Raises Refusal."""
        kind = body.get("msgtype")
        part = body.get(kind) if isinstance(kind, str) else None
        if kind == "template_card":
            return "card", accept(part)
        if kind not in {"text", "markdown", "image", "file"} or not isinstance(part, dict):
            raise Refusal(40008)
        if kind in {"text", "markdown"}:
            return kind, {"text": _shown(part.get("content"))}
        media = self._server.media(part.get("media_id"))
        return kind, {"media": media, "name": self._server.world.media[media][0]}

    def update_card(self) -> Json:
        body = self._body()
        members = body.get("userids")
        if not isinstance(members, list) or not members:
            raise Refusal(40035)
        change = _change(body)
        card = self._server.use_code(body.get("response_code"))
        known = self._server.accounts()
        named = [known[str(m).lower()].id if str(m).lower() in known else str(m) for m in members]
        return {"invaliduser": self._server.change(card, named, change)}

    def upload(self) -> Json:
        kind, file = request.args.get("type", ""), request.files.get("media")
        if kind not in UPLOADS:
            raise Refusal(40035)
        content = file.read() if file else b""
        if file is None or len(content) <= 5:  # noqa: PLR2004 - WeCom wants more than five bytes
            raise Refusal(44001)
        if len(content) > UPLOADS[kind]:
            raise Refusal(45001)
        mime = PICTURES.get(content[:2], "application/octet-stream")
        refused = self._server.world.take("wecom", "refuse_upload")
        if refused or (kind == "image" and content[:2] not in PICTURES):
            raise Refusal(40005)
        media_id, _ = self._server.keep(file.filename or "file", mime, content)
        return {"type": kind, "media_id": media_id, "created_at": str(int(self._server.world.clock().timestamp()))}

    def media(self) -> Response:
        name, mime, content = self._server.world.media[self._server.media(request.args.get("media_id"))]
        response = Response(content, content_type=mime)
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        return response

    def create_menu(self) -> Json:
        self._check_agent(request.args.get("agentid"))
        buttons: Any = _json().get("button")
        _check_menu(buttons, 3, 16, 40016)
        with self._server.world.changing():
            self._server.menu = buttons
        return {}

    def get_menu(self) -> Json:
        if not self._server.menu:
            raise Refusal(46003)
        return {"button": self._server.menu}

    def delete_menu(self) -> Json:
        with self._server.world.changing():
            self._server.menu = []
        return {}

    def departments(self) -> Json:
        return {"department": self._book().departments()}

    def members(self) -> Json:
        number = request.args.get("department_id", "")
        if not number.isdecimal():
            raise Refusal(40035)
        return {"userlist": self._book().members(int(number))}

    def member(self) -> Json:
        account = self._server.accounts().get(request.args.get("userid", "").lower())
        if account is None:
            raise Refusal(60111)
        return self._book().member(account)

    def agent(self) -> Json:
        self._check_agent(request.args.get("agentid"))
        parties = [item["id"] for item in self._book().departments() if not item["parentid"]]
        return {
            "agentid": self._server.app.agent_id,
            "name": self._server.app.name,
            "allow_userinfos": {"user": []},
            "allow_partys": {"partyid": parties},
            "close": 0,
            "isreportenter": 1,
        }

    def _book(self) -> Book:
        return Book(self._server.accounts().values())

    def _body(self) -> Json:
        """The JSON of a call about messages, sent by our app. Raises Refusal."""
        body = _json()
        if not isinstance(body.get("agentid"), int):
            raise Refusal(40056)
        self._check_agent(str(body["agentid"]))
        return body

    def _check_agent(self, agent: str | None) -> None:
        if agent != str(self._server.app.agent_id):
            raise Refusal(301002)


def blueprint(server: Server) -> Blueprint:
    api, sign_in = Api(server), SignIn(server)
    calls = Blueprint("wecom", __name__, url_prefix="/cgi-bin")
    views: dict[str, tuple[str, Callable[[], Json | Response]]] = {
        "gettoken": ("GET", api.gettoken),
        "getcallbackip": ("GET", api.callback_ip),
        "message/send": ("POST", api.send),
        "message/update_template_card": ("POST", api.update_card),
        "media/upload": ("POST", api.upload),
        "media/get": ("GET", api.media),
        "menu/create": ("POST", api.create_menu),
        "menu/get": ("GET", api.get_menu),
        "menu/delete": ("GET", api.delete_menu),
        "department/list": ("GET", api.departments),
        "user/list": ("GET", api.members),
        "user/get": ("GET", api.member),
        "agent/get": ("GET", api.agent),
        "auth/getuserinfo": ("GET", sign_in.user),
    }
    for path, (method, view) in views.items():
        calls.add_url_rule(f"/{path}", path.replace("/", "_"), _guarded(server, path, view), methods=[method])
    calls.before_request(_begin)
    calls.after_request(lambda response: _record(server, response))
    return sign_in.blueprint(calls)


def _guarded(server: Server, path: str, view: Callable[[], Json | Response]) -> Callable[[], Response]:
    """A view behind the token and the faults of the moment, with errors in WeCom's form."""

    def call() -> Response:
        try:
            server.check_health()
            if path != "gettoken":
                server.check_token(request.args.get("access_token"))
            answer = view()
        except Refusal as error:
            return _refuse(error.code, str(error))
        except CardError as error:
            return _refuse(error.code, f"{error}")
        if isinstance(answer, Response):
            return answer
        g.lost = path == "message/send" and server.world.take("wecom", "lose_answer")
        return _answer({"errcode": 0, "errmsg": "ok", **answer})

    return call


def _refuse(code: int, reason: str) -> Response:
    text = (
        f"{reason}, hint: [{time.time_ns() // 1000}], from ip: {request.remote_addr}, "
        f"more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
    )
    response = _answer({"errcode": code, "errmsg": text})
    response.headers["Error-Code"] = str(code)
    response.headers["Error-Msg"] = reason
    return response


def _answer(content: Json) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), content_type="application/json; charset=UTF-8")


def _json() -> Json:
    raw = request.get_data()
    if _ESCAPED.search(raw):
        raise Refusal(40033)
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(40035)
    return body


def _shown(content: object) -> str:
    """What a client shows of a text: what is too long is cut off without a word."""
    if not isinstance(content, str) or not content.strip():
        raise Refusal(44004)
    return content.encode()[:TEXT_BYTES].decode(errors="ignore").rstrip(_INVISIBLE)


def _change(body: Json) -> Callable[[Json], Json]:
    """What an update does to a copy of the card. Raises CardError."""
    button = body.get("button")
    if isinstance(button, dict) and button.get("replace_name"):
        name = str(button["replace_name"])
        return lambda content: content | {"replace_text": name}
    card = accept(body.get("template_card"), replacing=True)
    return lambda _: card


def _check_menu(buttons: Any, most: int, name_bytes: int, code: int) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= most:
        raise Refusal(code)
    for button in buttons:
        if not 1 <= len(str(button.get("name", "")).encode()) <= name_bytes:
            raise Refusal(40018)
        if "sub_button" in button:
            _check_menu(button["sub_button"], 5, 40, 40023)
        elif button.get("type") == "click" and not 1 <= len(str(button.get("key", "")).encode()) <= MENU_KEY_BYTES:
            raise Refusal(40019)


def _begin() -> None:
    g.started = time.perf_counter()
    g.lost = False


def _record(server: Server, response: Response) -> Response:
    server.world.record(
        Exchange(
            id=server.world.next_id(),
            platform="wecom",
            direction="from_bot",
            at=server.world.clock(),
            method=request.method,
            path=request.full_path.rstrip("?"),
            request_headers=dict(request.headers),
            request_body=request.get_data().decode("utf-8", "replace")[:SEEN],
            status=response.status_code,
            response_body=response.get_data().decode("utf-8", "replace")[:SEEN],
            milliseconds=(time.perf_counter() - g.started) * 1000,
        )
    )
    if g.lost:
        # The client waits for bytes that never come: to it, the connection broke.
        response.set_data(b"")
        response.headers["Content-Length"] = "1000"
        response.headers["Connection"] = "close"
    return response
