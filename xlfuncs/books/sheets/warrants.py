"""Warrants: what is in effect, exercise today, and the sections of value and of issuances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfuncs.books import formulas as f
from xlfuncs.books import page as p
from xlfuncs.books.sheets import ledger_proof, warrant_review, warrant_value
from xlfuncs.books.sheets.sides import Pairs, sides_of
from xlfuncs.clauses.anti_dilution import anti_dilution_ledger
from xlfuncs.clauses.limits import convertible_now
from xlfuncs.clauses.warrants import (
    cashless_exercise_shares,
    fraction_cash,
    warrant_is_exercisable,
    warrant_market_price,
)

if TYPE_CHECKING:
    from xlfuncs.deal.reading import Deal

_NEAR: Final = 5e-7
_CENT: Final = 0.005
_WHOLE: Final = "INT(ROUND({shares},6))"
# The function's own result at the end, where a grant was changed twice: there is no other proof.
_PROVED: Final = "IF(grants_changed_twice>0,{ours},{proof})"


def write(draft: p.Draft, deal: Deal) -> None:
    """Write the sheet."""
    page = p.Page(
        draft,
        "Warrants",
        "Warrants",
        "What is in effect, exercise and value on the as-of date",
        labelled=draft.has("bids_note"),
    )
    pairs = Pairs(page, sides_of(deal))
    if draft.has("exercise_price"):
        _in_effect(pairs)
        _ledger(page)
        if draft.has("bid_dates"):
            _market_price(page)
            _exercise(pairs)
            warrant_value.write(pairs)
            warrant_review.write(pairs)
    page.sheet.freeze_panes = "B4"


def _in_effect(pairs: Pairs) -> None:
    page = pairs.page
    page.section("In effect, after the splits and issuances of the ledger")
    pairs.headings()
    pairs.figure(
        "price_at_issue",
        "Exercise Price at issuance",
        "=@exercise_price",
        p.PRICE,
        unit="USD a share",
        source="Warrant, preamble",
    )
    pairs.figure(
        "price_in_effect",
        "Exercise Price in effect",
        "=IF(events_in_effect=0,@exercise_price,INDEX(@ledger_prices,events_in_effect))",
        p.PRICE,
        unit="USD a share",
        source=f.source(anti_dilution_ledger),
        note="After the last event on or before the as-of date: sheet Exercise price ledger.",
        twin=_PROVED.format(ours="@price_in_effect", proof="@proved_price"),
        tolerance=5e-9,
        key=True,
    )
    pairs.figure(
        "shares_in_effect",
        "Warrant Shares",
        "=IF(events_in_effect=0,@warrant_shares,INDEX(@ledger_shares,events_in_effect))",
        p.PARTIAL_SHARES,
        unit="unrounded",
        source="Warrant, 4(d)",
        note="The aggregate Exercise Price stays what it was; rounded only upon exercise.",
        twin="@warrant_shares*@exercise_price/@price_in_effect",
        tolerance=_NEAR,
        key=True,
    )
    pairs.figure(
        "carried_forward",
        "Carried forward",
        "=IF(events_in_effect=0,0,INDEX(@ledger_carried,events_in_effect))",
        p.PRICE,
        unit="USD a share",
        source="Warrant, 4(h)",
        note="Changes under the least adjustment, made together with the next.",
        twin=_PROVED.format(ours="@carried_forward", proof="@proved_carried"),
        tolerance=5e-9,
    )
    pairs.figure(
        "aggregate_exercise_price",
        "Aggregate Exercise Price",
        "=@shares_in_effect*@price_in_effect",
        p.MONEY,
        unit="USD",
        source="Warrant, 4(d)",
        note="The cash for an exercise in full; no adjustment changes it.",
        twin="@warrant_shares*@exercise_price",
        tolerance=_CENT,
    )
    page.next()


def _ledger(page: p.Page) -> None:
    """How the ledger stands, and how section 4 is read."""
    page.section("The exercise price ledger, and how section 4 is read")
    page.headings()
    gaps = "SUMPRODUCT((event_dates>0)*(event_rows>COUNT(event_dates)))>0"
    page.figure(
        "ledger_in_order",
        "The rows of the ledger are in order",
        f'=IF({gaps},"no: a blank row, or a row without a date","yes")',
        p.GENERAL,
        note="Without blank rows between them; that dates do not fall, the function sees to.",
    )
    page.figure(
        "events_in_effect",
        "Events on or before the as-of date",
        '=IF(ledger_in_order="yes",COUNTIF(event_dates,"<="&as_of),NA())',
        p.COUNT,
        unit="rows of the ledger",
        note="Later ones are to come. Events are entered on the sheet Exercise price ledger.",
    )
    page.figure(
        "grants_changed_twice",
        "Grants changed or ended more than once",
        f'=COUNTIF(changed_by,"{ledger_proof.TWICE}")',
        p.COUNT,
        unit="grants",
        source="Warrant, 4(b)(iii); Warrant, 4(b)(iv)",
        note="While there is none, native formulas prove what is in effect: sheet Checks.",
    )
    for name, label, choices, source, note in _READINGS:
        page.entry(
            name,
            label,
            choices[0],
            p.GENERAL,
            source=source,
            note=note,
            choices=choices,
        )
    page.next()


_READINGS: Final = (
    (
        "carry",
        "Reading: amounts carried forward",
        ("additive", "compound"),
        "Warrant, 4(h)",
        "additive: they add to the next change; compound: they lower the price it starts from.",
    ),
    (
        "test",
        "Reading: what the least adjustment tests",
        ("unrounded", "rounded"),
        "Warrant, 4; Warrant, 4(h)",
        "unrounded: the exact change; rounded: the change to the price rounded to the cent.",
    ),
    (
        "round_splits",
        "Reading: a split's price is rounded to the cent",
        ("yes", "no"),
        "Warrant, 4; Warrant, 4(c)",
        "The words speak of any adjustment; no leaves the price in exact proportion.",
    ),
)


def _market_price(page: p.Page) -> None:
    page.section("Market Price")
    page.headings()
    page.figure(
        "market_price",
        "Market Price",
        f"={f.call(warrant_market_price, optional=('holidays',))}",
        p.PRICE,
        unit="USD a share",
        source=f.source(warrant_market_price),
        note=f.note(warrant_market_price),
        twin="INDEX(closing_bids,MATCH(as_of-1,bid_dates,1))",
        key=True,
    )
    page.next()


def _exercise(pairs: Pairs) -> None:
    page = pairs.page
    page.section("Exercise on the as-of date")
    pairs.headings()
    asked = f.call(warrant_is_exercisable, at="as_of", opens="@opens", expires="@expires")
    pairs.figure(
        "exercisable",
        "Exercisable",
        f'=IF({asked},"yes","no")',
        p.GENERAL,
        source=f.source(warrant_is_exercisable),
        note=f.note(warrant_is_exercisable),
        twin='IF(AND(as_of>=@opens,as_of<@expires),"yes","no")',
        tolerance=None,
    )
    pairs.figure(
        "moneyness",
        "In the money",
        '=IF(market_price>@price_in_effect,"yes","no")',
        p.GENERAL,
        source="Warrant, 12(c)",
        note="Whether the Market Price exceeds the Exercise Price.",
    )
    pairs.figure(
        "exercise_gain",
        "Gain of an exercise in full",
        "=@shares_in_effect*MAX(market_price-@price_in_effect,0)",
        p.MONEY,
        unit="USD",
        note="At the Market Price, whether exercisable already or not.",
    )
    pairs.figure(
        "cash_exercise_cost",
        "Cash exercise: to be paid in full",
        "=@aggregate_exercise_price",
        p.MONEY,
        unit="USD",
        source="Warrant, 1(a)",
    )
    cashless = f.call(
        cashless_exercise_shares,
        warrant_shares="@shares_in_effect",
        exercise_price="@price_in_effect",
    )
    pairs.figure(
        "cashless_exercise_shares",
        "Cashless exercise: shares",
        f"={cashless}",
        p.PARTIAL_SHARES,
        unit="unrounded",
        source=f.source(cashless_exercise_shares),
        note="None where the Market Price does not exceed the Exercise Price.",
        tolerance=_NEAR,
        twin="@shares_in_effect*MAX(market_price-@price_in_effect,0)/market_price",
    )
    whole = _WHOLE.format(shares="@cashless_exercise_shares")
    pairs.figure(
        "cashless_whole_shares",
        "Of these to be issued",
        f"={whole}",
        p.SHARES,
        unit="whole shares",
        source="Warrant, 4(i)",
        note="What is within a millionth of a whole share is that share.",
    )
    fraction = f"(@cashless_exercise_shares-{whole})"
    for name, price, clause, note in (
        ("fraction_cash", "market_price", "4(i)", "The reading taken: what the fraction is worth."),
        ("fraction_cash_by_1d", "@price_in_effect", "1(d)", "The other reading."),
    ):
        cash = f.call(fraction_cash, shares="@cashless_exercise_shares", price=price)
        pairs.figure(
            name,
            f"Cash for the fraction, by {clause}",
            f"={cash}",
            p.MONEY,
            unit="USD",
            source=f"Warrant, {clause}",
            note=note,
            twin=f"{fraction}*{price}",
            tolerance=5e-5,
        )
    page.next()
    if page.draft.has("cap_available", "ownership_available"):
        _limits(page)


def _limits(page: p.Page) -> None:
    """What the cap and the ownership limit leave of the investor's exercise."""
    page.section("Limits on the investor's exercise")
    page.headings()
    both = f.call(convertible_now, wanted_shares="shares_in_effect")
    page.figure(
        "exercise_within_limits",
        "Shares of a cash exercise that may be issued now",
        f'=IF(exercisable="yes",INDEX({both},1,1),0)',
        p.SHARES,
        unit="whole shares",
        source="Warrant, 5; Warrant, 8(f)",
        note="As if nothing else were converted or exercised before it; 0 before it opens.",
        twin='IF(exercisable="yes",MIN(INT(ROUND(shares_in_effect,6)),cap_available,'
        "ownership_available),0)",
    )
    page.figure(
        "exercise_binding_limit",
        "Limit that binds",
        f'=IF(exercisable="yes",INDEX({both},1,2),"not yet exercisable")',
        p.GENERAL,
        source=f.source(convertible_now),
        note="The cap does not count the placement agent's warrant; the reading of the register.",
    )
    page.next()
