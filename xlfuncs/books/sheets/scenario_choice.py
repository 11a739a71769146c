"""Convert today, or wait for the Maturity Date? What either is worth, and what cash would be."""

from __future__ import annotations

from typing import Final

from xlfuncs.books import page as p
from xlfuncs.books.sheets import scenario_model as m

_TODAY: Final = "Convert today and sell at the last price: "


def write(page: p.Page, *, model: bool) -> None:
    """Write the section.

    Args:
        page: the sheet.
        model: whether the price then is uncertain, so that the model is asked.
    """
    page.section("Convert today, or wait for the conversion at maturity?")
    page.headings()
    _money(page, "today_value", f"{_TODAY}all", "=wanted_shares*scenario_price",
           note="Before any limit.")  # fmt: skip
    _money(page, "today_value_within", f"{_TODAY}within limits",
           "=convertible_shares*scenario_price",
           note="The preferred stock left over is not counted.")  # fmt: skip
    if model:
        _wait(page)
    else:
        _wait_fixed(page)
    gain = 'IF(today_value=0,"none left",wait_value/today_value-1)'
    page.figure(
        "waiting_gain",
        "Waiting over converting today",
        f"={gain}",
        p.PERCENT,
        unit="of the value today",
        note="Both before any limit.",
        key=True,
    )
    page.figure(
        "wait_or_convert",
        "Worth more",
        '=IF(ROUND(wait_value-today_value,2)>0,"waiting",'
        'IF(ROUND(wait_value-today_value,2)<0,"converting today","neither"))',
        p.GENERAL,
        note="Without credit risk, and with nothing in between.",
        key=True,
    )
    preference = "=preferred_outstanding*(face_amount+premium)"
    _money(page, "claim_value", "Face Amount and Premium, if liquidated in full",
           preference)  # fmt: skip
    if page.draft.has("redemption_total"):
        _money(page, "redeemed_value", "Redemption, if a Redemption Event has occurred",
               "=redemption_total")  # fmt: skip
    page.next()


def _money(page: p.Page, name: str, label: str, formula: str, *, note: str = "") -> None:
    page.figure(name, label, formula, p.WHOLE_MONEY, unit="USD, all preferred stock", note=note)


def _wait(page: p.Page) -> None:
    """The value of waiting by the model, with and without the cap, and the cap's part in it."""
    free = m.value_call(page.draft, "scenario_price", "volatility", capped=False)
    page.figure(
        "wait_value",
        "Wait for the conversion at maturity: all",
        f"=preferred_outstanding*INDEX({free},{m.VALUE},2)",
        p.WHOLE_MONEY,
        unit="USD, all preferred stock",
        note="One conversion on that date, at the volatility of the terms. Before any limit.",
        key=True,
    )
    page.figure(
        "wait_error",
        "Its standard error",
        f"=preferred_outstanding*INDEX({free},{m.VALUE_ERROR},2)",
        p.WHOLE_MONEY,
        unit="USD",
        note="Of the points alone; the assumptions err by more.",
    )
    if page.draft.has("cap_shares_per_preferred"):
        _wait_within(page)
    page.figure(
        "wait_shares",
        "Mean of the shares then",
        f"=preferred_outstanding*INDEX({free},{m.SHARES},2)",
        p.SHARES,
        unit="shares, unrounded",
        note="Risk-neutral: no forecast. A few low prices make the mean large.",
    )


def _wait_within(page: p.Page) -> None:
    capped = m.value_call(page.draft, "scenario_price", "volatility", capped=True)
    _money(page, "wait_value_within", "The same with the cap as it stands today",
           f"=preferred_outstanding*INDEX({capped},{m.VALUE},2)",
           note="What the cap keeps from being converted is counted as nothing.")  # fmt: skip
    _money(page, "cap_cost", "What the cap takes", "=wait_value-wait_value_within")


def _wait_fixed(page: p.Page) -> None:
    """At a fixed price the shares are certain, and a share held is worth its price."""
    page.figure(
        "wait_shares",
        "Shares then",
        "=ROUNDUP(ROUND(preferred_outstanding*(face_amount+scenario_premium)/fixed_price,6),0)",
        p.SHARES,
        unit="whole shares",
        note="At the fixed price they are certain.",
    )
    page.figure(
        "wait_value",
        "Wait for the conversion at maturity: all",
        f"=wait_shares*scenario_price*{m.held(page.draft)}",
        p.WHOLE_MONEY,
        unit="USD, all preferred stock",
        note="What a share to come is worth today, dividends apart. Before any limit.",
        key=True,
    )
