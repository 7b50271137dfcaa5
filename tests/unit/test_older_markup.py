"""Tables of published notebooks in today's markup: the same words, links and roles, in fewer bytes."""

import json

import lxml.html
import pytest
from conftest import ROOT

from improvement_reports.domain.html_tables import Column, table
from improvement_reports.facts.figures import MIME
from improvement_reports.pages.older_markup import as_today

EDITIONS = sorted(ROOT.glob("reports/*/*/*/v*/report.ipynb"))
OLD = """<table class="data few" role="table">
<caption>C</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Its own</th><th role="columnheader" scope="col" class="number">Value</th></tr></thead>
<tbody role="rowgroup">
<tr role="row" id="x"><th role="rowheader" scope="row">a</th><td role="cell" data-label="Value" class="number"><span class="cell"><span class="none">–</span></span></td></tr>
<tr role="row"><th role="rowheader" scope="row">b</th><td role="cell" data-label="Value" class="number"><span class="cell"><a href="#5">5</a> of <span class="when">6</span></span></td></tr>
</tbody>
</table>"""


def texts(path) -> list[str]:
    found = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for data in (o.get("data", {}) for o in cell.get("outputs", []) if MIME in o.get("data", {})):
            found += ["".join(data.get("text/markdown", "")), "".join(data[MIME].get("table", ""))]
    return [t for t in found if "<table" in t]


def seen(text: str) -> tuple:
    """What a reader has of a text: words of each cell, links, roles, anchors; cells may be parted by a blank or not."""
    tree = lxml.html.fragment_fromstring(text, create_parent="div")
    cells = [(e.tag, e.text_content()) for e in tree.iter("caption", "th", "td")]
    return (
        cells,
        tree.xpath("//@href"),
        tree.xpath("//@role"),
        tree.xpath("//@id"),
        "".join(tree.text_content().split()),
    )


@pytest.mark.parametrize("path", EDITIONS, ids=lambda p: "/".join(p.parts[-5:-1]))
def test_every_table_that_was_published_says_the_same(path):
    for text in texts(path):
        new = as_today(text)
        assert seen(new) == seen(text)
        if new != text:  # what is of today already may have marks of its own
            assert "data-label" not in new and 'class="cell"' not in new and "scope=" not in new
        assert as_today(new) == new


def test_what_holds_of_a_column_is_said_once():
    new = lxml.html.fromstring(as_today(OLD))
    assert new.get("class") == "data few right-2" and new.get("style") == "--c2:'Value'"
    assert new.xpath(".//td/@class") == ["none"] and new.xpath(".//tr/@id") == ["x"]
    assert new.xpath(".//td[2]") == [] and new.xpath(".//td/a/@href") == ["#5"]


def test_a_table_of_today_stays_as_it_is():
    made = table("C", [Column("a", "A", is_row_header=True), Column("b", "B", is_number=True)], [{"a": "x", "b": ""}])
    assert as_today(made) == made


def test_a_table_of_no_known_form_stays_as_it_was_published():
    odd = OLD.replace('<span class="cell"><a href="#5">5</a>', '<a href="#5">5</a><span>', 1)
    assert as_today(odd) == odd
