"""The frame that most tests of frames begin with."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import xlfuncs.frames  # noqa: F401  gives a frame its functions
from tests.support.conversions import PRICES, SHARES


@pytest.fixture
def frame() -> Any:
    """Conversions; Any, for pandas' own types know no `xlf`."""
    return pd.DataFrame(
        {"held": SHARES, "conversion_price": PRICES, "premium": 60.0}, index=["a", "b", "c"]
    )
