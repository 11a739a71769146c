"""The worksheet functions about the add-in itself: explain, clause, functions, version."""

from typing import Annotated, Any, Final

from xlfuncs import catalogue
from xlfuncs.card import Card, card, card_of
from xlfuncs.explanation import explain_call, table, unknown_function
from xlfuncs.kinds import Table
from xlfuncs.units import AnyValue, Text
from xlfuncs.version import VERSION

Rows = Annotated[list[list[Any]], Table("table", "rows of text and numbers")]


@card
def explain(function_name: Text, *arguments: AnyValue) -> Rows:
    """How a function came to its answer: clause, words, inputs, steps, reading, version.

    The arguments are those of the function itself. Where it answers with an error, the
    sentence behind the error is told.

    Source: Warrant, 4(g); Certificate of Designation, XI.H
        setting forth in reasonable detail the method of calculation and the facts upon which
        such calculation is based

    Args:
        function_name: the name of a function, as accreted_premium or XLF_ACCRETED_PREMIUM.
        arguments: the arguments of that function.

    Returns:
        a table of four columns: part, name, value, meaning.

    Raises:
        InputError: there is no such function.

    Example:
        >>> for row in explain("liquidation_preference", 1000.0, 60.0, 0.0)[-3:]:
        ...     print(row[0], row[1], row[2])
        step preference 1060.0
        result liquidation_preference 1060.0
        version xlfuncs 0.1.0
    """
    return table(explain_call(function_named(function_name), arguments), VERSION)


@card
def clause(function_name: Text) -> Rows:
    """Where the rule of a function stands, and its operative words.

    Source: xlfuncs, the add-in itself
        Quoted from the documents, shortened where an ellipsis stands.

    Args:
        function_name: the name of a function, as accreted_premium or XLF_ACCRETED_PREMIUM.

    Returns:
        a row for each place: document, section, and in the first row the operative words.

    Raises:
        InputError: there is no such function.

    Example:
        >>> clause("liquidation_preference")[0][:2]
        ['Certificate of Designation', 'X.C']
    """
    made = card_of(function_named(function_name))
    rows: list[list[Any]] = [[one.document, one.section, ""] for one in made.sources]
    rows[0][2] = made.words
    return rows


@card
def functions() -> Rows:
    """The table of all functions.

    Source: xlfuncs, the add-in itself
        In the order of the documents.

    Returns:
        a row of headings, then a row for each function: name with arguments, what it gives,
        its unit, and where its rule stands.

    Example:
        >>> functions()[3][0]
        'XLF_ACCRETED_PREMIUM(conversion_date, closing_date, face_amount, premium_rate)'
    """
    rows: list[list[Any]] = [["function", "gives", "unit", "clause"]]
    rows += [[made.signature, made.summary, made.result_help, made.citation] for made in CARDS]
    return rows


@card
def version() -> Text:
    """The version of the add-in that computed this workbook.

    Source: xlfuncs, the add-in itself
        A changed number is a new version: see the change log.

    Returns:
        the version number, as text.

    Example:
        >>> version()
        '0.1.0'
    """
    return VERSION


FUNCTIONS: Final[tuple[catalogue.Function, ...]] = (
    *catalogue.FUNCTIONS,
    explain,
    clause,
    functions,
    version,
)
CARDS: Final[tuple[Card, ...]] = tuple(map(card_of, FUNCTIONS))
_BY_NAME: Final = {made.name: function for made, function in zip(CARDS, FUNCTIONS, strict=True)}


def function_named(name: str) -> catalogue.Function:
    """A worksheet function by any spelling of its name.

    >>> function_named("XLF_CONVERSION_PRICE") is function_named("conversion-price")
    True
    """
    plain = name.strip().lower().replace("-", "_").removeprefix("xlf_")
    if plain not in _BY_NAME:
        raise unknown_function(name, list(_BY_NAME))
    return _BY_NAME[plain]
