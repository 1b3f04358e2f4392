"""Our card template in the form in which the card editor imports it.

`python -m bot.platforms.dingtalk.template > deploy/dingtalk/card-template.json`. Only the properties that carry meaning
are named; the editor has defaults for the rest.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from cards.render.dingtalk import BODY, OUTCOME, PRIVATE, VARIABLES

Node = dict[str, Any]

TAGS: Mapping[str, str] = {"good": "green", "warn": "orange", "bad": "red", "info": "blue", "neutral": "gray"}
COLOURS: Mapping[str, str] = {"primary": "blue", "danger": "red", "default": "gray"}
ABOUT: Mapping[str, str] = {
    "title": "标题",
    "status": "状态文字",
    "tone": "状态颜色：neutral info good warn bad",
    "subtitle": "副标题",
    **dict.fromkeys(BODY, "正文分段"),
    "form": "表单",
    "submit": "表单按钮文字，空则不显示表单",
    "buttons": "按钮，每项 text do style",
    **dict.fromkeys(OUTCOME, "处理结果"),
    "hint": "提示",
    "locale": "语言：zh en",
    "toast": "点击后的轻提示，只给点击的人",
}
BUTTON_KEYS = ("text", "do", "style")


def template() -> str:
    return json.dumps({"editorData": json.dumps(_editor(), ensure_ascii=False), "type": "im", "mode": "card"}) + "\n"


def _editor() -> Node:
    tree = _card()
    names = sorted({node["componentName"] for node in _walk(tree)})
    return {
        "schemaVersion": "3.0.0",
        "schema": {
            "version": "1.0.0",
            "componentsMap": [
                {"package": "@ali/dxComponent", "version": "1.0.0", "exportName": name, "componentName": name}
                for name in names
            ],
            "componentsTree": [tree],
            "i18n": {},
        },
        "mockData": {"cardData": {}, "cardPrivateData": {}, "localData": {}},
        "editVersion": 0,
        "variableList": [
            *(_variable(name, kind, private=False) for name, kind in VARIABLES.items()),
            *(_variable(name, kind, private=True) for name, kind in PRIVATE.items()),
        ],
        "expList": [],
        "localList": [],
        "formList": [],
    }


def _variable(name: str, kind: str, *, private: bool) -> Node:
    declared: Node = {
        "id": name,
        "name": name,
        "type": kind,
        "private": private,
        "description": ABOUT[name],
        "editorVarType": "variables",
    }
    if kind == "loopArray":
        below = {"type": "string", "private": private, "editorVarType": "variables"}
        declared["schema"] = [{"id": f"{name}[0].{key}", "name": key, **below} for key in BUTTON_KEYS]
    return declared


def _card() -> Node:
    tags = [_tag(tone, colour) for tone, colour in TAGS.items()]
    return _node(
        "Card",
        summaryContent={"type": "variableValue", "variableType": "global", "variable": "title"},
        children=[
            _text("title", bold=True),
            *tags,
            _text("subtitle"),
            *(_markdown(name) for name in BODY),
            _form(),
            _node("Loop", listData=_bound("buttons"), children=[_button(*pair) for pair in COLOURS.items()]),
            *(_markdown(name) for name in OUTCOME),
            _text("hint"),
        ],
    )


def _tag(tone: str, colour: str) -> Node:
    return _node("Tag", _string("text", "status"), color=_fixed(colour), visible=_shown_if("tone", tone, "status"))


def _form() -> Node:
    """It sends itself: actionIds ["form"], the values as params.form."""
    return _node(
        "Form",
        _string("submitText", "submit"),
        _string("successToast", "toast"),
        id="form",
        formSchema=_bound("form"),
        actionType="request",
        params=[],
        visible=_shown_if("submit"),
    )


def _button(style: str, colour: str) -> Node:
    """One of three in the loop; only the one of the entry's style is visible."""
    return _node(
        "SingleButton",
        {"text": _content("${loop.text}"), "actionId": _content("press")},
        _string("successToast", "toast"),
        color=_fixed(colour),
        actionType="request",
        enableClickEvent=True,
        params=[{"id": "1", "name": "do", "type": "variable", "variable": "buttons[0].do", "variableType": "loop"}],
        visible=_visible([_condition("buttons[0].style", "equal", style, where="loop")]),
    )


def _text(name: str, *, bold: bool = False) -> Node:
    return _node("BaseText", _string("text", name), bold=bold, visible=_shown_if(name))


def _markdown(name: str) -> Node:
    variable = {"type": "dynamicMarkdown", "valueType": "variable", "variable": name, "variableType": "global"}
    content = {"defaultLang": "zh_Hans", "i18n": False, "content": {"zh_Hans": variable}}
    return _node("Markdown", mdVer=0, content=content, visible=_visible([_condition(name, "isMarkdownNotEmpty")]))


def _node(name: str, *props: Node, children: Iterable[Node] = (), **more: Any) -> Node:
    merged = {key: value for part in (*props, more) for key, value in part.items()}
    node: Node = {"componentName": name, "id": "", "props": merged, "hidden": False, "condition": True}
    return {**node, "children": list(children)} if children else node


def _walk(tree: Node) -> list[Node]:
    """Every node, numbered on the way: the editor tells them apart by id."""
    nodes: list[Node] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop(0)
        node["id"] = f"node_maibo{len(nodes):02d}"
        nodes.append(node)
        waiting += node.get("children", [])
    return nodes


def _content(text: str) -> Node:
    return {"type": "dynamicString", "content": text, "i18n": False}


def _string(prop: str, variable: str) -> Node:
    return {prop: _content(f"${{{variable}}}")}


def _fixed(value: str) -> Node:
    return {"type": "dynamicSelect", "valueType": "fixed", "value": value}


def _bound(variable: str) -> Node:
    return {"type": "variableValue", "variableType": "global", "variable": variable}


def _shown_if(variable: str, value: str = "", *filled: str) -> Node:
    """Visible where the variable has that value (without one: any), and the others are filled."""
    first = _condition(variable, "equal", value) if value else _condition(variable, "isNotEmpty")
    return _visible([first, *(_condition(name, "isNotEmpty") for name in filled)])


def _visible(conditions: list[Node]) -> Node:
    condition = {"op": "and", "conditions": conditions}
    return {"type": "dynamicVisible", "value": True, "valueType": "condition", "condition": condition}


def _condition(variable: str, op: str, value: str = "", where: str = "global") -> Node:
    return {
        "type": "variable",
        "variable": variable,
        "variableType": where,
        "op": op,
        "value": value,
        "valueType": "fixed",
        "valueVariableType": "global",
    }


if __name__ == "__main__":
    sys.stdout.write(template())
