"""What do we owe for late registration? Prints the answer and writes it as a sheet."""

from datetime import date, timedelta

from the_deal import TERMS, run, t

from xlfuncs import registration_penalty
from xlfuncs.books.one_sheet import Column, OneSheet
from xlfuncs.books.page import COUNT, DATE, MONEY

# What happened: an example. Effective after the deadline, and later not usable for some days.
EFFECTIVE, UNUSABLE, USABLE_AGAIN = date(1999, 3, 3), date(1999, 7, 1), date(1999, 7, 13)


def answer() -> dict[str, object]:
    """The figures, under the names that they have in the sheet and in the deal book."""
    first_day = t.closing_date + timedelta(days=int(t.registration_effective_days) + 1)
    rule = t.monthly_rate, t.days_in_month
    delay = registration_penalty(t.purchase_price, first_day, EFFECTIVE, *rule)
    unusable = registration_penalty(t.purchase_price, UNUSABLE, USABLE_AGAIN, *rule)
    return {
        "registration_delay_from": first_day,
        "registration_delay_payment": delay,
        "unavailable_payment": unusable,
        "registration_penalty": delay + unusable,
        "registration_day_cost": t.monthly_rate * t.purchase_price / t.days_in_month,
    }


def sheet() -> bytes:
    """The same figures, live."""
    # fmt: off
    made = OneSheet(
        "Late registration", "What do we owe for late registration?",
        "Registration Rights Agreement, 2.3",
        [('="We owe USD "&TEXT(registration_penalty,"#,##0.00")&" for "&delay_days&" days of delay '
         'and "&unavailable_days&" days on which the registration could not be used."'),
         '="Each further day costs USD "&TEXT(registration_day_cost,"#,##0.00")&"."'])
    made.section("The terms")
    made.terms(TERMS, "closing_date", "registration_effective_days", "purchase_price",
               "monthly_rate", "days_in_month")
    made.section("What happened: an example, to be replaced")
    made.given("registration_effective_on", "Declared effective", EFFECTIVE, DATE)
    made.given("unavailable_from", "Not usable: first day", UNUSABLE, DATE)
    made.given("unavailable_to", "Usable again: first day, not counted", USABLE_AGAIN, DATE)
    made.section("What is owed, USD")
    made.figures(
        ("registration_delay_from", "First day of delay",
         "closing_date+registration_effective_days+1", DATE),
        ("delay_days", "Days of delay",
         "MAX(registration_effective_on-registration_delay_from,0)", COUNT),
        ("unavailable_days", "Days not usable", "unavailable_to-unavailable_from", COUNT))
    for name, label, start, days in (
            ("registration_delay_payment", "For the delay", "registration_delay_from", "delay"),
            ("unavailable_payment", "For days not usable", "unavailable_from", "unavailable")):
        made.figure(name, label, registration_penalty, MONEY, optional=("days_in_month",),
                    using={"first_day": start, "last_day": f"{start}+{days}_days"},
                    twin=f"monthly_rate*purchase_price*{days}_days/days_in_month", tolerance=0.005)
    made.figures(
        ("registration_penalty", "In all", "registration_delay_payment+unavailable_payment", MONEY),
        ("registration_day_cost", "One more day",
         "monthly_rate*purchase_price/days_in_month", MONEY))
    made.table("Had the delay been longer", "Days of delay, and what they cost in USD",
               Column("Days", (15, 30, 45, 60, 90, 120), COUNT, "days"),
               Column("USD", "XLF_REGISTRATION_PENALTY(purchase_price,registration_delay_from,"
                      "registration_delay_from+{days},monthly_rate,days_in_month)", MONEY))
    # fmt: on
    return made.file(t.as_of)


if __name__ == "__main__":
    run(__file__, answer, sheet)
