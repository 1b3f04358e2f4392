"""企业微信 as the core sees it."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from email.message import Message as Headers
from typing import Any

import httpx

from bot.platforms.base import Authentic, Callback, Handshake, Rejected, Response
from bot.platforms.wecom import contacts, reply
from bot.platforms.wecom.client import Client
from bot.platforms.wecom.crypto import Crypto, Seal, read_envelope
from bot.platforms.wecom.errors import CARD_REFUSED, MEDIA_GONE, TASK_EXISTS
from bot.platforms.wecom.parse import parse
from bot.platforms.wecom.sign_in import WeComSignIn
from bot.settings import SettingsError, WeComSettings
from bot.tokens import TokenStore
from cards.render import wecom as render
from handlers.events import CardAction, Event, Media
from handlers.ports import Answer, Download, File, Limits, Member, Outgoing, PlatformError, Sent, Update

MAX_AGE = 300  # seconds; WeCom gives up repeating a callback after some 15
MEDIA_SECONDS = 2 * 24 * 3600.0  # WeCom keeps a file for three days
IMAGE_BYTES, FILE_BYTES, LEAST_BYTES = 10 * 1024 * 1024, 20 * 1024 * 1024, 6
IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
# At most three entries of 16 bytes, below them at most five of 40 bytes.
MENU = {
    "button": [
        {"type": "click", "name": "我的目标", "key": "goals"},
        {"type": "click", "name": "我要反馈", "key": "feedback"},
        {
            "name": "更多",
            "sub_button": [
                {"type": "click", "name": "查看排名", "key": "ranking"},
                {"type": "click", "name": "申请协助", "key": "help"},
                {"type": "click", "name": "待我处理", "key": "todo"},
                {"type": "click", "name": "我的团队", "key": "team"},
                {"type": "click", "name": "首页", "key": "home"},
            ],
        },
    ]
}


_log = logging.getLogger(__name__)


class WeComPlatform:
    """One self-built app (自建应用) of one corp."""

    name = "wecom"
    # WeCom waits 5 seconds for an answer, and drops a person's 31st message of a minute without a word;
    # a long card is several messages.
    limits = Limits(person_per_minute=20, answer_seconds=3.0, download_bytes=FILE_BYTES)
    routes: Mapping[str, tuple[str, ...]] = {"": ("GET", "POST")}

    def __init__(self, settings: WeComSettings, crypto: Crypto, client: Client, max_age: int) -> None:
        self._corp_id = settings.corp_id
        self._crypto = crypto
        self._client = client
        self._max_age = max_age
        self.sign_in = WeComSignIn(settings, client)

    def authenticate(self, callback: Callback) -> Authentic | Handshake:
        query = callback.query
        testing = callback.method == "GET"
        encrypted = query.get("echostr", "") if testing else read_envelope(callback.body)
        seal = Seal(query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""), encrypted)
        plain = self._crypto.open(seal).encode()
        # The time is believed only now that the signature was found good.
        if self._max_age and abs(callback.now.timestamp() - int(seal.timestamp)) > self._max_age:
            raise Rejected("too old, or from the future")
        return Handshake(Response(plain)) if testing else Authentic(plain)

    def parse(self, body: bytes) -> Sequence[Event]:
        return parse(body)

    def acknowledge(self, callback: Callback) -> Response:  # noqa: ARG002 - other platforms answer by what came
        return Response()

    def answer(self, callback: Callback, action: CardAction, answer: Answer) -> Response:
        """The card as it is now, on the copy of the person who pressed. WeCom knows no toast."""
        if answer.card is None:
            return Response()
        before, card = render.replacement(answer.card, action.key)
        if before:
            raise PlatformError("more than one message: to be sent, not answered")
        plain = reply.card_update(action.account, self._corp_id, callback.now, card)
        body = self._crypto.close(plain, str(int(callback.now.timestamp())), secrets.token_hex(8))
        return Response(body, "text/xml; charset=utf-8")

    def send(self, outgoing: Outgoing) -> Sent:
        """The card, or the file alone. A refused card goes out as text: that is better than nothing."""
        account = _account(outgoing.to.group, outgoing.to.account)
        if outgoing.file:
            return self._send_file(account, outgoing.key, outgoing.file)
        try:
            return self._send_all(account, outgoing.key, render.messages(outgoing.card, outgoing.key))
        except PlatformError as error:
            if error.code not in CARD_REFUSED:
                raise
            _log.warning("wecom refused a card, sending it as text: %s", error)
        return self._send_all(account, outgoing.key, render.instead(outgoing.card, outgoing.key))

    def update(self, update: Update) -> Sent:
        """A card can be changed once per `token`; another comes with each press."""
        account = _account(update.to.group, update.to.account)
        if not update.sent.token:
            raise PlatformError("no response_code left for this card", replace=True)
        before, card = render.replacement(update.card, update.key)
        self._client.update_card(account, update.sent.token, card)
        for message in before:
            self._send(account, update.key, message)
        return Sent(update.sent.message)

    def people(self) -> Iterable[Member]:
        return contacts.people(self._client)

    def download(self, media: Media) -> Download:
        response = self._client.media(media.ref)
        if len(response.content) > self.limits.download_bytes:
            raise PlatformError("the file is too large", permanent=True)
        headers = Headers()
        headers["Content-Disposition"] = response.headers.get("content-disposition", "attachment")
        mime = response.headers.get("content-type", "application/octet-stream").partition(";")[0]
        return Download(headers.get_filename() or media.name or media.kind, mime, response.content)

    def install_menu(self) -> bool:
        self._client.create_menu(MENU)
        return True

    def check(self) -> str:
        agent = self._client.agent()
        users = len(agent.get("allow_userinfos", {}).get("user", []))
        parties = len(agent.get("allow_partys", {}).get("partyid", []))
        return f"app {agent.get('name', '?')}, visible to {parties} departments and {users} single members"

    def _send_all(self, account: str, key: str, messages: Sequence[dict[str, Any]]) -> Sent:
        """Several messages are one to the core; the last one counts, for it is the card where there is one."""
        return [self._send(account, key, message) for message in messages][-1]

    def _send(self, account: str, key: str, message: dict[str, Any]) -> Sent:
        is_card = "template_card" in message
        try:
            answer = self._client.send(account, message)
        except PlatformError as error:
            if error.code != TASK_EXISTS or not is_card:
                raise
            # Keys are never used twice: this card came through when the answer to it was lost.
            return Sent(key)
        if is_card:
            return Sent(key, str(answer.get("response_code", "")))
        # The answer to a repetition that WeCom dropped may name no message.
        return Sent(str(answer.get("msgid") or key))

    def _send_file(self, account: str, key: str, file: File) -> Sent:
        """The media_id is remembered, for only the same message counts as a repetition."""
        kind = _kind(file)
        name = f"media:{key}"
        known = self._client.remembered(name)
        media = known or self._upload(name, kind, file)
        try:
            return self._send(account, key, {"msgtype": kind, kind: {"media_id": media}})
        except PlatformError as error:
            if error.code != MEDIA_GONE or not known:
                raise
        self._client.forget(name)
        return self._send(account, key, {"msgtype": kind, kind: {"media_id": self._upload(name, kind, file)}})

    def _upload(self, name: str, kind: str, file: File) -> str:
        media = self._client.upload(kind, re.sub(r'[\\/"\r\n]', "_", file.name), file.content)
        self._client.remember(name, media, MEDIA_SECONDS)
        return media


def _account(group: str, account: str) -> str:
    if group:
        raise PlatformError("an app has no group conversations on WeCom", permanent=True)
    return account


def _kind(file: File) -> str:
    """How WeCom takes a file: pictures are small JPEG or PNG, everything else is a file."""
    if not LEAST_BYTES <= len(file.content) <= FILE_BYTES:
        raise PlatformError("WeCom takes files of 6 bytes to 20 MB", permanent=True)
    picture = file.kind == "image" and file.content.startswith(IMAGES) and len(file.content) <= IMAGE_BYTES
    return "image" if picture else "file"


def build(settings: WeComSettings, http: httpx.Client, tokens: TokenStore, max_age: int | None = None) -> WeComPlatform:
    """`max_age`: see MAX_AGE; 0 turns the check off. Raises SettingsError."""
    if not settings.agent_id.isdecimal():
        raise SettingsError("MAIBO_WECOM_AGENT_ID must be the app's AgentId, a number.")
    crypto = Crypto(settings.token.get_secret_value(), settings.aes_key.get_secret_value(), settings.corp_id)
    client = Client(settings, http, tokens)
    return WeComPlatform(settings, crypto, client, MAX_AGE if max_age is None else max_age)
