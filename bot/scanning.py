"""`/f/<code>`: whoever scans somebody's code signs in, and the dialog for that person opens in the scanner's chat."""

from __future__ import annotations

import hashlib
import logging
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

import flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from bot.bootstrap import Program
from bot.platforms.base import Webhook
from bot.sign_in import STATE, Patience, Pending, SignIns
from cards import pages
from cards.model import do
from cards.pages import Page
from cards.wording import LOCALES, Words
from handlers.events import SignedIn, dump_signed_in
from handlers.feedback_codes import address_of, owner_of
from handlers.ports import PlatformError
from storage.tables import Person

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "page.css").read_text()
ICON = f"data:image/svg+xml;base64,{b64encode((TEMPLATES / 'icon.svg').read_bytes()).decode()}"
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language, User-Agent",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scanning:
    """The pages for one program."""

    program: Program
    patience: Patience = field(default_factory=Patience)

    @property
    def sign_ins(self) -> SignIns:
        return SignIns(self.program.settings.public_url, self.program.sign_ins)

    def blueprint(self) -> flask.Blueprint:
        made = flask.Blueprint("scanning", __name__, template_folder=TEMPLATES)
        for path, view in (("/f/<code>", self.show), ("/f/<code>/<platform>", self.begin)):
            made.add_url_rule(path, view.__name__, view, provide_automatic_options=False)
        made.add_url_rule("/sign-in/<platform>", "back", self.back, provide_automatic_options=False)
        made.register_error_handler(SQLAlchemyError, _database_gone)
        return made

    def show(self, code: str) -> Response:
        """For whom and how; in a platform's own browser there is nothing to choose."""
        receiver = self._receiver(code)
        if receiver is None:
            return _wrong()
        inside = [name for name, one in self._ways() if one.sign_in.is_inside(_agent())]
        if inside:
            return self._begin(inside[0], code)
        ways = [(name, f"{self._address(code)}/{name}") for name, _ in self._ways()]
        return _page(pages.feedback(_words(), receiver.name, code, ways))

    def begin(self, code: str, platform: str) -> Response:
        if self._receiver(code) is None or platform not in dict(self._ways()):
            return _wrong()
        return self._begin(platform, code)

    def back(self, platform: str) -> Response:
        """From the platform's page. The first thing that is kept of it is the receipt, whose key is the state."""
        state, now = flask.request.args.get("state", ""), self.program.clock()
        if platform not in self.program.platforms or not STATE.fullmatch(state):
            return _trouble("expired", 400)
        if self.program.inbox.knows(platform, _key(state)):
            return self._told(platform, "again")
        pending = self.sign_ins.pending(platform, state, flask.request.cookies, now)
        if pending is None:
            return _trouble("expired", 400)
        if self.patience.is_over(_caller(), now):
            return _trouble("slower", 429)
        try:
            account = self.program.platforms[platform].sign_in.who(flask.request.args, self.sign_ins.back(platform))
        except PlatformError as error:
            return self._failed(pending, error)
        return self.sign_ins.end(self._open(pending, account))

    def _begin(self, platform: str, code: str) -> Response:
        page, wanted = self.program.platforms[platform].sign_in, do("open_code", code=code)
        return self.sign_ins.begin(platform, page, (wanted, self._address(code)), _agent(), self.program.clock())

    def _failed(self, pending: Pending, error: PlatformError) -> Response:
        log.warning("sign-in failed", extra={"platform": pending.platform, "error": str(error)})
        if not error.permanent:
            return _trouble("busy", 503, pending.again)
        self.patience.refuse(_caller(), self.program.clock())
        what = ("outsider", 403) if error.unreachable else ("expired", 400)
        return self.sign_ins.end(_trouble(*what, pending.again))

    def _open(self, pending: Pending, account: str) -> Response:
        """Through the same door as a message: a receipt, then the dispatch with its permissions and refusals."""
        event = SignedIn(key=_key(pending.state), account=account, at=self.program.clock(), do=pending.do)
        receipt = self.program.inbox.take(pending.platform, event, dump_signed_in(event), mine=True)
        if receipt is None:
            return self._told(pending.platform, "again")
        worked = self.program.inbox.attempt(receipt)
        if worked is None:
            return self._told(pending.platform, "later")
        refusal = worked.answer.toast
        return self._told(pending.platform, "refused" if refusal else "opened", refusal)

    def _told(self, platform: str, what: str, refusal: str = "") -> Response:
        return _page(pages.told(_words(), what, self.program.platforms[platform].sign_in.chat, refusal))

    def _receiver(self, code: str) -> Person | None:
        """The person of a code that is good. A wrong one costs no look into the database."""
        owner = owner_of(self.program.core.audit_key, code)
        if owner is None:
            return None
        with self.program.database.read() as session:
            person = session.get(Person, owner)
        return person if person is not None and person.active else None

    def _ways(self) -> list[tuple[str, Webhook]]:
        """The platforms to sign in with: none where nobody told us our own address."""
        return list(self.program.platforms.items()) if self.program.settings.public_url else []

    def _address(self, code: str) -> str:
        return address_of(self.program.settings.public_url, code)


def _key(state: str) -> str:
    return f"sign-in:{state}"


def _words() -> Words:
    return Words(flask.request.accept_languages.best_match(LOCALES) or LOCALES[0])


def _agent() -> str:
    return flask.request.headers.get("User-Agent", "")


def _caller() -> str:
    return flask.request.remote_addr or ""


def _wrong() -> Response:
    return _trouble("wrong", 404)


def _database_gone(error: SQLAlchemyError) -> Response:
    log.error("page not shown", extra={"error": type(error).__name__})
    return _trouble("busy", 503)


def _trouble(what: str, status: int, again: str = "") -> Response:
    return _page(pages.trouble(_words(), what, status, again))


def _page(page: Page) -> Response:
    words = Words(page.locale)
    html = flask.render_template("page.html", page=page, words=words, style=STYLE, icon=ICON)
    made = flask.Response(html, page.status)
    made.headers.update(HEADERS)
    if page.status in {429, 503}:
        made.headers["Retry-After"] = "60"
    return made
