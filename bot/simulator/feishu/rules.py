"""Which cards Feishu takes: JSON 2.0, where one property too many refuses the whole card."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date
from typing import Any

from bot.simulator.feishu.checks import (
    LIMIT,
    UNKNOWN_IMAGE,
    UNKNOWN_TAG,
    WRONG,
    CardRefused,
    Check,
    Seen,
    a_flag,
    an_object,
    element,
    inside,
    list_of,
    need,
    number,
    one_of,
    only_true,
    string,
)

ELEMENTS, TABLES = 200, 5
INTERACTIVE = {"button", "input", "select_static", "date_picker"}


def check_card(card: Any, images: Container[str] = ()) -> None:
    """`images`: the keys of pictures that were uploaded. Raises CardRefused."""
    seen = Seen()
    _CARD(card, "card", seen)
    if seen.elements > ELEMENTS:
        raise CardRefused(LIMIT, "card", "element exceeds the limit")
    if seen.tables > TABLES:
        raise CardRefused(LIMIT, "card", "table number over limit")
    for key in sorted(seen.images):
        need(key in images, f"image key {key}", "card contains invalid image keys", UNKNOWN_IMAGE)


def _component(value: Any, where: str, seen: Seen) -> None:
    need(isinstance(value, dict), where, "not an object")
    tag = value.get("tag")
    need(tag in _COMPONENTS, where, f"not support tag: {tag}", UNKNOWN_TAG)
    need(seen.depth == 0 or tag not in {"form", "table"}, where, f"{tag} only at the root of the card")
    need(not seen.in_form or tag not in INTERACTIVE or "name" in value, where, "name is required in a form")
    _claim_name(value.get("name"), where, seen)
    _COMPONENTS[tag](value, where, seen)
    special = _SPECIAL.get(tag)
    if special:
        special(value, where, seen)


def _claim_name(name: Any, where: str, seen: Seen) -> None:
    if name is None:
        return
    need(isinstance(name, str) and name != "", f"{where}.name", "not a string")
    need(name not in seen.names, f"{where}.name", f"component name duplicated: {name}")
    seen.names.add(name)


def _button(value: Mapping[str, Any], where: str, seen: Seen) -> None:
    need(seen.in_form or "form_action_type" not in value, where, "form_action_type outside a form")
    seen.submits += value.get("form_action_type") == "submit"


def _input(value: Mapping[str, Any], where: str, _: Seen) -> None:
    need(len(value.get("default_value", "")) <= value.get("max_length", 1000), where, "default_value is too long")


def _select(value: Mapping[str, Any], where: str, _: Seen) -> None:
    values = [option["value"] for option in value["options"]]
    need(len(set(values)) == len(values), f"{where}.options", "option value duplicated")
    need(value.get("initial_option", values[0]) in values, f"{where}.initial_option", "not an option")


def _date(value: Mapping[str, Any], where: str, _: Seen) -> None:
    try:
        date.fromisoformat(value.get("initial_date", "2026-01-01"))
    except ValueError:
        raise CardRefused(WRONG, f"{where}.initial_date", "not a date") from None


def _form(value: Mapping[str, Any], where: str, seen: Seen) -> None:
    need(value["name"] != "" and seen.submits > 0, where, "a form needs a name and a submit button")
    seen.submits = 0


def _table(value: Mapping[str, Any], where: str, seen: Seen) -> None:
    seen.tables += 1
    columns = {column["name"]: column.get("data_type", "text") for column in value["columns"]}
    for n, row in enumerate(value["rows"]):
        need(isinstance(row, dict) and set(row) <= set(columns), f"{where}.rows[{n}]", "unknown column")
        for name, cell in row.items():
            wanted = int | float if columns[name] in {"number", "date"} else str
            need(columns[name] not in _CELLS or isinstance(cell, wanted), f"{where}.rows[{n}].{name}", "wrong type")


def _image(value: Mapping[str, Any], _: str, seen: Seen) -> None:
    seen.images.add(value["img_key"])


_CELLS = {"text", "lark_md", "markdown", "number", "date"}
_SPECIAL: Mapping[str, Callable[[Mapping[str, Any], str, Seen], None]] = {
    "button": _button,
    "input": _input,
    "select_static": _select,
    "date_picker": _date,
    "form": _form,
    "table": _table,
    "img": _image,
}

_SIZE = string(pattern=r"default|auto|fill|\d{1,3}px")
_SPACE = string(pattern=r"small|medium|large|extra_large|-?\d{1,2}px( -?\d{1,2}px){0,3}")
_COLOURS = "neutral blue turquoise lime orange violet indigo wathet green yellow red purple carmine"
_TEXTS = {
    "text_size": string(pattern=r"heading(-[0-4])?|normal(_v2)?|notation|x{0,4}-?(large|small)"),
    "text_align": one_of("left center right"),
    "text_color": one_of(f"default grey {_COLOURS}"),
    "lines": number(1, 99),
}
_I18N = an_object("", **dict.fromkeys(["zh_cn", "en_us", "zh_hk", "zh_tw", "ja_jp"], string()))


def _plain(longest: int | None = None) -> Check:
    return element("plain_text", "content", content=string(longest), i18n_content=_I18N, **_TEXTS)


def _either(value: Any, where: str, seen: Seen) -> None:
    tag = value.get("tag") if isinstance(value, dict) else None
    _TEXT_TAGS.get(str(tag), _plain())(value, where, seen)


_TEXT_TAGS = {"lark_md": element("lark_md", "content", content=string(), i18n_content=_I18N, **_TEXTS)}
_ID = string(20, r"[A-Za-z][A-Za-z0-9_]*")
_COMMON = {"element_id": _ID, "margin": _SPACE}
_LAYOUT = {
    "direction": one_of("vertical horizontal"),
    "padding": _SPACE,
    "horizontal_spacing": _SPACE,
    "vertical_spacing": _SPACE,
    "horizontal_align": one_of("left center right"),
    "vertical_align": one_of("top center bottom"),
}


def _anything(value: Any, where: str, _: Seen) -> None:
    need(isinstance(value, dict), where, "not an object")


_BEHAVIORS = list_of(
    an_object(
        "type",
        type=one_of("callback open_url"),
        value=_anything,
        default_url=string(),
        pc_url=string(),
        ios_url=string(),
        android_url=string(),
    )
)
_ELEMENTS = list_of(_component)
_COLUMN = element(
    "column",
    "elements",
    elements=inside(_ELEMENTS),
    width=_SIZE,
    weight=number(1, 5),
    background_style=string(),
    **_LAYOUT,
    **_COMMON,
)
_PRESSED = {
    "name": string(100),
    "disabled": a_flag,
    "width": _SIZE,
    "behaviors": _BEHAVIORS,
    "confirm": an_object("title text", title=_plain(), text=_plain()),
    **_COMMON,
}
_BOX = {**_PRESSED, "required": a_flag, "placeholder": _plain(100)}
_TABLE_COLUMN = an_object(
    "name",
    name=string(),
    display_name=string(),
    data_type=one_of("text lark_md options number persons date markdown"),
    width=string(pattern=r"auto|\d{1,3}(px|%)"),
    horizontal_align=one_of("left center right"),
    vertical_align=one_of("top center bottom"),
    date_format=string(),
    format=an_object("", precision=number(0, 10), symbol=string(), separator=a_flag),
)

_COMPONENTS: Mapping[str, Check] = {
    "markdown": element(
        "markdown",
        "content",
        content=string(),
        i18n_content=_I18N,
        text_size=_TEXTS["text_size"],
        text_align=_TEXTS["text_align"],
        **_COMMON,
    ),
    "div": element("div", "text", text=_either, width=_SIZE, **_COMMON),
    "hr": element("hr", "", **_COMMON),
    "img": element(
        "img",
        "img_key alt",
        img_key=string(),
        alt=_plain(),
        title=_plain(),
        scale_type=one_of("crop_center crop_top fit_horizontal"),
        size=string(),
        corner_radius=string(),
        transparent=a_flag,
        preview=a_flag,
        **_COMMON,
    ),
    "column_set": element(
        "column_set",
        "columns",
        columns=list_of(_COLUMN, 1),
        flex_mode=one_of("none stretch flow bisect trisect"),
        background_style=string(),
        horizontal_spacing=_SPACE,
        horizontal_align=_LAYOUT["horizontal_align"],
        **_COMMON,
    ),
    "button": element(
        "button",
        "text",
        text=_plain(100),
        type=one_of("default primary danger text primary_text danger_text primary_filled danger_filled laser"),
        size=one_of("tiny small medium large"),
        form_action_type=one_of("submit reset"),
        hover_tips=_plain(),
        disabled_tips=_plain(),
        **_PRESSED,
    ),
    "input": element(
        "input",
        "",
        default_value=string(),
        max_length=number(1, 1000),
        input_type=one_of("text multiline_text password"),
        rows=number(1, 99),
        max_rows=number(1, 99),
        auto_resize=a_flag,
        label=_plain(),
        label_position=one_of("top left"),
        **_BOX,
    ),
    "select_static": element(
        "select_static",
        "options",
        options=list_of(an_object("text value", text=_plain(), value=string(pattern=r"(?s).+")), 1),
        initial_option=string(),
        initial_index=number(1, 999),
        **_BOX,
    ),
    "date_picker": element("date_picker", "", initial_date=string(), **_BOX),
    "form": element(
        "form", "name elements", name=string(), elements=inside(_ELEMENTS, form=True), **_LAYOUT, **_COMMON
    ),
    "table": element(
        "table",
        "columns rows",
        columns=list_of(_TABLE_COLUMN, 1, 50),
        rows=list_of(_anything),
        page_size=number(1, 10),
        row_height=string(pattern=r"low|middle|high|auto|\d{2,3}px"),
        freeze_first_column=a_flag,
        header_style=_anything,
        **_COMMON,
    ),
}

_HEADER = an_object(
    "title",
    title=_either,
    subtitle=_either,
    text_tag_list=list_of(element("text_tag", "text", text=_plain(), color=one_of(_COLOURS)), 0, 3),
    template=one_of("blue wathet turquoise green yellow orange red carmine violet purple indigo grey default"),
    padding=_SPACE,
)
_CONFIG = an_object(
    "",
    update_multi=only_true,
    enable_forward=a_flag,
    enable_forward_interaction=a_flag,
    width_mode=one_of("default compact fill"),
    summary=an_object("content", content=string(), i18n_content=_I18N),
)
_CARD = an_object(
    "schema body",
    schema=one_of(r"2\.0"),
    config=_CONFIG,
    header=_HEADER,
    body=an_object("elements", elements=_ELEMENTS, **_LAYOUT),
)
