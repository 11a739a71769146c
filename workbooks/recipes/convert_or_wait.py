"""Convert today, or wait? Prints the answer and writes it as a sheet."""

import numpy as np
from the_deal import BIDS, CLOSES, DATES, HOLIDAYS, TERMS, premium_on, price_on, run, t, write_price

import xlfuncs as xlf
from xlfuncs.books.one_sheet import OneSheet
from xlfuncs.books.page import COUNT, GENERAL, PRICE, SHARES, WHOLE_MONEY

BID = CLOSES[DATES.index(t.as_of) - 1]  # of the trading day before
DAYS = int(np.busday_count(t.as_of, t.maturity_date, holidays=HOLIDAYS)) + 1


def answer() -> dict[str, object]:
    """The figures, under the names that they have in the sheet and in the deal book."""
    price = price_on(t.as_of)
    wanted = xlf.conversion_shares(t.preferred_shares, t.face_amount, premium_on(t.as_of), price)
    limit = xlf.beneficial_ownership_limit(t.shares_outstanding, t.shares_held, t.ownership_limit)
    now, binding = xlf.convertible_now(wanted, t.cap_amount, limit)[0]
    wait = xlf.floating_conversion_value(
        *(BID, t.volatility, t.risk_free_rate, DAYS, t.face_amount, premium_on(t.maturity_date)),
        *(t.stated_price, int(t.lookback_days), int(t.lowest_count), t.price_multiple),
        points=1024,
    )
    return {
        "conversion_price": price,
        "wanted_shares": wanted,
        "convertible_shares": now,
        "binding_limit": binding,
        "today_value": round(wanted * BID),
        "wait_value": round(t.preferred_shares * wait[0][1]),
    }


def sheet() -> bytes:
    """The same figures, live."""
    # fmt: off
    made = OneSheet(
        "Convert or wait", "Convert today, or wait for the conversion at maturity?",
        "Certificate of Designation, III and IV",
        [('="Today: "&TEXT(wanted_shares,"#,##0")&" shares worth USD "&TEXT(today_value,"#,##0")&'
          '"; "&TEXT(convertible_shares,"#,##0")&" of them now. Limit: "&binding_limit&"."'),
         ('="Waiting, by the model: USD "&TEXT(wait_value,"#,##0")&". Worth more: "&IF(wait_value>'
          'today_value,"waiting","converting today")&", credit risk left out."')], BIDS.note)
    made.section("The terms, and assumptions")
    made.terms(TERMS, "as_of", "closing_date", "face_amount", "premium_rate",
               "premium_days_in_year", "stated_price", "lookback_days", "lowest_count",
               "price_multiple", "variable_price_start",
               "maturity_date", "ownership_limit", "shares_outstanding", "shares_held",
               "volatility", "risk_free_rate")
    made.given("preferred_outstanding", "Preferred shares", t.preferred_shares, SHARES)
    made.given("cap_available", "Left under the exchange cap", t.cap_amount, SHARES)
    made.given("trading_days", "Trading days to maturity", DAYS, COUNT)
    write_price(made)
    made.section("Convert today")
    made.figure("wanted_shares", "Shares for all", xlf.conversion_shares, SHARES, twin="ROUNDUP("
                "ROUND(preferred_outstanding*(face_amount+premium)/conversion_price,6),0)")
    made.figure("ownership_available", "Ownership limit", xlf.beneficial_ownership_limit, SHARES)
    limited = "XLF_CONVERTIBLE_NOW(wanted_shares,cap_available,ownership_available)"
    made.figure("convertible_shares", "Convertible now", f"INDEX({limited},1,1)", SHARES,
                twin="MIN(wanted_shares,cap_available,ownership_available)")
    made.figures(("binding_limit", "Limit that binds", f"INDEX({limited},1,2)", GENERAL),
                 ("today_value", "Worth at the last bid",
                  "wanted_shares*INDEX(closing_bids,ROWS(closing_bids))", WHOLE_MONEY))
    made.section("Wait")
    made.figure("premium_then", "Premium then", xlf.accreted_premium, PRICE, tolerance=5e-7,
                using={"conversion_date": "maturity_date"},
                twin="face_amount*(maturity_date-closing_date)/premium_days_in_year*premium_rate")
    model = ("XLF_FLOATING_CONVERSION_VALUE(INDEX(closing_bids,ROWS(closing_bids)),volatility,"
             "risk_free_rate,trading_days,face_amount,premium_then,stated_price,lookback_days,"
             'lowest_count,price_multiple,"","",0,1024)')
    made.figures(("wait_value", "Worth today, by the model",
                  f"preferred_outstanding*INDEX({model},1,2)", WHOLE_MONEY))
    # fmt: on
    return made.file(t.as_of)


if __name__ == "__main__":
    run(__file__, answer, sheet)
