"""The page of every figure and of the rows that it was made from."""

import html
import re
from pathlib import Path

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import demonstration_note, fenced, front_matter, texts
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.origins import source_of
from improvement_reports.domain.rows import named_cells
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
            parts.append(f"\n## {heading}\n" + fenced("\n".join(_figure_entry(f, frame.reference) for f in chosen)))
    if rows:
        own = f"{params.authority}/{params.month}"
        entries = "\n".join(_row_entry(rows[key], sources, own) for key in sorted(rows))
        parts.append("\n## Rows of data\n" + fenced(entries))
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


def _figure_entry(f: dict, reference: str = "") -> str:
    e = html.escape
    links = "".join(
        f'<li><a href="#{_row_id(i)}">{e(_row_name(i))}</a>:'
        f" {e('; '.join(filter(None, (_row_words(i), i['locator']))))}</li>"
        for i in f["inputs"]
    )
    back = f"index.html#{f['id'] if f['kind'] != 'number' else 'n-' + f['id']}"
    command = (
        f"<dt>Command</dt><dd><code>python3 make.py figure {e(reference)}#{e(f['id'])}</code></dd>" if reference else ""
    )
    exact = f"<dt>Unrounded</dt><dd>{e(f['value'])}</dd>" if f["value"] and f["value"] != f["published"] else ""
    return f"""<div class="figure-entry" id="{f["id"]}">
<h3>{e(f["label"])}</h3>
<dl><dt>As published</dt><dd><a href="{back}">{e(f["published"])}</a></dd>{exact}
<dt>Formula</dt><dd>{e(f["formula"])}</dd>
<dt>Made from</dt><dd><ul>{links}</ul></dd>
<dt>Id</dt><dd><code>{e(f["id"])}</code></dd>{command}</dl>
</div>"""


def _row_entry(row: dict, sources: dict[str, Source], own: str) -> str:
    e = html.escape
    source = source_of(sources, row, own)
    named = f"{e(source.title)} ({e(source.publisher)}, {format_day(source.date)})" if source else e(row["source_id"])
    table, cells = Path(row["file"].split("#")[-1]).stem, named_cells(row)
    pairs = "; ".join(f"{e(c)}: {e(v)}" for c, v in cells.items() if v and c not in ("source_id", "locator"))
    withheld = "" if cells else "<p>The row holds a small number, so its cells are not published.</p>"
    hashed = f"<dt>sha256 of the row</dt><dd><code>{row['sha256']}</code></dd>" if row["sha256"] else ""
    return f"""<div class="row-entry" id="{_row_id(row)}">
<h3><a href="data/{e(table)}.csv" download>{e(row["file"])}</a>, row {row["row"]}</h3>
{withheld}<p class="cells">{pairs}</p>
<dl><dt>Source</dt><dd>{named}</dd><dt>Where in it</dt><dd>{e(row["locator"])}</dd>{hashed}</dl>
</div>"""
