"""Frames of the months of a series, cut from one frame and joined to one again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MOST_WHOLES = 24  # each kind of table, of two series
# Frames, each with the frames with rows that were cut from it; what was cut last stands first.
_wholes: list[tuple[pd.DataFrame, list[pd.DataFrame]]] = []


def cut(whole: pd.DataFrame, lengths: Sequence[int]) -> list[pd.DataFrame]:
    """Frames of so many rows each, from the beginning of one on, each with an index of its own."""
    import pandas as pd

    end, found = 0, []
    for length in lengths:
        start, end = end, end + length
        frame = whole.iloc[start:end]
        frame.index = pd.RangeIndex(length)
        found.append(frame)
    _wholes[:] = [(whole, [frame for frame in found if len(frame)]), *_wholes[: MOST_WHOLES - 1]]
    return found


def joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of some frames of one kind, one after the other, as `pandas.concat` joins them; those that were cut from
    one, and stand as they stood there, need not be joined again.
    """
    import pandas as pd

    parts = [frame for frame in frames if len(frame)] or list(frames[:1])
    for whole, cuts in _wholes:
        same = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], zip(parts, cuts, strict=False)))
        if same > 1:
            first = whole.iloc[: sum(map(len, parts[:same]))]
            return first if same == len(parts) else pd.concat([first, *parts[same:]], ignore_index=True)
    return pd.concat(parts, ignore_index=True)
