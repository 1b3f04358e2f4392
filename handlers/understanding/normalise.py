"""Folds what people type into one spelling, and remembers where every character came from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from handlers.understanding.lexicon import pairs

_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "「": '"', "」": '"', "『": '"', "』": '"', "‘": "'", "’": "'"})


@cache
def _char(char: str) -> str:
    """One character in, one out: width, case and script."""
    folded = unicodedata.normalize("NFKC", char)
    folded = (folded if len(folded) == 1 else char).lower()
    folded = folded if len(folded) == 1 else char
    if folded.isspace():
        return " "
    return pairs("traditional").get(folded, folded.translate(_QUOTES))


def fold(text: str) -> str:
    """Half width, lower case, simplified characters; as long as `text`."""
    return "".join(map(_char, text))


@dataclass(frozen=True)
class Line:
    """A rewritten sentence; `origin[i]` is where character i stands in `source`, and one entry more for the end."""

    source: str
    text: str
    origin: tuple[int, ...]

    @classmethod
    def of(cls, source: str) -> Line:
        return cls(source, fold(source), tuple(range(len(source) + 1)))

    def replace(self, start: int, end: int, new: str) -> Line:
        """With `new` in place of the characters from `start` to `end`; all of it stands for what was there."""
        middle = (self.origin[start],) * len(new)
        origin = self.origin[:start] + middle + self.origin[end:]
        return Line(self.source, self.text[:start] + new + self.text[end:], origin)

    def said(self, start: int, end: int | None = None) -> str:
        """What was written where `start`:`end` now stands."""
        stop = self.origin[len(self.text) if end is None else end]
        return self.source[self.origin[start] : stop]


_FILLERS: Final = re.compile(
    r"(?:^|(?<=[,，。、 \s]))(?:嗯+|呃+|唔+|额+|哦+|噢+|诶+|欸+|哎+|啊+|那个|这个那个|就是说?|"
    r"怎么说呢|you know|um+|uh+|erm?|hmm+)(?:[,，、。 …]+|(?=[^\w]|$)|(?=[\u4e00-\u9fff]))"
    r"|嗯+|呃+|唔+|(?<![酒网贴])吧(?![台女])|(?<=[了的吗呢个])[啊呀哈嘛哦噢]|(?<!干)[啊呀嘛啦哦噢哟](?=$|[,，。!！~～])"
    r"|那个那个|就是那个|就是说|[~～]+|就是(?=[这上今昨目现从到是降涨])"
)
_POLITE_IFS: Final = re.compile(
    r"(?:如果|要是|若)(?:可以|方便|可能|行|没问题|没意见)(?:的话)?[,，]?(?!.{0,2}(?:就|再|才|便))|"
    r"if possible,?\s?|if you can,?\s?"
)


_CURRENCY: Final = re.compile(r"[¥￥$€]\s?(?=\d)")


_PART: Final = re.compile(
    r"(?:(?<=进度)|(?<=完成)|(?<=完成了)|(?<=完成度)|(?<=做了)|(?<=progress)|(?<=done))[ :：]*"
    r"(\d{1,2}) ?/ ?(\d{1,2})(?![\d/])"
)


# 掉了俩点 is two points, and no time of day.
_POINTS: Final = re.compile(
    r"(?<=[降掉涨升跌滑拱窜])了?(俩|[一两二三四五六七八九\d])点(?![\d一二两三四五六七八九十半钟整多点])"
)


def tidy(line: Line) -> Line:
    """Without hesitation and sentence-final particles; 进度 3/4 is three quarters and no day in March."""
    for match in reversed(list(_POINTS.finditer(line.text))):
        line = line.replace(match.start(1), match.end(), f"{match[1].replace('俩', '两')}个点")
    for match in reversed(list(_PART.finditer(line.text))):
        line = line.replace(*match.span(), f"{match[2]}分之{match[1]}")
    for pattern in (_FILLERS, _FILLERS, _POLITE_IFS, _CURRENCY):
        for match in reversed(list(pattern.finditer(line.text))):
            line = line.replace(*match.span(), "")
    return line
