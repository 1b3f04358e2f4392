"""Which words become which part."""

import pytest

from handlers.sbi import read_feedback

Parts = tuple[str | None, str | None, str | None]

READINGS: list[tuple[str, Parts]] = [
    (
        "上周三的客户会上，你打断了客户三次，客户提前结束了会议。",
        ("上周三的客户会上", "你打断了客户三次", "客户提前结束了会议"),
    ),
    (
        "客户提前结束了会议，因为上周三的客户会上你打断了对方三次。",
        ("上周三的客户会上", "你打断了对方三次", "客户提前结束了会议"),
    ),
    (
        "S：周一的例会；B：你迟到了二十分钟；I：大家等到九点半",
        ("周一的例会", "你迟到了二十分钟", "大家等到九点半"),
    ),
    ("【行为】你漏发了两封邮件【影响】客户没有收到发票", (None, "你漏发了两封邮件", "客户没有收到发票")),
    ("背景：昨天的例会。你迟到了二十分钟。", ("昨天的例会", "你迟到了二十分钟", None)),
    (
        "嗯我说一下那个昨天站会的时候吧你一直在回微信然后我们都没听清",
        ("昨天站会的时候", "你一直在回微信", "我们都没听清"),
    ),
    ("你昨天在评审会上打断了小李三次", ("昨天在评审会上", "打断了小李三次", None)),
    (
        "张敏昨天下午把合同都归档了，法务今天查档只用了两分钟",
        ("昨天下午", "把合同都归档了", "法务今天查档只用了两分钟"),
    ),
    ("昨晚十一点", ("昨晚十一点", None, None)),
    ("你总是迟到。", (None, "你总是迟到", None)),
    ("昨天的汇报，你表现一般。", ("昨天的汇报", None, None)),
    ("你没有回复邮件。下次请当天回复，并抄送我。", (None, "你没有回复邮件", None)),
    ("上週三的會議上，你打斷了三次，客戶很不高興", ("上週三的會議上", "你打斷了三次", "客戶很不高興")),
    (
        "In Monday's standup, you interrupted Li Na twice, so she stopped asking questions.",
        ("In Monday's standup", "you interrupted Li Na twice", "she stopped asking questions"),
    ),
    (
        "In yesterday's sync with 王芳, you shared three options.",
        ("In yesterday's sync with 王芳", "you shared three options", None),
    ),
    ("昨天的demo，你改了三个bug，客户签了PO", ("昨天的demo", "你改了三个bug", "客户签了PO")),
]


@pytest.mark.parametrize(("text", "parts"), READINGS, ids=[text for text, _ in READINGS])
def test_a_text_is_split_into_its_parts(text: str, parts: Parts) -> None:
    reading = read_feedback(text)
    assert (reading.situation, reading.behavior, reading.impact) == parts


def test_missing_names_the_parts_that_are_none_in_their_order() -> None:
    assert read_feedback("昨天的例会").missing == ("behavior", "impact")
    assert read_feedback("你迟到了二十分钟").missing == ("situation", "impact")


def test_deeds_told_in_several_sentences_are_one_span_with_what_stands_between() -> None:
    text = "昨天的答辩，你先报了预算。还给每个数附了发票。评委没有再问。"
    reading = read_feedback(text)
    assert reading.behavior is not None
    assert reading.behavior.startswith("你先报了预算")
    assert reading.behavior in text


def test_quoted_words_do_not_split_the_deed() -> None:
    reading = read_feedback("昨天的会上，你说“随便，因为客户又不懂”，大家都愣住了")
    assert reading.behavior == "你说“随便，因为客户又不懂”"
