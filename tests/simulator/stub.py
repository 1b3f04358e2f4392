"""A platform without a protocol: it remembers what a person did, and answers presses as told."""

from __future__ import annotations

import threading
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
        self._news = threading.Condition()

    def menu(self) -> Sequence[MenuItem]:
        return (MenuItem("我的目标", "goals"),)

    def say(self, account: str, text: str) -> None:
        self._did("say", account, text)
        self._world.post(self.name, account, "me", "text", {"text": text})

    def send_picture(self, account: str, name: str, content: bytes) -> None:
        self._did("picture", account, name, content)

    def send_voice(self, account: str, transcript: str) -> None:
        self._did("voice", account, transcript)

    def open_chat(self, account: str) -> None:
        self._did("open", account)

    def press_menu(self, account: str, key: str) -> None:
        self._did("menu", account, key)

    def press(self, account: str, bubble: str, press: Mapping[str, Any]) -> str:
        self._did("press", account, bubble, dict(press))
        return self.answer(bubble)

    def last(self, what: str) -> tuple[Any, ...]:
        """The newest act of that kind. The page may still be on its way with the first one."""
        with self._news:
            assert self._news.wait_for(lambda: any(act[0] == what for act in self.done), timeout=10), what
            return next(act for act in reversed(self.done) if act[0] == what)

    def _did(self, *act: Any) -> None:
        with self._news:
            self.done.append(act)
            self._news.notify_all()
