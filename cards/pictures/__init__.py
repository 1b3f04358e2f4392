"""Pictures of cards: data → SVG → PNG, the same bytes everywhere as long as the shipped font knows the characters.

A new kind is a class in `cards.model`, its template `<kind>.svg` here, and what the template needs in `LAYOUTS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from cards.model import Picture, QrCode
from cards.pictures import charset

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
FONTS = [str(HERE / "fonts" / f"NotoSansSC-{weight}.otf") for weight in ("Regular", "Bold")]
FAMILY = "Noto Sans CJK SC"
WIDTH = 720  # twice what a phone shows of a card, in points
NARROW = 0.58  # of a Latin letter's width, in Chinese ones
MODULES_WIDE = 600  # of a QR code, with the empty border that readers want
BORDER = 4  # modules

_UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # no XML can hold these

COLOURS = {"neutral": "#8f959e", "info": "#3370ff", "good": "#2ea44f", "warn": "#e6850e", "bad": "#d83931"}


def png(picture: Picture) -> bytes:
    import resvg_py

    drawn = svg(picture)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawn,
            font_files=FONTS,
            font_family=FAMILY,
            # The machine's fonts cost time and differ: only for a character that ours has not.
            skip_system_fonts=charset.has(drawn.replace("\n", " ")),
        )
    )


def svg(picture: Picture) -> str:
    return _templates().get_template(f"{picture.kind}.svg").render(picture=picture, **LAYOUTS[picture.kind](picture))


def fit(text: str, most: float) -> str:
    """As much of a text as fits into the width of so many Chinese characters."""
    if room(text) <= most:
        return text
    kept = text
    while kept and room(kept) > most - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def room(text: str) -> float:
    """The width of a text, in Chinese characters."""
    return sum(1 if east_asian_width(char) in "WFA" else NARROW for char in text)


def _qr(picture: QrCode) -> dict[str, Any]:
    size = len(picture.rows) + 2 * BORDER
    scale = MODULES_WIDE // size
    return {"scale": scale, "side": scale * size, "path": _squares(picture.rows)}


def _squares(rows: Sequence[str]) -> str:
    """Dark modules as one path, a stroke for each run in a row."""
    runs = [(match, y) for y, row in enumerate(rows) for match in re.finditer("1+", row)]
    return "".join(f"M{match.start() + BORDER} {y + BORDER}h{len(match[0])}v1h-{len(match[0])}z" for match, y in runs)


LAYOUTS: Mapping[str, Callable[[Any], dict[str, Any]]] = {"figures": lambda _: {}, "qr": _qr}


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, finalize=_clean, trim_blocks=True
    )
    made.filters |= {"fit": fit, "room": room}
    made.globals |= {"colours": COLOURS, "family": FAMILY, "width": WIDTH}
    return made


def _clean(value: object) -> object:
    return _UNFIT.sub(" ", value) if type(value) is str else value
