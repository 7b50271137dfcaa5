"""Charts on paper: headline, picture and what is said of it stand on one sheet, wherever the sheet ends."""

import re
from pathlib import Path

import pytest
from conftest import ROOT
from markupsafe import Markup

from improvement_reports.charts.bars import Bar, bars
from improvement_reports.charts.canvas import WIDE
from improvement_reports.charts.frame import framed
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.sections.measure_words import NOTHING

pytestmark = pytest.mark.browser
CHARTS = 16


def link(part: str, number: int) -> Markup:
    """A link of a name of its own: the PDF says on which sheet each of them stands."""
    return Markup(f'<a href="http://{part}.example/{number}">{part} {number}</a>')


def page(folder: Path) -> Path:
    """A page of charts with texts of many lengths between them, so that sheets end at every part of a chart."""
    (folder / "charts").mkdir()
    drawing = framed(bars([Bar("Visits in time", 80, 90, "80%")] * 5, Unit.PERCENT, WIDE), "H", "S", "Source: x")
    parts = []
    for n in range(CHARTS):
        for name in (f"c{n}", f"c{n}-narrow"):
            (folder / "charts" / f"{name}.svg").write_text(drawing, encoding="utf-8")
        words = {
            "finding": link("finding", n),
            "subtitle": Markup("Subtitle"),
            "said": fill("sections/said.html", **said(n)),
        }
        words |= {"table": Markup("<table class='data'><tr><td>1</td></tr></table>"), "source": Markup("Rows")}
        parts.append(f"<p>{'Words of the report. ' * (40 + 37 * n % 190)}</p>")
        parts.append(str(fill("chart.html", id=f"chart.c{n}", name=f"c{n}", alt="A chart", **words)))
    style = (ROOT / "theme" / "site.css").read_text(encoding="utf-8")
    body = f"<!doctype html><html lang='en'><meta charset='utf-8'><style>{style}</style><main>{''.join(parts)}</main></html>"
    path = folder / "index.html"
    path.write_text(body, encoding="utf-8")
    return path


def said(n: int) -> dict:
    return {**NOTHING, "direction": link("said", n), "against": "against its first twelve values"}


def sheets(pdf: bytes) -> dict[str, int]:
    """On which sheet each link stands: the objects of Chromium's files name their links in plain text."""
    objects = {int(n): body for n, body in re.findall(rb"(\d+) 0 obj\s*(.*?)endobj", pdf, re.DOTALL)}
    found: dict[str, int] = {}
    number = 0
    for body in objects.values():
        if not re.search(rb"/Type\s*/Page\b", body):
            continue
        number += 1
        listed = re.search(rb"/Annots\s*\[(.*?)\]\s", body, re.DOTALL)
        refs = re.findall(rb"(\d+) 0 R", listed[1]) if listed else []
        for text in [body, *(objects.get(int(ref), b"") for ref in refs)]:
            for address in re.findall(rb"/URI\s*\((http://[^)]*)\)", text):
                found.setdefault(address.decode(), number)
    return found


def test_a_chart_is_never_parted_from_its_headline(browser, tmp_path):
    path = page(tmp_path)
    tab = browser.new_page()
    tab.goto(path.as_uri())
    tab.pdf(path=tmp_path / "out.pdf", format="A4")
    tab.close()
    found = sheets((tmp_path / "out.pdf").read_bytes())
    assert len(found) == 2 * CHARTS
    parted = [n for n in range(CHARTS) if found[f"http://finding.example/{n}"] != found[f"http://said.example/{n}"]]
    assert parted == []
    assert len(set(found.values())) > 4  # else no sheet ended at a chart
