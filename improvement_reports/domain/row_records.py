"""The record of a row: its cells as they stand in the file, and of which table they are."""

import json
from functools import lru_cache
from pathlib import PurePath

from improvement_reports.domain.tables import LATER_COLUMNS, RETURN_TABLES, columns_of


def named_cells(row: dict) -> dict[str, str]:
    """The cells of a recorded row by their columns; nothing of a row whose cells are not published."""
    cells = json.loads(row["cells"] or "[]")
    return dict(zip(_columns_in(row["file"], row.get("lacks", ""), len(cells)), cells, strict=False))


@lru_cache(maxsize=1024)  # thousands of rows come from a few files
def _columns_in(file: str, lacks: str, number: int) -> tuple[str, ...]:
    """The columns that a file has, of all that its table can have or could when a row of ``number`` cells was recorded.

    An edition of before says of no column that its file lacks it which its release did not know.
    """
    table, missing = table_of(file), set(lacks.split())
    columns = RETURN_TABLES[table].column_names if table in RETURN_TABLES else columns_of(table)
    for later in ((), *LATER_COLUMNS.get(table, ())):
        missing |= set(later)
        if sum(c not in missing for c in columns) <= number:
            break
    return tuple(c for c in columns if c not in missing)


@lru_cache(maxsize=1 << 10)  # asked of each row behind each figure
def table_of(file: str) -> str:
    """The table of which a file holds rows; a sheet of a workbook is named after a #.

    >>> table_of("gloucestershire/2021-04/return.xlsx#claims"), table_of("gloucestershire/2021-04/claims.csv")
    ('claims', 'claims')
    """
    return PurePath(file.split("#")[-1]).stem


SOURCE_COLUMNS = ["source_file", "source_row", "row_sha256", "row_cells", "row_lacks"]


def row_json(cells: list[str]) -> str:
    """A raw row as a JSON array of texts: what its hash is taken of, so that anyone can compute it again."""
    return _encoder.encode(cells)


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
