"""The cards of the functions: complete, as the table of functions promises, and refused if not.

Annotations are evaluated here, since a card reads its units from them.
"""

import datetime as dt
import doctest
import importlib
import pkgutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

import xlfuncs
from xlfuncs import about
from xlfuncs.card import Card, arguments_from, card, card_of
from xlfuncs.errors import CardError, InputError
from xlfuncs.units import Money, Price, Shares, Text

CONTRACT: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "support" / "contract.toml").read_text("utf-8")
)["functions"]

each_card = pytest.mark.parametrize("made", about.CARDS, ids=[made.name for made in about.CARDS])


@each_card
def test_card_is_complete(made: Card) -> None:
    assert made.summary.endswith(".")
    assert "\n" not in made.summary
    assert made.sources
    assert all(source.document and source.section for source in made.sources)
    assert made.words, "the operative words are missing"
    assert made.result_help
    assert made.example.startswith(">>> ")
    assert made.worksheet_name == "XLF_" + made.name.upper()
    assert made.command_name == made.name.replace("_", "-")
    assert card_of(about.function_named(made.name)) is made
    for argument in made.arguments:
        assert argument.help.endswith("."), argument.name
        assert argument.unit.meaning
        assert argument.unit.bounds
        assert argument.unit.cell_format
        assert argument.name.isidentifier()


@each_card
def test_arguments_are_those_of_the_table_of_functions(made: Card) -> None:
    """Names and order as promised; what was added since is optional and stands at the end."""
    promised = CONTRACT[made.name].replace(",", " ").split()
    names = [argument.name for argument in made.arguments]
    assert names[: len(promised)] == [name.strip("[]*") for name in promised]
    needed = [name for name in promised if name.isidentifier()]
    assert made.required == len(needed)
    assert [argument.name for argument in made.arguments if not argument.optional] == needed


def test_functions_stand_in_the_order_of_the_table() -> None:
    order = list(CONTRACT)
    places = [order.index(made.name) for made in about.CARDS]
    assert places == sorted(places)


def test_each_name_stands_once() -> None:
    names = [made.name for made in about.CARDS]
    assert len(names) == len(set(names))


@each_card
def test_example_runs(made: Card) -> None:
    """As a user would type it after `from xlfuncs import *`."""
    globs: dict[str, Any] = {name: getattr(xlfuncs, name) for name in xlfuncs.__all__}
    globs["date"] = dt.date
    globs["datetime"] = dt.datetime
    test = doctest.DocTestParser().get_doctest(made.example, globs, made.name, None, None)
    assert test.examples
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert result.failed == 0, "".join(said)


# Run by the Python that has the module uno, and tested by running it; it holds no examples.
ELSEWHERE = "xlfuncs.engines.uno_server"


def _modules() -> list[str]:
    found = pkgutil.walk_packages(xlfuncs.__path__, "xlfuncs.")
    return [one.name for one in found if not one.name.endswith("__main__")]


def test_only_modules_without_examples_are_left_out() -> None:
    (module,) = (name for name in _modules() if name == ELSEWHERE)
    path = Path(xlfuncs.__file__).parent.joinpath(*module.split(".")[1:]).with_suffix(".py")
    assert ">>>" not in path.read_text("utf-8")


@pytest.mark.parametrize("name", [name for name in _modules() if name != ELSEWHERE])
def test_doctests_of_the_module(name: str) -> None:
    module = importlib.import_module(name)
    result = doctest.testmod(module, extraglobs={"date": dt.date, "datetime": dt.datetime})
    assert result.failed == 0


# What the decorator refuses, and that it says which function.

ARGUMENTS = """amount: the amount, USD.
        price: the price, USD."""


def _documented(text: str) -> Callable[..., Any]:
    def buy_in(amount: Money, price: Price) -> Shares:
        return amount / price

    buy_in.__doc__ = text
    return buy_in


def _docstring(
    summary: str = "Shares for an amount.",
    source: str = "Source: Certificate of Designation, VII.B\n        the amount by which",
    arguments: str = ARGUMENTS,
    returns: str = "Returns:\n        shares.",
    example: str = "Example:\n        >>> 1\n        1",
) -> str:
    parts = (summary, source, f"Args:\n        {arguments}", returns, example, "")
    return "\n\n    ".join(parts)


def test_the_decorator_takes_what_is_complete() -> None:
    function = card(_documented(_docstring()))
    assert function(10.0, 2.0) == 5.0
    assert card_of(function).citation == "Certificate of Designation, VII.B"
    assert card_of(function).signature == "XLF_BUY_IN(amount, price)"


@pytest.mark.parametrize(
    ("docstring", "says"),
    [
        (_docstring(source=""), "lacks Source"),
        (_docstring(returns=""), "lacks Returns"),
        (_docstring(example=""), "lacks Example"),
        (_docstring(summary=""), "lacks a summary"),
        ("", "lacks Source, Returns, Example"),
        (_docstring(source="Source: VII.B"), "Source must be 'document, section', not 'VII.B'"),
        (_docstring(arguments="amount: the amount."), "Args lists ['amount'], the signature"),
        (_docstring(arguments="price: p.\n        amount: a."), "Args lists ['price', 'amount']"),
        (_docstring(arguments=ARGUMENTS + "\n        tax: the tax."), "'tax'"),
        (_docstring(summary="x" * 256), "buy_in has 256 characters of help, a host shows 255"),
        (_docstring(arguments=f"amount: {'x' * 256}\n        price: p."), "amount has 256 charac"),
    ],
)
def test_the_decorator_refuses_a_docstring(docstring: str, says: str) -> None:
    with pytest.raises(CardError) as raised:
        card(_documented(docstring))
    assert str(raised.value).startswith("buy_in: ")
    assert says in str(raised.value)


def test_help_of_exactly_255_characters_is_taken() -> None:
    assert card_of(card(_documented(_docstring(summary="x" * 255)))).summary == "x" * 255


def _with_argument(name: str, head: str = "") -> Callable[..., Any]:
    """A function of one argument, by whatever name, after whatever stands before it."""
    scope: dict[str, Any] = {"Price": Price, "__name__": __name__}
    exec(f"def late_fee({head}{name}: Price) -> Price:\n    return {name}", scope)  # noqa: S102
    function = cast("Callable[..., Any]", scope["late_fee"])
    function.__doc__ = _docstring(arguments=f"{name}: a price, USD.")
    return function


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("date", "date is a word of VBA"),
        ("function", "function is a word of VBA"),
        ("next", "next is a word of VBA"),
        ("end", "end is a word of VBA"),
        ("t1", "t1 reads as a cell"),
        ("red1", "red1 reads as a cell"),
        ("xfd1048576", "xfd1048576 reads as a cell"),
        ("r1c1", "r1c1 reads as a cell"),
        ("rc", "rc reads as a cell"),
        ("price_" + "x" * 250, "longer than 255 characters together"),
    ],
)
def test_the_decorator_refuses_an_argument_name(name: str, says: str) -> None:
    with pytest.raises(CardError, match=r"^late_fee: ") as raised:
        card(_with_argument(name))
    assert says in str(raised.value)


@pytest.mark.parametrize("name", ["price_1", "dates", "red", "rates"])
def test_the_decorator_takes_an_argument_name(name: str) -> None:
    assert card(_with_argument(name))(6.03) == 6.03


def test_the_decorator_refuses_a_keyword_only_argument() -> None:
    with pytest.raises(CardError, match=r"^late_fee: .* none is keyword-only"):
        card(_with_argument("fee", "*, "))


def test_the_decorator_refuses_more_than_thirty_arguments() -> None:
    names = [f"price_{place}_" for place in range(31)]
    scope: dict[str, Any] = {"Price": Price, "__name__": __name__}
    head = ", ".join(f"{name}: Price" for name in names)
    exec(f"def late_fee({head}) -> Price:\n    return 1.0", scope)  # noqa: S102
    scope["late_fee"].__doc__ = _docstring(arguments="\n        ".join(f"{n}: p." for n in names))
    with pytest.raises(CardError, match=r"^late_fee: .*more than 30 arguments"):
        card(scope["late_fee"])


def test_the_decorator_refuses_a_type_that_is_no_unit() -> None:
    def late_fee(amount: float) -> Price:
        return amount

    late_fee.__doc__ = _docstring(arguments="amount: an amount.")
    with pytest.raises(CardError, match=r"^late_fee: the type of amount"):
        card(late_fee)


def test_a_function_without_a_card_is_named() -> None:
    with pytest.raises(CardError, match="'len' is not a worksheet function"):
        card_of(len)


def test_arguments_are_counted_in_words() -> None:
    made = card_of(xlfuncs.conversion_shares)
    with pytest.raises(InputError, match="needs premium, conversion_price as well") as few:
        arguments_from(made, 2)
    assert made.citation in str(few.value)
    with pytest.raises(InputError, match="takes at most 4 arguments, not 5"):
        arguments_from(made, 5)


def test_a_guard_keeps_the_name_and_the_words_of_its_body() -> None:
    for function in about.FUNCTIONS:
        assert function.__doc__ == card_of(function).body.__doc__
        assert function.__name__ == card_of(function).name
        assert function.__module__.startswith("xlfuncs.")


def test_text_is_a_unit_of_its_own() -> None:
    """A function may answer in words, as `version` does."""

    def late_fee(amount: Money) -> Text:
        return f"{amount:,.2f}"

    late_fee.__doc__ = _docstring(arguments="amount: an amount.")
    assert card(late_fee)(1000.0) == "1,000.00"
