"""`/callback/…`: verify, store, acknowledge. A press is worked at once, because its answer is what the person sees."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass, field
from functools import partial

import flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as WsgiResponse

from bot.bootstrap import Program
from bot.platforms.base import Callback, Handshake, Rejected, Response, Webhook
from handlers.events import CardAction, Event, Unknown
from handlers.ports import PlatformError

LARGEST = 1024 * 1024  # bytes; the platforms' callbacks are a few kilobytes
PRESSES = 8  # worked at the same time

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes callbacks in for one program."""

    program: Program
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(PRESSES, "press"))

    def blueprint(self) -> flask.Blueprint:
        made = flask.Blueprint("callbacks", __name__, url_prefix="/callback")
        made.before_request(_refuse_what_has_no_length)
        for name, webhook in self.program.platforms.items():
            for route, methods in webhook.routes.items():
                path = f"/{name}/{route}" if route else f"/{name}"
                view = partial(self.receive, webhook, route)
                made.add_url_rule(path, f"{name}_{route}", view, methods=list(methods), provide_automatic_options=False)
        return made

    def receive(self, webhook: Webhook, route: str) -> WsgiResponse:
        callback = _read(route, self.program)
        try:
            seen = webhook.authenticate(callback)
        except Rejected as rejected:
            log.warning(
                "callback rejected", extra={"platform": webhook.name, "route": route, "reason": rejected.reason}
            )
            self.program.metrics.callback(webhook.name, "rejected")
            return _refusal(rejected)
        if isinstance(seen, Handshake):
            self.program.metrics.callback(webhook.name, "handshake")
            return _plain(seen.response)
        event = _first(webhook, seen.body, self.program)
        try:
            receipt = self.program.inbox.take(webhook.name, event, seen.body, mine=isinstance(event, CardAction))
        except SQLAlchemyError as error:
            log.error("callback not stored", extra={"platform": webhook.name, "error": type(error).__name__})  # noqa: TRY400 - no private text
            return flask.Response("try again later", 503, {"Retry-After": "5"})
        self.program.metrics.callback(webhook.name, "known" if receipt is None else "taken")
        if receipt is None:
            return _plain(webhook.acknowledge(callback))
        if isinstance(event, CardAction):
            return self._answer(webhook, callback, event, receipt)
        self.program.loops.wake()
        return _plain(webhook.acknowledge(callback))

    def _answer(self, webhook: Webhook, callback: Callback, action: CardAction, receipt: int) -> WsgiResponse:
        """Work the press within the platform's time. Too late or in trouble: acknowledged, and the outbox goes on."""
        working = self.pool.submit(self.program.inbox.attempt, receipt)
        try:
            worked = working.result(timeout=webhook.limits.answer_seconds)
        except TooSlow:
            worked = None
        if worked is None:
            return _plain(webhook.acknowledge(callback))
        try:
            response = _plain(webhook.answer(callback, action, worked.answer))
        except PlatformError:
            return _plain(webhook.acknowledge(callback))
        # Told as shown only once the answer is made: before that the outbox would do it.
        self.program.inbox.answered(worked.answering)
        return response


def _first(webhook: Webhook, body: bytes, program: Program) -> Event:
    """One callback is one receipt, named by its first event. What cannot be read is kept all the same."""
    try:
        events: Sequence[Event] = webhook.parse(body)
    except Exception as error:  # noqa: BLE001 - it is genuine: keep it, and let the inbox be loud about it
        log.error("callback not understood", extra={"platform": webhook.name, "error": type(error).__name__})  # noqa: TRY400 - no private text
        events = []
    key = hashlib.sha256(body).hexdigest()
    return events[0] if events else Unknown(key=f"body:{key}", account="", at=program.clock(), name="unreadable")


def _read(route: str, program: Program) -> Callback:
    request = flask.request
    return Callback(
        method=request.method,
        route=route,
        query={name: request.args[name] for name in request.args},
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.get_data(cache=False),
        now=program.clock(),
    )


def _refuse_what_has_no_length() -> WsgiResponse | None:
    """A chunked body would be cut at the limit in silence, and a cut body must never be taken for a whole one."""
    request = flask.request
    if request.method == "POST" and request.content_length is None:
        return flask.Response("Content-Length is required", 411)
    if (request.content_length or 0) > LARGEST:
        return flask.Response("the body is too large", 413)
    return None


def _refusal(rejected: Rejected) -> WsgiResponse:
    return flask.Response("the request is not genuine or not readable", rejected.status)


def _plain(response: Response) -> WsgiResponse:
    made = flask.Response(response.body, response.status, dict(response.headers))
    made.headers["Content-Type"] = response.content_type
    return made
