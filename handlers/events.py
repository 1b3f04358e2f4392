"""What happened outside, in the same words for every platform."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, file or voice that the platform keeps for us for a while.

    `ref` is the adapter's own handle, enough to download it. `kind`: image, file, voice or video.
    """

    kind: str
    ref: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`key` names the event on its platform: the same key is the same event, however often it comes.

    `account` is who did it (the platform's account id; empty for the platform itself), `group` the group
    conversation it came from, empty in a one-to-one chat.
    """

    key: str
    account: str
    at: datetime
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Event):
    """Somebody wrote, spoke or sent something. `text` holds a voice message's transcript where the platform makes one.

    `kind` is text, image, file, voice, video or the platform's own name of a type we cannot read.
    """

    kind: str = "text"
    text: str = ""
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAction(Event):
    """A press or a form on a card. `message` is the card's handle as `Sent.message` gave it.

    `token` is a credential for changing this very card, where the platform gives one with the press.
    """

    do: str
    message: str
    form: Mapping[str, str] = field(default_factory=dict)
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuPressed(Event):
    """An entry of the app's menu; `do` is the entry's key, in the form of `cards.model.do`."""

    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    """Somebody proved in a browser who they are, so that the chat does what they came for. `do` as in `MenuPressed`."""

    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Event):
    """Somebody opened the chat with the bot. Comes often: not a reason to speak each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleChanged(Event):
    """The platform's address book changed: who joined, moved or left is read from the address book itself."""

    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(Event):
    """Something we do not use; acknowledged so that it does not come again. `name` is the platform's name of it."""

    name: str


def dump_signed_in(event: SignedIn) -> bytes:
    """What a receipt keeps of it: no platform sent a body."""
    return json.dumps(asdict(event) | {"at": event.at.isoformat()}).encode()


def read_signed_in(body: bytes) -> SignedIn:
    known = json.loads(body)
    return SignedIn(**known | {"at": datetime.fromisoformat(known["at"])})
