"""Any ledger: two halves are the whole, the worksheet's table agrees row by row, and an oracle.

The oracle is written apart from the clauses, in fractions, from the words of section 4.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from xlfuncs import anti_dilution_ledger
from xlfuncs.deal.ledger import Event, Ledger
from xlfuncs.deal.terms import Heading, Terms
from xlfuncs.position import Reading, adjusting_rows, replay

if TYPE_CHECKING:
    from collections.abc import Callable

TERMS = Terms({}, Heading(investor="Investor"))
START = dt.date(1998, 12, 18)
END = dt.date(2003, 7, 26)
CLOSING = (
    Event(START, "preferred", "Form 8-K", instrument="B", holder="Investor", shares=7500.0),
    Event(
        START, "warrant", "Form 8-K", instrument="W", holder="Investor", shares=447761.0,
        price=6.7838,
    ),
    Event(
        START, "warrant", "Form 8-K", instrument="G", holder="Agent", shares=87500.0, price=4.9375
    ),
)  # fmt: skip
ISSUES = ("issue", "option", "convertible", "variable convertible")
CAN_CHANGE = ISSUES[1:]

READINGS = st.builds(
    Reading,
    carry=st.sampled_from(["additive", "compound"]),
    test=st.sampled_from(["unrounded", "rounded"]),
    round_splits=st.sampled_from(["yes", "no"]),
)
CENTS = st.integers(0, 900).map(lambda cents: cents / 100)


def _issue(draw: Callable[..., Any], kind: str, date: dt.date, name: str) -> Event:
    shares = float(draw(st.integers(1, 40)) * 50_000)
    price = draw(CENTS)
    floating = kind == "variable convertible" and price > 0 and draw(st.booleans())
    return Event(
        date,
        kind,
        "Form 10-Q",
        id=name,
        shares=None if floating else shares,
        consideration=shares * price,
        additional_consideration=None if kind == "issue" else float(draw(st.integers(0, 10**6))),
        market_price=draw(st.integers(100, 1000)) / 100,
        shares_outstanding=float(draw(st.integers(20_000_000, 30_000_000))),
        price=price if floating else None,
    )


def _later(draw: Callable[..., Any], date: dt.date, name: str, targets: dict[str, float]) -> Event:
    """A change or an expiry of something granted before, of no more than is left of it."""
    target = draw(st.sampled_from(sorted(targets)))
    if draw(st.booleans()):
        paid = float(draw(st.integers(0, 20 * 10**6)))
        return Event(
            date, "change", "Form 10-Q", id=name, refers_to=target, additional_consideration=paid
        )
    expired = draw(st.sampled_from([None, targets[target] / 2]))
    targets[target] = 0.0 if expired is None else targets[target] / 2
    return Event(date, "expiry", "Form 10-Q", id=name, refers_to=target, shares=expired)


@st.composite
def ledgers(draw: Callable[..., Any], *, holders_act: bool = False) -> tuple[Event, ...]:
    """Events that may adjust the warrants and, if told so, conversions and exercises."""
    events: list[Event] = []
    left: dict[str, float] = {}
    date = dt.date(1999, 7, 27)
    kinds = [*ISSUES, *ISSUES, "exempt", "split", "later", "later"]
    kinds += ["conversion", "exercise", "transfer"] if holders_act else []
    for number in range(draw(st.integers(1, 12))):
        date += dt.timedelta(days=draw(st.integers(0, 60)))
        kind, name = draw(st.sampled_from(kinds)), f"event {number}"
        if kind in ISSUES:
            events.append(_issue(draw, kind, date, name))
            if kind in CAN_CHANGE and events[-1].shares is not None:
                left[name] = events[-1].shares
        elif kind == "later" and left:
            events.append(_later(draw, date, name, left))
        elif kind == "split":
            new, old = draw(st.sampled_from([(2, 1), (3, 2), (1, 2), (201, 200), (100, 101)]))
            left = {target: shares * new / old for target, shares in left.items()}
            events.append(
                Event(date, "split", "Form 10-Q", id=name, new_shares=new, old_shares=old)
            )
        elif kind == "exempt":
            events.append(Event(date, "exempt", "Form 10-Q", id=name, shares=1000.0))
        elif kind == "conversion":
            one = Event(date, kind, "Notice", instrument="B", holder="Investor", shares=10.0)
            events.append(_with(one, name, shares_issued=float(draw(st.integers(1, 9999)))))
        elif kind == "exercise":
            one = Event(date, kind, "Agreement", instrument="W", holder="Investor", shares=100.0)
            events.append(_with(one, name, shares_issued=100.0))
        elif kind == "transfer":
            one = Event(date, kind, "Assignment", instrument="B", holder="Investor", shares=10.0)
            events.append(_with(one, name, transferee=draw(st.sampled_from(["Fund", "Bank"]))))
    return tuple(
        _with(event, event.id, line=line) for line, event in enumerate(events, len(CLOSING) + 2)
    )


def _with(event: Event, name: str, **more: Any) -> Event:
    fields = {key: getattr(event, key) for key in event.__dataclass_fields__}
    return Event(**{**fields, "id": name, **more})


@settings(deadline=None, derandomize=True)
@given(data=st.data(), events=ledgers(holders_act=True), reading=READINGS)
def test_two_halves_are_the_whole(
    data: st.DataObject, events: tuple[Event, ...], reading: Reading
) -> None:
    every = (*CLOSING, *events)
    cut = data.draw(st.integers(0, len(every)))
    whole = replay(TERMS, Ledger(every), END, reading)
    first = replay(TERMS, Ledger(every[:cut]), every[cut - 1].date if cut else START, reading)
    assert replay(TERMS, Ledger(every[cut:]), END, start=first) == whole
    assert first.count == cut


@settings(deadline=None, derandomize=True)
@given(events=ledgers(), reading=READINGS)
def test_the_table_of_the_worksheet_agrees_row_by_row(
    events: tuple[Event, ...], reading: Reading
) -> None:
    for name, price, shares in (("W", 6.7838, 447761.0), ("G", 4.9375, 87500.0)):
        rows = adjusting_rows(events)
        assert len(rows) == len(events)
        if not rows:
            continue
        table = anti_dilution_ledger(price, shares, rows, *reading.of_warrant[:3])
        for number, row in enumerate(table, 1):
            position = replay(TERMS, Ledger((*CLOSING, *events[:number])), END, reading)
            warrant = position.warrants[name]
            told = (warrant.carried_forward, warrant.exercise_price, warrant.shares)
            assert tuple(row[4:7]) == told
            assert [row[0], row[1]] == [events[number - 1].date, events[number - 1].kind]


@settings(deadline=None, derandomize=True)
@given(events=ledgers())
def test_prices_and_counts_are_those_of_the_words(events: tuple[Event, ...]) -> None:
    price, shares = Fraction("6.7838"), Fraction(447761)
    grants: dict[str, dict[str, Fraction]] = {}
    for number, event in enumerate(events, 1):
        if event.kind == "change":
            grants[event.refers_to]["p"] += (
                _exact(event.additional_consideration) - grants[event.refers_to]["more"]
            )
            grants[event.refers_to]["more"] = _exact(event.additional_consideration)
        elif event.kind == "expiry":
            one = grants[event.refers_to]
            gone = _exact(event.shares) / one["now"] if event.shares else one["q"]
            kept = one["q"] - gone
            part = kept / one["q"] if one["q"] else Fraction(0)
            one.update(q=kept, p=one["p"] * part, more=one["more"] * part)
        elif event.kind == "split":
            ratio = _exact(event.old_shares) / _exact(event.new_shares)
            for one in grants.values():
                one["now"] = one.get("now", Fraction(1)) / ratio
            grants[event.id] = {"ratio": ratio}
        elif event.kind != "exempt":
            more = _exact(event.additional_consideration or 0)
            p = _exact(event.consideration) + more
            q = p / _exact(event.price) if event.shares is None else _exact(event.shares)
            m, o = _exact(event.market_price), _exact(event.shares_outstanding)
            grants[event.id] = {"p": p, "q": q, "m": m, "o": o, "more": more, "now": Fraction(1)}
        now, _ = _in_effect(Fraction("6.7838"), list(grants.values()))
        shares *= price / now
        price = now
        position = replay(TERMS, Ledger((*CLOSING, *events[:number])), END)
        warrant = position.warrants["W"]
        assert warrant.exercise_price == float(price)
        assert warrant.shares is not None
        assert abs(warrant.shares - shares) < Fraction(1, 10**6)
        assert warrant.shares > 0


def _exact(number: float | None) -> Fraction:
    return Fraction(repr(number))


def _in_effect(price: Fraction, grants: list[dict[str, Fraction]]) -> tuple[Fraction, Fraction]:
    """Section 4 over what adjusts, as it now stands: the price and what is carried forward."""
    carried = Fraction(0)
    for one in grants:
        if "ratio" in one:
            would_be = (price - carried) * one["ratio"]
        elif one["p"] < one["q"] * one["m"]:
            factor = (one["o"] + one["p"] / one["m"]) / (one["o"] + one["q"])
            would_be = price * factor - carried
        else:
            continue
        change = price - would_be
        if abs(change) < price / 100:
            carried = change
            continue
        cents = would_be * 100 + Fraction(1, 2)
        price, carried = Fraction(cents.numerator // cents.denominator, 100), Fraction(0)
    return price, carried


@settings(deadline=None, derandomize=True)
@given(events=ledgers(), reading=READINGS)
def test_what_expires_altogether_leaves_no_trace_of_itself(
    events: tuple[Event, ...], reading: Reading
) -> None:
    """A grant that expires whole on the day it was made: the rest as if it had never been."""
    ghost = Event(
        events[0].date if events else END, "option", "Form 10-Q", id="ghost", shares=1e6,
        consideration=0.0, additional_consideration=1e6, market_price=5.0,
        shares_outstanding=25.4e6,
    )  # fmt: skip
    gone = Event(ghost.date, "expiry", "Form 10-Q", id="gone", refers_to="ghost")
    with_it = replay(TERMS, Ledger((*CLOSING, ghost, gone, *events)), END, reading)
    without = replay(TERMS, Ledger((*CLOSING, *events)), END, reading)
    for name, warrant in without.warrants.items():
        assert with_it.warrants[name].exercise_price == warrant.exercise_price
        assert with_it.warrants[name].carried_forward == warrant.carried_forward


@settings(deadline=None, derandomize=True)
@given(events=ledgers(), reading=READINGS)
def test_issues_at_or_above_the_market_never_move_the_price(
    events: tuple[Event, ...], reading: Reading
) -> None:
    kinds = {"issue", "option", "convertible"}
    fair = tuple(
        _with(one, one.id, consideration=(one.shares or 0) * (one.market_price or 0))
        for one in events
        if one.kind in kinds
    )
    position = replay(TERMS, Ledger((*CLOSING, *fair)), END, reading)
    assert position.warrants["W"].exercise_price == 6.7838
    assert position.warrants["W"].shares == 447_761
    assert position.warrants["W"].carried_forward == 0


@settings(deadline=None, derandomize=True)
@given(new=st.integers(1, 20), old=st.integers(1, 20))
def test_a_split_and_its_combination_undo_one_another(new: int, old: int) -> None:
    split = Event(START, "split", "Form 10-Q", id="s", new_shares=new, old_shares=old)
    back = Event(START, "split", "Form 10-Q", id="b", new_shares=old, old_shares=new)
    exact = replay(TERMS, Ledger((*CLOSING, split, back)), END, Reading(round_splits="no"))
    warrant = exact.warrants["W"]
    assert warrant.exercise_price is not None
    assert warrant.shares is not None
    assert abs(warrant.exercise_price - 6.7838) < 1e-12
    assert abs(warrant.shares - 447_761) < 1e-6
    rounded = replay(TERMS, Ledger((*CLOSING, split, back)), END).warrants["W"]
    assert rounded.exercise_price is not None
    assert abs(rounded.exercise_price - 6.7838) <= 0.005 * (max(new / old, 1) + 1)
