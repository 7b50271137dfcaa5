"""Executed notebooks re-run to the same outputs, cell by cell, with nbval: a published one with the code that
made it.
"""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT

from improvement_reports.editions.edition import editions_of
from improvement_reports.editions.inputs import places_of
from improvement_reports.editions.kept_code import code_of
from improvement_reports.editions.rebuild import NOT_SAME, SAME, nbval, rebuild_project
from improvement_reports.workspace.places import Project

JOB = ("gloucestershire", "2021-04", "board")


@pytest.fixture(scope="module")
def edition():
    """The first edition of a real report: later releases read differently, its own code does not."""
    return editions_of(Project(ROOT), *JOB)[0]


@pytest.fixture(scope="module")
def rebuilt(edition, tmp_path_factory):
    project = Project(ROOT)
    places, gone = places_of(project, edition)
    assert not gone
    return rebuild_project(tmp_path_factory.mktemp("nbval"), places, *JOB[::2], code_of(project, edition))


@pytest.mark.slow
def test_a_published_notebook_reproduces(edition, rebuilt):
    published = nbformat.read(edition.folder / "report.ipynb", as_version=4)
    assert any(cell.get("outputs") for cell in published.cells)
    assert nbval(rebuilt, published) == SAME


@pytest.mark.slow
def test_a_changed_number_is_found(edition, rebuilt):
    """The comparison is trusted only because it was seen failing."""
    text = (edition.folder / "report.ipynb").read_text(encoding="utf-8")
    changed = text.replace(">86%<", ">87%<")
    assert changed != text
    assert nbval(rebuilt, nbformat.reads(changed, as_version=4)) == NOT_SAME


@pytest.mark.slow
def test_a_notebook_of_today_reproduces_in_its_project(board, tmp_path):
    """As an analyst calls it: nbval runs a notebook from its folder, which is inside the project."""
    project = Project(shutil.copytree(board.project.root, tmp_path / "project"))
    notebook = project.root / "report.ipynb"
    nbformat.write(board.notebook, notebook)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "--nbval-current-env",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(project.root),
        str(notebook),
    ]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout and "failed" not in done.stdout
