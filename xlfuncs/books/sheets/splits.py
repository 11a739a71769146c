"""The native formula by which splits are taken into account, shared by several sheets."""

from typing import Final

# New shares for each old one over all splits after one date and up to another.
SPLIT_FACTOR: Final = "EXP(SUMPRODUCT((split_dates>{after})*(split_dates<={upto})*split_logs))"
