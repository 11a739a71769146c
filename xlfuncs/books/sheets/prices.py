"""The section of prices on the sheet Conversion, and a conversion price on any date.

A deal has a fixed price, a variable price, or the lower of both from a date on: which, its terms
say.
"""

from __future__ import annotations

from typing import Final

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.splits import SPLIT_FACTOR
from xlfuncs.clauses.conversion import (
    accreted_premium,
    conversion_price,
    fixed_conversion_price,
    variable_conversion_price,
)

SPLITS: Final = ("split_dates", "split_ratios")


def start_of(draft: p.Draft) -> str:
    """From when on the variable price counts: the closing, where the terms name no other day."""
    return "variable_price_start" if draft.has("variable_price_start") else "closing_date"


def fixed_on(draft: p.Draft, day: str) -> str:
    """The formula of the fixed price on a date."""
    splits = SPLITS if draft.has(*SPLITS) else ()
    return f.call(fixed_conversion_price, optional=splits, as_of=day)


def variable_on(day: str) -> str:
    """The formula of the variable price on a date."""
    optional = ("holidays", *SPLITS)
    return f.call(variable_conversion_price, optional=optional, conversion_date=day)


def price_on(draft: p.Draft, day: str) -> str:
    """The formula of the Conversion Price on a date."""
    if not draft.has("lookback_days"):
        return fixed_on(draft, day)
    if not draft.has("stated_price"):
        return variable_on(day)
    # Before its start the variable price does not count, whether it can be computed or not.
    variable = f'IF({day}<{start_of(draft)},"",{variable_on(day)})'
    return f.call(
        conversion_price,
        conversion_date=day,
        variable_price_start=start_of(draft),
        fixed_price=fixed_on(draft, day),
        variable_price=variable,
    )


def price_before(draft: p.Draft, day: str) -> str:
    """The formula of the Conversion Price on a day before, where today's can be computed.

    Where it cannot, the reason is told once, at today's price.
    """
    return f"IF(ISERROR(conversion_price),conversion_price,{price_on(draft, day)})"


def write_prices(page: p.Page) -> None:
    """Write the section."""
    page.section("Price")
    page.headings()
    _premium(page)
    fixed, variable = page.draft.has("stated_price"), page.draft.has("lookback_days")
    if fixed:
        _fixed(page)
    if variable:
        page.figure(
            "variable_price",
            "Variable Conversion Price",
            f"={variable_on('conversion_date')}",
            p.PRICE,
            unit="USD a share",
            source=f.source(variable_conversion_price),
            note=f.note(variable_conversion_price),
            twin="price_multiple*SUMPRODUCT((window_ranks<=lowest_count)*window_bids)/lowest_count",
            tolerance=5e-9,
        )
    formula, twin = "=fixed_price", "stated_price"
    if fixed and variable:
        start = start_of(page.draft)
        needed = f'IF(conversion_date<{start},"",variable_price)'
        lower = f.call(conversion_price, variable_price_start=start, variable_price=needed)
        formula = f"={lower}"
        twin = f"IF(conversion_date<{start},fixed_price,MIN(fixed_price,variable_price))"
    elif variable:
        formula = "=variable_price"
    page.figure(
        "conversion_price",
        "Conversion Price",
        formula,
        p.PRICE,
        unit="USD a share",
        source=f.source(conversion_price),
        note=f.note(conversion_price) if fixed and variable else "The one price of this deal.",
        twin=twin if fixed and variable else "",
        key=True,
    )
    if fixed and variable:
        page.figure(
            "price_regime",
            "Which price it is",
            f'=IF(conversion_date<{start_of(page.draft)},"fixed, until the variable price starts",'
            'IF(variable_price<fixed_price,"variable, the lower","fixed, the lower"))',
            p.GENERAL,
            source=f.source(conversion_price),
        )
    page.next()


def _premium(page: p.Page) -> None:
    page.figure(
        "conversion_date",
        "Conversion Date",
        "=as_of",
        p.DATE,
        unit="date",
        source="Certificate of Designation, III.C",
        note="The date of this book.",
    )
    page.figure(
        "days_accrued",
        "Days of Premium (N)",
        "=conversion_date-closing_date",
        p.COUNT,
        unit="days",
        source="Certificate of Designation, III.F",
        note="Leaves out the Closing Date and counts the Conversion Date.",
    )
    accretes = page.draft.has("premium_rate")
    page.figure(
        "premium",
        "Premium",
        f"={f.call(accreted_premium)}" if accretes else "=0",
        p.PRICE,
        unit="USD a preferred share",
        source=f.source(accreted_premium),
        note=f.note(accreted_premium) if accretes else "The terms of this deal have none.",
        twin="face_amount*days_accrued/premium_days_in_year*premium_rate" if accretes else "",
        tolerance=5e-7,
        key=True,
    )


def _fixed(page: p.Page) -> None:
    splits = page.draft.has(*SPLITS)
    factor = f"/{SPLIT_FACTOR.format(after=0, upto='conversion_date')}" if splits else ""
    page.figure(
        "fixed_price",
        "Fixed Conversion Price",
        f"={fixed_on(page.draft, 'conversion_date')}",
        p.PRICE,
        unit="USD a share",
        source=f.source(fixed_conversion_price),
        note=f.note(fixed_conversion_price),
        twin=f"stated_price{factor}",
        tolerance=5e-9,
    )
