"""Calls that tell about another call: their arguments may be single cells or ranges of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xlfuncs.hosts.cells import worksheet_functions

if TYPE_CHECKING:
    from xlfuncs.hosts.cells import CellInput

EXPLAIN = worksheet_functions()["XLF_EXPLAIN"]


@pytest.mark.parametrize(
    "cells",
    [
        ["liquidation_preference", 1000.0, 60.0, 0.0],
        [[["liquidation_preference"]], [[1000.0]], [[60.0]], [[0.0]]],
    ],
    ids=["cells", "ranges of one cell"],
)
def test_explain(cells: list[CellInput]) -> None:
    rows = EXPLAIN(*cells)
    assert isinstance(rows, list)
    assert ["result", "liquidation_preference", 1060.0] in [row[:3] for row in rows]
