"""DingTalk behind the core's port: one internal app with a robot, and cards where a template is set."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import httpx

from bot.platforms.base import Authentic, Callback, Handshake, Rejected, Response
from bot.platforms.dingtalk import crypto, parse
from bot.platforms.dingtalk.client import ROOT_DEPARTMENT, DingTalkClient
from bot.platforms.dingtalk.people import AddressBook
from bot.platforms.dingtalk.sign_in import DingTalkSignIn
from bot.settings import DingTalkSettings
from bot.tokens import TokenStore
from cards.model import Card
from cards.render import dingtalk as render
from handlers.events import CardAction, Event, Media
from handlers.ports import Answer, Download, File, Limits, Member, Outgoing, PlatformError, Sent, Update

TRACK = "maibo-"  # begins the name of every card of ours; the handle of any other message is the platform's
MAX_BODY = 1024 * 1024
# Seconds. Robot: the platform's own rule. Events: a push that failed is repeated for hours with its first timestamp.
MAX_AGE = MappingProxyType({"robot": 3600, "card": 3600, "event": 0})
FILE_TYPES = frozenset({"xlsx", "pdf", "zip", "rar", "doc", "docx"})
_SECONDS_END = 100_000_000_000  # a timestamp below that is in seconds
_TIMESTAMP = re.compile("[0-9]{9,14}")
_JSON = "application/json; charset=utf-8"
_LOCALES = MappingProxyType({"zh": "ZH_CN", "en": "EN_US"})


class DingTalkPlatform:
    """Implements `bot.platforms.base.Webhook`."""

    name = "dingtalk"
    # No rate to one person is published; 20 a minute is what group robots get. Cards wait 2 s for an answer.
    limits = Limits(person_per_minute=20, answer_seconds=1.5, download_bytes=20 * 1024 * 1024, toasts=True)
    routes: Mapping[str, tuple[str, ...]] = MappingProxyType(dict.fromkeys(MAX_AGE, ("POST",)))

    def __init__(self, settings: DingTalkSettings, client: DingTalkClient, max_age: int | None) -> None:
        self._settings = settings
        self.client = client
        self._ages = MAX_AGE if max_age is None else dict.fromkeys(MAX_AGE, max_age)
        self._secret = settings.app_secret.get_secret_value()
        receivers = (settings.app_key, settings.corp_id)
        keys = settings.token.get_secret_value(), settings.aes_key.get_secret_value()
        self._cipher = crypto.EventCipher(*keys, receivers)
        self.sign_in = DingTalkSignIn(settings, client)
        self._proofs = {"robot": self._robot, "card": self._card, "event": self._event}

    def authenticate(self, callback: Callback) -> Authentic | Handshake:
        proof = self._proofs.get(callback.route)
        if proof is None:
            raise Rejected("no such address", 404)
        if len(callback.body) > MAX_BODY:
            raise Rejected("body too large", 413)
        return proof(callback)

    def _robot(self, callback: Callback) -> Authentic:
        timestamp = callback.headers.get("timestamp", "")
        at = self._young(callback, timestamp)
        if not crypto.same(callback.headers.get("sign", ""), crypto.robot_sign(self._secret, timestamp)):
            raise Rejected("robot signature does not match")
        body = _object(callback.body)
        self._meant(body, "chatbotCorpId", self._settings.corp_id)
        self._meant(body, "robotCode", self._settings.robot_code)
        return Authentic(_wrapped("robot", at, body))

    def _card(self, callback: Callback) -> Authentic:
        timestamp = callback.headers.get("x-ddpaas-signature-timestamp", "")
        at = self._young(callback, timestamp)
        wanted = crypto.card_sign(crypto.card_secret(self._secret), timestamp)
        if not crypto.same(callback.headers.get("x-ddpaas-signature", ""), wanted):
            raise Rejected("card signature does not match")
        body = _object(callback.body)
        self._meant(body, "corpId", self._settings.corp_id)
        return Authentic(_wrapped("card", at, body))

    def _event(self, callback: Callback) -> Authentic | Handshake:
        opened = self._cipher.open(callback.query, callback.body)
        at = self._young(callback, callback.query.get("timestamp") or callback.query.get("timeStamp", ""))
        body = _object(opened.text.encode())
        corp = body.get("CorpId") or body.get("corpId")
        if corp is not None and corp != self._settings.corp_id:
            raise Rejected("event is of another company")
        if body.get("EventType") == crypto.CHECK_URL:
            return Handshake(self._success(callback, opened.receiver))
        return Authentic(_wrapped("event", at, body))

    def _meant(self, body: Mapping[str, Any], field: str, ours: str) -> None:
        if body.get(field) is not None and body[field] != ours:
            raise Rejected(f"{field} is not ours")

    def _young(self, callback: Callback, timestamp: str) -> datetime:
        at = _moment(timestamp)
        most = self._ages[callback.route]
        if most and abs((callback.now - at).total_seconds()) > most:
            raise Rejected("timestamp is too old or in the future")
        return at

    def acknowledge(self, callback: Callback) -> Response:
        if callback.route == "event":
            return self._success(callback, self._cipher.open(callback.query, callback.body).receiver)
        # The robot reads an answer as a message to send: this one says nothing.
        return Response(b'{"msgtype":"empty"}' if callback.route == "robot" else b"{}", _JSON)

    def _success(self, callback: Callback, receiver: str) -> Response:
        nonce = callback.query.get("nonce", "")
        timestamp = str(int(callback.now.timestamp() * 1000))
        return Response(self._cipher.success(receiver, nonce, timestamp), _JSON)

    def answer(self, callback: Callback, action: CardAction, answer: Answer) -> Response:  # noqa: ARG002 - the port's
        body: dict[str, Any] = {
            "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
            "userPrivateData": {"cardParamMap": render.toast(answer.toast)},
        }
        if answer.card is not None:
            body["cardData"] = {"cardParamMap": render.params(answer.card)}
        return Response(json.dumps(body, ensure_ascii=False).encode(), _JSON)

    def parse(self, body: bytes) -> list[Event]:
        return parse.parse(body)

    def send(self, outgoing: Outgoing) -> Sent:
        card = outgoing.card
        if outgoing.file is not None:
            return self._send_file(outgoing, outgoing.file)
        if render.is_text(card):
            return Sent(self.client.send_message(outgoing.to, "sampleText", {"content": render.text(card)}))
        if not self._settings.card_template_id:
            title, text = render.markdown(card)
            return Sent(self.client.send_message(outgoing.to, "sampleMarkdown", {"title": title, "text": text}))
        track = TRACK + outgoing.key
        self.client.send_card(outgoing.to, track, render.params(card), _summary(card))
        return Sent(track)

    def _send_file(self, outgoing: Outgoing, file: File) -> Sent:
        ending = file.name.rpartition(".")[2].lower()
        if file.kind != "image" and ending not in FILE_TYPES:
            raise PlatformError(f"a robot can send {', '.join(sorted(FILE_TYPES))}, not .{ending}", permanent=True)
        media = self.client.upload(file.kind, file.name, file.content)
        if file.kind == "image":
            return Sent(self.client.send_message(outgoing.to, "sampleImageMsg", {"photoURL": media}))
        param = {"mediaId": media, "fileName": file.name, "fileType": ending}
        return Sent(self.client.send_message(outgoing.to, "sampleFile", param))

    def update(self, update: Update) -> Sent:
        if not update.sent.message.startswith(TRACK):
            raise PlatformError("only cards can be changed", replace=True)
        self.client.update_card(update.sent.message, render.params(update.card))
        return update.sent

    def people(self) -> Iterator[Member]:
        return AddressBook(self.client).members()

    def download(self, media: Media) -> Download:
        content, mime = self.client.download(media.ref, self.limits.download_bytes)
        return Download(media.name, mime or "application/octet-stream", content)

    def install_menu(self) -> bool:
        return False

    def prepare(self, public_url: str) -> None:
        """To be called at each start: register the address of card presses, for it is where their secret is set.

        Loads the vendor's cipher too, which would take too long for the first event.
        """
        self._check_keys()
        if self._settings.card_template_id:
            url = f"{public_url.rstrip('/')}/callback/dingtalk/card"
            self.client.register_cards(url, crypto.card_secret(self._secret))

    def check(self) -> str:
        self._check_keys()
        found = self.client.department(ROOT_DEPARTMENT)
        cards = "cards" if self._settings.card_template_id else "no card template: markdown and typed commands"
        return f"organisation {found.get('name', '?')}, {cards}"

    def _check_keys(self) -> None:
        if not self._cipher.is_sound():
            name = self._settings.variable("aes_key")
            raise PlatformError(f"{name} is not an EncodingAESKey of 43 characters", config=True)


def build(settings: DingTalkSettings, http: httpx.Client, tokens: TokenStore, max_age: int | None) -> DingTalkPlatform:
    """`max_age`: seconds a signed timestamp may be old or in the future; 0 is off, None as the platform says."""
    return DingTalkPlatform(settings, DingTalkClient(settings, http, tokens), max_age)


def _summary(card: Card) -> dict[str, str]:
    return {_LOCALES.get(card.locale, "ZH_CN"): render.summary(card)}


def _moment(timestamp: str) -> datetime:
    """Milliseconds, in some event samples seconds."""
    if not _TIMESTAMP.fullmatch(timestamp):
        raise Rejected("timestamp is missing or not a number")
    number = int(timestamp)
    return datetime.fromtimestamp(number if number < _SECONDS_END else number / 1000, UTC)


def _wrapped(route: str, at: datetime, body: Mapping[str, Any]) -> bytes:
    try:
        return parse.wrap(route, at, body)
    except RecursionError:
        raise Rejected("body is nested too deeply", 400) from None


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Rejected("body is not JSON", 400) from None
    if not isinstance(found, dict):
        raise Rejected("body is not a JSON object", 400)
    return found
