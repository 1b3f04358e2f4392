"""The words: both languages complete, none unused, every button has a sentence that means the same."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from cards.model import Card, read_do
from cards.wording import WORDS, Words
from handlers.doing import HANDLERS
from handlers.routes import DOS, from_do, from_typed
from handlers.understanding import Context, is_cancel, understand
from handlers.wishes import from_frame
from tests.gallery import CARDS
from tests.stories.people import NOW

ROOT = Path(__file__).parents[2]
OF_DIALOGS = {"fill", "skip", "cancel", "resume", "discard"}


def fills(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same(key: str) -> None:
    chinese, english = WORDS[key]
    assert chinese
    assert english
    assert fills(chinese) == fills(english)
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"“[^”]*”", "", english)), "Chinese left in the English words"


def test_every_word_is_used() -> None:
    files = [p for folder in ("cards", "handlers") for p in (ROOT / folder).glob("*.py") if p.name != "wording.py"]
    code = "\n".join(p.read_text() for p in files)
    prefixes = re.findall(r'f"([a-z_.]+\.)\{', code)
    quoted = set(re.findall(r"[\"']([a-z_.]+)[\"']", code))
    unused = [k for k in WORDS if k not in quoted and not any(k.startswith(p) for p in prefixes)]
    assert unused == []


def test_no_word_shouts_or_grovels() -> None:
    for chinese, english in WORDS.values():
        assert not re.search(r"尊敬|您好|！|绩效考核", chinese)
        assert "!" not in english


def buttons(card: Card) -> list[tuple[str, str]]:
    return [(b.do, b.say) for b in card.buttons]


@pytest.mark.parametrize(("do", "say"), sorted({b for card in CARDS.values() for b in buttons(card)}))
def test_what_a_button_says_means_what_it_does(do: str, say: str) -> None:
    """The gallery's buttons, pressed and typed, end in the same kind of command."""
    name, args = read_do(do)
    if name in OF_DIALOGS:
        assert is_cancel(say)
    elif name in DOS:
        pressed = from_do(name, args)
        typed = from_typed(say) or from_frame(understand(say, nothing_in_view()), say)
        assert type(pressed) is type(typed)


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize(
    "name", ["home", "goals", "feedback", "ranking", "help", "team", "todo", "digest", "undo", "checkin", "revise"]
)
def test_a_main_entry_can_be_typed_in_both_languages(name: str, locale: str) -> None:
    label = Words(locale)(f"button.{name}")
    typed = from_typed(label) or from_frame(understand(label, nothing_in_view()), label)
    assert type(typed) is type(from_do(name, {}))


def nothing_in_view() -> Context:
    return Context(NOW, NOW.date(), NOW.date(), "lilei", (), ())


def test_every_route_has_a_handler() -> None:
    made = [make({}) for make in DOS.values()]
    assert {type(command) for command in made} <= set(HANDLERS)


def test_an_unknown_language_falls_back_to_chinese() -> None:
    assert Words("fr")("button.goals") == "我的目标"
