"""The files that a reader may take from the page of a newest edition (`pages.taking`): pictures and values.

A picture carries all that it needs once it stands alone: headline, subtitle, source, whether its figures are made up,
and the citation of the edition with its address. Nothing of an edition is changed: the drawing in it is a file of its
own. Values are those of the figures that the page shows.
"""

import re
from pathlib import Path

import lxml.html
from lxml.html import HtmlElement

from improvement_reports.charts.frame import framed, is_framed, signed
from improvement_reports.editions.citing import edition_citation
from improvement_reports.editions.downloads.facts import ILLUSTRATIVE
from improvement_reports.editions.edition import Edition, newest_edition
from improvement_reports.pages.taking import CHARTS, OFFERED, TABLES, chart_name
from improvement_reports.runs.downloads import csv_text
from improvement_reports.runs.figures_file import read_figures
from improvement_reports.runs.reports import Job
from improvement_reports.site.pictures import can_draw, for_the_font, write_pictures
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.places import Project

TWICE = 1440  # pixels: twice the width of a drawing
REPORT_PAGES = "reports/*/*/*/index.html"
# Quarto gives a figure a class of its own besides.
CHART = re.compile(r'<figure class="chart[^"]*" id="([^"]+)">.*?</figure>', re.DOTALL)
TABLE = re.compile(r'href="[^"]*tables/([\w.-]+)\.csv"')


def write_taken_away(project: Project, output: Path, url: str) -> None:
    """Write every picture and every file of values that the pages of newest editions offer. ``url``: where the site is
    published, or "".
    """
    wanted: dict[Path, tuple[str, int]] = {}
    for path in sorted(output.glob(REPORT_PAGES)):
        page = path.read_text(encoding="utf-8")
        edition = newest_edition(project, *Job(*path.parts[-4:-1])) if _offers(page) else None
        if edition is None:
            continue
        folder = path.parent / edition.version
        values = _values(folder / "figures.json")
        for id_ in TABLE.findall(page):
            write_whole(folder / TABLES / f"{id_}.csv", values[id_])
        for chart in CHART.finditer(page):
            beside = folder / CHARTS / chart_name(chart[1])
            write_whole(beside.with_name(f"{beside.name}.csv"), values[chart[1]])
            drawing = picture(beside.with_name(f"{beside.name}.svg"), chart[0], edition, url)
            write_whole(beside.with_name(f"{beside.name}.picture.svg"), drawing)
            wanted[beside.with_name(f"{beside.name}.png")] = (for_the_font(drawing), TWICE)
    if can_draw():
        write_pictures(project, wanted)


def _offers(page: str) -> bool:
    return OFFERED.search(page) is not None or TABLE.search(page) is not None


def _values(path: Path) -> dict[str, str]:
    """The values of each chart and table of an edition as CSV, by the id of its figure."""
    tables = {f["id"]: f["data"] for f in read_figures(path)["figures"] if f.get("data")}
    return {id_: csv_text(rows[0], rows[1:]) for id_, rows in tables.items()}


def picture(path: Path, chart: str, edition: Edition, url: str) -> str:
    """A drawing of an edition made to stand alone: with the words of the page around it, unless it was published with
    them, and with what cites it beneath. ``chart``: the element of the page.
    """
    svg = path.read_text(encoding="utf-8")
    if not is_framed(svg):
        element = lxml.html.fragment_fromstring(chart)
        finding, subtitle = (_words(element, f".//figcaption/p[@class='{name}']") for name in ("finding", "subtitle"))
        svg = framed(svg, finding, subtitle, ILLUSTRATIVE if edition.manifest.illustrative else "")
    return signed(svg, edition_citation(edition, url))


def _words(element: HtmlElement, path: str) -> str:
    found = element.xpath(path)
    return " ".join(found[0].text_content().split()) if isinstance(found, list) and found else ""
