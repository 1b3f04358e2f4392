"""A person's WeCom. It shows no text boxes: what a form asks in words is answered with `say`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.simulator.wecom import WeComSide
from bot.simulator.world import Bubble, World
from tests.phones import Screen, seen

Card = dict[str, Any]


class WeComPhone:
    def __init__(self, side: WeComSide, world: World, account: str) -> None:
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
        return [_screen(bubble) for bubble in self._bubbles()]

    def press(self, label: str, *, bubble: str = "", **fields: str) -> str:
        """Fields that the card does not show are an error: here they are said, not filled in."""
        for found in reversed(self._bubbles()):
            key = _buttons(found).get(label)
            if key and bubble in ("", found.id):
                unknown = fields.keys() - set(_fields(found))
                if unknown:
                    raise LookupError(f"this card shows no {', '.join(sorted(unknown))}: say it")
                selected = {name: [value] for name, value in fields.items()}
                return self._side.press(self._account, found.id, {"key": key, "selected": selected})
        raise LookupError(f"no button {label!r} on {self._account}'s WeCom")

    def _bubbles(self) -> list[Bubble]:
        return [bubble for bubble in self._world.chat("wecom", self._account) if bubble.author == "bot"]


def _screen(bubble: Bubble) -> Screen:
    if bubble.kind != "card":
        said = str(bubble.content.get("text") or bubble.content.get("name", ""))
        return Screen(bubble.id, said, pictures=seen(bubble))
    text = "\n".join(line for line in _lines(bubble.content) if line)
    return Screen(bubble.id, text, tuple(_buttons(bubble)), _fields(bubble))


def _buttons(bubble: Bubble) -> dict[str, str]:
    """Label → key of what can be pressed."""
    card = bubble.content
    if card.get("replace_text"):
        return {}
    submit = [card["submit_button"]] if "submit_button" in card else []
    return {button["text"]: button["key"] for button in (*submit, *card.get("button_list", []))}


def _questions(card: Card) -> Iterator[Card]:
    yield from (card[name] for name in ("button_selection", "checkbox") if name in card)
    yield from card.get("select_list", [])


def _fields(bubble: Bubble) -> tuple[str, ...]:
    return tuple(question["question_key"] for question in _questions(bubble.content))


def _lines(card: Card) -> Iterator[str]:
    """What is to be read, from top to bottom."""
    title, quote = card.get("main_title", {}), card.get("quote_area", {})
    yield card.get("source", {}).get("desc", "")
    yield from (title.get("title", ""), title.get("desc", ""))
    yield from (quote.get("title", ""), quote.get("quote_text", ""), card.get("sub_title_text", ""))
    yield from (f"{row['keyname']} {row.get('value', '')}" for row in card.get("horizontal_content_list", []))
    for question in _questions(card):
        yield question.get("title", "")
        yield from (option["text"] for option in question["option_list"])
    if card.get("replace_text"):
        yield card["replace_text"]
    else:
        yield from (button["text"] for button in card.get("button_list", []))
