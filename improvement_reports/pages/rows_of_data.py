"""Rows of data as the pages behind a report's figures show them: what rows share is said once, before them.

A profile shows ten years of a measure for each council: of nine cells of a row five say the same as the row before. Rows
of short cells are a table, whose columns are named once; rows of sentences are a list, which a telephone can show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, product

from improvement_reports.domain.row_records import named_cells, table_of

# Of fewer rows what they share is not said apart, and parts by the first cell have so many on average.
MANY, IN_PART = 3, 2
# Rows are a table of at most so many columns where they are short in the mean, and of fewer where they hold sentences:
# beyond that the words of a cell would stand one below the other.
COLUMNS, OF_SENTENCES = 9, 6
SHORT, LETTERS = 90, 200
SAID_APART = frozenset({"source_id", "locator"})
ROW = "Row"  # the column with the number of a row
Cells = Mapping[str, str]
# Where rows stand in the source, in pieces: words, and the column whose cell ends the piece ("" for none).
Place = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shown:
    """A row as it is recorded, of its cells those that say something, and the words for its source."""

    row: dict
    cells: Cells
    source: str

    @property
    def home(self) -> tuple[str, str]:
        return self.row["file"], self.source


def tables_of_rows(rows: Sequence[tuple[dict, str]]) -> list[dict]:
    """Rows, each with the words for its source, by the table that their files hold, as the template shows them.

    ``shared``: what every row of the table says; ``columns``: those of its cells, none where its rows are a list.
    ``parts``: rows of one file and source, with what they share besides and ``place``, where all of them stand in it, if
    that follows from their cells. Where the first cell is often the same in rows that follow each other, as the measure
    is over the years, each has a part.
    """
    shown = [Shown(row, _shown_cells(row), source) for row, source in rows]
    shown.sort(key=lambda s: (table_of(s.row["file"]), s.row["file"], s.row["row"]))
    return [{"table": table, **_table(list(of))} for table, of in groupby(shown, key=lambda s: table_of(s.row["file"]))]


def _table(rows: Sequence[Shown]) -> dict:
    runs = _runs(rows)
    shown = [s for s in rows if s.cells]
    shared = shared_cells([s.cells for s in shown])
    of_runs = _shared_in_each(runs) - set(shared) if len(rows) > len(runs) > 1 else set[str]()
    said = of_runs | set(shared)
    columns = _columns(rows, said)
    everywhere = place_of(rows) if len(runs) > 1 else None
    places = [None if everywhere else place_of(run) for run in runs]
    are_said = everywhere is not None or all(place is not None for place in places)
    is_table = len(rows) >= MANY and _fits(rows, columns, are_said)
    parts, home = [], ("", "")
    for run, place in zip(runs, places, strict=True):
        parts.append(
            {
                "home": run[0].home if run[0].home != home else (),
                "shared": _words({c: v for c, v in run[0].cells.items() if c in of_runs}),
                "place": place if are_said or (not is_table and len(run) >= MANY) else None,
                "rows": [_row(s, columns if is_table else (), said) for s in run],
            }
        )
        home = run[0].home
    return {
        "shared": _words(shared),
        "place": everywhere,
        "has_withheld": len(shown) < len(rows),
        "columns": columns if is_table else [],
        "is_table": is_table,
        "has_places": are_said,
        "parts": parts,
    }


def _runs(rows: Sequence[Shown]) -> list[list[Shown]]:
    """Rows of one file and source, and of one first cell where that makes parts of some rows each."""
    homes = [list(run) for _, run in groupby(rows, key=lambda s: s.home)]
    finer = [list(run) for home in homes for _, run in groupby(home, key=lambda s: next(iter(s.cells.values()), ""))]
    return finer if len(rows) >= IN_PART * len(finer) else homes


def shared_cells(rows: Sequence[Cells]) -> dict[str, str]:
    """The cells that are the same in every one of many rows.

    >>> shared_cells([{"area": "a", "value": n} for n in "112"]), shared_cells([{"area": "a"}] * 2)
    ({'area': 'a'}, {})
    """
    if len(rows) < MANY:
        return {}
    first, *others = rows
    return {c: v for c, v in first.items() if all(row.get(c) == v for row in others)}


def place_of(rows: Sequence[Shown]) -> Place | None:
    """Where rows stand in the source, if one sentence says it of all of them with cells or the number of each.

    >>> cells = [{"area": area} for area in "ab"]
    >>> rows = [Shown({"row": n, "locator": f"Table 2, row {n}, {c['area']}"}, c, "") for n, c in enumerate(cells, 2)]
    >>> place_of(rows), place_of([*rows, Shown({"row": 9, "locator": "Page 1"}, {}, "")])
    ((('Table 2', ''), ('row ', 'Row'), ('', 'area')), None)
    """
    base = min(rows, key=lambda s: s.row["locator"].count(", "))
    options = [_readings(piece, base) for piece in base.row["locator"].split(", ")]
    return next((p for p in product(*options) if all(_said(p, s) == s.row["locator"] for s in rows)), None)


def _readings(piece: str, row: Shown) -> list[tuple[str, str]]:
    """A piece of the place of a row, as words, or as words and a cell that ends it."""
    named = {ROW: str(row.row["row"]), **row.cells}
    ends = [(piece.removesuffix(v), c) for c, v in named.items() if piece == v or piece.endswith(f" {v}")]
    return [(piece, ""), *ends]


def _said(place: Place, row: Shown) -> str:
    """The place of a row as the sentence has it."""
    named = {ROW: str(row.row["row"]), "": "", **row.cells}
    return ", ".join(words + named.get(column, "") for words, column in place)


def _shared_in_each(runs: Sequence[Sequence[Shown]]) -> set[str]:
    """The columns whose cells are the same in all rows of each run."""
    found = [{c for c, v in run[0].cells.items() if all(s.cells.get(c) == v for s in run)} for run in runs]
    return set.intersection(*found)


def _columns(rows: Sequence[Shown], said: set[str]) -> list[str]:
    """The columns in which any row says something that is not said of all, in the order of their files."""
    found: dict[str, None] = {}
    for columns in dict.fromkeys(tuple(named_cells(s.row)) for s in rows):  # not each file has every column
        found |= dict.fromkeys(columns)
    filled = {c for s in rows for c in s.cells}
    return [c for c in found if c in filled and c not in said]


def _fits(rows: Sequence[Shown], columns: Sequence[str], are_said: bool) -> bool:
    """Whether rows can be read as a table; ``are_said``: the places of rows do not stand in it."""
    letters = sum(len(s.cells.get(c, "")) for s in rows for c in columns)
    letters += 0 if are_said else sum(len(s.row["locator"]) for s in rows)
    most = COLUMNS if letters <= SHORT * len(rows) else OF_SENTENCES if letters <= LETTERS * len(rows) else 0
    return len(columns) > 0 and len(columns) + (not are_said) <= most


def _row(shown: Shown, columns: Sequence[str], said: set[str]) -> dict:
    own = {c: v for c, v in shown.cells.items() if c not in said}
    return {
        **shown.row,
        "is_withheld": not shown.row["cells"],
        "cells": [own.get(c, "") for c in columns],
        "words": _words(own),
    }


def _shown_cells(row: dict) -> dict[str, str]:
    """The cells of a row that hold something, without those that its entry says in words of their own."""
    return {c: v for c, v in named_cells(row).items() if v and c not in SAID_APART}


def _words(cells: Cells) -> str:
    return "; ".join(f"{c}: {v}" for c, v in cells.items())
