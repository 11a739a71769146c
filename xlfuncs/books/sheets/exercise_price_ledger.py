"""The exercise price ledger: events that may adjust the warrants, and what each of them does.

An event is a row of inputs. Below, a row for each says what the function makes of it; below that
stands the same chain of native formulas, which proves what is in effect at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from xlfuncs.books import charts
from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import ledger_proof
from xlfuncs.books.sheets.ledger_events import entered_rows, has_ledger, room
from xlfuncs.books.sheets.sides import Side, sides_of
from xlfuncs.books.validation import choice_of, validation_of
from xlfuncs.clauses.anti_dilution import anti_dilution_ledger
from xlfuncs.events import KINDS
from xlfuncs.kinds import Day
from xlfuncs.units import Count, Money, Price, Shares, SharesOutstanding

if TYPE_CHECKING:
    from openpyxl.worksheet.datavalidation import DataValidation

    from xlfuncs.deal.reading import Deal

SHEET: Final = "Exercise price ledger"
_QUOTED: Final = f"'{SHEET}'"
_WIDTHS: Final = (6, 14, 21, 15, 16, 16, 14, 17, 22, 15, 15, 17, 22)
_COLUMNS: Final = len(_WIDTHS)
_FIRST, _LAST, _STATE = 2, 11, 12  # the columns of an event: its date, its last, what it is now
_HEADS: Final = (
    *("Row", "Date", "Kind", "Shares", "Consideration, USD", "Additional consideration, USD"),
    *("Market Price, USD", "Shares outstanding before", "New shares for each old one"),
    *("Row it changes or ends", "Lowest price a share, USD", "State", ""),
)
_UNITS: Final[tuple[Any, ...]] = (
    *(get_args(one)[1] for one in (Shares, Money, Money, Price, SharesOutstanding)),
    None,
    *(get_args(one)[1] for one in (Count, Price)),
)
_FORMATS: Final = (
    *(p.DATE, p.GENERAL, p.SHARES, p.MONEY, p.MONEY, p.PRICE, p.SHARES, "0.######"),
    *(p.COUNT, p.PRICE),
)
_NAMES: Final = {
    2: "event_dates",
    3: "event_kinds",
    4: "event_shares",
    6: "event_additional",
    10: "event_refers",
    11: "event_lowest",
}
_ABOUT: Final = (
    "The day on which the event takes effect; of a split the day after its record date.",
    "What happened: the next table says what each kind needs.",
    "The shares issued; of options and convertibles all that they can give.",
    "What the company received in all, before commissions (4(b)(v)).",
    "The least still to be paid to the company on exercise or conversion, in all.",
    "The closing bid of the trading day before the event (4(k)(ii)).",
    "The common stock outstanding immediately before, without treasury shares.",
    "Of a split: 2 for two new shares for each old one, 0.5 for one for two; or as text: 1:3.",
    "Of a change or an expiry: the row of the grant that it changes or ends.",
    "In the place of the shares: the least, with the Market Price taken at 80 % (4(b)(ii)(2)).",
)
# What each kind needs in the columns of shares to lowest price, its section, and what it is.
_YES, _ANY, _EITHER = "needed", "if any", "one of two"
_RULES: Final = (
    ("issue", (_YES, _YES, "", _YES, _YES, "", "", ""), "4(a)", "stock issued or sold"),
    ("option", (_YES, _YES, _YES, _YES, _YES, "", "", ""), "4(b)(i)", "options, rights, warrants"),
    ("convertible", (_YES, _YES, _ANY, _YES, _YES, "", "", ""), "4(b)(ii)(1)", "at fixed terms"),
    (
        "variable convertible",
        (_EITHER, _YES, _ANY, _YES, _YES, "", "", _EITHER),
        "4(b)(ii)(2)",
        "at a floating price",
    ),
    ("exempt", (_ANY, _ANY, _ANY, _ANY, _ANY, "", "", ""), "4(b)(vi)", "for the record only"),
    ("split", ("", "", "", "", "", _YES, "", ""), "4(c)", "dividends, combinations too"),
    (
        "change",
        ("if changed", "", "if changed", "", "", "", _YES, "if changed"),
        "4(b)(iii)",
        "of options, convertibles",
    ),
    ("expiry", ("blank: all", "", "", "", "", "", _YES, ""), "4(b)(iv)", "as if never issued"),
)
_CHART_ROWS: Final = 16


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    if not has_ledger(deal):
        return
    page = p.Page(
        draft,
        SHEET,
        SHEET,
        "What has adjusted the warrants, event by event, up to the as-of date",
        _WIDTHS,
        tab=p.INPUTS,
        as_of_column=8,
    )
    sides, rows = sides_of(deal), room(deal)
    entered = entered_rows(deal)
    first = _events(page, entered, rows)
    _rules(page)
    _results(page, sides, first, rows)
    chart_row = page.row
    if entered:
        page.next(_CHART_ROWS + 1)
    proved = ledger_proof.write(page, sides, first, rows)
    if entered:
        after, page.row = page.row, chart_row
        _chart(page, sides, proved)
        page.row = after
    page.sheet.freeze_panes = "C4"


def _events(page: p.Page, entered: list[list[Any]], rows: int) -> int:
    """The inputs; gives back the first row of them."""
    page.section("Events, the oldest first: splits too are entered here", columns=_COLUMNS)
    page.headings(_HEADS, right=(1, 2, *range(4, _LAST + 1)))
    heads = page.row - 1
    page.sheet.row_dimensions[heads].height = 30
    for column, text in enumerate(_ABOUT, _FIRST):
        page.explain(column, f"Warrant, 4\n{text}", row=heads)
    first, last = page.row, page.row + rows - 1
    for number in range(rows):
        row = page.row
        event = entered[number] if number < len(entered) else [None] * len(_FORMATS)
        page.put(1, number + 1, "Figure", p.COUNT)
        for column, (value, cell_format) in enumerate(zip(event, _FORMATS, strict=True), _FIRST):
            style = "Entry text" if column == _FIRST + 1 else "Entry"
            page.put(column, value, style, cell_format)
        state = (
            f'=IF(COUNTA($B{row}:$K{row})=0,"",IF(N($B{row})=0,"no date",'
            f'IF($B{row}>as_of,"to come","in effect")))'
        )
        page.put(_STATE, state, "Small")
        page.put(_COLUMNS, None, "Small")
        page.next()
    for column, name in _NAMES.items():
        page.draft.define(name, SHEET, _cells(column, first, last))
    page.draft.define("event_rows", SHEET, _cells(1, first, last))
    page.draft.define("events", SHEET, f"$B${first}:$K${last}")
    page.draft.facts.append("events")
    _validate(page, first, last)
    page.next()
    return first


def _validate(page: p.Page, first: int, last: int) -> None:
    rules: list[DataValidation | None] = [validation_of(Day()), choice_of(KINDS)]
    rules += [validation_of(unit) for unit in _UNITS]
    for column, rule in enumerate(rules, _FIRST):
        if rule:
            page.sheet.add_data_validation(rule)
            rule.add(_cells(column, first, last).replace("$", ""))


def _results(page: p.Page, sides: list[Side], first: int, rows: int) -> None:
    """What the function says of each event."""
    page.section("What each event does to the warrants", columns=_COLUMNS)
    heads = ["Row", "Date", "Kind", "Dilutive Issuance", "Factor of the event alone"]
    for side in sides:
        whose = side.whose.capitalize()
        heads += [f"{whose}: carried forward, USD", "Exercise Price, USD", "Warrant Shares"]
        heads += ["By which clause"]
    page.headings(heads, right=(1, 2, 4, 5, 6, 7, 8, 10, 11, 12))
    page.sheet.row_dimensions[page.row - 1].height = 43
    after = page.row
    for number in range(rows):
        event = first + number
        page.put(1, f"=$A{event}", "Figure", p.COUNT)
        for column, side, place, cell_format in _results_of(sides):
            part = f"INDEX({_table(side, first, event)},$A{event},{place})"
            if place == _DILUTIVE:
                part = f'IF({part},"yes","no")'
            style = "Small" if place in {_KIND, _CLAUSE} else "Figure"
            page.put(column, f'=IF($L{event}="in effect",{part},"")', style, cell_format)
        page.next()
    last = page.row - 1
    for side in sides:
        for name, column in zip(("carried", "prices", "shares"), _columns(side), strict=True):
            full = f"{side.prefix}ledger_{name}"
            page.draft.define(full, SHEET, _cells(column, after, last))
    page.next()


_DATE, _KIND, _DILUTIVE, _FACTOR, _CARRIED, _PRICE, _SHARES, _CLAUSE = range(1, 9)


def _results_of(sides: list[Side]) -> list[tuple[int, Side, int, str]]:
    """Column, warrant, column of the function's table, and format."""
    main = sides[0]
    found = [
        (2, main, _DATE, p.DATE),
        (3, main, _KIND, p.GENERAL),
        (4, main, _DILUTIVE, p.GENERAL),
        (5, main, _FACTOR, "0.00000000"),
    ]
    for side in sides:
        carried, price, shares = _columns(side)
        found += [
            (carried, side, _CARRIED, "#,##0.000000_);(#,##0.000000)"),
            (price, side, _PRICE, p.EVEN_PRICE),
            (shares, side, _SHARES, p.PARTIAL_SHARES),
            (shares + 1, side, _CLAUSE, p.GENERAL),
        ]
    return found


def _columns(side: Side) -> tuple[int, int, int]:
    """The columns of what is carried, the price and the shares."""
    start = 10 if side.prefix else 6
    return start, start + 1, start + 2


def _table(side: Side, first: int, row: int) -> str:
    """The function's table of all events up to a row."""
    return f.call(
        anti_dilution_ledger,
        optional=("carry", "test", "round_splits", "carried_forward", "minimum_adjustment"),
        exercise_price=f"{side.prefix}exercise_price",
        warrant_shares=f"{side.prefix}warrant_shares",
        events=f"$B${first}:$K{row}",
        carried_forward="0",
    )


def _cells(column: int, first: int, last: int) -> str:
    letter = "ABCDEFGHIJKLM"[column - 1]
    return f"${letter}${first}:${letter}${last}"


def _rules(page: p.Page) -> None:
    """What each kind of event needs, in the columns in which it is entered."""
    page.section("What to enter, by the kind of event", columns=_COLUMNS)
    heads = ["", "", "Kind", *_HEADS[3:_LAST], "Warrant", ""]
    page.headings(heads, right=range(4, _LAST + 1))
    page.sheet.row_dimensions[page.row - 1].height = 30
    for kind, needs, section, words in _RULES:
        for column in (1, 2):
            page.put(column, None, "Small")
        page.put(3, kind, "Small")
        for column, text in enumerate(needs, 4):
            page.put(column, text or "–", "Figure")
        page.put(_STATE, section, "Small")
        page.put(_COLUMNS, words, "Small")
        page.next()
    page.next()


def _chart(page: p.Page, sides: list[Side], rows: tuple[int, int]) -> None:
    """The Exercise Price of each warrant from its issuance to the last event."""
    first, last = rows
    lines = [
        charts.Line(
            f"Exercise Price, {side.whose}", f"{_QUOTED}!{ledger_proof.prices(side, *rows)}"
        )
        for side in sides
    ]
    chart = charts.over_numbers(
        "Exercise Price after each row of the ledger",
        ("Row of the ledger; 0 is the issuance", "USD a share"),
        f"{_QUOTED}!$A${first}:$A${last}",
        lines,
        across="0",
        up="0.00",
    )
    page.chart(
        chart,
        "The Exercise Price of each warrant after each event of the ledger, on the terms that its "
        "grants have on the as-of date.",
        rows=_CHART_ROWS,
    )
