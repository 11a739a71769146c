"""What did that share sale do to my warrants? Prints the answer and writes it as a sheet."""

from the_deal import BIDS, CLOSES, DATES, HOLIDAYS, TERMS, run, t

import xlfuncs as xlf
from xlfuncs.books.charts import Line, over_numbers
from xlfuncs.books.one_sheet import Column, OneSheet
from xlfuncs.books.page import MONEY, PARTIAL_SHARES, PRICE, SHARES

SOLD, RECEIVED = 1_500_000, 5_250_000.0  # an example: 3.50 a share, sold on the as-of date
MARKET = xlf.warrant_market_price(t.as_of, DATES, CLOSES, HOLIDAYS)


def answer() -> dict[str, object]:
    """The figures, under the names that they have in the sheet."""
    sale = t.exercise_price, t.shares_outstanding, SOLD, RECEIVED, MARKET
    average = xlf.weighted_average_exercise_price(*sale)
    price = xlf.anti_dilution_exercise_price(*sale)
    return {
        "issue_price": RECEIVED / SOLD,
        "market_price": MARKET,
        "average_price": average,
        "new_exercise_price": price,
        "new_warrant_shares": t.exercise_price * t.warrant_shares / price,
        "carried_on": 0.0 if price != t.exercise_price else t.exercise_price - average,
    }


def sheet() -> bytes:
    """The same figures, live."""
    # fmt: off
    factor = "(shares_outstanding+consideration/market_price)/(shares_outstanding+shares_issued)"
    made = OneSheet(
        "Share sale", "What did that share sale do to my warrants?", "Warrant, 4(a), 4(d), 4(h)",
        [('=IF(issue_price>=market_price,"Nothing: not sold below the Market Price.",'
         'IF(new_exercise_price<exercise_price,"The Exercise Price goes from "&TEXT(exercise_price,'
         '"0.0000")&" to "&TEXT(new_exercise_price,"0.00")&", and the Warrant Shares from "&'
         'TEXT(warrant_shares,"#,##0")&" to "&TEXT(new_warrant_shares,"#,##0.00")&".",'
         '"Nothing yet: the change is under the least adjustment and is carried forward."))')],
        BIDS.note)
    made.section("The warrant and the company before the sale")
    made.terms(TERMS, "exercise_price", "warrant_shares", "minimum_adjustment",
               "shares_outstanding")
    made.section("The sale: an example, to be replaced")
    made.given("shares_issued", "Shares sold", SOLD, SHARES)
    made.given("consideration", "Received, before commissions, USD", RECEIVED, MONEY)
    made.given("market_price", "Market Price: the bid of the trading day before", MARKET, PRICE)
    made.section("What it does")
    made.figures(("issue_price", "Price a share", "consideration/shares_issued", PRICE))
    made.figure("average_price", "By the weighted average alone",
                xlf.weighted_average_exercise_price, PRICE,
                twin=f"IF(issue_price<market_price,exercise_price*{factor},exercise_price)",
                tolerance=5e-7)
    made.figure("new_exercise_price", "Exercise Price after the sale",
                xlf.anti_dilution_exercise_price, PRICE,
                twin="IF(exercise_price-average_price>=minimum_adjustment*exercise_price,"
                     "ROUND(average_price,2),exercise_price)", tolerance=5e-7)
    made.figure("new_warrant_shares", "Warrant Shares after the sale", xlf.warrant_adjusted_shares,
                PARTIAL_SHARES, using={"old_exercise_price": "exercise_price"},
                twin="exercise_price*warrant_shares/new_exercise_price", tolerance=5e-7)
    made.figures(("carried_on", "Carried forward to the next adjustment, USD",
                  "IF(new_exercise_price<exercise_price,0,exercise_price-average_price)", PRICE))
    after = ("XLF_ANTI_DILUTION_EXERCISE_PRICE(exercise_price,shares_outstanding,shares_issued,"
             "{price}*shares_issued,market_price)")
    cells = made.table("As many shares at other prices", "If sold at, and the Exercise Price then",
                       Column("Price", (1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0), PRICE, "price"),
                       Column("Exercise Price", after, PRICE))
    made.chart(over_numbers("Exercise Price after the sale", ("Price of the sale, USD", "USD"),
                            cells["Price"], [Line("Exercise Price", cells["Exercise Price"])],
                            across="0.00", up="0.00"),
               "The Exercise Price falls with the price of the sale; near the Market Price not")
    # fmt: on
    return made.file(t.as_of)


if __name__ == "__main__":
    run(__file__, answer, sheet)
