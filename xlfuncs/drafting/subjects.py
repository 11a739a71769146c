"""The subjects of a deal: which terms belong together, and what they bring into the book."""

from __future__ import annotations

from typing import Final, NamedTuple


class Listed(NamedTuple):
    """A term of a subject; what is left blank is read from the card of its argument."""

    name: str
    unit: str = ""
    meaning: str = ""
    source: str = ""
    optional: bool = False
    assumed: bool = False


class Subject(NamedTuple):
    """Terms that belong together.

    Attributes:
        title: what it is called.
        brings: what is in the book of a deal that has it.
        brought_by: the terms by which a deal has it, the first being the one it cannot lack.
        functions: the functions whose required arguments it then needs, so far as they are terms.
        terms: its terms.
        needs: the terms it needs besides.
        prefix: what the names of its terms begin with, where it is another instrument's.
    """

    title: str
    brings: str
    brought_by: tuple[str, ...]
    functions: tuple[str, ...]
    terms: tuple[Listed, ...]
    needs: tuple[str, ...] = ()
    prefix: str = ""


_CERTIFICATE: Final = "Certificate of Designation"
_RIGHTS: Final = "Registration Rights Agreement"
_PURCHASE: Final = "Securities Purchase Agreement"
_LETTER: Final = "Offer Letter"


def subject(title: str) -> Subject:
    """The subject of a title.

    >>> subject("Fixed price").brought_by
    ('stated_price',)

    Raises:
        KeyError: there is none.
    """
    return _BY_TITLE[title]


SUBJECTS: Final[tuple[Subject, ...]] = (
    Subject(
        "Date of the book",
        "Every figure is as of this date.",
        (),
        (),
        (Listed("as_of", "date", "the date that the book is built for", assumed=True),),
    ),
    Subject(
        "Preferred stock",
        "The sheet Conversion: the price, the shares, a schedule up to maturity; liquidation.",
        ("preferred_shares",),
        ("conversion_shares",),
        (
            Listed("closing_date"),
            Listed("preferred_shares", "whole shares", "the shares of preferred stock issued"),
            Listed("face_amount"),
            Listed(
                "maturity_date",
                "date",
                "the Maturity Date, on which what is outstanding must be converted",
                f"{_CERTIFICATE}, IV.H",
                optional=True,
            ),
            Listed("contract_rate", optional=True),
            Listed("cash_multiple", optional=True),
        ),
        needs=("closing_date",),
    ),
    Subject(
        "Premium",
        "The Premium that accrues, in every amount that counts it; without it there is none.",
        ("premium_rate",),
        ("accreted_premium",),
        (
            Listed("premium_rate"),
            Listed(
                "premium_days_in_year",
                "count",
                "the days of a year, by which the Premium accrues: 365, and no other number yet",
                f"{_CERTIFICATE}, III.F",
            ),
        ),
        needs=("premium_days_in_year",),
    ),
    Subject(
        "Fixed price",
        "The fixed Conversion Price; beside a variable price the lower of the two counts.",
        ("stated_price",),
        ("fixed_conversion_price",),
        (Listed("stated_price"),),
    ),
    Subject(
        "Variable price",
        "The Variable Conversion Price, with the window of bids that it is taken from.",
        ("lookback_days", "lowest_count", "price_multiple", "variable_price_start"),
        ("variable_conversion_price",),
        (
            Listed("lookback_days"),
            Listed("lowest_count"),
            Listed("price_multiple"),
            Listed(
                "variable_price_start",
                meaning="the first day on which the variable price counts; left out: the closing",
                optional=True,
            ),
        ),
    ),
    Subject(
        "Exchange cap",
        "What is left under the cap, and whether it binds.",
        ("cap_amount",),
        ("exchange_cap_available",),
        (
            Listed("cap_amount"),
            Listed(
                "stockholder_approval_deadline",
                "date",
                "the last day on which Stockholder Approval is to be had",
                f"{_CERTIFICATE}, VI.A",
                optional=True,
            ),
            Listed("stockholder_approval_date", optional=True),
        ),
    ),
    Subject(
        "Ownership limit",
        "What the holder may still acquire, and whether that binds.",
        ("ownership_limit",),
        ("beneficial_ownership_limit",),
        (Listed("ownership_limit"),),
    ),
    Subject(
        "Reserve",
        "How far the reserved shares cover what may have to be issued.",
        ("stated_reserve",),
        ("reserved_amount", "coverage_trigger_date"),
        (Listed("stated_reserve"), Listed("coverage_ratio"), Listed("consecutive_days")),
    ),
    Subject(
        "Default payments",
        "What late delivery of the shares costs.",
        ("daily_amount", "daily_rate"),
        ("conversion_default_payment",),
        (Listed("daily_amount"), Listed("daily_rate")),
    ),
    Subject(
        "Redemption",
        "The sheet Redemption: what the holders may demand in cash.",
        ("redemption_multiple",),
        ("redemption_amount",),
        (Listed("redemption_multiple"),),
    ),
    Subject(
        "Warrants",
        "The sheet Warrants: exercise, adjustments, value.",
        ("warrant_shares", "exercise_price"),
        (
            "warrant_is_exercisable",
            "cashless_exercise_shares",
            "weighted_average_exercise_price",
            "black_scholes_amount",
        ),
        (
            Listed(
                "warrant_shares",
                "whole shares",
                "the shares of common stock that the warrant is for",
                "Warrant, preamble",
            ),
            Listed(
                "exercise_price",
                meaning="the Exercise Price that the warrant states, USD a share",
                source="Warrant, preamble",
            ),
            Listed("opens"),
            Listed(
                "expires",
                meaning="the end of the Exercise Period, in the time that the warrant names",
            ),
            Listed("expiry_date", meaning="the day on which the warrant expires: that of expires"),
            Listed("minimum_adjustment", source="Warrant, 4(h)"),
            Listed(
                "volatility_days",
                "count",
                "how many trading days the volatility is taken from",
                "Warrant, 4(e)",
            ),
            Listed(
                "assumed_market_fraction",
                "fraction",
                "the part of the market at which floating convertibles are deemed issued",
                "Warrant, 4(b)(ii)(2)",
                optional=True,
            ),
        ),
        needs=(
            "minimum_adjustment",
            "volatility_days",
            "annualisation",
            "dividend_yield",
            "days_in_year",
        ),
    ),
    Subject(
        "Placement agent's warrant",
        "The same for a second warrant. [deal] lists an instrument with the prefix agent_.",
        ("agent_warrant_shares", "agent_exercise_price"),
        (),
        (
            Listed(
                "agent_warrant_shares",
                "whole shares",
                "the shares of common stock that it is for",
                "Placement Agent Warrant, preamble",
            ),
            Listed(
                "agent_exercise_price",
                meaning="the Exercise Price that it states, USD a share",
                source="Placement Agent Warrant, preamble",
            ),
            Listed("agent_opens"),
            Listed("agent_expires", meaning="the end of its Exercise Period"),
            Listed("agent_expiry_date"),
        ),
        needs=("agent_exercise_price", "agent_opens", "agent_expires", "agent_expiry_date"),
        prefix="agent_",
    ),
    Subject(
        "Registration",
        "What late registration costs, and how far the registered shares go.",
        ("monthly_rate",),
        ("registration_penalty",),
        (
            Listed("purchase_price"),
            Listed("monthly_rate"),
            Listed("days_in_month"),
            Listed(
                "registered_shares",
                "shares",
                "the shares whose resale the registration statement covers",
                f"{_RIGHTS}, 2.1",
                optional=True,
            ),
            Listed(
                "registration_filing_days",
                "count",
                "the days after the closing within which it is to be filed",
                f"{_RIGHTS}, 2.1",
                optional=True,
            ),
            Listed(
                "registration_effective_days",
                "count",
                "the days after the closing within which it is to be effective",
                f"{_RIGHTS}, 2.3",
                optional=True,
            ),
            Listed(
                "registration_review_days",
                "count",
                "the same where the Commission has comments",
                f"{_RIGHTS}, 2.3",
                optional=True,
            ),
            Listed(
                "registration_coverage_ratio",
                "multiple",
                "how many times the registered shares must cover the holder's: 1.75 for 175 %",
                f"{_RIGHTS}, 3.2",
                optional=True,
            ),
            Listed(
                "registration_consecutive_days",
                "count",
                "how many trading days in a row below that are a trigger",
                f"{_RIGHTS}, 3.2",
                optional=True,
            ),
        ),
        needs=("days_in_month",),
    ),
    Subject(
        "Restricted issues",
        "The price under which the company may not issue for a time.",
        ("fixed_floor",),
        ("restricted_price",),
        (
            Listed("fixed_floor"),
            Listed("market_fraction"),
            Listed(
                "restriction_end",
                "date",
                "the date until which issues are restricted",
                f"{_PURCHASE}, 4.5",
                optional=True,
            ),
            Listed(
                "restriction_holding",
                "fraction",
                "the part of the preferred stock that the purchaser must still hold for it",
                f"{_PURCHASE}, 4.5",
                optional=True,
            ),
        ),
    ),
    Subject(
        "Expenses and backstop",
        "What the company pays or is lent.",
        ("expense_cap",),
        (),
        (
            Listed("expense_cap"),
            Listed("backstop_limit", optional=True),
            Listed("required_funding", optional=True),
        ),
    ),
    Subject(
        "Limit by volume",
        "How many shares the holder may sell on a day.",
        ("price_threshold",),
        ("volume_limit",),
        (
            Listed("price_threshold"),
            Listed("minimum_shares"),
            Listed("volume_fraction"),
            Listed("volume_days"),
        ),
        needs=("volume_days",),
    ),
    Subject(
        "Options of an offer letter",
        "The sheet Options: what has vested, and when the rest will.",
        ("grant",),
        ("option_vested",),
        (
            Listed("grant"),
            Listed("start_date"),
            Listed(
                "strike",
                meaning="the exercise price of the options, USD a share",
                source=f"{_LETTER}, 3",
            ),
            Listed(
                "stock_price",
                meaning="the price of the stock on the as-of date, USD a share",
                source=f"{_LETTER}, 3",
                assumed=True,
            ),
        ),
        needs=("strike", "stock_price"),
    ),
    Subject(
        "Pay of an offer letter",
        "The sheet Employment: salary, bonus, vacation, change of control.",
        ("annual_salary",),
        (
            "prorated_salary",
            "target_bonus",
            "vacation_accrued",
            "change_of_control_payment",
        ),
        (
            Listed("annual_salary"),
            Listed("target_fraction"),
            Listed("annual_days"),
            Listed("periods_per_year"),
            Listed("window_months"),
            Listed("lump_sum"),
            Listed(
                "payment_days",
                "count",
                "the days after the event on which the lump sum is paid",
                f"{_LETTER}, 5.1",
            ),
            Listed(
                "coverage_months",
                "count",
                "the months of health insurance after the last day",
                f"{_LETTER}, 5.1",
            ),
        ),
        needs=("payment_days", "coverage_months"),
    ),
    Subject(
        "Stock and market",
        "What documents seldom give: assumptions, to be replaced by whoever uses the book.",
        (),
        (),
        (
            Listed(
                "shares_outstanding",
                meaning="the shares of common stock outstanding on the as-of date",
                assumed=True,
            ),
            Listed("shares_held", assumed=True),
            Listed("risk_free_rate", assumed=True),
            Listed("volatility", assumed=True),
            Listed("annualisation", "count", "the trading days of a year (252)", assumed=True),
            Listed("dividend_yield", assumed=True),
            Listed("days_in_year", assumed=True),
        ),
    ),
)
_BY_TITLE: Final = {one.title: one for one in SUBJECTS}
