"""What a person does in the WeCom client, and the callbacks that follow."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, ParseError

import httpx
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from flask import Blueprint

from bot.simulator.side import MenuItem, Push, Pusher
from bot.simulator.wecom import api, cards
from bot.simulator.wecom.seal import SealError
from bot.simulator.wecom.server import Server, WeComApp
from bot.simulator.world import World

ATTEMPTS_APART = (5.0, 5.0)  # seconds before the second and third attempt
DEADLINE = 5.0
NO_ANSWER = "应用没有回应，请稍后再试"
BAD_ANSWER = "应用的回应有误（{code}）"
CLOSED = "这个按钮已失效"
UNCHOSEN = "请先选择"

Pairs = Sequence[tuple[str, Any]]


class WeComSide:
    """`patience` multiplies the waits between attempts; `old_spelling` writes options as WeCom once did (OpitonId)."""

    name = "wecom"

    def __init__(self, world: World, app: WeComApp, patience: float = 1.0, *, old_spelling: bool = False) -> None:
        self.server = Server(world, app)
        self.api: Blueprint = api.blueprint(self.server)
        self._world = world
        self._app = app
        self._option = "Opiton" if old_spelling else "Option"
        self._pusher = Pusher(world, self.name, [wait * patience for wait in ATTEMPTS_APART], DEADLINE)

    def menu(self) -> Sequence[MenuItem]:
        entries = (item for button in self.server.menu for item in button.get("sub_button", [button]))
        return [MenuItem(item["name"], item["key"]) for item in entries if item.get("type") == "click"]

    def say(self, account: str, text: str) -> None:
        self._world.post(self.name, account, "me", "text", {"text": text})
        self._message(account, "text", [("Content", text)])

    def send_picture(self, account: str, name: str, content: bytes) -> None:
        mime = api.PICTURES.get(content[:2], "application/octet-stream")
        media_id, media = self.server.keep(name, mime, content)
        self._world.post(self.name, account, "me", "image", {"media": media, "name": name})
        self._message(account, "image", [("PicUrl", f"https://wework.invalid/{media}"), ("MediaId", media_id)])

    def send_voice(self, account: str, transcript: str) -> None:
        """WeCom sends an app no transcript: what was said is only to be seen in the chat."""
        media_id, media = self.server.keep("voice.amr", "audio/amr", b"#!AMR\n" + secrets.token_bytes(64))
        said = {"media": media, "name": "voice.amr", "transcript": transcript}
        self._world.post(self.name, account, "me", "voice", said)
        self._message(account, "voice", [("MediaId", media_id), ("Format", "amr")])

    def open_chat(self, account: str) -> None:
        self._event(account, "enter_agent", [("EventKey", "")])

    def press_menu(self, account: str, key: str) -> None:
        self._event(account, "click", [("EventKey", key)])

    def change_range(self, account: str, *, visible: bool) -> None:
        """The member comes into the app's visible range, or leaves it."""
        self._event(account, "subscribe" if visible else "unsubscribe", [("EventKey", "")])

    def press(self, account: str, bubble: str, press: Mapping[str, Any]) -> str:
        found = self._world.bubble(bubble)
        card = found.content if found and found.kind == "card" and found.account == account else {}
        key, chosen = str(press.get("key", "")), _chosen(card, press.get("selected"))
        if not card or key not in cards.keys(card):
            return CLOSED
        if not all(chosen.values()):
            return UNCHOSEN
        response = self._event(account, "template_card_event", self._pressed(card, key, chosen)).result()
        if response is None or response.status_code != httpx.codes.OK:
            return NO_ANSWER
        return self._apply(account, bubble, response.content)

    def check_address(self) -> str:
        """What saving the callback URL in the console does; "" when the bot passed."""
        word = str(secrets.randbelow(10**19))
        encrypted = self._app.seal.encrypt(word)
        query = self._signed(encrypted) | {"echostr": encrypted}
        response = self._pusher.now(Push("GET", f"{self._app.callback_base}?{urlencode(query)}", {}, b"", word))
        return "" if response is not None and response.content == word.encode() else "openapi回调地址请求不通过"

    def close(self) -> None:
        self._pusher.close()

    def _pressed(self, card: dict[str, Any], key: str, chosen: Mapping[str, Sequence[str]]) -> Pairs:
        option = self._option
        items = [
            ("SelectedItem", [("QuestionKey", name), (f"{option}Ids", [(f"{option}Id", one) for one in ids])])
            for name, ids in chosen.items()
        ]
        return [
            ("EventKey", key),
            ("TaskId", card["task_id"]),
            ("CardType", card["card_type"]),
            ("ResponseCode", self.server.new_code(card["task_id"])),
            *([("SelectedItems", items)] if items else []),
        ]

    def _message(self, account: str, kind: str, content: Pairs) -> None:
        number = ("MsgId", 7_000_000_000_000_000_000 + secrets.randbelow(10**18))
        self._push(account, [("MsgType", kind), *content, number])

    def _event(self, account: str, event: str, content: Pairs) -> Any:
        return self._push(account, [("MsgType", "event"), ("Event", event), *content])

    def _push(self, account: str, content: Pairs) -> Any:
        """Each attempt is encrypted and signed anew; what is inside stays the same."""
        now = int(self._world.clock().timestamp())
        head = [("ToUserName", self._app.corp_id), ("FromUserName", account), ("CreateTime", now)]
        plain = f"<xml>{cards.to_xml([*head, *content, ('AgentID', self._app.agent_id)])}</xml>"
        return self._pusher.later(lambda _attempt: self._sealed(plain))

    def _sealed(self, plain: str) -> Push:
        encrypted = self._app.seal.encrypt(plain)
        envelope = [("ToUserName", self._app.corp_id), ("AgentID", str(self._app.agent_id)), ("Encrypt", encrypted)]
        url = f"{self._app.callback_base}?{urlencode(self._signed(encrypted))}"
        body = f"<xml>{cards.to_xml(envelope)}</xml>".encode()
        return Push("POST", url, {"Content-Type": "text/xml"}, body, plain)

    def _signed(self, encrypted: str) -> dict[str, str]:
        timestamp, nonce = str(int(self._world.clock().timestamp())), str(secrets.randbelow(10**10))
        return {
            "msg_signature": self._app.seal.sign(timestamp, nonce, encrypted),
            "timestamp": timestamp,
            "nonce": nonce,
        }

    def _apply(self, account: str, bubble: str, body: bytes) -> str:
        """Change the presser's copy as the encrypted answer says; what the client says about a bad one."""
        if not body.strip() or body == b"success":
            return ""
        try:
            changed = dict(_replaced(self._open(body, account)))
        except (SealError, cards.CardError) as error:
            return BAD_ANSWER.format(code=error.code)
        except (ParseError, DefusedXmlException, UnicodeDecodeError):
            return BAD_ANSWER.format(code=-40002)
        with self._world.changing():
            copy = self._world.bubble(bubble)
            if copy is not None and changed:
                kept = {} if "card_type" in changed else copy.content
                copy.content = {**kept, **changed, "task_id": copy.content["task_id"]}
        return ""

    def _open(self, body: bytes, account: str) -> Element:
        """The answer's content, if it is signed and for this member."""
        sealed = fromstring(body.decode(), forbid_dtd=True)
        parts = {tag: sealed.findtext(tag) or "" for tag in ("TimeStamp", "Nonce", "Encrypt", "MsgSignature")}
        expected = self._app.seal.sign(parts["TimeStamp"], parts["Nonce"], parts["Encrypt"])
        if expected != parts["MsgSignature"]:
            raise SealError(-40001)
        opened: Element = fromstring(self._app.seal.decrypt(parts["Encrypt"]), forbid_dtd=True)
        if (opened.findtext("ToUserName"), opened.findtext("FromUserName")) != (account, self._app.corp_id):
            raise SealError(-40005)
        return opened


def _replaced(reply: Element) -> Iterator[tuple[str, Any]]:
    """What a passive reply changes of a card. Other kinds of reply change nothing."""
    kind, card = reply.findtext("MsgType"), reply.find("TemplateCard")
    if kind == "update_button":
        yield "replace_text", reply.findtext("Button/ReplaceName") or ""
    elif kind == "update_template_card":
        yield from cards.accept(cards.from_xml(card) if card is not None else None, replacing=True).items()


def _chosen(card: dict[str, Any], selected: Any) -> dict[str, list[str]]:
    """Question → options: those the person chose, else those the card shows as chosen."""
    offered, given = cards.options(card), selected if isinstance(selected, dict) else {}
    chosen = cards.questions(card)
    for name, ids in given.items():
        if name in offered and isinstance(ids, list):
            chosen[name] = [one for one in ids if one in offered[name]]
    return chosen
