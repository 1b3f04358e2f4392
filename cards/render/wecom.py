"""Neutral card → WeCom messages (企业微信模板卡片), within its limits. Lengths are characters unless they say bytes.

Card fields show plain text. What a card has no room for is cut there and said whole in a message before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from cards.model import Button, Card, Change, Choice, Fact, Form, Quote, Tone

TITLE, DESC, BODY, SOURCE = 36, 44, 160, 20
BRIEF = 60  # of a text that was said whole before
ROWS, LABEL, VALUE = 6, 5, 30
QUOTE_LABEL, QUOTE_TEXT = 20, 400  # WeCom names no limit here; more than this nobody reads in a card
BUTTONS, BUTTON_TEXT = 6, 10
SELECTS, SELECT_OPTIONS, SELECT_TEXT, SELECT_LABEL = 3, 10, 16, 20
VOTE_OPTIONS, VOTE_TEXT = 20, 17
KEY_BYTES, OPTION_BYTES, MESSAGE_BYTES = 1024, 128, 2048

DOTS: dict[Tone, str] = {"neutral": "⚪", "info": "🔵", "good": "🟢", "warn": "🟡", "bad": "🔴"}
COLOURS: dict[Tone, int] = {"neutral": 0, "info": 1, "good": 3, "warn": 1, "bad": 2}  # grey, black, green, red
FONTS: dict[Tone, str] = {"neutral": "comment", "info": "comment", "good": "info", "warn": "warning", "bad": "warning"}
STYLES = {"primary": 1, "default": 2, "danger": 4}
CLOSED = {"zh": "已处理", "en": "Done"}
NAME = {"zh": "脉搏", "en": "Maibo"}
OTHERWISE = {"zh": "也可以直接说：", "en": "Or say: "}

Native = dict[str, Any]

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # no XML and no UTF-8 can hold these
_FIRST_SENTENCE = re.compile(r"[^\n。？！?!]*[。？！?!\n]?")
_MARKUP = {"<": "＜", ">": "＞", "[": "［", "]": "］", "`": "｀"}  # WeCom's markdown knows no escape
_INVISIBLE = "\u200b\u200c\u200d\u2060"


def messages(card: Card, key: str) -> list[Native]:
    """The messages that say `card`, in order, without the receiver. `key` becomes the card's task_id."""
    layout = _layout(card)
    native = layout.native(replacing=False)
    if native is None:
        return texts(card, key)
    before = [] if layout.whole else texts(card, key)
    return [*before, {"msgtype": "template_card", "template_card": {**native, "task_id": key}}]


def replacement(card: Card, key: str) -> tuple[list[Native], Native]:
    """What to say first, and the card to put in another's place (no task_id: it keeps the old one's)."""
    layout = _layout(card)
    native = layout.native(replacing=True)
    assert native is not None
    if card.outcome:
        # The messages before the open card still stand; only the outcome is news.
        news = Card(text=card.outcome, locale=card.locale)
        return ([] if len(_plain(card.outcome)) <= BODY else texts(news, key)), native
    return ([] if layout.whole else texts(card, key)), native


def texts(card: Card, key: str) -> list[Native]:
    """The whole card as messages of text: plain where it is a plain sentence (also seen in the WeChat plugin)."""
    kind = "text" if card.is_plain else "markdown"
    lines = _text_lines(card) if card.is_plain else _markdown_lines(card)
    pieces = _pieces("\n".join(filter(None, lines)), MESSAGE_BYTES - len(_mark("").encode()))
    return [{"msgtype": kind, kind: {"content": piece + _mark(f"{key}/{n}")}} for n, piece in enumerate(pieces)]


def instead(card: Card, key: str) -> list[Native]:
    """Texts in the place of a card that cannot be shown; what its buttons did can be said."""
    return texts(replace(card, buttons=(), hint=" ".join(filter(None, (card.hint, _ways(card))))), key)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the parts of a card go. `whole`: everything is said, nothing was cut."""

    card: Card
    title: str
    desc: str
    body: str
    rows: tuple[Fact, ...]
    choices: tuple[Choice, ...]
    kind: str
    whole: bool

    def native(self, *, replacing: bool) -> Native | None:
        """The template card, or None where there is nothing to press and no card to replace."""
        if self.kind == "vote_interaction":
            return self._head() | _vote(self.choices[0]) | _submit(self.card.form)
        if self.kind == "multiple_interaction":
            selects = [_select(choice) for choice in self.choices]
            return self._head() | {"select_list": selects} | _submit(self.card.form)
        buttons = _buttons(self.card, with_form=bool(self.choices))
        if not buttons and not replacing:
            return None
        select = {"button_selection": _select(self.choices[0])} if self.choices else {}
        return self._head() | self._middle() | select | (buttons or _closed(self.card))

    def _head(self) -> Native:
        card = self.card
        native: Native = {"card_type": self.kind}
        if card.status:
            native["source"] = {"desc": _cut(_badge(card), SOURCE), "desc_color": COLOURS[card.tone]}
        native["main_title"] = {"title": _cut(self.title, TITLE)}
        if self.desc:
            native["main_title"]["desc"] = _cut(self.desc, DESC)
        return native

    def _middle(self) -> Native:
        native: Native = {}
        if self.card.quote:
            native["quote_area"] = _quote(self.card.quote)
        if self.body:
            native["sub_title_text"] = self.body
        if self.rows:
            native["horizontal_content_list"] = [{"keyname": row.label, "value": row.value} for row in self.rows]
        return native


def _layout(card: Card) -> _Layout:
    choices, kind = _interaction(card.form)
    if kind != "button_interaction":
        return _list_layout(card, choices, kind)
    title, text = _headline(card)
    desc = _line(card.subtitle)
    rows, lines = _rows(card)
    options = _long_options(choices, SELECT_TEXT)
    body, complete = _body([text, *lines, *options], _plain(card.outcome), _plain(card.hint))
    whole = complete and len(title) <= TITLE and len(desc) <= DESC and len(_badge(card)) <= SOURCE
    return _Layout(card, title, desc, body, rows, choices, kind, whole and _quote_fits(card.quote))


def _list_layout(card: Card, choices: tuple[Choice, ...], kind: str) -> _Layout:
    """Vote and multiple cards have a title and one line, nothing else; what the buttons did can be said."""
    title, text = _headline(card)
    desc = _line(" ".join(filter(None, (card.subtitle, text, _ways(card)))))
    more = card.facts or card.changes or card.quote or card.outcome or card.hint
    limit = VOTE_TEXT if kind == "vote_interaction" else SELECT_TEXT
    whole = not more and len(title) <= TITLE and len(desc) <= DESC and len(_badge(card)) <= SOURCE
    return _Layout(card, title, desc, "", (), choices, kind, whole and not _long_options(choices, limit))


def _ways(card: Card) -> str:
    others = " · ".join(_line(button.say) for button in card.ways())
    return OTHERWISE[_locale(card)] + others if others else ""


def _interaction(form: Form | None) -> tuple[tuple[Choice, ...], str]:
    """The choices a card can show, and the type of card that shows them. Text boxes and dates do not exist."""
    choices = tuple(field for field in form.fields if isinstance(field, Choice)) if form else ()
    if not form or not choices or form.fields[0] is not choices[0]:
        return (), "button_interaction"
    if len(choices[0].options) > SELECT_OPTIONS:
        return choices[:1], "vote_interaction"
    if choices == form.fields and 1 < len(choices) <= SELECTS:
        return choices, "multiple_interaction"
    return choices[:1], "button_interaction"


def _headline(card: Card) -> tuple[str, str]:
    """A card must have a title: without one of its own, its first sentence, if that fits."""
    text = _plain(card.text)
    if card.title.strip():
        return _line(card.title), text
    first = _FIRST_SENTENCE.match(text)
    sentence = first.group() if first else ""
    if sentence.strip() and len(_line(sentence)) <= TITLE:
        return _line(sentence), text[len(sentence) :].strip()
    pause = _pause(text)
    if pause:
        return _line(text[:pause]), text[pause:].lstrip("，, ")
    whole = _line(text) or _line(card.outcome) or _line(card.status) or NAME[_locale(card)]
    return _cut(whole, TITLE), text


def _pause(text: str) -> int:
    """Where a long first sentence can be parted: before a bracket, else at the last comma; 0: nowhere."""
    head = text[:TITLE]
    found = re.search(r"[（(]", head)
    return found.start() if found else max(head.rfind("，"), head.rfind(", "), 0)


def _badge(card: Card) -> str:
    """The state as colour and word."""
    return f"{DOTS[card.tone]} {_line(card.status)}" if card.status else ""


def _rows(card: Card) -> tuple[tuple[Fact, ...], list[str]]:
    """Rows that fit the list, changes having precedence; and lines of text for the others."""
    facts = [Fact(_line(fact.label), _line(fact.value)) for fact in card.facts]
    changes = [Fact(_line(change.label), _change(change)) for change in card.changes]
    fitting = [row for row in changes if _row_fits(row)][:ROWS]
    first = [row for row in facts if _row_fits(row)][: ROWS - len(fitting)]
    rows = (*first, *fitting)
    return rows, [_row_line(row, card) for row in (*facts, *changes) if row not in rows]


def _change(change: Change) -> str:
    return f"{_line(change.old) or '—'} → {_line(change.new) or '—'}"


def _row_fits(row: Fact) -> bool:
    return 0 < len(row.label) <= LABEL and 0 < len(row.value) <= VALUE


def _row_line(row: Fact, card: Card) -> str:
    colon = "：" if _locale(card) == "zh" else ": "
    return f"{row.label}{colon}{row.value}" if row.label else row.value


def _long_options(choices: Iterable[Choice], limit: int) -> list[str]:
    """Every option of a choice in full, where its list would cut one."""
    cut = [choice for choice in choices if any(len(_line(option.label)) > limit for option in choice.options)]
    return [f"· {_line(option.label)}" for choice in cut for option in choice.options]


def _body(paragraphs: Sequence[str], outcome: str, hint: str) -> tuple[str, bool]:
    """The card's text, and whether it is whole. The outcome is cut last, the hint goes first.

    What is said whole in the message before is not said again: its beginning shows what the card is about.
    """
    start = "\n".join(filter(None, paragraphs))
    full = "\n".join(filter(None, (start, outcome, hint)))
    if len(full) <= BODY:
        return full, True
    end = _cut(outcome, BODY)
    room = BODY - len(end) - 1 if end else BODY
    head = start if len(start) <= room else _cut(_line(start), min(BRIEF, room)) if room > 1 else ""
    return "\n".join(filter(None, (head, end))), False


def _quote(quote: Quote) -> Native:
    native: Native = {"type": 0, "quote_text": _cut(_plain(quote.text), QUOTE_TEXT)}
    return native | ({"title": _cut(_line(quote.label), QUOTE_LABEL)} if quote.label else {})


def _quote_fits(quote: Quote | None) -> bool:
    return not quote or (len(_line(quote.label)) <= QUOTE_LABEL and len(_plain(quote.text)) <= QUOTE_TEXT)


def _buttons(card: Card, *, with_form: bool) -> Native:
    """`button_list`, or nothing where there is none. Keys must differ: the same `do` is the same button."""
    form = card.form
    shown = (Button(form.submit, form.do, "", "primary"), *card.buttons) if form and with_form else card.ways()
    unique = {button.do: button for button in reversed(shown)}
    buttons = [
        {"text": _cut(_line(button.label), BUTTON_TEXT), "style": STYLES[button.style], "key": _key(button.do)}
        for button in reversed(unique.values())
    ]
    return {"button_list": buttons[:BUTTONS]} if buttons else {}


def _closed(card: Card) -> Native:
    """One grey button that says what became of it; the list may not be empty even where it is not shown."""
    word = _cut(_line(card.status) or CLOSED[_locale(card)], BUTTON_TEXT)
    return {"button_list": [{"text": word, "style": STYLES["default"], "key": "noop"}], "replace_text": word}


def _select(choice: Choice) -> Native:
    options = {option.value: option for option in choice.options[:SELECT_OPTIONS]}
    native: Native = {"question_key": choice.name, "title": _cut(_line(choice.label), SELECT_LABEL)}
    native["option_list"] = [{"id": _id(o.value), "text": _cut(_line(o.label), SELECT_TEXT)} for o in options.values()]
    return native | ({"selected_id": choice.default} if choice.default in options else {})


def _vote(choice: Choice) -> Native:
    options = {option.value: option for option in choice.options[:VOTE_OPTIONS]}
    listed = [
        {"id": _id(o.value), "text": _cut(_line(o.label), VOTE_TEXT), "is_checked": o.value == choice.default}
        for o in options.values()
    ]
    return {"checkbox": {"question_key": choice.name, "mode": 0, "option_list": listed}}


def _submit(form: Form | None) -> Native:
    assert form is not None
    return {"submit_button": {"text": _cut(_line(form.submit), BUTTON_TEXT), "key": _key(form.do)}}


def _key(do: str) -> str:
    """What a press sends cannot be cut: a longer one is a mistake of ours."""
    if not 0 < len(do.encode()) <= KEY_BYTES:
        raise ValueError(f"a button's key has 1 to {KEY_BYTES} bytes")
    return do


def _id(value: str) -> str:
    if not 0 < len(value.encode()) <= OPTION_BYTES:
        raise ValueError(f"an option's value has 1 to {OPTION_BYTES} bytes")
    return value


def _mark(key: str) -> str:
    """Invisible characters: WeCom takes the same message sent twice on purpose for a repetition and drops it."""
    digest = int.from_bytes(sha256(key.encode()).digest()[:3], "big")
    return "".join(_INVISIBLE[digest >> shift & 3] for shift in range(0, 20, 2))


def _text_lines(card: Card) -> list[str]:
    parts = (card.subtitle, card.text, card.outcome, card.hint)
    # WeCom reads one tag in a text message: a link.
    return [_badge(card), *(re.sub(r"<(?=\s*/?\s*a\b)", "＜", _plain(part), flags=re.IGNORECASE) for part in parts)]


def _markdown_lines(card: Card) -> list[str]:
    facts = [_row_line(Fact(_safe(fact.label), _safe(fact.value)), card) for fact in card.facts]
    changes = [
        _row_line(Fact(_safe(c.label), f"{_safe(c.old) or '—'} → **{_safe(c.new) or '—'}**"), card)
        for c in card.changes
    ]
    choices = [field for field in (card.form.fields if card.form else ()) if isinstance(field, Choice)]
    options = [f"· {_safe(option.label)}" for choice in choices[:SELECTS] for option in choice.options]
    hint = f'<font color="comment">{_safe(card.hint)}</font>' if card.hint else ""
    prose = [_safe_text(card.text), *facts, *changes, *_quoted(card.quote, card), *options]
    return [_title_line(card), _safe(card.subtitle), *prose, _safe_text(card.outcome), hint]


def _title_line(card: Card) -> str:
    title = f"**{_safe(card.title)}**" if card.title else ""
    status = f'<font color="{FONTS[card.tone]}">{_safe(_badge(card))}</font>' if card.status else ""
    return " ".join(filter(None, (title, status)))


def _quoted(quote: Quote | None, card: Card) -> list[str]:
    if not quote:
        return []
    lines = [_safe(line) for line in _plain(quote.text).splitlines() if line.strip()]
    first = _row_line(Fact(_safe(quote.label), lines[0] if lines else ""), card)
    return [f"> {line}" for line in (first, *lines[1:])]


def _safe(text: str) -> str:
    """One line of somebody's words that markdown takes for words."""
    return _safe_text(_line(text)).replace("**", "＊＊")


def _safe_text(text: str) -> str:
    """Text of ours around somebody's words: **bold** stays, everything else that marks up does not."""
    replaced = "".join(_MARKUP.get(char, char) for char in _UNFIT.sub("", text))
    replaced = re.sub(r"&(?=#?\w+;)", "＆", replaced)
    return re.sub(r"(?m)^(\s*)#", r"\1＃", replaced).strip()


def _pieces(text: str, limit: int) -> list[str]:
    """Split into pieces of at most `limit` bytes: between lines, else between characters."""
    pieces = [""]
    for line in _short_lines(text, limit):
        joined = f"{pieces[-1]}\n{line}" if pieces[-1] else line
        if len(joined.encode()) <= limit:
            pieces[-1] = joined
        else:
            pieces.append(line)
    return pieces


def _short_lines(text: str, limit: int) -> Iterable[str]:
    for line in text.split("\n"):
        rest = line
        if len(line.encode()) > limit:
            # A mark whose other half is in another message would be shown as it is.
            rest = re.sub(r"\*\*|</?font[^>]*>", "", line)
        while len(rest.encode()) > limit:
            head = rest.encode()[:limit].decode(errors="ignore")
            yield head
            rest = rest[len(head) :]
        yield rest


def _plain(text: str) -> str:
    """Text without marks, for a field that shows none."""
    return _UNFIT.sub("", text).replace("**", "").strip()


def _line(text: str) -> str:
    return " ".join(_UNFIT.sub("", text).split())


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _locale(card: Card) -> str:
    return "en" if card.locale.startswith("en") else "zh"
