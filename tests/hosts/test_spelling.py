"""Formulas respelled for each spreadsheet and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfuncs.about import CARDS
from xlfuncs.engines.calc_formulas import Setting, Unfit, respelled, whole_call
from xlfuncs.hosts.calc.names import method_name, service_name
from xlfuncs.hosts.spelling import Spelling, calc_spelling, name_in, spelled

TEXTS = {
    Spelling.PLAIN: "XLF_CONVERSION_PRICE(A1,XLF_VERSION())",
    Spelling.SERVICE: "ORG.XLFUNCS.ADDIN.CONVERSIONPRICE(A1,ORG.XLFUNCS.ADDIN.VERSION())",
    Spelling.XLL: "_xll.XLF_CONVERSION_PRICE(A1,_xll.XLF_VERSION())",
    Spelling.OFFICE_JS: "_xldudf_XLF_CONVERSION_PRICE(A1,_xldudf_XLF_VERSION())",
}


@pytest.mark.parametrize("written", Spelling)
@pytest.mark.parametrize("wanted", Spelling)
def test_any_spelling_becomes_any_other(written: Spelling, wanted: Spelling) -> None:
    assert spelled(TEXTS[written], wanted) == TEXTS[wanted]


def test_every_function_comes_back() -> None:
    for made in CARDS:
        for spelling in Spelling:
            formula = f"={name_in(made, spelling)}(A1)"
            assert spelled(formula) == f"={made.worksheet_name}(A1)"
    assert len({service_name(made) for made in CARDS}) == len(CARDS)
    assert all("_" not in method_name(made) for made in CARDS)


@pytest.mark.parametrize(
    "formula",
    [
        '="XLF_VERSION()"',
        "='XLF_VERSION()'!A1",
        "=XLF_VERSION+1",
        "=XLF_NO_SUCH(1)",
        "=MY_XLF_VERSION()",
        "=SUM(A1:A3)",
        "",
    ],
)
def test_what_is_no_call_of_ours_stays(formula: str) -> None:
    for spelling in Spelling:
        assert spelled(formula, spelling) == formula


@pytest.mark.parametrize("file", ["[1]!", "'C:\\add ins\\xlfuncs.xlam'!", "xlfuncs.xlam!"])
def test_the_file_of_the_add_in_is_left_out(file: str) -> None:
    assert spelled(f"={file}xlf_version()&B1") == "=XLF_VERSION()&B1"


@given(st.text("XLF_VERSION()\"'![]A1,.&", max_size=40))
def test_respelled_text_never_fails_and_settles(formula: str) -> None:
    once = spelled(formula, Spelling.SERVICE)
    assert spelled(once, Spelling.SERVICE) == once


def test_which_libreoffice_reads_plain_names() -> None:
    assert calc_spelling((7, 4, 7, 2)) is Spelling.SERVICE
    assert calc_spelling((24, 8, 1)) is Spelling.SERVICE
    assert calc_spelling((25, 2, 0)) is Spelling.PLAIN
    assert calc_spelling((26, 1)) is Spelling.PLAIN


SETTING = Setting(
    Spelling.PLAIN, {"as_of": "Terms!$B$7", "bids": "Market!$B$2:$B$9"}, 36201.0, 36201.5
)


@pytest.mark.parametrize(
    ("formula", "given"),
    [
        ("XLF_VERSION()", "XLF_VERSION()"),
        ("XLF_CONVERSION_SHARES(A1,1000,$B$2,5+A1)",
         "XLF_CONVERSION_SHARES(TRANSPOSE(TRANSPOSE(A1:A1)),1000,TRANSPOSE(TRANSPOSE($B$2:$B$2)),5+A1)"),
        ("XLF_FRACTION_CASH(bids, 252 ,Terms!C3)",
         "XLF_FRACTION_CASH(TRANSPOSE(TRANSPOSE(Market!$B$2:$B$9)), 252 ,T!C3)".replace(
             "T!C3", "TRANSPOSE(TRANSPOSE(Terms!C3:C3))")),
        ("XLF_HISTORICAL_VOLATILITY('Q1 ''99'!A:A)",
         "XLF_HISTORICAL_VOLATILITY(TRANSPOSE(TRANSPOSE('Q1 ''99'!A:A)))"),
        ("IF(A1,XLF_CAP_TRIGGER(A1,2,SUM(B1:B3),1.5),as_of)",
         "IF(A1,(XLF_CAP_TRIGGER(TRANSPOSE(TRANSPOSE(A1:A1)),2,SUM(B1:B3),1.5)<>0),as_of)"),
        ("TODAY()-NOW( )+SUM(A1)", "(36201.0)-(36201.5 )+SUM(A1)"),
        ('"TODAY()"&TODAYS&A1', '"TODAY()"&TODAYS&A1'),
        ("XLF_VERSION(", "XLF_VERSION("),
        ("XLF_FRACTION_CASH({1,2},,A1)",
         "XLF_FRACTION_CASH({1,2},,TRANSPOSE(TRANSPOSE(A1:A1)))"),
    ],
)  # fmt: skip
def test_what_libreoffice_is_given(formula: str, given: str) -> None:
    assert respelled(formula, SETTING) == given


@pytest.mark.parametrize("formula", ["TODAY()", "1+NOW()"])
def test_the_clock_is_never_read(formula: str) -> None:
    with pytest.raises(Unfit, match="reads the clock"):
        respelled(formula, SETTING._replace(today=None, now=None))


@pytest.mark.parametrize(
    ("formula", "name"),
    [
        ("XLF_CAP_TRIGGER(A1,(2))", "cap_trigger"),
        ("[1]!XLF_CAP_TRIGGER(A1,2)", "cap_trigger"),
        ("XLF_CAP_TRIGGER(A1,2)+1", None),
        ("1+XLF_CAP_TRIGGER(A1,2)", None),
        ("XLF_VERSION()&XLF_VERSION()", None),
        ("SUM(A1)", None),
        ("A1", None),
    ],
)
def test_which_function_gives_the_whole_value(formula: str, name: str | None) -> None:
    made = whole_call(formula)
    assert (made and made.name) == name
