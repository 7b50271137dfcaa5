"""Rows of data as the pages behind a report's figures show them: what all rows of a list share is said once, before it.

A profile shows ten years of a measure for each council: of nine cells of a row five say the same as the row before.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from improvement_reports.domain.rows import named_cells

# Of fewer rows what they share is not said apart, and a list by the first cell has so many on average.
MANY = 3
SAID_APART = frozenset({"source_id", "locator"})
Cells = Mapping[str, str]


def lists_of_rows(rows: Sequence[dict]) -> list[dict]:
    """Rows of one file and one source in lists, in their order, as the template shows them.

    Where their first cell is often the same in rows that follow each other, as the measure is over the years, each has
    a list; otherwise there is one list of all.
    """
    shown = [(row, _shown_cells(row)) for row in rows]
    runs = [list(run) for _, run in groupby(shown, key=lambda row: next(iter(row[1].values()), ""))]
    return [_list(run) for run in (runs if len(rows) >= MANY * len(runs) else [shown])]


def shared_cells(rows: Sequence[Cells]) -> dict[str, str]:
    """The cells that are the same in every one of many rows.

    >>> shared_cells([{"area": "a", "value": n} for n in "112"]), shared_cells([{"area": "a"}] * 2)
    ({'area': 'a'}, {})
    """
    if len(rows) < MANY:
        return {}
    first, *others = rows
    return {c: v for c, v in first.items() if all(row.get(c) == v for row in others)}


def _list(rows: Sequence[tuple[dict, Cells]]) -> dict:
    shared = shared_cells([cells for _, cells in rows])
    return {
        "shared": _words(shared),
        "rows": [
            {
                **row,
                "is_withheld": not row["cells"],
                "words": _words({c: v for c, v in cells.items() if c not in shared}),
            }
            for row, cells in rows
        ],
    }


def _shown_cells(row: dict) -> Cells:
    """The cells of a row that hold something, without those that its entry says in words of their own."""
    return {c: v for c, v in named_cells(row).items() if v and c not in SAID_APART}


def _words(cells: Cells) -> str:
    return "; ".join(f"{c}: {v}" for c, v in cells.items())
