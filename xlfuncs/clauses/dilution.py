"""What has adjusted a warrant, event after event, by section 4, and what is in effect now.

Its issues and splits are kept as they now stand, so that a readjustment for changed terms or an
expiry (4(b)(iii), (iv)) can follow all of them again from the start. The functions whose names
begin with _ are the steps of the law, which explanations tell; the others put them in order.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.errors import BoundsError, MissingDataError
from xlfuncs.kinds import shown
from xlfuncs.rounding import exact, exact_arithmetic, nearest_cent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from xlfuncs.events import AdjustingEvent

_LAST_DIGITS: Final = Decimal("1e-12")
_HIGHEST_PRICE: Final = Decimal(10) ** 9
_MOST_SHARES: Final = Decimal(10) ** 15
_NOTHING: Final = Decimal(0)
_ONE: Final = Decimal(1)
_DEEMED: Final[Mapping[str, str]] = {
    "issue": "4(a)",
    "option": "4(b)(i); 4(a)",
    "convertible": "4(b)(ii)(1); 4(a)",
    "variable convertible": "4(b)(ii)(2); 4(a)",
    "exempt": "4(b)(vi)",
    "split": "4(c)",
    "change": "4(b)(iii)",
    "expiry": "4(b)(iv)",
}
_REPLAYED: Final = frozenset({"change", "expiry"})


class Readings(NamedTuple):
    """How the warrant's section 4 is read, and the least change that it makes."""

    carry: str = "additive"
    test: str = "unrounded"
    round_splits: str = "yes"
    minimum_adjustment: float = 0.01


class Issue(NamedTuple):
    """An issue, or a deemed one: the shares, what is paid for them, and the market."""

    date: dt.date
    kind: str
    shares: Decimal
    consideration: Decimal
    additional_consideration: Decimal
    market_price: Decimal
    shares_outstanding: Decimal

    @property
    def received(self) -> Decimal:
        """P: all that the company receives."""
        return self.consideration + self.additional_consideration


class Split(NamedTuple):
    """So many new shares for so many old ones."""

    date: dt.date
    new_shares: Decimal
    old_shares: Decimal


class InEffect(NamedTuple):
    """The Exercise Price, and the amount of changes not yet made to it."""

    exercise_price: Decimal
    carried_forward: Decimal


class Outcome(NamedTuple):
    """What one event did: the factor it alone makes, and what was in effect before and after."""

    kind: str
    dilutive: bool
    factor: Decimal
    before: InEffect
    after: InEffect

    @property
    def adjusts(self) -> bool:
        """Whether the Exercise Price is another one now."""
        return self.after.exercise_price != self.before.exercise_price

    @property
    def sections(self) -> str:
        """The sections of the warrant that say so."""
        carries = self.after.carried_forward != self.before.carried_forward
        made = "; 4(d)" if self.adjusts else "; 4(h)" if carries else ""
        return _DEEMED[self.kind] + made


class History(NamedTuple):
    """What adjusts one warrant: how it began, its issues and splits by key, what is in effect."""

    began: InEffect
    adjusting: Mapping[int | str, Issue | Split]
    now: InEffect


def begun(exercise_price: float, carried_forward: float = 0.0) -> History:
    """The history of a warrant to which nothing has happened yet."""
    start = InEffect(exact(exercise_price), exact(carried_forward))
    return History(start, {}, start)


def followed(
    history: History, key: int | str, event: AdjustingEvent, readings: Readings
) -> tuple[History, Outcome]:
    """A history with one more event, and what the event did.

    A change or an expiry of an event that is not in the history, since it was before the
    warrant, does nothing.

    Raises:
        FunctionError: the event does not fit what it refers to, or leaves no possible price.
    """
    target = event.refers_to
    replayed = event.kind in _REPLAYED
    if event.kind == "exempt" or (replayed and target not in history.adjusting):
        dilutive = False
        return history, Outcome(event.kind, dilutive, _ONE, history.now, history.now)
    with exact_arithmetic():
        if replayed and target is not None:
            return readjusted(history, target, event, readings)
        one = split_of(event) if event.kind == "split" else _deemed_issue(event)
        after = one_more(history.now, one, readings)
        dilutive, factor = alone(one)
        outcome = Outcome(event.kind, dilutive, factor, history.now, after)
    return History(history.began, {**history.adjusting, key: one}, after), outcome


def readjusted(
    history: History, target: int | str, event: AdjustingEvent, readings: Readings
) -> tuple[History, Outcome]:
    """A history followed again from the start, with one grant changed or expired."""
    granted = history.adjusting[target]
    kind = granted.kind if isinstance(granted, Issue) else "split"
    if not isinstance(granted, Issue) or kind == "issue":
        raise BoundsError(f"only options and convertibles change or expire, not the kind {kind}")
    change = _changed if event.kind == "change" else _unexpired
    stands = change(granted, event, _split_since(history, target))
    adjusting = {**history.adjusting, target: stands}
    after = history.began
    for one in adjusting.values():
        after = one_more(after, one, readings)
    factor = after.exercise_price / history.now.exercise_price
    outcome = Outcome(event.kind, is_dilutive(stands), factor, history.now, after)
    return History(history.began, adjusting, after), outcome


def split_of(event: AdjustingEvent) -> Split:
    """The split that an event tells."""
    return Split(event.date, exact(event.new_shares or 1), exact(event.old_shares or 1))


def one_more(before: InEffect, one: Issue | Split, readings: Readings) -> InEffect:
    """What is in effect after one more issue or split."""
    if isinstance(one, Split):
        return _after_split(before, one, readings)
    return _after_issue(before, one, readings)


def alone(one: Issue | Split) -> tuple[bool, Decimal]:
    """Whether an event is a Dilutive Issuance, and the factor it makes of the price alone."""
    if isinstance(one, Split):
        dilutive = False
        return dilutive, one.old_shares / one.new_shares
    o, m, p = one.shares_outstanding, one.market_price, one.received
    dilutive = is_dilutive(one)
    return dilutive, (o * m + p) / (m * (o + one.shares)) if dilutive else _ONE


def shares_after(shares: Decimal, outcome: Outcome) -> Decimal:
    """The Warrant Shares after an event.

    Raises:
        BoundsError: there would be too many.
    """
    with exact_arithmetic():
        return _adjusted_shares(shares, outcome.before, outcome.after)


def _deemed_issue(event: AdjustingEvent) -> Issue:
    """4(b)(i), (ii): all that options and convertibles can give counts as issued at once."""
    consideration = exact(event.consideration or 0)
    additional_consideration = exact(event.additional_consideration or 0)
    if event.lowest_price is not None:
        amount_received = consideration + additional_consideration
        shares = amount_received / exact(event.lowest_price)
    else:
        shares = exact(event.shares or 0)
    return Issue(
        event.date,
        event.kind,
        shares,
        consideration,
        additional_consideration,
        exact(event.market_price or 0),
        exact(event.shares_outstanding or 0),
    )


def is_dilutive(issue: Issue) -> bool:
    """4(a): whether the consideration per share is less than the Market Price.

    An amount that a spreadsheet worked out as shares times price may lack its last digits.
    """
    amount_at_market = issue.shares * issue.market_price
    return amount_at_market - issue.received > amount_at_market * _LAST_DIGITS


def _after_issue(before: InEffect, issue: Issue, readings: Readings) -> InEffect:
    """4(a): E' = E (O + P/M) / CSDO, if that makes at least 1 % with what is carried."""
    issued_on = issue.date  # noqa: F841  for whoever reads the steps
    exercise_price, carried_forward = before
    o, m, p = issue.shares_outstanding, issue.market_price, issue.received
    dilutive = is_dilutive(issue)
    if not dilutive:
        return before
    csdo = o + issue.shares
    base = exercise_price - carried_forward if readings.carry == "compound" else exercise_price
    price_by_formula = base * (o * m + p) / (m * csdo)
    this_change = base - price_by_formula
    total_change = carried_forward + this_change
    return _made_or_carried(before, total_change, readings, to_the_cent=True)


def _after_split(before: InEffect, split: Split, readings: Readings) -> InEffect:
    """4(c): in proportion, together with what is carried."""
    split_on = split.date  # noqa: F841  for whoever reads the steps
    exercise_price, carried_forward = before
    new_shares, old_shares = split.new_shares, split.old_shares
    if new_shares == old_shares:
        return before
    split_price = (exercise_price - carried_forward) * old_shares / new_shares
    total_change = exercise_price - split_price
    rounds = readings.round_splits == "yes"
    return _made_or_carried(before, total_change, readings, to_the_cent=rounds)


def _made_or_carried(
    before: InEffect, total_change: Decimal, readings: Readings, *, to_the_cent: bool
) -> InEffect:
    """4(h): the change if it is 1 % of the price in effect or more; otherwise it is carried."""
    price = before.exercise_price
    exact_price = price - total_change
    adjusted_price = nearest_cent(exact_price) if to_the_cent else exact_price
    tested_change = price - adjusted_price if readings.test == "rounded" else total_change
    least_change = exact(readings.minimum_adjustment) * price
    if (tested_change if total_change > 0 else -tested_change) < least_change:
        return InEffect(price, total_change)
    if not 0 < adjusted_price <= _HIGHEST_PRICE:
        raise BoundsError(
            f"the Exercise Price would be {shown(float(adjusted_price))}, and it must be above 0 "
            f"and at most 1,000,000,000"
        )
    return InEffect(adjusted_price, _NOTHING)


def _adjusted_shares(shares: Decimal, before: InEffect, after: InEffect) -> Decimal:
    """4(d): the Warrant Shares of which the aggregate exercise price stays the same.

    Raises:
        BoundsError: there would be too many.
    """
    if after.exercise_price == before.exercise_price:
        return shares
    aggregate_price = shares * before.exercise_price
    new_shares = aggregate_price / after.exercise_price
    if new_shares > _MOST_SHARES:
        raise BoundsError(f"the Warrant Shares would be {new_shares:g}, more than 1e+15")
    return new_shares


def _split_since(history: History, target: int | str) -> Decimal:
    """The shares that each share of a grant has become by the splits after it."""
    keys = list(history.adjusting)
    shares_now = _ONE
    for key in keys[keys.index(target) + 1 :]:
        one = history.adjusting[key]
        if isinstance(one, Split):
            shares_now = shares_now * one.new_shares / one.old_shares
    return shares_now


def _changed(issue: Issue, event: AdjustingEvent, shares_now: Decimal) -> Issue:
    """4(b)(iii): options or convertibles as if they had been granted on the changed terms.

    The event tells shares and prices of its own day; the grant has those of its day, of which
    each is `shares_now` by then.

    Raises:
        FunctionError: the event does not say what is changed, or says it in the wrong place.
    """
    price = event.lowest_price
    if event.shares is None and event.additional_consideration is None and price is None:
        raise MissingDataError("a change needs shares, additional consideration or a price")
    if price is not None and (issue.kind != "variable convertible" or event.shares is not None):
        raise BoundsError(
            "lowest price a share is for a variable convertible, in the place of shares"
        )
    additional_consideration = issue.additional_consideration
    if event.additional_consideration is not None:
        additional_consideration = exact(event.additional_consideration)
    shares = issue.shares if event.shares is None else exact(event.shares) / shares_now
    if price is not None:
        price_then = exact(price) * shares_now
        shares = (issue.consideration + additional_consideration) / price_then
    return issue._replace(shares=shares, additional_consideration=additional_consideration)


def _unexpired(issue: Issue, event: AdjustingEvent, shares_now: Decimal) -> Issue:
    """4(b)(iv): options or convertibles as if what has expired had never been issued.

    The event tells shares of its own day; each share of the grant is `shares_now` by then.

    Raises:
        BoundsError: more has expired than there was.
    """
    expired = issue.shares if event.shares is None else exact(event.shares) / shares_now
    if expired > issue.shares:
        had, gone = issue.shares * shares_now, expired * shares_now
        raise BoundsError(f"{shown(float(gone))} shares expired but {shown(float(had))} were left")
    left = issue.shares - expired
    if not left:
        return issue._replace(
            shares=_NOTHING, consideration=_NOTHING, additional_consideration=_NOTHING
        )
    return issue._replace(
        shares=left,
        consideration=issue.consideration * left / issue.shares,
        additional_consideration=issue.additional_consideration * left / issue.shares,
    )
