"""Is the cap in the way? Prints the answer and writes it as a sheet."""

from the_deal import BIDS, TERMS, premium_on, price_on, run, t

import xlfuncs as xlf
from xlfuncs.books.charts import Line, over_numbers
from xlfuncs.books.one_sheet import Column, OneSheet
from xlfuncs.books.page import MONEY, PRICE, SHARES

ISSUED = 0  # so many shares count against the cap already: none, on the as-of date
PRICE_TODAY = price_on(t.as_of)


def answer() -> dict[str, object]:
    """The figures, under the names that they have in the sheet."""
    series_a = t.series_a_preferred_shares, t.series_a_face_amount, premium_on(t.as_of, "series_a_")
    series_b = t.preferred_shares, t.face_amount, premium_on(t.as_of)
    owed = sum(count * (face + premium) for count, face, premium in (series_a, series_b))
    left = xlf.exchange_cap_available(t.cap_amount, ISSUED, t.as_of)
    limit = xlf.beneficial_ownership_limit(t.shares_outstanding, t.shares_held, t.ownership_limit)
    wanted = sum(xlf.conversion_shares(*series, PRICE_TODAY) for series in (series_a, series_b))
    return {
        "conversion_price": PRICE_TODAY,
        "wanted_shares": wanted,
        "cap_available": left,
        "cap_exhausted_price": owed / float(left),
        "ownership_available": limit,
        "binding_limit": xlf.convertible_now(wanted, left, limit)[0][1],
    }


def sheet() -> bytes:
    """The same figures, live."""
    # fmt: off
    made = OneSheet(
        "Cap", "Is the cap in the way?", "Certificate of Designation, IV.G",
        [('="All preferred stock, both series: "&TEXT(wanted_shares,"#,##0")&" shares. Left under '
          'the cap: "&TEXT(cap_available,"#,##0")&"."'),
         ('="The cap is too small from a Conversion Price of "&TEXT(cap_exhausted_price,"0.0000")'
          '&" down. Today the price is "&TEXT(conversion_price,"0.0000")&". Limit: "&'
          'binding_limit&"."')], BIDS.note)
    made.section("The terms")
    for series in ("", "series_a_"):
        made.terms(TERMS, *(f"{series}{name}" for name in (
            "closing_date", "preferred_shares", "face_amount", "premium_rate")))
    made.terms(TERMS, "as_of", "premium_days_in_year", "cap_amount", "ownership_limit",
               "shares_outstanding", "shares_held")
    made.given("shares_issued", "Issued against the cap already", ISSUED, SHARES)
    made.given("conversion_price", "Conversion Price today", PRICE_TODAY, PRICE)
    made.section("Today")
    for series, name in (("series_a_", "Series A"), ("", "Series B")):
        at = {name: f"{series}{name}" for name in ("closing_date", "face_amount", "premium_rate")}
        made.figure(f"{series}premium", f"Premium, {name}", xlf.accreted_premium, PRICE,
                    using={"conversion_date": "as_of", **at}, tolerance=5e-7,
                    twin="{face_amount}*(as_of-{closing_date})/premium_days_in_year*{premium_rate}"
                    .format(**at))
        of = {arg: f"{series}{arg}" for arg in ("preferred_shares", "face_amount", "premium")}
        made.figure(f"{series}shares", f"Shares for all {name}", xlf.conversion_shares, SHARES,
                    using=of, twin="ROUNDUP(ROUND({preferred_shares}*({face_amount}+{premium})/"
                    "conversion_price,6),0)".format(**of))
    made.figures(("wanted_shares", "Shares for both series", "series_a_shares+shares", SHARES),
                 ("owed", "Face Amount and Premium of both, USD",
                  ("series_a_preferred_shares*(series_a_face_amount+series_a_premium)"
                   "+preferred_shares*(face_amount+premium)"), MONEY))
    made.figure("cap_available", "Left under the cap", xlf.exchange_cap_available, SHARES,
                twin="MAX(cap_amount-shares_issued,0)")
    made.figure("ownership_available", "Left under the ownership limit",
                xlf.beneficial_ownership_limit, SHARES)
    limited = "XLF_CONVERTIBLE_NOW(wanted_shares,cap_available,ownership_available)"
    made.figures(("binding_limit", "Limit that binds", f"INDEX({limited},1,2)", "@"),
                 ("cap_exhausted_price", "Conversion Price at which the cap is used up",
                  "owed/cap_available", PRICE))
    cells = made.table("At other Conversion Prices", "All preferred stock of both series",
                       Column("Price", (1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0), PRICE, "price"),
                       Column("Shares", "owed/{price}", SHARES),
                       Column("Cap", "cap_available", SHARES))
    made.chart(over_numbers("Shares of both series, and the cap", ("Conversion Price", "Shares"),
                            cells["Price"], [Line(n, cells[n]) for n in ("Shares", "Cap")],
                            across="0.00"), "The lower the price, the more shares, past the cap")
    # fmt: on
    return made.file(t.as_of)


if __name__ == "__main__":
    run(__file__, answer, sheet)
