"""``figures.json``: every figure of a page with its formula and the rows of data it was made from.

Since release 0.3.0 a row stands in it once, in ``rows``, and each figure names its rows by their places there; before,
each figure held every one of its rows whole. Both forms are read here, and nowhere else.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from improvement_reports.domain.rows import table_of
from improvement_reports.domain.tables import COLUMNS, RETURN_TABLES
from improvement_reports.workspace.parameters import Source

FORMAT = 2
ROW_HASH = (
    "sha256 of the cells of the row as a JSON array of texts, UTF-8, no space between them; the cells are in the order"
    " of columns, without those columns that the row's file does not have (lacks)"
)
INPUTS = "the rows that a figure was made from, by their places in rows, the first being 0"


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


def figures_json(params: Titled, figures: Sequence[dict], sources: Mapping[str, Source]) -> str:
    """The text of ``figures.json``: a line for each row and a line for each figure."""
    rows: dict[str, int] = {}
    listed = [{**f, "inputs": [rows.setdefault(_line(i), len(rows)) for i in f["inputs"]]} for f in figures]
    head = {
        "format": FORMAT,
        "report": {
            "authority": params.authority,
            "month": params.month,
            "kind": str(params.kind),
            "title": params.title,
        },
        "sources": {key: s.model_dump(mode="json", exclude_none=True) for key, s in sources.items()},
        "columns": _columns(figures),
        "row_hash": ROW_HASH,
        "inputs": INPUTS,
    }
    parts = [f"{json.dumps(key)}: {_line(value)}" for key, value in head.items()]
    parts += [f'"rows": {_lines(rows)}', f'"figures": {_lines(map(_line, listed))}']
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _columns(figures: Sequence[dict]) -> dict[str, list[str]]:
    """The columns of the tables whose rows stand behind figures."""
    known = {**{name: list(t.column_names) for name, t in RETURN_TABLES.items()}, **COLUMNS}
    used = {table_of(file) for file in {i["file"] for f in figures for i in f["inputs"]}}
    return {name: list(columns) for name, columns in known.items() if name in used}


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _lines(lines) -> str:
    return "[\n" + ",\n".join(lines) + "\n]"


def read_figures(path: Path) -> dict:
    """The content of ``figures.json`` of any release, each figure with its rows in ``inputs`` as records.

    Raises an OSError, ValueError, KeyError, IndexError or TypeError where it is not there or not of any form.
    """
    return parsed_figures(path.read_bytes())


def parsed_figures(raw: bytes) -> dict:
    """The same from the bytes of the file."""
    content = json.loads(raw.decode("utf-8"))
    if "format" not in content:
        return content
    if content["format"] != FORMAT:
        raise ValueError(f"format {content['format']} of figures.json is not known")
    rows = content.pop("rows")
    return {**content, "figures": [{**f, "inputs": [_row(rows, n) for n in f["inputs"]]} for f in content["figures"]]}


def _row(rows: list[dict], place: object) -> dict:
    """A row by its place; a number of no row is not counted from the end."""
    if type(place) is not int or not 0 <= place < len(rows):
        raise ValueError(f"figures.json has no row {place}")
    return dict(rows[place])
