"""DingTalk's client: cards of our template, and markdown whose links say something."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from bot.simulator.dingtalk import DingTalkSide
from bot.simulator.world import Bubble, World
from tests.phones import Screen, seen

_LINK = re.compile(r"\[([^\]]+)\]\(dtmd://dingtalkclient/sendMessage\?content=([^)]*)\)")
_READ = ("title", "status", "subtitle", *(f"body{n}" for n in range(1, 7)), "submit", "outcome", "outcome2", "hint")


class DingTalkPhone:
    """Implements `tests.phones.Phone`."""

    def __init__(self, side: DingTalkSide, world: World, account: str) -> None:
        self._side = side
        self._world = world
        self.account = account

    def say(self, text: str) -> None:
        self._side.say(self.account, text)

    def picture(self, name: str, content: bytes) -> None:
        self._side.send_picture(self.account, name, content)

    def voice(self, transcript: str) -> None:
        self._side.send_voice(self.account, transcript)

    def open(self) -> None:
        self._side.open_chat(self.account)

    def menu(self, label: str) -> None:
        key = next(item.key for item in self._side.menu() if item.label == label)
        self._side.press_menu(self.account, key)

    def screens(self) -> list[Screen]:
        mine = self._world.chat("dingtalk", self.account)
        return [_screen(bubble) for bubble in mine if bubble.author == "bot"]

    def press(self, label: str, *, bubble: str = "", **fields: str) -> str:
        wanted = [one for one in self.screens() if label in one.buttons and bubble in ("", one.bubble)]
        if not wanted:
            raise LookupError(f"no message has a button {label!r}")
        found = self._world.bubble(wanted[-1].bubble)
        assert found is not None
        if found.kind != "card":
            self.say(_links(found)[label])
            return ""
        return self._side.press(self.account, found.id, _press(found.content["params"], label, fields))


def _screen(bubble: Bubble) -> Screen:
    if bubble.kind == "card":
        return _card(bubble)
    text = str(bubble.content.get("text") or bubble.content.get("name"))
    return Screen(bubble.id, _plain(_LINK.sub(r"\1", text)), tuple(_links(bubble)), pictures=seen(bubble))


def _card(bubble: Bubble) -> Screen:
    params = bubble.content["params"]
    fields = [field for field in _fields(params) if not field.get("hidden")]
    labels = tuple(button["text"] for button in _buttons(params))
    submit = (params["submit"],) if params["submit"] else ()
    read = [params[name] for name in _READ if params[name]]
    read += [_described(field) for field in fields] + list(labels)
    return Screen(bubble.id, _plain("\n".join(read)), submit + labels, tuple(field["name"] for field in fields))


def _described(field: Mapping[str, Any]) -> str:
    options = [option["text"] for option in field.get("options", ())]
    default = "" if options else str(field.get("defaultValue", ""))
    return " ".join(part for part in (field["label"], field.get("placeholder", ""), default, *options) if part)


def _plain(markdown: str) -> str:
    """Without the marks that the client turns into looks."""
    lines = (line.strip().removeprefix("> ").removeprefix("### ") for line in markdown.splitlines())
    return "\n".join(line.replace("**", "") for line in lines if line)


def _links(bubble: Bubble) -> dict[str, str]:
    """Label → what pressing it says."""
    found = _LINK.findall(str(bubble.content.get("text", "")))
    return {label: unquote(said) for label, said in found}


def _buttons(params: Mapping[str, str]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(params["buttons"])
    return found


def _fields(params: Mapping[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(params["form"])["fields"]
    return found


def _press(params: Mapping[str, str], label: str, given: Mapping[str, str]) -> dict[str, Any]:
    """What the template's component sends."""
    if label == params["submit"]:
        return {"actionIds": ["form"], "params": {"form": _filled(_fields(params), given)}}
    button = next(one for one in _buttons(params) if one["text"] == label)
    return {"actionIds": ["press"], "params": {"do": button["do"]}}


def _filled(fields: list[dict[str, Any]], given: Mapping[str, str]) -> dict[str, Any]:
    unknown = set(given) - {field["name"] for field in fields}
    if unknown:
        raise LookupError(f"the form has no {', '.join(sorted(unknown))}")
    values = {field["name"]: _value(field, given) for field in fields}
    missing = [field["label"] for field in fields if field.get("required") and not values[field["name"]]]
    if missing:
        raise ValueError(f"the client wants {', '.join(missing)} first")
    return {name: value for name, value in values.items() if value}


def _value(field: Mapping[str, Any], given: Mapping[str, str]) -> Any:
    name, default = field["name"], field.get("defaultValue", "")
    if field["type"] != "SELECT" or name not in given:
        return given.get(name, default)
    values = [option["value"] for option in field["options"]]
    return {"index": values.index(given[name]), "value": given[name]}
