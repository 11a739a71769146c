"""The ledger replayed: holdings, the cap, prices, and every fault with its exact sentence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from xlfuncs.deal.ledger import read_ledger
from xlfuncs.deal.reading import read_deal
from xlfuncs.errors import DealError
from xlfuncs.position import Position, Reading, replay

VALENCE = read_deal(Path(__file__).parents[2] / "workbooks" / "valence_1998")
SERIES_B = "Series B Convertible Participating Preferred Stock"
INVESTOR = "CC Investments, LDC"
LATER = dt.date(2003, 12, 31)

HEAD = (
    "id,date,kind,instrument,holder,transferee,shares,consideration,additional_consideration,"
    "market_price,shares_outstanding,new_shares,old_shares,price,shares_issued,refers_to,source\n"
)
CLOSING = (
    f'B,1998-12-18,preferred,{SERIES_B},"{INVESTOR}",,7500,7500000,,,,,,,,,Form 8-K\n'
    f'W,1998-12-18,warrant,Second Warrant,"{INVESTOR}",,447761,,,,,,,6.7838,,,Form 8-K\n'
    "G,1998-12-18,warrant,Placement Agent Warrant,Gemini,,87500,,,,,,,4.9375,,,Form 8-K\n"
)
NEXT_LINE = 5


def _replayed(
    tmp_path: Path, rows: str, date: dt.date = LATER, reading: Reading | None = None
) -> Position:
    path = tmp_path / "ledger.csv"
    path.write_text(HEAD + CLOSING + rows)
    return replay(VALENCE.terms, read_ledger(path), date, reading)


def test_the_valence_ledger_after_the_closing() -> None:
    position = replay(VALENCE.terms, VALENCE.ledger, dt.date(1998, 12, 18))
    held = {one.instrument: (one.holder, one.shares) for one in position.holdings}
    assert held == {
        "Series A Convertible Participating Preferred Stock": (INVESTOR, 7500),
        SERIES_B: (INVESTOR, 7500),
        "Warrant to the advisor on Series A": ("", 87_500),
        "Second Warrant": (INVESTOR, 447_761),
        "Warrant in exchange for the Initial Warrant": (INVESTOR, 447_761),
        "Placement Agent Warrant": ("Gemini Capital, L.L.C.", 87_500),
    }
    prices = {name: one.exercise_price for name, one in position.warrants.items()}
    assert prices["Second Warrant"] == 6.7838
    assert prices["Placement Agent Warrant"] == 4.9375
    assert prices["Initial Warrant"] is None  # not stated in these documents
    assert position.issued_against_cap == 0
    assert position.cap_available == 5_071_913
    assert position.preferred[SERIES_B].fixed_conversion_price == 6.03
    assert [fact.kind for fact in position.facts] == ["registration"]


def test_before_the_closing_there_is_no_series_b() -> None:
    position = replay(VALENCE.terms, VALENCE.ledger, dt.date(1998, 12, 17))
    assert SERIES_B not in position.preferred
    assert position.warrants["Initial Warrant"].shares == 447_761


def test_conversions_count_against_the_cap(tmp_path: Path) -> None:
    rows = (
        f"C1,1999-07-26,conversion,{SERIES_B},,,100,,,,,,,6.03,,,Notice\n"
        f"C2,1999-08-02,conversion,{SERIES_B},,,1000,,,,,,,,207135,,Notice\n"
    )
    position = _replayed(tmp_path, rows)
    series = position.preferred[SERIES_B]
    assert series.shares == 6400
    assert series.common_issued == 17_184 + 207_135  # 171.834889 a share, rounded up once
    assert position.issued_against_cap == 224_319
    assert position.cap_available == 5_071_913 - 224_319
    first = [one for one in position.changes if one.line == NEXT_LINE]
    assert [(one.quantity, one.before, one.after, one.clause) for one in first] == [
        ("preferred shares", 7500, 7400, "Certificate of Designation, IV.A"),
        (
            "common shares issued",
            0,
            17_184,
            "Certificate of Designation, IV.A; Certificate of Designation, IV.E",
        ),
    ]


def test_exercises_count_if_they_are_the_investors(tmp_path: Path) -> None:
    rows = (
        "X1,1999-09-01,exercise,Second Warrant,,,1000,6783.8,,,,,,,,,Agreement\n"
        "X2,1999-09-02,exercise,Second Warrant,,,446761,,,9.00,,,,,,,Agreement\n"
        "X3,1999-09-03,exercise,Placement Agent Warrant,,,500,2468.75,,,,,,,,,Agreement\n"
    )
    position = _replayed(tmp_path, rows)
    cashless = 110_012  # 446,761 x (9 - 6.7838) / 9 = 110,012.41
    assert position.warrants["Second Warrant"].shares == 0
    assert position.warrants["Second Warrant"].common_issued == 1000 + cashless
    assert position.issued_against_cap == 1000 + cashless
    counted = _replayed(tmp_path, rows, reading=Reading(include_agent="yes"))
    assert counted.issued_against_cap == 1500 + cashless
    assert {one.holder for one in position.holdings} == {INVESTOR, "Gemini"}


def test_from_approval_on_there_is_no_cap(tmp_path: Path) -> None:
    rows = "S,1999-02-08,approval,,,,,,,,,,,,,,Form 10-Q\n"
    assert _replayed(tmp_path, rows).cap_available == "no limit"
    assert _replayed(tmp_path, rows, dt.date(1999, 2, 7)).cap_available == 5_071_913


ISSUES = (
    "N1,1999-08-02,issue,,,,1000000,4000000,,5.00,25400000,,,,,,Form 10-Q\n"
    "N2,1999-09-01,issue,,,,1500000,5250000,,4.75,26400000,,,,,,Form 10-Q\n"
)


def test_small_adjustments_are_carried_and_then_made(tmp_path: Path) -> None:
    carried = _replayed(tmp_path, ISSUES, dt.date(1999, 8, 31)).warrants["Second Warrant"]
    assert carried.exercise_price == 6.7838
    assert carried.carried_forward == pytest.approx(0.0513924242)
    position = _replayed(tmp_path, ISSUES)
    warrant, agents = (
        position.warrants[name] for name in ("Second Warrant", "Placement Agent Warrant")
    )
    assert (warrant.exercise_price, warrant.carried_forward) == (6.64, 0)
    assert warrant.shares == pytest.approx(457_457.9927, abs=1e-4)
    # 4.9375 x (1 - 0.992424) = 0.037405 is 0.76 %; with 0.069859 it is 2.17 %: 4.830236
    assert agents.exercise_price == 4.83
    clauses = {(one.instrument, one.clause) for one in position.changes if one.kind == "issue"}
    assert clauses == {
        ("Second Warrant", "Warrant, 4(a); 4(h)"),
        ("Second Warrant", "Warrant, 4(a); 4(d)"),
        ("Placement Agent Warrant", "Placement Agent Warrant, 4(a); 4(h)"),
        ("Placement Agent Warrant", "Placement Agent Warrant, 4(a); 4(d)"),
    }


def test_adjustments_may_be_read_to_start_with_the_exercise_period(tmp_path: Path) -> None:
    early = "O,1999-03-01,option,,,,2000000,200000,6000000,5.00,25400000,,,,,,Form 10-Q\n"
    assert _replayed(tmp_path, early).warrants["Second Warrant"].exercise_price == 6.6
    later = _replayed(tmp_path, early, reading=Reading(adjustments_start="exercise period"))
    assert later.warrants["Second Warrant"].exercise_price == 6.7838


def test_options_that_expire_give_the_price_back(tmp_path: Path) -> None:
    rows = (
        "O,1999-08-02,option,,,,2000000,200000,6000000,5.00,25400000,,,,,,Form 10-Q\n"
        "E,2000-08-02,expiry,,,,,,,,,,,,,O,Form 10-Q\n"
    )
    assert _replayed(tmp_path, rows, dt.date(2000, 1, 1)).warrants["Second Warrant"].shares == (
        pytest.approx(460_230.4654, abs=1e-4)
    )
    warrant = _replayed(tmp_path, rows).warrants["Second Warrant"]
    assert (warrant.exercise_price, warrant.shares) == (6.7838, 447_761)


def test_an_expiry_after_an_exercise_leaves_what_was_exercised(tmp_path: Path) -> None:
    rows = (
        "O,1999-08-02,option,,,,2000000,200000,6000000,5.00,25400000,,,,,,Form 10-Q\n"
        "X,1999-09-01,exercise,Second Warrant,,,230115.2327121212,1518760.54,,,,,,,,,Agreement\n"
        "E,2000-08-02,expiry,,,,,,,,,,,,,O,Form 10-Q\n"
    )
    warrant = _replayed(tmp_path, rows).warrants["Second Warrant"]
    assert warrant.common_issued == 230_115
    assert warrant.shares == pytest.approx(447_761 / 2, abs=1e-3)


def test_a_split_moves_warrants_and_fixed_price(tmp_path: Path) -> None:
    rows = "S,1999-08-02,split,,,,,,,,,2,1,,,,Form 10-Q\n"
    position = _replayed(tmp_path, rows)
    assert position.warrants["Second Warrant"].exercise_price == 3.39
    assert position.preferred[SERIES_B].fixed_conversion_price == 3.015
    exact = _replayed(tmp_path, rows, reading=Reading(round_splits="no"))
    assert exact.warrants["Second Warrant"].exercise_price == 3.3919
    assert exact.warrants["Second Warrant"].shares == 895_522


def test_a_warrant_without_a_price_is_lost_once_something_adjusts_it(tmp_path: Path) -> None:
    unpriced = "U,1998-12-18,warrant,Advisor,,,87500,,,,,,,,,,Form 8-K\n"
    at_market = "N,1999-08-02,issue,,,,1000000,5000000,,5.00,25400000,,,,,,Form 10-Q\n"
    assert _replayed(tmp_path, unpriced + at_market).warrants["Advisor"].shares == 87_500
    position = _replayed(tmp_path, unpriced + ISSUES)
    assert position.warrants["Advisor"].shares is None
    held = [one.shares for one in position.holdings if one.instrument == "Advisor"]
    assert held == [None]


def test_an_exchange_takes_the_place_of_a_warrant(tmp_path: Path) -> None:
    rows = "E,1999-12-01,exchange,New Warrant,,,447761,,,,,,,,,W,Form 10-Q\n"
    option = "O,1999-08-02,option,,,,2000000,200000,6000000,5.00,25400000,,,,,,Form 10-Q\n"
    old_count = "E,1999-12-01,exchange,New Warrant,,,460230.46542424243,,,,,,,,,W,Form 10-Q\n"
    assert _replayed(tmp_path, rows).warrants["New Warrant"].exercise_price == 6.7838
    expiry = "F,2000-08-02,expiry,,,,,,,,,,,,,O,Form 10-Q\n"
    new = _replayed(tmp_path, option + old_count + expiry).warrants["New Warrant"]
    assert new.exercise_price == 6.7838  # its history came with it
    assert new.shares == pytest.approx(447_761)


def test_transfers_and_redemptions(tmp_path: Path) -> None:
    rows = (
        f'T,1999-08-02,transfer,{SERIES_B},"{INVESTOR}",Other Fund,2500,,,,,,,,,,Form\n'
        f"R,1999-09-01,redemption,{SERIES_B},Other Fund,,500,625000,,,,,,,,,Notice\n"
        f'T2,1999-09-02,transfer,Second Warrant,"{INVESTOR}",Other Fund,100000,,,,,,,,,,Form\n'
    )
    position = _replayed(tmp_path, rows)
    held = {(one.instrument, one.holder): one.shares for one in position.holdings}
    assert held[SERIES_B, INVESTOR] == 5000
    assert held[SERIES_B, "Other Fund"] == 2000
    assert held["Second Warrant", "Other Fund"] == 100_000


def test_a_notice_that_agrees_is_a_fact(tmp_path: Path) -> None:
    rows = (
        ISSUES + "A,1999-09-02,notice,Second Warrant,,,457458,,,,,,,6.64,,,Notice\n"
        f"A2,1999-09-02,notice,{SERIES_B},,,,,,,,,,6.03,,,Certificate\n"
    )
    assert [one.kind for one in _replayed(tmp_path, rows).facts] == ["notice", "notice"]


FAULTS = {
    "more converted than outstanding": (
        (
            f"C1,1999-07-26,conversion,{SERIES_B},,,6600,,,,,,,6.03,,,Notice\n"
            f"C2,1999-07-26,conversion,{SERIES_B},,,1200,,,,,,,6.03,,,Notice\n"
        ),
        ["ledger.csv:6: converted 1,200 shares but 900 were outstanding"],
    ),
    "more exercised, redeemed and exchanged than outstanding": (
        (
            f"R,1999-08-01,redemption,{SERIES_B},,,7501,1,,,,,,,,,Notice\n"
            "X,1999-08-02,exercise,Second Warrant,,,447762,,,,,,,,1,,Agreement\n"
            "E,1999-08-03,exchange,New Warrant,,,447762,,,,,,,,,W,Form 10-Q\n"
        ),
        [
            "ledger.csv:5: redeemed 7,501 shares but 7,500 were outstanding",
            "ledger.csv:6: exercised 447,762 shares but 447,761 were outstanding",
            "ledger.csv:7: exchanged 447,762 shares but 447,761 were outstanding",
        ],
    ),
    "a holder who has too little": (
        (
            f'T,1999-07-01,transfer,{SERIES_B},"{INVESTOR}",Other Fund,100,,,,,,,,,,Assignment\n'
            f"C1,1999-07-26,conversion,{SERIES_B},Other Fund,,101,,,,,,,6.03,,,Notice\n"
            f"C2,1999-07-26,conversion,{SERIES_B},,,101,,,,,,,6.03,,,Notice\n"
        ),
        [
            (
                "ledger.csv:6: converted 101 shares but 100 were outstanding in the hands of "
                "Other Fund"
            ),
            f"ledger.csv:7: holder is blank, and there are {INVESTOR} and Other Fund",
        ],
    ),
    "a conversion that the clause gives otherwise": (
        (
            f"C1,1999-07-26,conversion,{SERIES_B},,,100,,,,,,,6.03,17183,,Notice\n"
            f"C2,1999-07-26,conversion,{SERIES_B},,,100,,,,,,,6.04,,,Notice\n"
            f"C3,1999-07-26,conversion,{SERIES_B},,,100,,,,,,,,,,Notice\n"
            "C4,1999-07-26,conversion,Series C,,,100,,,,,,,6,,,Notice\n"
        ),
        [
            (
                "ledger.csv:5: issued 17,183 shares on the conversion of 100, which at 6.03 come "
                "to 17,184 (Certificate of Designation, IV.A; Certificate of Designation, IV.E)"
            ),
            (
                "ledger.csv:6: price 6.04 is above the Fixed Conversion Price 6.03 "
                "(Certificate of Designation, III.D)"
            ),
            "ledger.csv:7: price and shares_issued are blank, and conversion needs one",
            "ledger.csv:8: no preferred stock named 'Series C' has been issued",
        ],
    ),
    "the cap": (
        (
            f"C1,1999-08-02,conversion,{SERIES_B},,,7000,,,,,,,,5071913,,Notice\n"
            f"C2,1999-08-03,conversion,{SERIES_B},,,1,,,,,,,,1,,Notice\n"
            "S,1999-08-04,approval,,,,,,,,,,,,,,Form 10-Q\n"
            f"C3,1999-08-05,conversion,{SERIES_B},,,1,,,,,,,,1,,Notice\n"
        ),
        [
            (
                "ledger.csv:6: issued 1 shares but 0 were left under the cap "
                "(Certificate of Designation, IV.G(i); Warrant, 5)"
            )
        ],
    ),
    "exercises that cannot be": (
        (
            "X1,1999-07-26,exercise,Second Warrant,,,1,6.78,,,,,,,,,Agreement\n"
            "X2,1999-08-01,exercise,Second Warrant,,,100,600,,,,,,,,,Agreement\n"
            "X3,1999-08-02,exercise,Second Warrant,,,100,,,,,,,,,,Agreement\n"
            "X4,1999-08-03,exercise,Second Warrant,,,100,,,9,,,,,30,,Agreement\n"
            "X5,2003-07-28,exercise,Second Warrant,,,100,678.38,,,,,,,,,Agreement\n"
        ),
        [
            "ledger.csv:5: exercised before the Exercise Period opens on 1999-07-27 (Warrant, 2)",
            (
                "ledger.csv:6: paid 600.00 for 100 shares, which at the Exercise Price 6.7838 come "
                "to 678.38 (Warrant, 1(a))"
            ),
            (
                "ledger.csv:7: consideration, market_price and shares_issued are blank: an "
                "exercise is for cash, or cashless at the Market Price, or tells the shares issued"
            ),
            (
                "ledger.csv:8: issued 30 shares, and the exercise gives 24.6244444444444 "
                "(Warrant, 4(i))"
            ),
            "ledger.csv:9: exercised after the Exercise Period ended on 2003-07-27 (Warrant, 2)",
        ],
    ),
    "notices that do not agree": (
        ISSUES + "A,1999-09-02,notice,Second Warrant,,,,,,,,,,6.65,,,Notice\n"
        "A2,1999-09-02,notice,Second Warrant,,,447761,,,,,,,6.64,,,Notice\n"
        f"A3,1999-09-02,notice,{SERIES_B},,,,,,,,,,6,,,Certificate\n"
        "A4,1999-09-02,notice,Third Warrant,,,,,,,,,,6,,,Notice\n",
        [
            (
                "ledger.csv:7: the company's notice has the Exercise Price 6.65, the replay 6.64 "
                "(Warrant, 4(g))"
            ),
            (
                "ledger.csv:8: the company's notice has 447,761 shares, the replay has "
                "457,457.992740964 (Warrant, 4(g))"
            ),
            (
                "ledger.csv:9: the company's notice has the Fixed Conversion Price 6, the replay "
                "6.03 (Certificate of Designation, XI.H)"
            ),
            "ledger.csv:10: nothing named 'Third Warrant' has been issued",
        ],
    ),
    "adjusting events that lack something or refer to the wrong thing": (
        (
            "N,1999-08-02,issue,,,,1000000,4000000,,,25400000,,,,,,Form 10-Q\n"
            "O,1999-08-02,option,,,,2000000,200000,,5,25400000,,,,,,Form 10-Q\n"
            "P,1999-08-02,option,,,,2000000,200000,6000000,5,25400000,,,,,,Form 10-Q\n"
            "E,1999-08-03,expiry,,,,2000001,,,,,,,,,P,Form 10-Q\n"
            "F,1999-08-03,expiry,,,,,,,,,,,,,B,Form 10-Q\n"
            "D,1999-08-03,abandonment,,,,,,,,,,,,,P,Press release\n"
        ),
        [
            "ledger.csv:5: market price is blank, and an issue needs it",
            "ledger.csv:6: additional consideration is blank, and an option needs it",
            "ledger.csv:8: 2,000,001 shares expired but 2,000,000 were left",
            "ledger.csv:9: only options and convertibles change or expire, not the kind preferred",
            "ledger.csv:10: refers_to names the kind option, not an announcement",
        ],
    ),
    "names given twice": (
        (
            "W2,1999-08-02,warrant,Second Warrant,,,1,,,,,,,6,,,Form 10-Q\n"
            "B2,1999-08-02,preferred,Second Warrant,,,1,1,,,,,,,,,Form 10-Q\n"
        ),
        [
            "ledger.csv:5: 'Second Warrant' has been issued before: name this another",
            "ledger.csv:6: 'Second Warrant' is a warrant of this ledger",
        ],
    ),
}


@pytest.mark.parametrize(("rows", "faults"), FAULTS.values(), ids=FAULTS.keys())
def test_every_fault_is_told_with_its_line(rows: str, faults: list[str], tmp_path: Path) -> None:
    with pytest.raises(DealError) as raised:
        _replayed(tmp_path, rows)
    assert [str(fault) for fault in raised.value.faults] == faults


def test_faults_after_the_day_are_left_alone(tmp_path: Path) -> None:
    rows = f"C1,1999-07-26,conversion,{SERIES_B},,,7501,,,,,,,6.03,,,Notice\n"
    assert _replayed(tmp_path, rows, dt.date(1999, 7, 25)).preferred[SERIES_B].shares == 7500


def test_a_ledger_goes_on_only_forwards(tmp_path: Path) -> None:
    position = _replayed(tmp_path, ISSUES)
    path = tmp_path / "more.csv"
    path.write_text("date,kind,source\n1999-08-31,approval,Form 10-Q\n")
    with pytest.raises(DealError, match="dates must not fall: 1999-08-31 follows 1999-09-01"):
        replay(VALENCE.terms, read_ledger(path), LATER, start=position)


@pytest.mark.parametrize("kind", ["conversion", "redemption"])
def test_a_preferred_share_is_not_parted(tmp_path: Path, kind: str) -> None:
    row = f'X,1999-02-10,{kind},{SERIES_B},"{INVESTOR}",,100.9,1000,,,,,,6.03,,,an example\n'
    with pytest.raises(DealError, match=r"ledger\.csv:5: shares must be whole, not 100\.9"):
        _replayed(tmp_path, row)
