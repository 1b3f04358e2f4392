"""Copies the reason out of a request or a refusal, word for word and without the connecting word."""

from __future__ import annotations

import re
from typing import Final

from handlers.understanding.sentence import Sentence

_CONNECTING: Final = re.compile(
    r"(?:主要|主)?(?:是)?(?:因为|因是|由于|原因[是系为]|理由[是系为]|(?:原因|理由|备注|说明)[ :：]|reason[:：=]|"
    r"鉴于|考虑到|毕竟|because of|because|due to|owing to|on account of|reason is(?! (?:too|not|un))|reason ?:|"
    r"(?<=[,，。;； ])因(?!为|此|而|素)|since(?! (?:mon|tue|wed|thu|fri|jan|last|the start))|"
    r"as (?=the |we |our )|the reason being)[ ,，:：]*"
)
_LEADING_CAUSE: Final = re.compile(r"^因(?!为|此|而)")
_RESULT: Final = re.compile(
    r"(?:[,，。;；]+(?:不予|不批|驳回|不同意|难以)|"
    r"[ ,，。;；]*(?:所以|因此|故(?!障)|因而|于是|现(?:申请|将|拟)|特(?:此)?申请|(?:我|我们)?(?:想|"
    r"要|希望|申请|建议)(?:把|将))|[,，。;； ]+(?:我|我们)?(?:想|要|希望|申请|请求|建议|打算|"
    r"能不能|能否|可否|需要)|[ ,，。;；]*(?:麻烦|烦请|恳请|敬请|盼)|"
    r"请(?:领导|审批|批准|批|您|予)|so (?:i|we|can|please|"
    r"let)|please|could (?:you|we)|can (?:you|we)|i'd like|i want|(?:把|将).{0,12}(?:目标|权重|"
    r"Ⓖ)|谢谢|thanks|望批准|妥否|盼复|辛苦).*$"
)
_CLAUSE: Final = re.compile(
    r"[,，。;；!！:：\n?？]+|(?<=[\u4e00-\u9fffⓇ]) +| +(?=[\u4e00-\u9fff])| - | — |—+|(?<=Ⓡ)(?=[\u4e00-\u9fff])"
)
_REQUESTING: Final = re.compile(
    r"Ⓡ|Ⓝ(?:改|调)Ⓝ|卡(?:着|在)?Ⓓ|权重|目标|指标|kpi|截止|期限|deadline|target|weight|goal|(?<![a-z])due(?![a-z])|修订|(?:修改|变更|更改)(?:Ⓖ|目标|权重|一下|到|为)|(?:修改|更改)$|改改|调调|改一改|调一调|降一降|松一松|不合理|调整?(?:到|成|为|至|一下|"
    r"低|高|下)|申请|(?:改|降|提|延|推|放宽|缩|挪|砍|升|定|设)(?:到|成|为|至|一下|期|后|迟|低|"
    r"高)|推迟|顺延|下调|上调|放宽|收紧|收窄|"
    r"(?:from|to|at|by) ?(?:Ⓝ|Ⓓ)|从Ⓝ|到(?:Ⓝ|Ⓓ)|^Ⓝ$|^Ⓓ$|同意|驳回|拒绝|打回|退回|不批|不通过|"
    r"否决|reject|decline|deny|turn down|approve|revise|push Ⓖ|postpone|extend|delay Ⓖ|想把|"
    r"把Ⓖ|给Ⓖ|^[ⓇⓃⒹⒼⓅ →>-]+$|(?<![a-z])(?:push|move|lower|raise|change|set|adjust|increase|reduce|cut|update|"
    r"revise|extend|drop|bump|turn|need|want|i'd like) "
)
_REFUSING: Final = re.compile(
    r"Ⓡ|^不行|不能过|不给过|过不了|驳了?$|驳掉|恕难|碍难|给退|反对票|亮红灯|别想了|不答应|回绝|别给过|不能?点头|否[了掉]|不可以|不妥|没法过|驳回|拒绝|打回|退回|退掉|不批|不同意|不通过|不准|不予|否决|不认可|不能批|不接受|毙|拒了|"
    r"拒掉|(?:这|那)(?:个|条|份)(?:申请|修订)?$|申请$|reject|decline|deny|turn (?:it )?down|^(?:send |push )?back$|"
    r"refuse|disapprove|agree"
)
_POLITE: Final = re.compile(
    r"^(?:请|麻烦|谢谢|多谢|thanks?|thank you|please|领导|辛苦|拜托|你好|您好|hi|hello|望|可以吗|"
    r"行吗|好吗|可否|是否可以|妥否|ok\?|好的?|行|嗯|那个|我|吧|抱歉|不好意思|sorry|Ⓟ|@Ⓟ|收到|"
    r"这个|那个|王总|老板|还是|先)?(?:审批|领导批准|批准|批示|批一下|领导审批|审核|谅解|理解|了|哈|啊|"
    r"吧|Ⓟ|you|来)*$"
)


_OPENING: Final = 2  # 主要 may stand before 因为


def reason_of(sentence: Sentence, *, refusing: bool = False) -> str | None:
    """The reason as written, or None. A refusal may speak of targets and weights as its reason."""
    tagged = sentence.tagged
    asking = _REFUSING if refusing else _REQUESTING
    span = _connected(tagged.text, asking) or _loose_clauses(tagged.text, asking)
    if span is None:
        return None
    start, end = (tagged.origin[at] for at in span)
    said = sentence.line.said(start, end).strip(" \t\n,，。.;；:：!！、")
    return said or None


def _connected(text: str, asking: re.Pattern[str]) -> tuple[int, int] | None:
    """What follows 因为, up to the request that may come after it."""
    match = _CONNECTING.search(text) or _LEADING_CAUSE.search(text)
    if match is None:
        return None
    rest = text[match.end() :]
    result = _RESULT.search(rest)
    end = match.end() + (result.start() if result else len(rest))
    clauses = _pieces(text[match.end() : end])
    if match.start() <= _OPENING:
        kept = _while_not_asking(text[match.end() : end], clauses, asking)
        end = match.end() + (kept or (clauses[0][1] if clauses else end - match.end()))
    return (match.end(), end) if text[match.end() : end].strip(" ,，。") else None


def _while_not_asking(text: str, clauses: list[tuple[int, int]], asking: re.Pattern[str]) -> int:
    """Where the clauses end that only give the cause."""
    last = 0
    for start, end in clauses:
        if asking.search(text[start:end]):
            break
        last = end
    return last


def _loose_clauses(text: str, asking: re.Pattern[str]) -> tuple[int, int] | None:
    """Without a connecting word: the clauses that ask for nothing."""
    best: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    for start, end in [*_pieces(text), (len(text), len(text))]:
        piece = text[start:end]
        if piece and not asking.search(piece) and not _POLITE.match(piece):
            run.append((start, end))
            continue
        if piece and _POLITE.match(piece) and run:
            continue
        best = max(best, run, key=_length)
        run = []
    return (best[0][0], best[-1][1]) if best and _length(best) > 1 else None


def _length(run: list[tuple[int, int]]) -> int:
    return sum(end - start for start, end in run)


def _pieces(text: str) -> list[tuple[int, int]]:
    """The clauses of a text, as places; a space parts clauses only beside Chinese."""
    pieces, start = [], 0
    for match in _CLAUSE.finditer(text):
        pieces.append((start, match.start()))
        start = match.end()
    pieces.append((start, len(text)))
    return [(begin, end) for begin, end in pieces if end > begin]
