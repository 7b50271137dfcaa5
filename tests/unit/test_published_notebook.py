"""The published notebook names its figures and comes back whole from the files beside it."""

import json
import shutil

import nbformat
import pytest
from conftest import ROOT

from improvement_reports.pages.page_of_parts import PageParameters
from improvement_reports.runs.figures_file import figures_json, read_figures
from improvement_reports.runs.outputs import figures_of
from improvement_reports.runs.published_notebook import (
    is_whole,
    not_as_named,
    notebook_once,
    read_notebook,
    read_with_figures,
    without_figures,
)
from improvement_reports.runs.report_content import content_as_read, content_of
from improvement_reports.workspace.notebook_files import copied

EDITIONS = sorted(p for p in ROOT.glob("reports/*/*/*/v*") if (p / "report.ipynb").is_file())
BOARD = ROOT / "reports/gloucestershire/2021-04/board/v1"


def published(edition, folder):
    """An edition's notebook, figures and charts as today's release publishes them."""
    notebook = read_notebook(edition)
    folder.mkdir()
    nbformat.write(without_figures(notebook), folder / "report.ipynb")
    parameters = PageParameters("a", "2024-03", "A title")
    (folder / "figures.json").write_text(figures_json(parameters, figures_of(notebook), {}), encoding="utf-8")
    shutil.copytree(edition / "charts", folder / "charts")
    return notebook


@pytest.fixture
def laid_out(tmp_path):
    published(BOARD, tmp_path / "e")
    return tmp_path / "e"


@pytest.mark.slow
@pytest.mark.parametrize("edition", EDITIONS[::5], ids=lambda p: "/".join(p.parts[-4:]))
def test_a_notebook_comes_back_to_the_last_sign(edition, tmp_path):
    whole = published(edition, tmp_path / "e")
    assert is_whole(whole) and not is_whole(nbformat.read(tmp_path / "e/report.ipynb", as_version=4))
    assert nbformat.writes(read_notebook(tmp_path / "e")) == nbformat.writes(whole)
    assert not_as_named(tmp_path / "e") == []


def test_what_is_remembered_of_a_notebook_is_what_would_be_read(laid_out):
    first = notebook_once(laid_out)
    assert notebook_once(laid_out) is first
    assert nbformat.writes(first) == nbformat.writes(read_notebook(laid_out))
    assert content_as_read(first) == content_of(first)
    assert read_with_figures(laid_out) == (first, read_figures(laid_out / "figures.json")["figures"])


@pytest.mark.parametrize("name", ["report.ipynb", "figures.json", "charts/*-narrow.svg"])
def test_another_file_beside_it_is_another_notebook(laid_out, name):
    first, path = notebook_once(laid_out), next(laid_out.glob(name))
    if name == "report.ipynb":
        edit = ('"cells": [', '"cells":  [')
    else:
        edit = ('"label":"', '"label":"Another ') if name == "figures.json" else ("<svg", "<!-- another --><svg")
    path.write_text(path.read_text(encoding="utf-8").replace(*edit, 1), encoding="utf-8")
    again = notebook_once(laid_out)
    assert again is not first
    assert nbformat.writes(again) == nbformat.writes(read_notebook(laid_out))
    assert (nbformat.writes(again) == nbformat.writes(first)) is (name == "report.ipynb")


def test_no_row_stands_in_the_notebook_and_it_weighs_a_third(laid_out):
    text = (laid_out / "report.ipynb").read_text(encoding="utf-8")
    rows = json.loads((laid_out / "figures.json").read_text(encoding="utf-8"))["rows"]
    assert not [r["sha256"] for r in rows if r["sha256"] and r["sha256"] in text]
    assert len(text.encode()) < (BOARD / "report.ipynb").stat().st_size / 3


def test_a_figure_that_was_changed_beside_the_notebook_is_named(laid_out):
    content = json.loads((laid_out / "figures.json").read_text(encoding="utf-8"))
    content["figures"][3]["published"] = "99%"
    content["figures"].append({**content["figures"][0], "id": "put.in"})
    gone = content["figures"].pop(7)["id"]
    (laid_out / "figures.json").write_text(json.dumps(content), encoding="utf-8")
    assert set(not_as_named(laid_out)) == {
        (id_, "figures.json") for id_ in (content["figures"][3]["id"], "put.in", gone)
    }


def test_a_row_that_was_changed_is_named_with_each_of_its_figures(laid_out):
    content = json.loads((laid_out / "figures.json").read_text(encoding="utf-8"))
    content["rows"][0]["locator"] = "elsewhere"
    (laid_out / "figures.json").write_text(json.dumps(content), encoding="utf-8")
    made_from_it = {(f["id"], "figures.json") for f in content["figures"] if 0 in f["inputs"]}
    assert set(not_as_named(laid_out)) == made_from_it != set()


def test_a_narrow_drawing_that_was_changed_or_is_gone_is_named(laid_out):
    first, second, *_ = sorted((laid_out / "charts").glob("*-narrow.svg"))
    first.write_text("<svg/>", encoding="utf-8")
    second.unlink()
    names = [p.name for p in (first, second)]
    assert not_as_named(laid_out) == [(f"chart.{n.removesuffix('-narrow.svg')}", f"charts/{n}") for n in names]


def test_a_chart_whose_name_leads_elsewhere_takes_no_file_from_there(laid_out):
    book = nbformat.read(laid_out / "report.ipynb", as_version=4)
    for cell in book.cells:
        for output in cell.get("outputs", []):
            for record in (r for kind, r in output.get("data", {}).items() if "improvement-reports" in kind):
                if record["form"] == "chart":
                    record["id"] = "chart.../../secret"
    (laid_out.parent / "secret-narrow.svg").write_text("secret", encoding="utf-8")
    nbformat.write(book, laid_out / "report.ipynb")
    assert "secret" not in {o for o in map(str, _narrow(read_notebook(laid_out)))}


def _narrow(notebook) -> list[str]:
    records = [r for c in notebook.cells for o in c.get("outputs", []) for r in o.get("data", {}).values()]
    return [r["svg_narrow"] for r in records if isinstance(r, dict) and "svg_narrow" in r]


def test_editions_of_releases_before_are_whole_and_read_as_they_are():
    notebook = read_notebook(BOARD)
    assert is_whole(notebook) and len(figures_of(notebook)) == len(read_figures(BOARD / "figures.json")["figures"])
    assert nbformat.writes(notebook) == nbformat.writes(nbformat.read(BOARD / "report.ipynb", as_version=4))


def test_a_copy_is_another_in_every_part_and_of_the_same_kinds():
    given = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("one", id="a")])
    given.metadata["list"] = [{"deep": [1, None, True]}]
    copy = copied(given)
    assert copy == given and type(copy.cells[0]) is type(given.cells[0])
    copy.metadata["list"][0]["deep"].append("more")
    copy.cells[0].source = "two"
    assert given.metadata["list"] == [{"deep": [1, None, True]}] and given.cells[0].source == "one"
    assert copied({"a": [1], "b": {"a": 2}}, {"a": str}) == {"a": "[1]", "b": {"a": "2"}}


def test_naming_the_figures_leaves_the_notebook_as_it_is():
    notebook = read_notebook(BOARD)
    before = nbformat.writes(notebook)
    assert not is_whole(without_figures(notebook))
    assert nbformat.writes(notebook) == before
