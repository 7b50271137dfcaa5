"""From an executed notebook to the sources of its page, the same for both renderers.

The executed notebook stays as it is (``report.ipynb``, for download and for `verify`). Beside it are laid: ``index.ipynb``
(what is rendered: the same outputs as Markdown with fenced HTML, charts as files with alternative texts), ``figures.qmd``
(where each figure comes from), ``figures.json``, ``figures.csv``, ``charts/`` and ``data/``.
"""

import copy
import html
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import demonstration_note, fenced, front_matter, texts
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.origins import source_of
from improvement_reports.domain.rows import named_cells
from improvement_reports.runs.draft import PageFacts
from improvement_reports.runs.outputs import page_outputs
from improvement_reports.runs.run import EXECUTED
from improvement_reports.terms import with_terms
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.parameters import ReportParameters
from improvement_reports.workspace.places import MONTH

# Links to what lies beside a page: its provenance page, its charts and its downloads.
BESIDE = re.compile(r'((?:href|src|srcset)=")(?=(?:figures\.html|figures\.csv|figures\.json|report\.ipynb|charts/|data/))')
FIGURE_LINK = re.compile(r'data-figure="([^"]+)"')




# The page

HEADING_LINE = re.compile(r"(#{2,6}) \S")
HEADING_ALONE = re.compile(r"(#{2,6}) [^\n]+")












def page_notebook(notebook, fields: dict, frame: "Frame | None" = None):
    """The notebook that is rendered: front matter, Markdown cells, and code cells with their page outputs alone."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

    frame = frame or Frame()
    cells, seen = [new_raw_cell(front_matter(fields), id="front-matter")], set()
    if frame.top:
        cells.append(new_markdown_cell(frame.top.strip(), id="edition-top"))

    def with_id(match: re.Match) -> str:  # the first place where a figure stands carries its id
        figure = match[1]
        if figure in seen:
            return match[0]
        seen.add(figure)
        return f'id="n-{figure}" {match[0]}'

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cells.append(copy.deepcopy(cell))
        texts = [prefixed(FIGURE_LINK.sub(with_id, text), frame.prefix) for text in page_outputs(cell)]
        if texts:
            outputs = [new_output("display_data", data={"text/markdown": text}) for text in texts]
            # asis: without Quarto's wrapping, so that a heading in an output has its place in the contents
            cells.append(new_code_cell(f"#| output: asis\n{cell.source}", id=cell.id, outputs=outputs))
    if frame.bottom:
        cells.append(new_markdown_cell(frame.bottom.strip(), id="edition-bottom"))
    return new_notebook(cells=without_empty_sections(cells), metadata=notebook.metadata)


def without_empty_sections(cells: list) -> list:
    """The cells of a page, changed in place, without headings under which nothing stands: a promise that is not kept."""
    next_level = 1  # of what follows: a heading of this level, or 0 for anything that can be read
    for cell in reversed(cells):
        if cell.cell_type == "code":
            kept = []
            for output in reversed(cell.outputs):
                text = output["data"]["text/markdown"]
                if text.strip() and not _is_empty_heading(text, next_level):
                    kept.insert(0, output)
                    next_level = _level(text, next_level)
            cell.outputs = kept
        elif _is_empty_heading(cell.source, next_level):
            cell.source = ""
        else:
            next_level = _level(cell.source, next_level)
    return [c for c in cells if c.cell_type == "raw" or (c.source.strip() and (c.cell_type != "code" or c.outputs))]


def _is_empty_heading(text: str, next_level: int) -> bool:
    """Whether a text is a heading alone, and what follows is not below it."""
    found = HEADING_ALONE.fullmatch(text.strip())
    return bool(found) and 0 < next_level <= len(found[1])


def _level(text: str, next_level: int) -> int:
    """What a text begins with: the level of its heading, 0 for words; a text of nothing changes nothing."""
    if not text.strip():
        return next_level
    found = HEADING_LINE.match(text.strip())
    return len(found[1]) if found else 0


def prefixed(text: str, prefix: str) -> str:
    """A text whose links to the files beside a page lead into another folder."""
    return BESIDE.sub(rf"\1{prefix}", text) if prefix else text


# Where each figure comes from


def figures_page(
    params: ReportParameters, authority_name: str, figures: list[dict], sources: dict, illustrative: bool, frame: "Frame | None" = None
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
        parts.append(
            fenced(demonstration_note())
        )
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
    """The numbers of a row in words, so that an entry says by itself what was computed from what; nothing for other rows.

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
        f'<li><a href="#{_row_id(i)}">{e(_row_name(i))}</a>: {e("; ".join(filter(None, (_row_words(i), i["locator"]))))}</li>'
        for i in f["inputs"]
    )
    back = f"index.html#{f['id'] if f['kind'] != 'number' else 'n-' + f['id']}"
    command = f"<dt>Command</dt><dd><code>python3 make.py figure {e(reference)}#{e(f['id'])}</code></dd>" if reference else ""
    exact = f"<dt>Unrounded</dt><dd>{e(f['value'])}</dd>" if f["value"] and f["value"] != f["published"] else ""
    return f"""<div class="figure-entry" id="{f["id"]}">
<h3>{e(f["label"])}</h3>
<dl><dt>As published</dt><dd><a href="{back}">{e(f["published"])}</a></dd>{exact}
<dt>Formula</dt><dd>{e(f["formula"])}</dd>
<dt>Made from</dt><dd><ul>{links}</ul></dd>
<dt>Id</dt><dd><code>{e(f["id"])}</code></dd>{command}</dl>
</div>"""




def _row_entry(row: dict, sources: dict, own: str) -> str:
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


# Downloads










# Laying all of it




@dataclass(frozen=True)
class Frame:
    """What stands around the content of a page and depends on what else is published.

    ``top`` and ``bottom``: Markdown with fenced HTML. ``prefix``: from the page to the folder of the files beside it.
    ``reference``: what the commands of an auditor call the report.
    """

    top: str = ""
    bottom: str = ""
    prefix: str = ""
    head: str = ""
    reference: str = ""






def lay_page(folder: Path, content: Path, facts: PageFacts, terms, frame: Frame) -> None:
    """Write the sources of a report's page into ``folder`` from what lies in ``content``."""
    import nbformat

    notebook = nbformat.read(content / EXECUTED, as_version=4)
    fields = {**texts(facts.title, facts.summary), "report-kind": str(facts.params.kind)}
    if frame.head:
        fields["header-includes"] = frame.head
    page = with_terms(page_notebook(notebook, fields, frame), terms)
    write_whole(folder / "index.ipynb", nbformat.writes(page) + "\n")
    if not frame.prefix:
        figures = json.loads((content / "figures.json").read_text(encoding="utf-8"))["figures"]
        beside = replace(frame, top=frame.top.replace('href="#', 'href="index.html#'))
        write_whole(folder / "figures.qmd", figures_page(facts.params, facts.short_name, figures, facts.sources, facts.illustrative, beside))








