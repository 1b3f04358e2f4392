"""Numbers spelled in every way read back as the same number."""

from __future__ import annotations

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.numbers import POINTS, SHARE, find_amounts
from handlers.understanding.numbers import read_number as read

WHOLE = st.integers(min_value=0, max_value=99_999_999)
FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")


def spelled(number: float) -> str:
    return str(cn2an.an2cn(number, "low"))


@given(WHOLE)
def test_a_number_in_characters_reads_back(number: int) -> None:
    assert read(spelled(number)) == number


@given(WHOLE)
def test_digits_read_back_with_and_without_separators_and_in_full_width(number: int) -> None:
    assert read(str(number)) == read(f"{number:,}") == read(str(number).translate(FULL_WIDTH)) == number


@given(st.integers(0, 9999), st.integers(1, 99))
def test_decimals_in_characters_read_back(whole: int, hundredths: int) -> None:
    number = whole + hundredths / 100
    assert read(spelled(number)) == pytest.approx(number)


@given(st.integers(0, 100), st.integers(0, 9))
def test_percentages_read_the_same_in_four_spellings(whole: int, tenth: int) -> None:
    number = whole + tenth / 10
    forms = (f"{number}%", f"{number}％", f"百分之{number}", f"百分之{spelled(number)}", f"{number} percent")
    assert {read(form) for form in forms} == {number}


@given(st.integers(1, 9), st.integers(1, 9))
def test_tenths_are_percentages(tens: int, ones: int) -> None:
    assert read(f"{spelled(tens)}成") == read(f"{tens}成") == 10 * tens
    assert read(f"{spelled(tens)}成{spelled(ones)}") == 10 * tens + ones
    assert read(f"{spelled(tens)}成半") == 10 * tens + 5


@given(st.integers(2, 20), st.integers(1, 19))
def test_fractions_are_percentages(below: int, above: int) -> None:
    assert read(f"{spelled(below)}分之{spelled(above)}") == pytest.approx(100 * above / below, abs=1e-6)


@given(st.integers(1, 9999))
def test_ten_thousands_read_the_same_in_five_spellings(number: int) -> None:
    forms = (f"{number}万", f"{number}w", f"{number / 10000}亿", f"{spelled(number)}万", str(number * 10000))
    assert {read(form) for form in forms} == {number * 10000.0}


@given(st.integers(1, 59), st.integers(1, 59))
def test_minutes_and_seconds_are_minutes(minutes: int, seconds: int) -> None:
    said = find_amounts(f"{minutes}分{seconds}秒")[0]
    assert said.unit == "分钟"
    assert said.value == pytest.approx(minutes + seconds / 60, abs=1e-6)


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_last_digit_without_its_place_counts_in_the_next_lower_one(head: int, tail: int) -> None:
    assert read(f"{spelled(head)}百{spelled(tail)}") == head * 100 + tail * 10
    assert read(f"{spelled(head)}万{spelled(tail)}") == head * 10000 + tail * 1000


@given(st.text(max_size=40))
def test_any_text_is_read_without_failing_and_amounts_lie_inside_it(text: str) -> None:
    for amount in find_amounts(text):
        assert 0 <= amount.start < amount.end <= len(text)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("两个点", 2.0, POINTS),
        ("1.5个百分点", 1.5, POINTS),
        ("8家", 8.0, "家"),
        ("一半", 50.0, SHARE),
        ("two thirds", pytest.approx(66.666667), SHARE),
        ("twenty-five", 25.0, ""),
        ("两百零六", 206.0, ""),
        ("一个半小时", 90.0, "分钟"),
        ("4小时", 4.0, "小时"),
        ("-3", -3.0, ""),
    ],
)
def test_amounts_carry_their_unit(text: str, value: float, unit: str) -> None:
    amount = find_amounts(text)[0]
    assert (amount.value, amount.unit) == (value, unit)


@pytest.mark.parametrize("text", ["十几家", "300多万", "七八家", "几家", "好几十个"])
def test_a_vague_number_is_no_number(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("text", ["看一下", "第一", "统一口径", "周一", "十分感谢", "上一步"])
def test_words_that_contain_a_digit_are_no_numbers(text: str) -> None:
    assert read(text) is None
