"""The platforms' sign-in pages: who is logged in in this browser, and codes that are good once, for five minutes.

The browser's login is a cookie, set where a phone on the page scans something (`/sim/<platform>/scan`). In the
platform's own browser that is enough; elsewhere the person confirms, or chooses who they are. An account that nobody
has stands for somebody of another company.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as WsgiResponse

from bot.simulator.world import World

CODE_LIFE = timedelta(minutes=5)
STYLES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for. `back`: the address it was sent to."""

    account: str
    back: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """What a page was asked for. `error`: why not, in the platform's words. `silent`: nobody is asked."""

    back: str
    state: str
    error: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class SignInPages:
    """`code` is the parameter that carries the code back. `host`: the only host (and port) people are sent back to."""

    world: World
    platform: str
    code: str
    host: str
    grants: dict[str, Grant] = field(default_factory=dict)

    def blueprint(self, api: Blueprint, pages: Mapping[str, Callable[[], Wish]]) -> Blueprint:
        """The API and the pages beside it, at the platform's paths."""
        both = Blueprint(f"{api.name}_server", __name__)
        shown = Blueprint("pages", __name__, template_folder=STYLES)
        for path, read in pages.items():
            shown.add_url_rule(path, path.strip("/").replace("/", "_").replace(".", "_"), self._view(read))
        both.register_blueprint(api)
        both.register_blueprint(shown)
        return both

    def use(self, code: object) -> Grant | None:
        """What a code stands for; it is used up."""
        grant = self.grants.pop(code, None) if isinstance(code, str) else None
        return grant if grant and self.world.clock() < grant.until else None

    def is_ours(self, back: str) -> bool:
        return urlsplit(back).netloc == self.host

    def knows(self, account: str) -> bool:
        return (self.platform, account) in self.world.accounts

    def _view(self, read: Callable[[], Wish]) -> Callable[[], WsgiResponse]:
        def view() -> WsgiResponse:
            wish = read()
            if wish.error:
                return Response(wish.error, 400, mimetype="text/plain")
            known = request.cookies.get(cookie(self.platform), "")
            account = known if wish.silent else request.args.get("as", "")
            return self._back(wish, account) if account else self._ask(known)

        return view

    def _back(self, wish: Wish, account: str) -> WsgiResponse:
        code = secrets.token_urlsafe(24)
        self.grants[code] = Grant(account, wish.back, self.world.clock() + CODE_LIFE)
        query = urlencode({self.code: code, "state": wish.state})
        return redirect(f"{wish.back}{'&' if urlsplit(wish.back).query else '?'}{query}")

    def _ask(self, known: str) -> WsgiResponse:
        """A page with one link a person: whoever is logged in, else everybody."""
        mine = [one for one in self.world.accounts.values() if one.platform == self.platform]
        people = [one for one in mine if one.id == known] or mine
        links = [(one.name, f"?{urlencode({**request.args, 'as': one.id})}") for one in people]
        page = render_template("sign_in.html", platform=self.platform, people=links, confirm=len(people) == 1)
        return Response(page)


def cookie(platform: str) -> str:
    """The name of the browser's login on a platform."""
    return f"simulated_{platform}"
