"""Rows of data in tables and lists: what all of them share is said once, and nothing of a row is lost."""

import json

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows_read import rows_on

from improvement_reports.domain.tables import OBSERVATIONS
from improvement_reports.domain.templates import fill
from improvement_reports.pages.rows_of_data import LETTERS, MANY, tables_of_rows

VALUES = st.fixed_dictionaries(
    {
        "measure_id": st.sampled_from("ab"),
        "period": st.sampled_from(["2024-01", "2024-02"]),
        "value": st.sampled_from(["", "1", "2"]),
        "area": st.sampled_from(["", "avon", "a, b"]),
    }
)
PLACES = st.sampled_from(["p. 1", "Table 2, row {n}", "Table 2, {period}, {area}", "{measure_id}, list, item {n}", ""])
FILES = st.sampled_from(["avon/2024-03", "avon/2024-04"])


def row(number: int, place: str = "p. 1", folder: str = "avon/2024-03", **cells: str) -> dict:
    said = [cells.get(c, {"source_id": "s", "locator": place}.get(c, "")) for c in OBSERVATIONS.column_names]
    return {
        "id": f"r{folder[-1]}{number}",
        "file": f"{folder}/observations.csv",
        "row": number,
        "cells": json.dumps(said) if cells else "",
        "locator": place,
        "sha256": f"{number:064}" if cells else "",
    }


def one_table(rows: list[dict]) -> dict:
    (found,) = tables_of_rows([(row, "S") for row in rows])
    return found


def read(rows: list[dict]) -> dict:
    """The rows as a reader finds them on the page, by their id."""
    tables = tables_of_rows([(row, f"Source {row['file']}") for row in rows])
    page = fill("pages/rows_of_data.html", tables=tables, in_archive=False)
    return {found.id: found for found in rows_on(lxml.html.fragment_fromstring(str(page), create_parent="div"))}


@given(st.lists(st.tuples(st.one_of(VALUES, st.just({})), PLACES, FILES), max_size=12))
def test_a_reader_learns_all_of_every_row(drawn):
    rows = []
    for n, (cells, place, folder) in enumerate(drawn, 2):
        at = place.format(n=n, **{"period": "x", "area": "y", "measure_id": "z", **cells})
        rows.append(row(n, at, folder, **cells))
    found = read(rows)
    assert len(found) == len(rows)
    for given_row, (cells, _, _) in zip(rows, drawn, strict=True):
        shown = found[given_row["id"]]
        assert (shown.number, shown.place) == (given_row["row"], given_row["locator"])
        assert shown.sha256 == given_row["sha256"][:12]
        assert f"{given_row['file']}, from Source {given_row['file']}" in shown.said
        assert [c for c, v in cells.items() if v and not shown.says(c, v)] == []
        assert [c for c, v in shown.cells.items() if v and c in cells and v != cells[c]] == []
        assert ("its cells are not published" in shown.words) == (not cells)


def test_the_years_of_each_measure_are_a_part_and_what_they_share_is_said_once():
    rows = [row(n, measure_id=m, area="avon", value=str(n)) for n, m in enumerate("aaabbb", 2)]
    found = one_table(rows)
    assert found["shared"] == "area: avon" and found["columns"] == ["value"]
    assert [part["shared"] for part in found["parts"]] == ["measure_id: a", "measure_id: b"]
    assert [r["cells"] for r in found["parts"][1]["rows"]] == [["5"], ["6"], ["7"]]


def test_measures_of_one_month_are_one_part():
    found = one_table([row(n, measure_id=m, area="avon") for n, m in enumerate("abcd", 2)])
    (part,) = found["parts"]
    assert found["shared"] == "area: avon" and part["rows"][0]["cells"] == ["a"]


def test_the_months_of_a_table_are_parts_of_it_under_their_file():
    rows = [row(n, folder=f"avon/2024-0{m}", measure_id=x) for m in (3, 4) for n, x in enumerate("abc", 2)]
    found = one_table(rows)
    assert [part["home"] for part in found["parts"]] == [(f"avon/2024-0{m}/observations.csv", "S") for m in (3, 4)]


def test_of_few_rows_each_says_all_of_its_cells():
    found = one_table([row(n, measure_id="a") for n in range(MANY - 1)])
    assert found["shared"] == "" and not found["is_table"]
    assert {r["words"] for part in found["parts"] for r in part["rows"]} == {"measure_id: a"}


def test_sentences_are_a_list():
    texts = ["words " * (LETTERS // 6 + k) for k in range(MANY + 1)]
    assert not one_table([row(n, measure_id="a", category=text) for n, text in enumerate(texts, 2)])["is_table"]
    assert one_table([row(n, measure_id="a", value=str(n)) for n in range(MANY + 1)])["is_table"]


def test_of_a_row_that_is_withheld_nothing_is_said_with_its_neighbours():
    rows = [row(2, area="avon", value="1"), row(3), *(row(n, area="avon", value="2") for n in (4, 5))]
    page = str(fill("pages/rows_of_data.html", tables=tables_of_rows([(r, "S") for r in rows]), in_archive=False))
    assert "For each of these rows whose cells are published: area: avon" in page
    found = read(rows)["r33"]
    assert found.words.endswith("so its cells are not published.") and found.cells == {"Row": "3"}


@pytest.mark.parametrize(("in_archive", "links"), [(False, 1), (True, 0)])
def test_a_table_that_lies_in_the_archive_is_named_without_a_link(in_archive, links):
    tables = tables_of_rows([(row(2, measure_id="a"), "S")])
    page = str(fill("pages/rows_of_data.html", tables=tables, in_archive=in_archive))
    assert page.count('href="data/') == links and f"{tables[0]['table']}.csv" in page
