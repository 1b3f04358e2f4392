"""Neutral cards → Feishu card JSON 2.0, or a text message where no card is needed.

Feishu refuses a whole card for one unknown property, more than 200 elements or more than 30 KB, so everything is
bounded here. People's own words stand in `plain_text`, or in markdown with its signs as character references.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from cards.model import (
    Button,
    Card,
    Change,
    Choice,
    DateInput,
    Fact,
    Field,
    Form,
    Input,
    Option,
    Picture,
    Quote,
    Style,
    Tone,
)

Native = dict[str, Any]

MAX_BYTES = 29_000  # of a card, inside a request of at most 30 KB
MAX_TEXT = 20_000  # characters; any of them, escaped twice, stay below the 150 KB of a text message
MAX_INPUT = 1000
ROOMS = (4000, 2000, 1000, 500, 200, 60, 20)  # characters of the longest parts, tried in turn until the card fits
FACTS, FIELDS, BUTTONS, OPTIONS = 10, 6, 8, 10
TITLE, SUBTITLE, STATUS, LABEL, VALUE = 100, 200, 20, 100, 300

HEADER: Mapping[Tone, str] = {"neutral": "blue", "info": "wathet", "good": "green", "warn": "orange", "bad": "red"}
COLOUR: Mapping[Tone, str] = {"neutral": "neutral", "info": "blue", "good": "green", "warn": "orange", "bad": "red"}
BUTTON: Mapping[Style, str] = {"primary": "primary_filled", "default": "default", "danger": "danger"}
WORDS = {
    "zh": {
        "item": "项目",
        "old": "原来",
        "new": "改为",
        "reply": "可以回复：",
        "colon": "：",
        "gap": "　",
        "choose": "请选择",
    },
    "en": {
        "item": "Item",
        "old": "Before",
        "new": "After",
        "reply": "You can reply: ",
        "colon": ": ",
        "gap": ": ",
        "choose": "Choose: ",
    },
}

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_SIGN = re.compile(r"[\\`*_~\[\]<>&|#$]|:(?=[A-Za-z_]+:)")
_LIST = re.compile(r"^(?:[-+=]|\d{1,9}[.)](?=\s|$))")
_TEXT_MARKUP = re.compile(r"<(?=[A-Za-z/])|(?<=\])\(")
_FULL_WIDTH = {"<": "＜", "(": "（"}


def message(card: Card, image: str = "") -> tuple[str, Native]:
    """The message type and its content. `image`: the image_key of the card's picture."""
    return ("text", text(card)) if card.is_plain and not image else ("interactive", native(card, image))


def native(card: Card, image: str = "") -> Native:
    """Card JSON 2.0. The longest parts are shortened until the whole is small enough."""
    built: Native = {}
    for room in ROOMS:
        built = _native(card, image, room)
        if _size(built) <= MAX_BYTES:
            break
    return built


def text(card: Card) -> Native:
    """The same as a text message: for plain sentences, and where a card was refused."""
    lines = [line for line in _sentences(card) if line]
    # Text messages know tags such as <at> and links: neither may come out of somebody's words.
    return {"text": _TEXT_MARKUP.sub(lambda found: _FULL_WIDTH[found[0]], cut("\n".join(lines), MAX_TEXT))}


def cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1]}…"


def escape(text: str) -> str:
    """Somebody's words, so that Feishu's markdown shows them as they are."""
    return "\n".join(_escape_line(line.strip()) for line in text.splitlines())


def _words(card: Card) -> Mapping[str, str]:
    return WORDS.get(card.locale, WORDS["zh"])


def _escape_line(line: str) -> str:
    plain = _SIGN.sub(lambda found: _reference(found[0]), line)
    return _LIST.sub(lambda found: found[0][:-1] + _reference(found[0][-1]), plain)


def _reference(sign: str) -> str:
    return f"&#{ord(sign)};"


def _size(card: Native) -> int:
    # The card travels as a string inside JSON: its quotation marks cost twice.
    return len(json.dumps(json.dumps(card, ensure_ascii=False), ensure_ascii=False).encode())


def _native(card: Card, image: str, room: int) -> Native:
    built: Native = {
        "schema": "2.0",
        "config": {
            "update_multi": True,
            "enable_forward": False,
            "width_mode": "fill",
            "summary": {"content": _line(card.title or card.text.replace("**", "") or card.outcome, min(TITLE, room))},
        },
    }
    if card.title:
        built["header"] = _header(card, room)
    built["body"] = {"direction": "vertical", "vertical_spacing": "8px", "elements": list(_elements(card, image, room))}
    return built


def _header(card: Card, room: int) -> Native:
    header: Native = {"title": _plain(card.title, min(TITLE, room)), "template": HEADER[card.tone]}
    if card.subtitle:
        header["subtitle"] = _plain(card.subtitle, min(SUBTITLE, room))
    if card.status:
        tag = {"tag": "text_tag", "text": _plain(card.status, STATUS), "color": COLOUR[card.tone]}
        header["text_tag_list"] = [tag]
    return header


def _elements(card: Card, image: str, room: int) -> Iterator[Native]:
    if not card.title and (card.status or card.subtitle):
        yield _markdown(_opening(card, room))
    if card.text:
        yield _markdown(_rich(cut(card.text, room)))
    if card.facts:
        yield _markdown("\n".join(_fact(fact, card, room) for fact in card.facts[:FACTS]))
    if card.changes:
        yield _changes(card, room)
    if card.quote:
        yield _markdown(_quote(card.quote, room))
    yield from _picture(card.picture, image)
    if card.form:
        yield _form(card.form, _words(card)["choose"], room)
    if card.outcome:
        yield _markdown(_coloured(COLOUR[card.tone], escape(cut(card.outcome, room))))
    elif card.buttons:
        yield _buttons(card.buttons[:BUTTONS], room)
    if card.hint:
        yield {"tag": "div", "text": {**_plain(card.hint, room), "text_size": "notation", "text_color": "grey"}}


def _opening(card: Card, room: int) -> str:
    """Status and subtitle of a card without a header."""
    status = f"<text_tag color='{COLOUR[card.tone]}'>{escape(_line(card.status, STATUS))}</text_tag>"
    subtitle = _coloured("grey", escape(_line(card.subtitle, min(SUBTITLE, room))))
    return " ".join(part for part, given in ((status, card.status), (subtitle, card.subtitle)) if given)


def _fact(fact: Fact, card: Card, room: int) -> str:
    label = _coloured("grey", escape(_line(fact.label, min(LABEL, room))))
    return f"{label}{_words(card)['gap']}{escape(_line(fact.value, min(VALUE, room)))}"


def _changes(card: Card, room: int) -> Native:
    words = _words(card)
    rows = card.changes[:FACTS]
    return {
        "tag": "table",
        "page_size": len(rows),
        "row_height": "auto",
        "columns": [
            {"name": name, "display_name": words[name], "data_type": "text"} for name in ("item", "old", "new")
        ],
        "rows": [_row(change, min(VALUE, room)) for change in rows],
    }


def _row(change: Change, room: int) -> Native:
    return {"item": _line(change.label, room), "old": _line(change.old, room), "new": _line(change.new, room)}


def _quote(quote: Quote, room: int) -> str:
    said = "\n".join(f"> {line}" for line in escape(cut(quote.text, room)).split("\n"))
    return f"**{escape(_line(quote.label, LABEL))}**\n{said}"


def _picture(picture: Picture | None, image: str) -> Iterator[Native]:
    if picture and image:
        yield {"tag": "img", "img_key": image, "alt": _plain(picture.title, LABEL), "scale_type": "fit_horizontal"}


def _form(form: Form, choose: str, room: int) -> Native:
    fields = [element for field in form.fields[:FIELDS] for element in _field(field, choose, room)]
    submit = _button(form.submit, form.do, "primary", "submit", room)
    return {
        "tag": "form",
        "name": "form",
        "vertical_spacing": "8px",
        "elements": [*fields, {**submit, "form_action_type": "submit"}],
    }


def _field(field: Field, choose: str, room: int) -> Iterator[Native]:
    if isinstance(field, Input):
        yield _input(field, room)
        return
    # Only a text box can show a label of its own.
    yield {"tag": "div", "text": _plain(field.label, min(LABEL, room))}
    picker = _choice(field, room) if isinstance(field, Choice) else _date(field)
    yield picker | {"width": "fill", "placeholder": _plain(choose + field.label, min(LABEL, room))}


def _input(field: Input, room: int) -> Native:
    limit = max(1, min(MAX_INPUT, field.max_length))
    box: Native = {
        "tag": "input",
        "name": field.name,
        "required": field.required,
        "max_length": limit,
        "width": "fill",
        "label": _plain(field.label, min(LABEL, room)),
        "label_position": "top",
    }
    if field.placeholder:
        box["placeholder"] = _plain(field.placeholder, min(LABEL, room))
    if field.default and len(field.default) <= min(limit, max(room, MAX_INPUT // 10)):
        box["default_value"] = field.default
    if field.multiline:
        box |= {"input_type": "multiline_text", "rows": 3, "auto_resize": True, "max_rows": 8}
    return box


def _choice(field: Choice, room: int) -> Native:
    options = {option.value: option for option in reversed(field.options[:OPTIONS])}
    return {
        "tag": "select_static",
        "name": field.name,
        "required": field.required,
        **({"initial_option": field.default} if field.default in options else {}),
        "options": [_option(option, room) for option in reversed(options.values())],
    }


def _option(option: Option, room: int) -> Native:
    return {"text": _plain(option.label, min(LABEL, room)), "value": option.value}


def _date(field: DateInput) -> Native:
    return {
        "tag": "date_picker",
        "name": field.name,
        "required": field.required,
        **({"initial_date": field.default} if _is_day(field.default) else {}),
    }


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _buttons(buttons: tuple[Button, ...], room: int) -> Native:
    return {
        "tag": "column_set",
        "flex_mode": "flow",
        "horizontal_spacing": "8px",
        "columns": [
            {"tag": "column", "width": "auto", "elements": [_button(one.label, one.do, one.style, f"b{n}", room)]}
            for n, one in enumerate(buttons)
        ],
    }


def _button(label: str, do: str, style: Style, name: str, room: int) -> Native:
    return {
        "tag": "button",
        "name": f"press_{name}",
        "type": BUTTON[style],
        "text": _plain(label, min(LABEL, room)),
        "behaviors": [{"type": "callback", "value": {"do": do}}],
    }


def _markdown(content: str) -> Native:
    return {"tag": "markdown", "content": content}


def _plain(content: str, room: int) -> Native:
    return {"tag": "plain_text", "content": _line(content, room)}


def _line(text: str, room: int) -> str:
    return cut(" ".join(text.split()), room)


def _coloured(colour: str, text: str) -> str:
    return f"<font color='{colour}'>{text}</font>" if colour != "neutral" else text


def _rich(text: str) -> str:
    """Our own text: **bold** stays, everything else is shown as it is."""
    return "\n".join(_rich_line(line) for line in text.splitlines())


def _rich_line(line: str) -> str:
    parts = _BOLD.split(line.strip())
    return "".join(f"**{_escape_line(part)}**" if n % 2 else _escape_line(part) for n, part in enumerate(parts))


def _sentences(card: Card) -> Iterator[str]:
    words = _words(card)
    yield " · ".join(part for part in (card.title, card.status) if part)
    yield card.subtitle
    yield _BOLD.sub(r"\1", card.text)
    yield from (f"{fact.label}{words['colon']}{fact.value}" for fact in card.facts)
    yield from (f"{change.label}{words['colon']}{change.old} → {change.new}" for change in card.changes)
    if card.quote:
        yield f"{card.quote.label}{words['colon']}{card.quote.text}"
    if card.outcome:
        yield card.outcome
    elif card.buttons:
        yield words["reply"] + " / ".join(button.say for button in card.buttons)
    yield card.hint
