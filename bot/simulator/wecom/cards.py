"""Template cards as WeCom's server takes them: what it refuses, what it ignores, and how they look as XML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from xml.etree.ElementTree import Element

Json = dict[str, Any]

TASK_ID = re.compile(r"[A-Za-z0-9_@-]{1,128}")
KEY_BYTES, OPTION_BYTES = 1024, 128
WITH_CODE = {"button_interaction", "vote_interaction", "multiple_interaction"}

_ALWAYS = {"card_type", "task_id", "source", "main_title"}
_NOTICE = {"action_menu", "quote_area", "horizontal_content_list", "jump_list", "card_action"}
# What each type of card shows; other fields are ignored.
FIELDS = {
    "text_notice": _ALWAYS | _NOTICE | {"emphasis_content", "sub_title_text"},
    "news_notice": _ALWAYS | _NOTICE | {"card_image", "image_text_area", "vertical_content_list"},
    "button_interaction": _ALWAYS
    | {"action_menu", "quote_area", "horizontal_content_list", "card_action", "sub_title_text"}
    | {"button_list", "button_selection", "replace_text"},
    "vote_interaction": _ALWAYS | {"checkbox", "submit_button", "replace_text"},
    "multiple_interaction": _ALWAYS | {"select_list", "submit_button", "replace_text"},
}


class CardError(Exception):
    """A card that the server refuses, with its error code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def accept(card: Any, *, replacing: bool = False) -> Json:
    """The card as the client gets it. Raises CardError."""
    if not isinstance(card, dict) or card.get("card_type") not in FIELDS:
        raise CardError(42031, "card_type")
    if not replacing:
        _check_task(card)
    _check_title(card)
    _check_rows(card.get("horizontal_content_list", []))
    CHECKS[card["card_type"]](card)
    return {name: value for name, value in card.items() if name in FIELDS[card["card_type"]]}


def keys(card: Json) -> set[str]:
    """What can be pressed on a card."""
    if card.get("replace_text"):
        return set()
    buttons = [*card.get("button_list", []), *card.get("action_menu", {}).get("action_list", [])]
    submit = card.get("submit_button")
    return {item["key"] for item in (*buttons, *([submit] if submit else [])) if item.get("type", 0) == 0}


def questions(card: Json) -> dict[str, list[str]]:
    """Question → what the client shows as selected: the default, else the first option of a drop-down."""
    selects = [*card.get("select_list", []), *([card["button_selection"]] if "button_selection" in card else [])]
    chosen = {s["question_key"]: [s.get("selected_id") or s["option_list"][0]["id"]] for s in selects}
    box = card.get("checkbox")
    if box:
        chosen[box["question_key"]] = [o["id"] for o in box["option_list"] if o.get("is_checked")]
    return chosen


def options(card: Json) -> dict[str, set[str]]:
    """Question → the ids there are."""
    asked = [card.get("button_selection"), card.get("checkbox"), *card.get("select_list", [])]
    return {item["question_key"]: {o["id"] for o in item["option_list"]} for item in asked if item}


def _check_task(card: Json) -> None:
    needed = card["card_type"] in WITH_CODE or "action_menu" in card
    task = card.get("task_id", "")
    if (needed or task) and not (isinstance(task, str) and TASK_ID.fullmatch(task)):
        raise CardError(42014, "taskid has existed or empty or exceed max len")


def _check_title(card: Json) -> None:
    title = card.get("main_title")
    shown = isinstance(title, dict) and _is_text(title.get("title"))
    if not shown and not (card["card_type"] == "text_notice" and _is_text(card.get("sub_title_text"))):
        raise CardError(40058, "main_title")


def _check_rows(rows: Any) -> None:
    if not isinstance(rows, list) or len(rows) > 6:  # noqa: PLR2004 - WeCom's limit, said once
        raise CardError(42035, "horizontal_content_list")
    if not all(isinstance(row, dict) and _is_text(row.get("keyname")) for row in rows):
        raise CardError(40058, "keyname")


def _check_notice(card: Json) -> None:
    action = card.get("card_action")
    if not isinstance(action, dict) or action.get("type") not in (1, 2):
        raise CardError(42045, "card_action")


def _check_buttons(card: Json) -> None:
    buttons = _list(card.get("button_list"), 6, 42037)
    if not all(_is_text(button.get("text")) for button in buttons):
        raise CardError(42038, "button text")
    _check_keys([button for button in buttons if button.get("type", 0) == 0], 42039)
    if "button_selection" in card:
        _check_question(card["button_selection"], 10)


def _check_vote(card: Json) -> None:
    _check_question(card.get("checkbox"), 20)
    _check_submit(card)


def _check_multiple(card: Json) -> None:
    for select in _list(card.get("select_list"), 3, 42047):
        _check_question(select, 10)
    _check_submit(card)


def _check_submit(card: Json) -> None:
    submit = card.get("submit_button")
    if not isinstance(submit, dict):
        raise CardError(42046, "submit_button")
    _check_keys([submit], 42049)


def _check_question(question: Any, most: int) -> None:
    if not isinstance(question, dict) or not _is_text(question.get("question_key")):
        raise CardError(42043, "question_key")
    offered = _list(question.get("option_list"), most, 40058)
    ids: list[Any] = [option.get("id") for option in offered]
    if not all(_is_text(one) and len(one.encode()) <= OPTION_BYTES for one in ids):
        raise CardError(40058, "option id")
    if len(set(ids)) < len(ids) or not all(_is_text(option.get("text")) for option in offered):
        raise CardError(40058, "option")
    if question.get("selected_id", ids[0]) not in ids:
        raise CardError(40058, "selected_id")


def _check_keys(items: list[Json], code: int) -> None:
    found = [item.get("key") for item in items]
    good = [key for key in found if isinstance(key, str) and 0 < len(key.encode()) <= KEY_BYTES]
    if len(set(good)) < len(items):
        raise CardError(code, "key")


def _list(value: Any, most: int, code: int) -> list[Json]:
    if not isinstance(value, list) or not 1 <= len(value) <= most or not all(isinstance(v, dict) for v in value):
        raise CardError(code, "list")
    return value


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


CHECKS: dict[str, Callable[[Json], None]] = {
    "text_notice": _check_notice,
    "news_notice": _check_notice,
    "button_interaction": _check_buttons,
    "vote_interaction": _check_vote,
    "multiple_interaction": _check_multiple,
}

# The names of a passive reply's elements; a list is one element an item, and others are not read.
LISTS = {
    "HorizontalContentList": "horizontal_content_list",
    "JumpList": "jump_list",
    "ButtonList": "button_list",
    "VerticalContentList": "vertical_content_list",
    "SelectList": "select_list",
    "OptionList": "option_list",
    "ActionList": "action_list",
}
PARTS = {
    "Source": "source",
    "ActionMenu": "action_menu",
    "MainTitle": "main_title",
    "QuoteArea": "quote_area",
    "EmphasisContent": "emphasis_content",
    "ButtonSelection": "button_selection",
    "CheckBox": "checkbox",
    "SubmitButton": "submit_button",
    "CardAction": "card_action",
}
TEXTS = {
    "CardType": "card_type",
    "IconUrl": "icon_url",
    "Desc": "desc",
    "Title": "title",
    "QuoteText": "quote_text",
    "SubTitleText": "sub_title_text",
    "KeyName": "keyname",
    "Value": "value",
    "Url": "url",
    "Text": "text",
    "Key": "key",
    "Id": "id",
    "QuestionKey": "question_key",
    "SelectedId": "selected_id",
    "ReplaceText": "replace_text",
}
NUMBERS = {"Type": "type", "Style": "style", "DescColor": "desc_color", "Mode": "mode"}
FLAGS = {"IsChecked": "is_checked", "Disable": "disable"}


def from_xml(element: Element) -> Json:
    """The `TemplateCard` of a passive reply as JSON."""
    card: Json = {}
    for child in element:
        tag, text = child.tag, child.text or ""
        if tag in LISTS:
            card.setdefault(LISTS[tag], []).append(from_xml(child))
        elif tag in PARTS:
            card[PARTS[tag]] = from_xml(child)
        elif tag in TEXTS:
            card[TEXTS[tag]] = text
        elif tag in NUMBERS:
            card[NUMBERS[tag]] = int(text) if text.isdecimal() else 0
        elif tag in FLAGS:
            card[FLAGS[tag]] = text in {"true", "1"}
    return card


def to_xml(content: Iterable[tuple[str, Any]]) -> str:
    """A callback's XML: texts as CDATA, numbers bare, nested pairs as elements."""
    return "".join(f"<{tag}>{_value(value)}</{tag}>" for tag, value in content)


def _value(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return to_xml(value)
