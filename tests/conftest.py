"""What the tests share: a small made-up project in a folder of its own, its command line, and its executed report."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest

from improvement_reports.returns.prepare import prepare_return
from improvement_reports.workspace.places import ROOT_VARIABLE, Project

ROOT = Path(__file__).resolve().parent.parent
OVERLAY = Path(__file__).parent / "exampleshire"
OF_THE_REPOSITORY = ("_quarto.yml", "index.qmd", "search.qmd", "about", "notebooks", "theme")
MONTHS = ("2024-02", "2024-03")


def copy_project(folder: Path) -> Project:
    """The repository's templates and theme with the data and parameters of Exampleshire."""
    for name in OF_THE_REPOSITORY:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
        else:
            shutil.copy(ROOT / name, folder / name)
    shutil.copytree(OVERLAY, folder, dirs_exist_ok=True)
    return Project(folder)


@pytest.fixture(autouse=True, scope="session")
def environment():
    """Kernels and child processes import this package, and no project is named from outside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.delenv(ROOT_VARIABLE, raising=False)
        for name in ("SIGINT", "SIGHUP"):  # what starts the tests in the background lets their children ignore these
            if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_IGN:
                signal.signal(getattr(signal, name), signal.SIG_DFL)
        yield


@pytest.fixture
def project(tmp_path) -> Project:
    """Exampleshire in a folder of its own: two returns, nothing prepared, nothing run."""
    return copy_project(tmp_path)


@pytest.fixture(scope="session")
def prepared_once(tmp_path_factory) -> Project:
    """Exampleshire with both returns prepared; only to be read."""
    project = copy_project(tmp_path_factory.mktemp("prepared"))
    for month in MONTHS:
        prepare_return(project, "exampleshire", month)
    return project


@pytest.fixture
def prepared(prepared_once, tmp_path) -> Project:
    """A copy of Exampleshire with both returns prepared."""
    shutil.copytree(prepared_once.root, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


@pytest.fixture(scope="session")
def real_once(tmp_path_factory) -> Project:
    """This repository's returns and official statistics, all prepared, nothing run; only to be read."""
    from improvement_reports.official.prepare import prepare_official
    from improvement_reports.returns.series import prepare_months

    folder = tmp_path_factory.mktemp("real")
    for name in ("data/raw", "params", "notebooks", "about"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / "_quarto.yml", folder)
    project = Project(folder)
    prepare_official(project)
    for authority in sorted({path.parent.parent.name for path in project.raw.glob("*/*/return.yml")}):
        for step, _ in prepare_months(project, authority):  # each return once
            assert step.error is None, step.error
    return project


class Board(NamedTuple):
    """The executed board report of March 2024; only to be read."""

    project: Project
    notebook: nbformat.NotebookNode


@pytest.fixture(scope="session")
def board(prepared_once, tmp_path_factory) -> Board:
    from improvement_reports.runs.run import EXECUTED, run_report

    folder = tmp_path_factory.mktemp("board")
    shutil.copytree(prepared_once.root, folder, dirs_exist_ok=True)
    project, job = Project(folder), ("exampleshire", "2024-03", "board")
    outcome = run_report(str(folder), *job)
    assert outcome.state == "done", outcome.message
    return Board(project, nbformat.read(project.run_folder(*job) / EXECUTED, as_version=4))


def call(project: Project, *arguments: str) -> subprocess.CompletedProcess:
    """The command line as a user calls it in the project's folder."""
    command = [sys.executable, "-m", "improvement_reports.cli", *arguments]
    return subprocess.run(command, cwd=project.root, capture_output=True, text=True, encoding="utf-8", env=os.environ)


@pytest.fixture(scope="session")
def published_once(board, tmp_path_factory) -> Project:
    """Exampleshire with the board report of March 2024 published as v1; only to be read."""
    from improvement_reports.editions.publish import publish
    from improvement_reports.runs.draft import lay_draft

    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(board.project.root, folder, dirs_exist_ok=True)
    project = Project(folder)
    lay_draft(project, ("exampleshire", "2024-03", "board"))
    assert publish(project, "exampleshire", "2024-03", "board").is_new
    return project


@pytest.fixture
def published(published_once, tmp_path) -> Project:
    """A copy of Exampleshire with one edition."""
    shutil.copytree(published_once.root, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)
