"""What the author is told, and what the score says."""

import re

from handlers.sbi import as_json, explain, hints, read_feedback

GOOD = "上周三的客户会上，你打断了客户三次，客户提前结束了会议。"
HAN = re.compile("[一-龥]")


def test_a_full_and_factual_text_needs_no_hint_and_has_all_points() -> None:
    reading = read_feedback(GOOD)
    assert hints(reading) == []
    assert reading.score == 100


def test_the_judgement_comes_first_with_its_words_and_an_example() -> None:
    first, *rest = hints(read_feedback("你态度不好"))
    assert "“态度不好”" in first
    assert "周三会上打断了客户三次" in first
    assert len(rest) == 3


def test_each_missing_part_is_asked_for() -> None:
    asked = hints(read_feedback("你把投诉单压了两天没处理"))
    assert len(asked) == 2
    assert "场合" in asked[0]
    assert "结果" in asked[1]


def test_an_empty_text_gets_one_hint() -> None:
    assert len(hints(read_feedback("  "))) == 1
    assert read_feedback("").score == 0


def test_sweeping_words_are_asked_for_numbers() -> None:
    assert any("“总是”" in hint for hint in hints(read_feedback("你总是迟到")))


def test_english_hints_hold_no_chinese_but_the_quoted_words() -> None:
    for text in ("you are lazy", "You sent three notes", "", "always late", "你太懒了"):
        for hint in hints(read_feedback(text), "en-US"):
            assert not HAN.search(hint.replace("“懒”", ""))


def test_the_score_is_the_sum_of_the_rules_it_explains() -> None:
    reading = read_feedback("你把投诉单压了两天没处理")
    rules = explain(reading)
    assert sum(points for _, points, _ in rules) == 100
    assert reading.score == sum(points for _, points, earned in rules if earned) == 60


def test_a_judging_text_scores_less_than_the_same_without() -> None:
    assert read_feedback(GOOD + "你太懒了。").score < read_feedback(GOOD).score // 2


def test_json_has_the_agreed_shape() -> None:
    fields = as_json(read_feedback("你没来，会就开不成了"))
    assert list(fields) == ["situation", "behavior", "impact", "missing", "judgmental", "score", "hints"]
    assert fields["missing"] == ["situation"]
    assert fields["behavior"] == "你没来"
