"""The covenant on sales by volume: how many shares may be sold on the day of the book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets.covenant_words import cited
from xlfuncs.books.sheets.prices import SPLITS
from xlfuncs.books.sheets.splits import SPLIT_FACTOR
from xlfuncs.books.sheets.tables import EXAMPLE, step_number
from xlfuncs.clauses.purchase import volume_limit
from xlfuncs.units import Fraction, Price

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_PRICE, _FRACTION = (get_args(unit)[1] for unit in (Price, Fraction))
_EXAMPLE_PRICE: Final = 5
_LATER: Final = '"after the close"'


def write(page: p.Page, deal: Deal) -> None:
    """Write the section."""
    place = cited(deal, "volume_fraction")
    days = int(float(str(deal.terms.value("volume_days"))))
    page.section("Limit on sales by volume, on the as-of date")
    page.headings()
    page.entry(
        "volume_sale_price",
        "Price of the sale",
        _EXAMPLE_PRICE,
        p.PRICE,
        unit="USD a share",
        source=cited(deal, "price_threshold"),
        note=f"{EXAMPLE}. From the threshold on there is no limit.",
        bounds=_PRICE,
    )
    page.entry(
        "retained_part",
        "Preferred stock retained by the Purchaser",
        1,
        p.PERCENT,
        unit="of what it held",
        source=place,
        note=f"{EXAMPLE}. After a transfer to a party not an affiliate the limit is prorated.",
        bounds=_FRACTION,
    )
    splits = page.draft.has(*SPLITS)
    factor = SPLIT_FACTOR.format(after="closing_date", upto="as_of")
    for name, label, term, by, cell_format, unit in (
        (
            "threshold_in_effect",
            "Price threshold, adjusted for splits",
            "price_threshold",
            f"/{factor}",
            p.PRICE,
            "USD a share",
        ),
        (
            "minimum_in_effect",
            "Shares that may always be sold, adjusted for splits",
            "minimum_shares",
            f"*{factor}",
            p.SHARES,
            "shares",
        ),
    ):
        page.figure(
            name,
            label,
            f"={term}{by if splits else ''}",
            cell_format,
            unit=unit,
            source=cited(deal, term),
        )
    _volumes(page, days)
    _limits(page, place)


def _volumes(page: p.Page, days: int) -> None:
    """The volumes of the trading days immediately before, and of the day itself."""
    splits = page.draft.has(*SPLITS)
    heads = ("Trading days before the sale", "Date", "Volume", "In shares of today", "", "")
    page.headings(heads, right=(p.VALUE, p.UNIT, p.SOURCE))
    first, last = page.row, page.row + days - 1
    for row in range(first, last + 1):
        number = f"bids_before-volume_days+{step_number(first, row, 1)}"
        page.put(p.LABEL, row - first + 1, "Number label", '"Trading day "0')
        date = f"=IF({number}<1,NA(),INDEX(bid_dates,{number}))"
        page.put(p.VALUE, date, "Figure", p.DATE)
        found = f"INDEX(volumes,{number})"
        volume = f"=IF({number}<1,NA(),IF(ISNUMBER({found}),{found},NA()))"
        page.put(p.UNIT, volume, "Figure", p.SHARES)
        factor = f"*{SPLIT_FACTOR.format(after=f'B{row}', upto='as_of')}" if splits else ""
        page.put(p.SOURCE, f"=C{row}{factor}", "Figure", p.SHARES)
        page.next()
    page.draft.define("prior_volumes", page.sheet.title, f"$D${first}:$D${last}")
    page.headings()
    page.figure(
        "day_volume",
        "Volume of the day itself",
        "=IF(COUNTIF(bid_dates,as_of)=0,"
        f"{_LATER},IF(ISNUMBER(INDEX(volumes,MATCH(as_of,bid_dates,0))),"
        f"INDEX(volumes,MATCH(as_of,bid_dates,0)),{_LATER}))",
        p.SHARES,
        unit="shares",
        source="Market",
        note="Known only after the close.",
    )


def _limits(page: p.Page, place: str) -> None:
    terms = {
        "sale_price": "volume_sale_price",
        "price_threshold": "threshold_in_effect",
        "minimum_shares": "minimum_in_effect",
    }
    free = 'IF(volume_sale_price>=threshold_in_effect,"no limit",{0})'
    average = "volume_fraction*AVERAGE(prior_volumes)"
    before = f.call(volume_limit, optional=("volume_days",), day_volume="0", using=terms)
    whole = "ROUNDDOWN(ROUND(MAX({0}),6),0)"
    page.figure(
        "volume_limit_before",
        "Certain before the close",
        f"={before}",
        p.SHARES,
        unit="whole shares",
        source=place,
        note="The day's own volume counted as none.",
        twin=free.format(whole.format(f"minimum_in_effect,{average}")),
        key=True,
    )
    after = f.call(volume_limit, optional=("volume_days",), using=terms)
    found = f"minimum_in_effect,volume_fraction*day_volume,{average}"
    page.figure(
        "volume_limit",
        "Known after the close",
        f"=IF(ISNUMBER(day_volume),{after},day_volume)",
        p.SHARES,
        unit="whole shares",
        source=place,
        note=f.note(volume_limit),
        twin=f"IF(ISNUMBER(day_volume),{free.format(whole.format(found))},day_volume)",
        key=True,
    )
    page.figure(
        "volume_limit_retained",
        "The Purchaser's part, before the close",
        "=IF(ISNUMBER(volume_limit_before),ROUNDDOWN(ROUND(volume_limit_before*retained_part,6),0),"
        "volume_limit_before)",
        p.SHARES,
        unit="whole shares",
        source=place,
    )
    if page.draft.has("convertible_shares"):
        page.figure(
            "days_to_sell",
            "Trading days to sell what is convertible now",
            "=IF(ISNUMBER(volume_limit_retained),IF(volume_limit_retained>0,"
            'ROUNDUP(convertible_shares/volume_limit_retained,0),"none may be sold"),"no limit")',
            p.COUNT,
            unit="trading days",
            source=place,
            note="At the limit of the as-of date, day after day.",
        )
    page.next()
