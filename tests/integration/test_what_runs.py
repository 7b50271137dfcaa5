"""Before a stranger's notebook runs, whoever calls is told what will run; and a notebook that is not its template is
named.
"""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, call
from goldens import UPDATE

from improvement_reports.editions.edition import Edition, all_editions
from improvement_reports.editions.from_template import template_faults
from improvement_reports.editions.inputs import find_input
from improvement_reports.editions.what_runs import all_that_runs, told
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.releases import known_releases, release

PROJECT = Project(ROOT)
JOB = ("gloucestershire", "2022-11", "scrutiny")
V1 = "/".join((*JOB, "v1"))


@pytest.fixture
def edition(tmp_path) -> Edition:
    """A copy of one published edition."""
    home = Path("reports").joinpath(*JOB, "v1")
    shutil.copytree(ROOT / home, tmp_path / home)
    return Edition(tmp_path / home, *JOB, 1)


def template_of(edition: Edition) -> Path:
    record = edition.manifest.template
    return find_input(PROJECT, record["path"], record["sha256"])


def change(edition: Edition, how) -> list[str]:
    path = edition.folder / "report.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    how(book["cells"])
    path.write_text(json.dumps(book), encoding="utf-8")
    return template_faults(edition, template_of(edition))


def test_every_published_notebook_is_its_template_with_only_the_parameters_added():
    editions = all_editions(PROJECT)
    for e in editions:
        assert template_faults(e, template_of(e)) == [], e.identifier
    runs = all_that_runs(PROJECT, editions)
    assert len(runs) == len(editions) and not [
        r.identifier for r in runs if r.release in known_releases() and not r.is_known_template
    ]


def of_code(cells) -> int:
    return max(n for n, c in enumerate(cells) if c["cell_type"] == "code")


def injected(cells) -> dict:
    return next(c for c in cells if "injected-parameters" in c["metadata"].get("tags", []))


def set_source(cell, text):
    cell["source"] = text


CHANGES = {
    "a line more": (
        lambda cells: set_source(cells[of_code(cells)], "".join(cells[of_code(cells)]["source"]) + "\nimport os"),
        "is “import os”, in the template nothing",
    ),
    "another word": (lambda cells: set_source(cells[0], "# Other"), "cell 1 is not cell 1 of its template"),
    "a cell more": (
        lambda cells: cells.append(
            {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": [], "execution_count": 1}
        ),
        "cells beside its parameters",
    ),
    "a cell less": (lambda cells: cells.pop(), "cells beside its parameters"),
    "two cells in another order": (
        lambda cells: cells.insert(of_code(cells) - 1, cells.pop(of_code(cells))),
        "is not cell",
    ),
    "code as words": (
        lambda cells: cells[of_code(cells)].update(cell_type="markdown"),
        "a cell of markdown, not of code",
    ),
    "code among the parameters": (
        lambda cells: set_source(injected(cells), "".join(injected(cells)["source"]) + "\nimport os"),
        "its parameters are not just those of",
    ),
    "a call as a parameter": (
        lambda cells: set_source(
            injected(cells), 'authority = "gloucestershire"\nmonth = "2022-11"\nkind = str("scrutiny")'
        ),
        "its parameters are not just those of",
    ),
    "a parameter more": (
        lambda cells: set_source(injected(cells), "".join(injected(cells)["source"]) + "\nvalue = 99"),
        "its parameters are not just those of",
    ),
    "a parameter twice": (
        lambda cells: set_source(injected(cells), "".join(injected(cells)["source"]) + '\nkind = "scrutiny"'),
        "its parameters are not just those of",
    ),
    "another report": (
        lambda cells: set_source(injected(cells), "".join(injected(cells)["source"]).replace("2022-11", "2021-04")),
        "its parameters are not just those of",
    ),
    "no parameters": (lambda cells: cells.remove(injected(cells)), "has no cells with the parameters of a run"),
    "parameters twice": (lambda cells: cells.append(dict(injected(cells))), "has 2 cells with the parameters of a run"),
    "parameters elsewhere": (
        lambda cells: cells.append(cells.pop(cells.index(injected(cells)))),
        "do not stand behind the parameters cell",
    ),
    "no cells": (lambda cells: [c.pop("source") for c in cells], "cannot be read as a notebook"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_notebook_that_is_not_its_template_is_named(edition, name):
    how, says = CHANGES[name]
    faults = change(edition, how)
    assert any(says in f for f in faults) and all(f.startswith((V1, "notebooks/")) for f in faults), faults


def test_outputs_and_ids_do_not_count(edition):
    def without(cells):
        for cell in cells:
            cell["id"] = "x"
            cell.pop("outputs", None)

    assert change(edition, without) == []


def test_what_is_known_is_counted_and_what_is_not_is_named(edition, tmp_path):
    project = Project(tmp_path)
    for name in ("data/archive", "data/raw", "notebooks", "params"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (
            (tmp_path / name).symlink_to(ROOT / name)
            if name == "data/raw"
            else shutil.copytree(ROOT / name, tmp_path / name)
        )
    lines = told(all_that_runs(project, [edition]))
    assert "code: release 0.1.0 (sha256 281a242a33f7…) for 1 edition: known to this software" in "\n".join(lines)
    assert "1 of 1 is its template with only the parameters added" in "\n".join(lines) and "NOT" not in "\n".join(lines)
    manifest = edition.folder / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(
        text.replace("281a242a33f7", "381a242a33f7").replace(edition.manifest.template["sha256"], "0" * 64),
        encoding="utf-8",
    )
    lines = told(all_that_runs(project, [Edition(edition.folder, *JOB, 1)]))
    said = "\n".join(lines)
    assert "code: release 0.1.0 (sha256 381a242a33f7…) for 1 edition: NOT KNOWN to this software" in said
    assert (
        "template: notebooks/scrutiny.ipynb of release 0.1.0: NOT KNOWN to this software" in said
        and "is not kept, so its notebook cannot be compared" in said
    )
    assert "If you do not trust who did, stop here" in lines[-1]


def test_the_plan_runs_nothing():
    result = call(PROJECT, "verify", V1, "--plan")
    assert result.returncode == 0 and "reproduced" not in result.stdout
    assert (
        result.stderr.startswith("This runs code of this repository, with your rights: 1 published notebook")
        and "known to this software" in result.stderr
    )


def test_the_templates_of_this_release_are_known():
    """After a notebook was changed: UPDATE_GOLDEN=1 python -m pytest tests/integration/test_what_runs.py"""
    path = ROOT / "improvement_reports/known_releases.json"
    now = {p.stem: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted((ROOT / "notebooks").glob("*.ipynb"))}
    content = json.loads(path.read_text(encoding="utf-8"))
    if UPDATE:
        content.setdefault(release(), {})["templates"] = now
        path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")
    assert content[release()]["templates"] == now
