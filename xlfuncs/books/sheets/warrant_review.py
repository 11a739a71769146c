"""Events under review: an issuance of stock, and a buy-in after an exercise not delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.validation import validation_of
from xlfuncs.clauses.adjustments import (
    anti_dilution_exercise_price,
    warrant_adjusted_shares,
    weighted_average_exercise_price,
)
from xlfuncs.clauses.warrants import warrant_buy_in_payment
from xlfuncs.units import Fraction, Money, Shares

if TYPE_CHECKING:
    from xlfuncs.books.sheets.sides import Pairs

_EXAMPLE: Final = "An example, to be replaced."
_NEAR: Final = 5e-7
_ISSUE: Final = {"shares_issued": "new_shares_issued", "consideration": "new_consideration"}
_DILUTIVE: Final = 'new_issue_dilutive="yes"'
_DISCOUNTS: Final = (0.1, 0.2, 0.3, 0.4, 0.5)
_COUNTS: Final = (2_000_000, 5_000_000)


def write(pairs: Pairs) -> None:
    """Write the sections that the terms of the deal allow."""
    if pairs.page.draft.has("shares_outstanding"):
        _issuance(pairs)
        _grid(pairs.page)
    _buy_in(pairs.page)


def _issuance(pairs: Pairs) -> None:
    page = pairs.page
    page.section("An issuance under review: what would it do to the warrants?")
    page.headings()
    page.entry(
        "new_shares_issued",
        "Shares issued or deemed issued",
        1_000_000,
        p.SHARES,
        unit="shares",
        source="Warrant, 4(a)",
        note=_EXAMPLE,
        bounds=get_args(Shares)[1],
    )
    page.entry(
        "new_consideration",
        "Consideration received, before commissions",
        4_000_000,
        p.MONEY,
        unit="USD",
        source="Warrant, 4(b)(v)",
        note=_EXAMPLE,
        bounds=get_args(Money)[1],
    )
    page.figure(
        "new_issue_price",
        "That is, a share",
        "=new_consideration/new_shares_issued",
        p.PRICE,
        unit="USD a share",
    )
    page.figure(
        "new_issue_dilutive",
        "A Dilutive Issuance",
        '=IF(new_consideration<market_price*new_shares_issued,"yes","no")',
        p.GENERAL,
        source="Warrant, 4(a)",
        note="Whether it is below the Market Price; whether it is below the Exercise Price does "
        "not matter.",
    )
    page.next()
    pairs.headings()
    _adjustment(pairs)
    page.next()


def _adjustment(pairs: Pairs) -> None:
    average = f.call(
        weighted_average_exercise_price, exercise_price="@price_in_effect", using=_ISSUE
    )
    base = '(@price_in_effect-IF(carry="compound",@carried_forward,0))'
    factor = (
        "(shares_outstanding+new_consideration/market_price)/(shares_outstanding+new_shares_issued)"
    )
    pairs.figure(
        "weighted_average_price",
        "By the weighted average alone",
        f"={average}",
        p.PRICE,
        unit="USD a share",
        source=f.source(weighted_average_exercise_price),
        note="Before what is carried forward, the least adjustment and the cent.",
        tolerance=_NEAR,
        twin=f"IF({_DILUTIVE},@price_in_effect*{factor},@price_in_effect)",
    )
    new = f.call(
        anti_dilution_exercise_price,
        optional=("carried_forward", "carry", "test", "minimum_adjustment"),
        exercise_price="@price_in_effect",
        carried_forward="@carried_forward",
        using=_ISSUE,
    )
    change = f"(@carried_forward+{base}*(1-{factor}))"
    cent = f"ROUND(@price_in_effect-{change},2)"
    tested = f'IF(test="rounded",@price_in_effect-{cent},{change})'
    made = f"{tested}>=minimum_adjustment*@price_in_effect"
    pairs.figure(
        "adjusted_exercise_price",
        "Exercise Price afterwards",
        f"={new}",
        p.PRICE,
        unit="USD a share",
        source=f.source(anti_dilution_exercise_price),
        note="To the cent, or unchanged where the change with what is carried is under the least "
        "adjustment.",
        key=True,
        tolerance=_NEAR,
        twin=f"IF({_DILUTIVE},IF({made},{cent},@price_in_effect),@price_in_effect)",
    )
    count = f.call(
        warrant_adjusted_shares,
        warrant_shares="@shares_in_effect",
        old_exercise_price="@price_in_effect",
        new_exercise_price="@adjusted_exercise_price",
    )
    pairs.figure(
        "adjusted_warrant_shares",
        "Warrant Shares afterwards",
        f"={count}",
        p.PARTIAL_SHARES,
        unit="unrounded",
        source=f.source(warrant_adjusted_shares),
        note=f.note(warrant_adjusted_shares),
        key=True,
        tolerance=_NEAR,
        twin="@shares_in_effect*@price_in_effect/@adjusted_exercise_price",
    )
    pairs.figure(
        "adjustment_in_words",
        "What becomes of the change",
        f'=IF({_DILUTIVE},IF(@adjusted_exercise_price<@price_in_effect,"made","carried forward"),'
        '"nothing changes")',
        p.GENERAL,
        source="Warrant, 4(a); Warrant, 4(h)",
        note="To make it part of the book, enter it on the sheet Exercise price ledger.",
    )


def _grid(page: p.Page) -> None:
    """Exercise Prices by the price and the size of an issuance."""
    page.section("The investor's Exercise Price after other issuances on the as-of date")
    heads = ("Discount from the Market Price", "USD a share", "Shares issued", "Shares issued")
    page.headings((*heads, "Shares issued", ""), right=range(p.LABEL, p.NOTE))
    top = page.row
    page.put(p.LABEL, "Shares issued or deemed issued", "Label")
    page.put(p.VALUE, None, "Figure")
    page.put(p.UNIT, "=new_shares_issued", "Figure", p.SHARES)
    for column, count in zip((p.SOURCE, p.NAME), _COUNTS, strict=True):
        page.put(column, count, "Entry", p.SHARES)
    page.put(p.NOTE, "The first column and the first row are the issuance above.", "Small")
    page.next()
    rule = validation_of(get_args(Fraction)[1])
    if rule:
        page.sheet.add_data_validation(rule)
    for number in range(len(_DISCOUNTS) + 1):
        row = page.row
        if number:
            page.put(p.LABEL, _DISCOUNTS[number - 1], "Entry", p.PERCENT)
            if rule:
                rule.add(f"A{row}")
            page.put(p.VALUE, f"=market_price*(1-$A{row})", "Figure", p.EVEN_PRICE)
        else:
            discount = "=1-new_issue_price/market_price"
            page.put(p.LABEL, discount, "Figure", p.PERCENT)
            page.put(p.VALUE, "=new_issue_price", "Figure", p.EVEN_PRICE)
        for column in (p.UNIT, p.SOURCE, p.NAME):
            shares = f"{'ABCDEF'[column - 1]}${top}"
            new = f.call(
                anti_dilution_exercise_price,
                optional=("carried_forward", "carry", "test", "minimum_adjustment"),
                exercise_price="price_in_effect",
                shares_issued=shares,
                consideration=f"{shares}*$B{row}",
            )
            page.put(column, f"={new}", "Figure", p.EVEN_PRICE)
        page.next()
    page.draft.define("grid_exercise_price", page.sheet.title, f"$C${top + 1}")
    label = "The first cell of the table of issuances"
    page.check("grid_exercise_price", label, "adjusted_exercise_price", p.PRICE)
    page.next()


def _buy_in(page: p.Page) -> None:
    page.section("A buy-in under review: an exercise was not delivered, and shares were bought")
    page.headings()
    for name, label, value, cell_format, unit, bounds in (
        ("sold_shares", "Sold Shares that were bought in", 1000, p.SHARES, "shares", Shares),
        ("warrant_purchase_cost", "Paid for them, with commissions", 11_000, p.MONEY, "USD", Money),
        ("warrant_sale_proceeds", "Net proceeds of the Sold Shares", 10_000, p.MONEY, "USD", Money),
    ):
        page.entry(
            name,
            label,
            value,
            cell_format,
            unit=unit,
            source="Warrant, 1(e)",
            note=_EXAMPLE,
            bounds=get_args(bounds)[1],
        )
    payment = f.call(
        warrant_buy_in_payment,
        purchase_cost="warrant_purchase_cost",
        sale_proceeds="warrant_sale_proceeds",
        shares="sold_shares",
        exercise_price="price_in_effect",
    )
    page.figure(
        "warrant_buy_in_payment",
        "Owed by the company",
        f"={payment}",
        p.MONEY,
        unit="USD",
        source=f.source(warrant_buy_in_payment),
        note="The cost above the lesser of the Exercise Price of these shares and the proceeds.",
        twin="MAX(warrant_purchase_cost-MIN(sold_shares*price_in_effect,warrant_sale_proceeds),0)",
        tolerance=0.005,
    )
    page.next()
