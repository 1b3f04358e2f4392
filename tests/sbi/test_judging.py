"""Which words judge the person, and which only look so."""

import pytest

from handlers.sbi import read_feedback

JUDGING = [
    ("你态度不好。", "态度不好"),
    ("上周五交报表，你晚了一天，真的太懒了。", "懒"),
    ("你这个人很难沟通", "你这个人"),
    ("你不够专业", "不够专业"),
    ("你真的很有责任心", "真的很有责任心"),
    ("缺乏团队合作精神", "缺乏团队合作精神"),
    ("你態度很差", "態度很差"),
    ("You were rude to the vendor", "rude"),
    ("Your attitude is a problem", "attitude is"),
]
TELLING = [
    "不是说你态度有问题，只是昨天你迟到了二十分钟",
    "我不觉得你懒，但这周你缺了四次晨会",
    "昨天的会上你说我的方案“太不专业”",
    "客户态度很差，你一直听完才开口",
    "你耐心地讲了三遍",
    "你把图片改成了懒加载",
    "表现一般",
    "你没有用最新的模板",
    "你态度没有问题",
    "你业余时间帮我们改了文档",
    "你真帮了大忙",
    "I'm not saying you are lazy, but you missed two handovers",
    "The client was rude and you stayed on the call",
    "You were responsible for the migration",
]


@pytest.mark.parametrize(("text", "words"), JUDGING)
def test_words_that_judge_are_pointed_at(text: str, words: str) -> None:
    reading = read_feedback(text)
    assert reading.judgmental
    assert words in [each.words for each in reading.judging]


@pytest.mark.parametrize("text", TELLING)
def test_denied_quoted_or_told_of_others_judges_nobody(text: str) -> None:
    assert read_feedback(text).judging == ()


def test_every_judgement_says_what_could_be_seen_instead() -> None:
    judging = read_feedback("你太懒了，做事不负责任，还没有团队精神").judging
    assert len(judging) == 3
    assert len({each.instead for each in judging}) == 3


def test_a_judgement_is_no_behaviour_but_a_deed_beside_it_is() -> None:
    assert read_feedback("你不太专业").behavior is None
    assert read_feedback("你把责任推给了实习生，人品有问题").behavior == "你把责任推给了实习生"
