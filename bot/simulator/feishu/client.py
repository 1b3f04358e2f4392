"""What a press on a card becomes in the client: the component found, the form collected, the answer read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ZONE = "Asia/Shanghai"
OFFSET = "+0800"
ERRORS = {
    200340: "回调地址没有配置，或按钮没有回传参数",
    200341: "服务器没有在 3 秒内回应",
    200342: "连不上回调地址",
    200671: "回调服务器返回的状态码不是 200",
    200672: "回调返回的内容格式不对",
    200673: "回调返回的卡片不对",
}


class Stopped(Exception):  # noqa: N818 - it reads as what happened
    """The client itself ends the press; the text is what the person sees."""


def failed(code: int) -> Stopped:
    return Stopped(f"出错了，请稍后重试 code:{code}（{ERRORS[code]}）")


@dataclass(frozen=True, slots=True)
class Found:
    component: Mapping[str, Any]
    form: Mapping[str, Any] | None


def find(card: Mapping[str, Any], press: Mapping[str, Any]) -> Found:
    """The component meant, by its name, else by its value. Raises Stopped."""
    for one in _components(card.get("body", {}).get("elements", []), None):
        name, value = one.component.get("name"), _value(one.component)
        if (name and name == press.get("name")) or (not press.get("name") and value and value == press.get("value")):
            return one
    raise Stopped("卡片已更新，请重新打开聊天。")


def _components(elements: Any, form: Mapping[str, Any] | None) -> Iterator[Found]:
    for element in elements:
        yield Found(element, form)
        inside = element if element["tag"] == "form" else form
        yield from _components(element.get("elements", []), inside)
        # A table has columns too, of another sort.
        yield from _components(element["columns"] if element["tag"] == "column_set" else [], inside)


def _value(component: Mapping[str, Any]) -> Any:
    behaviors = component.get("behaviors", [])
    return next((one.get("value") for one in behaviors if one["type"] == "callback"), None)


def action(found: Found, press: Mapping[str, Any]) -> dict[str, Any]:
    """The `action` of the callback. Raises Stopped where the client would not call the server."""
    component = found.component
    value = _value(component)
    if not value:
        raise failed(200340)
    sent = {"tag": component["tag"], "value": value, "timezone": ZONE}
    if component.get("name"):
        sent["name"] = component["name"]
    if component.get("form_action_type") == "submit":
        sent["form_value"] = form_value(found, press.get("form_value") or {})
    sent.update({name: press[name] for name in ("option", "options", "input_value", "checked") if name in press})
    return sent


def form_value(found: Found, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the form's fields: typed, or from the start."""
    fields = [one.component for one in _components([found.form], None) if "name" in one.component]
    boxes = [field for field in fields if field["tag"] not in {"button", "form"}]
    values = {box["name"]: str(typed.get(box["name"], _initial(box))).strip() for box in boxes}
    if any(box.get("required") and not values[box["name"]] for box in boxes):
        raise Stopped("有必填项未填写")
    if any(len(values[box["name"]]) > box.get("max_length", 1000) for box in boxes):
        raise Stopped("输入的内容太长")
    return {box["name"]: _formatted(box, values[box["name"]]) for box in boxes}


def _initial(box: Mapping[str, Any]) -> str:
    return str(box.get("default_value") or box.get("initial_option") or box.get("initial_date") or "")


def _formatted(box: Mapping[str, Any], value: str) -> str:
    return f"{value} {OFFSET}" if box["tag"] == "date_picker" and value and OFFSET not in value else value
