"""From an executed notebook to the sources of its page, the same for both renderers.

The executed notebook stays as it is (``report.ipynb``, for download and for `verify`). Beside it are laid: ``index.ipynb``
(what is rendered: the same outputs as Markdown with fenced HTML, charts as files with alternative texts), ``figures.qmd``
(where each figure comes from), ``figures.json``, ``figures.csv``, ``charts/`` and ``data/``.
"""

import copy
import csv
import html
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from improvement_reports.domain.alternatives import short_alternative
from improvement_reports.domain.escaping import guarded, markdown_text
from improvement_reports.domain.markup import demonstration_note, fenced, front_matter, texts
from improvement_reports.domain.numbers import format_day, round_half_up
from improvement_reports.domain.origins import OFFICIAL, home_of, named_sources, source_name, source_of
from improvement_reports.domain.rows import named_cells
from improvement_reports.domain.tables import COLUMNS, RETURN_TABLES
from improvement_reports.facts.figures import MIME
from improvement_reports.official.definitions import has_official, load_sources
from improvement_reports.prepare import read_processed
from improvement_reports.run import EXECUTED
from improvement_reports.terms import with_terms
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.parameters import ReportParameters, Source
from improvement_reports.workspace.places import MONTH

FIGURE_COLUMNS = [
    "id", "kind", "label", "published", "value", "unit", "measure_id", "area", "period", "formula", "inputs", "sources", "locators", "cell",
]  # fmt: skip
FACTS_FILE = "facts.json"
# Links to what lies beside a page: its provenance page, its charts and its downloads.
BESIDE = re.compile(r'((?:href|src|srcset)=")(?=(?:figures\.html|figures\.csv|figures\.json|report\.ipynb|charts/|data/))')
FIGURE_LINK = re.compile(r'data-figure="([^"]+)"')


def figures_of(notebook) -> list[dict]:
    """All figure records of an executed notebook in order of appearance, each once, with the index of its cell.

    Raises RuntimeError (a bug) if one id stands for two different figures.
    """
    found: dict[str, dict] = {}
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            for record in output.get("data", {}).get(MIME, {}).get("figures", []):
                known = found.setdefault(record["id"], {**record, "cell": index})
                if {**known, "cell": 0} != {**record, "cell": 0}:
                    raise RuntimeError(f"two different figures have the id {record['id']}")
    return list(found.values())


# The page

HEADING_LINE = re.compile(r"(#{2,6}) \S")
HEADING_ALONE = re.compile(r"(#{2,6}) [^\n]+")




def chart_html(record: dict) -> str:
    """A chart on the page: finding, subtitle, drawing for wide and narrow screens, source, and the equivalent table."""
    chart, alt = record["id"], html.escape(short_alternative(record["alt"]), quote=True)
    name = record["id"].split(".", 1)[1]
    return f"""<figure class="chart" id="{chart}">
<figcaption><p class="finding">{record["finding"]}</p><p class="subtitle">{record["subtitle"]}</p></figcaption>
<picture><source media="(max-width: 40em)" srcset="charts/{name}-narrow.svg"><img src="charts/{name}.svg" alt="{alt}"></picture>
<details class="fold"><summary>The values as a table</summary>
{record["table"]}
</details>
<p class="source">{record["source"]}</p>
</figure>"""


def page_outputs(cell) -> Iterator[str]:
    """The Markdown of each output of a cell that belongs on the page."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        record = data.get(MIME)
        if record is None:
            continue
        form = record["form"]
        if form == "prose":
            yield f"\n\n{data['text/markdown']}\n\n"
        elif form == "heading":
            yield f"\n\n{data['text/markdown']} {{#{record['anchor']}}}\n\n"
        elif form == "html":
            yield fenced(data["text/markdown"])
        elif form == "chart":
            yield fenced(chart_html(record))






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
        sources = dict.fromkeys(i["source_id"] if own is None else source_name(i["file"], i["source_id"], own) for i in f["inputs"])
        locators = dict.fromkeys(i["locator"] for i in f["inputs"])
        joined = {**f, "inputs": "; ".join(inputs), "sources": "; ".join(sources), "locators": "; ".join(locators)}
        return [joined[c] for c in FIGURE_COLUMNS]

    return csv_text(FIGURE_COLUMNS, (cells(f) for f in figures))


def figures_json(params: ReportParameters, figures: list[dict], sources: dict) -> str:
    content = {
        "report": {
            "authority": params.authority,
            "month": params.month,
            "kind": str(params.kind),
            "title": params.title,
        },
        "sources": {key: s.model_dump(mode="json", exclude_none=True) for key, s in sources.items()},
        "columns": {**{name: list(t.column_names) for name, t in RETURN_TABLES.items()}, **{name: list(c) for name, c in COLUMNS.items()}},
        "row_hash": "sha256 of the cells of the row as a JSON array of texts, UTF-8, no space between them; the cells are in the order of columns, without those columns that the row's file does not have (lacks)",
        "figures": figures,
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


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


# Laying all of it


@dataclass(frozen=True)
class PageFacts:
    """What a page needs besides its notebook and figures: of a run, or of the manifest of an edition."""

    params: ReportParameters
    short_name: str
    summary: str
    illustrative: bool
    sources: dict

    @property
    def title(self) -> str:
        return f"{self.short_name}: {self.params.title}"


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


def lay_report(project, authority: str, month: str, kind: str) -> Path:
    """Write what a run gives beside its page: figures, charts, data, notebook; returns their folder. Same notebook, same bytes."""
    import nbformat

    from improvement_reports.report import open_report

    report = open_report(authority, month, kind, project)
    notebook = nbformat.read(project.run_folder(authority, month, kind) / EXECUTED, as_version=4)
    figures = figures_of(notebook)
    folder = project.draft_folder(authority, month, kind)
    write_whole(folder / "figures.json", figures_json(report.params, figures, sources_of(project, report, figures)))
    write_whole(folder / "figures.csv", figures_csv(figures, f"{authority}/{month}"))
    write_whole(folder / EXECUTED, nbformat.writes(notebook) + "\n")
    _lay_charts(folder / "charts", notebook)
    shutil.rmtree(folder / "data", ignore_errors=True)
    for name, rows in official_rows(figures).items():
        write_whole(folder / "data" / f"{name}.csv", csv_text([*COLUMNS[name], "source_row"], rows))
    for name, table in RETURN_TABLES.items() if str(report.params.kind) != "profile" else ():
        write_whole(folder / "data" / f"{name}.csv", data_csv(report.facts.tables[name], table.column_names))
    facts = PageFacts(report.params, report.facts.authority.short_name, plain_summary(report), report.info.illustrative, {})
    stored = {"params": facts.params.model_dump(mode="json"), "short_name": facts.short_name, "summary": facts.summary, "illustrative": facts.illustrative}
    write_whole(folder / FACTS_FILE, json.dumps(stored, ensure_ascii=False, indent=1) + "\n")
    return folder


def draft_facts(folder: Path) -> PageFacts:
    """The facts that `lay_report` left in a folder."""
    stored = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    sources = json.loads((folder / "figures.json").read_text(encoding="utf-8"))["sources"]
    return PageFacts(
        ReportParameters(**stored["params"]), stored["short_name"], stored["summary"], stored["illustrative"],
        {key: Source(**s) for key, s in sources.items()},
    )  # fmt: skip


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


def sources_of(project, report, figures: list[dict]) -> dict:
    """The documents of a report's return, and those of other returns and the official releases that its figures use.

    By the names that `origins.source_name` gives: a short key is one of the report's own return, or of a release.
    """
    used = {(home_of(i["file"]), i["source_id"]) for f in figures for i in f["inputs"]}
    official = load_sources(project) if has_official(project) else {}
    found = dict(report.info.sources)
    for key, s in official.items():
        if (OFFICIAL, key) in used:
            found[f"{OFFICIAL}/{key}" if key in report.info.sources else key] = Source(**s.model_dump(exclude={"release"}))
    own = f"{report.params.authority}/{report.params.month}"
    for home in sorted({home for home, _ in used} - {own, OFFICIAL}):
        theirs = read_processed(project.processed_return(*home.split("/")))[1]["info"].sources
        found |= named_sources(home, {key: s for key, s in theirs.items() if (home, key) in used}, own)
    return found


def official_rows(figures: list[dict]) -> dict[str, list[list]]:
    """The rows of official tables that figures were made from, by table, as raw cells with their row number."""
    found: dict[str, dict[int, list]] = {}
    for f in figures:
        for i in f["inputs"]:
            table = Path(i["file"]).stem
            if i["file"].startswith("official-statistics/") and table in COLUMNS:
                found.setdefault(table, {})[i["row"]] = [*json.loads(i["cells"]), i["row"]]
    return {table: [rows[n] for n in sorted(rows)] for table, rows in sorted(found.items())}


def plain_summary(report) -> str:
    """The report's summary with its numbers, as plain text."""
    from improvement_reports.domain.markup import plain

    text = plain(report.fill(report.params.summary))
    report.facts.take_figures()
    return text


def _lay_charts(folder: Path, notebook) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            record = output.get("data", {}).get(MIME, {})
            if record.get("form") == "chart":
                name = record["id"].split(".", 1)[1]
                svg = output["data"]["image/svg+xml"]
                write_whole(folder / f"{name}.svg", svg if isinstance(svg, str) else "".join(svg))
                write_whole(folder / f"{name}-narrow.svg", record["svg_narrow"])
