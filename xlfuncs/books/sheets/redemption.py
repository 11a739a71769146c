"""Redemption: what a notice would cost today, at other bids, and what may lawfully be paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from xlfuncs.books import charts
from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import defaults, notice_clocks, redemption_events
from xlfuncs.books.sheets.tables import EXAMPLE, entry_cell, scaled, step_number
from xlfuncs.clauses.clocks import add_business_days
from xlfuncs.clauses.redemption import lawful_redemption, pro_rata_redemption, redemption_amount
from xlfuncs.units import Money, Multiple, WholeShares

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

AMOUNT: Final[object] = get_args(Money)[1]
_STEP: Final[object] = get_args(Multiple)[1]
_SHARES: Final[object] = get_args(WholeShares)[1]
_NEAR: Final = 5e-7
_CENT: Final = 0.005
_BIDS, _BID_STEP = 8, 0.25  # rows of the table of other bids: up to twice the bid
_CHART_ROWS: Final = 12
_HOLDERS: Final = 3
_SECTION: Final = "Certificate of Designation, VIII.C"
_ON_OR_BEFORE: Final = 'COUNTIF(bid_dates,"<="&as_of)'


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    page = p.Page(
        draft,
        "Redemption",
        "Redemption and defaults",
        "What redemption and default would cost in cash, and the clocks that lead there",
        labelled=draft.has("bids_note"),
    )
    if draft.has("redemption_multiple"):
        _amount(page)
        _other_bids(page)
        redemption_events.write(page, deal)
        _lawful(page, deal)
    if draft.has("daily_amount", "daily_rate"):
        defaults.write(page, deal)
        notice_clocks.write(page, deal)
    page.sheet.freeze_panes = "B4"


def _amount(page: p.Page) -> None:
    page.section(
        "Redemption Amount upon notice on the as-of date, if a Redemption Event has occurred"
    )
    page.headings()
    page.figure(
        "bid_on_notice_date",
        "Closing bid on the date of the notice",
        f"=IF({_ON_OR_BEFORE}=0,NA(),IF(NETWORKDAYS(INDEX(bid_dates,{_ON_OR_BEFORE}),as_of,"
        f"holidays)>1,NA(),INDEX(closing_bids,{_ON_OR_BEFORE})))",
        p.PRICE,
        unit="USD a share",
        source=_SECTION,
        note="Of the day itself; on a day without trading that of the trading day before it. "
        "#N/A where the bid is missing.",
    )
    page.entry(
        "penalty",
        "Unpaid Conversion Default penalty",
        0,
        p.MONEY,
        unit="USD a preferred share",
        source="Certificate of Designation, VIII.C; Certificate of Designation, VII.A",
        bounds=AMOUNT,
        note="Zero for shares not in default.",
    )
    page.figure(
        "redemption_by_multiple",
        "(i) Multiple of the Face Amount",
        "=redemption_multiple*face_amount",
        p.MONEY,
        unit="USD a preferred share",
        source="Certificate of Designation, VIII.C(i)",
    )
    page.figure(
        "redemption_by_formula",
        "(ii) Formula: converted, and sold at the bid",
        "=(face_amount+premium+penalty)/conversion_price*bid_on_notice_date",
        p.MONEY,
        unit="USD a preferred share",
        source="Certificate of Designation, VIII.C(ii)",
    )
    page.figure(
        "redemption_amount",
        "Redemption Amount",
        f"={f.call(redemption_amount, market_price='bid_on_notice_date')}",
        p.MONEY,
        unit="USD a preferred share",
        source=f.source(redemption_amount),
        note="The greater of (i) and (ii).",
        key=True,
        tolerance=_NEAR,
        twin="MAX(redemption_by_multiple,redemption_by_formula)",
    )
    page.figure(
        "redemption_limb",
        "Which of the two it is",
        '=IF(redemption_by_formula>redemption_by_multiple,"(ii) the formula","(i) the multiple")',
        p.GENERAL,
        source=_SECTION,
    )
    page.figure(
        "redemption_total",
        "For all preferred shares",
        "=redemption_amount*preferred_outstanding",
        p.MONEY,
        unit="USD",
        source="Certificate of Designation, VIII.D",
        key=True,
    )
    page.figure(
        "redemption_over_face",
        "Over their Face Amount",
        "=redemption_total-preferred_outstanding*face_amount",
        p.MONEY,
        unit="USD",
    )
    if page.draft.has("redemption_payment_days"):
        due = f.call(
            add_business_days,
            optional=("holidays",),
            from_date="as_of",
            days="redemption_payment_days",
        )
        page.figure(
            "redemption_payment_date",
            "Payable not later than",
            f"={due}",
            p.DATE,
            unit="date",
            source="Certificate of Designation, VIII.D",
            note="Business days after the company has the notice; business is closed on the "
            "holidays of the sheet Market.",
            twin="WORKDAY(as_of,redemption_payment_days,holidays)",
        )
    _break_even(page)
    page.next()


def _break_even(page: p.Page) -> None:
    """The bid at which the formula overtakes the multiple, proved by our function there."""
    page.figure(
        "redemption_break_even",
        "Bid at which the formula overtakes",
        "=redemption_by_multiple*conversion_price/(face_amount+premium+penalty)",
        p.PRICE,
        unit="USD a share",
        source=_SECTION,
        note="At today's Conversion Price, which follows the bids of the days before.",
        key=True,
    )
    there = f.call(redemption_amount, market_price="redemption_break_even")
    page.figure(
        "redemption_at_break_even",
        "Redemption Amount at that bid",
        f"={there}",
        p.MONEY,
        unit="USD a preferred share",
        source=f.source(redemption_amount),
        note="Both limbs are equal there.",
        twin="redemption_by_multiple",
        tolerance=_NEAR,
    )
    page.figure(
        "redemption_break_even_rise",
        "From the bid on the date of the notice to it",
        "=redemption_break_even/bid_on_notice_date-1",
        p.PERCENT,
        unit="of the bid",
        note="In brackets: the bid is above it, and the formula pays.",
    )


def _other_bids(page: p.Page) -> None:
    """The Redemption Amount at other bids, as a table and a chart of both limbs."""
    page.section("Redemption Amount at other bids")
    chart_row = page.row
    page.next(_CHART_ROWS + 1)
    page.headings()
    page.entry(
        "redemption_bid_step",
        "Step from one bid to the next",
        _BID_STEP,
        p.PERCENT,
        unit="of the bid on the date of the notice",
        note="The first bid of the table, and what each further one has more.",
        bounds=_STEP,
    )
    heads = ("Bid, USD", "(i) Multiple", "(ii) Formula", "Redemption Amount")
    page.headings((*heads, "For all preferred, USD", ""), right=range(p.VALUE, p.NOTE))
    first, last = page.row, page.row + _BIDS - 1
    for row in range(first, last + 1):
        bid, number = f"$A{row}", step_number(first, row, 1)
        page.put(p.LABEL, f"=bid_on_notice_date*redemption_bid_step*{number}", "Date", p.EVEN_PRICE)
        page.put(p.VALUE, "=redemption_by_multiple", "Figure", p.MONEY)
        formula = f"=(face_amount+premium+penalty)/conversion_price*{bid}"
        page.put(p.UNIT, formula, "Figure", p.MONEY)
        amount = f.call(redemption_amount, market_price=bid)
        page.put(p.SOURCE, f"={amount}", "Figure", p.MONEY)
        page.put(p.NAME, f"=$D{row}*preferred_outstanding", "Figure", p.MONEY)
        words = f'=IF($C{row}>$B{row},"the formula pays more","the multiple pays more")'
        page.put(p.NOTE, words, "Small")
        page.next()
    cells = f"Redemption!${{0}}${first}:${{0}}${last}"
    chart = charts.over_numbers(
        "Redemption Amount of a preferred share, by the bid",
        ("Closing bid on the date of the notice, USD", "USD a preferred share"),
        cells.format("A"),
        [
            charts.Line("(i) Multiple of the Face Amount", cells.format("B")),
            charts.Line("(ii) Formula", cells.format("C")),
        ],
        across="0.00",
    )
    after, page.row = page.row, chart_row
    page.chart(
        chart,
        "Both limbs of the Redemption Amount over the bid of the notice: the multiple is level, "
        "the formula rises with the bid; the greater is paid.",
        rows=_CHART_ROWS,
    )
    page.row = after + 1


def _lawful(page: p.Page, deal: Deal) -> None:
    """What can be redeemed with the surplus and the cash there is, shared among the notices."""
    page.section("If not all can be redeemed: what the law and the cash allow")
    page.headings()
    face = scaled(deal, "preferred_shares", "face_amount")
    for name, label, part, section, note in (
        ("surplus", "Surplus under Section 160", 4 / 5, "VIII.F", "by counsel and the accounts"),
        ("redemption_cash", "Cash for redemption", 2 / 3, "VIII.D", "by the treasury"),
    ):
        page.entry(
            name,
            label,
            round(face * part, -4),
            p.MONEY,
            unit="USD",
            source=f"Certificate of Designation, {section}",
            note=f"{EXAMPLE} {note}.",
            bounds=AMOUNT,
        )
    page.figure(
        "noticed_total",
        "Preferred shares in all Redemption Notices",
        "=SUM(noticed_shares)",
        p.SHARES,
        unit="preferred shares",
        source="Certificate of Designation, VIII.D",
        note="From the table below.",
    )
    lawful = f.call(lawful_redemption, noticed_shares="noticed_total")
    page.figure(
        "lawful_shares",
        "May be redeemed without impairing the capital",
        f"={lawful}",
        p.SHARES,
        unit="preferred shares",
        source=f.source(lawful_redemption),
        note=f.note(lawful_redemption),
        twin="MIN(INT(ROUND(surplus/redemption_amount,6)),noticed_total)",
    )
    page.figure(
        "affordable_shares",
        "Of these, redeemed now",
        "=MIN(lawful_shares,INT(ROUND(redemption_cash/redemption_amount,6)))",
        p.SHARES,
        unit="preferred shares",
        source="Certificate of Designation, VIII.D",
        note="As many as the cash pays for.",
        key=True,
    )
    page.entry(
        "original_redemption_amount",
        "Redemption Amount at the original Redemption Event",
        None,
        p.MONEY,
        unit="USD a preferred share; blank if none",
        source="Certificate of Designation, VIII.F(iii)",
        note="For shares whose redemption has been put off.",
        bounds=AMOUNT,
    )
    page.figure(
        "deferred_redemption_amount",
        "Paid for a share whose redemption was put off",
        "=MAX(redemption_amount,N(original_redemption_amount))",
        p.MONEY,
        unit="USD a preferred share",
        source="Certificate of Designation, VIII.F(iii)",
        note="The greater of that amount and today's.",
    )
    _holders(page, deal)


def _holders(page: p.Page, deal: Deal) -> None:
    """The notices, and what each holder gets of what can be redeemed."""
    heads = (
        "Holder",
        "Shares in the notice",
        "Redeemed now",
        "Paid now, USD",
        "Still owed, shares",
    )
    page.headings((*heads, ""), right=range(p.VALUE, p.NOTE))
    shares = int(scaled(deal, "preferred_shares"))
    numbers = (shares * 2 // 3, shares - shares * 2 // 3, 0)
    names = ("The investor", "Second holder", "Third holder")
    first, last = page.row, page.row + _HOLDERS - 1
    share = f.call(pro_rata_redemption)
    for place, (name, number) in enumerate(zip(names, numbers, strict=True), 1):
        row = page.row
        page.put(p.LABEL, name, "Entry text", p.TEXT)
        comment = f"{EXAMPLE} by the notices that there are."
        noticed = entry_cell(page, p.VALUE, number, p.SHARES, _SHARES, comment)
        page.draft.define(f"noticed_{place}", page.sheet.title, noticed)
        redeemed = page.put(
            p.UNIT, f"=INDEX({share},ROWS($A${first}:$A{row}),1)", "Figure", p.SHARES
        )
        page.put(p.SOURCE, f"=$C{row}*redemption_amount", "Figure", p.MONEY)
        page.put(p.NAME, f"=$B{row}-$C{row}", "Figure", p.SHARES)
        words = f'=IF($E{row}>0,"the rest stays owed",IF($B{row}>0,"redeemed in full","no notice"))'
        page.put(p.NOTE, words, "Small")
        page.draft.define(f"redeemed_{place}", page.sheet.title, redeemed)
        twin = _pro_rata_twin(place)
        page.check(f"redeemed_{place}", f"Redeemed of holder {place}", twin, p.SHARES)
        page.next()
    page.draft.define("noticed_shares", page.sheet.title, f"$B${first}:$B${last}")
    page.put(p.LABEL, "All holders", "Total label")
    for column, letter, cell_format in (
        (p.VALUE, "B", p.SHARES),
        (p.UNIT, "C", p.SHARES),
        (p.SOURCE, "D", p.MONEY),
        (p.NAME, "E", p.SHARES),
    ):
        page.put(column, f"=SUM({letter}{first}:{letter}{last})", "Total", cell_format)
    page.put(p.NOTE, None, "Total label")
    page.draft.define("redeemed_total", page.sheet.title, f"$C${page.row}")
    label = "Redeemed of all holders together"
    page.check("redeemed_total", label, "MIN(affordable_shares,noticed_total)", p.SHARES)
    page.draft.define("redemption_paid", page.sheet.title, f"$D${page.row}")
    twin = "redeemed_total*redemption_amount"
    page.check("redemption_paid", "Paid to all holders together", twin, p.MONEY, _CENT)
    page.next(2)


def _pro_rata_twin(place: int) -> str:
    """A holder's part rounded down, and one more where its remainder is among the largest."""
    cells = [f"noticed_{number}" for number in range(1, _HOLDERS + 1)]
    down = [f"INT(affordable_shares*{cell}/noticed_total)" for cell in cells]
    rest = [f"MOD(affordable_shares*{cell},noticed_total)" for cell in cells]
    own = place - 1
    before = "+".join(
        f"({other}{'>=' if row < own else '>'}{rest[own]})"
        for row, other in enumerate(rest)
        if row != own
    )
    left = "-".join(["affordable_shares", *down])
    return f"IF(affordable_shares>=noticed_total,{cells[own]},{down[own]}+IF({before}<{left},1,0))"
