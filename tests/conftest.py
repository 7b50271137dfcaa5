"""What the tests share: a small made-up project in a folder of its own, its command line, and its executed report."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from browsers import axe, browser, served  # noqa: F401  (fixtures)
from clusters import cluster, new_cluster  # noqa: F401  (fixtures)
from damage import edit
from hypothesis import HealthCheck, settings
from longest import place_of
from marked_processes import start  # noqa: F401  (a fixture)
from once import project_once
from small_official import small  # noqa: F401  (a fixture)
from warm_calls import called, now_begins

from improvement_reports.returns.series import prepare_series
from improvement_reports.workspace.places import OF_EVERY_PROJECT, ROOT_VARIABLE, Project

if TYPE_CHECKING:  # it is loaded after the package, which leaves parts of it unloaded
    from nbformat import NotebookNode

# A busy machine is no fault of what is tested, and a proposal does not fail by an example that another one had not:
# OTHER_EXAMPLES=1 looks for those.
settings.register_profile(
    "unhurried",
    deadline=None,
    derandomize="OTHER_EXAMPLES" not in os.environ,
    database=None,  # which processes side by side would share
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")
TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
OVERLAY = TESTS / "exampleshire"
MONTHS = ("2024-02", "2024-03")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """One worker more than there are cores, for a third of the slow tests wait for programs to answer or to end."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The modules that take longest come first; within a module, and of all others, the order stays."""
    items.sort(key=lambda item: place_of(item.path.relative_to(TESTS).as_posix()) if TESTS in item.path.parents else 0)


def copy_project(folder: Path) -> Project:
    """The repository's templates and theme with the data and parameters of Exampleshire."""
    for name in OF_EVERY_PROJECT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
        else:
            shutil.copy(ROOT / name, folder / name)
    shutil.copytree(OVERLAY, folder, dirs_exist_ok=True)
    return Project(folder)


def prepare_all(project: Project) -> None:
    """Every return prepared, with the stamps by which a command knows that; it would prepare them again."""
    for authority in sorted({path.parent.parent.name for path in project.raw.glob("*/*/return.yml")}):
        for outcome in prepare_series(project, authority):
            assert outcome.state == "done", outcome.message


@pytest.fixture(autouse=True, scope="session")
def environment():
    """Kernels and child processes import this package, and no project is named from outside.

    What the caller may have set so that Python compiles every module in every process again is taken away: tests start
    hundreds of processes.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        now_begins()
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

    def make(folder: Path) -> None:
        prepare_all(copy_project(folder))

    return project_once(tmp_path_factory, "prepared", make)


@pytest.fixture
def prepared(prepared_once, tmp_path) -> Project:
    """A copy of Exampleshire with both returns prepared."""
    shutil.copytree(prepared_once.root, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


@pytest.fixture(scope="session")
def quick_once(tmp_path_factory) -> Project:
    """Exampleshire with quick notebooks, and both returns prepared for what these ask for; only to be read.

    Another line in a cell of them asks for nothing else, so that no command has to prepare anything again.
    """
    from quick_runs import make_quick

    def make(folder: Path) -> None:
        prepare_all(make_quick(copy_project(folder)))

    return project_once(tmp_path_factory, "quick", make)


@pytest.fixture
def quick(quick_once, tmp_path) -> Project:
    """A copy of Exampleshire with quick notebooks, prepared."""
    shutil.copytree(quick_once.root, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


@pytest.fixture(scope="session")
def real_once(tmp_path_factory) -> Project:
    """This repository's returns and official statistics, all prepared, nothing run; only to be read."""
    from improvement_reports.official.prepare import prepare_official

    def make(folder: Path) -> None:
        for name in ("data/raw", "params", "notebooks", "about"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
        shutil.copy(ROOT / "_quarto.yml", folder)
        project = Project(folder)
        prepare_official(project)
        prepare_all(project)

    return project_once(tmp_path_factory, "real", make)


class Board(NamedTuple):
    """The executed board report of March 2024; only to be read."""

    project: Project
    notebook: "NotebookNode"


@pytest.fixture(scope="session")
def board(prepared_once, tmp_path_factory) -> Board:
    import nbformat

    from improvement_reports.runs.run import EXECUTED, run_report

    job = ("exampleshire", "2024-03", "board")

    def make(folder: Path) -> None:
        shutil.copytree(prepared_once.root, folder, dirs_exist_ok=True)
        outcome = run_report(str(folder), *job)
        assert outcome.state == "done", outcome.message

    project = project_once(tmp_path_factory, "board", make)
    return Board(project, nbformat.read(project.run_folder(*job) / EXECUTED, as_version=4))


def call(project: Project, *arguments: str) -> subprocess.CompletedProcess:
    """The command line as a user calls it in the project's folder."""
    return called(project.root, *arguments)


@pytest.fixture(scope="session")
def published_once(board, tmp_path_factory) -> Project:
    """Exampleshire with the board report of March 2024 published as v1; only to be read."""
    from improvement_reports.editions.publish import publish
    from improvement_reports.runs.draft import write_draft

    def make(folder: Path) -> None:
        shutil.copytree(board.project.root, folder, dirs_exist_ok=True)
        project = Project(folder)
        write_draft(project, ("exampleshire", "2024-03", "board"))
        assert publish(project, "exampleshire", "2024-03", "board").is_new

    return project_once(tmp_path_factory, "published", make)


@pytest.fixture
def published(published_once, tmp_path) -> Project:
    """A copy of Exampleshire with one edition."""
    shutil.copytree(published_once.root, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


@pytest.fixture(scope="session")
def corrected_once(published_once, tmp_path_factory) -> Project:
    """A numerator corrected and published as v2, and the month before run; only to be read."""
    from quick_runs import FEBRUARY
    from small_editions import JOB, NEW, OBSERVATIONS, OLD, rerun

    from improvement_reports.editions.publish import publish
    from improvement_reports.runs.draft import run_with_draft

    def make(folder: Path) -> None:
        shutil.copytree(published_once.root, folder, dirs_exist_ok=True)
        project = Project(folder)
        edit(project.root / OBSERVATIONS, OLD, NEW)
        rerun(project)
        assert publish(project, *JOB, "correction", "The numerator of assessments was typed wrongly").is_new
        assert run_with_draft(str(folder), *FEBRUARY).state == "done"

    return project_once(tmp_path_factory, "corrected", make)


@pytest.fixture
def corrected(corrected_once, tmp_path) -> Project:
    """A copy of Exampleshire with an edition and its correction; nothing is prepared again for its figures yet, as
    another test's call may have left it.
    """
    from improvement_reports.editions.cells_again import REBUILT_FOLDER

    shutil.copytree(corrected_once.root, tmp_path, ignore=shutil.ignore_patterns(REBUILT_FOLDER), dirs_exist_ok=True)
    return Project(tmp_path)


@pytest.fixture(scope="session")
def built_once(quick_once, tmp_path_factory) -> Project:
    """Exampleshire with quick notebooks, all run, and its site; only to be read."""
    from quick_runs import everything

    from improvement_reports.site.build import build_site

    def make(folder: Path) -> None:
        shutil.copytree(quick_once.root, folder, dirs_exist_ok=True)
        project = Project(folder)
        everything(project)
        assert build_site(project, "pandoc").failed == []

    return project_once(tmp_path_factory, "built", make)
