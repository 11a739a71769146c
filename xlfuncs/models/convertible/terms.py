"""The terms of a convertible, and what of them holds at a moment: claim, coupons, prices.

An amount is a float, or an array of one value for each of many securities that share their
dates; a time is in years from now.
"""

from bisect import bisect_left, bisect_right
from typing import Any, NamedTuple, TypeAlias

from xlfuncs.errors import BoundsError

Amount: TypeAlias = Any  # a float, or an array of them
SAME_TIME = 1e-9  # years, a thirtieth of a second


class Terms(NamedTuple):
    """What a convertible promises, what the stock and the issuer's credit do."""

    stock_price: Amount
    conversion_ratio: Amount
    face_amount: Amount
    years: float
    rate: Amount
    volatility: Amount
    hazard_rate: Amount
    recovery: Amount
    stock_fall: Amount
    dividend_yield: Amount
    coupon_times: tuple[float, ...]
    coupons: tuple[Amount, ...]
    premium_rate: Amount
    call_price: Amount | None
    call_start: float
    put_price: Amount | None
    put_time: float
    redemption: Amount | None

    def premium(self, time: float) -> Amount:
        """The premium accreted since now."""
        return self.face_amount * (self.premium_rate * time)

    def coupon(self, time: float) -> Amount:
        """What is paid at a moment after now; at now itself nothing is left to be paid."""
        first = bisect_left(self.coupon_times, time - 2.0 * SAME_TIME)
        last = bisect_right(self.coupon_times, time + 2.0 * SAME_TIME)
        near = zip(self.coupon_times[first:last], self.coupons[first:last], strict=True)
        paid = (amount for due, amount in near if due > 0.0 and abs(due - time) <= SAME_TIME)
        return sum(paid, start=0.0)

    def accrued(self, time: float, *, coupon_paid: bool) -> Amount:
        """The coupon accrued at a moment, just after one that falls on it or just before."""
        edge = time + SAME_TIME if coupon_paid else time - SAME_TIME
        place = bisect_right(self.coupon_times, edge)
        if place == len(self.coupon_times):
            return 0.0
        following = self.coupon_times[place]
        before = self.coupon_times[place - 1] if place else 0.0
        if following <= before:
            return 0.0
        return self.coupon(following) * ((time - before) / (following - before))

    def call_level(self, time: float, *, coupon_paid: bool) -> Amount:
        """What the holder gets in cash if called at a moment."""
        return self.call_price + self.accrued(time, coupon_paid=coupon_paid) + self.premium(time)

    def put_level(self, time: float) -> Amount:
        """What the holder gets for putting the security back, a coupon of that day included."""
        return self.put_price + self.accrued(time, coupon_paid=False) + self.premium(time)

    def shares_growth(self, time: float) -> Amount:
        """How the shares on conversion have grown with the premium, from 1 now."""
        return 1.0 + self.premium_rate * time

    def claim(self, time: float) -> Amount:
        """The face amount and the premium: what is redeemed, and what recovery is counted on."""
        return self.face_amount + self.premium(time)

    def due(self) -> Amount:
        """What is paid at maturity to who does not convert, the last coupon included."""
        redeemed = self.claim(self.years) if self.redemption is None else self.redemption
        return redeemed + self.coupon(self.years)

    def is_put(self, time: float) -> bool:
        """Whether the holder may put the security back at this moment."""
        return self.put_price is not None and abs(self.put_time - time) <= SAME_TIME

    def moments(self) -> list[float]:
        """Now, maturity, and between them what changes the rules or pays something."""
        inner = [time for time in self.coupon_times if time > 0.0]
        if self.call_price is not None:
            inner.append(self.call_start)
        if self.put_price is not None:
            inner.append(self.put_time)
        found = [0.0]
        for time in sorted(inner):
            if found[-1] + SAME_TIME < time < self.years - SAME_TIME:
                found.append(time)
        return [*found, self.years]


def check_times(terms: Terms) -> None:
    """Nothing may be due after maturity.

    Raises:
        BoundsError: a coupon or the put is.
    """
    for row, time in enumerate(terms.coupon_times, 1):
        if time > terms.years + SAME_TIME:
            raise BoundsError(
                f"coupon_times row {row} must be at most years {terms.years:g}, not {time:g}"
            )
    if terms.put_price is not None and terms.put_time > terms.years + SAME_TIME:
        raise BoundsError(f"put_time must be at most years {terms.years:g}, not {terms.put_time:g}")
