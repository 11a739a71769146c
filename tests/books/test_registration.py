"""The sheet Registration: what late registration costs, coverage, covenants, their calendar."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

import xlfuncs
from tests.support.sheets import calculated, failing, named, shown, table, with_one_wrong
from xlfuncs.batch.plan import Request
from xlfuncs.batch.run import refresh_book
from xlfuncs.books.deal_book import build_book, draft_book
from xlfuncs.deal.reading import Deal, read_deal
from xlfuncs.ooxml.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable

WORKBOOKS = Path(__file__).parents[2] / "workbooks"


@pytest.fixture(scope="module")
def deal() -> Deal:
    return read_deal(WORKBOOKS / "valence_1998")


@pytest.fixture(scope="module")
def book(deal: Deal) -> Package:
    return Package(build_book(deal), "book.xlsx")


@pytest.fixture
def figures(book: Package, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """The outputs of the book with some inputs set."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(book.data)

    def found(day: str = "1999-09-01", **inputs: Any) -> dict[str, Any]:
        as_of = dt.date.fromisoformat(day)
        request = Request(as_of=as_of, sets=inputs, dry_run=True)
        outcome = refresh_book(path, request)
        assert outcome.good, outcome.troubles or outcome.failure
        assert str(outcome.outputs["verdict"]).startswith("All ")
        return dict(outcome.outputs)

    return found


def test_forty_five_days_cost_675_000(figures: Callable[..., dict[str, Any]]) -> None:
    """The vector of the clause: 15 million, 3 % for thirty days, 45 days."""
    effective = dt.date(1999, 4, 3)
    told = figures(registration_effective_on=effective, unavailable_from=dt.date(1999, 12, 1))
    assert told["registration_deadline"] == dt.date(1999, 2, 16)
    assert told["registration_delay_days"] == 45
    assert told["registration_penalty"] == 675_000
    price = told["conversion_price"]
    assert told["registration_penalty_shares"] == -(-675_000 // price)
    # Two payments: for the first thirty days, and for the fifteen after them.
    assert told["registration_first_due"] == dt.date(1999, 3, 23)
    assert told["registration_last_due"] == dt.date(1999, 4, 7)
    assert told["registration_stock_notice"] == dt.date(1999, 3, 21)


def test_comments_give_thirty_days_more(figures: Callable[..., dict[str, Any]]) -> None:
    told = figures(registration_effective_on=dt.date(1999, 4, 3), registration_commented="yes")
    assert told["registration_deadline"] == dt.date(1999, 3, 18)
    assert told["registration_delay_days"] == 15
    assert told["registration_state"] == "days late: 16"


def test_what_is_to_come_counts_for_nothing(figures: Callable[..., dict[str, Any]]) -> None:
    """Before the deadline, on the way, and while nothing is effective."""
    early = figures("1999-02-10")
    assert early["registration_state"] == "days left: 6"
    assert early["registration_penalty"] == 0
    assert early["registration_first_due"] == early["unavailable_first_due"] == "none"
    late = figures("1999-03-01")
    assert late["registration_state"] == "days overdue: 13"
    assert late["registration_penalty"] == 12 * 15_000  # the as-of date itself is not over
    assert late["registration_last_due"] == "still open"


def test_two_rules_run_side_by_side(book: Package, figures: Callable[..., dict[str, Any]]) -> None:
    """In time for the payments, and for all that a Redemption Event."""
    told = figures()
    assert told["registration_filing_state"] == "in time"
    sheet = shown(book, "Registration")
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows(max_col=6)}
    assert rows["Filing"][4] == "Redemption Event"
    assert rows["Effectiveness"][4] == "no event"
    # Unusable for twelve days from 1 July: the fifth business day in a row was the 8th.
    assert rows["Sales that can be made: usable again by"][3] == dt.datetime(1999, 7, 8)  # noqa: DTZ001
    assert rows["Sales that can be made: usable again by"][4] == "Redemption Event"


def test_the_coverage_is_that_of_the_function(
    figures: Callable[..., dict[str, Any]], deal: Deal
) -> None:
    """The trigger date, day by day as a program would find it."""
    told = figures("2001-03-01", registered_shares=2_000_000)
    holidays = deal.market.holiday_dates
    bids = deal.market.bids
    days = [
        xlfuncs.add_trading_days(dt.date(2001, 3, 2), -back, holidays) for back in range(10, 0, -1)
    ]
    issuable = []
    for day in days:
        premium = xlfuncs.accreted_premium(day, dt.date(1998, 12, 18), 1000, 0.06)
        variable = xlfuncs.variable_conversion_price(
            day, bids.dates, bids.closing_bids, 10, 6, 1.01, holidays
        )
        price = xlfuncs.conversion_price(day, dt.date(1999, 7, 27), 6.03, variable)
        issuable.append(xlfuncs.conversion_shares(7500, 1000, premium, price) + 447_761)
    trigger = xlfuncs.coverage_trigger_date(days, [2e6] * 10, issuable, 1.75, 3)
    assert told["registration_trigger_date"] == trigger == days[2]
    assert told["registration_trigger_state"] == "perhaps"
    assert told["registration_shortfall"] == 2 * told["registrable_shares"] - 2_000_000
    assert told["amendment_filing_deadline"] == trigger + dt.timedelta(days=5)
    assert told["statement_effective_by"] == xlfuncs.add_business_days(trigger, 20, holidays)


def test_covered_shares_have_no_trigger(figures: Callable[..., dict[str, Any]]) -> None:
    told = figures("1998-12-18")
    assert told["registration_covered"] == "yes"
    assert told["registration_trigger_date"] == told["statement_effective_by"] == "none"
    assert told["registration_shortfall"] == 0


@pytest.mark.parametrize(("other", "needed"), [(0, 7.5e6), (3e6, 5e6), (7.9e6, 1e5), (8e6, 0)])
def test_the_backstop(figures: Callable[..., dict[str, Any]], other: float, needed: float) -> None:
    assert figures(other_funding=other)["backstop_shortfall"] == pytest.approx(needed)


def test_the_volume_limit_of_the_clause(book: Package, tmp_path: Path) -> None:
    """The vector: 180,000 on the day, five days before it, 36,300 either way."""
    path = tmp_path / "book.xlsx"
    workbook = load_workbook(io.BytesIO(book.data))
    market = workbook["Market"]
    wanted = dict(
        zip(
            (dt.date(1999, 8, day) for day in (25, 26, 27, 30, 31)),
            (250e3, 190e3, 310e3, 220e3, 240e3),
            strict=True,
        )
    )
    wanted[dt.date(1999, 9, 1)] = 180e3
    for row in range(6, 900):
        day = market.cell(row, 1).value
        if isinstance(day, dt.datetime) and day.date() in wanted:
            market.cell(row, 3).value = wanted[day.date()]
    workbook.save(path)
    told = refresh_book(path, Request(dry_run=True)).outputs
    assert told["volume_limit_before"] == told["volume_limit"] == 36_300
    halves = refresh_book(path, Request(sets={"retained_part": 0.5}, dry_run=True)).outputs
    assert halves["volume_limit_retained"] == 18_150
    free = refresh_book(path, Request(sets={"volume_sale_price": 12}, dry_run=True)).outputs
    assert free["volume_limit"] == free["days_to_sell"] == "no limit"


def test_the_restriction_on_issues(figures: Callable[..., dict[str, Any]]) -> None:
    under = {"restricted_issue_price": 6.02}
    told = figures("1999-02-10", **under)
    assert told["issue_restricted"] == "yes"
    least = told["restricted_price"]
    assert least == xlfuncs.restricted_price(6.03, told["fair_market_value"], 0.8) > 6.03
    exactly = figures("1999-02-10", restricted_issue_price=least)["issue_restricted"]
    assert exactly == "no: high enough"
    held = figures("1999-02-10", purchaser_holding=0.29, **under)["issue_restricted"]
    assert held == "no: small holding"
    assert figures("1999-07-26", **under)["issue_restricted"] == "yes"
    assert figures("1999-07-27", **under)["issue_restricted"] == "no: it has ended"


def test_the_contribution_of_series_a(figures: Callable[..., dict[str, Any]]) -> None:
    told = figures()
    expected = xlfuncs.capital_contribution(
        1000, 1000.0, told["series_a_premium"], told["variable_price"], 6.03
    )
    assert told["capital_contribution"] == expected > 0
    assert figures("1999-07-26")["capital_contribution"] == 0  # before the variable price starts


def test_the_calendar_tells_what_is_next(figures: Callable[..., dict[str, Any]]) -> None:
    for day, date, what in [
        ("1998-12-18", dt.date(1998, 12, 18), "Closing"),
        ("1999-02-08", dt.date(1999, 2, 8), "Stockholder Approval"),
        ("1999-07-26", dt.date(1999, 7, 27), "Variable Conversion Price starts"),
        ("2001-03-01", dt.date(2001, 7, 27), "Maturity Date: Required Conversion"),
    ]:
        told = figures(day)
        assert (told["next_covenant_date"], told["next_covenant"]) == (date, what)


def test_the_calendar_is_in_order(book: Package) -> None:
    dates = [date for [date] in table(book, "covenant_dates")]
    assert len(dates) > 12
    assert dates == sorted(dates)


@pytest.mark.parametrize(
    ("function", "figure"),
    [
        ("XLF_REGISTRATION_PENALTY", "registration_delay_payment"),
        ("XLF_REGISTRATION_CUTBACK", "registration_cutback"),
        ("XLF_VOLUME_LIMIT", "volume_limit"),
        ("XLF_CAPITAL_CONTRIBUTION", "capital_contribution"),
        ("XLF_BACKSTOP_SHORTFALL", "backstop_shortfall"),
        ("XLF_EXPENSE_REIMBURSEMENT", "expense_reimbursement"),
        ("XLF_RESTRICTED_PRICE", "restricted_price"),
    ],
)
def test_a_wrong_function_is_found(deal: Deal, function: str, figure: str) -> None:
    book = calculated(draft_book(deal), with_one_wrong(function))
    assert "FAIL" in str(named(book, "verdict"))
    assert figure in failing(book)


def test_a_deal_of_other_terms_has_what_it_says() -> None:
    """No review by the SEC, no coverage, no limit by volume; an effective date in the ledger."""
    book = calculated(draft_book(read_deal(WORKBOOKS / "fixed_2024")))
    effective = load_workbook(io.BytesIO(book.data)).defined_names["registration_effective_on"]
    assert shown(book, "Registration")[effective.attr_text.split("!")[1]].value.day == 2
    assert named(book, "registration_state") == "in time"
    assert named(book, "registration_delay_payment") == 0
    names = load_workbook(io.BytesIO(book.data)).defined_names
    for absent in ("registration_commented", "registration_trigger_date", "volume_limit",
                   "capital_contribution", "restricted_price", "shares_allowed"):  # fmt: skip
        assert absent not in names
    floating = draft_book(read_deal(WORKBOOKS / "floating_2025"))
    assert "Registration" not in load_workbook(io.BytesIO(floating)).sheetnames
