"""A person with a phone: what story tests use to talk to the bot through a simulated platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.simulator.world import Bubble


@dataclass(frozen=True, slots=True)
class Screen:
    """One message of the bot as a person sees it; `text` is everything there is to read, labels and values too.

    `pictures`: the ids in the simulator's media of what is to be looked at.
    """

    bubble: str
    text: str
    buttons: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()


def seen(bubble: Bubble) -> tuple[str, ...]:
    """The picture that a message is."""
    return (str(bubble.content["media"]),) if bubble.kind == "image" else ()


class Phone(Protocol):
    """One account's client."""

    def say(self, text: str) -> None: ...

    def picture(self, name: str, content: bytes) -> None: ...

    def voice(self, transcript: str) -> None: ...

    def open(self) -> None: ...

    def menu(self, label: str) -> None: ...

    def screens(self) -> Sequence[Screen]:
        """This account's messages from the bot, oldest first."""
        ...

    def press(self, label: str, *, bubble: str = "", **fields: str) -> str:
        """Press the newest message that has a button of that label, or the given one, filling its form by field name.

        A choice is given by its option's value. Returns the toast.
        """
        ...
