"""The version of xlfuncs, said once."""

from typing import Final

VERSION: Final = "0.1.0"
