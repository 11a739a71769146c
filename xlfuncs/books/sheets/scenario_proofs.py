"""Proofs of the model by native formulas: what it must give where that can be told without it.

At no volatility the price is certain and the value an ordinary formula; at any volatility there
are bounds that hold whatever the price does; and the fan begins with the shares of today.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from xlfuncs.books import page as p
from xlfuncs.books.sheets import scenario_model as m
from xlfuncs.books.sheets.scenario_grids import STEPS
from xlfuncs.books.sheets.splits import SPLIT_FACTOR
from xlfuncs.books.sheets.tables import step_number

_NEAR: Final = 1e-6
_SHARE: Final = 1e-4
_QUANTILES: Final = ("fan_5", "fan_25", "fan_50", "fan_75", "fan_95")


def write(page: p.Page, days: int) -> None:
    """Write the section.

    Args:
        page: the sheet.
        days: the closes in a window.
    """
    page.section("Proofs of the model: where it must agree with native formulas")
    _window(page, days)
    page.headings()
    _certain(page)
    _bounds(page)
    _fan(page)
    page.next()


def _window(page: p.Page, days: int) -> None:
    """The window of that conversion: bids that are known, then a price without chance."""
    heads = ("Closes of the window of that conversion", "Trading day", "Bid, if known today",
             "At no volatility", "Rank from the lowest")  # fmt: skip
    page.headings(heads, right=range(p.VALUE, len(heads) + 1))
    page.sheet.row_dimensions[page.row - 1].height = 27
    first, last = page.row, page.row + days - 1
    splits = page.draft.has("split_dates", "split_logs")
    for row in range(first, last + 1):
        page.put(p.LABEL, row - first + 1, "Number label", '"Close "0')
        # The bids before the last close, whether the window reaches back to them or not.
        back = f"{step_number(first, row, 1)}-lookback_days-1-1"
        page.put(p.VALUE, f"=WORKDAY(as_of,{back},holidays)", "Figure", p.DATE)
        bid = f"INDEX(closing_bids,MATCH(B{row},bid_dates,0))"
        factor = f"/{SPLIT_FACTOR.format(after=f'B{row}', upto='as_of')}" if splits else ""
        page.put(p.UNIT, f"={bid}{factor}", "Figure", p.EVEN_PRICE)
        # How many trading days after the last close it is; below nothing it is a bid.
        day = f"scenario_days-lookback_days+{step_number(first, row, 0)}"
        known = f"INDEX($C${first}:$C${last},lookback_days+1+{day})"
        growth = f"EXP((risk_free_rate-{_yield(page.draft)})*({day})/trading_days_in_year)"
        certain = f"=IF({day}<0,{known},scenario_price*{growth})"
        page.put(p.SOURCE, certain, "Figure", p.EVEN_PRICE)
        # Compared as numbers: a criterion in text would cut them to fifteen digits.
        rank = (
            f"=SUMPRODUCT(($D${first}:$D${last}<D{row})*1)+SUMPRODUCT(($D${first}:D{row}=D{row})*1)"
        )
        page.put(p.NAME, rank, "Figure", p.COUNT)
        page.next()
    for name, letter in (("known_bids", "C"), ("certain_closes", "D"), ("certain_ranks", "E")):
        page.draft.define(name, page.sheet.title, f"${letter}${first}:${letter}${last}")


def _yield(draft: p.Draft) -> str:
    return "dividend_yield" if draft.has("dividend_yield") else "0"


def _certain(page: p.Page) -> None:
    """At no volatility."""
    lowest = "SUMPRODUCT((certain_ranks<=lowest_count)*certain_closes)/lowest_count"
    price = f"price_multiple*{lowest}"
    if page.draft.has("fixed_price"):
        price = f"MIN(fixed_price,{price})"
    call = m.value_call(page.draft, "scenario_price", "0", capped=False)
    page.figure(
        "certain_value",
        "Value at no volatility",
        f"=INDEX({call},{m.VALUE},2)",
        p.MONEY,
        unit="USD a preferred share",
        note="The stock grows at the risk-free rate; before any limit.",
        twin=f"(face_amount+scenario_premium)/({price})*scenario_price*{m.held(page.draft)}",
        tolerance=_NEAR,
    )


def _bounds(page: p.Page) -> None:
    """What holds at any volatility."""
    draft = page.draft
    page.entry(
        "proof_rounding",
        "Rounding allowed in these proofs",
        _NEAR,
        "0.0E+00",
        note="In USD, in shares and in quantiles.",
    )
    if draft.has("fixed_price"):
        least = "preferred_outstanding*(face_amount+scenario_premium)/fixed_price"
        _count(page, "grid_shares_too_few", "Means below the shares at the fixed price",
               f"SUMPRODUCT((grid_shares<{least}-proof_rounding)*1)")  # fmt: skip
        _count(page, "grid_values_too_low", "Values below that of the fixed price alone",
               _in_columns("{column}<grid_fixed_value-proof_rounding"))  # fmt: skip
    if draft.has("grid_cap_chance"):
        most = f"cap_shares_per_preferred*scenario_prices*{m.held(draft)}"
        above = _in_columns(f"{{column}}>{most}+proof_rounding")
        _count(page, "grid_values_too_high", "Values above that of all the shares the cap leaves",
               f"IF(ISNUMBER(cap_shares_per_preferred),{above},0)")  # fmt: skip
    chances = [name for name in ("grid_variable_chance", "grid_cap_chance", "fan_variable_chance",
                                 "fan_cap_chance") if draft.has(name)]  # fmt: skip
    if chances:
        _count(page, "chances_out_of_range", "Chances below nothing or above one", "+".join(
            f'COUNTIF({name},"<0")+COUNTIF({name},">1")' for name in chances))  # fmt: skip


def _in_columns(test: str) -> str:
    """How many values of the grid a test is true of, column by column."""
    columns = (f"INDEX(grid_value,0,{place})" for place in range(1, len(STEPS) + 1))
    return "+".join(f"SUMPRODUCT(({test.format(column=column)})*1)" for column in columns)


def _fan(page: p.Page) -> None:
    disorder = "+".join(
        f"SUMPRODUCT(({low}>{high}+proof_rounding)*1)" for low, high in pairwise(_QUANTILES)
    )
    _count(page, "fan_out_of_order", "Quantiles of the fan that do not rise", disorder)
    page.figure(
        "fan_start",
        "The fan today",
        "=IF(ISERROR(conversion_price),conversion_price,INDEX(fan_mean,1))",
        p.PARTIAL_SHARES,
        unit="shares, unrounded",
        note="The shares of a conversion on the as-of date, which are certain.",
        twin="preferred_outstanding*(face_amount+premium)/conversion_price",
        tolerance=_SHARE,
    )
    # With more steps than rows the fan ends before the conversion at maturity.
    at_end = 'IF(INDEX(fan_dates,ROWS(fan_dates))=scenario_date,{0},"earlier")'
    page.figure(
        "fan_end",
        "The fan at its end",
        f"={at_end.format('INDEX(fan_mean,ROWS(fan_mean))')}",
        p.PARTIAL_SHARES,
        unit="shares, unrounded",
        note="The mean of the conversion at maturity, by the other of the two functions.",
        twin=at_end.format("wait_shares"),
        tolerance=_SHARE,
    )


def _count(page: p.Page, name: str, label: str, formula: str) -> None:
    """A count of what must not be: nothing, by its twin."""
    page.figure(name, label, f"={formula}", p.COUNT, unit="must be 0", twin="0")
