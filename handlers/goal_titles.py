"""What a sentence that asks for a new goal calls it."""

from __future__ import annotations

import re

LONGEST = 60  # characters of a title
LEAD = re.compile(
    r"^/?\s*(?:你好[,，]?)?(?:我)?(?:想要?|要|需要|请|帮我|麻烦)*(?:再)?"
    r"(?:新增|新建|新加|添加|增加|创建|建立|设立|设定|制定|定|加|建|设|立|新)"
    r"(?:一?个|一条|一项)?(?:新)?的?目标(?:新建)?(?:是|为|叫)?[\s:：,，。]*"
    r"|^/?\s*(?:please )?(?:i (?:want|would like) to )?"
    r"(?:(?:add|create|set(?: up)?|make|propose)(?: me)?(?: a| an| one)?(?: new)?|(?:a )?new) goals?(?: new)?[\s:,.]*"
    r"(?:to (?=\w))?|^/?\s*goal new[\s:,]*",
    re.IGNORECASE,
)
CLAUSE = re.compile(r"\s*[,，。;；]\s*")
DAY = re.compile(
    r"^(?:在|于|到|截止到?|截至|due|by|before|until)?\s*[\w月日号年底末周季度/. -]{1,16}?"
    r"(?:之?前|以前|为止|截止|到期|完成)$"
    r"|^(?:截止|截至|到期|deadline|due|by|before|until)",
    re.IGNORECASE,
)
FIRST_DAY = re.compile(
    r"^(?:在|于)?[\d一二三四十年月日号底末季度本下这个周]{1,10}?(?:底|末)?(?:之前|以前|前)(?:把|将|要)?"
    r"|^[\d一二三四十年月季度本下这个]{1,8}[底末](?:把|将|要)?|^[把将]"
)
FIGURE = re.compile(
    r"(?:做|提升|提高|增加|降低?|减少|缩短|达|控制|保持)?(?:到|至|为|在|成)?\s*\d[\d.,]*.*$|\s+(?:to|at|below|above)\s+\d.*$"
)
SHORTEST = 3  # characters that still say what is measured
LAST_DAY = re.compile(r"\s+(?:by|before|until)\s+[\w ,]+$", re.IGNORECASE)


def title_of(text: str) -> str | None:
    """What a sentence calls the new goal: without the words that ask for one, and without the day."""
    said = LEAD.sub("", text.strip(), count=1)
    kept = [part for part in CLAUSE.split(said) if part and not DAY.search(part)]
    title = LAST_DAY.sub("", FIRST_DAY.sub("", "，".join(kept))).strip(" ,，。.;；:：")
    has_words = re.search(r"[^\W\d_]{2,}", re.sub(r"到|至|为|达|万|亿|家|个|元|%", "", title))
    return title[:LONGEST] if has_words else None


def metric_of(title: str) -> str:
    """What is measured, such as 客户满意度 of 客户满意度做到95%; the title itself where little else is left."""
    name = FIGURE.sub("", title).strip(" ，,")
    return name if len(name) >= SHORTEST else title
