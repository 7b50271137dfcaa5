"""What a reader takes from a page: one small line under each chart, a link beside the source of each table."""

import lxml.html
import pytest
from lxml import etree

from improvement_reports.charts.frame import framed, is_framed, signed
from improvement_reports.pages.frame import Frame
from improvement_reports.pages.taking import is_taken, with_ways_to_take

CHART = (
    '<figure class="chart" id="chart.reviews"><figcaption><p>It fell</p></figcaption><details><div class="table-block"'
    ' id="table.within"><p class="source">rows</p></div></details><p class="source">source</p></figure>'
)
TABLE = (
    '<div class="table-block" id="table.plan.2a">\n<table></table>\n<p class="source"><a href="x">Rows</a></p>\n</div>'
)


def test_each_chart_and_each_table_has_its_files_in_the_folder_of_the_edition():
    page = lxml.html.fromstring(f"<main>{with_ways_to_take(CHART + TABLE, Frame(prefix='v2/', takes=True))}</main>")
    (line,) = page.xpath("//figure/p[@class='take']")
    assert line.xpath("a/@href") == [
        "v2/charts/reviews.png",
        "v2/charts/reviews.picture.svg",
        "v2/charts/reviews.csv",
        "#chart.reviews",
        "#editions",
    ]
    assert page.xpath("//div[@id='table.plan.2a']/p/a/@href") == ["x", "v2/tables/table.plan.2a.csv"]
    assert [a.text for a in page.iter("a") if a.get("download") is None] == ["link", "citation", "Rows"]


def test_what_is_replaced_or_not_published_offers_nothing():
    assert with_ways_to_take(CHART + TABLE, Frame(prefix="v2/")) == CHART + TABLE


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("reports/a/2024-03/board/v1/charts/x.png", True),
        ("reports/a/2024-03/board/v1/charts/x.picture.svg", True),
        ("reports/a/2024-03/board/v1/charts/x.csv", True),
        ("reports/a/2024-03/board/v1/tables/table.plan.csv", True),
        ("reports/a/2024-03/board/v1/charts/y.png", False),  # there is no such chart
        ("reports/a/2024-03/board/v2/tables/table.plan.csv", False),  # nor such an edition
        ("reports/a/2024-03/board/v1/charts/x.html", False),
        ("reports/a/2024-03/board/v1/data/x.csv", False),
        ("reports/a/2024-03/board/v1/charts/../x.png", False),
    ],
)
def test_what_the_site_makes_is_known_by_the_files_it_is_made_of(name, taken):
    there = {"reports/a/2024-03/board/v1/charts/x.svg", "reports/a/2024-03/board/v1/figures.json"}
    assert is_taken(name, there) is taken


def test_a_picture_that_stands_alone_says_which_edition_it_is_of():
    """Beneath its source, on its own white ground, which grows with it."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="720" height="300"><path d="M0 0"/></svg>'
    before = framed(drawing, "It fell", "Reviews, by month", "Source: a council")
    root, old = (etree.fromstring(svg.encode()) for svg in (signed(before, "A council (2026). " * 12), before))
    bottom, was = (float(tree.get("viewBox").split()[3]) for tree in (root, old))
    lines = root.findall("{*}text")
    assert is_framed(before) and not is_framed(drawing) and bottom > was + 30
    assert float(root[0].get("height")) == bottom and lines[3].text.startswith("A council (2026).")
    assert len(lines) > 4 and all(was < float(line.get("y")) <= bottom for line in lines[3:])
    assert [line.text for line in lines[:3]] == ["It fell", "Reviews, by month", "Source: a council"]
