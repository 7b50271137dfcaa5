"""Ranks and the place of the best quarter counted again from the kept table: a planted one is refused."""

import csv
import hashlib
from dataclasses import replace

import pytest
from conftest import ROOT

from improvement_reports.domain.row_records import row_json
from improvement_reports.editions.edition import newest_edition
from improvement_reports.editions.from_rows import not_from_rows
from improvement_reports.editions.inputs import places_of
from improvement_reports.editions.kept_official import MEASURES, VALUES, among_of
from improvement_reports.runs.report_content import read_content
from improvement_reports.workspace.places import Project

PROJECT = Project(ROOT)
REGION_CODES = [str(code) for code in range(970, 991)]
RANK, QUARTER = "dfe.sw_vacancy_pct.2025.rank", "dfe.icpc_15_days_pct.2025.top_quartile"


@pytest.fixture(scope="module")
def edition():
    return newest_edition(PROJECT, "gloucestershire", "2025-03", "profile")


@pytest.fixture(scope="module")
def kept(edition):
    return places_of(PROJECT, edition)[0]


@pytest.fixture(scope="module")
def best_first(kept):
    """The rows of all authorities in one measure and year, the best first, with their numbers in the file."""
    with kept[VALUES][0].open(encoding="utf-8-sig", newline="") as file:
        rows = [(n, r) for n, r in enumerate(csv.DictReader(file), 2) if r["reporting_year"] == "2025"]
    mine = [
        (n, r)
        for n, r in rows
        if r["measure_id"] == "icpc_15_days_pct" and r["status"] == "published" and r["la_code"] not in REGION_CODES
    ]
    return sorted(mine, key=lambda found: -float(found[1]["value"]))


def quarter(best_first, place: int, of: int | None = None) -> dict:
    """The figure of the value at a place, as a report publishes it."""
    number, row = best_first[place - 1]
    cells = row_json(list(row.values()))
    record = {"file": "official-statistics/annual-values.csv", "row": number, "cells": cells, "lacks": ""}
    return {
        "id": QUARTER,
        "kind": "number",
        "label": "Initial child protection conferences on time, Top quartile",
        "published": f"{float(row['value']):.1f}%",
        "value": row["value"],
        "unit": "percent",
        "formula": f"value of place {place} of {of or len(best_first)} authorities, the best first",
        "inputs": [record | {"sha256": hashlib.sha256(cells.encode()).hexdigest()}],
        "data": [],
    }


def faults(edition, kept, figure: dict) -> dict[str, str]:
    """What `verify` and `site` say of the edition if it had this figure, by the figure's id."""
    content = read_content(edition.folder)
    then = replace(content, figures={**content.figures, figure["id"]: figure})
    return {d.id: d.now for d in not_from_rows(edition, then, kept)}


def test_the_place_of_the_best_quarter_is_right_where_it_is_and_nowhere_else(edition, kept, best_first):
    place = -(-len(best_first) // 4)
    assert faults(edition, kept, quarter(best_first, place)) == {}
    beside = next(
        n for n in range(place, len(best_first)) if best_first[n][1]["value"] != best_first[place - 1][1]["value"]
    )
    planted = quarter(best_first, beside + 1) | {"formula": quarter(best_first, place)["formula"]}
    assert "and the kept table of all authorities has" in faults(edition, kept, planted)[QUARTER]
    fewer = quarter(best_first, place, len(best_first) - 1)
    assert f"has {best_first[place - 1][1]['value']} of {len(best_first)}" in faults(edition, kept, fewer)[QUARTER]
    said = faults(edition, kept, quarter(best_first, beside + 1))[QUARTER]
    assert said.endswith(f"the best quarter of {len(best_first)} ends at place {place}")


@pytest.mark.parametrize(
    "change",
    [
        {"published": "1 of 151", "value": "1"},
        {"published": "58 of 150", "formula": "place among the 150 authorities"},
        {"value": "57"},
    ],
    ids=["a better rank", "one authority fewer", "another value than is shown"],
)
def test_a_planted_rank_is_refused(edition, kept, change):
    rank = read_content(edition.folder).figures[RANK]
    assert rank["published"] == "58 of 151" and faults(edition, kept, rank) == {}
    if "formula" in change:
        change = change | {"formula": rank["formula"].replace("the 151", "the 150")}
    assert list(faults(edition, kept, {**rank, **change})) == [RANK]


def test_a_table_that_cannot_be_read_says_nothing_of_a_rank(edition, kept, tmp_path):
    row = {"measure_id": "sw_vacancy_pct", "reporting_year": "2025", "la_code": "916", "value": "14.9"}
    assert among_of({})(row) is None
    path = tmp_path / "values.csv"
    path.write_text("other,columns\n1,2\n", encoding="utf-8")
    assert among_of({VALUES: (path, "0" * 64), MEASURES: kept[MEASURES]})(row) is None


def test_of_a_first_and_a_revised_value_both_days_are_known(kept, tmp_path):
    path = tmp_path / "values.csv"
    header = "measure_id,reporting_year,la_code,area_name,value,status,available_from"
    lines = ["801,,1.0,published,2025-11-30", "801,,3.0,published,2026-03-31", "916,,2.0,published,2025-11-30"]
    lines += ["990,,9.0,published,2025-11-30", "885,,,suppressed,2025-11-30"]
    path.write_text("\n".join([header, *(f"sw_vacancy_pct,2025,{line}" for line in lines), ""]), encoding="utf-8")
    row = {"measure_id": "sw_vacancy_pct", "reporting_year": "2025", "la_code": "916", "value": "2.0"}
    found = among_of({VALUES: (path, "1" * 64), MEASURES: kept[MEASURES]})(row)
    assert found.lower_first and [{c: str(v) for c, v in day.items()} for day in found.known] == [
        {"801": "1.0", "916": "2.0"},
        {"801": "3.0", "916": "2.0"},
    ]
    assert not among_of({VALUES: (path, "1" * 64), MEASURES: kept[MEASURES]})(row | {"value": "2.1"}).known
