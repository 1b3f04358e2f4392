"""Says a tagged sentence as plainly as it can be said: no courtesies, no idle spaces, no English in the Chinese."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from handlers.understanding.lexicon import table
from handlers.understanding.normalise import Line

_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_IDLE_SPACE: Final = re.compile(r"(?<=[\u4e00-\u9fff]) +| +(?=[\u4e00-\u9fff])")
_COURTESY: Final = re.compile(
    r"^(?:(?:您好|你好|哈[喽啰罗]|嗨|hi|hello|hey|hi there|大家好|各位好?|领导好?|老板|老师好?|亲|早上好|早|上午好|中午好|下午好|晚上好|"
    r"脉搏|maibo|小助手|机器人|bot|打扰(?:一下|下|了)?|不好意思|抱歉|sorry|请问(?:一下|下)?|麻烦(?:一下|下|了|你|您)?|劳驾|拜托|ok|好的?|对了|另外|"
    r"还有(?:就是)?|顺便(?:说一下|问一下|问下)?|话说|是这样的?|这样|excuse me|by the way|btw|please|hi maibo|hey maibo)"
    r"(?:啊|呀|哈|了|啦)?[,，。!！~:：、 ]+)+(?=[^,，。!！~ ])"
    r"|[,，。.!！~ ]+(?:(?:非常|十分|多|先)?(?:谢谢|感谢|多谢|谢了)(?:了|啦|您|你|大家)?|辛苦(?:了|啦|您|你)*|麻烦(?:了|啦|您|你)+|拜托(?:了|啦)?|"
    r"thanks?(?: a lot| so much)?|thank you(?: so much| very much)?|thx|please|pls|cheers)[,，。.!！~ ]*$"
)


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    words: dict[str, str] = table("mixed")["words"]
    longest_first = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9'-])(?:{longest_first})(?![a-z0-9'-])"), words


def plain(line: Line) -> Line:
    """The line as a pattern wants to see it; every character still knows where it came from."""
    for match in reversed(list(_COURTESY.finditer(line.text))):
        line = line.replace(*match.span(), "")
    if not _HAN.search(line.text):
        return line
    pattern, words = _words()
    for match in reversed(list(pattern.finditer(line.text))):
        line = line.replace(*match.span(), words[match[0]])
    for match in reversed(list(_IDLE_SPACE.finditer(line.text))):
        line = line.replace(*match.span(), "")
    return line
