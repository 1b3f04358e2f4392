"""A card for DingTalk: the variables of our card template, or markdown and text where no template is set.

Every variable is a string of at most 1 KB (bytes), objects and arrays as JSON. What a person wrote is put
into markdown with full-width look-alikes for the characters that mean something there: no client has to
understand escapes for that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import quote

from cards.model import Button, Card, Choice, DateInput, Field, Form, Input

VALUE_BYTES = 1024
MESSAGE_CHARS = 3500  # longer markdown is reported to break on some clients
TAIL_BYTES = 8000  # of the 15,000 that a message may have; with more in its links they become plain words
BODY = tuple(f"body{number}" for number in range(1, 7))
OUTCOME = ("outcome", "outcome2")

# Variable → its type in the card editor. `toast` is private: only who pressed sees it.
VARIABLES: dict[str, str] = {
    "title": "string",
    "status": "string",
    "tone": "string",
    "subtitle": "string",
    **dict.fromkeys(BODY, "markdown"),
    "form": "form",
    "submit": "string",
    "buttons": "loopArray",
    **dict.fromkeys(OUTCOME, "markdown"),
    "hint": "string",
    "locale": "string",
}
PRIVATE: dict[str, str] = {"toast": "string"}

FORM_DO = "_do"  # a hidden field: the form sends it back with the others

_LINE = "  \n  "
_SIGNS = {"good": "🟢", "warn": "🟡", "bad": "🔴", "info": "🔵", "neutral": "⚪"}
_WORDS = {
    "zh": {
        "colon": "：",
        "reply": "回复“{say}”",
        "or": "也可以回复“{say}”",
        "press": "点文字，或直接回复它。",
        "answer": "直接回复：{label}",
        "example": "（{hint}）",
    },
    "en": {
        "colon": ": ",
        "reply": "reply “{say}”",
        "or": "You can also reply “{say}”",
        "press": "Tap a line, or reply with its words.",
        "answer": "Just reply: {label}",
        "example": " ({hint})",
    },
}
# Form labels, placeholders and options are cut harder until the form fits into one variable.
_FORM_CUTS = ((40, 60, 60), (30, 20, 40), (20, 0, 24), (16, 0, 14), (10, 0, 8))

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_WIDE = str.maketrans("\\`*[]<>|", "＼｀＊［］＜＞｜")
_LOOSE = (
    (re.compile(r"~~"), "～～"),
    (re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"), "＿"),
    (re.compile(r"&(?=#?\w+;)"), "＆"),
    (re.compile(r"^#"), "＃"),
    (re.compile(r"^([-=_+])(?=\1*\s*$)"), "—"),
)


def params(card: Card) -> dict[str, str]:
    """All public variables of the template, so that an update by key leaves nothing of the old card."""
    form, submit, whole = _form(card.form)
    buttons, spilled = _buttons(card.buttons if whole else card.ways())
    blocks = [*_blocks(card), [_say(card, "or", button) for button in spilled]]
    return {
        "title": cut(card.title, 60),
        "status": cut(card.status, 20),
        "tone": card.tone,
        "subtitle": cut(card.subtitle, 120),
        **_fill(BODY, blocks),
        "form": form,
        "submit": submit,
        "buttons": buttons,
        **_fill(OUTCOME, [_escaped(card.outcome)]),
        "hint": cut(card.hint, 200),
        "locale": card.locale,
    }


def toast(text: str) -> dict[str, str]:
    """The private variables after a press."""
    return {"toast": cut(text, 120)}


def summary(card: Card) -> str:
    """What the chat list and the push notification show."""
    said = card.title or next(iter(_raw_lines(card.text)), "") or card.status or card.outcome
    return cut(" ".join(_clean(said).replace("**", "").split()), 60) or "…"


def is_text(card: Card) -> bool:
    """True where a text message without any markup shows everything."""
    return card.is_plain and not card.status and "**" not in card.text


def text(card: Card) -> str:
    """A plain sentence, with whatever else a card without title may hold."""
    lines = (card.subtitle, card.text, card.outcome, card.hint)
    return cut(_clean("\n".join(line for line in lines if line)) or "…", MESSAGE_CHARS)


def markdown(card: Card) -> tuple[str, str]:
    """Title (for the chat list) and text of a markdown message; buttons are links that say their sentence."""
    tail = _tail(card, _link_to)
    if len(tail.encode()) > TAIL_BYTES:
        tail = _tail(card, lambda label, _: label)
    body = _assemble([_head(card), *_blocks(card)])
    parts = [_shorten(body, max(MESSAGE_CHARS - len(tail) - 2, 300)), tail]
    return summary(card), "\n\n".join(part for part in parts if part) or "…"


def cut(said: str, most: int) -> str:
    """At most `most` characters on one reading, the last one … where something is missing."""
    return said if len(said) <= most else said[: most - 1] + "…"


def escape(line: str) -> str:
    """One line of somebody's text for markdown, where none of it means anything but itself."""
    line = " ".join(_clean(line).split()).translate(_WIDE)
    for pattern, wide in _LOOSE:
        line = pattern.sub(wide, line)
    return line


def _clean(said: str) -> str:
    return _CONTROL.sub(" ", said)


def _raw_lines(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.strip()]


def _bold(line: str) -> str:
    """`**bold**` is kept where it is closed; everything else is escaped."""
    pieces = line.split("**")
    if len(pieces) % 2 == 0 or not all(piece.strip() for piece in pieces[1::2]):
        return escape(line)
    return "".join(
        f"**{escape(piece)}**" if place % 2 else _keep_space(piece) for place, piece in enumerate(pieces)
    ).strip()


def _keep_space(piece: str) -> str:
    inner = escape(piece)
    before = " " if piece[:1].isspace() else ""
    after = " " if piece[-1:].isspace() else ""
    return f"{before}{inner}{after}" if inner else before


def _escaped(said: str) -> list[str]:
    return [escape(line) for line in _raw_lines(said)]


def _lines(said: str) -> list[str]:
    return [_bold(line) for line in _raw_lines(said)]


def _label(card: Card, label: str, value: str) -> str:
    return f"**{escape(label) or '·'}**{_words(card)['colon']}{value}"


def _blocks(card: Card) -> list[list[str]]:
    """Text, facts, changes and quote as markdown lines."""
    facts = [_label(card, fact.label, _flat(fact.value)) for fact in card.facts]
    changes = [_label(card, change.label, f"{_flat(change.old)} → **{_flat(change.new)}**") for change in card.changes]
    return [_lines(card.text), facts, changes, _quote(card)]


def _flat(said: str) -> str:
    return escape(said) or "—"


def _quote(card: Card) -> list[str]:
    if card.quote is None:
        return []
    said = [f"> {escape(line)}" for line in _raw_lines(card.quote.text)]
    return [f"> **{escape(card.quote.label) or '·'}**", *said]


def _head(card: Card) -> list[str]:
    status = f"{_SIGNS[card.tone]} {escape(card.status)}" if card.status else ""
    title = " · ".join(part for part in (escape(card.title), status) if part)
    return [*([f"### {title}"] if title else []), *_escaped(card.subtitle)]


def _words(card: Card) -> dict[str, str]:
    return _WORDS.get(card.locale, _WORDS["zh"])


def _say(card: Card, how: str, button: Button) -> str:
    return _words(card)[how].format(say=escape(cut(button.say, 120)))


def _tail(card: Card, link: Callable[[str, str], str]) -> str:
    """What is never cut off: the choices, the buttons and how it ended."""
    return _assemble([_answers(card, link), _links(card, link), _escaped(card.outcome), _escaped(card.hint)])


def _links(card: Card, link: Callable[[str, str], str]) -> list[str]:
    lines = []
    for button in card.ways():
        shown = link(_name(button.label), button.say)
        lines.append(shown if button.say == button.label else f"{shown} · {_say(card, 'reply', button)}")
    return [*lines, _words(card)["press"]] if lines else []


def _name(label: str) -> str:
    return escape(cut(label, 60)) or "·"


def _link_to(label: str, said: str) -> str:
    return f"[{label}]({send_link(said)})"


def send_link(said: str) -> str:
    """The address of a link that makes the person who taps it send this text to the chat."""
    return f"dtmd://dingtalkclient/sendMessage?content={quote(said, safe='')}"


def _answers(card: Card, link: Callable[[str, str], str]) -> list[str]:
    """The first field of a form, where there is nothing to type into but the chat."""
    if card.form is None or not card.form.fields:
        return []
    field = card.form.fields[0]
    if isinstance(field, Choice):
        return [link(_name(option.label), option.label) for option in field.options]
    hint = field.placeholder if isinstance(field, Input) else ""
    example = _words(card)["example"].format(hint=_name(hint)) if hint else ""
    return [_words(card)["answer"].format(label=_name(field.label)) + example]


def _assemble(blocks: Iterable[Sequence[str]]) -> str:
    return "\n\n".join(_LINE.join(block) for block in blocks if block)


def _shorten(body: str, room: int) -> str:
    """Cut at the end of a line, or of what fits of the first one."""
    if len(body) <= room:
        return body
    kept = body[: room - 1]
    return (kept[: kept.rfind("\n")].rstrip() if "\n" in kept else kept.replace("**", "")) + "…"


def _fill(names: Sequence[str], blocks: Iterable[Sequence[str]]) -> dict[str, str]:
    """Spread markdown lines over several variables, a line never over two unless it alone is too long."""
    parts = [""]
    for block in blocks:
        between = "\n\n"
        for line in (piece for whole in block for piece in _pieces(whole)):
            longer = parts[-1] + between + line if parts[-1] else line
            if len(longer.encode()) <= VALUE_BYTES - 3:
                parts[-1] = longer
            else:
                parts.append(line)
            between = _LINE
    if len(parts) > len(names):
        parts[len(names) - 1] += "…"
    return {name: parts[place] if place < len(parts) else "" for place, name in enumerate(names)}


def _pieces(line: str) -> list[str]:
    """A line as it is, or cut up; a cut could part a pair of ** and leave the quotation, so both are mended."""
    if len(line.encode()) <= VALUE_BYTES - 3:
        return [line]
    mark = "> " if line.startswith("> ") else ""
    said = line.removeprefix(mark).replace("**", "")
    step = (VALUE_BYTES - 8) // 4
    return [mark + said[start : start + step] for start in range(0, len(said), step)]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _fits(value: Any) -> bool:
    return len(_json(value).encode()) <= VALUE_BYTES


def _buttons(buttons: Sequence[Button]) -> tuple[str, list[Button]]:
    """What fits into one variable, and the rest: that is printed as words to say."""
    shown: list[dict[str, str]] = []
    spilled: list[Button] = []
    for button in buttons:
        entry = {"text": cut(button.label, 20), "do": button.do, "style": button.style}
        if _fits([*shown, entry]):
            shown.append(entry)
        else:
            spilled.append(button)
    return _json(shown), spilled


def _form(form: Form | None) -> tuple[str, str, bool]:
    """The form component's variable, its button, and whether all fields are there.

    What does not fit is asked in the chat by the dialog behind it.
    """
    none = _json({"fields": []})
    if form is None:
        return none, "", True
    hidden = {"name": FORM_DO, "type": "TEXT", "hidden": True, "defaultValue": form.do}
    for count in range(len(form.fields), 0, -1):
        for cuts in _FORM_CUTS:
            fields = {"fields": [hidden, *(_field(field, *cuts) for field in form.fields[:count])]}
            if _fits(fields):
                return _json(fields), cut(form.submit, 20), count == len(form.fields)
    return none, "", False


def _field(field: Field, label: int, placeholder: int, option: int) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": field.name, "label": cut(field.label, label), "type": _kind(field)}
    if field.required:
        entry["required"] = True
    if isinstance(field, Choice):
        entry["options"] = [{"value": one.value, "text": cut(one.label, option)} for one in field.options]
        chosen = [place for place, one in enumerate(field.options) if one.value == field.default]
        return {**entry, "defaultValue": {"index": chosen[0], "value": field.default}} if chosen else entry
    if isinstance(field, Input) and field.placeholder and placeholder:
        entry["placeholder"] = cut(field.placeholder, placeholder)
    return {**entry, "defaultValue": field.default} if field.default else entry


def _kind(field: Field) -> str:
    if isinstance(field, Choice):
        return "SELECT"
    if isinstance(field, DateInput):
        return "DATE"
    return "TEXT_AREA" if field.multiline else "TEXT"
