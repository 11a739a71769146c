"""Covenants of the purchase agreement: sales by volume, issues, contributions, money, cutback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import volume_covenant
from xlfuncs.books.sheets.covenant_words import cited
from xlfuncs.books.sheets.prices import SPLITS, start_of
from xlfuncs.books.sheets.splits import SPLIT_FACTOR
from xlfuncs.books.sheets.tables import EXAMPLE, entry_cell
from xlfuncs.clauses.conversion import fixed_conversion_price
from xlfuncs.clauses.purchase import (
    backstop_shortfall,
    capital_contribution,
    expense_reimbursement,
    restricted_price,
)
from xlfuncs.clauses.registration import registration_cutback
from xlfuncs.units import Fraction, Money, Price, WholeShares

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_CENT: Final = 0.005
_PRICE, _MONEY, _FRACTION, _WHOLE = (
    get_args(unit)[1] for unit in (Price, Money, Fraction, WholeShares)
)
_VOLUME: Final = ("price_threshold", "minimum_shares", "volume_fraction", "volume_days", "volumes")
_ISSUE: Final = ("fixed_floor", "market_fraction", "restriction_end", "last_bid")
_SERIES_A: Final = ("series_a_premium", "series_a_stated_price", "fixed_price", "variable_price")
_EXAMPLE_SHARES: Final = 1000
_EXAMPLE_PRICE, _EXAMPLE_EXPENSES, _EXAMPLE_PAID = 5, 32_000, 25_000
_HOLDERS: Final = (  # name, and the shares sought in the example
    ("The Purchaser", 900_000),
    ("A transferee of the Purchaser", 450_000),
    ("Another holder with an equal right", 150_000),
)
_EXAMPLE_ALLOWED: Final = 1_000_000


def write(page: p.Page, deal: Deal) -> None:
    """Write the sections of the covenants that the deal has."""
    draft = page.draft
    if draft.has(*_VOLUME):
        volume_covenant.write(page, deal)
    if draft.has(*_ISSUE):
        _restricted(page, deal)
    if draft.has(*_SERIES_A):
        _contribution(page, deal)
    if draft.has("expense_cap"):
        _expenses(page, deal)
    if draft.has("required_funding", "backstop_limit"):
        _backstop(page, deal)
    if draft.has("piggyback_days"):
        _cutback(page, deal)


def _restricted(page: p.Page, deal: Deal) -> None:
    place = cited(deal, "fixed_floor")
    page.section("Restriction on issuing equity at a fixed price")
    page.headings()
    page.entry(
        "restricted_issue_price",
        "Price of the issue under review",
        _EXAMPLE_PRICE,
        p.PRICE,
        unit="USD a share",
        source=place,
        note=f"{EXAMPLE}. Equity at a variable price is restricted whatever its price.",
        bounds=_PRICE,
    )
    held = page.draft.has("restriction_holding")
    if held:
        page.entry(
            "purchaser_holding",
            "Preferred stock that the Purchaser still holds",
            1,
            p.PERCENT,
            unit="of what it bought",
            source=cited(deal, "restriction_holding"),
            note=f"{EXAMPLE}. Stock into which it was converted counts as well.",
            bounds=_FRACTION,
        )
    page.figure(
        "fair_market_value",
        "Fair market value",
        "=last_bid",
        p.PRICE,
        unit="USD a share",
        source=place,
        note="Taken as the last closing bid: for an issue of common stock.",
    )
    page.figure(
        "restricted_price",
        "An issue under this price is restricted",
        f"={f.call(restricted_price)}",
        p.PRICE,
        unit="USD a share",
        source=place,
        note="Exactly this price is allowed; no adjustment for splits is stated.",
        twin="MAX(fixed_floor,market_fraction*fair_market_value)",
        tolerance=5e-9,
        key=True,
    )
    small = 'IF(purchaser_holding<restriction_holding,"no: small holding",' if held else "("
    page.figure(
        "issue_restricted",
        "Is the issue under review restricted?",
        f'=IF(as_of>=restriction_end,"no: it has ended",{small}'
        'IF(restricted_issue_price<restricted_price,"yes","no: high enough")))',
        p.GENERAL,
        source=cited(deal, "restriction_end"),
        note="Not restricted: a merger, a Strategic Investor, a public offering, vendors in an "
        "asset-based financing.",
        key=True,
    )
    page.next()


def _contribution(page: p.Page, deal: Deal) -> None:
    place = "Securities Purchase Agreement, 4.8"
    page.section("Series A converted below its fixed price: shares to be contributed")
    page.headings()
    page.entry(
        "series_a_converted",
        "Series A shares converted by the notice under review",
        _EXAMPLE_SHARES,
        p.SHARES,
        unit="preferred shares",
        source=place,
        note=f"{EXAMPLE}.",
        bounds=_WHOLE,
    )
    splits = SPLITS if page.draft.has(*SPLITS) else ()
    fixed = f.call(
        fixed_conversion_price,
        optional=splits,
        stated_price="series_a_stated_price",
        as_of="conversion_date",
    )
    factor = f"/{SPLIT_FACTOR.format(after=0, upto='conversion_date')}" if splits else ""
    page.figure(
        "series_a_fixed_price",
        "Fixed Conversion Price of Series A",
        f"={fixed}",
        p.PRICE,
        unit="USD a share",
        source=cited(deal, "series_a_stated_price"),
        note="As the terms assume it.",
        twin=f"series_a_stated_price{factor}",
        tolerance=5e-9,
    )
    shares = f.call(
        capital_contribution,
        preferred_shares="series_a_converted",
        face_amount="series_a_face_amount",
        premium="series_a_premium",
        fixed_price="series_a_fixed_price",
    )
    at = "ROUNDUP(ROUND(series_a_converted*(series_a_face_amount+series_a_premium)/{price},6),0)"
    start = start_of(page.draft)
    page.figure(
        "capital_contribution",
        "Shares to be returned to the company",
        f"=IF(conversion_date<{start},0,{shares})",
        p.SHARES,
        unit="whole shares",
        source=place,
        note="Else the company may reject the notice. The variable price, and the day it starts, "
        "are taken to be those of this stock.",
        twin=f"IF(OR(conversion_date<{start},variable_price>=series_a_fixed_price),0,"
        f"{at.format(price='variable_price')}-{at.format(price='series_a_fixed_price')})",
        key=True,
    )
    page.next()


def _expenses(page: p.Page, deal: Deal) -> None:
    place = cited(deal, "expense_cap")
    page.section("Expenses of the Purchaser")
    page.headings()
    for name, label, value in (
        ("expenses", "Incurred and not yet reimbursed", _EXAMPLE_EXPENSES),
        ("already_paid", "Reimbursed so far, at every closing and since", _EXAMPLE_PAID),
    ):
        page.entry(
            name,
            label,
            value,
            p.MONEY,
            unit="USD",
            source=place,
            note=f"{EXAMPLE}.",
            bounds=_MONEY,
        )
    page.figure(
        "expense_reimbursement",
        "Reimbursement due now",
        f"={f.call(expense_reimbursement)}",
        p.MONEY,
        unit="USD",
        source=place,
        note="What is over the cap is not carried anywhere.",
        twin="MIN(expenses,MAX(expense_cap-already_paid,0))",
        tolerance=_CENT,
        key=True,
    )
    page.next()


def _backstop(page: p.Page, deal: Deal) -> None:
    place = cited(deal, "required_funding")
    page.section("The backstop loan agreement")
    page.headings()
    page.entry(
        "other_funding",
        "Other funding immediately available",
        0,
        p.MONEY,
        unit="USD",
        source=place,
        note=f"{EXAMPLE}. A line of credit or IDB funding that is not expected to end before the "
        "duty does.",
        bounds=_MONEY,
    )
    ends = page.draft.has("backstop_end")
    if ends:
        page.figure(
            "backstop_state",
            "The duty to keep it up",
            '=IF(as_of>=backstop_end,"ended","days left: "&(backstop_end-as_of))',
            p.GENERAL,
            source=cited(deal, "backstop_end"),
            note="Sooner, once the Purchaser holds no preferred stock.",
        )
    page.figure(
        "backstop_shortfall",
        "Amount for which it must be in force",
        f"={f.call(backstop_shortfall)}",
        p.MONEY,
        unit="USD",
        source=place,
        note="While the duty lasts; never more than the agreement is for.",
        twin="MIN(backstop_limit,MAX(required_funding-other_funding,0))",
        tolerance=_CENT,
        key=True,
    )
    page.next()


def _cutback(page: p.Page, deal: Deal) -> None:
    """Who stays in a registration that the underwriter limits."""
    place = cited(deal, "piggyback_days")
    page.section("Piggyback registration: what is left after an underwriter's limit")
    page.headings()
    page.entry(
        "shares_allowed",
        "Shares that the underwriter allows these holders",
        _EXAMPLE_ALLOWED,
        p.SHARES,
        unit="whole shares",
        source=place,
        note=f"{EXAMPLE}. Holders without such a right are cut first, and entirely.",
        bounds=_WHOLE,
    )
    page.headings(
        ("Holder", "Shares sought", "Included", "In exact proportion", "Cut", ""),
        right=(p.VALUE, p.UNIT, p.SOURCE, p.NAME),
    )
    first, last = page.row, page.row + len(_HOLDERS) - 1
    shared = f.call(registration_cutback)
    for holder, sought in _HOLDERS:
        row = page.row
        page.put(p.LABEL, holder, "Entry text")
        entry_cell(page, p.VALUE, sought, p.SHARES, _WHOLE, f"{EXAMPLE}.")
        place_of = f"ROWS($B${first}:B{row})"
        page.put(p.UNIT, f"=INDEX({shared},{place_of})", "Figure", p.SHARES)
        exact = (
            "=IF(SUM(shares_sought)=0,0,"
            f"MIN(shares_allowed,SUM(shares_sought))*B{row}/SUM(shares_sought))"
        )
        page.put(p.SOURCE, exact, "Figure", p.PARTIAL_SHARES)
        page.put(p.NAME, f"=B{row}-C{row}", "Figure", p.SHARES)
        page.next()
    for name, letter in (
        ("shares_sought", "B"),
        ("shares_included", "C"),
        ("shares_in_proportion", "D"),
    ):
        page.draft.define(name, page.sheet.title, f"${letter}${first}:${letter}${last}")
    page.figure(
        "registration_cutback",
        "Included in all",
        "=SUM(shares_included)",
        p.SHARES,
        unit="whole shares",
        source=place,
        note="Largest remainders, so that what is allowed is used up.",
        twin="MIN(shares_allowed,SUM(shares_sought))",
        key=True,
    )
    page.figure(
        "cutback_out_of_proportion",
        "Holders a share or more from their proportion",
        "=SUMPRODUCT((shares_included-shares_in_proportion>=1)"
        "+(shares_in_proportion-shares_included>=1))",
        p.COUNT,
        unit="holders",
        source=place,
        twin="0",
    )
    page.next()
