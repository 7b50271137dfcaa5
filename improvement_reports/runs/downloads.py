"""The figures and rows of a run as CSV and JSON."""

import csv
import io
import json
from pathlib import Path
from typing import Protocol

from improvement_reports.domain.escaping import guarded
from improvement_reports.domain.json_text import json_text
from improvement_reports.domain.numbers import round_half_up
from improvement_reports.domain.origins import source_name
from improvement_reports.domain.tables import COLUMNS, RETURN_TABLES
from improvement_reports.workspace.parameters import Source

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
    "locators",
    "cell",
]


def csv_text(header: list[str], rows) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([guarded("" if cell is None else str(cell)) for cell in row] for row in rows)
    return buffer.getvalue()


def figures_csv(figures: list[dict], own: str | None = None) -> str:
    """One row per figure; several inputs are separated by semicolons.

    ``own``: the return of the report, authority/month ("": of none), whose sources keep their short keys; None: all do.
    """

    def cells(f):
        inputs = [f"{i['file']} row {i['row']} sha256 {i['sha256']}" for i in f["inputs"]]
        sources = dict.fromkeys(
            i["source_id"] if own is None else source_name(i["file"], i["source_id"], own) for i in f["inputs"]
        )
        locators = dict.fromkeys(i["locator"] for i in f["inputs"])
        joined = {**f, "inputs": "; ".join(inputs), "sources": "; ".join(sources), "locators": "; ".join(locators)}
        return [joined[c] for c in FIGURE_COLUMNS]

    return csv_text(FIGURE_COLUMNS, (cells(f) for f in figures))


class Titled(Protocol):
    """What a list of figures says of the page whose figures it lists."""

    @property
    def authority(self) -> str: ...
    @property
    def month(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def title(self) -> str: ...


def figures_json(params: Titled, figures: list[dict], sources: dict[str, Source]) -> str:
    content = {
        "report": {
            "authority": params.authority,
            "month": params.month,
            "kind": str(params.kind),
            "title": params.title,
        },
        "sources": {key: s.model_dump(mode="json", exclude_none=True) for key, s in sources.items()},
        "columns": {
            **{name: list(t.column_names) for name, t in RETURN_TABLES.items()},
            **{name: list(c) for name, c in COLUMNS.items()},
        },
        "row_hash": (
            "sha256 of the cells of the row as a JSON array of texts, UTF-8, no space between them; the cells are in"
            " the order of columns, without those columns that the row's file does not have (lacks)"
        ),
        "figures": figures,
    }
    return json_text(content) + "\n"


def data_csv(frame, columns) -> str:
    """A processed (suppressed) table as CSV, whole numbers without a decimal point."""

    def text(value):
        if isinstance(value, float):
            return "" if value != value else f"{round_half_up(value, 9).normalize():f}"
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    return csv_text(
        [*columns, "source_row"],
        ([text(v) for v in row] for row in frame[[*columns, "source_row"]].itertuples(index=False)),
    )


def official_rows(figures: list[dict]) -> dict[str, list[list]]:
    """The rows of official tables that figures were made from, by table, as raw cells with their row number."""
    found: dict[str, dict[int, list]] = {}
    for f in figures:
        for i in f["inputs"]:
            table = Path(i["file"]).stem
            if i["file"].startswith("official-statistics/") and table in COLUMNS:
                found.setdefault(table, {})[i["row"]] = [*json.loads(i["cells"]), i["row"]]
    return {table: [rows[n] for n in sorted(rows)] for table, rows in sorted(found.items())}
