"""Three conversions, and the shares that they give."""

from __future__ import annotations

import xlfuncs

SHARES = [7500.0, 5000.0, 2500.0]
PRICES = [6.03, 5.0, 4.5]
EXPECTED = [
    xlfuncs.conversion_shares(held, 1000.0, 60.0, price)
    for held, price in zip(SHARES, PRICES, strict=True)
]
