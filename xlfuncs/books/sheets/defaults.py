"""Conversion Default: what a default under review costs, by phase and by day, and what follows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, cast, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import default_days, default_remedies
from xlfuncs.books.sheets.prices import SPLITS, fixed_on
from xlfuncs.books.sheets.splits import SPLIT_FACTOR
from xlfuncs.books.sheets.tables import EXAMPLE, scaled
from xlfuncs.calendars import open_day_after
from xlfuncs.clauses.clocks import add_business_days
from xlfuncs.clauses.conversion import accreted_premium
from xlfuncs.clauses.defaults import conversion_default_payment, default_price_reset
from xlfuncs.clauses.delivery import delivery_deadline
from xlfuncs.clauses.redemption import redemption_amount
from xlfuncs.kinds import Day
from xlfuncs.units import SharesAboveZero

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_SHARES: Final[object] = get_args(SharesAboveZero)[1]
_PAYMENTS: Final = "Certificate of Designation, VII.A"
_NEAR: Final = 5e-7
_CENT: Final = 0.005
_DAYS_BEFORE, _DAYS_OPEN = 30, 18  # of the example: fax before the as-of date, cure after the fax
_SHARES_OF_EXAMPLE: Final = 1000
_PAYMENT_CELLS: Final = {"cure_date": "default_counted_to", "premium": "default_premium"}


def write(page: p.Page, deal: Deal) -> None:
    """Write the sections."""
    days = _example(deal)
    _entries(page, deal, days)
    _clocks(page)
    _payment(page)
    _reset(page)
    default_days.write(page)
    default_remedies.write(page, days["demand_date"])


def _example(deal: Deal) -> dict[str, dt.date]:
    """The days of the example: a notice a month before the date of the book, cured too late."""
    as_of = cast("dt.date", deal.terms.value("as_of"))
    closing = cast("dt.date", deal.terms.value("closing_date"))
    closed = deal.market.holiday_dates
    about = max(as_of - dt.timedelta(days=_DAYS_BEFORE), closing)
    fax = open_day_after(about - dt.timedelta(days=1), 1, closed)
    cure = open_day_after(fax + dt.timedelta(days=_DAYS_OPEN - 1), 1, closed)
    return {
        "default_conversion_date": fax,
        "fax_date": fax,
        "certificates_received": open_day_after(fax, 1, closed),
        "cure_date": cure,
        "demand_date": cure,
    }


def _entries(page: p.Page, deal: Deal, days: dict[str, dt.date]) -> None:
    page.section(f"Conversion Default under review: {EXAMPLE.lower()}")
    page.headings()
    for name, label, section, note in (
        ("default_conversion_date", "Conversion Date of the notice", "III.C", ""),
        ("fax_date", "Notice of Conversion received by fax", "VII.A", ""),
        ("certificates_received", "Preferred stock certificates delivered", "IV.C", ""),
        (
            "cure_date",
            "Cure Date",
            "VII.A",
            "The day of delivery. Blank while open: then it counts up to the as-of date.",
        ),
    ):
        page.entry(
            name,
            label,
            days[name],
            p.DATE,
            unit="date; blank while open" if name == "cure_date" else "date",
            source=f"Certificate of Designation, {section}",
            note=note or f"{EXAMPLE}.",
            bounds=Day(),
        )
    page.entry(
        "shares_in_default",
        "Preferred shares not converted in time",
        min(_SHARES_OF_EXAMPLE, scaled(deal, "preferred_shares")),
        p.SHARES,
        unit="preferred shares",
        source=_PAYMENTS,
        note=f"{EXAMPLE}. None where the cap forbids the issue.",
        bounds=_SHARES,
    )


def _clocks(page: p.Page) -> None:
    """When the shares were due, and what each further delay leads to."""
    deadline = f.call(
        delivery_deadline, optional=("holidays",), conversion_date="default_conversion_date"
    )
    page.figure(
        "delivery_deadline",
        "End of the Delivery Period",
        f"={deadline}",
        p.DATE,
        unit="date",
        source=f.source(delivery_deadline),
        note="The shares are due on this day; default begins with the next.",
        twin="MAX(WORKDAY(default_conversion_date,delivery_days,holidays),"
        "WORKDAY(certificates_received,1,holidays))",
    )
    clocks = (
        (
            "daily_amount_end",
            "Last day at the daily amount",
            "fax_date",
            "daily_amount_days",
            "VII.A",
            "The fifth business day after the fax; from the next day on the daily rate runs.",
        ),
        (
            "default_event_deadline",
            "Last day before it is a Redemption Event",
            "delivery_deadline",
            "delivery_cure_days",
            "VIII.A(iii)",
            "Enter the end of the Delivery Period in the table of events, if it is real.",
        ),
    )
    for name, label, start, days, section, note in clocks:
        if days == "delivery_cure_days" and not page.draft.has(days):
            continue  # a deal whose late delivery is no Redemption Event
        day = f.call(add_business_days, optional=("holidays",), from_date=start, days=days)
        page.figure(
            name,
            label,
            f"={day}",
            p.DATE,
            unit="date",
            source=f"Certificate of Designation, {section}",
            note=note,
            twin=f"WORKDAY({start},{days},holidays)",
        )
    if page.draft.has("price_reset_days"):
        page.figure(
            "price_reset_date",
            "The fixed price is reset from",
            "=delivery_deadline+price_reset_days",
            p.DATE,
            unit="date",
            source="Certificate of Designation, VII.C",
            note="Unless the shares were in the holder's hands before it.",
        )
    page.figure(
        "default_counted_to",
        "Counted up to, and without, this day",
        "=IF(ISNUMBER(cure_date),cure_date,as_of+1)",
        p.DATE,
        unit="date",
        source=_PAYMENTS,
        note="The Cure Date; while open, the day after the as-of date.",
    )
    page.figure(
        "default_state",
        "State",
        '=IF(default_counted_to<=delivery_deadline+1,"no default",'
        'IF(ISNUMBER(cure_date),IF(cure_date>as_of,"to be cured","cured"),"open"))',
        p.GENERAL,
        source=_PAYMENTS,
        note="A Cure Date to come tells what it will then have cost.",
    )
    page.next()


def _payment(page: p.Page) -> None:
    page.section("Conversion Default Payment")
    page.headings()
    premium = f.call(accreted_premium, conversion_date="default_conversion_date")
    accretes = page.draft.has("premium_rate")
    page.figure(
        "default_premium",
        "Premium on the Conversion Date",
        f"={premium}" if accretes else "=0",
        p.PRICE,
        unit="USD a preferred share",
        source=f.source(accreted_premium),
        twin="face_amount*(default_conversion_date-closing_date)/premium_days_in_year*premium_rate"
        if accretes
        else "",
        tolerance=_NEAR,
    )
    page.figure(
        "days_of_default",
        "Days of default",
        "=MAX(default_counted_to-1-delivery_deadline,0)",
        p.COUNT,
        unit="calendar days",
        source=_PAYMENTS,
        note="From the day after the Delivery Period; the Cure Date is not counted.",
    )
    page.figure(
        "days_at_amount",
        "Of these, at the daily amount",
        "=MIN(days_of_default,MAX(daily_amount_end-delivery_deadline,0))",
        p.COUNT,
        unit="calendar days",
        source=_PAYMENTS,
    )
    page.figure(
        "days_at_rate",
        "And at the daily rate of the Face Amount",
        "=days_of_default-days_at_amount",
        p.COUNT,
        unit="calendar days",
        source=_PAYMENTS,
    )
    for name, label, formula in (
        ("paid_by_amount", "Daily amount", "=days_at_amount*daily_amount"),
        (
            "paid_by_rate",
            "Daily rate of the Face Amount",
            "=days_at_rate*daily_rate*shares_in_default*face_amount",
        ),
        (
            "paid_premium",
            "Premium, once",
            "=IF(days_at_rate>0,shares_in_default*default_premium,0)",
        ),
    ):
        page.figure(name, label, formula, p.MONEY, unit="USD", source=_PAYMENTS)
    payment = f.call(conversion_default_payment, optional=("holidays",), using=_PAYMENT_CELLS)
    page.figure(
        "conversion_default_payment",
        "Conversion Default Payment",
        f"={payment}",
        p.MONEY,
        unit="USD",
        source=f.source(conversion_default_payment),
        note="The three together. Nothing, if a similar amount is paid on Series A.",
        key=True,
        twin="paid_by_amount+paid_by_rate+paid_premium",
        tolerance=_CENT,
    )
    page.figure(
        "next_day_of_default",
        "One more day costs",
        "=IF(default_counted_to>daily_amount_end,daily_rate*shares_in_default*face_amount,"
        "daily_amount)",
        p.MONEY,
        unit="USD",
        source=_PAYMENTS,
        note="Without the Premium, which comes with the first day at the daily rate.",
    )
    if page.draft.has("redemption_amount"):
        _penalty(page)
    page.next()


def _penalty(page: p.Page) -> None:
    """What redemption would cost for a share in default, its penalty unpaid."""
    page.figure(
        "default_penalty",
        "Penalty of a share in default, while unpaid",
        "=IF(shares_in_default=0,0,conversion_default_payment/shares_in_default)",
        p.MONEY,
        unit="USD a preferred share",
        source="Certificate of Designation, VIII.C",
    )
    amount = f.call(redemption_amount, penalty="default_penalty", market_price="bid_on_notice_date")
    page.figure(
        "redemption_amount_in_default",
        "Redemption Amount of such a share",
        f"={amount}",
        p.MONEY,
        unit="USD a preferred share",
        source=f.source(redemption_amount),
        note="Upon a notice on the as-of date.",
        twin="MAX(redemption_by_multiple,(face_amount+premium+default_penalty)/conversion_price"
        "*bid_on_notice_date)",
        tolerance=_NEAR,
    )


def _reset(page: p.Page) -> None:
    """The fixed price after a default that was not cured in time; a deal may have none."""
    if not page.draft.has("stated_price", "price_reset_days"):
        return
    page.section("Reset of the Fixed Conversion Price")
    page.headings()
    factor = SPLIT_FACTOR.format(after=0, upto="default_conversion_date")
    splits = page.draft.has(*SPLITS)
    page.figure(
        "default_fixed_price",
        "Fixed price on the Conversion Date",
        f"={fixed_on(page.draft, 'default_conversion_date')}",
        p.PRICE,
        unit="USD a share",
        source="Certificate of Designation, VII.C(i)",
        twin=f"stated_price/{factor}" if splits else "stated_price",
        tolerance=5e-9,
    )
    page.figure(
        "reset_to",
        "Prices counted up to",
        "=IF(ISNUMBER(cure_date),MIN(cure_date,as_of),as_of)",
        p.DATE,
        unit="date",
        source="Certificate of Designation, VII.C(ii)",
        note="The day on which the shares are delivered; while they are not, the as-of date.",
    )
    page.figure(
        "reset_state",
        "Reset",
        '=IF(reset_to>=price_reset_date,"reset",IF(ISNUMBER(cure_date),IF(cure_date>as_of,'
        '"not yet","delivered in time"),"not yet"))',
        p.GENERAL,
        source="Certificate of Designation, VII.C",
        note="Where it is reset, for all preferred shares of the holder.",
    )
    rows = "ROWS(default_days)"
    place = "reset_to-default_conversion_date+1"
    found = f"INDEX(reset_prices,{place})"
    late = 'IF(reset_state<>"reset",default_fixed_price,'
    page.figure(
        "fixed_price_after_default",
        "The holder's fixed price from then on",
        f'={late}IF({place}>{rows},"beyond the table",IF(ISNUMBER({found}),{found},NA())))',
        p.PRICE,
        unit="USD a share",
        source=f.source(default_price_reset),
        note="The lowest Conversion Price from the Conversion Date to the day of delivery, if "
        "lower; from the table below.",
        key=True,
        twin=f'{late}IF({place}>{rows},"beyond the table",MIN(default_fixed_price,'
        f"INDEX(default_prices,1):INDEX(default_prices,{place}))))",
        tolerance=5e-9,
    )
    page.next()
