"""A platform without a protocol: it remembers what a person did, and answers presses as told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint

from bot.simulator.side import MenuItem
from bot.simulator.world import World


class StubSide:
    def __init__(self, world: World, name: str) -> None:
        self.name = name
        self.api = Blueprint(name, name)
        self.api.add_url_rule(f"/{name}/ping", "ping", lambda: "pong")
        self.done: list[tuple[Any, ...]] = []
        self.answer: Callable[[str], str] = lambda _: ""
        self._world = world

    def menu(self) -> Sequence[MenuItem]:
        return (MenuItem("我的目标", "goals"),)

    def say(self, account: str, text: str) -> None:
        self.done.append(("say", account, text))
        self._world.post(self.name, account, "me", "text", {"text": text})

    def send_picture(self, account: str, name: str, content: bytes) -> None:
        self.done.append(("picture", account, name, content))

    def send_voice(self, account: str, transcript: str) -> None:
        self.done.append(("voice", account, transcript))

    def open_chat(self, account: str) -> None:
        self.done.append(("open", account))

    def press_menu(self, account: str, key: str) -> None:
        self.done.append(("menu", account, key))

    def press(self, account: str, bubble: str, press: Mapping[str, Any]) -> str:
        self.done.append(("press", account, bubble, dict(press)))
        return self.answer(bubble)

    def last(self, what: str) -> tuple[Any, ...]:
        """The newest act of that kind."""
        return next(act for act in reversed(self.done) if act[0] == what)
