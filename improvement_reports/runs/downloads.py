"""The figures and rows of a run as CSV and JSON."""

import csv
import io
import json
from collections.abc import Iterable
from itertools import groupby

from improvement_reports.domain.escaping import guarded
from improvement_reports.domain.numbers import round_half_up
from improvement_reports.domain.origins import source_name
from improvement_reports.domain.row_records import table_of
from improvement_reports.domain.tables import COLUMNS

FIGURE_COLUMNS = [
    "id",
    "kind",
    "label",
    "published",
    "value",
    "unit",
    "measure_id",
    "area",
    "period",
    "formula",
    "inputs",
    "sources",
    "cell",
]


def csv_text(header: list[str], rows) -> str:
    """A table as CSV, of whose cells and heads a spreadsheet takes none for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([guarded(name) for name in header])
    writer.writerows([guarded("" if cell is None else str(cell)) for cell in row] for row in rows)
    return buffer.getvalue()


def named_rows(rows: Iterable[dict]) -> str:
    """Rows as figures.csv names them, those of one file after another together.

    >>> named_rows([{"file": "a.csv", "row": 2}, {"file": "a.csv", "row": 5}, {"file": "b.csv", "row": 2}])
    'a.csv rows 2, 5; b.csv row 2'
    """
    files = [(file, [str(i["row"]) for i in of]) for file, of in groupby(rows, key=lambda i: i["file"])]
    return "; ".join(f"{file} row{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}" for file, numbers in files)


def figures_csv(figures: list[dict], own: str | None = None) -> str:
    """One row per figure, with the rows it was made from; their hashes and places stand in ``figures.json``, once.

    ``own``: the return of the report, authority/month ("": of none), whose sources keep their short keys; None: all do.
    """

    def cells(f):
        sources = dict.fromkeys(
            i["source_id"] if own is None else source_name(i["file"], i["source_id"], own) for i in f["inputs"]
        )
        joined = {**f, "inputs": named_rows(f["inputs"]), "sources": "; ".join(sources)}
        return [joined[c] for c in FIGURE_COLUMNS]

    return csv_text(FIGURE_COLUMNS, (cells(f) for f in figures))


def data_csv(frame, columns) -> str:
    """A processed (suppressed) table as CSV, whole numbers without a decimal point."""

    def text(value):
        if isinstance(value, float):
            return "" if value != value else f"{round_half_up(value, 9).normalize():f}"
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    names = [*columns, "source_row"]
    return csv_text(names, ([text(v) for v in row] for row in zip(*(frame[name] for name in names), strict=True)))


def official_rows(figures: list[dict]) -> dict[str, list[list]]:
    """The rows of official tables that figures were made from, by table, as raw cells with their row number."""
    found: dict[str, dict[int, str]] = {}
    for f in figures:
        for i in f["inputs"]:
            if i["file"].startswith("official-statistics/") and (table := table_of(i["file"])) in COLUMNS:
                found.setdefault(table, {})[i["row"]] = i["cells"]
    return {
        table: [[*json.loads(cells), row] for row, cells in sorted(rows.items())]
        for table, rows in sorted(found.items())
    }
