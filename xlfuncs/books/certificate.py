"""The certificate of the preferred's XI.H: the adjustment, the Conversion Price, the shares."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlfuncs.books.notice_parts import Line, Notice, Section, facts_of, method_of, moved
from xlfuncs.clauses.adjustments import split_adjusted_price
from xlfuncs.clauses.clocks import add_trading_days
from xlfuncs.clauses.conversion import (
    accreted_premium,
    conversion_price,
    conversion_shares,
    variable_conversion_price,
)
from xlfuncs.clauses.protections import announcement_price
from xlfuncs.errors import FunctionError, MissingDataError
from xlfuncs.explanation import explain_call
from xlfuncs.position import replay
from xlfuncs.position.rows import prefix_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.deal.ledger import Event
    from xlfuncs.deal.reading import Deal
    from xlfuncs.explanation import Explanation
    from xlfuncs.position import Position, Preferred

_CLAUSE: Final = "Certificate of Designation, XI.H"
_NEEDED: Final = (
    "face_amount", "premium_rate", "variable_price_start", "lookback_days", "lowest_count",
    "price_multiple",
)  # fmt: skip
_MAY_REPRICE: Final = frozenset({"option", "convertible", "variable convertible"})
_ABANDONED_AFTER: Final = 7  # trading days, XI.B
_ASSUMED: Final = (
    "The certificate assumes that the transaction announced is not consummated: the ledger has no "
    "such event. Until it is, or until the Abandonment Date, the Conversion Price is the lesser of "
    "that of Article IV and that of the Announcement Date."
)
_NOT_RESTATED: Final = (
    "There was a split since. The price of the Announcement Date stands as it was then, in shares "
    "from before the split: XI.A adjusts the Fixed Conversion Price, and XI.B is silent."
)


class Series(NamedTuple):
    """A series of preferred stock before an event, after it, and on the day of the certificate."""

    before: Preferred | None
    after: Preferred
    now: Preferred


def certificate_of(deal: Deal, series: Series, event: Event | None, position: Position) -> Notice:
    """The certificate for a series of preferred stock.

    Args:
        deal: the deal.
        series: the series.
        event: the event that may have adjusted it; None for a certificate on request.
        position: the position on the day of the certificate.
    """
    name = series.now.instrument
    heading = (
        Line("company", deal.terms.heading.company),
        Line("holders", ", ".join(holder for holder, held in series.now.holdings.items() if held)),
        Line("as of", position.date),
    )
    sections = [Section("Certificate", heading)]
    if event is not None:
        sections += _adjustment(series, event)
    sections += _in_effect(deal, series.now, position)
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


def _in_effect(deal: Deal, series: Preferred, position: Position) -> list[Section]:
    """(ii) the Conversion Price, and (iii) what the conversion of a share would give."""
    day = position.date
    prefix = prefix_of(deal.terms, series.instrument)
    terms = {name: deal.terms.get(f"{prefix}{name}") for name in _NEEDED}
    missing = [f"{prefix}{name}" for name, term in terms.items() if term is None]
    fixed = series.fixed_conversion_price
    left_out = _not_taken_into_account(position, deal)
    if missing or fixed is None:
        text = f"The terms do not give {', '.join(missing or ['its stated price'])}."
        return [Section("Conversion Price in effect", (Line("", None, text), *left_out))]
    value = {name: term.value for name, term in terms.items() if term is not None}
    told: list[Explanation] = []
    prices = _Prices(deal, series.instrument, position, value, told)
    variable, ordinary = prices.of_article_iv(day, fixed)
    price, announced = prices.protected(day, ordinary)
    face = value["face_amount"]
    accrued = [day, series.closing_date, face, value["premium_rate"]]
    premium = _next(told, accreted_premium, accrued)
    shares = _next(told, conversion_shares, [1, face, premium, price])
    lines = (
        Line("Fixed Conversion Price", fixed, "Certificate of Designation, III.E"),
        Line("Variable Conversion Price", _or_text(variable, "none before its start")),
        *announced,
        Line("Conversion Price", _or_text(price), _why_not(price)),
        Line("Premium on a share, USD", _or_text(premium)),
        Line("Common Stock for one share", _or_text(shares)),
        Line("other securities or property", "none in the ledger"),
        *([] if variable is None else [Line("the bids", None, deal.market.bids.note)]),
        *left_out,
    )
    return [Section("Conversion Price in effect", lines), *map(method_of, told)]


def _not_taken_into_account(position: Position, deal: Deal) -> list[Line]:
    """What may move the Conversion Price of a holder, and is no part of the certificate."""
    lines: list[Line] = []
    for clause, kinds, why in (
        ("VII.C", {"default"}, "holder-specific: it is for the shares of the Holders affected"),
        ("XI.E", _MAY_REPRICE, "at each Holder's option"),
    ):
        days = [
            f"{event.kind} of {event.date}{f' ({event.id})' if event.id else ''}"
            for event in deal.ledger.events
            if event.kind in kinds and event.date <= position.date
        ]
        if days:
            text = (
                f"{', '.join(days)}: the effect on the Conversion Price, if any, is {why}. "
                "It is not taken into account."
            )
            lines.append(Line(f"Certificate of Designation, {clause}", None, text))
    return lines


@dataclass(frozen=True, slots=True)
class _Prices:
    """The Conversion Prices of a series up to the day of a certificate, each told once."""

    deal: Deal
    name: str
    position: Position
    value: dict[str, Any]
    told: list[Explanation]
    known: dict[dt.date, Any] = field(default_factory=dict)

    def of_article_iv(self, day: dt.date, fixed: float) -> tuple[Any, Any]:
        """The Variable Conversion Price, None before its start, and the Conversion Price."""
        start = self.value["variable_price_start"]
        variable = None
        if isinstance(start, dt.date) and day >= start:
            variable = _variable(self.deal, day, self.value, self.told)
        return variable, _next(self.told, conversion_price, [day, start, fixed, variable])

    def protected(self, day: dt.date, price: Any) -> tuple[Any, list[Line]]:  # noqa: ANN401
        """XI.B: at most the price of each Announcement Date that is in force, and what it was."""
        lines: list[Line] = []
        ordinary = Line("Conversion Price by Article IV", _or_text(price), _why_not(price))
        for event in self.position.facts:
            # for an earlier Announcement Date, those before it; on the day itself, its own too
            earlier = event.date < day or event.date == day == self.position.date
            if event.kind != "announcement" or not earlier:
                continue
            abandoned = self._abandoned(event)
            if isinstance(abandoned, dt.date) and abandoned <= day:
                continue
            then = price if event.date == day else self._on(event.date)
            price = _next(self.told, announcement_price, [price, then, day, event.date, abandoned])
            lines += [
                Line("Announcement Date", event.date, f"{event.file}, line {event.line}"),
                Line("Conversion Price of that date", _or_text(then), _why_not(then)),
                *([] if abandoned is None else [Line("Abandonment Date", _or_text(abandoned))]),
            ]
            splits = self.deal.ledger.of_kind("split")
            if any(event.date < split.date <= day for split in splits):
                lines.append(Line("", None, _NOT_RESTATED))
        if lines:
            lines = [ordinary, *lines, Line("Certificate of Designation, XI.B", None, _ASSUMED)]
        return price, lines

    def _on(self, day: dt.date) -> Any:  # noqa: ANN401  a price, or the error in its place
        """The Conversion Price that a conversion on an Announcement Date would have had."""
        if day not in self.known:
            before = replay(self.deal.terms, self.deal.ledger, day, self.position.reading)
            series = before.preferred.get(self.name)
            fixed = None if series is None else series.fixed_conversion_price
            if fixed is None:
                what = (
                    f"there was no Conversion Price of {self.name} on the Announcement Date {day}"
                )
                self.known[day] = MissingDataError(what, "Certificate of Designation, XI.B")
            else:
                _, price = self.of_article_iv(day, fixed)
                self.known[day], _ = self.protected(day, price)
        return self.known[day]

    def _abandoned(self, announcement: Event) -> Any:  # noqa: ANN401  a date, None or an error
        """The Abandonment Date of an announcement, if it was abandoned."""
        for event in self.position.facts:
            if event.kind == "abandonment" and event.refers_to == announcement.id:
                holidays = self.deal.market.holiday_dates
                return _next(self.told, add_trading_days, [event.date, _ABANDONED_AFTER, holidays])
        return None


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


def _why_not(value: Any) -> str:  # noqa: ANN401
    return str(value) if isinstance(value, FunctionError) else ""
