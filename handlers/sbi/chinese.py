"""Chinese cues, over folded text."""

import re
from typing import Final

from handlers.sbi.chinese_acts import ACTION_STARTS, DEED, EVIDENCE, UNDONE
from handlers.sbi.chinese_openers import CAUSE, EFFECT, LEAD, SEAMS, TAIL
from handlers.sbi.chinese_outcomes import EFFECTS, REACTIONS, RESULTS
from handlers.sbi.chinese_subjects import FRONTED, NAME, OTHER, THINGS
from handlers.sbi.chinese_times import DURATION, ENDS, EVENTS, HARD_ENDS, LATER, SITUATING, TIMES
from handlers.sbi.chinese_verdicts import PRELUDE, SUGGESTIONS, VERDICTS
from handlers.sbi.tongue import Tongue, any_of, either

TELLING: Final = any_of(
    """
    真(?!正|实) 提前 一般 不错 还行 还可以 精彩 作废 失败 报废 全部 全都 没了 泡汤 取消 把 被 了 过(?!程)
    得很? 太 总是 老是 很 没有? 不 你 您 说 让 导致 因此 觉得 (?<!成)(?<!首)都 也 就(?!诊|职) 还(?!款) 只
    愿意 只能 不能 才能 一直 主动 帮[我忙助] 替[我大客] 直接 当众 当面 差点 多亏 辛苦 有点 非常 特别 挺
    不太 比较 [降升涨减]到 延期 推迟 垫底 亏损 丢[单客] 流失 下滑 下降 倒数
    """
)
TELLING_LATER: Final = "之后|后来|此后|会后|事后|第二天|次日|随后|从此"
RATING: Final = "[^,把了]{1,6}(?:很|非常|特别|挺|不太|不够|比较|有点|不)[一-龥]{1,4}(?:的|$|[,.!。])"
GOES_ON: Final = any_of(
    [
        ACTION_STARTS,
        RATING,
        any_of(
            """
            一般 不错 还行 还可以 精彩 太 很 非常 特别 越来越 态度 表现 做得 就 总是 老是 又 真 有点 挺 不太 比较
            辛苦 谢谢 感谢 多谢
            """
        ),
    ]
)
OCCASION_END: Final = "(?:会议?上|会议?里|的时候|期间|那天|当天|当晚)"
RATED_AS: Final = (
    "(?=(?:做|办|完成|组织|讲|写|安排|准备|处理|干|搞|弄)得|表现|辛苦|多谢|谢谢|太不容易|"
    "真的?(?:很|太|不容易|辛苦|难得))"
)
BEFORE_RECEIVER: Final = "(?=(?<![让给跟和对向被替帮把为与叫请的比像说问等找陪使由])[你您])"
PHRASES: Final = any_of(
    [
        f"{TIMES}.{{0,30}}",
        f".{{1,24}}{ENDS}",
        f".{{0,16}}{EVENTS}",
        f".{{1,12}}前{DURATION}",
        "从.{1,10}到.{1,10}",
        "[这那上][批单份版期轮场趟回次][一-龥]{0,6}",
    ]
)

CHINESE: Final = Tongue(
    lead=re.compile(LEAD),
    tail=re.compile(TAIL),
    cause=re.compile(CAUSE),
    effect=re.compile(EFFECT),
    seams=either(*SEAMS),
    settings=(
        re.compile(f"(.{{2,45}}?){BEFORE_RECEIVER}"),
        re.compile(f"({SITUATING}{TIMES}.{{0,16}}?{HARD_ENDS})(?={GOES_ON})"),
        re.compile(f"({SITUATING}{TIMES}.{{0,16}}?{OCCASION_END})(?!的|那天|当天|当晚)(?=.{{3}})"),
        re.compile(f"({SITUATING}{TIMES}的?[一-龥]{{0,6}}?){RATED_AS}"),
        re.compile(f"({SITUATING}(?:{TIMES}的?)+{EVENTS})(?={THINGS})"),
        re.compile(f"({SITUATING}(?:{TIMES}的?)+(?:{EVENTS}(?:[上里中]|时)?)?)(?={GOES_ON})"),
    ),
    inner_setting=re.compile(
        f"(?:[你您他她]们?|{NAME})(在?(?:{TIMES}的?)+(?:[^,]{{0,14}}?(?:{HARD_ENDS}|上|里|中))?)(?=.{{2}})"
    ),
    prelude=re.compile(PRELUDE),
    suggestion=either(*SUGGESTIONS),
    verdict=either(*VERDICTS),
    situation=either(
        f"^(?!.*[你您]).{{1,30}}{HARD_ENDS}$", f"^(?!{TELLING_LATER}|这[次回]$|.*{TELLING}){SITUATING}{PHRASES}$"
    ),
    late_situation=re.compile(f"^(?!.*[你您])(?:.{{1,30}}{HARD_ENDS})$"),
    timed=re.compile(f"^{SITUATING}(?:{EVENTS}?{LATER}的?)+"),
    reaction=either(*REACTIONS),
    receiver=re.compile("^(?:[你您]|咱们?俩)"),
    absent=re.compile(f"^(?:[他她](?!们)|{NAME})"),
    people=re.compile(f"^{FRONTED}"),
    other=re.compile(f"^{OTHER}"),
    result=either(*RESULTS),
    effects=either(*EFFECTS),
    meeting=re.compile(".{2,16}[你您](?:会|就|都|便|马上|立刻|先|总)"),
    answering=re.compile("[你您](?:们)?(?:就|都|也|便|马上|立刻|再)"),
    undone=re.compile(UNDONE),
    action=re.compile(f"^{ACTION_STARTS}"),
    evidence=re.compile(EVIDENCE),
    deed=re.compile(DEED),
)
