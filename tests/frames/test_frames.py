"""`df.xlf` and `apply`: how arguments are found, what comes back, what becomes of bad rows."""

from __future__ import annotations

import datetime as dt
import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import xlfuncs
from tests.support.conversions import EXPECTED, PRICES, SHARES
from xlfuncs import catalogue
from xlfuncs.errors import BoundsError, InputError
from xlfuncs.frames import FrameFunctions, apply

if TYPE_CHECKING:
    from collections.abc import Callable

loose: Any = pd  # pandas takes more kinds of values than its types say


# Arguments


def test_a_column_a_constant_and_what_the_frame_has(frame: Any) -> None:
    values = frame.xlf.conversion_shares(preferred_shares="held", face_amount=1000.0)
    assert values.tolist() == EXPECTED
    assert values.name == "conversion_shares"
    assert values.index.equals(frame.index)
    assert values.dtype == "Int64"
    assert frame.xlf.conversion_shares("held", 1000.0).tolist() == EXPECTED


@pytest.mark.parametrize(
    "given",
    [
        pd.Series(SHARES, index=["a", "b", "c"]),
        pd.Series(SHARES[::-1], index=["c", "b", "a"]),
        pd.Series([*SHARES, 1.0], index=["a", "b", "c", "d"]),
        np.array(SHARES),
        np.array(SHARES, dtype=np.float32),
        np.array(SHARES, dtype=np.uint16),
        SHARES,
        tuple(SHARES),
        pd.array(SHARES, dtype="Float64"),
        pd.array(SHARES, dtype="float64[pyarrow]"),
        pd.Index(SHARES),
        pd.Categorical(SHARES),
        pd.Series(SHARES, index=["a", "b", "c"], dtype="Sparse[float64]"),
        np.array(SHARES, dtype=object),
        [np.float64(share) for share in SHARES],
    ],
)
def test_a_series_is_aligned_and_an_array_stands_in_order(frame: Any, given: Any) -> None:
    assert frame.xlf.conversion_shares(given, face_amount=1000.0).tolist() == EXPECTED


def test_a_row_that_a_series_lacks_is_blank(frame: Any) -> None:
    given = pd.Series(SHARES[:2], index=["a", "b"])
    values, faults = apply(frame, "conversion_shares", given, 1000.0)
    assert values.isna().tolist() == [False, False, True]
    assert faults["sentence"].tolist() == ["preferred_shares must be a number, not blank"]


def test_duplicates_in_the_index(frame: Any) -> None:
    frame.index = ["a", "a", "b"]
    same = pd.Series(SHARES, index=["a", "a", "b"])
    assert frame.xlf.conversion_shares(same, 1000.0).tolist() == EXPECTED
    by_label = pd.Series([7500.0, 2500.0], index=["a", "b"])
    assert frame.xlf.conversion_shares(by_label, 1000.0, errors="raise").notna().all()
    other = pd.Series(SHARES, index=["a", "b", "b"])
    with pytest.raises(InputError, match="preferred_shares: the Series has an index that differs"):
        frame.xlf.conversion_shares(other, 1000.0)


def test_an_index_of_several_levels(frame: Any) -> None:
    frame.index = pd.MultiIndex.from_product([["x"], ["a", "b", "c"]], names=["fund", "lot"])
    assert frame.xlf.conversion_shares("held", 1000.0).index.equals(frame.index)
    table = frame.xlf.option_vesting_schedule(grant="held", start_date=dt.date(2004, 12, 6))
    assert table.index.names == ["fund", "lot", "row"]
    assert table.loc[("x", "b", 0)].tolist() == [pd.Timestamp("2005-12-06"), 1250]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"preferred_shares": "shares"}, "preferred_shares: the frame has no column 'shares'"),
        ({"preferred_shares": [1.0]}, "preferred_shares has 1 rows, the frame 3"),
        ({"preferred_shares": np.ones((3, 2))}, "must be one column, not an array of 2"),
        ({"preferred_shares": pd.DataFrame({"a": [1]})}, "must be one column, not a frame"),
        ({"preferred": "held"}, "conversion_shares has no argument 'preferred'; it has preferred_"),
        ({}, "conversion_shares needs preferred_shares: give it, or a frame with a column of that"),
    ],
)
def test_an_argument_that_cannot_be_found(frame: Any, given: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as raised:
        frame.xlf.conversion_shares(face_amount=1000.0, **given)
    assert says in str(raised.value)


def test_a_date_as_text_is_told_how_to_be_a_date(frame: Any) -> None:
    with pytest.raises(InputError) as raised:
        frame.xlf.option_vesting_schedule(grant="held", start_date="2004-12-06")
    assert str(raised.value) == (
        "start_date: the frame has no column '2004-12-06'; a date is needed: date(2004, 12, 6)"
    )


def test_too_many_and_twice(frame: Any) -> None:
    with pytest.raises(InputError, match="takes at most 4 arguments, not 5"):
        apply(frame, "conversion_shares", "held", 1.0, 2.0, 3.0, 4.0)
    with pytest.raises(InputError, match="preferred_shares is given twice"):
        apply(frame, "conversion_shares", "held", preferred_shares="held")
    frame.columns = ["held", "premium", "premium"]
    with pytest.raises(InputError, match="premium: the frame has 2 columns named 'premium'"):
        apply(frame, "conversion_shares", "held", 1000.0, conversion_price=5.0)


def test_a_value_for_all_rows_that_is_wrong_is_one_mistake(frame: Any) -> None:
    with pytest.raises(BoundsError, match=r"face_amount must be above 0.*\(Certificate of Desig"):
        frame.xlf.conversion_shares("held", -1000.0)


def test_a_word_is_a_constant_unless_it_is_a_column(frame: Any) -> None:
    terms = {"strike": 6.0, "years": 4.0, "rate": 0.05, "volatility": 0.7}
    frame["spot"] = PRICES
    puts = [xlfuncs.black_scholes("put", price, *terms.values()) for price in PRICES]
    assert frame.xlf.black_scholes("put", **terms).tolist() == pytest.approx(puts, rel=1e-12)
    assert frame.xlf.black_scholes(" PUT", **terms).tolist() == pytest.approx(puts, rel=1e-12)
    frame["kind"] = ["put", "Put", "put "]
    assert frame.xlf.black_scholes("kind", **terms).tolist() == pytest.approx(puts, rel=1e-12)
    with pytest.raises(InputError, match='no column \'puts\', and it is not "call" or "put"'):
        frame.xlf.black_scholes("puts", **terms)
    frame["put"] = "call"
    with pytest.raises(InputError, match="option_type='put' is ambiguous: it is a word of option"):
        frame.xlf.black_scholes("put", **terms)
    assert frame.xlf.black_scholes(frame["kind"], **terms).tolist() == pytest.approx(puts)


def test_no_limit(frame: Any) -> None:
    frame["cap_available"] = ["no limit", 100, "No Limit"]
    table = frame.xlf.convertible_now("held", ownership_available="no limit")
    assert table[0].tolist() == [7500, 100, 2500]
    assert table[1].tolist() == [
        "none",
        xlfuncs.convertible_now(5000, 100, "no limit")[0][1],
        "none",
    ]
    frame["approved"] = loose.to_datetime([None, "2000-01-01", None])
    limits = frame.xlf.exchange_cap_available(9000, "held", dt.date(2000, 1, 1), "approved")
    assert limits.tolist() == [1500, "no limit", 6500]


def test_a_blank_in_an_optional_argument_is_its_default(frame: Any) -> None:
    frame["legal_maximum_rate"] = [np.nan, 0.1, np.nan]
    values = frame.xlf.default_interest(1e6, 37, 0.24)
    expected = [xlfuncs.default_interest(1e6, 37, 0.24, most) for most in (None, 0.1, None)]
    assert values.tolist() == expected
    assert frame.xlf.default_interest("held", 37, 0.24, pd.NA).tolist() == [
        xlfuncs.default_interest(share, 37, 0.24) for share in SHARES
    ]


# Dates


@pytest.mark.parametrize(
    "days",
    [
        loose.to_datetime(["1999-08-02 00:00", None, "1999-08-03 15:30"]),
        [dt.date(1999, 8, 2), None, dt.date(1999, 8, 3)],
        [pd.Timestamp("1999-08-02 09:00").to_pydatetime(), pd.NaT, pd.Timestamp("1999-08-03")],
        loose.array([dt.date(1999, 8, 2), None, dt.date(1999, 8, 3)], dtype="date32[day][pyarrow]"),
        loose.array(
            loose.to_datetime(["1999-08-02", None, "1999-08-03"]), dtype="timestamp[ns][pyarrow]"
        ),
        np.array(["1999-08-02", "NaT", "1999-08-03"], dtype="datetime64[ms]"),
        loose.Categorical(loose.to_datetime(["1999-08-02", None, "1999-08-03"])),
    ],
)
def test_dates_of_every_kind(frame: Any, days: Any) -> None:
    values, faults = apply(frame, "delivery_deadline", days, dt.date(1999, 8, 3))
    assert values.dtype == "datetime64[s]"
    assert values.iloc[0] == pd.Timestamp("1999-08-05")
    assert faults["sentence"].tolist() == ["conversion_date must be a date, not blank"]
    assert faults.index.tolist() == ["b"]


def test_the_last_day_and_days_that_are_none(frame: Any) -> None:
    days = np.array(["9999-12-20", "1899-12-31", "12000-01-01"], dtype="datetime64[s]")
    values, faults = apply(frame, "add_business_days", days, 1)
    assert values.iloc[0] == pd.Timestamp("9999-12-21")
    assert faults["position"].tolist() == [1, 2]
    assert faults["sentence"].iloc[1] == (
        "from_date must be a date from 1900-03-01 on, not one of the year 12000"
    )


def test_text_is_no_date_and_no_number(frame: Any) -> None:
    frame["when"] = ["1999-08-02", "1999-08-03", None]
    with pytest.raises(InputError) as raised:
        frame.xlf.delivery_deadline("when", dt.date(1999, 8, 3))
    assert str(raised.value) == (
        "conversion_date must be a date, and df['when'] holds text: convert it with "
        "pd.to_datetime first"
    )
    with pytest.raises(InputError, match=r"holds text: convert it with pd.to_numeric first"):
        frame.xlf.conversion_shares(["1", "2", "3"], 1000.0)
    mixed = [dt.date(1999, 8, 2), "1999-08-03", dt.date(1999, 8, 4)]
    faults = apply(frame, "delivery_deadline", mixed, dt.date(1999, 8, 3)).faults
    assert faults["sentence"].tolist() == ["conversion_date must be a date, not '1999-08-03'"]


def test_moments(frame: Any) -> None:
    at = loose.to_datetime(["2003-07-27 16:59", "2003-07-27 17:01", None])
    terms = {"opens": dt.date(1999, 7, 27), "expires": pd.Timestamp("2003-07-27 17:00")}
    values, faults = apply(frame, "warrant_is_exercisable", at, **terms)
    assert values.dtype == "boolean"
    assert values.tolist()[:2] == [True, False]
    assert faults.index.tolist() == ["c"]
    zoned = at.tz_localize("US/Pacific")
    faults = apply(frame, "warrant_is_exercisable", zoned, **terms).faults
    assert "without a time zone" in faults["sentence"].iloc[0]


# Ranges

DAYS = pd.to_datetime([f"1999-07-{day}" for day in (19, 20, 21, 22, 23, 26, 27, 28, 29, 30)])
BIDS = [5.125, 5, 4.875, 5.25, 5.5, 4.75, 4.9375, 5.0625, 5.375, 5.1875]


@pytest.mark.parametrize("as_list", [list, np.array, pd.Series, pd.Index])
def test_a_range_is_one_for_all_rows(frame: Any, as_list: Callable[[Any], Any]) -> None:
    frame["conversion_date"] = pd.to_datetime(["1999-08-02", "1999-07-30", "1999-07-20"])
    values, faults = apply(
        frame, "variable_conversion_price", bid_dates=as_list(DAYS), closing_bids=as_list(BIDS),
        lookback_days=9, lowest_count=6, price_multiple=1.01,
    )  # fmt: skip
    plain = [day.date() for day in DAYS]
    day = dt.date(1999, 8, 2)
    assert values.iloc[0] == xlfuncs.variable_conversion_price(day, plain, BIDS, 9, 6, 1.01)
    assert faults["code"].tolist() == ["#N/A"]
    assert faults.index.tolist() == ["c"]


def test_a_range_of_its_own_in_each_row(frame: Any) -> None:
    frame["conversion_prices"] = [[5.0079, 4.875], np.array([5.125, 7.0]), ["x"]]
    values, faults = apply(frame, "default_price_reset", 6.03)
    assert values.tolist()[:2] == [4.875, 5.125]
    assert faults["argument"].tolist() == ["conversion_prices"]
    backwards, _ = apply(frame, "default_price_reset", 6.03, frame["conversion_prices"][::-1])
    assert backwards.equals(values)


def test_blanks_in_a_range() -> None:
    frame = pd.DataFrame({"fixed_price": [6.03, 4.0]})
    prices = pd.Series([5.0079, 4.875, np.nan])
    values, _ = apply(frame, "default_price_reset", conversion_prices=prices)
    assert values.tolist() == [4.875, 4.0]
    with pytest.raises(xlfuncs.MissingDataError, match="has a gap: row 2 of the range is blank"):
        apply(frame, "default_price_reset", conversion_prices=[5.0, None, 4.0])


def test_a_block_of_rows_by_the_names_of_its_columns() -> None:
    events = pd.DataFrame(
        {"shares": [1e6], "kind": ["issue"], "date": pd.to_datetime(["1999-08-02"]),
         "consideration": [4e6], "market price": [5.0], "shares outstanding": [25.4e6]}
    )  # fmt: skip
    made = xlfuncs.anti_dilution_ledger.__card__.arguments[2].unit  # type: ignore[attr-defined]
    events.columns = [made.columns[place] for place in (2, 1, 0, 3, 5, 6)]
    rows = [[dt.date(1999, 8, 2), "issue", 1e6, 4e6, None, 5.0, 25.4e6]]
    expected = xlfuncs.anti_dilution_ledger(6.7838, 447761, rows)
    table, _ = apply(pd.DataFrame(), "anti_dilution_ledger", 6.7838, 447761, events)
    assert table.iloc[0].tolist()[1:] == expected[0][1:]
    assert table.iloc[0, 0] == pd.Timestamp(expected[0][0])
    by_row, _ = apply(
        pd.DataFrame({"exercise_price": [6.7838, 6.0]}, index=["x", "y"]),
        "anti_dilution_ledger", warrant_shares=447761, events=rows,
    )  # fmt: skip
    assert by_row.index.tolist() == [("x", 0), ("y", 0)]


# One call


def test_what_does_not_differ_from_row_to_row_is_one_call(frame: Any) -> None:
    closes = pd.DataFrame({"close": [20, 20.1, 19.9, 20, 20.5, 20.25, 20.9]})
    alone = xlfuncs.historical_volatility(closes["close"].tolist())
    assert apply(closes, "historical_volatility", "close")[0] == alone
    shares = frame.xlf.allocate_pro_rata(1000, "held")
    assert shares.tolist() == xlfuncs.allocate_pro_rata(1000, [7500, 5000, 2500])
    assert shares.index.equals(frame.index)
    assert shares.name == "allocate_pro_rata"
    paid = frame.xlf.liquidation_waterfall(1e6, [1, 1, 2], preferences="held")
    assert paid.index.tolist() == [0, 1, 2, 3]
    table = frame.xlf.option_vesting_schedule(220000, dt.date(2004, 12, 6))
    assert table.shape == (13, 2)
    assert [str(kind) for kind in table.dtypes] == ["datetime64[s]", "Int64"]
    with pytest.raises(BoundsError):
        frame.xlf.allocate_pro_rata(1000, [-1])


# Bad rows


# Frames without rows, and what the accessor says of itself


@pytest.mark.parametrize("made", catalogue.CARDS, ids=[made.name for made in catalogue.CARDS])
def test_an_empty_frame_has_an_empty_answer(made: Any) -> None:
    frame: Any = pd.DataFrame({one.name: pd.Series([], dtype=object) for one in made.arguments})
    ranges: dict[str, list[float]] = {one.name: [] for one in made.arguments if one.is_range}
    values = getattr(frame.xlf, made.name)(**ranges)
    assert values.empty
    assert values.index.names[0] is None


def test_every_function_is_a_method() -> None:
    accessor = FrameFunctions(pd.DataFrame())
    for made in catalogue.CARDS:
        assert made.name in dir(accessor)
        method: Any = getattr(accessor, made.name)
        assert method.__name__ == made.name
        assert made.summary in method.__doc__
        names = list(inspect.signature(method).parameters)
        assert names == [*(one.name for one in made.arguments), "errors"]
        assert "errors" not in names[:-1], "an argument of that name could not be given"
    with pytest.raises(AttributeError, match="there is no function 'conversion_share'"):
        accessor.conversion_share()
    with pytest.raises(InputError, match="explain takes the arguments of another function"):
        apply(pd.DataFrame(), "explain", "x")


# Kernels
