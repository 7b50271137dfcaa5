"""figures.json: each row stands once, and what is read is what was written, of this release and of those before."""

import hashlib
import json
from pathlib import Path

import pytest
from conftest import ROOT

from improvement_reports.pages.page_of_parts import PageParameters
from improvement_reports.runs.figures_file import figures_json, read_figures
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


@pytest.mark.parametrize("path", EDITIONS, ids=lambda p: "/".join(p.parts[-5:-1]))
def test_every_published_list_comes_back_from_the_new_form(path, written):
    """Nothing of a figure or a row is lost, each row stands once, and a row still fits its fingerprint."""
    before = read_figures(path)
    sources = {key: Source(**s) for key, s in before["sources"].items()}
    text = figures_json(PARAMETERS, before["figures"], sources)
    after, raw = read_figures(written(text)), json.loads(text)
    assert after["figures"] == before["figures"]
    assert {k: Source(**s) for k, s in after["sources"].items()} == sources
    inputs = [json.dumps(i, sort_keys=True) for f in before["figures"] for i in f["inputs"]]
    assert len(raw["rows"]) == len(set(inputs)) == len({json.dumps(r, sort_keys=True) for r in raw["rows"]})
    rows = [r for r in raw["rows"] if r["cells"]]
    assert [hashlib.sha256(r["cells"].encode()).hexdigest() for r in rows] == [r["sha256"] for r in rows]
    assert set(raw["columns"]) == {Path(r["file"].split("#")[-1]).stem for r in raw["rows"]} & set(before["columns"])


def test_the_new_form_is_less_than_half_of_the_one_before(written):
    path = ROOT / "reports/gloucestershire/2021-04/board/v1/figures.json"
    before = read_figures(path)
    assert len(figures_json(PARAMETERS, before["figures"], {}).encode()) < path.stat().st_size * 0.52


@pytest.mark.parametrize("place", [2, -1, "0", True, 0.0, None])
def test_a_place_of_no_row_is_refused(written, place):
    path = written({"format": 2, "rows": [{"file": "f"}, {"file": "g"}], "figures": [{"id": "a", "inputs": [place]}]})
    with pytest.raises(ValueError, match="no row"):
        read_figures(path)


def test_a_form_that_is_not_known_is_refused(written):
    with pytest.raises(ValueError, match="format 9"):
        read_figures(written({"format": 9, "rows": [], "figures": []}))


def test_a_list_of_a_release_before_is_read_as_it_is(written):
    content = {"figures": [{"id": "a", "inputs": [{"file": "f", "row": 2}]}], "sources": {}}
    assert read_figures(written(content)) == content
