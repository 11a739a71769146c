"""Commands about the functions: call, explain, clause, functions."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from xlfuncs import about
from xlfuncs.card import card_of
from xlfuncs.cli.arguments import arguments_of
from xlfuncs.cli.show import as_json, as_text, table
from xlfuncs.errors import CommandError, InputError
from xlfuncs.explanation import explain_call
from xlfuncs.explanation import table as explanation_table
from xlfuncs.kinds import shown
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfuncs.card import Card
    from xlfuncs.explanation import Explanation

_VALUES_HELP = (
    "values in the function's order, or as --face-amount 1000; a date like 1999-02-10; a range as "
    "1,2,3 or @bids.csv:closing_bid; a blank as -"
)


def add_to(commands: Any) -> None:  # noqa: ANN401  argparse has no public type for it
    """Add these commands to the parser."""
    for name, run, text in [
        ("call", _call, "compute one function"),
        ("explain", _explain, "tell how a function comes to its answer"),
    ]:
        one = commands.add_parser(name, help=text, description=f"{text}.".capitalize())
        one.add_argument("function_name", metavar="FUNCTION", help="as conversion-shares")
        one.add_argument("values", metavar="VALUE", nargs=argparse.REMAINDER, help=_VALUES_HELP)
        one.add_argument("--json", action="store_true", help="the answer as JSON")
        one.set_defaults(run=run)
    one = commands.add_parser("clause", help="where a function's rule stands, and its words")
    one.add_argument("function_name", metavar="FUNCTION", help="as conversion-shares")
    one.add_argument("--json", action="store_true", help="the answer as JSON")
    one.set_defaults(run=_clause)
    one = commands.add_parser("functions", help="the table of all functions")
    one.add_argument("--json", action="store_true", help="the answer as JSON")
    one.set_defaults(run=_functions)


def _named(name: str) -> Callable[..., Any]:
    try:
        return about.function_named(name)
    except InputError as error:
        sentence = error.sentence.removeprefix("function_name ")
        raise CommandError(f"{sentence} (xlfuncs functions lists them)") from None


def _prepared(options: argparse.Namespace) -> tuple[Callable[..., Any], list[object]]:
    """The function and its arguments; --json may stand after the values as well."""
    if {"--help", "-h"} & set(options.values):
        print(_help(card_of(_named(options.function_name))))
        raise SystemExit(0)
    words = [word for word in options.values if word != "--json"]
    options.json = options.json or len(words) < len(options.values)
    function = _named(options.function_name)
    made = card_of(function)
    if made.arguments and made.arguments[-1].repeated and words:
        inner = _named(words[0])
        return function, [words[0], *arguments_of(card_of(inner), words[1:])]
    return function, arguments_of(made, words)


def _help(made: Card) -> str:
    """What a function is for and what it takes."""
    rows = [
        [f"[{one.name}]" if one.optional else one.name, f"{one.help} ({one.unit.bounds})"]
        for one in made.arguments
    ]
    parts = [f"xlfuncs call {made.command_name} VALUE...", made.summary, table(rows)]
    return "\n\n".join([*parts, f"Gives {made.result_help}", f"{made.citation}: {made.words}"])


def _call(options: argparse.Namespace) -> int:
    function, arguments = _prepared(options)
    result = function(*arguments)
    if options.json:
        print(as_json({"function": card_of(function).name, "result": result}))
    else:
        print(table(result) if isinstance(result, list) else as_text(result))
    return 0


def _explain(options: argparse.Namespace) -> int:
    function, arguments = _prepared(options)
    told = explain_call(function, arguments)
    if options.json:
        print(as_json(_structured(told)))
    else:
        rows = explanation_table(told, VERSION)
        print(table([[*row[:2], _readable(row[2]), row[3]] for row in rows]))
    return 0 if told.error is None else 1


def _readable(value: object) -> object:
    """A number with its thousands parted."""
    return shown(value) if type(value) in {int, float} else value


def _structured(told: Explanation) -> dict[str, object]:
    """An explanation as a program wants it: names and values, no layout."""
    made = told.card
    rows = explanation_table(told, VERSION)
    steps = [
        dict(zip(("name", "value", "formula"), row[1:], strict=True))
        for row in rows
        if row[0] == "step"
    ]
    return {
        "function": made.name,
        "summary": made.summary,
        "clause": [source._asdict() for source in made.sources],
        "words": made.words,
        "inputs": {item.name: item.value for item in told.inputs},
        "steps": steps,
        "reading": made.reading,
        "result": told.result,
        "error": None if told.error is None else str(told.error),
        "error_value": None if told.error is None else told.error.code.value,
        "version": VERSION,
    }


def _clause(options: argparse.Namespace) -> int:
    made = card_of(_named(options.function_name))
    if options.json:
        places = [source._asdict() for source in made.sources]
        print(as_json({"function": made.name, "clause": places, "words": made.words}))
    else:
        print(table(about.clause(made.name)))
    return 0


def _functions(options: argparse.Namespace) -> int:
    if options.json:
        print(as_json([_card_as_data(made) for made in about.CARDS]))
        return 0
    print(table([[made.command_name, made.summary, made.citation] for made in about.CARDS]))
    return 0


def _card_as_data(made: Card) -> dict[str, object]:
    return {
        "name": made.name,
        "worksheet_name": made.worksheet_name,
        "signature": made.signature,
        "summary": made.summary,
        "clause": [source._asdict() for source in made.sources],
        "reading": made.reading,
        "arguments": [
            {
                "name": argument.name,
                "help": argument.help,
                "unit": argument.unit.meaning,
                "bounds": argument.unit.bounds,
                "optional": argument.optional,
            }
            for argument in made.arguments
        ],
        "returns": made.result_help,
    }
