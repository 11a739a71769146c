"""Numbers made texts and texts made numbers, by the rules that Apache POI notes of Excel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfuncs.engines.coercion import (
    DoubtfulError,
    number_of,
    reads_as_number,
    text_of,
    to_digits,
    whole_of,
)
from xlfuncs.serials import DAYS_TO_1904

MARKS = st.text(alphabet="0123456789,.-+$%()/: eEJanFb", max_size=12)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"), (7.0, "7"), (-2.5, "-2.5"), (1 / 3, "0.333333333333333"), (0.1 + 0.2, "0.3"),
        (2 / 3 * 1e6, "666666.666666667"), (0.1 * 3 * 1e-3, "0.0003"), (1e-5, "0.00001"),
        (1e5 - 1e-11, "100000"), (987654321098765.4, "987654321098765"),
        (9876543210987654.0, "9876543210987650"), (1e19, "10000000000000000000"),
        (-5.4321e19, "-54321000000000000000"), (1e20, "1E+20"), (2**70, "1.18059162071741E+21"),
        (1 / 3e5, "3.33333333333333E-06"), (4.25e-9, "0.00000000425"),
        (1e-18, "0.000000000000000001"),
        (1e-19, "1E-19"), (-1e-20, "-1E-20"), (1.5e98, "1.5E+98"),
        # Beyond, Excel writes one digit less.
        (1 / 3e99, "3.3333333333333E-100"), (2e200 / 3, "6.6666666666667E+199"),
        (2.0**-1074, "0"),
    ],
)  # fmt: skip
def test_numbers_as_excel_writes_them(number: float, text: str) -> None:
    assert text_of(float(number)) == text
    assert text_of(-float(number)).lstrip("-") == text.lstrip("-")


@given(st.floats(min_value=-1e98, max_value=1e98))
def test_what_is_written_is_read_again(number: float) -> None:
    wanted = 0.0 if abs(number) < 1e-300 else to_digits(number)
    if abs(number) < 1e-98:
        return
    assert number_of(text_of(number)) == wanted


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234", 1234.0), ("1,234,567.5", 1234567.5), ("$5.25", 5.25), ("-$5", -5.0),
        ("(1,000)", -1000.0), ("($7)", -7.0), ("6%", 0.06), ("-6%", -0.06), ("1,200%", 12.0),
        (" 5 ", 5.0), ("+5", 5.0), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("1.5E-3", 0.0015),
        ("1999-02-10", 36201.0), ("10 Feb 1999", 36201.0), ("10-Feb-1999", 36201.0),
        ("February 10, 1999", 36201.0), ("1999-02-10 12:00", 36201.5), ("17:00", 17 / 24),
        ("5:30 PM", 17.5 / 24), ("12:15 am", 0.25 / 24),
    ],
)  # fmt: skip
def test_texts_that_are_numbers(text: str, number: float) -> None:
    assert number_of(text) == number
    assert reads_as_number(text)


def test_dates_count_from_the_books_epoch() -> None:
    assert number_of("1999-02-10", DAYS_TO_1904) == 34739.0


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "Series A", "10 days", "4(c)", "TRUE", "inf", "nan", "W-1", "#N/A", "-"],
)
def test_texts_that_are_none(text: str) -> None:
    assert number_of(text) is None
    assert not reads_as_number(text)


@pytest.mark.parametrize(
    "text",
    ["2/10/1999", "1/2", "1 1/2", "5-", "1,23", "10.2.1999", "30 Feb 1999", "10 Feb 99", "€5",
     "1e400", "1999-02-10 5:00 PM", "25:00", "1e3%", "(-5)", "1 234", "Feb 1999", "10 févr 1999"],
)  # fmt: skip
def test_texts_that_may_be_numbers(text: str) -> None:
    with pytest.raises(DoubtfulError, match="depends on the reader"):
        number_of(text)
    assert reads_as_number(text)


@given(MARKS)
def test_any_text_is_read_or_doubted(text: str) -> None:
    """What is read as a number at all has a digit, and spaces around it change nothing."""
    try:
        number = number_of(text)
    except DoubtfulError:
        return
    assert number_of(f" {text} ") == number
    assert number is None or any(map(str.isdigit, text))


@given(st.floats(min_value=-1e14, max_value=1e14))
def test_a_number_is_cut_or_doubted(number: float) -> None:
    whole = whole_of(number)
    if whole is None:
        assert abs(number - round(number)) < 1e-14 * abs(number)
        assert number != round(number)
    else:
        assert whole == int(number)
