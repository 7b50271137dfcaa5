"""What an entry of a figure says of the rows that it was made from: their names, and their numbers or places."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from improvement_reports.domain.origins import OFFICIAL, home_of
from improvement_reports.domain.row_records import named_cells
from improvement_reports.workspace.places import MONTH

DAY_OR_MONTH = re.compile(r"\d{4}-\d\d(-\d\d)?")
# So many rows behind a figure stand below each other.
FEW = 8


def names_of(stretches: Sequence[Sequence[dict]], taken: Collection[str]) -> tuple[list[str], bool]:
    """Rows of a table that is named before them by month and number, or whole where that would be a name that is taken
    by another table; and whether they are short.

    >>> rows = [[{"file": "a/2024-04/claims.csv", "row": 2}], [{"file": "official-statistics/claims.csv", "row": 3}]]
    >>> names_of(rows, ()), names_of(rows[:1], ["2024-04, row 2"])
    ((['2024-04, row 2', 'row 3'], True), (['2024-04/claims.csv, row 2'], False))
    """
    short, whole = list(map(_short_name, stretches)), list(map(whole_name, stretches))
    is_clear = len(set(short)) == len(set(whole)) and not set(short) & set(taken)
    return short if is_clear else whole, is_clear


def _short_name(stretch: Sequence[dict]) -> str:
    month = stretch[0]["file"].split("/")[-2]
    return f"{f'{month}, ' if MONTH.fullmatch(month) else ''}{_numbered(stretch)}"


def whole_name(stretch: Sequence[dict]) -> str:
    """Rows by their file and number; with the month of their return, for each return has files of the same names."""
    folder, file = stretch[0]["file"].split("/")[-2:]
    return f"{f'{folder}/' if MONTH.fullmatch(folder) else ''}{file}, {_numbered(stretch)}"


def _numbered(stretch: Sequence[dict]) -> str:
    """The numbers of rows that stand below each other, in words.

    >>> _numbered([{"row": 2}]), _numbered([{"row": 2}, {"row": 3}]), _numbered([{"row": 2}, {"row": 4}, {"row": 9}])
    ('row 2', 'rows 2 to 3', '3 rows from 2 to 9')
    """
    first, last = stretch[0]["row"], stretch[-1]["row"]
    if len(stretch) == 1:
        return f"row {first}"
    return (
        f"rows {first} to {last}" if last - first == len(stretch) - 1 else f"{len(stretch)} rows from {first} to {last}"
    )


def words_in_entry(f: dict, row: dict) -> str:
    """What the entry of a number says of a row. Of the only one its place in the source, and its numbers where they are
    not the figure itself; of several their numbers, or of a few without numbers the place of each.

    Every row says its place where it stands, and that of an official statistic is what its figure is called. The cells
    of a table and the values of a chart are figures themselves, whose entries say it.
    """
    if f["kind"] != "number":
        return ""
    words, number = row_words(row), len(f["inputs"])
    place = row["locator"] if number <= FEW and home_of(row["file"]) != OFFICIAL else ""
    if number > 1:
        return words or place
    is_figure = named_cells(row).get("value") == f["value"]
    return "; ".join(filter(None, ("" if is_figure else words, place)))


def letters_in_entry(f: dict, row: dict) -> int:
    """How long the words of an entry about a row were in release 0.3.0: by them figures were given to pages, and stay."""
    if f["kind"] != "number":
        return 0
    return len("; ".join(filter(None, (", ".join(_numbers_of(row)), row["locator"]))))


def is_rounded(f: dict) -> bool:
    """Whether a figure was published otherwise than with its value, whatever sign or unit stands beside it. A day or a
    month is the same in words.

    >>> is_rounded({"published": "£1,250 per child", "value": "1250"}), is_rounded({"published": "77%", "value": "77.2"})
    (False, True)
    """
    first = f["published"].partition(" ")[0].strip("£%").replace(",", "")
    return f["value"] not in (f["published"], first) and not DAY_OR_MONTH.fullmatch(f["value"])


def row_words(row: dict) -> str:
    """The numbers of a row in words, so that an entry says by itself what was computed from what; nothing for other
    rows. The month of its return is in its name and is not said again.

    >>> row_words({"file": "a/2021-03/claims.csv", "cells": ""})
    ''
    """
    month = row["file"].split("/")[-2]
    return ", ".join(words for words in _numbers_of(row) if words != month)


def _numbers_of(row: dict) -> tuple[str, ...]:
    return _words_of_numbers(row["file"], row["cells"], row.get("lacks", ""))


@lru_cache(maxsize=1 << 13)  # a row stands behind several figures of a report
def _words_of_numbers(file: str, raw: str, lacks: str) -> tuple[str, ...]:
    cells = named_cells({"file": file, "cells": raw, "lacks": lacks})
    of = " of ".join(n for n in (cells.get("numerator"), cells.get("denominator")) if n)
    period = cells.get("period") or (f"from {cells['valid_from']}" if cells.get("valid_from") else "")
    said = [n for n in (cells.get("value"), f"target {cells['target']}" if cells.get("target") else "") if n]
    if not said:
        return ()
    return tuple(filter(None, (*said, f"({of})" if of else "", cells.get("category"), period)))
