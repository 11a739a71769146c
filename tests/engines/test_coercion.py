"""Numbers made texts and texts made numbers; the figures are Excel's, as others have noted them."""

from __future__ import annotations

import struct

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

# The bits of numbers, and what Excel makes of them: from the tests of Apache POI.
_WRITTEN = """
    3FF00068DB8BAC71 1.0001                 405EDD3C07FB4C99 123.456789012346
    4132D687E3DF2180 1234567.89012346       3EE9E409302678BA 1.23456789012346E-05
    3F202E85BE180B74 0.000123456789012346   3EE9E409301B5A02 0.0000123456789
    3E6E7D05BDABDE50 0.000000056789012345   3E6E7D05BDAD407E 5.67890123456E-08
    3E6E7D06029F18BE 0.00000005678902       2BCB5733CB32AE6E 9.99999999999912E-98
    2B617F7D4ED8C59E 1.0000000000001E-99    0036319916D67853 1.2345678901235E-307
    359DEE7A4AD4B81F 2E-50                  41678C29DCD6E9E0 12345678.9012346
    42A674E79C5FE523 12345678901234.6       42DC12218377DE6B 123456789012346
    43118B54F22AEB03 1234567890123460       43E56A95319D63E1 12345678901234600000
    441AC53A7E04BCDA 1.23456789012346E+20   C3E56A95319D63E1 -12345678901234600000
    54820FE0BA17F46D 1.2345678901235E+99    54B693D8E89DF188 1.2345678901235E+100
    7FEFFFFFFFFFFFFF 1.7976931348623E+308   0010000000000000 2.2250738585072E-308
    000FFFFFFFFFFFFF 0                      441AC7A08EAD02F2 1.235E+20
    40FE26BFFFFFFFF9 123500                 3E4A857BFB2F2809 0.00000001235
    3BCD291DEF868C89 1.235E-20              444B1AE4D6E2EF4F 1E+21
    412E847FFFFFFFFF 1000000                3E45798EE2308C39 0.00000001
    3C32725DD1D243AB 0.000000000000000001   3BFD83C94FB6D2AB 1E-19
    547D42AEA2879F2B 1E+99                  544CE6345CF3209C 1.23456789012345E+98
"""
WRITTEN = _WRITTEN.split()
MARKS = st.text(alphabet="0123456789,.-+$%()/: eEJanFb", max_size=12)


@pytest.mark.parametrize(("bits", "text"), list(zip(WRITTEN[::2], WRITTEN[1::2], strict=True)))
def test_numbers_as_excel_writes_them(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert text_of(number) == text


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
