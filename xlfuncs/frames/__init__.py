"""The functions over data frames: `import xlfuncs.frames` gives every DataFrame `df.xlf`.

    df["shares"] = df.xlf.conversion_shares(preferred_shares="held", face_amount=1000.0)

An argument is the name of a column, a Series (aligned by its index), an array or a list of as
many rows, or one value for all rows. What is not given is taken from the column of the
argument's own name, if the frame has one. A range (closing bids, holidays) is one for all rows:
a column, a Series, a list; or a column whose cells hold lists, one for each row.

What comes back is a column with the frame's index; a row without an answer is blank in it, and
one warning tells how many there are, and of the first ones why. pandas' own word decides
otherwise: `errors="raise"` raises `RowsError` after all rows were tried, `errors="coerce"` says
nothing. `apply` gives the values and the faults, row for row.

Where no argument differs from row to row there is one call, and its one answer: a value, or a
frame where the function answers with a table.
"""

from xlfuncs.frames.accessor import FrameFunctions
from xlfuncs.frames.apply import Applied, apply
from xlfuncs.frames.faults import RowsError, RowsWarning

__all__ = ["Applied", "FrameFunctions", "RowsError", "RowsWarning", "apply"]
