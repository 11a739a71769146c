"""Employment: salary, bonus and vacation so far, and what a Change of Control would pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import events
from xlfuncs.clauses.employment import (
    change_of_control_payment,
    is_change_of_control,
    prorated_salary,
    target_bonus,
    vacation_accrued,
)
from xlfuncs.deal.terms import UNITS

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_NEAR: Final = 5e-7
_TRUTH: Final = '"TRUE";"TRUE";"FALSE"'  # for programs in which a truth is a number
_DAYS: Final = "#,##0.00"
_MONTHS: Final = "((YEAR({to})-YEAR(start_date))*months_in_year+MONTH({to})-MONTH(start_date))"


def write(draft: p.Draft, deal: Deal) -> None:  # noqa: ARG001  every sheet is written alike
    """Write the sheet."""
    page = p.Page(draft, "Employment", "Employment", "Pay so far, and what an event would pay")
    events.write(page)
    _calendar(page)
    _pay(page)
    _vacation(page)
    _control(page)
    _payment(page)
    page.sheet.freeze_panes = "B4"


def _calendar(page: p.Page) -> None:
    page.section("Counts that the figures below take")
    page.headings()
    for name, label, value, unit, note in (
        ("months_in_year", "Months of a year", 12, "months", ""),
        ("months_in_quarter", "Months of a quarter", 3, "months", ""),
        ("quarters_in_year", "Quarters of a year", 4, "quarters", ""),
        ("days_in_period", "Days of a bi-weekly period", 14, "days", "Offer Letter, 4"),
    ):
        page.entry(name, label, value, p.COUNT, unit=unit, source=note)
    page.entry(
        "control_part",
        "Part of the votes that is control",
        0.5,
        p.PERCENT,
        unit="of the votes",
        source="Offer Letter, 5.3",
        note="Exactly so much is no Change of Control. The function has it too.",
    )
    page.next()


def _pay(page: p.Page) -> None:
    page.section("Salary and bonus")
    page.headings()
    page.figure(
        "salary_from",
        "Salary of the year, from",
        "=MAX(start_date,DATE(YEAR(employed_to),1,1))",
        p.DATE,
        unit="date",
        note="The first day of the year, or of employment.",
    )
    salary = f.call(
        prorated_salary, optional=("days_in_year",), first_day="salary_from", last_day="employed_to"
    )
    page.figure(
        "prorated_salary",
        "Salary of the year so far",
        f"={salary}",
        p.MONEY,
        unit="USD, before taxes",
        source=f.source(prorated_salary),
        note=f.note(prorated_salary),
        key=True,
        tolerance=_NEAR,
        twin="IF(employed_to<salary_from,NA(),annual_salary*(employed_to-salary_from+1)/days_in_year)",
    )
    page.figure(
        "quarterly_target_bonus",
        "Target bonus of a quarter",
        f"={f.call(target_bonus, quarters='1')}",
        p.MONEY,
        unit="USD",
        source=f.source(target_bonus),
        note="A target, not a promise.",
        tolerance=_NEAR,
        twin="annual_salary*target_fraction/quarters_in_year",
    )
    months = _MONTHS.format(to="employed_to")
    page.figure(
        "months_employed",
        "Whole months of employment",
        f"={months}-IF(EDATE(start_date,{months})>employed_to,1,0)",
        p.COUNT,
        unit="months",
        note="From the first day to the same day of a later month.",
    )
    page.figure(
        "quarters",
        "Quarters of employment completed",
        "=MAX(INT(months_employed/months_in_quarter),0)",
        p.COUNT,
        unit="quarters",
        source="Offer Letter, 2",
        note="Counted from the first day: the letter does not say which quarters.",
    )
    page.figure(
        "target_bonus",
        "Target bonus of these quarters",
        f"={f.call(target_bonus)}",
        p.MONEY,
        unit="USD",
        source=f.source(target_bonus),
        note=f.note(target_bonus),
        tolerance=_NEAR,
        twin="annual_salary*target_fraction*quarters/quarters_in_year",
    )
    page.next()


def _vacation(page: p.Page) -> None:
    page.section("Vacation")
    page.headings()
    page.figure(
        "periods",
        "Two-week periods completed",
        "=MAX(INT((employed_to-start_date+1)/days_in_period),0)",
        p.COUNT,
        unit="periods",
        source="Offer Letter, 4",
        note="Fourteen days each, counted from the first day.",
    )
    page.figure(
        "vacation_accrued",
        "Vacation accrued",
        f"={f.call(vacation_accrued)}",
        _DAYS,
        unit="working days",
        source=f.source(vacation_accrued),
        note=f.note(vacation_accrued),
        tolerance=_NEAR,
        twin="annual_days/periods_per_year*periods",
    )
    page.entry(
        "vacation_taken",
        "Vacation taken",
        0,
        _DAYS,
        unit="working days",
        note="In all, since the first day.",
        bounds=UNITS["working days"],
    )
    page.figure(
        "vacation_left",
        "Vacation left",
        "=vacation_accrued-vacation_taken",
        _DAYS,
        unit="working days",
        source="Offer Letter, 4",
        note="The letter sets no limit to what may be carried from year to year.",
    )
    page.next()


def _control(page: p.Page) -> None:
    page.section("A transaction under review: is it a Change of Control?")
    page.headings()
    share, source = UNITS["fraction"], "Offer Letter, 5.3"
    page.entry(
        "holders_share_after_merger",
        "Votes of the surviving company left to the shareholders",
        None,
        p.PERCENT,
        unit="part; blank without a merger",
        source=f"{source}(a)(i)",
        note="A Change of Control below 50 %; at exactly 50 % there is none.",
        bounds=share,
    )
    page.entry(
        "acquirer_share",
        "Votes that one person has come to own",
        None,
        p.PERCENT,
        unit="part; blank without one",
        source=f"{source}(b)",
        note="A Change of Control above 50 %. Blank for Carl Berg and his affiliates.",
        bounds=share,
    )
    for name, label, section in [
        ("assets_sold", "All or substantially all assets sold, leased or transferred", "(a)(ii)"),
        ("liquidated", "The company is liquidated", "(c)"),
    ]:
        page.entry(
            name, label, value=False, cell_format=_TRUTH, unit="TRUE or FALSE",
            source=f"{source}{section}",
        )  # fmt: skip
    page.figure(
        "is_change_of_control",
        "Change of Control",
        f'=IF({f.call(is_change_of_control)},"yes","no")',
        p.GENERAL,
        unit="yes or no",
        source=f.source(is_change_of_control),
        note=f.note(is_change_of_control),
        key=True,
        tolerance=None,
        twin="IF(OR(IF(ISNUMBER(holders_share_after_merger),holders_share_after_merger<control_part,FALSE),"
        'IF(ISNUMBER(acquirer_share),acquirer_share>control_part,FALSE),assets_sold,liquidated),"yes","no")',
    )
    page.next()


def _payment(page: p.Page) -> None:
    page.section("The event under review: what it pays")
    page.headings()
    page.figure(
        "window_end",
        "Last day on which an event counts",
        "=EDATE(start_date,window_months)-1",
        p.DATE,
        unit="date",
        source="Offer Letter, 5.1",
        note="The day before the second anniversary, where the window has 24 months.",
    )
    payment = f.call(change_of_control_payment, trigger_date="event_date")
    page.figure(
        "change_of_control_payment",
        "Lump sum",
        f"={payment}",
        p.MONEY,
        unit="USD",
        source=f.source(change_of_control_payment),
        note=f.note(change_of_control_payment),
        key=True,
        twin="IF(event_date<start_date,NA(),"
        "IF(event_date<EDATE(start_date,window_months),lump_sum,0))",
    )
    page.figure(
        "payment_due",
        "Payable on",
        '=IF(change_of_control_payment>0,event_date+payment_days,"none")',
        p.DATE,
        unit="date",
        source="Offer Letter, 5.1(a)",
        note="The fifth day following, in calendar days.",
    )
    page.figure(
        "coverage_end",
        "Group health insurance up to",
        '=IF(change_of_control_payment>0,EDATE(event_date,coverage_months),"none")',
        p.DATE,
        unit="date",
        source="Offer Letter, 5.1(b)",
    )
    if "accelerated_value" not in page.draft.names:
        return
    page.figure(
        "event_total",
        "Lump sum and value of the options that vest at once",
        "=change_of_control_payment+accelerated_value",
        p.MONEY,
        unit="USD",
        source="Offer Letter, 3; Offer Letter, 5.1",
        note="At the assumed prices; without salary, bonus and insurance.",
    )
