"""How the code stands: its form, its floors, and the names that published notebooks call."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from improvement_reports import sections
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.report import open_report

PROGRAMS = Path(sys.executable).parent
SECTION = re.compile(r"\bsections\.(\w+)")
CALLED = {"improvement_reports.sections", "improvement_reports.report.open_report"}
OF_REPORT = re.compile(r"\breport\.(\w+)")


def judged(*command: str, folder: Path = ROOT) -> subprocess.CompletedProcess:
    return subprocess.run(
        [PROGRAMS / command[0], *command[1:]], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )


# Form


@pytest.mark.parametrize("arguments", [("check",), ("format", "--check")], ids=["check", "format"])
def test_the_form_of_the_code_is_one(arguments):
    done = judged("ruff", *arguments, "--no-cache", "improvement_reports", "tests", "theme", "make.py")
    assert done.returncode == 0, done.stdout[-3000:]


def test_a_line_that_is_too_long_is_found(tmp_path):
    """The check is trusted only because it was seen failing."""
    (tmp_path / "long.py").write_text(f"x = '{'y' * 130}'\n", encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert "E501" in judged("ruff", "check", "--no-cache", ".", folder=tmp_path).stdout


@pytest.mark.slow
def test_the_types_of_the_code_fit():
    done = subprocess.run(
        [sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


# Floors


def test_no_room_imports_what_stands_above_it_and_there_is_no_circle():
    done = judged("lint-imports", "--no-cache", "--no-logo")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "2 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("domain/rows.py", "from improvement_reports.workspace import places  # noqa: F401\n", "Floors"),
        ("domain/escaping.py", "from improvement_reports.domain import markup  # noqa: F401\n", "No circles"),
    ],
)
def test_an_import_that_runs_up_or_round_is_found(tmp_path, module, line, broken):
    shutil.copytree(ROOT / "improvement_reports", tmp_path / "improvement_reports")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "improvement_reports" / module).open("a", encoding="utf-8") as file:
        file.write(line)
    done = judged("lint-imports", "--no-cache", "--no-logo", folder=tmp_path)
    assert done.returncode == 1 and re.search(rf"{broken}.*BROKEN", done.stdout), done.stdout[-2000:]


# Names that editions call


def code_of_notebooks() -> dict[str, str]:
    """The code of each notebook of a report: the templates of the kinds, and all that were published."""
    found = {}
    for path in [
        *(ROOT / f"notebooks/{kind}.ipynb" for kind in ReportKind),
        *ROOT.glob("reports/*/*/*/v*/report.ipynb"),
    ]:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
        found[path.relative_to(ROOT).as_posix()] = "\n".join(code)
    return found


def test_every_name_that_a_published_notebook_calls_is_there(prepared_once):
    """Today's code can still answer for old editions; a name that they call is part of the interface for ever."""
    report = open_report("exampleshire", "2024-03", "board", prepared_once)
    for name, code in code_of_notebooks().items():
        imports = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.ImportFrom | ast.Import)]
        assert {f"{n.module}.{a.name}" for n in imports for a in n.names} <= CALLED, name
        missing = {s for s in SECTION.findall(code) if not callable(getattr(sections, s, None))}
        assert not missing, f"{name}: sections has no {sorted(missing)}"
        missing = {a for a in OF_REPORT.findall(code) if not hasattr(report, a)}
        assert not missing, f"{name}: a report has no {sorted(missing)}"
