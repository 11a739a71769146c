"""The certificate of the preferred's XI.H: the adjustment, the Conversion Price, the shares."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlfuncs.books.notice_parts import Line, Notice, Section, facts_of, method_of, moved
from xlfuncs.clauses.adjustments import split_adjusted_price
from xlfuncs.clauses.conversion import (
    accreted_premium,
    conversion_price,
    conversion_shares,
    variable_conversion_price,
)
from xlfuncs.errors import FunctionError
from xlfuncs.explanation import explain_call
from xlfuncs.position.rows import prefix_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.deal.ledger import Event
    from xlfuncs.deal.reading import Deal
    from xlfuncs.explanation import Explanation
    from xlfuncs.position import Preferred

_CLAUSE: Final = "Certificate of Designation, XI.H"
_NEEDED: Final = (
    "face_amount", "premium_rate", "variable_price_start", "lookback_days", "lowest_count",
    "price_multiple",
)  # fmt: skip
_MAY_REPRICE: Final = frozenset({"option", "convertible", "variable convertible"})


class Series(NamedTuple):
    """A series of preferred stock before an event, after it, and on the day of the certificate."""

    before: Preferred | None
    after: Preferred
    now: Preferred


def certificate_of(deal: Deal, series: Series, event: Event | None, day: dt.date) -> Notice:
    """The certificate for a series of preferred stock.

    Args:
        deal: the deal.
        series: the series.
        event: the event that may have adjusted it; None for a certificate on request.
        day: the day of the certificate.
    """
    name = series.now.instrument
    heading = (
        Line("company", deal.terms.heading.company),
        Line("holders", ", ".join(holder for holder, held in series.now.holdings.items() if held)),
        Line("as of", day),
    )
    sections = [Section("Certificate", heading)]
    if event is not None:
        sections += _adjustment(series, event)
    sections += _in_effect(deal, series.now, day)
    return Notice("Certificate of adjustment", _CLAUSE, name, tuple(sections))


def _adjustment(series: Series, event: Event) -> list[Section]:
    old = None if series.before is None else series.before.fixed_conversion_price
    new = series.after.fixed_conversion_price
    if event.kind == "split" and old is not None:
        told = explain_call(split_adjusted_price, [old, event.new_shares, event.old_shares, "no"])
        result = moved("Fixed Conversion Price", old, new, "Certificate of Designation, XI.A")
        return [facts_of(event), Section("Adjustment", result), method_of(told)]
    text = "The event adjusts nothing by Article XI of its own force."
    if event.kind in _MAY_REPRICE:
        text += (
            " By XI.E securities convertible at a discount from the market, or at less than the "
            "Fixed Conversion Price, give each Holder the option of that discount or price."
        )
    return [facts_of(event), Section("Adjustment", (Line("", None, text),))]


def _in_effect(deal: Deal, series: Preferred, day: dt.date) -> list[Section]:
    """(ii) the Conversion Price, and (iii) what the conversion of a share would give."""
    prefix = prefix_of(deal.terms, series.instrument)
    terms = {name: deal.terms.get(f"{prefix}{name}") for name in _NEEDED}
    missing = [f"{prefix}{name}" for name, term in terms.items() if term is None]
    fixed = series.fixed_conversion_price
    if missing or fixed is None:
        text = f"The terms do not give {', '.join(missing or ['its stated price'])}."
        return [Section("Conversion Price in effect", (Line("", None, text),))]
    value = {name: term.value for name, term in terms.items() if term is not None}
    told: list[Explanation] = []
    variable = None
    start = value["variable_price_start"]
    if isinstance(start, dt.date) and day >= start:
        variable = _variable(deal, day, value, told)
    price = _next(told, conversion_price, [day, start, fixed, variable])
    face = value["face_amount"]
    accrued = [day, series.closing_date, face, value["premium_rate"]]
    premium = _next(told, accreted_premium, accrued)
    shares = _next(told, conversion_shares, [1, face, premium, price])
    lines = (
        Line("Fixed Conversion Price", fixed, "Certificate of Designation, III.E"),
        Line("Variable Conversion Price", _or_text(variable, "none before its start")),
        Line("Conversion Price", _or_text(price)),
        Line("Premium on a share, USD", _or_text(premium)),
        Line("Common Stock for one share", _or_text(shares)),
        Line("other securities or property", "none in the ledger"),
        *([] if variable is None else [Line("the bids", None, deal.market.bids.note)]),
    )
    return [Section("Conversion Price in effect", lines), *map(method_of, told)]


def _variable(deal: Deal, day: dt.date, value: dict[str, Any], told: list[Explanation]) -> Any:  # noqa: ANN401  a price, or the error in its place
    bids = deal.market.bids
    splits = [one for one in deal.ledger.of_kind("split") if one.date <= day]
    return _next(
        told,
        variable_conversion_price,
        [
            day,
            bids.dates,
            bids.closing_bids,
            value["lookback_days"],
            value["lowest_count"],
            value["price_multiple"],
            deal.market.holiday_dates,
            [one.date for one in splits],
            [(one.new_shares or 1) / (one.old_shares or 1) for one in splits],
        ],
    )


def _next(told: list[Explanation], function: Callable[..., Any], arguments: list[Any]) -> Any:  # noqa: ANN401
    """One more call told; its error, if it has one, is handed on to the calls that need it."""
    one = explain_call(function, arguments)
    told.append(one)
    return one.result if one.error is None else one.error


def _or_text(value: Any, text: str = "") -> Any:  # noqa: ANN401
    if isinstance(value, FunctionError):
        return "cannot be computed: see below"
    return text if value is None else value
