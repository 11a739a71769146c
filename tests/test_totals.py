"""Figures that follow from several functions together, checked with exact decimal arithmetic."""

from __future__ import annotations

from datetime import date

import pytest

import xlfuncs


def test_what_could_be_issued_at_the_closing_is_below_the_cap() -> None:
    """15,000 shares of Series A and B at 6.03, then the Warrants, then the agent's."""
    preferred = xlfuncs.purchase_rights(15_000, 1000, 0, 6.03, 1)
    assert preferred == pytest.approx(2_487_562.19, abs=0.005)
    with_warrants = preferred + 2 * 447_761
    assert with_warrants == pytest.approx(3_383_084.19, abs=0.005)
    with_agent = with_warrants + 2 * 87_500
    assert with_agent == pytest.approx(3_558_084.19, abs=0.005)
    assert with_agent < 5_071_913


def test_the_price_at_which_both_series_reach_the_cap() -> None:
    """At 2.957464 the shares of 15,000 preferred are the Cap Amount, at a lower price more."""
    at = xlfuncs.purchase_rights(15_000, 1000, 0, 15_000_000 / 5_071_913, 1)
    assert at == pytest.approx(5_071_913, abs=1e-3)
    assert pytest.approx(2.957464, abs=5e-7) == 15_000_000 / 5_071_913


def test_a_conversion_default_for_each_share() -> None:
    """1,000 shares, faxed 2 August 1999, cured 20 August: 139.315068 USD a share."""
    premium = xlfuncs.accreted_premium(date(1999, 8, 2), date(1998, 12, 18), 1000, 0.06)
    days = (date(1999, 8, 2), date(1999, 8, 5), date(1999, 8, 20))
    total = xlfuncs.conversion_default_payment(*days, 1000, 1000, premium, 500, 0.01)
    assert total / 1000 == pytest.approx(139.315068, abs=5e-7)


def test_interest_on_a_million_for_37_days() -> None:
    assert round(xlfuncs.default_interest(1e6, 37, 0.24), 2) == 24_328.77


def test_two_issues_together_come_to_a_change_of_over_two_percent() -> None:
    first = 6.7838 - xlfuncs.weighted_average_exercise_price(6.7838, 25.4e6, 1e6, 4e6, 5.0)
    second = 6.7838 - xlfuncs.weighted_average_exercise_price(6.7838, 26.4e6, 1.5e6, 5.25e6, 4.75)
    assert first + second == pytest.approx(0.147371, abs=5e-7)
    assert (first + second) / 6.7838 == pytest.approx(0.02172, abs=5e-6)
