"""Feishu's JSON → events. Pure; ValueError where the JSON is not what Feishu documents."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from handlers.events import CardAction, Event, Media, MenuPressed, Message, Opened, PeopleChanged, Unknown

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2}) [+-]\d{4}")
_MENTION = re.compile(r"(@_user_\d+|@_all)( ?)")
_UNITS = {10: 1, 13: 1_000, 16: 1_000_000}  # digits of a timestamp → ticks a second


@dataclass(frozen=True, slots=True)
class Head:
    """What every kind of event says in the same place."""

    key: str
    name: str
    at: datetime


def parse(body: bytes) -> Sequence[Event]:
    try:
        return [_event(json.loads(body), body)]
    except (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError) as error:
        raise ValueError("not an event as Feishu documents it") from error


def moment(text: Any) -> datetime:
    """A timestamp in seconds, milliseconds or microseconds: Feishu uses all three and only the length tells."""
    digits = str(text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) in _UNITS):
        raise ValueError("not a timestamp")
    return datetime.fromtimestamp(int(digits) / _UNITS[len(digits)], UTC)


def _event(body: Any, raw: bytes) -> Event:
    if "header" not in body:
        return _old(body, raw)
    header = body["header"]
    head = Head(f"e:{_text(header['event_id'])}", _text(header["event_type"]), moment(header["create_time"]))
    # Some documented card actions carry their context one level too high.
    event = {"context": body.get("context"), **body["event"]}
    if head.name.startswith("contact."):
        return _people(head, event)
    read = _READERS.get(head.name)
    return read(head, event) if read else _unknown(head)


def _old(body: Mapping[str, Any], raw: bytes) -> Unknown:
    """Schema 1.0, or the card callback before it. Neither is asked for, and the latter has no id and no time."""
    name = "card.action.trigger_v1" if "open_message_id" in body else "schema 1.0"
    return Unknown(
        key=f"h:{hashlib.sha256(raw).hexdigest()[:32]}", account="", at=datetime.fromtimestamp(0, UTC), name=name
    )


def _unknown(head: Head) -> Unknown:
    return Unknown(key=head.key, account="", at=head.at, name=head.name)


def _message(head: Head, event: Mapping[str, Any]) -> Event:
    sender, message = event["sender"], event["message"]
    if sender["sender_type"] != "user":
        return _unknown(head)
    group = _text(message["chat_id"]) if message["chat_type"] != "p2p" else ""
    kind, text, media = _content(message, in_group=bool(group))
    return Message(
        # A message that comes again may come under another event id.
        key=f"m:{_text(message['message_id'])}",
        account=_text(sender["sender_id"]["open_id"]),
        at=moment(message["create_time"]),
        group=group,
        kind=kind,
        text=text,
        media=media,
    )


_MEDIA = {  # message type → our kind, where its key stands, what the download calls it
    "image": ("image", "image_key", "image"),
    "img": ("image", "image_key", "image"),
    "file": ("file", "file_key", "file"),
    "audio": ("voice", "file_key", "file"),
    "media": ("video", "file_key", "file"),
}


def _content(message: Mapping[str, Any], *, in_group: bool) -> tuple[str, str, tuple[Media, ...]]:
    """Kind, text and media. The content of a recalled message is empty."""
    kind = _text(message["message_type"])
    content = json.loads(message["content"] or "{}")
    names = _names(message.get("mentions") or [], in_group=in_group)
    name = _text(message["message_id"])
    if kind == "text":
        return kind, _mentioned(_text(content.get("text", "")), names), ()
    if kind == "post":
        return "text", _post_text(content, names), _post_media(content, name)
    if kind in _MEDIA and content:
        return _MEDIA[kind][0], "", (_media(kind, content, name),)
    return kind, "", ()


def _names(mentions: Sequence[Mapping[str, Any]], *, in_group: bool) -> dict[str, str]:
    """Placeholder → name; "" for the bot itself, so that only what it was told is left."""
    names = {_text(one["key"]): _text(one["name"]) for one in mentions}
    bots = [one for one in mentions if one.get("mentioned_type") == "bot"]
    if not bots and in_group and mentions:
        # Older payloads do not say who is the bot. Groups reach us only through a mention of it,
        # and it is the one without a user id.
        bots = [next((one for one in mentions if not one["id"].get("user_id")), mentions[0])]
    return names | {_text(one["key"]): "" for one in bots} | {"@_all": "所有人"}


def _mentioned(text: str, names: Mapping[str, str]) -> str:
    def name(found: re.Match[str]) -> str:
        known = names.get(found[1])
        return found[0] if known is None else known and known + found[2]

    return _MENTION.sub(name, text).strip()


def _post_text(content: Mapping[str, Any], names: Mapping[str, str]) -> str:
    lines = ["".join(_post_piece(piece, names) for piece in line) for line in content.get("content", [])]
    return "\n".join(line for line in [_text(content.get("title", "")), *lines] if line.strip()).strip()


def _post_piece(piece: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if piece["tag"] == "at":
        return names.get(piece["user_id"], _text(piece.get("user_name", "")))
    return _text(piece.get("text", ""))


def _post_media(content: Mapping[str, Any], message: str) -> tuple[Media, ...]:
    pieces = (piece for line in content.get("content", []) for piece in line)
    return tuple(_media(piece["tag"], piece, message) for piece in pieces if piece["tag"] in _MEDIA)


def _media(tag: str, content: Mapping[str, Any], message: str) -> Media:
    kind, key, resource = _MEDIA[tag]
    return Media(kind, f"{message}/{resource}/{_text(content[key])}", _text(content.get("file_name", "")))


def _action(head: Head, event: Mapping[str, Any]) -> Event:
    action = event["action"]
    do = _do(action.get("value"))
    if not do:
        return _unknown(head)
    outside = {_text(action.get("name") or ""): action.get("input_value") or action.get("option")}
    form = {**outside, **(action.get("form_value") or {})}
    return CardAction(
        key=head.key,
        account=_text(event["operator"]["open_id"]),
        at=head.at,
        do=do,
        message=_text(event["context"]["open_message_id"]),
        form={name: value for name, raw in form.items() if name and (value := _value(raw))},
        token=_text(event.get("token", "")),
    )


def _do(value: Any) -> str:
    """We put an object on every button; some clients hand it on as its JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return _text(value)
    return _text(value.get("do", "")) if isinstance(value, dict) else ""


def _value(raw: Any) -> str:
    """A form's value as text, "" for left empty. A day comes with the offset of the person's clock."""
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, list):
        return ",".join(_text(one) for one in raw)
    day = _DAY.fullmatch(_text(raw)) if raw else None
    return day[1] if day else _text(raw or "")


def _menu(head: Head, event: Mapping[str, Any]) -> MenuPressed:
    account = _text(event["operator"]["operator_id"]["open_id"])
    # The console takes any key of up to 30 characters: ours are the presses themselves.
    return MenuPressed(key=head.key, account=account, at=head.at, do=_text(event["event_key"]))


def _opened(head: Head, event: Mapping[str, Any]) -> Opened:
    return Opened(key=head.key, account=_text(event["operator_id"]["open_id"]), at=head.at)


def _people(head: Head, event: Mapping[str, Any]) -> PeopleChanged:
    left = (_text(event["object"]["open_id"]),) if head.name == "contact.user.deleted_v3" else ()
    return PeopleChanged(key=head.key, account="", at=head.at, left=left)


def _text(value: Any) -> str:
    """A string, and one that every database and every encoding takes."""
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value.replace("\0", "").encode("utf-8", "replace").decode()


_READERS: Mapping[str, Callable[[Head, Mapping[str, Any]], Event]] = {
    "im.message.receive_v1": _message,
    "im.chat.access_event.bot_p2p_chat_entered_v1": _opened,
    "application.bot.menu_v6": _menu,
    "card.action.trigger": _action,
}
