"""A language model on loopback: the OpenAI chat-completions shape, and answers that a test puts in its mouth."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import flask
from pydantic import SecretStr

from bot.settings import LlmSettings
from tests.serving import serving

KEY = "model-key-0815"


@dataclass
class FakeModel:
    """`asked`: the body of every call. `says`: what it answers with; a Response is sent as it is."""

    url: str = ""
    says: str | flask.Response = "{}"
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    free: threading.Event = field(default_factory=threading.Event)

    def means(self, intent: str, **slots: object) -> None:
        self.says = json.dumps({"intent": intent, "slots": slots}, ensure_ascii=False)

    def told(self) -> str:
        """Everything it ever heard."""
        return json.dumps(self.asked, ensure_ascii=False)

    def settings(self, **more: Any) -> LlmSettings:
        return LlmSettings(url=self.url, model="tiny", key=SecretStr(KEY), **more)

    def answer(self) -> flask.Response:
        self.asked.append(flask.request.get_json())
        self.keys.append(flask.request.headers.get("Authorization", ""))
        self.free.wait(20)
        if isinstance(self.says, flask.Response):
            return self.says
        return flask.jsonify({"object": "chat.completion", "choices": [{"message": {"content": self.says}}]})


@contextmanager
def fake_model() -> Iterator[FakeModel]:
    made = FakeModel()
    made.free.set()
    app = flask.Flask("model")
    app.add_url_rule("/v1/chat/completions", view_func=made.answer, methods=["POST"])
    with serving(app) as base:
        made.url = f"{base}/v1"
        yield made
        made.free.set()
