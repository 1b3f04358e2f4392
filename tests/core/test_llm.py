"""The language model's client: bounded in time, size and number of tries, and discreet."""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import flask
import httpx
import pytest
from pydantic import SecretStr

from bot.llm import PATIENCE, REST, Model
from bot.settings import LlmSettings
from handlers.ports import Guess, Puzzle
from tests.serving import serving

PUZZLE = Puzzle("咕咚", "2026-11-18, Wednesday", (("G-101", "续约率", "%"),))


@dataclass
class Desk:
    """A model, what its server sends, and a clock that is moved by hand."""

    response: flask.Response = field(default_factory=flask.Response)
    calls: int = 0
    now: float = 100.0
    counted: Counter[str] = field(default_factory=Counter)
    model: Model | None = None

    def receive(self) -> flask.Response:
        self.calls += 1
        return self.response

    def says(self, content: str) -> None:
        self.response = flask.jsonify({"choices": [{"message": {"role": "assistant", "content": content}}]})

    def guess(self) -> Guess | None:
        assert self.model
        return self.model.interpret(PUZZLE)

    def ready_after_a_call(self) -> bool:
        self.guess()
        assert self.model
        return self.model.ready

    def count(self, result: str) -> None:
        self.counted[result] += 1


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    app = flask.Flask("model")
    app.add_url_rule("/v1/chat/completions", view_func=made.receive, methods=["POST"])
    with serving(app) as base, httpx.Client(trust_env=False) as http, app.app_context():
        settings = LlmSettings(url=f"{base}/v1/", model="tiny", key=SecretStr("hush"), timeout=0.5)
        made.model = Model(settings, http, made.count, lambda: made.now)
        yield made


@pytest.mark.parametrize(
    "around", ["{}", "```json\n{}\n```", "<think>is it {{}}?</think>\n{}", "Here you are: {}"], ids=range(4)
)
def test_one_json_object_is_found_in_what_it_says(desk: Desk, around: str) -> None:
    desk.says(around.format(json.dumps({"intent": "checkin", "slots": {"goal": "G-101", "value": 82, "mode": None}})))
    assert desk.guess() == Guess("checkin", {"goal": "G-101", "value": 82.0, "mode": None})
    assert desk.counted == {"guess": 1}


@pytest.mark.parametrize(
    "said", ["", "{}", "no", '{"intent": 1}', '{"intent": "goals", "slots": {"person": true}}', '{"slots": {}}', "}{"]
)
def test_anything_else_is_no_guess_and_no_failure(desk: Desk, said: str) -> None:
    desk.says(said)
    for _ in range(PATIENCE + 1):
        assert desk.guess() is None
    assert desk.model
    assert desk.model.ready
    assert desk.counted == {"unreadable": PATIENCE + 1}


def test_left_alone_for_a_minute_after_three_failures_then_tried_again(desk: Desk) -> None:
    assert desk.model
    desk.response = flask.Response("", 500)
    assert [desk.ready_after_a_call() for _ in range(PATIENCE)] == [True, True, False]
    desk.now += REST - 1
    assert not desk.model.ready
    desk.now += 1
    assert desk.ready_after_a_call() is False
    desk.now += REST
    desk.says('{"intent": "unknown"}')
    assert desk.ready_after_a_call()
    desk.response = flask.Response("", 500)
    assert desk.ready_after_a_call()
    assert desk.counted == {"failed": PATIENCE + 2, "unknown": 1}


def test_no_answer_takes_more_memory_than_its_bound(desk: Desk) -> None:
    bomb = gzip.compress(b'{"choices":' + b" " * 50_000_000)
    desk.response = flask.Response(bomb, 200, {"Content-Encoding": "gzip"})
    assert desk.guess() is None
    desk.says("x" * 100_000)
    assert desk.guess() is None
    assert desk.counted == {"failed": 2}


def test_a_server_that_drips_is_left(desk: Desk) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(100):
            desk.now += 0.1
            yield b" "
            time.sleep(0.01)

    desk.response = flask.Response(drip(), 200)
    assert desk.guess() is None
    assert desk.counted == {"failed": 1}
    assert desk.now < 105


def test_what_goes_wrong_is_told_without_words(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.response = flask.Response("you said 咕咚 with the key hush", 400)
    desk.guess()
    told = [vars(record) for record in caplog.records if record.name == "bot.llm"]
    assert [record["code"] for record in told] == ["http 400"]
    assert not any(word in str(told) for word in ("咕咚", "hush"))
