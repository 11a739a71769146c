"""Arrays are checked as single values are: the same bounds, the same sentences."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xlfuncs import (
    BoundsError,
    ErrorValue,
    InputError,
    XlfuncsError,
    black_scholes,
    black_scholes_amount,
    historical_volatility,
)
from xlfuncs.arrays.guard import checked, together, valued, within_bounds

GOOD: dict[str, Any] = {
    "option_type": "call", "spot": 42.0, "strike": 40.0, "years": 0.5, "rate": 0.1,
    "volatility": 0.2,
}  # fmt: skip


def check(**changed: Any) -> dict[str, Any]:
    return checked(black_scholes, (), GOOD | changed)


def test_defaults_are_filled_and_numbers_are_float64() -> None:
    found = check(spot=[41, 42])
    assert list(found) == [*GOOD, "dividend_yield"]
    assert found["option_type"] == "call"
    assert found["spot"].dtype == np.float64
    assert found["spot"].tolist() == [41.0, 42.0]
    assert found["dividend_yield"].shape == ()
    assert float(found["dividend_yield"]) == 0.0


@pytest.mark.parametrize(
    "spots",
    [
        [41.0, 42.0],
        (41, 42),
        np.array([41, 42], dtype=np.int32),
        np.array([41, 42], dtype=np.float32),
        pd.Series([41.0, 42.0], index=[7, 8]),
        pd.Series([41, 42], dtype="Int64"),
        [Decimal(41), Decimal(42)],
    ],
)
def test_whatever_holds_numbers_is_taken(spots: object) -> None:
    found = check(spot=spots)["spot"]
    assert found.dtype == np.float64
    assert found.tolist() == [41.0, 42.0]


def test_an_array_of_doubles_is_not_copied() -> None:
    spots = np.linspace(1.0, 2.0, 5)
    assert check(spot=spots)["spot"] is spots


@pytest.mark.parametrize(
    ("changed", "kind", "says"),
    [
        ({"spot": -1.0}, BoundsError, "spot must be above 0 and at most 1,000,000,000, not -1"),
        ({"spot": [1.0, 0.0, 2.0]}, BoundsError, "spot[1] must be above 0"),
        ({"spot": [1.0, -3.0, -4.0]}, BoundsError, "not -3; 2 of the 3 values are such"),
        ({"spot": [[1.0, 2.0], [3.0, np.nan]]}, BoundsError, "spot[1, 1] must be a finite number"),
        ({"spot": [1.0, np.inf]}, BoundsError, "spot[1] must be a finite number, not inf"),
        ({"years": [0.0, 1001.0]}, BoundsError, "years[1] must be from 0 to 1,000, not 1,001"),
        ({"spot": [1.0, "two"]}, InputError, "spot[1] must be a number, not 'two'"),
        ({"spot": [1.0, None]}, InputError, "spot[1] must be a number, not blank"),
        ({"spot": [1.0, True]}, InputError, "spot[1] must be a number, not TRUE"),
        ({"spot": np.array([True, False])}, InputError, "spot[0] must be a number, not TRUE"),
        ({"spot": np.array([1j])}, InputError, "spot[0] must be a number"),
        ({"spot": [[1.0], [1.0, 2.0]]}, InputError, "spot must be numbers in equal rows"),
        ({"spot": pd.Series([1.0, None], dtype="Float64")}, BoundsError, "a finite number"),
        ({"spot": np.ma.masked_less([1.0, -1.0], 0.0)}, InputError, "spot[1] must be a number"),
        ({"spot": np.array(["2020-01-01"], "datetime64[D]")}, InputError, "spot[0] must be a"),
        ({"spot": [1.0, ErrorValue.NA]}, XlfuncsError, "spot[1] holds the error #N/A"),
        ({"spot": 10**400}, BoundsError, "spot must be"),
        ({"dividend_yield": None}, InputError, "dividend_yield must be a number, not blank"),
        ({"option_type": ["call", "straddle"]}, InputError, "option_type[1] must be"),
        ({"option_type": ["call", 1.0]}, InputError, "option_type[1] must be"),
        ({"option_type": 1.0}, InputError, 'option_type must be "call" or "put", not 1'),
        ({"barrier": 1.0}, InputError, "barrier is not an argument of black_scholes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(
    changed: dict[str, object], kind: type[XlfuncsError], says: str
) -> None:
    with pytest.raises(kind) as caught:
        check(**changed)
    assert says in str(caught.value)
    assert "Black and Scholes" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_arguments_are_bound_as_python_binds_them() -> None:
    with pytest.raises(InputError, match="needs years, rate, volatility as well"):
        checked(black_scholes, ("call", 42.0, 40.0))
    with pytest.raises(InputError, match="spot was given twice"):
        checked(black_scholes, ("call", 42.0), {"spot": 1.0})
    with pytest.raises(InputError, match="takes at most 7 arguments, not 8"):
        checked(black_scholes, ("call", 42.0, 40.0, 0.5, 0.1, 0.2, 0.0, 0.0))


def test_words_are_read_whatever_their_capitals() -> None:
    assert check(option_type=" PUT ")["option_type"] == "put"
    words = check(option_type=np.array(["call", "Put", "call", " put"]))["option_type"]
    assert words.tolist() == ["call", "put", "call", "put"]
    assert check(option_type=pd.Series(["put", "call"]))["option_type"].tolist() == ["put", "call"]
    assert check(option_type=[["put"], ["call"]])["option_type"].shape == (2, 1)
    assert check(option_type=[])["option_type"].shape == (0,)


@pytest.mark.parametrize(
    "days",
    [
        [dt.date(1999, 9, 1), dt.date(2000, 2, 29)],
        np.array(["1999-09-01", "2000-02-29"], "datetime64[D]"),
        np.array(["1999-09-01T18:30", "2000-02-29T01:00"], "datetime64[ns]"),
        pd.Series(pd.to_datetime(["1999-09-01", "2000-02-29"])),
        pd.Series(pd.to_datetime(["1999-09-01", "2000-02-29"])).dt.tz_localize("US/Pacific"),
    ],
)
def test_dates_are_days(days: object) -> None:
    found = checked(black_scholes_amount, (6.0, 6.7838, days, dt.date(2003, 7, 27), 0.06, 0.7))
    assert found["notice_date"].dtype == np.dtype("datetime64[D]")
    assert [str(day) for day in found["notice_date"]] == ["1999-09-01", "2000-02-29"]
    assert found["expiry_date"].shape == ()
    assert found["rate_basis"] == "continuous"
    assert float(found["days_in_year"]) == 365.0


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (36000, "notice_date must be a date, not 36,000"),
        ([dt.date(1999, 9, 1), None], "notice_date[1] must be a date, not blank"),
        (np.array(["1999-09-01", "NaT"], "datetime64[D]"), "notice_date[1] must be a date, not"),
        (np.array(["1800-01-01"], "datetime64[D]"), "notice_date[0] must be a date from 1900-03"),
        (np.array(["12000-01-01"], "datetime64[D]"), "notice_date must be at most 9999-12-31"),
        ("1 September 1999", "notice_date must be a date, not '1 September 1999'"),
    ],
)
def test_what_is_no_date_is_refused(day: object, says: str) -> None:
    with pytest.raises(XlfuncsError) as caught:
        checked(black_scholes_amount, (6.0, 6.7838, day, dt.date(2003, 7, 27), 0.06, 0.7))
    assert says in str(caught.value)


def test_a_whole_number_is_checked_as_one() -> None:
    days = dt.date(1999, 9, 1), dt.date(2003, 7, 27)
    with pytest.raises(BoundsError, match=r"days_in_year\[1\] must be a whole number, not 365.25"):
        checked(black_scholes_amount, (6, 7, *days, 0.06, 0.7), {"days_in_year": [365, 365.25]})


def test_a_range_is_an_array_of_its_unit() -> None:
    found = checked(historical_volatility, ([[5.0, 6.0], [7.0, 8.0]],))
    assert found["closing_prices"].shape == (2, 2)
    with pytest.raises(BoundsError, match=r"closing_prices\[1, 0\] must be above 0"):
        checked(historical_volatility, ([[5.0, 6.0], [0.0, 8.0]],))


def test_bounds_can_be_left_for_later() -> None:
    found = checked(black_scholes, (), GOOD | {"spot": [1.0, -1.0]}, later=True)
    assert found["spot"].tolist() == [1.0, -1.0]
    with pytest.raises(BoundsError, match=r"spot\[1\] must be above 0.*Black and Scholes"):
        within_bounds(black_scholes, found)
    with pytest.raises(InputError, match=r"spot\[1\] must be a number, not 'two'"):
        checked(black_scholes, (), GOOD | {"spot": [1.0, "two"]}, later=True)
    within_bounds(black_scholes, check())


def test_shapes_that_do_not_fit_are_named() -> None:
    row, column = np.ones(3), np.ones((4, 1))
    assert together({"spot": row, "strike": column, "rate": np.ones(())}) == (4, 3)
    with pytest.raises(InputError, match=r"do not fit together: spot \(3,\), strike \(4,\)"):
        together({"spot": row, "strike": np.ones(4), "rate": np.ones(())})


def test_a_value_that_the_scalar_refuses_is_nan() -> None:
    result = valued(black_scholes, np.array([1.0, np.inf, np.nan, 2e9]))
    assert result[0] == 1.0
    assert np.isnan(result[1:]).all()
    assert isinstance(valued(black_scholes, np.array(1.5)), float)
    assert valued(black_scholes, np.empty(0)).shape == (0,)
