"""What comes on top of a Conversion Default Payment: the buy-in, and interest on late payment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.tables import EXAMPLE
from xlfuncs.clauses.clocks import add_business_days
from xlfuncs.clauses.defaults import buy_in_payment, default_interest
from xlfuncs.kinds import Day
from xlfuncs.units import Money, Rate

if TYPE_CHECKING:
    import datetime as dt

_MONEY: Final[object] = get_args(Money)[1]
_RATE: Final[object] = get_args(Rate)[1]
_PAYMENTS: Final = "Certificate of Designation, VII.A"
_CENT: Final = 0.005


def write(page: p.Page, demanded: dt.date) -> None:
    """Write the section.

    Args:
        page: the sheet, with the default written.
        demanded: the day of the written demand in the example.
    """
    page.section("Buy-in, interest, and all together")
    page.headings()
    for name, label, value, note in (
        ("buy_in_cost", "Paid by the holder for shares bought in", 11000, "Commissions included."),
        ("buy_in_proceeds", "Net proceeds of the shares that it had sold", 10000, ""),
    ):
        page.entry(
            name,
            label,
            value,
            p.MONEY,
            unit="USD",
            source="Certificate of Designation, VII.B",
            note=f"The example of VII.B, to be replaced. {note}".strip(),
            bounds=_MONEY,
        )
    bought = f.call(buy_in_payment, purchase_cost="buy_in_cost", sale_proceeds="buy_in_proceeds")
    page.figure(
        "buy_in_payment",
        "Buy-in payment",
        f"={bought}",
        p.MONEY,
        unit="USD",
        source=f.source(buy_in_payment),
        note=f.note(buy_in_payment),
        twin="MAX(buy_in_cost-buy_in_proceeds,0)",
        tolerance=_CENT,
    )
    interest = page.draft.has("contract_rate", "demand_days")
    if interest:
        _interest(page, demanded)
    page.figure(
        "default_total",
        "Owed for the default in all",
        "=conversion_default_payment+buy_in_payment" + ("+default_interest" if interest else ""),
        p.MONEY,
        unit="USD",
        source="Certificate of Designation, VII; Certificate of Designation, XIV.E",
        note="The remedies are cumulative (XIV.G).",
        key=True,
    )
    page.next()


def _interest(page: p.Page, demanded: dt.date) -> None:
    page.entry(
        "demand_date",
        "Written demand for that payment",
        demanded,
        p.DATE,
        unit="date",
        source=_PAYMENTS,
        note=f"{EXAMPLE}.",
        bounds=Day(),
    )
    page.entry(
        "default_paid_date",
        "Paid on",
        None,
        p.DATE,
        unit="date; blank while unpaid",
        source="Certificate of Designation, XIV.E",
        note="While unpaid the interest runs to the as-of date.",
        bounds=Day(),
    )
    page.entry(
        "legal_maximum_rate",
        "Highest rate that the law permits",
        None,
        p.PERCENT,
        unit="a year; blank if the law has none",
        source="Certificate of Designation, XIV.E",
        bounds=_RATE,
    )
    due = f.call(
        add_business_days, optional=("holidays",), from_date="demand_date", days="demand_days"
    )
    page.figure(
        "default_due_date",
        "Payable on",
        f"={due}",
        p.DATE,
        unit="date",
        source=_PAYMENTS,
        note="The fifth business day after the demand.",
        twin="WORKDAY(demand_date,demand_days,holidays)",
    )
    page.figure(
        "days_unpaid",
        "Days unpaid since",
        "=MAX(IF(ISNUMBER(default_paid_date),default_paid_date,as_of)-default_due_date,0)",
        p.COUNT,
        unit="calendar days",
        source="Certificate of Designation, XIV.E",
    )
    amount = f.call(
        default_interest,
        optional=("legal_maximum_rate",),
        amount="conversion_default_payment",
        days="days_unpaid",
    )
    page.figure(
        "default_interest",
        "Interest on the Conversion Default Payment",
        f"={amount}",
        p.MONEY,
        unit="USD",
        source=f.source(default_interest),
        note="At the lower of the contract's rate and the law's, simple, on the days over 365.",
        twin="conversion_default_payment*MIN(contract_rate,legal_maximum_rate)*days_unpaid"
        "/premium_days_in_year"
        if page.draft.has("premium_days_in_year")
        else "",
        tolerance=_CENT,
    )
