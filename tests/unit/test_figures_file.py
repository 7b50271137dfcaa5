"""figures.json: each row stands once, and what is read is what was written, of this release and of those before."""

import hashlib
import json
from pathlib import Path

import pytest
from conftest import ROOT

from improvement_reports.pages.page_of_parts import PageParameters
from improvement_reports.runs.figures_file import figures_json, read_figures, read_sources
from improvement_reports.workspace.parameters import Source

EDITIONS = sorted(ROOT.glob("reports/*/*/*/v*/figures.json"))
PARAMETERS = PageParameters("a", "2024-03", "A title")
# Those that hold every row in each figure: of releases before 0.3.0.
BEFORE = [p for p in EDITIONS if "format" not in json.loads(p.read_text(encoding="utf-8"))]


@pytest.fixture
def written(tmp_path):
    def write(content: object):
        path = tmp_path / "figures.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


def test_there_are_editions_of_both_releases_before():
    assert len(BEFORE) >= 52


def text_of(cells: list[str]) -> str:
    """Cells as about/reproduce says that their fingerprint is taken."""
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("path", EDITIONS, ids=lambda p: "/".join(p.parts[-5:-1]))
def test_every_published_list_comes_back_from_the_new_form(path, written):
    """Nothing of a figure or a row is lost, each row stands once, and a row still fits its fingerprint."""
    before = read_figures(path)
    sources = {key: Source(**s) for key, s in before["sources"].items()}
    text = figures_json(PARAMETERS, before["figures"], sources)
    after, raw = read_figures(written(text)), json.loads(text)
    assert after["figures"] == before["figures"]
    assert {k: Source(**s) for k, s in after["sources"].items()} == sources
    assert read_sources(path) == before["sources"]
    assert read_sources(written(text)) == after["sources"]
    inputs = [json.dumps(i, sort_keys=True) for f in before["figures"] for i in f["inputs"]]
    assert len(raw["rows"]) == len(set(inputs)) == len({json.dumps(r, sort_keys=True) for r in raw["rows"]})
    rows = [r for r in raw["rows"] if r["cells"]]
    assert [hashlib.sha256(text_of(r["cells"]).encode()).hexdigest() for r in rows] == [r["sha256"] for r in rows]
    files = [f["file"] for f in raw["files"]]
    assert {r["file"] for r in raw["rows"]} == set(range(len(files)))
    assert set(raw["columns"]) == {Path(f.split("#")[-1]).stem for f in files} & set(before["columns"])


@pytest.mark.parametrize(
    ("edition", "most"),
    [("herefordshire/2025-03/profile/v1", 0.41), ("herefordshire/2025-03/profile/v2", 0.79)],
    ids=["of each row whole", "of format 2"],
)
def test_the_new_form_is_lighter_than_those_before(edition, most):
    path = ROOT / "reports" / edition / "figures.json"
    before = read_figures(path)
    assert len(figures_json(PARAMETERS, before["figures"], {}).encode()) < path.stat().st_size * most


ROW = {"file": "a/2024-03/claims.csv", "row": 2, "sha256": "", "cells": "", "source_id": "s", "locator": "p. 2"}
FIGURE = {"id": "a", "kind": "number", "label": "A", "published": "5", "inputs": [ROW]}


@pytest.mark.parametrize(
    "row",
    [
        ROW,
        {**ROW, "lacks": "statement"},
        {**ROW, "cells": '["a", "b"]'},  # a space: not as a fingerprint is taken
        {**ROW, "cells": '["c1","x"]', "locator": "elsewhere"},
    ],
    ids=["withheld", "lacking", "spaced", "said otherwise"],
)
def test_a_row_that_its_cells_do_not_say_comes_back_too(row, written):
    figure = {**FIGURE, "inputs": [row]}
    (after,) = read_figures(written(figures_json(PARAMETERS, [figure], {})))["figures"]
    assert after["inputs"] == [row] and {k: after[k] for k in FIGURE if k != "inputs"} == {
        k: v for k, v in FIGURE.items() if k != "inputs"
    }
    assert after["value"] == "" and after["data"] == []


@pytest.mark.parametrize("place", [2, -1, "0", True, 0.0, None])
def test_a_place_of_no_row_is_refused(written, place):
    rows = [{"file": "f"}, {"file": "g"}]
    path = written({"format": 2, "rows": rows, "figures": [{"id": "a", "inputs": [place]}]})
    with pytest.raises(ValueError, match="no row"):
        read_figures(path)


@pytest.mark.parametrize("place", [1, -1, "0", True, None])
def test_a_place_of_no_file_is_refused(written, place):
    rows = [{"file": place, "row": 2, "cells": ["a"], "sha256": ""}]
    path = written({"format": 3, "columns": {}, "files": [{"file": "f"}], "rows": rows, "figures": []})
    with pytest.raises(ValueError, match="no file"):
        read_figures(path)


def test_a_form_that_is_not_known_is_refused(written):
    with pytest.raises(ValueError, match="format 9"):
        read_figures(written({"format": 9, "rows": [], "figures": []}))


def test_a_list_of_a_release_before_is_read_as_it_is(written):
    content = {"figures": [{"id": "a", "inputs": [{"file": "f", "row": 2}]}], "sources": {}}
    assert read_figures(written(content)) == content


def test_the_lines_of_about_reproduce_check_the_rows_of_every_form(tmp_path, monkeypatch, capsys):
    """And see a cell that was changed. Of each form one file: each row in its figures, format 2, today's."""
    blocks = (ROOT / "about/reproduce.qmd").read_text(encoding="utf-8").split("```")
    (lines,) = (b.partition("\n")[2] for b in blocks if "print(hashes ==" in b)
    monkeypatch.chdir(tmp_path)
    folder = ROOT / "reports/gloucestershire/2021-04/board"
    forms = [(folder / version / "figures.json").read_text(encoding="utf-8") for version in ("v1", "v3")]
    forms.append(figures_json(PARAMETERS, read_figures(folder / "v3/figures.json")["figures"], {}))
    for text in forms:
        for said in (text, text.replace("Supervision and Management", "Supervision or Management")):
            (tmp_path / "figures.json").write_text(said, encoding="utf-8")
            exec(lines, {})
            assert capsys.readouterr().out == f"{said == text}\n"
