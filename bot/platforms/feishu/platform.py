"""飞书 Feishu: one custom app, events and card actions over HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx

from bot.platforms.base import Authentic, Callback, Handshake, Response
from bot.platforms.feishu.client import Client
from bot.platforms.feishu.errors import CANNOT_RENDER
from bot.platforms.feishu.gate import JSON, MAX_AGE, Gate
from bot.platforms.feishu.parse import parse
from bot.platforms.feishu.people import members
from bot.platforms.feishu.sign_in import FeishuSignIn
from bot.settings import FeishuSettings
from bot.tokens import TokenStore
from cards.model import Card, Tone
from cards.render import feishu as render
from handlers.events import CardAction, Event, Media
from handlers.ports import Answer, Download, Limits, Member, Outgoing, PlatformError, Sent, Update

_log = logging.getLogger(__name__)
_TOAST: Mapping[Tone, str] = {
    "neutral": "info",
    "info": "info",
    "good": "success",
    "warn": "warning",
    "bad": "error",
}
_TOAST_LENGTH = 200


class FeishuPlatform:
    """Implements `bot.platforms.base.Webhook`. Its account ids are open_ids, which belong to this app alone."""

    name = "feishu"
    limits = Limits(person_per_minute=300, answer_seconds=3.0, download_bytes=30 * 1024 * 1024, pictures="in_card")
    routes: Mapping[str, tuple[str, ...]] = {"": ("POST",)}

    def __init__(self, gate: Gate, client: Client, sign_in: FeishuSignIn) -> None:
        self._gate = gate
        self._client = client
        self.sign_in = sign_in

    def authenticate(self, callback: Callback) -> Authentic | Handshake:
        return self._gate.open(callback)

    def parse(self, body: bytes) -> Sequence[Event]:
        return parse(body)

    def acknowledge(self, callback: Callback) -> Response:  # noqa: ARG002 - the same answer to all
        return _json({})

    def answer(self, callback: Callback, action: CardAction, answer: Answer) -> Response:  # noqa: ARG002 - others need them
        body: dict[str, Any] = {}
        if answer.toast:
            body["toast"] = {"type": _TOAST[answer.tone], "content": answer.toast[:_TOAST_LENGTH]}
        if answer.card:
            image = self._client.known_picture(answer.card.picture) if answer.card.picture else ""
            if image is None:
                raise PlatformError("a picture is uploaded first: the outbox changes the card")
            body["card"] = {"type": "raw", "data": render.native(answer.card, image)}
        return _json(body)

    def send(self, outgoing: Outgoing) -> Sent:
        """A refused card goes out as plain text instead: something said plainly is better than nothing."""
        if outgoing.file:
            return Sent(self._client.send(outgoing.to, *self._client.upload(outgoing.file), outgoing.key))
        kind, content = render.message(outgoing.card, self._image(outgoing.card))
        try:
            return Sent(self._client.send(outgoing.to, kind, content, outgoing.key))
        except PlatformError as error:
            if error.code != CANNOT_RENDER or kind != "interactive":
                raise
            _log.warning("feishu refused a card, sending it as text: %s", error)
        return Sent(self._client.send(outgoing.to, "text", render.text(outgoing.card), outgoing.key))

    def update(self, update: Update) -> Sent:
        try:
            self._client.patch(update.sent.message, render.native(update.card, self._image(update.card)))
        except PlatformError as error:
            if error.code != CANNOT_RENDER:
                raise
            # A new message can fall back to text, an existing card cannot.
            raise PlatformError(str(error), code=error.code, replace=True) from error
        return update.sent

    def _image(self, card: Card) -> str:
        """The image_key of a card's picture. One that is refused must not keep the words back."""
        if card.picture is None:
            return ""
        try:
            return self._client.picture(card.picture)
        except PlatformError as error:
            if not (error.permanent or error.config):
                raise
            _log.warning("feishu refused a picture, sending its card without: %s", error)
            return ""

    def people(self) -> Iterable[Member]:
        return members(self._client)

    def download(self, media: Media) -> Download:
        message, kind, key = media.ref.split("/")
        found = self._client.resource(message, kind, key)
        return replace(found, name=media.name or found.name)

    def install_menu(self) -> bool:
        """The menu is made by hand in the console (see README.md)."""
        return False

    def check(self) -> str:
        bot = self._client.bot()
        return f"{bot.get('app_name', '?')} ({bot.get('open_id', '?')})"


def build(
    settings: FeishuSettings, http: httpx.Client, tokens: TokenStore, max_age: int | None = None
) -> FeishuPlatform:
    """`max_age`: seconds a signed timestamp may be off; 0 is any, None the platform's own."""
    gate = Gate(
        settings.app_id,
        settings.verification_token.get_secret_value(),
        settings.encrypt_key.get_secret_value(),
        MAX_AGE if max_age is None else max_age,
    )
    secret = settings.app_secret.get_secret_value()
    client = Client(settings.api_base, settings.app_id, secret, http, tokens)
    return FeishuPlatform(gate, client, FeishuSignIn(settings, client))


def _json(body: Mapping[str, Any]) -> Response:
    return Response(json.dumps(body, ensure_ascii=False).encode(), JSON)
