"""The executed notebook re-runs to the same outputs, cell by cell, with nbval."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from site_helpers import built_project

REPORT = "reports/gloucestershire/2021-04/board/v1/report.ipynb"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return Path(shutil.copytree(built_project(tmp_path_factory), tmp_path_factory.mktemp("nbval") / "project"))


def _nbval(project, notebook):
    """nbval compares text, Markdown, records and SVG; it runs a notebook from its folder, which is inside the project."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", "--nbval-current-env", "-c", "/dev/null" if sys.platform != "win32" else "nul",
         "--rootdir", str(project), str(notebook)],
        cwd=project, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_the_published_notebook_reproduces(project):
    result = _nbval(project, project / REPORT)
    assert result.returncode == 0, result.stdout[-3000:]
    assert " passed" in result.stdout and "failed" not in result.stdout


@pytest.mark.slow
def test_a_changed_number_is_found(project):
    """The comparison is trusted only because it was seen failing."""
    notebook = project / REPORT
    text = notebook.read_text(encoding="utf-8")
    changed = notebook.with_name("changed.ipynb")
    changed.write_text(text.replace(">86%<", ">87%<"), encoding="utf-8")
    assert text != changed.read_text(encoding="utf-8")
    result = _nbval(project, changed)
    changed.unlink()
    assert result.returncode == 1 and "87%" in result.stdout
