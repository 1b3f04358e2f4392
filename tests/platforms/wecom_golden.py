"""The gallery as WeCom gets it, one file a card. Write them anew: `python -m tests.platforms.wecom_golden`."""

from __future__ import annotations

import json
from pathlib import Path

from cards.model import Card
from cards.render.wecom import messages, replacement
from tests.gallery import CARDS

FOLDER = Path(__file__).parents[1] / "fixtures" / "wecom" / "outbound"
INVISIBLE = "\u200b\u200c\u200d\u2060"  # the mark at the end of a text; written so that it can be seen


def golden(card: Card) -> str:
    """What is sent for a card, and what takes an older card's place."""
    before, native = replacement(card, "U-1")
    content = {"messages": messages(card, "D-1"), "replacement": {"before": before, "template_card": native}}
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return text.translate({ord(char): f"\\u{ord(char):04x}" for char in INVISIBLE})


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, card in CARDS.items():
        (FOLDER / f"{name}.json").write_text(golden(card), encoding="utf-8")
