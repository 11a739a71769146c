"""What the capitalisation is made of: preferred stock as converted, warrants and options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.holdings import HELD
from xlfuncs.books.sheets.ledger_events import has_ledger
from xlfuncs.books.sheets.prices import SPLITS, start_of
from xlfuncs.books.sheets.splits import SPLIT_FACTOR
from xlfuncs.clauses.conversion import (
    accreted_premium,
    conversion_price,
    conversion_shares,
    fixed_conversion_price,
)
from xlfuncs.clauses.warrants import cashless_exercise_shares

if TYPE_CHECKING:
    from xlfuncs.books.sheets.holdings import Held, PreferredHeld, WarrantHeld
    from xlfuncs.deal.reading import Deal

WIDTHS: Final = (29, 43, *(13.5,) * 10)
COLUMNS: Final = len(WIDTHS)
SHARES: Final = '#,##0_);(#,##0);"–"_)'
PERCENT: Final = '0.00%_);(0.00%);"–"_)'
OPTION_HOLDER: Final = "Executive"
# Whether no event of the ledger lies between the date of the holdings and the as-of date.
HOLDINGS_HOLD: Final = (
    "AND(as_of>=holdings_since,IF(ISNUMBER(holdings_until),as_of<holdings_until,TRUE))"
)
_NOT_STATED: Final = "not stated"
_NEAR: Final = 5e-7


class Row(NamedTuple):
    """A holding, and the cells that say what it adds to the shares of its holder.

    Attributes:
        holder: who has it.
        cell: the formula or text that names the holder.
        instrument: the formula or text that names what is held.
        now: the cell of shares held already.
        converted: the cell of shares on conversion.
        within: the same within the limits.
        cash: the cell of shares on exercise for cash.
        cashless: the same by cashless exercise.
    """

    holder: str
    cell: str
    instrument: str
    now: str = ""
    converted: str = ""
    within: str = ""
    cash: str = ""
    cashless: str = ""


def write(page: p.Page, deal: Deal, held: Held) -> list[Row]:
    """Write the sections; gives back a row for each holding."""
    rows = []
    if held.preferred:
        rows += _preferred(page, deal, held)
    if held.warrants or held.options or has_ledger(deal):
        rows += _dilutives(page, deal, held)
    return rows


def words(page: p.Page, column: int, text: str) -> None:
    """A text that goes on over the columns to its right, to the last."""
    for place in range(column, COLUMNS + 1):
        page.put(place, text if place == column else None, "Note")


def _preferred(page: p.Page, deal: Deal, held: Held) -> list[Row]:
    """The preferred stock of each holder, and what it converts into on the as-of date."""
    page.section("Preferred stock, converted on the as-of date", columns=COLUMNS)
    page.put(1, "Held on", "Label")
    page.put(2, "From the ledger up to this date; for another, xlfuncs build", "Small")
    page.draft.define("holdings_as_of", page.sheet.title, page.put(3, held.day, "Entry", p.DATE))
    same = '"The ledger tells of no change of them between this date and the as-of date."'
    other = '"The ledger changes them between: xlfuncs build makes the book of the as-of date."'
    words(page, 4, f"=IF({HOLDINGS_HOLD},{same},{other})")
    page.next()
    for name, label, day, text in (
        ("holdings_since", "Held since", held.since, "The last event that changed a holding"),
        ("holdings_until", "Held until", held.until, "The next one, if the ledger has it"),
    ):
        page.put(1, label, "Label")
        page.put(2, text, "Small")
        page.draft.define(name, page.sheet.title, page.put(3, day, "Entry", p.DATE))
        page.draft.facts.append(name)
        page.next()
    heads = ["Holder", "Series", "Shares held", "Closing Date", "Premium, USD", "Price, USD"]
    heads += ["On conversion of all", "Within the limits", "Face and Premium, USD", "Source"]
    page.headings([*heads, *[""] * (COLUMNS - len(heads))], right=range(3, 10))
    page.sheet.row_dimensions[page.row - 1].height = 30
    first = page.row
    rows = []
    for number, one in enumerate(held.preferred, 1):
        row = page.row
        page.put(1, one.holder, "Entry text")
        page.put(2, one.instrument, "Entry text")
        page.put(3, one.shares, "Entry", p.SHARES)
        _terms_of(page, deal, one, number)
        page.put(8, _within(row, first), "Figure", p.SHARES)
        rows.append(Row(one.holder, f"=$A${row}", f"=$B${row}", "", f"$G${row}", f"$H${row}"))
        page.next()
    last = page.row - 1
    for column, name in (("G", "issuable"), ("I", "amounts")):
        cells = f"${column}${first}:${column}${last}"
        page.draft.define(f"preferred_{name}", page.sheet.title, cells)
    _name_facts(page, "preferred", first, last)
    page.draft.facts.append("holdings_as_of")
    _main_series(page, held, first)
    page.next()
    return rows


def _name_facts(page: p.Page, kind: str, first: int, last: int) -> None:
    """Names for what the ledger of the deal tells, which a blank book leaves out."""
    for letter, name in (("A", "holders"), ("B", "instruments"), ("C", "held")):
        cells = f"${letter}${first}:${letter}${last}"
        page.draft.define(f"{kind}_{name}", page.sheet.title, cells)
        page.draft.facts.append(f"{kind}_{name}")


def _terms_of(page: p.Page, deal: Deal, one: PreferredHeld, number: int) -> None:
    """Closing Date, Premium, price and shares of one series, each with its twin."""
    row, draft = page.row, page.draft
    main = one.prefix == ""

    def term(name: str) -> str:
        return f"{one.prefix}{name}" if f"{one.prefix}{name}" in deal.terms else name

    page.put(4, f"={term('closing_date')}", "Figure", p.DATE)
    accretes = draft.has("premium_days_in_year") and term("premium_rate") in deal.terms
    premium = f.call(
        accreted_premium,
        closing_date=f"$D{row}",
        face_amount=term("face_amount"),
        premium_rate=term("premium_rate"),
    )
    premium_cell = page.put(5, f"={premium}" if accretes else "=0", "Figure", p.EVEN_PRICE)
    price, twin = ("=conversion_price", "conversion_price")
    if not main and draft.has("stated_price"):
        price, twin = _price_of(draft, term("stated_price"))
    price_cell = page.put(6, price, "Figure", p.EVEN_PRICE)
    shares = f.call(
        conversion_shares,
        preferred_shares=f"$C{row}",
        face_amount=term("face_amount"),
        premium=f"$E{row}",
        conversion_price=f"$F{row}",
    )
    shares_cell = page.put(7, f"=IF($C{row}=0,0,{shares})", "Figure", p.SHARES)
    page.put(9, f"=$C{row}*({term('face_amount')}+$E{row})", "Figure", p.WHOLE_MONEY)
    stands = "Certificate of Designation, III; IV.A"
    words(page, 10, stands if main else "Assumed: its certificate is not here")
    sheet = page.sheet.title
    amount = f"({term('face_amount')}+holding_{number}_premium)"
    whole = f"ROUNDUP(ROUND({sheet}!$C${row}*{amount}/holding_{number}_price,6),0)"
    days = f"(conversion_date-{sheet}!$D${row})/premium_days_in_year"
    accreted = f"{term('face_amount')}*{days}*{term('premium_rate')}"
    for name, cell, proof, label, cell_format, near in (
        ("premium", premium_cell, accreted if accretes else "0", "Premium", p.PRICE, _NEAR),
        ("price", price_cell, twin, "price", p.PRICE, 5e-9),
        ("shares", shares_cell, whole, "on conversion of all", p.SHARES, 0.0),
    ):
        draft.define(f"holding_{number}_{name}", sheet, cell)
        told = f"Preferred stock, row {number}: {label}"
        page.check(f"holding_{number}_{name}", told, proof, cell_format, near)


def _price_of(draft: p.Draft, stated: str) -> tuple[str, str]:
    """The price of another series with its own fixed price, and its twin."""
    fixed = f.call(
        fixed_conversion_price,
        optional=SPLITS if draft.has(*SPLITS) else (),
        stated_price=stated,
        as_of="conversion_date",
    )
    factor = SPLIT_FACTOR.format(after=0, upto="conversion_date")
    native = f"{stated}/{factor}" if draft.has(*SPLITS) else stated
    if not draft.has("variable_price"):
        return f"={fixed}", native
    start = start_of(draft)
    lower = f.call(
        conversion_price,
        variable_price_start=start,
        fixed_price=fixed,
        variable_price=f'IF(conversion_date<{start},"",variable_price)',
    )
    least = f"MIN({native},variable_price)"
    return f"={lower}", f"IF(conversion_date<{start},{native},{least})"


def _within(row: int, first: int) -> str:
    """The shares that the limits leave, for the rows above first."""
    above = f"SUMIF($A${first - 1}:$A{row - 1},$A{row},$H${first - 1}:$H{row - 1})"
    limit = f"INDEX(limited_shares,MATCH($A{row},limited_holders,0))"
    return f"=MAX(MIN($G{row},{limit}-{above}),0)"


def _main_series(page: p.Page, held: Held, first: int) -> None:
    """What the series of the deal, outstanding today, would convert into."""
    for prefix in dict.fromkeys(one.prefix for one in held.preferred if one.prefix):
        rows = [row for row, one in enumerate(held.preferred, first) if one.prefix == prefix]
        name = f"{prefix}{HELD}"
        page.draft.define(name, page.sheet.title, f"$C${rows[0]}:$C${rows[-1]}")
    cells = [f"$G${row}" for row, one in enumerate(held.preferred, first) if one.prefix == ""]
    page.put(1, "The series of this deal", "Total label")
    for column in (2, 4, 5, 6):
        page.put(column, None, "Total label")
    counts = [cell.replace("G", "C") for cell in cells]
    page.draft.define(
        HELD,
        page.sheet.title,
        page.put(3, f"={'+'.join(counts) or '0'}", "Total", p.SHARES),
    )
    label = "Preferred stock of all holders: what is outstanding"
    page.check(HELD, label, "preferred_outstanding", p.SHARES)
    total = page.put(7, f"={'+'.join(cells) or '0'}", "Total", p.SHARES)
    page.draft.define("outstanding_issuable", page.sheet.title, total)
    label = "All shares of the series outstanding: as the sheet Conversion has them"
    if len(cells) == 1:  # several holders give several notices, each rounded up
        page.check("outstanding_issuable", label, "wanted_shares", p.SHARES)
    for column in (8, 9):
        page.put(column, None, "Total label")
    page.next()


def _dilutives(page: p.Page, deal: Deal, held: Held) -> list[Row]:
    """Warrants and options: what they are for, and what an exercise would give."""
    page.section("Warrants and options, exercised on the as-of date", columns=COLUMNS)
    priced = page.draft.has("market_price") or page.draft.has("stock_price")
    heads = ["Holder", "Instrument", "Shares at issuance", "Price then, USD"]
    heads += ["Price in effect, USD", "Shares in effect", "Cash to exercise, USD"]
    heads += ["Cashless exercise" if priced else "", "Source"]
    page.headings([*heads, *[""] * (COLUMNS - len(heads))], right=range(3, 9))
    page.sheet.row_dimensions[page.row - 1].height = 30
    rows, first = [], page.row
    for number, one in enumerate(held.warrants, 1):
        rows.append(_warrant(page, one, number, priced=priced))
        page.next()
    if held.warrants:
        _name_facts(page, "warrants", first, page.row - 1)
    if held.options:
        rows.append(_options(page, len(held.warrants) + 1, priced=priced))
        page.next()
    if has_ledger(deal):
        places = [row for row, one in enumerate(held.warrants, first) if one.prefix == ""]
        _investors(page, places)
    page.next()
    return rows


def _investors(page: p.Page, places: list[int]) -> None:
    """The Warrants that the cap and the reserve count."""
    page.put(1, "The investor's Warrants", "Total label")
    for column in (2, 4, 5, 8):
        page.put(column, None, "Total label")
    for column, letter, cell_format in ((3, "C", SHARES), (6, "F", SHARES), (7, "G", SHARES)):
        total = "+".join(f"${letter}${row}" for row in places) or "0"
        cell = page.put(column, f"={total}", "Total", cell_format)
        if letter == "F":
            page.draft.define("investor_warrant_shares", page.sheet.title, cell)
    page.next()


def _warrant(page: p.Page, one: WarrantHeld, number: int, *, priced: bool) -> Row:
    row = page.row
    page.put(1, one.holder, "Entry text")
    page.put(2, one.instrument, "Entry text")
    page.put(3, one.shares, "Entry", p.SHARES)
    known = one.prefix is not None and page.draft.has(f"{one.prefix}price_in_effect")
    if known:
        page.put(4, f"={one.prefix}exercise_price", "Figure", p.EVEN_PRICE)
        page.put(5, f"={one.prefix}price_in_effect", "Figure", p.EVEN_PRICE)
        now = f"$C{row}*{one.prefix}shares_in_effect/{one.prefix}warrant_shares"
    else:
        for column in (4, 5):
            page.put(column, _NOT_STATED, "Figure")
        now = f"$C{row}*{SPLIT_FACTOR.format(after='closing_date', upto='as_of')}"
    page.put(6, f"={now}", "Figure", p.SHARES)
    _exercised(page, number, known=known, priced=priced)
    text = "Warrant, 4(d); Warrant, 12(c); whether exercisable already or not"
    words(page, 9, text if known else "Its price is not stated: all its shares count")
    return _dilutive_row(row, one.holder)


def _options(page: p.Page, number: int, *, priced: bool) -> Row:
    row = page.row
    page.put(1, OPTION_HOLDER, "Entry text")
    page.put(2, "Stock options", "Entry text")
    page.put(3, "=IF(start_date<=as_of,grant,0)", "Figure", p.SHARES)
    for column in (4, 5):
        page.put(column, "=strike", "Figure", p.EVEN_PRICE)
    page.put(6, f"=$C{row}", "Figure", p.SHARES)
    _exercised(page, number, known=True, priced=priced)
    words(page, 9, "Offer Letter, 3; whether vested already or not")
    return _dilutive_row(row, OPTION_HOLDER)


def _dilutive_row(row: int, holder: str) -> Row:
    return Row(holder, f"=$A${row}", f"=$B${row}", cash=f"$F${row}", cashless=f"$H${row}")


def _exercised(page: p.Page, number: int, *, known: bool, priced: bool) -> None:
    """The cash that an exercise would cost, and the shares that a cashless one would give."""
    row = page.row
    page.put(7, f"=$E{row}*$F{row}" if known else _NOT_STATED, "Figure", p.WHOLE_MONEY)
    if not priced:
        page.put(8, None, "Figure")
        return
    market = "market_price" if page.draft.has("market_price") else "stock_price"
    shares = f.call(
        cashless_exercise_shares,
        warrant_shares=f"$F{row}",
        market_price=market,
        exercise_price=f"$E{row}",
    )
    cell = page.put(8, f"={shares}" if known else f"=$F{row}", "Figure", p.SHARES)
    if known:
        sheet, name = page.sheet.title, f"dilutive_{number}_shares"
        page.draft.define(name, sheet, cell)
        gain = f"MAX({market}-{sheet}!$E${row},0)"
        twin = f"{sheet}!$F${row}*{gain}/{market}"
        page.check(name, f"Warrants and options, row {number}: cashless", twin, p.SHARES, _NEAR)
