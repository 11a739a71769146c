"""The words of a formula in A1 notation: text, sheets, cells, numbers, functions, names."""

from __future__ import annotations

import re
from typing import Final

# A function's match ends after its opening bracket.
TOKEN: Final = re.compile(
    r"""
      (?P<string>"(?:[^"]|"")*")
    | (?P<sheet>(?:'(?:[^']|'')*'|(?:\[[^\]]*\])?[\w.]*)!)
    | (?P<bracket>\[(?:[^\[\]]|\[[^\]]*\])*\])
    | (?P<cell>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w.(\\])
             | \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(\\])
             | \$?[0-9]{1,7}:\$?[0-9]{1,7}(?![\w.]))
    | (?P<number>[0-9]+\.?[0-9]*(?:[Ee][+-]?[0-9]+)?|\.[0-9]+(?:[Ee][+-]?[0-9]+)?)
    | (?P<function>[A-Za-z_\\][\w.\\?]*)\s*\(
    | (?P<name>[A-Za-z_\\\u0080-\uffff][\w.\\?]*)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
