"""A person's Feishu: cards with forms, read and pressed as they stand on the screen."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from bot.simulator.feishu import FeishuSide
from bot.simulator.world import Bubble, World
from tests.phones import Screen, seen

Element = dict[str, Any]

BOXES = {"input", "select_static", "date_picker"}


class FeishuPhone:
    def __init__(self, side: FeishuSide, world: World, account: str) -> None:
        self._side = side
        self._world = world
        self._account = account

    def say(self, text: str) -> None:
        self._side.say(self._account, text)

    def picture(self, name: str, content: bytes) -> None:
        self._side.send_picture(self._account, name, content)

    def voice(self, transcript: str) -> None:
        self._side.send_voice(self._account, transcript)

    def open(self) -> None:
        self._side.open_chat(self._account)

    def menu(self, label: str) -> None:
        key = next(item.key for item in self._side.menu() if item.label == label)
        self._side.press_menu(self._account, key)

    def screens(self) -> list[Screen]:
        return [shown(bubble) for bubble in self._bubbles()]

    def press(self, label: str, *, bubble: str = "", **fields: str) -> str:
        """Fields that the card does not show are an error."""
        for found in reversed(self._bubbles()):
            button = _buttons(found).get(label)
            if button and bubble in ("", found.id):
                unknown = fields.keys() - {box["name"] for box in _boxes(found)}
                if unknown:
                    raise LookupError(f"this card has no {', '.join(sorted(unknown))}")
                return self._side.press(self._account, found.id, {"name": button["name"], "form_value": fields})
        raise LookupError(f"no button {label!r} on {self._account}'s Feishu")

    def _bubbles(self) -> list[Bubble]:
        return [bubble for bubble in self._world.chat("feishu", self._account) if bubble.author == "bot"]


def shown(bubble: Bubble) -> Screen:
    """A bubble as it is read."""
    return Screen(
        bubble.id,
        "\n".join(_words(bubble)),
        tuple(_buttons(bubble)),
        tuple(box["name"] for box in _boxes(bubble)),
        seen(bubble) or tuple(one["img_key"] for one in _elements(bubble) if one["tag"] == "img"),
    )


def _words(bubble: Bubble) -> Iterator[str]:
    if bubble.kind != "card":
        yield str(bubble.content.get("text") or bubble.content.get("name") or "")
        return
    header = bubble.content.get("header", {})
    texts = [header.get("title"), header.get("subtitle"), *(tag["text"] for tag in header.get("text_tag_list", []))]
    yield from (text["content"] for text in texts if text)
    for element in _elements(bubble):
        yield from _element_words(element)


def _element_words(element: Element) -> Iterator[str]:
    if element["tag"] == "markdown":
        yield read_markdown(element["content"])
    for name in ("label", "text", "placeholder"):
        if name in element:
            yield element[name]["content"]
    for name in ("default_value", "initial_date"):
        if name in element:
            yield element[name]
    yield from (option["text"]["content"] for option in element.get("options", []))
    if element["tag"] == "table":
        names = [column["name"] for column in element["columns"]]
        yield " ".join(column["display_name"] for column in element["columns"])
        yield from (" ".join(row[name] for name in names) for row in element["rows"])


def read_markdown(content: str) -> str:
    """What a person reads of Feishu's markdown."""
    lines = (re.sub(r"</?\w[^>]*>|\*\*|^> ", "", line) for line in content.split("\n"))
    return html.unescape("\n".join(lines))


def _elements(bubble: Bubble) -> Iterator[Element]:
    if bubble.kind == "card":
        yield from _walk(bubble.content["body"]["elements"])


def _walk(elements: list[Element]) -> Iterator[Element]:
    for element in elements:
        yield element
        yield from _walk(element.get("elements", []))
        yield from _walk(element["columns"] if element["tag"] == "column_set" else [])


def _buttons(bubble: Bubble) -> dict[str, Element]:
    return {one["text"]["content"]: one for one in _elements(bubble) if one["tag"] == "button"}


def _boxes(bubble: Bubble) -> list[Element]:
    return [one for one in _elements(bubble) if one["tag"] in BOXES]
