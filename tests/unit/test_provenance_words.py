"""What a reader of a provenance page can tell apart: links of one entry lead to different rows only under different
words.
"""

import json

import lxml.html
import pytest
from conftest import ROOT

from improvement_reports.pages.page_of_parts import PageParameters
from improvement_reports.pages.provenance import FEW, _row_words, figures_page
from improvement_reports.runs.figures_file import read_figures


def entry_of(figure: dict) -> lxml.html.HtmlElement:
    """The entry of a figure as it stands on the page."""
    page = figures_page(PageParameters("a", "2024-03", "A"), "A", [figure], {}, False)
    return lxml.html.fragment_fromstring(page, create_parent="div").xpath(".//*[@class='figure-entry']")[0]


EDITIONS = sorted(ROOT.glob("reports/*/*/*/v*/figures.json"))


@pytest.mark.slow
@pytest.mark.parametrize("path", EDITIONS, ids=lambda p: "/".join(p.parts[-5:-1]))
def test_links_of_an_entry_say_where_they_lead(path):
    figures = read_figures(path)["figures"]
    assert figures
    for figure in figures:
        entry = entry_of(figure)
        links = [(a.text_content(), a.get("href")) for a in entry.xpath(".//ul//a")]
        assert len({words for words, _ in links}) == len({href for _, href in links}), figure["id"]


def test_an_entry_says_the_numbers_it_was_computed_from():
    """A direction of travel compares two values, and both stand in its entry, with their months."""
    path = ROOT / "reports/gloucestershire/2021-04/board/v1/figures.json"
    figures = {f["id"]: f for f in json.loads(path.read_text(encoding="utf-8"))["figures"]}
    found = figures["casework_supervision_pct.2021-04.direction"]
    text = entry_of(found).text_content()
    assert "86, 2021-04" in text and "81, 2021-03" in text


FIGURE = {"id": "a", "kind": "number", "label": "A", "published": "5", "value": "5", "formula": "f"}


def rows(*places: tuple[str, int]) -> list[dict]:
    return [{"file": f, "row": n, "sha256": "", "cells": "", "source_id": "s", "locator": f"p. {n}"} for f, n in places]


def made_from(inputs: list[dict]) -> list[str]:
    """The lines of what a figure was made from, as they are read."""
    return [li.text_content() for li in entry_of({**FIGURE, "inputs": inputs}).xpath(".//li")]


def test_of_few_rows_each_stands_with_its_place_and_of_many_by_their_table():
    few = [(f"a/2024-0{n}/claims.csv", n) for n in range(1, FEW + 1)]
    assert made_from(rows(*few))[0] == "2024-01/claims.csv, row 1: p. 1" and len(made_from(rows(*few))) == FEW
    many = made_from(rows(*few, ("official-statistics/areas.csv", 7), ("a/2024-01/claims.csv", 9)))
    assert many[0].startswith("claims.csv: 2024-01, row 1; 2024-02, row 2; ") and many[0].endswith("2024-01, row 9")
    assert many[1] == "areas.csv: row 7" and len(many) == 2


def test_rows_that_would_read_alike_are_named_whole():
    many = made_from(rows(*[("a/2024-01/claims.csv", n) for n in range(1, FEW + 1)], ("a/2024-01/risks.csv", 1)))
    assert many[0].startswith("claims.csv: 2024-01, row 1; ") and many[1] == "2024-01/risks.csv, row 1"


def test_many_rows_with_numbers_stand_on_lines_of_their_own_without_their_places():
    cells = json.dumps(["m", "a", "2021-04", "month", "", "86"])
    many = [{**row, "cells": cells} for row in rows(*[("a/2024-01/observations.csv", n) for n in range(20)])]
    (item,) = entry_of({**FIGURE, "inputs": many}).xpath(".//li")
    lines = [item.text, *(a.tail for a in item.xpath("./a"))]
    assert lines[0] == "observations.csv: " and all(line.startswith(": 86") for line in lines[1:])
    assert len(item.xpath("./br")) == 19 and "p. 3" not in item.text_content()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            ["m", "a", "2021-04", "month", "North", "86", "43", "50", "", "published", "s", "p"],
            "86, (43 of 50), North, 2021-04",
        ),
        (["m", "a", "2021-04", "month", "", "86", "", "", "", "published", "s", "p"], "86, 2021-04"),
        (["m", "a", "2021-04", "month", "", "", "", "", "", "suppressed", "s", "p"], ""),
    ],
)
def test_a_row_in_words(cells, expected):
    from improvement_reports.domain.tables import OBSERVATIONS

    columns = OBSERVATIONS.column_names
    named = dict(
        zip(
            ("measure_id", "area", "period", "period_type", "category", "value", "numerator", "denominator"),
            cells,
            strict=False,
        )
    )
    row = {"file": "avon/2021-04/observations.csv", "cells": json.dumps([named.get(c, "") for c in columns])}
    assert _row_words(row) == expected
