"""Finds the amounts in a sentence: 八成二, 三分之二, 百分之八十二, 350万, 11分30秒, two points, with their units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from handlers.understanding import numerals, units
from handlers.understanding.normalise import fold

SHARE: Final = "%"
POINTS: Final = "百分点"
_SCALES: Final = {
    "": 1.0, "十": 1e1, "百": 1e2, "千": 1e3, "k": 1e3, "thousand": 1e3, "万": 1e4, "w": 1e4,
    "百万": 1e6, "m": 1e6, "mn": 1e6, "mm": 1e6, "mil": 1e6, "mln": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6,
    "千万": 1e7, "亿": 1e8, "bn": 1e9, "billion": 1e9, "dozen": 12.0,
}  # fmt: skip


@dataclass(frozen=True)
class Amount:
    """A number at `start`:`end` of the folded text. Its value is `number` × `scale` in `unit`.

    A share (`unit` %) and a change in points (`unit` 百分点) are in percent. `vague` ones (十几) have none.
    """

    start: int
    end: int
    number: float
    scale: float = 1.0
    unit: str = ""
    vague: bool = False
    signed: bool = False

    @property
    def value(self) -> float:
        return units.tidy(self.number * self.scale)


_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_HAN = rf"[{numerals.NUMERAL_CHARS}拾佰仟]+(?:点[{numerals.DIGIT_CHARS}]+)?"
_WORD = "|".join(numerals.ENGLISH_WORDS)
_ENGLISH = rf"(?<![a-z])(?:{_WORD})(?:[- ](?:and )?(?:{_WORD}))*(?: point(?: (?:{_WORD}))+)?(?![a-z])"
_AN = r"(?:million|thousand|billion|dozen|minute|hour|point|percent)(?![a-z])"
_ONE = rf"(?<![a-z])(?:half )?an?(?= {_AN})"
_ANOTHER = r"(?:customer|client|logo|deal|account|hire|engineer|contract|bug)s?(?![a-z])"
_MORE = rf"(?<![a-z])(?:another|one more)(?= (?:new )?{_ANOTHER})"
_NUMBER = rf"(?:{_DIGITS}|{_HAN}|{_MORE}|{_ENGLISH}|{_ONE})"
_HALFWAY = r"halfway(?= (?:done|through|there|complete|finished))"
_COUNT = rf"(?:{_DIGITS}|{_HAN})"
_SPELT = rf"(?:{_DIGITS}|{_ENGLISH})"
_SECONDS = r"(?:[1-5]\d|[二三四五]?十[一二三四五六七八九]?)(?![\d.%％个家万亿千百点成])"  # nine forty-five
_CLOCK = (
    rf"{_COUNT}\s?(?:(?:个半|半)(?:小时|钟头)|个?(?:小时|钟头)\s?{_COUNT}\s?分钟?)"
    rf"|{_COUNT}\s?分钟?\s?零?{_COUNT}\s?秒钟?|{_COUNT}\s?分钟?\s?{_SECONDS}|{_COUNT}\s?分(?:钟)?半(?!天)|半个?(?:小时|钟头)|半分钟"
    rf"|{_SPELT}\s?(?:minutes?|mins?|m)[ ,]*(?:and )?{_SPELT}\s?(?:seconds?|secs?|s)(?![a-z])"
)
_PLUS = r" and (?:a half|an? quarter|three quarters|a third)(?![a-z])"
_SCALE = r"(?:百万|千万|千|百|万|亿|(?:billion|millions?|thousand|dozen|mln|mil|mio|mn|mm|bn|[kmw])(?![a-z]))"
_NEW_NUMBER = "家个人单天年月日号点成笔户名位百千万亿"  # 36万5 is 36.5万; after these the 5 is a number of its own
_SHARE_MARK = r"(?:%|％|percent(?![a-z])|pct(?![a-z])|趴)"
_POINT_MARK = r"(?:个?百分点|个点|pps?(?![a-z])|(?:percentage )?points?(?![a-z])|pts?(?![a-z]))"
_FRACTIONS: Final = {"three quarters": 0.75, "quarter": 0.25, "half": 0.5, "third": 1 / 3}
_MINUTES: Final = {"小时": 60.0, "分": 1.0, "秒": 1 / 60}


@cache
def _pattern() -> re.Pattern[str]:
    unit = "|".join(re.escape(name) + ("(?![a-z])" if name.isascii() else "") for name in units.spellings())
    return re.compile(
        rf"百分之(?P<per>{_COUNT})"
        rf"|(?P<below>{_COUNT})分之(?P<above>{_COUNT})"
        rf"|(?P<tenths>\d|[{numerals.DIGIT_CHARS}])成(?![功长员本都果立交绩品])(?P<more>[半\d{numerals.DIGIT_CHARS}](?![{units_after()}]))?"
        rf"|(?P<half>一半|半数|{_HALFWAY}|(?<![a-z])half(?![a-z])(?! an? {_AN}))"
        rf"|(?P<third>(?<![a-z])(?:a|one|two)[ -]thirds?|three[ -]quarters|a quarter(?![a-z]))"
        rf"|(?P<clock>{_CLOCK})"
        rf"|(?:(?P<sign>(?<![a-z0-9.)-])[-+−])\s?)?(?P<number>{_NUMBER})(?P<plus>{_PLUS})?(?P<vague>多|来|几|余)?"
        rf"(?:\s?(?P<scale>{_SCALE})(?:(?P<odd>(?<=[万亿])[1-9](?![\d.,%％{_NEW_NUMBER}]))|(?P<plus2>{_PLUS})?))?(?P<vague2>多|来|几|余|挂零)?"
        rf"(?:\s?(?P<share>{_SHARE_MARK})|\s?(?P<points>{_POINT_MARK})|\s?(?P<unit>{unit})(?P<half_unit>半)?)?"
    )


def units_after() -> str:
    """What makes the digit after 成 the head of a new number: 八成三家."""
    return "家个人单天"


def find_amounts(text: str) -> list[Amount]:
    """The amounts of a folded text, from left to right."""
    found = [_amount(match, text) for match in _pattern().finditer(text)]
    return [amount for amount in found if amount is not None]


def read_number(text: str) -> float | None:
    """The one number a short answer gives, without regard to its unit: 八成二 is 82, 三百五十万 is 3500000."""
    amounts = [amount for amount in find_amounts(fold(text)) if not amount.vague]
    return amounts[0].value if len(amounts) == 1 else None


def _amount(match: re.Match[str], text: str) -> Amount | None:
    start, end = match.span()
    share = _share(match)
    if share is not None:
        is_over = (bool(match["tenths"] or match["half"]) and text[:start].endswith(("过", "超"))) or text[
            end:
        ].startswith(("多", "出头"))
        return Amount(start, end, units.tidy(share), unit=SHARE, vague=is_over)
    if match["clock"]:
        return Amount(start, end, units.tidy(_minutes(match["clock"])), unit="分钟")
    number = read_numeral(match["number"] or "")
    if number is None or _is_part_of_a_word(match, text):
        return None
    scale, number = _scaled(match, number + _fraction(match["plus"] or match["plus2"]) + int(match["odd"] or 0) / 10)
    if match["sign"] in ("-", "−"):
        number = -number
    unit = SHARE if match["share"] else POINTS if match["points"] else match["unit"] or ""
    is_vague = bool(match["vague"] or match["vague2"]) or _is_vague(match, text)
    return Amount(start, end, number, scale, unit, is_vague, bool(match["sign"]) or match["number"] in _STEPS)


def _fraction(words: str | None) -> float:
    """What `and a half` adds."""
    return next((part for name, part in _FRACTIONS.items() if words and name in words), 0.0)


def _scaled(match: re.Match[str], number: float) -> tuple[float, float]:
    """三百五十万 and 350万 alike are 350 × 10000."""
    if match["scale"]:
        return _SCALES[match["scale"]], number
    if match["number"][-2:-1] == "万":
        return _SCALES["万"], units.tidy(number / _SCALES["万"])
    last = match["number"][-1]
    if last in "万亿" and len(match["number"]) > 1:
        return _SCALES[last], units.tidy(number / _SCALES[last])
    return 1.0, number


def _share(match: re.Match[str]) -> float | None:
    if match["per"]:
        return read_numeral(match["per"])
    if match["below"]:
        below, above = read_numeral(match["below"]), read_numeral(match["above"])
        return 100 * above / below if above is not None and below else None
    if match["tenths"]:
        more = match["more"] or "0"
        tenths = read_numeral(match["tenths"]) or 0.0
        return 10 * tenths + (5.0 if more == "半" else read_numeral(more) or 0.0)
    if match["third"]:
        return 75.0 if "three" in match["third"] else 25.0 if "quarter" in match["third"] else _thirds(match["third"])
    return 50.0 if match["half"] else None


def _thirds(text: str) -> float:
    return 200 / 3 if text.startswith("two") else 100 / 3


_ENGLISH_MINUTES: Final = re.compile(r"([\w. -]+?)\s?m[a-z]*[ ,]*(?:and )?([\w. -]+?)\s?s[a-z]*$", re.ASCII)


def _minutes(text: str) -> float:
    """Minutes of 11分30秒, 一个半小时, 1小时20分, 八分半, 9 min 30 s."""
    if (english := _ENGLISH_MINUTES.match(text)) is not None:
        minutes, seconds = (read_numeral(part) or 0.0 for part in english.groups())
        return minutes + seconds / 60
    total = 0.0
    text = "".join(text.split())
    for number, half, unit, tail in re.findall(rf"({_DIGITS}|{_HAN})?个?(半)?个?(小时|钟头|分|秒)(?:钟)?(半)?", text):
        size = _MINUTES["小时" if unit == "钟头" else unit]
        total += ((read_numeral(number) or 0.0) + (0.5 if half or tail else 0.0)) * size
    bare = re.search(rf"分钟?({_SECONDS})$", text)
    return total + (read_numeral(bare[1]) or 0.0) / 60 if bare else total


def read_numeral(text: str) -> float | None:
    """A numeral in digits, Chinese or English words; None too for what is larger than anything counted."""
    value = _numeral(text)
    return value if value is not None and value < _TOO_MUCH else None


def _numeral(text: str) -> float | None:
    if not text:
        return None
    if text in _STEPS:
        return 1.0
    if text.startswith(("a", "half a")) and text[-1] in "an":
        return 0.5 if text.startswith("half") else 1.0
    if text[0].isdigit() and text[0].isascii():
        return float(text.replace(",", ""))
    return numerals.english(text) if text[0].isascii() else numerals.chinese(text.replace("拾", "十"))


_ORDINAL = re.compile(r"(?:第|周|星期|礼拜|统|唯|之|top|[a-z]-?|\.)$")
_IDIOM = re.compile(
    r"一[下些起样直定旦切致般边会共向再同律路味方]|万一|一点(?![\d零一二三四五六七八九])|百度|百分之(?=几|多少)|"
    r"千万(?=别|不|要)|十分(?!钟|\d)|两边|四处|三方|一对一|万分"
)


_TOO_MUCH: Final = 1e15
_STEPS: Final = ("another", "one more")
_COUNTED_IN_TURN: Final = ("家", "单", "户")


def _is_part_of_a_word(match: re.Match[str], text: str) -> bool:
    start = match.start("number")
    if _IDIOM.match(text, start) or (_IDIOM.match(text, max(0, start - 1)) and text[start - 1] == "万"):
        return True
    if _is_lone_digit(match, text):
        return True
    if text[:start].endswith("第") and match["unit"] in _COUNTED_IN_TURN:
        return False
    before = text[max(0, start - 3) : start]
    if not _ORDINAL.search(before) or (before[-1:] in "周期拜" and len(match["number"]) > 1):
        return False
    is_latin = (before[-1:].isascii() and before[-1:].isalpha()) or before[-1:] == "-"
    return not is_latin or (text[start].isascii() and not match["share"] and not match["sign"])


def _is_lone_digit(match: re.Match[str], text: str) -> bool:
    """上一步, 三思: one character, no unit, and a word goes on after it."""
    has_unit = any(match[name] for name in ("scale", "share", "points", "unit"))
    after = text[match.end() : match.end() + 1]
    is_word = "\u4e00" <= after <= "\u9fff" and after not in "了吧啊呢的左上"
    return len(match["number"]) == 1 and match["number"] in numerals.DIGIT_CHARS and not has_unit and is_word


def _is_vague(match: re.Match[str], text: str) -> bool:
    """七八家, 十几, 好几: a number nobody can write down."""
    word = match["number"]
    is_run = bool(re.fullmatch(r"(?:[二十百千]?十)?(?:一两|两三|三四|四五|五六|六七|七八|八九|三五)", word))
    before = text[max(0, match.start() - 2) : match.start()]
    return is_run or text[match.end("number") : match.end("number") + 1] == "几" or before.endswith(("几", "好几"))
