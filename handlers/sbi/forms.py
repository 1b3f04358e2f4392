"""Texts that name their parts: S：… B：… I：…, 情境 … 行为 … 影响 …, Situation: …"""

import re
from typing import Final

from handlers.sbi.tongue import any_of

OTHER_LABEL: Final = "other"
LABELS: Final = {
    "situation": "s situation context when 情境 情景 场景 场合 背景 时间地点 时间 情况 情形 事件",
    "behavior": "b behaviou?r behaviou?rs action what 行为 行动 做法 做了什么 动作 表现 事实",
    "impact": "i impact result outcome effect so 影响 结果 后果 效果 带来的影响 造成的影响 影响和结果",
    OTHER_LABEL: "建议 期望 期待 改进 改进建议 下一步 备注 suggestion next request ask 感谢 a",
}
LABEL: Final = re.compile(
    r"(?:^|(?<=[\s。！？；，、,.;:!?|/\[【(*#\-·•]))[\[【(*#\-\d.、)\s]{0,6}(?:"
    + "|".join(f"(?P<{part}>{any_of(words)})" for part, words in LABELS.items())
    + r")(?:\([^)]{0,12}\))?[\]】)*]{0,3}\s*(?:[:=]|(?<=[\]】])|-\s|—+)\s*"
)


def read_form(view: str) -> dict[str, tuple[int, int]] | None:
    """Where each named part stands; None when the text is no form: 背景：… alone leads into free text."""
    labels = list(LABEL.finditer(view))
    named = {str(label.lastgroup) for label in labels} - {OTHER_LABEL}
    if not named or (len(named) == 1 and (labels[0].start() > 0 or "situation" in named)):
        return None
    ends = [label.start() for label in labels[1:]] + [len(view)]
    spans = {str(label.lastgroup): (label.end(), end) for label, end in zip(labels, ends, strict=True)}
    spans.pop(OTHER_LABEL, None)
    return spans
