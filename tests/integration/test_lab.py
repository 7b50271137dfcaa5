"""The call of JupyterLab: what it opens, what it may not ask for, what it leaves in the notebooks. No server is
started.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

from improvement_reports.authoring import lab
from improvement_reports.workspace import notebooks
from improvement_reports.workspace.places import ROOT_VARIABLE, Project
from improvement_reports.workspace.work import Outcome


@pytest.fixture
def project(tmp_path):
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    return Project(tmp_path)


@pytest.fixture
def runs(monkeypatch):
    """Stands in for JupyterLab: the file of Python code that `replace` is given is run in its place."""

    def replace(code: str) -> None:
        monkeypatch.setattr(lab, "lab_command", lambda project, arguments: [sys.executable, "-c", code, *arguments])

    return replace


def test_opens_the_board_notebook_with_the_project_as_root(project):
    command = lab.lab_command(project, [])
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={project.root}" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/board.ipynb" in command


@pytest.mark.parametrize(
    ("names", "page"),
    [(["scrutiny.ipynb", "cabinet.ipynb"], "/lab/tree/notebooks/cabinet.ipynb"), ([], "/lab/tree/notebooks")],
)
def test_opens_what_there_is(tmp_path, names, page):
    (tmp_path / "notebooks").mkdir()
    for name in names:
        (tmp_path / "notebooks" / name).touch()
    assert lab.start_page(Project(tmp_path)) == page


def test_arguments_come_last_so_that_they_win(project):
    arguments = ["--no-browser", "--port", "8899", "--LabApp.default_url=/lab"]
    assert lab.lab_command(project, arguments)[-4:] == arguments


def test_every_option_exists_in_this_jupyterlab_and_asks_nothing_of_other_hosts(project):
    """JupyterLab only logs an option that it does not know."""
    from jupyter_server.services.contents.manager import ContentsManager
    from jupyterlab.handlers.announcements import NeverCheckForUpdate
    from jupyterlab.labapp import LabApp

    options = dict(o.removeprefix("--").split("=", 1) for o in lab.lab_command(project, []) if o.startswith("--"))
    for name in options:
        if name.startswith("LabApp."):
            assert LabApp.class_traits(config=True)[name.removeprefix("LabApp.")]
    assert LabApp.class_traits()["news_url"].from_string(options["LabApp.news_url"]) is None
    assert options["LabApp.check_for_updates_class"].endswith(NeverCheckForUpdate.__name__)
    assert options["LabApp.extension_manager"] == "readonly"
    assert options["ContentsManager.pre_save_hook"] == f"{notebooks.__name__}.{notebooks.strip_outputs.__name__}"
    assert "pre_save_hook" in ContentsManager.class_traits(config=True)


def test_every_setting_exists_in_this_jupyterlab():
    schemas = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas"
    for plugin, values in lab.SETTINGS.items():
        package, name = plugin.split(":")
        schema = json.loads((schemas / package / f"{name}.json").read_text(encoding="utf-8"))
        assert set(values) <= set(schema["properties"])


def test_kernels_find_this_package_and_this_project(project, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    environment = lab.lab_environment(project)
    assert environment[ROOT_VARIABLE] == str(project.root)
    assert environment["PYTHONPATH"].split(os.pathsep) == [str(ROOT), "elsewhere"]
    assert environment["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


def test_passes_arguments_on_and_returns_the_exit_code(project, runs):
    runs("import sys; sys.exit(7 if sys.argv[1:] == ['--no-browser', '--port', '8899'] else 1)")
    assert lab.open_lab(project, ["--no-browser", "--port", "8899"]) == 7


def test_writes_the_settings_where_jupyterlab_reads_them(project, runs):
    runs(
        "import json; from jupyterlab_server.settings_utils import _get_overrides;"
        "found, error = _get_overrides('missing'); print(found);"
        "assert found['@jupyterlab/apputils-extension:notification']['fetchNews'] == 'false'"
    )
    assert lab.open_lab(project, []) == 0


def test_a_faulty_return_is_said_and_does_not_stop_it(project, runs, monkeypatch, capsys):
    states = {
        "bad": Outcome("bad/2021-04", "failed", 0.1, "The return bad/2021-04 has 1 fault."),
        "new": Outcome("new/2021-04", "done"),
        "old": Outcome("old/2021-04", "unchanged"),
    }
    monkeypatch.setattr(lab, "returns", lambda project: [(name, "2021-04") for name in states])
    monkeypatch.setattr(lab, "prepare_wanted", lambda project, wanted: [states[authority] for authority, _ in wanted])
    runs("pass")
    assert lab.open_lab(project, []) == 0
    assert capsys.readouterr().err == "The return bad/2021-04 has 1 fault.\nPrepared the return new/2021-04.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("answer", "code"), [(0, 0), (1, 130), (-2, 130)])
def test_an_interrupt_is_left_to_jupyterlab(project, runs, answer, code):
    """Ctrl-C reaches the whole process group: the child ends as it likes, and nothing is raised here."""
    if answer < 0:  # killed by the signal itself
        child = "import os, signal; os.kill(os.getppid(), signal.SIGINT); signal.raise_signal(signal.SIGINT)"
        child = f"import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); {child}"
    else:
        child = f"import os, signal, sys; os.kill(os.getppid(), signal.SIGINT); sys.exit({answer})"
    runs(child)
    before = signal.getsignal(signal.SIGINT)
    assert lab.open_lab(project, []) == code
    assert signal.getsignal(signal.SIGINT) is before


# What JupyterLab saves


def executed(path: Path) -> dict:
    """The notebook as JupyterLab holds it after a run."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["language_info"] = {"name": "python", "version": "3.99"}
    for cell in notebook.cells:
        cell.metadata["execution"] = {"iopub.execute_input": "2021-04-01"}
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = 3, [nbformat.v4.new_output("stream", text="seen")]
    return notebook


def test_a_run_notebook_is_saved_as_it_was_committed(project):
    path = project.notebook("board")
    model = {"type": "notebook", "content": executed(path)}
    notebooks.strip_outputs(model=model, path="notebooks/board.ipynb", contents_manager=None)
    assert nbformat.writes(model["content"]) + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "path"), [("notebook", "reports/a/2021-04/board/v1/report.ipynb"), ("file", "notebooks/a.txt")]
)
def test_other_files_are_saved_as_they_are(project, kind, path):
    content = executed(project.notebook("board")) if kind == "notebook" else "text"
    model = {"type": kind, "content": content}
    before = json.dumps(content)
    notebooks.strip_outputs(model=model, path=path)
    assert json.dumps(model["content"]) == before


def test_the_hook_is_found_by_its_name(project):
    """As JupyterLab finds it: in a process of its own."""
    code = "from traitlets import import_item; assert callable(import_item('improvement_reports.workspace.notebooks.strip_outputs'))"
    subprocess.run([sys.executable, "-c", code], env=lab.lab_environment(project), cwd=project.root, check=True)
