"""What does redemption cost? Prints the answer and writes it as a sheet."""

from the_deal import BIDS, CLOSES, DATES, TERMS, premium_on, price_on, run, t

import xlfuncs as xlf
from xlfuncs.books.charts import Line, over_numbers
from xlfuncs.books.one_sheet import Column, OneSheet
from xlfuncs.books.page import MONEY, PRICE, WHOLE_MONEY

PENALTY = 0.0  # no Conversion Default is unpaid
BID = CLOSES[DATES.index(t.as_of)]  # of the date of the notice
PRICE_TODAY = price_on(t.as_of)


def answer() -> dict[str, object]:
    """The figures, under the names that they have in the sheet and in the deal book."""
    premium = premium_on(t.as_of)
    amount = xlf.redemption_amount(
        t.face_amount, premium, PENALTY, PRICE_TODAY, BID, t.redemption_multiple
    )
    owed = t.face_amount + premium + PENALTY
    return {
        "premium": premium,
        "conversion_price": PRICE_TODAY,
        "redemption_amount": amount,
        "redemption_total": amount * t.preferred_shares,
        "redemption_break_even": t.redemption_multiple * t.face_amount * PRICE_TODAY / owed,
    }


def sheet() -> bytes:
    """The same figures, live."""
    # fmt: off
    made = OneSheet(
        "Redemption", "What does redemption cost?", "Certificate of Designation, VIII.C",
        [('="All preferred shares cost USD "&TEXT(redemption_total,"#,##0.00")&", that is "&'
         'TEXT(redemption_amount,"#,##0.00")&" a share."'),
         ('="Above a bid of "&TEXT(redemption_break_even,"0.0000")&" the formula counts, and each '
         'cent of the bid costs USD "&TEXT(cent_cost,"#,##0")&"."')], BIDS.note)
    made.section("The terms")
    made.terms(TERMS, "as_of", "closing_date", "face_amount", "premium_rate",
               "premium_days_in_year", "preferred_shares", "redemption_multiple")
    made.section("On the date of the notice")
    made.given("conversion_price", "Conversion Price, USD a share", PRICE_TODAY, PRICE)
    made.given("market_price", "Closing bid, USD a share", BID, PRICE)
    made.given("penalty", "Unpaid Conversion Default penalty, USD", PENALTY, MONEY)
    made.section("What it costs, USD")
    made.figure("premium", "Premium", xlf.accreted_premium, PRICE,
                using={"conversion_date": "as_of"}, tolerance=5e-7,
                twin="face_amount*(as_of-closing_date)/premium_days_in_year*premium_rate")
    formula = "(face_amount+premium+penalty)/conversion_price"
    made.figure("redemption_amount", "Redemption Amount of a share", xlf.redemption_amount, MONEY,
                twin=f"MAX(redemption_multiple*face_amount,{formula}*market_price)", tolerance=5e-7)
    made.figures(
        ("redemption_total", "Of all preferred shares",
         "preferred_shares*redemption_amount", MONEY),
        ("redemption_break_even", "Bid at which both limbs are equal",
         f"redemption_multiple*face_amount/({formula})", PRICE),
        ("cent_cost", "A cent more above it", f"preferred_shares*{formula}*0.01", WHOLE_MONEY))
    cost = ("preferred_shares*XLF_REDEMPTION_AMOUNT(face_amount,premium,penalty,conversion_price,"
            "{bid},redemption_multiple)")
    cells = made.table("At other bids on that date", "If the bid is, all preferred shares cost",
                       Column("Bid", (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0), PRICE, "bid"),
                       Column("USD", cost, WHOLE_MONEY))
    made.chart(over_numbers("Cost of redeeming all preferred shares", ("Closing bid, USD", "USD"),
                            cells["Bid"], [Line("USD", cells["USD"])], across="0.00"),
               "The cost is level up to the bid at which both limbs are equal, then rises")
    # fmt: on
    return made.file(t.as_of)


if __name__ == "__main__":
    run(__file__, answer, sheet)
