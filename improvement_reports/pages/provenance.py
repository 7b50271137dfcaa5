"""The page of every figure and of the rows that it was made from."""

import re
from pathlib import Path

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import demonstration_note, fenced, front_matter, texts
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.origins import source_of
from improvement_reports.domain.rows import named_cells
from improvement_reports.domain.templates import fill
from improvement_reports.pages.frame import Frame
from improvement_reports.runs.downloads import Titled
from improvement_reports.workspace.parameters import Source
from improvement_reports.workspace.places import MONTH


def figures_page(
    params: Titled,
    authority_name: str,
    figures: list[dict],
    sources: dict[str, Source],
    illustrative: bool,
    frame: "Frame | None" = None,
) -> str:
    """The provenance page: every figure with its formula and its rows, and every row with its place in the source."""
    title = f"Where the figures come from: {authority_name}, {format_day(params.month)}"
    rows, frame = {(i["file"], i["row"]): i for f in figures for i in f["inputs"]}, frame or Frame()
    fields = {**texts(title, f"Provenance of every figure of {params.title}"), "toc": False}
    parts = [front_matter({**fields, **({"header-includes": frame.head} if frame.head else {})}), frame.top]
    parts.append(f"""
Every number, table and chart of [{markdown_text(params.title)}](index.html) is listed here with its formula and the rows of data it was made from.
Each row says where in the source document it was found. To recompute a figure, see [how to reproduce a figure](/about/reproduce.qmd).{" In a copy of the project, the command under a figure prints its rows and, with `--rebuild`, computes it again." if frame.reference else ""}
""")
    if illustrative:
        parts.append(fenced(demonstration_note()))
    for kind, heading in (("number", "Numbers"), ("table", "Tables"), ("chart", "Charts")):
        chosen = [f for f in figures if f["kind"] == kind]
        if chosen:
            entries = [_figure_entry(f) for f in chosen]
            body = fenced(fill("pages/figures.html", figures=entries, reference=frame.reference))
            parts.append(f"\n## {heading}\n{body}")
    if rows:
        own = f"{params.authority}/{params.month}"
        entries = [_row_entry(rows[key], sources, own) for key in sorted(rows)]
        parts.append(f"\n## Rows of data\n{fenced(fill('pages/rows_of_data.html', rows=entries))}")
    return "\n".join(parts)


def _row_id(row: dict) -> str:
    return f"row-{re.sub('[^a-z0-9]+', '-', row['file'].lower())}-{row['row']}"


def _row_name(row: dict) -> str:
    """A row by its file and number; with the month of its return, for each return has files of the same names."""
    folder, file = row["file"].split("/")[-2:]
    return f"{f'{folder}/' if MONTH.fullmatch(folder) else ''}{file}, row {row['row']}"


def _row_words(row: dict) -> str:
    """The numbers of a row in words, so that an entry says by itself what was computed from what; nothing for other
    rows.

    >>> _row_words({"file": "a/2021-03/claims.csv", "cells": ""})
    ''
    """
    cells = named_cells(row)
    of = " of ".join(n for n in (cells.get("numerator"), cells.get("denominator")) if n)
    period = cells.get("period") or (f"from {cells['valid_from']}" if cells.get("valid_from") else "")
    said = [n for n in (cells.get("value"), f"target {cells['target']}" if cells.get("target") else "") if n]
    if not said:
        return ""
    return ", ".join(filter(None, (*said, f"({of})" if of else "", cells.get("category"), period)))


def _figure_entry(f: dict) -> dict:
    """What the entry of a figure shows: its place on the page, and the unrounded value where it is another."""
    return {
        **f,
        "place": f"n-{f['id']}" if f["kind"] == "number" else f["id"],
        "exact": f["value"] if f["value"] != f["published"] else "",
        "rows": [
            {"id": _row_id(i), "name": _row_name(i), "words": "; ".join(filter(None, (_row_words(i), i["locator"])))}
            for i in f["inputs"]
        ],
    }


def _row_entry(row: dict, sources: dict[str, Source], own: str) -> dict:
    """What the entry of a row shows: its cells in words, its source and its place there."""
    source, cells = source_of(sources, row, own), named_cells(row)
    named = f"{source.title} ({source.publisher}, {format_day(source.date)})" if source else row["source_id"]
    return {
        **row,
        "id": _row_id(row),
        "table": Path(row["file"].split("#")[-1]).stem,
        "number": row["row"],
        "cells": cells,
        "words": "; ".join(f"{c}: {v}" for c, v in cells.items() if v and c not in ("source_id", "locator")),
        "source": named,
    }
