"""From DingTalk's payloads to events. Pure.

Works on the envelope that `wrap` makes of an authenticated callback: {"route", "at", "body"}, `at` being the
signed timestamp in milliseconds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from cards.render.dingtalk import FORM_DO
from handlers.events import CardAction, Event, Media, Message, PeopleChanged, Unknown

QUOTA_CODE = "20001"
DOUBLE_CLICK = 5_000  # ms: the same press by the same person within that is one press
_GROUP_CHAT = "2"
_MENTION = re.compile(r"^@\S+$")
_MEDIA = {"picture": "image", "audio": "voice", "video": "video", "file": "file"}
_PEOPLE_EVENTS = frozenset(
    {
        "user_add_org",
        "user_modify_org",
        "user_leave_org",
        "user_active_org",
        "org_dept_create",
        "org_dept_modify",
        "org_dept_remove",
        "org_change",
    }
)


def wrap(route: str, at: datetime, body: Mapping[str, Any]) -> bytes:
    envelope = {"route": route, "at": int(at.timestamp() * 1000), "body": body}
    # JSON can smuggle in half a character, which no database takes.
    return json.dumps(envelope, ensure_ascii=False).encode(errors="replace")


def parse(envelope: bytes) -> list[Event]:
    """Raises ValueError where it makes no sense."""
    try:
        found = json.loads(envelope)
        read, body, at = _ROUTES[found["route"]], dict(found["body"]), int(found["at"])
    except (KeyError, TypeError) as error:
        raise ValueError("not an envelope of a DingTalk callback") from error
    return [read(body, at)]


def _message(body: dict[str, Any], at: int) -> Event:
    key, moment = _text(body, "msgId"), _moment(body.get("createAt"), at)
    if not key:
        raise ValueError("a message without msgId")
    account = _text(body, "senderStaffId")
    group = _text(body, "conversationId") if str(body.get("conversationType")) == _GROUP_CHAT else ""
    if QUOTA_CODE in (str(body.get("errorCode")), str(body.get("errCode"))):
        return Unknown(key=key, account=account, at=moment, group=group, name="quota")
    kind, said, media = _content(body, in_group=bool(group))
    return Message(key=key, account=account, at=moment, group=group, kind=kind, text=said, media=media)


def _content(body: dict[str, Any], *, in_group: bool) -> tuple[str, str, tuple[Media, ...]]:
    """Kind, text and media of a message."""
    kind = _text(body, "msgtype")
    if kind == "text":
        return "text", _text(_object(body.get("text")), "content").strip(), ()
    content = _object(body.get("content"))
    if kind == "richText":
        return _rich(content, in_group=in_group)
    if kind not in _MEDIA:
        return kind or "unknownMsgType", "", ()
    ref = _text(content, "downloadCode")
    media = Media(_MEDIA[kind], ref, _text(content, "fileName"))
    return _MEDIA[kind], _text(content, "recognition").strip(), (media,) if ref else ()


def _rich(content: dict[str, Any], *, in_group: bool) -> tuple[str, str, tuple[Media, ...]]:
    """Text and pictures mixed; the mention of the bot in a group is not part of what was said."""
    items = content.get("richText")
    found = [_object(item) for item in items] if isinstance(items, list) else []
    said = [text for item in found if (text := _text(item, "text"))]
    if in_group and said and _MENTION.match(said[0].strip()):
        said = said[1:]
    media = tuple(Media("image", ref) for item in found if (ref := _text(item, "downloadCode")))
    text = "".join(said).strip()
    return "image" if media and not text else "text", text, media


def _action(body: dict[str, Any], at: int) -> Event:
    message, account = _text(body, "outTrackId"), _text(body, "userId")
    pressed = _pressed(body)
    # The platform names no event: the same press is the same card, person, content and moment.
    moment = str(at // DOUBLE_CLICK)
    key = _hash("card", message, account, json.dumps(pressed, sort_keys=True), moment)
    params = _object(pressed.get("params"))
    values = _object(params.get("form"))
    do = _text(values, FORM_DO) or _text(params, "do")
    when = _moment(at, at)
    if not do:
        ids = pressed.get("actionIds")
        return Unknown(key=key, account=account, at=when, name=f"card:{ids}"[:100])
    form = {name: text for name, value in values.items() if name != FORM_DO and (text := _value(value))}
    return CardAction(key=key, account=account, at=when, do=do, message=message, form=form)


def _pressed(body: dict[str, Any]) -> dict[str, Any]:
    """What the card sent: documented below `cardPrivateData` of `content`, on one page bare and named `value`."""
    raw = body.get("content") or body.get("value")
    content = _object(_loads(raw) if isinstance(raw, str) else raw)
    inner = _object(content.get("cardPrivateData"))
    return inner or content


def _value(value: Any) -> str:
    """A form field as text: a choice comes with its place in the list, a check mark as a boolean."""
    if isinstance(value, dict):
        return _value(value.get("value"))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_value(one) for one in value)
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _change(body: dict[str, Any], at: int) -> Event:
    fields = {name.lower(): value for name, value in body.items()}
    name = _text(fields, "eventtype")
    unique = _text(fields, "eventid") or (f"{_text(fields, 'bizid')}:{name}" if fields.get("bizid") else "")
    key = unique or _hash("event", json.dumps(body, sort_keys=True))
    moment = _moment(fields.get("eventtime") or fields.get("timestamp"), at)
    if name not in _PEOPLE_EVENTS:
        return Unknown(key=key, account="", at=moment, name=name)
    gone = fields.get("userid") if name == "user_leave_org" else None
    left = tuple(map(str, gone)) if isinstance(gone, list) else (str(gone),) if gone else ()
    return PeopleChanged(key=key, account="", at=moment, left=left)


_ROUTES: dict[str, Callable[[dict[str, Any], int], Event]] = {"robot": _message, "card": _action, "event": _change}


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _moment(value: Any, otherwise: int) -> datetime:
    """Milliseconds as number or text."""
    text = str(value)
    ms = int(text) if text.isascii() and text.isdigit() and len(text) == len(str(otherwise)) else otherwise
    return datetime.fromtimestamp(ms / 1000, UTC)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:40]
