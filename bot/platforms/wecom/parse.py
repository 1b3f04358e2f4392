"""Decrypted callback XML → events. wechatpy reads a person's messages; the events it does not know are read here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from handlers.events import CardAction, Event, Media, MenuPressed, Message, Opened, PeopleChanged, Unknown

SYSTEM = "sys"  # the sender of what the platform itself pushes
MEDIA = {"image", "voice", "video"}
# An answer to a slow callback is sent again; whether with the same one-time code is not known.
UNSTABLE = {"ResponseCode"}


def parse(body: bytes) -> list[Event]:
    """The one event in a callback. ValueError where it makes no sense."""
    root = _read(body)
    kind = _text(root, "MsgType").lower()
    if not kind:
        raise ValueError("a callback without MsgType")
    if kind != "event":
        return [_message(root, body)]
    name = _text(root, "Event").lower()
    return [EVENTS.get(name, _unknown)(root)]


def _read(body: bytes) -> Element:
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException) as error:
        raise ValueError("a callback that is not XML") from error
    if root.tag != "xml":
        raise ValueError("a callback of another form")
    return root


def _message(root: Element, body: bytes) -> Message:
    from wechatpy.enterprise.parser import parse_message

    read: Any = parse_message(body)
    if read.type == "text":
        return Message(**_who(root), text=read.content or "")
    if read.type in MEDIA:
        media = (Media(read.type, read.media_id),) if read.media_id else ()
        return Message(**_who(root), kind=read.type, media=media)
    return Message(**_who(root), kind=_text(root, "MsgType"))


def _opened(root: Element) -> Event:
    return Opened(**_who(root))


def _menu(root: Element) -> Event:
    return MenuPressed(**_who(root), do=_text(root, "EventKey"))


def _card(root: Element) -> Event:
    return CardAction(
        **_who(root),
        do=_text(root, "EventKey"),
        message=_text(root, "TaskId"),
        token=_text(root, "ResponseCode"),
        form=_selected(root),
    )


def _selected(root: Element) -> dict[str, str]:
    """Question → the chosen option; several are joined by commas. WeCom has spelt the elements in two ways."""
    chosen = {
        _text(item, "QuestionKey"): ",".join(
            (option.text or "").strip() for tag in ("OptionId", "OpitonId") for option in item.iter(tag)
        )
        for item in root.iter("SelectedItem")
    }
    return {name: value for name, value in chosen.items() if name and value}


def _range(root: Element) -> Event:
    """A member came into the app's visible range or left it."""
    who = _who(root)
    gone = _text(root, "Event").lower() == "unsubscribe"
    return PeopleChanged(**who, left=(who["account"],) if gone and who["account"] else ())


def _contact(root: Element) -> Event:
    """Pushed to the contact-sync assistant's address, for those who point it here."""
    member = _text(root, "UserID")
    gone = _text(root, "ChangeType").lower() == "delete_user"
    return PeopleChanged(**_who(root), left=(member,) if gone and member else ())


def _unknown(root: Element) -> Event:
    return Unknown(**_who(root), name=_text(root, "Event").lower())


EVENTS: dict[str, Callable[[Element], Event]] = {
    "enter_agent": _opened,
    "click": _menu,
    "template_card_event": _card,
    "template_card_menu_event": _card,
    "subscribe": _range,
    "unsubscribe": _range,
    "change_contact": _contact,
}


def _who(root: Element) -> dict[str, Any]:
    """`key`, `account` and `at` of an event."""
    sender = _text(root, "FromUserName")
    try:
        at = datetime.fromtimestamp(int(_text(root, "CreateTime")), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError("a callback without CreateTime") from error
    return {"key": _key(root), "account": "" if sender == SYSTEM else sender, "at": at}


def _key(root: Element) -> str:
    """A message has an id. An event has none, and two different ones of a person can fall into one second."""
    number = _text(root, "MsgId")
    if number:
        return f"message:{number[:64]}"
    content = repr([(part.tag, (part.text or "").strip()) for part in root.iter() if part.tag not in UNSTABLE])
    return f"event:{sha256(content.encode()).hexdigest()}"


def _text(element: Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()
