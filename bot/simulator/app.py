"""The simulator's web application: the three platforms' servers at their real paths, and a page with three phones.

Platforms are called at the root (`/cgi-bin/…`, `/v1.0/…`, `/open-apis/…`); the page is `/`, the rest of it `/sim/…`.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Flask, Response, abort, render_template, request

from bot.simulator.control import LOOPBACK, control
from bot.simulator.side import Side
from bot.simulator.world import World

LARGEST_BODY = 32 * 1024 * 1024  # Feishu takes files of 30 MB
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def create_app(world: World, sides: Sequence[Side]) -> Flask:
    """Serve it with threads: a page waits in `/sim/state`, a press waits for the bot's answer."""
    app = Flask(__name__, static_url_path="/sim/static")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    for side in sides:
        app.register_blueprint(side.api)
    app.register_blueprint(control(world, {side.name: side for side in sides}))
    app.add_url_rule("/", "page", _page)
    app.before_request(_only_from_here)
    app.after_request(_harden)
    return app


def _page() -> str:
    return render_template("page.html")


def _is_ours() -> bool:
    """The page and its control API; the rest belongs to the platforms."""
    return request.path == "/" or request.path.startswith("/sim/")


def _only_from_here() -> None:
    """Refuse other machines, and other sites in this machine's browser (by name of host, and by origin)."""
    if not _is_ours():
        return
    host = urlsplit(f"//{request.host}").hostname
    origin = request.headers.get("Origin")
    if request.remote_addr not in LOOPBACK or host not in LOOPBACK:
        abort(403, "The simulator's page is for this machine only: open it as http://127.0.0.1.")
    if origin and urlsplit(origin).netloc != request.host:
        abort(403, "The simulator's page takes no orders from other sites.")


def _harden(response: Response) -> Response:
    if _is_ours():
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-cache" if request.endpoint == "static" else "no-store"
    return response
