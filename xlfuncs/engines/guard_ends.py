"""Calls in which the engine passes over an error, a text or a blank, and Excel does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from xlfuncs.engines.guard_names import ONLY, REFUSED

if TYPE_CHECKING:
    from collections.abc import Callable

# Ranges in which a text is an error to Excel, or unknown, and which the engine passes over.
_NUMBERS_ONLY: Final = {
    "WORKDAY": (2,), "NETWORKDAYS": (2,), "WORKDAY.INTL": (3,), "NETWORKDAYS.INTL": (3,),
    "XNPV": (1, 2), "IRR": (0,),
}  # fmt: skip
# Functions that give #NUM! where this argument is an error.
_SECOND: Final = frozenset(
    ["LARGE", "SMALL", "QUARTILE", "PERCENTILE", "PERCENTILE.INC", "PERCENTILE.EXC", "TRIMMEAN"]
)
# To the engine a blank is a flow of nothing, to Excel no flow at all, or an error.
_NO_BLANKS: Final = frozenset({"IRR", "XNPV"})
ENDED: Final = frozenset({*_NUMBERS_ONLY, *_SECOND, "COUNT", "HYPERLINK", "SWITCH"})
_PLAIN: Final = frozenset({"Literal", "Reference"})


def ended(
    name: str, call: str, texts: list[str], children: list[Any], tag: Callable[[], str]
) -> str:
    """A call, and around it what is to be asked before.

    Args:
        name: the function.
        call: the call as it is.
        texts: its arguments.
        children: the same, in the engine's tree.
        tag: gives what stands before the arguments of a function that may refuse.
    """
    kinds = [child.node_type() for child in children]
    if name in _NUMBERS_ONLY:
        for at in _NUMBERS_ONLY[name]:
            if at < len(texts) and texts[at]:
                cells = texts[at]
                all_of = f"ROWS({cells})*COLUMNS({cells})" if name in _NO_BLANKS else ""
                asked = f"COUNT({cells})={all_of or f'COUNTA({cells})'}"
                call = f"IF({asked},{call},{ONLY}({tag()},SUM({cells})))"
    elif name in _SECOND and len(texts) > 1 and not texts[1][:1].isdigit():
        call = f"IF(ISERROR(({texts[1]})*1),({texts[1]})*1,{call})"
    elif name == "COUNT" and not all(kind in _PLAIN for kind in kinds):
        # In Excel it never gives an error.
        call = f"IFERROR({call},{_refused(tag, 'COUNT of an error that a formula gives')})"
    elif name == "HYPERLINK" and len(texts) > 1:
        why = _refused(tag, "a link is an error")
        call = f"IF(ISERROR({texts[0]}),{why},{texts[1]})"
    elif name == "SWITCH" and kinds and kinds[0] != "Literal":
        why = _refused(tag, "SWITCH of a blank cell is not known to be right")
        call = f"IF(ISBLANK({texts[0]}),{why},{call})"
    return call


def _refused(tag: Callable[[], str], why: str) -> str:
    return f'{REFUSED}({tag()},"{why}")'
