"""A page that is made without a notebook, of parts: the page, its provenance page and its downloads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from improvement_reports.domain.markup import fenced, front_matter, texts
from improvement_reports.domain.row_records import named_cells, table_of
from improvement_reports.domain.tables import COLUMNS, RETURN_TABLES
from improvement_reports.facts.blocks import HEADING, HTML, Block, ChartBlock
from improvement_reports.facts.facts import Facts
from improvement_reports.facts.figures import Figure, link
from improvement_reports.pages.provenance import Provenance
from improvement_reports.pages.report import with_entries, with_figure_ids
from improvement_reports.runs.downloads import csv_text, figures_csv, official_rows
from improvement_reports.runs.figures_file import figures_json
from improvement_reports.runs.outputs import chart_html
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.parameters import Source

# What a page is made of: Markdown, blocks and charts.
Part = str | Block | ChartBlock


class Collector:
    """Takes the figures that are shown, as `Facts` does for a report; what its pictures show is said with each."""

    picture_source = ""

    def __init__(self) -> None:
        self._figures: list[Figure] = []

    def show(self, figure: Figure, content: str | None = None, css_class: str = "n") -> str:
        self._figures.append(figure)
        return link(figure, content, css_class)

    def take_figures(self, shown_in: str | None = None) -> list[Figure]:
        taken, self._figures = self._figures, []
        return [f for f in taken if shown_in is None or f'data-figure="{f.id}"' in shown_in]


@dataclass(frozen=True)
class PageParameters:
    """What is asked of the parameters of a report, for a page that is none."""

    authority: str
    month: str
    title: str = ""
    kind: str = "page"


@dataclass(frozen=True)
class Page:
    """What `figure_table` asks of a report, for a page that is none."""

    params: PageParameters
    facts: Collector | Facts


def page_of(authority: str, month: str) -> Page:
    return Page(PageParameters(authority, month), Collector())


def write_page(
    folder: Path,
    title: str,
    description: str,
    month: str,
    parts: Sequence[Part],
    figures: list[Figure],
    sources: dict[str, Source],
    authority: str = "",
    is_illustrative: bool = False,
) -> None:
    """Write ``index.qmd``, ``figures.qmd``, ``figures.json``, ``figures.csv`` and charts. ``parts``: Markdown, blocks
    or charts.
    """
    records = _records([*figures, *(f for part in parts for f in figures_of_part(part))])
    params = PageParameters(authority, month, title)
    provenance = Provenance(params, title, records, sources, is_illustrative)
    body = with_figure_ids("\n\n".join(_source(part) for part in parts), set())
    body = with_entries(body, provenance.places.figures)
    write_whole(folder / "index.qmd", front_matter(texts(title, description)) + "\n\n" + body + "\n")
    for name, text in provenance.pages().items():
        write_whole(folder / name, text)
    write_whole(folder / "figures.json", figures_json(params, records, sources))
    write_whole(folder / "figures.csv", figures_csv(records, ""))
    for name, text in _tables(records).items():
        write_whole(folder / "data" / f"{name}.csv", text)
    for chart in (part for part in parts if isinstance(part, ChartBlock)):
        name = chart.figure.id.split(".", 1)[1]
        write_whole(folder / "charts" / f"{name}.svg", chart.svg)
        write_whole(folder / "charts" / f"{name}-narrow.svg", chart.svg_narrow)


def figures_of_part(part: Part) -> list[Figure]:
    """The figures that a part shows itself."""
    if isinstance(part, ChartBlock):
        return [*part.figures, part.figure]
    return list(part.figures) if isinstance(part, Block) else []


def _records(figures: list[Figure]) -> list[dict]:
    """The records of figures, each once, as they are written: their rows as mappings."""
    found: dict[str, Figure] = {}
    for f in figures:
        found.setdefault(f.id, f)
    records = [{**f.record(), "cell": 0} for f in found.values()]
    return [{**r, "inputs": [dict(i) if not isinstance(i, dict) else i for i in r["inputs"]]} for r in records]


def _tables(records: list[dict]) -> dict[str, str]:
    """The rows that figures were made from as CSV, by the name of their table: official ones, then those of returns."""
    official = {n: csv_text([*COLUMNS[n], "source_row"], rows) for n, rows in official_rows(records).items()}
    returns = {
        n: csv_text([*RETURN_TABLES[n].column_names, "source_row", "source_file"], rows)
        for n, rows in return_rows(records).items()
    }
    return official | returns


def return_rows(records: list[dict]) -> dict[str, list[list]]:
    """The rows of returns that figures were made from, by table: raw cells, row number and file.

    A row whose cells are not published, because it holds a small number, stands there with its number and file alone.
    """
    found: dict[str, dict[tuple, list]] = {}
    for i in (i for f in records for i in f["inputs"]):
        table = table_of(i["file"])
        if table in RETURN_TABLES and not i["file"].startswith("official-statistics/"):
            cells = named_cells(i)
            found.setdefault(table, {})[i["file"], i["row"]] = [
                *(cells.get(c, "") for c in RETURN_TABLES[table].column_names),
                i["row"],
                i["file"],
            ]
    return {table: [rows[key] for key in sorted(rows)] for table, rows in sorted(found.items())}


def _source(part: Part) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, ChartBlock):
        record = {
            "id": part.figure.id,
            "finding": part.finding,
            "subtitle": part.subtitle,
            "alt": part.alt,
            "source": part.source,
            "table": part.table,
        }
        return fenced(chart_html(record))
    if part.form == HEADING:
        return f"{part.text} {{#{part.anchor}}}"
    return fenced(part.text) if part.form == HTML else part.text
