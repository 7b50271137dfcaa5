"""What a reader of a provenance page can tell apart: links of one entry lead to different rows only under different
words.
"""

import json

import lxml.html
import pytest
from conftest import ROOT
from rows_read import rows_on

from improvement_reports.domain.row_records import named_cells
from improvement_reports.pages.page_of_parts import PageParameters
from improvement_reports.pages.provenance import Provenance, figures_page
from improvement_reports.pages.rows_of_data import SAID_APART
from improvement_reports.pages.words_of_rows import FEW, row_words
from improvement_reports.runs.figures_file import read_figures


def entry_of(figure: dict) -> lxml.html.HtmlElement:
    """The entry of a figure as it stands on the page."""
    page = figures_page(PageParameters("a", "2024-03", "A"), "A", [figure], {}, False)
    return lxml.html.fragment_fromstring(page, create_parent="div").xpath(".//table[@class='figures']//tr[@id]")[0]


def made_from_cell(entry: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    return entry.xpath("./td")[2]


EDITIONS = sorted(ROOT.glob("reports/*/*/*/v*/figures.json"))


@pytest.mark.slow
@pytest.mark.parametrize("path", EDITIONS, ids=lambda p: "/".join(p.parts[-5:-1]))
def test_links_of_an_entry_say_where_they_lead(path):
    figures = read_figures(path)["figures"]
    assert figures
    for figure in figures:
        entry = entry_of(figure)
        links = [(a.text_content(), a.get("href")) for a in made_from_cell(entry).xpath("./a")]
        assert len({words for words, _ in links}) == len({href for _, href in links}), figure["id"]


@pytest.mark.slow
@pytest.mark.parametrize("path", EDITIONS, ids=lambda p: "/".join(p.parts[-5:-1]))
def test_every_row_is_on_the_pages_with_all_that_is_known_of_it(path):
    """Whatever is said once for many rows: a reader can tell of each its file, source, cells, place and fingerprint."""
    record = read_figures(path)
    figures, sources = record["figures"], {}
    provenance = Provenance(PageParameters("a", "2024-03", "A"), "A", figures, sources, False)
    rows = {(i["file"], i["row"]): i for f in figures for i in f["inputs"]}
    found = {}
    for name, text in provenance.pages().items():
        page = lxml.html.fragment_fromstring(text, create_parent="div")
        found |= {(name.replace(".qmd", ".html"), row.id): row for row in rows_on(page)}
    assert len(found) == len(rows)
    for key, row in rows.items():
        read = found[provenance.places.rows[key]]
        assert (read.number, read.place, read.sha256) == (row["row"], row["locator"], row["sha256"][:12])
        assert f"{row['file']}, from {row['source_id']}" in read.said
        cells = {c: v for c, v in named_cells(row).items() if v and c not in SAID_APART}
        assert [c for c, v in cells.items() if not read.says(c, v)] == [], (key, read)
        assert bool(cells) or "its cells are not published" in read.words


def test_an_entry_says_the_numbers_it_was_computed_from():
    """A direction of travel compares two values, and both stand in its entry, with their months."""
    path = ROOT / "reports/gloucestershire/2021-04/board/v1/figures.json"
    figures = {f["id"]: f for f in json.loads(path.read_text(encoding="utf-8"))["figures"]}
    found = figures["casework_supervision_pct.2021-04.direction"]
    text = entry_of(found).text_content()
    assert "row 28: 86" in text and "row 29: 81, 2021-03" in text


FIGURE = {"id": "a", "kind": "number", "label": "A", "published": "5", "value": "5", "formula": "f"}


def rows(*places: tuple[str, int]) -> list[dict]:
    return [{"file": f, "row": n, "sha256": "", "cells": "", "source_id": "s", "locator": f"p. {n}"} for f, n in places]


def made_from(inputs: list[dict]) -> list[str]:
    """The lines of what a figure was made from, as they are read."""
    return lines_of({**FIGURE, "inputs": inputs})


def lines_of(figure: dict) -> list[str]:
    cell = made_from_cell(entry_of(figure))
    for br in cell.xpath("./br"):
        br.tail = f"\n{br.tail or ''}"
    return cell.text_content().split("\n")


def test_of_few_rows_each_stands_with_its_place_and_of_many_none():
    few = [(f"a/2024-0{n}/claims.csv", n) for n in range(1, FEW + 1)]
    assert made_from(rows(*few))[0] == "claims.csv: 2024-01, row 1: p. 1" and len(made_from(rows(*few))) == FEW
    many = made_from(rows(*few, ("official-statistics/areas.csv", 7), ("a/2024-01/claims.csv", 9)))
    assert many[0].startswith("claims.csv: 2024-01, row 1; 2024-01, row 9; 2024-02, row 2; ")
    assert many[1] == "areas.csv: row 7" and len(many) == 2


def test_rows_that_would_read_alike_are_named_whole():
    many = made_from(rows(*[(f"a/2024-0{n}/claims.csv", 1) for n in range(1, FEW + 1)], ("a/2024-01/risks.csv", 1)))
    assert many[0].startswith("claims.csv: 2024-01, row 1; ") and many[1] == "2024-01/risks.csv, row 1"


def test_many_rows_with_numbers_stand_on_lines_of_their_own_without_their_places():
    cells = json.dumps(["m", "a", "2021-04", "month", "", "86"])
    many = [{**row, "cells": cells} for row in rows(*[("a/2021-04/observations.csv", n) for n in range(20)])]
    lines = made_from(many)
    assert lines[:2] == ["observations.csv: 2021-04, row 0: 86", "2021-04, row 1: 86"]
    assert len(lines) == 20 and not any("p. " in line for line in lines)


def test_rows_of_a_table_that_stand_below_each_other_are_named_by_the_first_and_the_last():
    """One link leads to the first of them, and the others follow; rows between them that are of no figure are none."""
    many = rows(
        *[("a/2024-01/claims.csv", n) for n in (2, 3, 4, 7, 9)], *[("a/2024-02/claims.csv", n) for n in range(6)]
    )
    figure = {**FIGURE, "kind": "table", "inputs": many}
    assert lines_of(figure) == ["claims.csv: 2024-01, 5 rows from 2 to 9; 2024-02, rows 0 to 5"]
    links = made_from_cell(entry_of(figure)).xpath("./a/@href")
    assert links == ["#r1", "#r6"]


def test_a_row_of_another_page_ends_what_is_named_together():
    heavy = rows(*[("a/2024-01/claims.csv", n) for n in range(2000)])
    figures = [
        {**FIGURE, "id": "a", "kind": "table", "inputs": heavy[:1000]},
        {**FIGURE, "id": "b", "kind": "table", "inputs": heavy[500:1500]},
        {**FIGURE, "id": "c", "kind": "table", "inputs": heavy[:1]},
    ]
    pages = Provenance(PageParameters("a", "2024-03", "A"), "A", figures, {}, False).pages()
    cells = [
        made_from_cell(tr)
        for name in sorted(pages)
        for tr in lxml.html.fragment_fromstring(pages[name], create_parent="div").xpath("//tr[th and td/a[@href]][@id]")
        if tr.xpath("ancestor::table[@class='figures']")
    ]
    assert cells[0].text_content() == "claims.csv: 2024-01, rows 0 to 999"
    assert cells[1].text_content() == "claims.csv: 2024-01, rows 500 to 999; 2024-01, rows 1000 to 1499"
    assert cells[1].xpath("./a/@href") == ["figures-1.html#r501", "#r1001"]


def test_the_only_row_of_a_number_says_its_place_and_its_numbers_where_they_are_not_the_figure():
    cells = json.dumps(["m", "a", "2021-04", "month", "", "86"])
    row = {**rows(("a/2021-04/observations.csv", 3))[0], "cells": cells}
    name = "2021-04/observations.csv, row 3"
    assert lines_of({**FIGURE, "value": "86", "inputs": [row]}) == [f"{name}: p. 3"]
    assert lines_of({**FIGURE, "value": "85", "inputs": [row]}) == [f"{name}: 86; p. 3"]
    assert lines_of({**FIGURE, "inputs": []}) == ["no row"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["m", "a", "2021-04", "month", "North", "86", "43", "50", "", "published", "s", "p"], "86, (43 of 50), North"),
        (["m", "a", "2021-04", "month", "", "86", "", "", "", "published", "s", "p"], "86"),
        (["m", "a", "2021-03", "month", "", "86", "", "", "", "published", "s", "p"], "86, 2021-03"),
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
    assert row_words(row) == expected
