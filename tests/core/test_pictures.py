"""Pictures of cards: the same data, the same bytes; nobody's words can break them."""

from __future__ import annotations

import struct
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from cards import pictures
from cards.model import Card, Figures, Measure, Picture, QrCode, dump, load
from cards.pictures import charset
from tests.gallery import PICTURED, QR

assert PICTURED.picture is not None
assert QR.picture is not None
ALL: tuple[Picture, ...] = (PICTURED.picture, QR.picture)
SVG = "{http://www.w3.org/2000/svg}"
TITLES = st.text(max_size=60)


def parsed(picture: Picture) -> Element:
    return fromstring(pictures.svg(picture))


def words(picture: Picture) -> list[str]:
    return ["".join(node.itertext()) for node in parsed(picture).iter(f"{SVG}text")]


def size(content: bytes) -> tuple[int, int]:
    """Of a PNG."""
    width, height = struct.unpack(">II", content[16:24])
    return width, height


@pytest.mark.parametrize("picture", ALL)
def test_the_same_data_gives_the_same_bytes(picture: Picture) -> None:
    assert pictures.png(picture) == pictures.png(replace(picture))
    assert pictures.png(picture) != pictures.png(replace(picture, title="别的"))


@pytest.mark.parametrize("picture", ALL)
def test_a_picture_is_as_wide_as_a_phone_wants_it_and_small_enough_to_send(picture: Picture) -> None:
    content = pictures.png(picture)
    assert size(content)[0] == pictures.WIDTH
    assert len(content) < 100_000


@pytest.mark.parametrize("picture", ALL)
def test_a_picture_survives_being_stored(picture: Picture) -> None:
    assert load(dump(Card(picture=picture))).picture == picture


def test_every_figure_is_said_in_words_too() -> None:
    said = words(ALL[0])
    for measure in ALL[0].measures if isinstance(ALL[0], Figures) else ():
        assert {measure.now, measure.before, measure.aim} <= set(said)
        assert any(measure.label in line and measure.status in line for line in said)


@settings(max_examples=60, deadline=None)
@given(title=TITLES, label=TITLES, now=TITLES)
def test_nobodys_words_break_a_picture(title: str, label: str, now: str) -> None:
    assert parsed(Figures(title, (Measure(label, now, now, 0.5),))).tag == f"{SVG}svg"
    assert parsed(QrCode(title, ("1",))).tag == f"{SVG}svg"


def test_markup_is_shown_as_it_was_typed() -> None:
    assert words(QrCode("<b>&</b>", ("1",))) == ["<b>&</b>"]


@pytest.mark.parametrize("text", ["给张三反馈", "Renewal rate to eighty-five percent", "一" * 60, "W" * 60])
def test_words_are_cut_where_there_is_no_room(text: str) -> None:
    cut = pictures.fit(text, 12)
    assert pictures.room(cut) <= 12
    assert text.startswith(cut.rstrip("…"))


@pytest.mark.parametrize(("share", "drawn"), [(None, 0), (0.0, 0), (0.5, 215), (1.0, 430), (0.001, 20)])
def test_a_bar_is_as_long_as_its_share(share: float | None, drawn: float) -> None:
    picture = Figures("x", (Measure("x", "1", "0", share, tone="good"),))
    bars = [n for n in parsed(picture).iter(f"{SVG}rect") if n.get("fill") == pictures.COLOURS["good"]]
    assert [float(bar.get("width", "")) for bar in bars] == ([drawn] if drawn else [])


def test_a_code_keeps_its_modules_and_its_border() -> None:
    rows = ("110", "001", "111")
    drawn = next(parsed(QrCode("x", rows)).iter(f"{SVG}path")).get("d")
    assert drawn == "M4 4h2v1h-2zM6 5h1v1h-1zM4 6h3v1h-3z"


def test_a_character_the_shipped_font_has_not_is_looked_for_on_the_machine() -> None:
    assert charset.has("脉搏 · 王喆 61% “→”")
    assert not charset.has("㛃")
    assert pictures.png(QrCode("给王㛃反馈", ("1",)))
