"""``figures.json``: every figure of a page with its formula and the rows of data it was made from.

Each fact stands in it once. A figure names its rows by their places in ``rows``, a row its file by its place in
``files``; what a row says in its cells it does not say again, and what is empty of a figure is left out (format 3). In
format 2 each row names its file, source and place itself and has its cells as one text; before release 0.3.0 each
figure held every one of its rows whole. All are read here, and nowhere else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from improvement_reports.domain.row_records import row_json, table_of
from improvement_reports.domain.tables import COLUMNS, RETURN_TABLES
from improvement_reports.facts.figures import Figure
from improvement_reports.workspace.parameters import Source

FORMAT, BEFORE = 3, 2
ROW_HASH = (
    "sha256 of the cells of the row as a JSON array of texts, UTF-8, no space between them; the cells are in the order"
    " of columns, without those columns that the row's file does not have (lacks)"
)
INPUTS = "the rows that a figure was made from, by their places in rows, the first being 0"
FILES = "a row names its file by its place in files; source_id and locator not said of it or its file are cells of it"
LEFT_OUT = "of a figure what is empty is left out"
IN_CELLS = ("source_id", "locator")
# What of a figure can be empty, a text or a list; its rows are always named.
EMPTY = {f.name: type(f.default) for f in fields(Figure) if f.default is not MISSING and f.name != "inputs"}


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
    """The text of ``figures.json``: a line for each file, each row and each figure."""
    columns = _columns(figures)
    files: dict[str, int] = {}
    rows: dict[str, int] = {}
    known: dict[tuple, int] = {}  # the place of a row by its record: several figures are made from one

    def place_of(row: dict) -> int:
        if (record := tuple(row.items())) not in known:
            known[record] = rows.setdefault(_line(_brief(row, columns, files)), len(rows))
        return known[record]

    listed = []
    for f in figures:
        said = {key: value for key, value in f.items() if key not in EMPTY or value not in ("", [], ())}
        listed.append(_line({**said, "inputs": [place_of(row) for row in f["inputs"]]}))
    report = {key: str(getattr(params, key)) for key in ("authority", "month", "kind", "title")}
    head = {
        "format": FORMAT,
        "report": report,
        "sources": {key: s.model_dump(mode="json", exclude_none=True) for key, s in sources.items()},
        "columns": columns,
        "row_hash": ROW_HASH,
        "inputs": INPUTS,
        "rows_and_files": FILES,
        "left_out": LEFT_OUT,
    }
    parts = [f"{json.dumps(key)}:{_line(value)}" for key, value in head.items()]
    parts += [f'"{name}":{_lines(lines)}' for name, lines in (("files", files), ("rows", rows), ("figures", listed))]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _brief(row: dict, columns: Mapping[str, list[str]], files: dict[str, int]) -> dict:
    """A row as the file has it; its file is put among ``files`` (their lines, each with its place)."""
    file = {key: row[key] for key in ("file", "lacks") if key in row}
    cells = json.loads(row["cells"] or "null")
    if not cells or row_json(cells) != row["cells"]:  # withheld, or not as a fingerprint is taken
        return {**{key: value for key, value in row.items() if key not in file}, "file": _place(file, files)}
    own = _in_cells(file, cells, columns)
    if "source_id" in row and own.get("source_id") != row["source_id"]:
        file["source_id"] = row["source_id"]
    said = {**own, **file}
    brief = {key: value for key, value in row.items() if said.get(key) != value}
    return {**brief, "cells": cells, "file": _place(file, files)}


def _place(file: dict[str, str], files: dict[str, int]) -> int:
    return files.setdefault(_line(file), len(files))


def _in_cells(file: Mapping[str, str], cells: list[str], columns: Mapping[str, list[str]]) -> dict[str, str]:
    """What the cells of a row say of its source and place."""
    lacks = file.get("lacks", "").split()
    names = [name for name in columns.get(table_of(file["file"]), ()) if name not in lacks]
    return {name: cell for name, cell in zip(names, cells, strict=False) if name in IN_CELLS}


def _columns(figures: Sequence[dict]) -> dict[str, list[str]]:
    """The columns of the tables whose rows stand behind figures."""
    known = {**{name: list(t.column_names) for name, t in RETURN_TABLES.items()}, **COLUMNS}
    used = {table_of(file) for file in {i["file"] for f in figures for i in f["inputs"]}}
    return {name: list(columns) for name, columns in known.items() if name in used}


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _lines(lines) -> str:
    return "[\n" + ",\n".join(lines) + "\n]"


def read_figures(path: Path) -> dict:
    """The content of ``figures.json`` of any release, each figure with its rows in ``inputs`` as records.

    Raises an OSError, ValueError, KeyError, IndexError or TypeError where it is not there or not of any form.
    """
    return parsed_figures(path.read_bytes())


def read_sources(path: Path) -> dict:
    """The documents that a ``figures.json`` names, which stand before all of its rows on a line of their own."""
    raw = path.read_bytes()
    _, _, line = raw.partition(b'\n"sources":')
    try:
        return json.loads(line.partition(b",\n")[0])
    except ValueError:  # of another form
        return parsed_figures(raw)["sources"]


def parsed_figures(raw: bytes) -> dict:
    """The same from the bytes of the file."""
    content = json.loads(raw.decode("utf-8"))
    if "format" not in content:
        return content
    if content["format"] not in (FORMAT, BEFORE):
        raise ValueError(f"format {content['format']} of figures.json is not known")
    rows, figures = content.pop("rows"), content["figures"]
    if content["format"] == FORMAT:
        files = content.pop("files")
        rows = [_whole(row, files, content["columns"]) for row in rows]
        figures = [{**{name: "" if of is str else [] for name, of in EMPTY.items()}, **f} for f in figures]
    return {**content, "figures": [{**f, "inputs": [dict(_at(rows, n, "row")) for n in f["inputs"]]} for f in figures]}


# Whether an edition is sound and what its pages say is asked one after the other, of all editions of a report.
REMEMBERED = 4


@lru_cache(maxsize=REMEMBERED)
def figures_once(raw: bytes) -> dict:
    """The same for whoever changes nothing in it: what was read last is remembered."""
    return parsed_figures(raw)


def _whole(row: dict, files: list[dict], columns: Mapping[str, list[str]]) -> dict:
    """A row with its file, its source and its place; its cells as the text that its fingerprint is taken of."""
    file, cells = _at(files, row["file"], "file"), row["cells"]
    if isinstance(cells, str):
        return {**row, **file}
    return {**_in_cells(file, cells, columns), **row, **file, "cells": row_json(cells)}


def _at(listed: list[dict], place: object, what: str) -> dict:
    """What stands at a place; a number of none is not counted from the end."""
    if type(place) is not int or not 0 <= place < len(listed):
        raise ValueError(f"figures.json has no {what} {place}")
    return listed[place]
