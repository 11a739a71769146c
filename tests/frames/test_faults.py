"""Bad rows of a frame: collected, told of once, and no others touched, kernels included."""

from __future__ import annotations

import datetime as dt
import sys
import threading
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import xlfuncs
from tests.support.conversions import EXPECTED, PRICES
from xlfuncs.errors import BoundsError, InputError, XlfuncsError
from xlfuncs.frames import Applied, RowsError, RowsWarning, apply

if TYPE_CHECKING:
    from collections.abc import Callable


def test_bad_rows_are_blank_and_one_warning_tells_of_them(frame: Any) -> None:
    frame["premium"] = [60.0, -1.0, np.nan]
    with pytest.warns(RowsWarning) as warned:
        values = frame.xlf.conversion_shares("held", 1000.0)
    assert len(warned) == 1
    assert warned[0].filename == __file__
    assert str(warned[0].message) == (
        "conversion_shares: 2 of 3 rows have no answer: 'b': premium must be from 0 to "
        "1e+15, not -1; 'c': premium must be a number, not blank "
        '(xlfuncs.frames.apply(df, "conversion_shares", …).faults lists them)'
    )
    assert values.tolist()[0] == EXPECTED[0]
    assert values.isna().tolist() == [False, True, True]
    assert frame.xlf.conversion_shares("held", 1000.0, errors="coerce").equals(values)


def test_raised_when_all_rows_have_been_tried(frame: Any) -> None:
    frame["premium"] = [60.0, -1.0, np.nan]
    with pytest.raises(RowsError, match="2 of 3 rows have no answer") as raised:
        frame.xlf.conversion_shares("held", 1000.0, errors="raise")
    assert isinstance(raised.value, XlfuncsError)
    assert raised.value.values.tolist()[0] == EXPECTED[0]  # noqa: PD011  the error's own
    assert raised.value.faults.index.tolist() == ["b", "c"]
    with pytest.raises(InputError, match="errors must be one of warn, raise, coerce, not 'ignore'"):
        frame.xlf.conversion_shares("held", 1000.0, errors="ignore")


def test_the_table_of_faults(frame: Any) -> None:
    frame.index = [7, 7, 7]
    frame["premium"] = [60.0, -1.0, "x"]
    faults = apply(frame, xlfuncs.conversion_shares, "held", 1000.0).faults
    assert faults.columns.tolist() == ["position", "argument", "code", "sentence", "clause"]
    assert faults.index.tolist() == [7, 7]
    assert faults["position"].tolist() == [1, 2]
    assert faults["argument"].tolist() == ["premium", "premium"]
    assert faults["code"].tolist() == ["#NUM!", "#VALUE!"]
    assert faults["clause"].str.startswith("Certificate of Designation, IV.A").all()


def test_a_refusal_of_the_body_is_its_rows_alone(frame: Any) -> None:
    """Each argument is within its bounds, but not all of them together."""
    frame["closing_date"] = pd.to_datetime(["1998-12-18", "2001-01-01", "1998-12-18"])
    values, faults = apply(
        frame, "accreted_premium", dt.date(1999, 7, 26), face_amount=1000.0, premium_rate=0.06
    )
    assert values.isna().tolist() == [False, True, False]
    assert faults["position"].tolist() == [1]


def test_an_answer_out_of_bounds_is_its_rows_alone(frame: Any) -> None:
    huge = [1e15, 1.0, 1e15]
    values, faults = apply(frame, "conversion_shares", huge, 1e12)
    assert values.isna().tolist() == [True, False, True]
    assert faults["sentence"].str.contains("conversion_shares would be").all()


def test_many_threads_at_once(frame: Any) -> None:
    found: list[Applied] = []

    def work(price: float) -> None:
        found.append(apply(frame, "conversion_shares", "held", 1000.0, conversion_price=price))

    threads = [threading.Thread(target=work, args=(price,)) for price in (5.0, -5.0, 6.0)[::2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert all(one.faults.empty for one in found)


def _room(**functions: Callable[..., Any]) -> ModuleType:
    room = ModuleType("xlfuncs.arrays")
    for name, function in functions.items():
        setattr(room, name, function)
    return room


def test_a_kernel_computes_the_good_rows(frame: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Any, ...]] = []

    def black_scholes(*arguments: Any) -> Any:
        seen.append(arguments)
        return np.where(arguments[1] == 6.0, np.nan, arguments[1] * 2)

    monkeypatch.setitem(sys.modules, "xlfuncs.arrays", _room(black_scholes=black_scholes))
    frame["spot"] = [5.0, -1.0, 6.0]
    values, faults = apply(
        frame, "black_scholes", "call", strike=6.0, years=1.0, rate=0.05, volatility=0.5
    )
    assert len(seen) == 1
    assert seen[0][0] == "call"
    assert seen[0][1].tolist() == [5.0, 6.0], "a bad row is no concern of the kernel"
    assert len(seen[0]) == 6, "what is left out is left to the kernel's own default"
    assert values.iloc[0] == 10.0
    assert values.iloc[2] == xlfuncs.black_scholes("call", 6.0, 6.0, 1.0, 0.05, 0.5)
    assert faults["position"].tolist() == [1]


def _refuses(*_: Any) -> Any:
    raise BoundsError("spot must be above 0")


@pytest.mark.parametrize(
    "room",
    [_room(), _room(black_scholes=_refuses), _room(black_scholes=lambda *_: {"value": 1.0}), None],
    ids=["has it not", "refuses", "gives something else", "no room"],
)
def test_without_a_kernel_the_rows_are_taken_by_the_body(
    frame: Any, monkeypatch: pytest.MonkeyPatch, room: ModuleType | None
) -> None:
    monkeypatch.setitem(sys.modules, "xlfuncs.arrays", room)  # None: it cannot be imported
    terms = {"strike": 6.0, "years": 1.0, "rate": 0.05, "volatility": 0.5}
    values, _ = apply(frame, "black_scholes", "call", "conversion_price", **terms)
    expected = [xlfuncs.black_scholes("call", price, *terms.values()) for price in PRICES]
    assert values.tolist() == expected


def test_what_is_counted_is_not_left_to_a_kernel(
    frame: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlfuncs.arrays", _room(conversion_shares=_refuses))
    assert frame.xlf.conversion_shares("held", 1000.0).tolist() == EXPECTED
