"""The dilution fan: each row against the conversion of its date, and against plain simulation."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.floating import plain, told
from xlfuncs import (
    MissingDataError,
    dilution_fan,
)

DAY = 1 / 252


def test_a_row_of_the_fan_is_the_conversion_of_its_date() -> None:
    horizons, premiums, years = [10, 300, 658], [1.0, 60.0, 156.493151], [10 * DAY, 1.2, 952 / 365]
    rows = dilution_fan(
        5.0, 0.8, 0.045, horizons, 1000.0, premiums, 6.03, 10, 6, 1.01, years, 338.1275, points=256
    )
    for row, days, premium, time in zip(rows, horizons, premiums, years, strict=True):
        figures = told(
            5.0, 0.8, 0.045, days, 1000.0, premium, 6.03, 10, 6, 1.01, time, 338.1275, points=256
        )
        listed = list(figures.values())
        assert row == [days, listed[2], *listed[6:], *listed[4:6]]


def test_the_fan_against_a_plain_simulation() -> None:
    horizons, premiums = [12, 126, 504], [2.0, 30.0, 120.0]
    rows = dilution_fan(
        5.0, 0.6, 0.05, horizons, 1000.0, premiums, 6.03, 10, 6, 1.01, (), 400.0, 0.02
    )
    for row, days, premium in zip(rows, horizons, premiums, strict=True):
        arguments = {
            "stock_price": 5.0, "volatility": 0.6, "rate": 0.05, "trading_days": days,
            "face_amount": 1000.0, "premium": premium, "fixed_price": 6.03, "lookback_days": 10,
            "lowest_count": 6, "price_multiple": 1.01, "cap_shares_per_preferred": 400.0,
            "dividend_yield": 0.02,
        }  # fmt: skip
        _, (shares, error) = plain(arguments, 60_000, np.random.default_rng(days))
        assert abs(row[1] - shares) <= 4 * error + 0.02


def test_a_fan_of_no_dates_is_refused() -> None:
    with pytest.raises(MissingDataError, match="horizons is empty"):
        dilution_fan(5.0, 0.8, 0.045, [], 1000.0, [], 6.03, 10, 6, 1.01)
