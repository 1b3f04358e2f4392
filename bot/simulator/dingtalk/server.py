"""DingTalk's two API hosts in one: tokens, robot messages, cards and files (new), address book and notices (old)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from bot.simulator.dingtalk.app import DingTalkApp, Refused
from bot.simulator.dingtalk.cards import Card, CardPlatform
from bot.simulator.dingtalk.people import AddressBook
from bot.simulator.dingtalk.robot import Robot
from bot.simulator.dingtalk.sign_in import ME_PATH, TOKEN_PATH, SignIn
from bot.simulator.side import SEEN
from bot.simulator.world import Exchange, World

TOKEN_SECONDS = 7200
NOTICE_BYTES = 2048
NOTICE_PEOPLE = 100
LARGEST = {"image": 20, "voice": 2, "video": 20, "file": 20}  # MB
MB = 1024 * 1024
IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")
SPACES = {"IM_ROBOT": "imRobotOpenDeliverModel", "IM_GROUP": "imGroupOpenDeliverModel"}
# The app's token is given here, or somebody's own is needed.
WITHOUT_TOKEN = ("/v1.0/oauth2/accessToken", "/gettoken", TOKEN_PATH, ME_PATH)

Answer = dict[str, Any]


class Server:
    """The calls the bot makes. `plain_token_errors`: say 40014 bare, as some gateways do, not within 88."""

    def __init__(self, world: World, app: DingTalkApp) -> None:
        self._world = world
        self._app = app
        self._token = ""
        self._token_ends = datetime.min.replace(tzinfo=world.clock().tzinfo)
        self._noticed: set[tuple[str, str, str]] = set()
        self.plain_token_errors = False
        self.robot = Robot(world, app.robot_code)
        self.cards = CardPlatform(world, {app.card_template_id} - {""})
        self.people = AddressBook(world, app.company)
        self.sign_in = SignIn(world, app)
        self.failed_events: list[Answer] = []
        self.files: dict[str, str] = {}

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("dingtalk", __name__)
        for (method, path), call in self._calls().items():
            blueprint.add_url_rule(path, path.replace(".", "_"), _view(call), methods=[method])
        blueprint.add_url_rule("/dingtalk-files/<code>", "file", self._file)
        blueprint.before_request(self._admit)
        blueprint.after_request(self._record)
        blueprint.register_error_handler(Refused, self._refused)
        return self.sign_in.blueprint(blueprint)

    def _calls(self) -> Mapping[tuple[str, str], Callable[[], Answer]]:
        people = {("POST", path): _with_body(call) for path, call in self.people.calls.items()}
        return {
            ("POST", "/v1.0/oauth2/accessToken"): self._new_token,
            ("GET", "/gettoken"): self._old_token,
            ("POST", "/v1.0/robot/oToMessages/batchSend"): _with_body(self.robot.to_people),
            ("POST", "/v1.0/robot/groupMessages/send"): _with_body(self.robot.to_group),
            ("POST", "/v1.0/robot/messageFiles/download"): self._download,
            ("POST", "/v1.0/card/instances/createAndDeliver"): self._create_and_deliver,
            ("PUT", "/v1.0/card/instances"): self._update_card,
            ("POST", "/v1.0/card/callbacks/register"): self._register,
            ("POST", "/media/upload"): self._upload,
            ("POST", "/topapi/message/corpconversation/asyncsend_v2"): self._notify,
            ("GET", "/call_back/get_call_back_failed_result"): self._failed,
            ("POST", TOKEN_PATH): _with_body(self.sign_in.token),
            ("GET", ME_PATH): self.sign_in.me,
            ("POST", "/topapi/user/getbyunionid"): _with_body(self.sign_in.by_union),
            **people,
        }

    def _admit(self) -> None:
        """Faults first, then the token."""
        g.started = time.perf_counter()
        if request.path.startswith("/dingtalk-files/"):
            return
        if self._world.take("dingtalk", "server_error"):
            raise Refused("system.busy", "系统繁忙", 500) if _is_new() else Refused("-1", "系统繁忙")
        if self._world.take("dingtalk", "rate_limit"):
            limit = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
            raise Refused(limit, "qps limit", 403) if _is_new() else Refused("90018", "服务端请求被限流")
        if request.path not in WITHOUT_TOKEN:
            self._check_token()

    def _check_token(self) -> None:
        given = request.headers.get("x-acs-dingtalk-access-token") if _is_new() else request.args.get("access_token")
        if self._world.take("dingtalk", "expire_token"):
            self._token = ""
        if not self._token or given != self._token or self._world.clock() >= self._token_ends:
            raise Refused("InvalidAuthentication" if _is_new() else "40014", "不合法的access_token")

    def _refused(self, error: Refused) -> tuple[Response, int]:
        if _is_new():
            return jsonify(code=error.code, message=error.message, requestid=_request_id()), error.status
        wrapped = {
            "errcode": 88,
            "sub_code": error.code,
            "sub_msg": error.message,
            "errmsg": f"ding talk error[subcode={error.code},submsg={error.message}]",
        }
        plain = {"errcode": int(error.code), "errmsg": error.message}
        wraps = error.code == "40014" and not self.plain_token_errors
        return jsonify({**(wrapped if wraps else plain), "request_id": _request_id()}), 200

    def _record(self, response: Response) -> Response:
        if request.path.startswith("/v1.0/card/instances/createAndDeliver") or "/robot/" in request.path:
            response = self._lose(response)
        self._world.record(
            Exchange(
                id=self._world.next_id(),
                platform="dingtalk",
                direction="from_bot",
                at=self._world.clock(),
                method=request.method,
                path=request.full_path.rstrip("?"),
                request_headers=dict(request.headers),
                request_body=_readable(request.get_data()),
                status=response.status_code,
                response_body=_readable(response.get_data()),
                milliseconds=(time.perf_counter() - g.started) * 1000,
            )
        )
        return response

    def _lose(self, response: Response) -> Response:
        """A send that was done, but whose answer breaks off."""
        if response.status_code == 200 and self._world.take("dingtalk", "lose_answer"):  # noqa: PLR2004 - HTTP OK
            return Response(b"{", headers={"Content-Length": "999"}, mimetype="application/json")
        return response

    def _current_token(self) -> str:
        """The same while it is valid, and then extended."""
        now = self._world.clock()
        if not self._token or now >= self._token_ends:
            self._token = f"sim{self._world.next_id()}token"
        self._token_ends = now + timedelta(seconds=TOKEN_SECONDS)
        return self._token

    def _new_token(self) -> Answer:
        body = _body()
        if (body.get("appKey"), body.get("appSecret")) != (self._app.app_key, self._app.app_secret):
            raise Refused("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        return {"accessToken": self._current_token(), "expireIn": TOKEN_SECONDS}

    def _old_token(self) -> Answer:
        if (request.args.get("appkey"), request.args.get("appsecret")) != (self._app.app_key, self._app.app_secret):
            raise Refused("40089", "不合法的corpid或corpsecret")
        return {"access_token": self._current_token(), "expires_in": TOKEN_SECONDS}

    def _create_and_deliver(self) -> Answer:
        body = _body()
        spaces = self._spaces(body)
        card = self.cards.create(body)
        results = [self._deliver(card, *space) for space in spaces]
        return {"success": True, "result": {"outTrackId": card.track, "deliverResults": results}}

    def _deliver(self, card: Card, kind: str, space: str, members: list[str]) -> Answer:
        known = [account for account in members if self.robot.knows(account)]
        for account in known:
            self.cards.show(card, account)
        error = "" if known else "userId not exist"
        carrier = f"pqk{self._world.next_id():08d}" if known else ""
        return {"spaceType": kind, "spaceId": space, "success": bool(known), "carrierId": carrier, "errorMsg": error}

    def _spaces(self, body: Mapping[str, Any]) -> list[tuple[str, str, list[str]]]:
        """Type, id and people of each space in `dtv1.card//TYPE.id;TYPE.id`."""
        whole = str(body.get("openSpaceId") or "")
        if not whole.startswith("dtv1.card//"):
            raise Refused("param.openSpaceIdInvalid" if whole else "param.openSpaceIdEmpty")
        spaces = []
        for part in whole.removeprefix("dtv1.card//").split(";"):
            kind, _, space = part.partition(".")
            if kind not in SPACES or not space:
                raise Refused("param.openSpaceIdInvalid")
            model = body.get(SPACES[kind])
            if not isinstance(model, dict):
                raise Refused("param.openDeliverModelEmpty")
            if model.get("robotCode") != self._app.robot_code:
                raise Refused("param.openDeliverModelError")
            spaces.append((kind, space, [space] if kind == "IM_ROBOT" else list(self.robot.members(space))))
        return spaces

    def _update_card(self) -> Answer:
        self.cards.update(_body())
        return {"success": True, "result": True}

    def _register(self) -> Answer:
        route = self.cards.register(_body())
        return {"success": True, "result": {"callbackUrl": route.url, "apiSecret": route.secret}}

    def _download(self) -> Answer:
        body = _body()
        self.robot.check_code(body)
        code = str(body.get("downloadCode") or "")
        if code not in self.files:
            raise Refused("invalidParameter.robotCode.downloadCode")
        return {"downloadUrl": f"{request.host_url}dingtalk-files/{code}"}

    def _file(self, code: str) -> Response:
        if code not in self.files:
            return Response(status=404)
        _, mime, content = self._world.media[self.files[code]]
        return Response(content, mimetype=mime)

    def _upload(self) -> Answer:
        kind = request.args.get("type") or request.form.get("type") or ""
        media = request.files.get("media")
        if media is None:
            raise Refused("43008", "需要multipart类型")
        if kind not in LARGEST:
            raise Refused("40004", "不合法的媒体文件类型")
        content = media.read()
        if not 0 < len(content) <= LARGEST[kind] * MB:
            raise Refused("40006", "不合法的文件大小")
        refused = self._world.take("dingtalk", "refuse_upload")
        if refused or (kind == "image" and not content.startswith(IMAGES)):
            raise Refused("40005", "不合法的文件类型")
        kept = self.robot.keep(media.filename or "file", media.mimetype, content)
        return {"media_id": kept, "type": kind, "created_at": int(self._world.clock().timestamp() * 1000)}

    def _notify(self) -> Answer:
        """The call says success even where nothing arrives: one text a person a day."""
        body = _body()
        users, message = str(body.get("userid_list") or "").split(","), body.get("msg")
        text = json.dumps(message, ensure_ascii=False)
        if (
            str(body.get("agent_id")) != self._app.agent_id
            or len(users) > NOTICE_PEOPLE
            or not isinstance(message, dict)
        ):
            raise Refused("400002", "参数错误")
        if len(text.encode()) > NOTICE_BYTES:
            raise Refused("34016", "消息内容过长")
        markdown = message.get("markdown") or {}
        day = self._world.clock().date().isoformat()
        for user in users:
            if self.robot.knows(user) and (user, text, day) not in self._noticed:
                self._noticed.add((user, text, day))
                content = {"title": f"工作通知 · {markdown.get('title', '')}", "text": markdown.get("text", "")}
                self._world.post("dingtalk", user, "bot", "markdown", content)
        return {"task_id": self._world.next_id()}

    def _failed(self) -> Answer:
        return {"failed_list": self.failed_events[-200:], "has_more": False}


def _is_new() -> bool:
    return request.path.startswith("/v1.0/")


def _request_id() -> str:
    return f"SIM-{time.time_ns():x}"


def _readable(body: bytes) -> str:
    return body[: SEEN * 4].decode("utf-8", "replace")[:SEEN]


def _body() -> Answer:
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise Refused("param.invalid", "a JSON object is needed") if _is_new() else Refused("43009", "需要json类型")
    return found


def _with_body(call: Callable[[Mapping[str, Any]], Answer]) -> Callable[[], Answer]:
    return lambda: call(_body())


def _view(call: Callable[[], Answer]) -> Callable[[], Response]:
    def view() -> Response:
        answer = call()
        return jsonify(answer if _is_new() else {"errcode": 0, "errmsg": "ok", **answer, "request_id": _request_id()})

    return view
