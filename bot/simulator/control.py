"""The simulator's control API below `/sim/`: what the phones on the page show and do, as JSON.

A wrong request gets a 4xx with `{"error": sentence}`. State is a snapshot with a version, read by long polling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, redirect, request, send_file
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WsgiResponse

from bot.simulator.side import Side
from bot.simulator.sign_in import cookie
from bot.simulator.world import Account, Bubble, Exchange, Faults, World

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
LONGEST_POLL = 20.0
LONGEST_TEXT = 5_000
LARGEST_PICTURE = 10 * 1024 * 1024
CHAT_SHOWN = 200  # bubbles of one chat
FAULTS = {field.name: 50 for field in fields(Faults)} | {"delay": 60}
JUMPS = ("day", "friday", "month")
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}


class Control:
    """The views. `Api` means a JSON object; accounts, bubbles and faults are those of `bot.simulator.world`."""

    def __init__(self, world: World, sides: Mapping[str, Side]) -> None:
        self._world = world
        self._sides = sides

    def state(self) -> Response:
        """`since`: the version known (waits for a newer one). `view`: `platform:account`, repeated, or all chats."""
        version = self._world.wait(_number("since", -1), LONGEST_POLL)
        views = request.args.getlist("view")
        bubbles = self._seen(views) if views else list(self._world.bubbles)
        return jsonify(
            version=version,
            now=self._world.clock().isoformat(),
            platforms=[self._platform(side) for side in self._sides.values()],
            unread=self._unread(),
            bubbles=[_bubble(bubble) for bubble in bubbles],
            faults={name: asdict(self._world.faults[name]) for name in self._sides},
        )

    def _platform(self, side: Side) -> dict[str, Any]:
        mine = (account for account in list(self._world.accounts.values()) if account.platform == side.name)
        accounts = [_account(account) for account in mine]
        return {"name": side.name, "menu": [asdict(item) for item in side.menu()], "accounts": accounts}

    def _seen(self, views: list[str]) -> list[Bubble]:
        chats = (view.partition(":") for view in views)
        return [bubble for name, _, account in chats for bubble in self._world.chat(name, account)[-CHAT_SHOWN:]]

    def _unread(self) -> dict[str, dict[str, int]]:
        """Platform → account → bubbles not read."""
        counts = Counter((b.platform, b.account) for b in list(self._world.bubbles) if not b.read)
        unread: dict[str, dict[str, int]] = {name: {} for name in self._sides}
        for (platform, account), number in counts.items():
            unread.setdefault(platform, {})[account] = number
        return unread

    def say(self, platform: str) -> Response:
        side, account, body = self._person(platform)
        side.say(account, _text(body, "text"))
        return _done()

    def voice(self, platform: str) -> Response:
        side, account, body = self._person(platform)
        side.send_voice(account, _text(body, "transcript"))
        return _done()

    def open_chat(self, platform: str) -> Response:
        side, account, _ = self._person(platform)
        side.open_chat(account)
        return _done()

    def menu(self, platform: str) -> Response:
        side, account, body = self._person(platform)
        key = _text(body, "key")
        if key not in {item.key for item in side.menu()}:
            abort(404, f"{platform} has no menu item {key!r}.")
        side.press_menu(account, key)
        return _done()

    def picture(self, platform: str) -> Response:
        """Multipart: `account` and a file `picture`."""
        side = self._side(platform)
        account = self._known(platform, request.form.get("account"))
        upload = request.files.get("picture")
        if upload is None or upload.mimetype not in PICTURES:
            abort(400, "Send one PNG, JPEG, GIF, WebP or BMP file as `picture`.")
        content = upload.read(LARGEST_PICTURE + 1)
        if not 0 < len(content) <= LARGEST_PICTURE:
            abort(413, "A picture has at least one byte and at most 10 MB.")
        side.send_picture(account, upload.filename or "picture.png", content)
        return _done()

    def press(self, platform: str) -> Response:
        """Answers with the toast; `press` is in the platform's own terms."""
        side, account, body = self._person(platform)
        bubble = self._world.bubble(_text(body, "bubble"))
        if bubble is None or (bubble.platform, bubble.account) != (platform, account):
            abort(404, "This chat has no such message.")
        press = body.get("press")
        if not isinstance(press, dict):
            abort(400, "`press` must be an object.")
        return jsonify(toast=side.press(account, bubble.id, press))

    def read(self, platform: str) -> Response:
        _, account, _ = self._person(platform)
        unread = [bubble for bubble in self._world.chat(platform, account) if not bubble.read]
        if unread:
            with self._world.changing():
                for bubble in unread:
                    bubble.read = True
        return _done()

    def faults(self, platform: str) -> Response:
        """Any of the fields of `Faults`; the others stay as they are."""
        self._side(platform)
        wanted = {name: _fault(name, value) for name, value in _body().items()}
        with self._world.changing():
            for name, value in wanted.items():
                setattr(self._world.faults[platform], name, value)
        return _done()

    def scan(self, platform: str) -> WsgiResponse:
        """A browser in which `account` is logged in on the platform opens `url`, on this machine."""
        self._side(platform)
        account, url = self._known(platform, request.args.get("account")), request.args.get("url", "")
        target = urlsplit(url)
        if target.scheme not in {"http", "https"} or target.hostname not in LOOPBACK:
            abort(400, "`url` is an address on this machine.")
        response = redirect(url)
        response.set_cookie(cookie(platform), account, httponly=True, samesite="Lax")
        return response

    def travel(self) -> Response:
        """Move the clock forward: `jump` is one of JUMPS."""
        jump = _text(_body(), "jump")
        if jump not in JUMPS:
            abort(400, f"`jump` is one of {', '.join(JUMPS)}.")
        if self._world.travel is None:
            abort(409, "This simulator's clock cannot be moved.")
        with self._world.changing():
            self._world.travel(jump)
        return jsonify(now=self._world.clock().isoformat())

    def traffic(self) -> Response:
        """Exchanges with an id above `after`, oldest first."""
        after = _number("after", 0)
        return jsonify(exchanges=[_exchange(e) for e in list(self._world.traffic) if e.id > after])

    def media(self, id: str) -> Response:
        if id not in self._world.media:
            abort(404, "No such file.")
        name, mime, content = self._world.media[id]
        shown = mime in PICTURES
        kind = mime if shown else "application/octet-stream"
        return send_file(BytesIO(content), kind, as_attachment=not shown, download_name=name or id)

    def _person(self, platform: str) -> tuple[Side, str, dict[str, Any]]:
        """Who acts: the platform, the account named in the body, and the body."""
        side, body = self._side(platform), _body()
        return side, self._known(platform, body.get("account")), body

    def _side(self, platform: str) -> Side:
        if platform not in self._sides:
            abort(404, f"No such platform; there are {', '.join(self._sides)}.")
        return self._sides[platform]

    def _known(self, platform: str, account: object) -> str:
        if not isinstance(account, str) or (platform, account) not in self._world.accounts:
            abort(404, f"{platform} has no such account.")
        return account


def control(world: World, sides: Mapping[str, Side]) -> Blueprint:
    views = Control(world, sides)
    blueprint = Blueprint("sim", __name__, url_prefix="/sim")
    posts: dict[str, Callable[[str], Response]] = {
        "say": views.say,
        "picture": views.picture,
        "voice": views.voice,
        "open": views.open_chat,
        "menu": views.menu,
        "press": views.press,
        "read": views.read,
        "faults": views.faults,
    }
    for name, view in posts.items():
        blueprint.add_url_rule(f"/<platform>/{name}", name, view, methods=["POST"])
    blueprint.add_url_rule("/<platform>/scan", "scan", views.scan)
    blueprint.add_url_rule("/clock", "clock", views.travel, methods=["POST"])
    blueprint.add_url_rule("/state", "state", views.state)
    blueprint.add_url_rule("/traffic", "traffic", views.traffic)
    blueprint.add_url_rule("/media/<id>", "media", views.media)
    blueprint.register_error_handler(HTTPException, _refusal)
    return blueprint


def _refusal(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=error.description), error.code or 500


def _done() -> Response:
    return jsonify(ok=True)


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(400, "Send a JSON object.")
    return body


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        abort(400, f"`{name}` must be a text of 1 to {LONGEST_TEXT} characters.")
    return value


def _number(name: str, default: int) -> int:
    try:
        return int(request.args.get(name, default))
    except ValueError:
        abort(400, f"`{name}` must be a number.")


def _fault(name: str, value: object) -> float:
    """A fault's value, if it is in its bounds. All but the delay are counts."""
    if name not in FAULTS:
        abort(400, f"No such fault: {name}. There are {', '.join(FAULTS)}.")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= FAULTS[name]:
        abort(400, f"`{name}` must be a number of 0 to {FAULTS[name]:g}.")
    return float(value) if name == "delay" else int(value)


def _account(account: Account) -> dict[str, str]:
    return {name: getattr(account, name) for name in ("id", "name", "department", "person", "manager")}


def _bubble(bubble: Bubble) -> dict[str, Any]:
    return asdict(bubble) | {"at": bubble.at.isoformat()}


def _exchange(exchange: Exchange) -> dict[str, Any]:
    return asdict(exchange) | {"at": exchange.at.isoformat()}
