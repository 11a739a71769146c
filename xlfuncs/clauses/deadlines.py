"""The clocks of the deal: from an event and its date to what must be done, and by when.

Each clock is a row of data with its words. Days are calendar days, business days or trading
days, as its clause says; none of them is moved where it ends on a day that is not open.
"""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple

from xlfuncs.calendars import months_later, open_day_after
from xlfuncs.card import card
from xlfuncs.errors import BoundsError, InputError
from xlfuncs.kinds import FIRST_DATE, Table, shown
from xlfuncs.units import Date, Dates, Text

DeadlineTable = Annotated[
    list[list[Any]], Table("table", "deadline, date, count and kind of days, clause, words")
]

_ONE_DAY: Final = timedelta(days=1)


class Days(StrEnum):
    """What a clock counts."""

    CALENDAR = "day"
    BUSINESS = "business day"
    TRADING = "trading day"
    MONTHS = "month"


_C, _B, _T, _M = Days
_COD: Final = "Certificate of Designation"
_W: Final = "Warrant"
_SPA: Final = "Securities Purchase Agreement"
_RRA: Final = "Registration Rights Agreement"
_OL: Final = "Offer Letter"


class Clock(NamedTuple):
    """One clock: the event that starts it, and what ends it.

    Attributes:
        event: the event from which it counts.
        deadline: what must be done, or what happens.
        number: how many days; below zero they are counted back.
        days: what is counted.
        document: where it stands.
        section: the section of the document.
        words: the words that give the count.
        from_first: whether the day of the event is the first day counted.
        more_days: calendar days that follow those.
    """

    event: str
    deadline: str
    number: int
    days: Days
    document: str
    section: str
    words: str
    from_first: bool = False
    more_days: int = 0

    @property
    def clause(self) -> str:
        """Document and section."""
        return f"{self.document}, {self.section}"

    @property
    def counted(self) -> str:
        """The count and the kind of days, in words."""
        number = abs(self.number)
        text = f"{number} {self.days.value}{'s' if number > 1 else ''}"
        text += " before" if self.number < 0 else ""
        text += ", the first included" if self.from_first else ""
        return f"{self.more_days} days after {text}" if self.more_days else text


# fmt: off
CLOCKS: Final[tuple[Clock, ...]] = (
    # Signing and closing
    Clock("signing", "close, or the agreement ends unless the parties agree otherwise", 2, _C,
          _SPA, "8.13", "within forty-eight (48) hours of the execution of this Agreement"),
    Clock("closing", "file the Form 8-K, by the shorter of two clocks", 2, _B,
          _SPA, "8.10", "Prior to the expiration of two business (2) days"),
    Clock("closing", "file the Form 8-K, by the longer of two clocks", 5, _C,
          _SPA, "4.2", "within five (5) days following the date of the Second Closing"),
    Clock("closing", "purchaser delivers the Series A certificates for the Second Legend", 5, _C,
          _SPA, "5.3", "on or within five days of the Second Closing"),
    Clock("closing", "file the registration statement, or it is a Redemption Event", 5, _C,
          _COD, "VIII.A(vi)", "has not been filed within five (5) days of the Closing Date"),
    Clock("closing", "file the Second Registration Statement", 20, _C,
          _RRA, "2.1", "on or prior to twenty (20) days after the date of the closing"),
    Clock("closing", "registration effective, or payments run", 60, _C,
          _RRA, "2.3", "in no event later than the sixtieth (60th) day following"),
    Clock("closing", "registration effective, or payments run, if the SEC comments", 90, _C,
          _RRA, "2.3", "the ninetieth (90th) day following the date of such closing"),
    Clock("closing", "registration effective, or it is a Redemption Event", 90, _C,
          _COD, "VIII.A(vi)", "declared effective by the ninetieth (90th) day following"),
    Clock("closing", "the Baccarat agreement need no longer be maintained", 24, _M,
          _SPA, "5.4", "the second anniversary of the Second Closing"),
    # Conversion and exercise
    Clock("notice of conversion", "submit a disputed price to the accountants", 2, _B,
          _COD, "IV.F", "within two (2) business days of receipt of the Notice of Conversion"),
    Clock("notice of conversion", "last day at the daily amount; 1 % a day from the next", 5, _B,
          _COD, "VII.A", "the fifth (5th) business day following the receipt by facsimile"),
    Clock("confirmation of conversion", "holder gives the certificates to the courier", 2, _B,
          _COD, "IV.B", "No later than two (2) business days after receipt of such confirmation"),
    Clock("conversion date", "deliver the shares, if the certificates came in time", 3, _B,
          _COD, "IV.C", "the third (3rd) business day following the Conversion Date"),
    Clock("certificates delivered", "deliver the shares, if this is the later day", 1, _B,
          _COD, "IV.C", "the first business day following the date of delivery"),
    Clock("disputed price submitted", "accountants answer on a conversion", 2, _B,
          _COD, "IV.F", "no later than two (2) business days from the date it receives"),
    Clock("disputed price submitted", "accountants answer on an exercise", 2, _B,
          _W, "1(c)", "no later than two (2) business days from the date it receives"),
    Clock("exercise", "deliver the Warrant Shares", 3, _B,
          _W, "1(b)", "within a reasonable time, not exceeding three (3) business days"),
    Clock("exercise", "submit a disputed price to the accountants", 3, _B,
          _W, "1(c)", "within three (3) business days of receipt of the Exercise Agreement"),
    # Default
    Clock("delivery period ended", "price reset, unless certificates came before this day", 10, _C,
          _COD, "VII.C", "prior to the tenth (10th) day after the expiration"),
    Clock("delivery period ended", "deliver the shares, or it is a Redemption Event", 10, _B,
          _COD, "VIII.A(iii)", "within 10 business days of the expiration"),
    Clock("demand for default payments", "pay the Conversion Default Payments", 5, _B,
          _COD, "VII.A", "the fifth (5th) business day following written demand"),
    # Redemption
    Clock("trading suspended", "a Redemption Event, if suspended so long in nine months", 5, _T,
          _COD, "VIII.A(i)", "an aggregate of five (5) trading days", from_first=True),
    Clock("legend notice", "remove the legend, or it is a Redemption Event", 10, _C,
          _COD, "VIII.A(ii)", "uncured for ten (10) days after the Company has been notified"),
    Clock("breach notice", "cure the breach, or it is a Redemption Event", 10, _B,
          _COD, "VIII.A(iv)", "a period of ten (10) business days after written notice"),
    Clock("registration unusable", "a Redemption Event, if unusable so long", 5, _B,
          _COD, "VIII.A(vi)", "five (5) consecutive business days", from_first=True),
    Clock("registration unusable", "a Redemption Event, if unusable so long in a year", 21, _C,
          _COD, "VIII.A(vi)", "an aggregate of more than twenty (20) days", from_first=True),
    Clock("reserve under 200 %", "Authorization Trigger Date, if it stays so", 3, _T,
          _COD, "V.B", "for any three (3) consecutive trading days", from_first=True),
    Clock("authorization trigger", "increase the reserve, or it is a Redemption Event: board", 10,
          _C, _COD, "VIII.A(vii)", "within ten (10) days following an Authorization Trigger Date"),
    Clock("authorization trigger", "increase the reserve, or it is a Redemption Event: otherwise",
          60, _C, _COD, "VIII.A(vii)", "otherwise within sixty (60) days thereafter"),
    Clock("redemption notice", "pay the Redemption Amount", 5, _B,
          _COD, "VIII.D", "within five (5) business days of the Company's receipt"),
    # Registration
    Clock("registration unusable", "pay for the first thirty days, if it lasts longer", 30, _C,
          _RRA, "2.3", "within five (5) days after the end of such thirty (30) day period",
          from_first=True, more_days=5),
    Clock("registration usable again", "pay for the period that has ended", 5, _C,
          _RRA, "2.3", "within five (5) days after the end of each period"),
    Clock("registration payment due", "purchaser elects stock, from this day on", -2, _C,
          _RRA, "2.3", "within two (2) days prior to the date on which such amounts are"),
    Clock("piggyback notice", "purchaser requests to be included", 15, _C,
          _RRA, "2.4", "within fifteen (15) days after the date of such notice"),
    Clock("registered shares under 175 %", "Registration Trigger Date, if it stays so", 3, _T,
          _RRA, "3.2", "for any three (3) consecutive trading days", from_first=True),
    Clock("registration trigger", "file the amendment", 5, _C,
          _RRA, "3.2", "within five (5) days in the case of an amendment"),
    Clock("registration trigger", "file the new Registration Statement", 10, _C,
          _RRA, "3.2", "ten (10) days in the case of a Registration Statement"),
    Clock("registration trigger", "amendment effective, or it is a Redemption Event", 10, _B,
          _COD, "VIII.A(ix)", "within ten (10) business days"),
    Clock("registration trigger", "new statement effective, or it is a Redemption Event", 20, _B,
          _COD, "VIII.A(ix)", "within twenty (20) business days"),
    Clock("earnings period ended", "make the earnings statement available", 90, _C,
          _RRA, "3.9", "not later than ninety (90) days after the close of the period"),
    Clock("opinion requested", "counsel's opinion to the transfer agent", 1, _B,
          _RRA, "3.14", "within one (1) business day after such request"),
    Clock("registration filing", "last day to ask purchasers for information", -10, _B,
          _RRA, "4.1", "At least ten (10) business days prior"),
    Clock("rights assigned", "tell the company of the assignee", 10, _B,
          _RRA, "IX", "within ten (10) business days after such transfer or assignment"),
    # Mergers, record dates, other notices
    Clock("abandonment announced", "Abandonment Date: the normal price returns", 7, _T,
          _COD, "XI.B", "seven (7) trading days after the date"),
    Clock("major transaction", "first day for the notice to the preferred", -10, _B,
          _COD, "XI.C", "No sooner than ten (10) business days"),
    Clock("major transaction", "last day for the notice to the preferred", -5, _B,
          _COD, "XI.C", "nor later than five (5) business days prior to the consummation"),
    Clock("major transaction", "first day for the notice to the warrants", -10, _C,
          _W, "4(e)", "No sooner than ten (10) days"),
    Clock("major transaction", "last day for the notice to the warrants", -5, _C,
          _W, "4(e)", "nor later than five (5) days prior to the consummation"),
    Clock("major transaction", "last day to mail notice of the record, if it is earlier", -30, _C,
          _COD, "XII", "thirty (30) days prior to the consummation of the transaction"),
    Clock("notice of major transaction sent", "it counts as delivered to the preferred", 1, _B,
          _COD, "XI.C", "one (1) business day after the Company's sending such notice"),
    Clock("notice of major transaction sent", "it counts as delivered to the warrants", 1, _B,
          _W, "4(e)", "one (1) business day following the Company's sending such notice"),
    Clock("notice of major transaction received", "preferred holder elects currency", 5, _B,
          _COD, "XI.C", "within five (5) business days of the Holder's receipt"),
    Clock("notice of major transaction received", "warrant holder elects currency", 5, _C,
          _W, "4(e)", "within five (5) days of the holder's receipt"),
    Clock("record date", "last day to mail notice to the preferred", -20, _C,
          _COD, "XII", "at least twenty (20) days prior to the record date"),
    Clock("record date", "last day to give notice to the warrants", -30, _C,
          _W, "4(j)", "at least 30 days prior to the record date"),
    Clock("notice of altered rights", "last day to convert on the old terms", 30, _C,
          _COD, "XIII", "for a period of thirty (30) days, to convert"),
    Clock("report requested", "report the available shares", 5, _C,
          _COD, "XIV.D", "within five (5) days after delivery to the Company of a written request"),
    Clock("sec filing", "send the report to the purchaser", 5, _B,
          _SPA, "4.7", "within five (5) business days after the filing with the SEC"),
    Clock("press release", "send the release to the purchaser", 3, _B,
          _SPA, "4.7", "within three (3) business days after release"),
    # Employment
    Clock("first day of employment", "identification and right to work", 3, _C,
          _OL, "8", "no later than three days after your employment begins"),
    Clock("first day of employment", "incentive program finalized", 30, _C,
          _OL, "2", "within 30 days of your date of hire"),
    Clock("first day of employment", "last day on which a trigger gives the lump sum", 24, _M,
          _OL, "5.1", "during the twenty four (24) months commencing on your first day",
          from_first=True),
    Clock("change of control or termination", "pay the lump sum", 5, _C,
          _OL, "5.1", "on the fifth day following the date"),
    Clock("change of control or termination", "health coverage ends", 6, _M,
          _OL, "5.1", "for six (6) months following the termination date"),
    Clock("neglect notice", "cure the neglect, or it is Good Cause", 30, _C,
          _OL, "5.2", "continues for 30 days following receipt by you of written notice"),
    Clock("resignation notice", "first day of a resignation for Good Reason", 30, _C,
          _OL, "5.4", "on thirty (30) days advance written notice"),
    Clock("employment breach notice", "cure the breach, or it is Good Reason", 30, _C,
          _OL, "5.4", "not been cured within thirty (30) days of written notice"),
)
# fmt: on

EVENTS: Final = tuple(dict.fromkeys(clock.event for clock in CLOCKS))


@card
def deadlines(
    event_name: Text, from_date: Date, holidays: Dates = (), trading_holidays: Dates | None = None
) -> DeadlineTable:
    """Every clock that an event starts: what must be done, by when, and where that stands.

    The documents run three clocks, and each row counts on its own: calendar days, business
    days or trading days. The day of the event is not counted unless the row says so. What ends
    on a Sunday ends on that Sunday: the documents move nothing. Dates that a document fixes,
    such as 8 February 1999, are terms and not clocks.

    The events: signing, closing; notice of conversion, confirmation of conversion, conversion
    date, certificates delivered, disputed price submitted, exercise; delivery period ended,
    demand for default payments; trading suspended, legend notice, breach notice, reserve under
    200 %, authorization trigger, redemption notice; registration unusable, registration usable
    again, registration payment due, piggyback notice, registered shares under 175 %,
    registration trigger, earnings period ended, opinion requested, registration filing, rights
    assigned; abandonment announced, major transaction, notice of major transaction sent, notice
    of major transaction received, record date, notice of altered rights, report requested, sec
    filing, press release; first day of employment, change of control or termination, neglect
    notice, resignation notice, employment breach notice.

    Source: Certificate of Designation, IV.C; Warrant, 1(b); Registration Rights Agreement, 2.3
        the third (3rd) business day following the Conversion Date … within a reasonable time,
        not exceeding three (3) business days … in no event later than the sixtieth (60th) day
        following the date of the closing

    Args:
        event_name: the event, as "conversion date" or "closing"; capitals do not matter.
        from_date: the date of the event.
        holidays: the days, besides Saturdays and Sundays, on which business is closed.
        trading_holidays: the days, besides Saturdays and Sundays, on which the market is
            closed; left out or blank, those of holidays.

    Returns:
        a row for each clock: what must be done, its date, the count and kind of days, the
        clause, and its words.

    Raises:
        InputError: there is no such event.
        BoundsError: a date would be outside a spreadsheet's calendar.

    Example:
        >>> deadlines("certificates delivered", date(1999, 7, 2), [date(1999, 7, 5)])[0][1:4]
        [datetime.date(1999, 7, 6), '1 business day', 'Certificate of Designation, IV.C']
    """
    name = " ".join(event_name.lower().split())
    started = [clock for clock in CLOCKS if clock.event == name]
    if not started:
        raise _unknown(event_name, name)
    market_closed = holidays if trading_holidays is None else trading_holidays
    return [
        [
            clock.deadline,
            _due(clock, from_date, market_closed if clock.days is Days.TRADING else holidays),
            clock.counted,
            clock.clause,
            clock.words,
        ]
        for clock in started
    ]


def _due(clock: Clock, from_date: date, closed: Collection[date]) -> date:
    counted_from = from_date - _ONE_DAY if clock.from_first else from_date
    if clock.days is Days.CALENDAR:
        due = counted_from + timedelta(days=clock.number)
    elif clock.days is Days.MONTHS:
        due = months_later(from_date, clock.number) - _ONE_DAY * clock.from_first
    else:
        due = open_day_after(counted_from, clock.number, closed)
    due += timedelta(days=clock.more_days)
    if due < FIRST_DATE:
        raise BoundsError(f"{clock.counted} {from_date} is before {FIRST_DATE}")
    return due


def _unknown(event_name: str, name: str) -> InputError:
    from difflib import get_close_matches  # noqa: PLC0415  only where somebody mistyped

    near = get_close_matches(name[:100], EVENTS, 3, 0.4)
    hint = " or ".join(f'"{event}"' for event in near or EVENTS[:3])
    return InputError(f"event_name {shown(event_name)} is no event that starts a clock; try {hint}")
