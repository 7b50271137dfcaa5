"""A row of a published edition keeps its columns, whatever columns releases have added to its table since."""

import json
from pathlib import Path

import pytest

from improvement_reports.domain.row_records import named_cells, table_of
from improvement_reports.domain.tables import LATER_COLUMNS, RETURN_TABLES
from improvement_reports.runs.figures_file import read_figures

ROOT = Path(__file__).resolve().parent.parent.parent
EDITIONS = sorted(ROOT.glob("reports/*/*/*/v*/figures.json"))


def test_every_row_of_every_edition_has_the_names_that_it_was_published_with():
    assert len(EDITIONS) > 70
    wrong, seen = set(), set()
    for path in EDITIONS:
        content = read_figures(path)
        for row in {i["file"] + i["cells"]: i for f in content["figures"] for i in f["inputs"]}.values():
            own = content["columns"].get(table := table_of(row["file"]))
            if own and row["cells"]:
                names = [c for c in own if c not in row.get("lacks", "").split()]
                seen.add((table, len(names)))
                if named_cells(row) != dict(zip(names, json.loads(row["cells"]), strict=True)):
                    wrong.add((path.relative_to(ROOT).as_posix(), table))
    assert sorted(wrong) == []
    assert {("actions", 9), ("actions", 11), ("targets", 7)} & seen  # with and without what came later


def test_what_later_releases_added_are_optional_columns():
    for table, releases in LATER_COLUMNS.items():
        optional = {c.name for c in RETURN_TABLES[table].columns if not c.required}
        assert {c for added in releases for c in added} <= optional


@pytest.mark.parametrize(
    ("cells", "lacks", "named"),
    [
        (["s", "1", "r", "T", "me", "2024-05", "soon", "", "planned", "a", "p"], "", {"due_words": "soon"}),
        (["s", "1", "r", "T", "me", "2024-05", "", "planned", "a", "p"], "", {"status": "planned", "locator": "p"}),
        (["s", "1", "r", "T", "2024-05", "planned", "a", "p"], "owner done_on", {"status": "planned", "locator": "p"}),
        (["s", "1", "T", "planned", "One", "a", "p"], "recommendation_id owner due due_words done_on success_measure"
         " outcome", {"phase": "One", "source_id": "a"}),
    ],
)  # fmt: skip
def test_a_row_is_named_by_the_columns_of_its_release(cells, lacks, named):
    row = {"file": "a/2024-03/actions.csv", "row": 2, "cells": json.dumps(cells), "lacks": lacks}
    found = named_cells(row)
    assert named.items() <= found.items() and len(found) == len(cells)
