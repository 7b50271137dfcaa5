"""Open JupyterLab on the project's notebooks, with the returns prepared and nothing asked of any other host."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import typer

from improvement_reports import HOME
from improvement_reports.facts.blocks import LAB
from improvement_reports.returns.folders import returns
from improvement_reports.returns.series import prepare_wanted
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.locks import at_work
from improvement_reports.workspace.places import ROOT_VARIABLE, Project
from improvement_reports.workspace.processes import begin_watch, watched

FIRST_NOTEBOOK = "board.ipynb"

# What JupyterLab would ask other hosts for: its news, its newest version, and the list of extensions.
QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)
# Kernels are talked to through local sockets, not network ports; elsewhere a socket's path may be too short for them.
LOCAL = ("--KernelManager.transport=ipc",) if sys.platform == "linux" else ()
# The notebooks are templates, kept without what a run leaves in them.
KEEP_CLEAN = ("--ContentsManager.pre_save_hook=improvement_reports.workspace.notebooks.strip_outputs",)
# Defaults that a person can still change in JupyterLab: no question about news, and all priorities of a report shown.
# JupyterLab documents 0 for “all outputs”, but its version 4.6 then shows none.
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"maxNumberOutputs": 1000},
}


def open_lab(project: Project, arguments: list[str]) -> int:
    """Prepare the returns that changed, then run JupyterLab until it ends; its exit code.

    A return with faults is named and left out; the notebooks of the others still run.
    """
    with at_work(project):
        for outcome in prepare_wanted(project, returns(project)):
            if outcome.state == "failed":
                typer.echo(outcome.message, err=True)
            elif outcome.state == "done":
                typer.echo(f"Prepared the return {outcome.subject}.", err=True)
    write_whole(
        settings_folder(project) / "labconfig" / "default_setting_overrides.json", json.dumps(SETTINGS, indent=1)
    )
    with interrupts_left_to_child() as interrupted:
        begin_watch()
        process = subprocess.Popen(lab_command(project, arguments), cwd=project.root, env=lab_environment(project))
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        with watched(process):
            code = process.wait()
    if code and interrupted:
        return 130
    return code if code >= 0 else 128 - code


def lab_command(project: Project, arguments: list[str]) -> list[str]:
    """The call of JupyterLab: it shows the whole project and opens a report's notebook; later arguments win."""
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={project.root}",
        f"--LabApp.default_url={start_page(project)}",
        *QUIET,
        *LOCAL,
        *KEEP_CLEAN,
        *arguments,
    ]


def start_page(project: Project) -> str:
    """The address of the notebook to open: the board's, else the first, else the folder."""
    names = sorted(path.name for path in project.notebooks.glob("*.ipynb"))
    name = FIRST_NOTEBOOK if FIRST_NOTEBOOK in names else next(iter(names), "")
    return f"/lab/tree/{project.relative(project.notebooks)}{f'/{name}' if name else ''}"


def lab_environment(project: Project) -> dict[str, str]:
    """What JupyterLab and its kernels see: this Python first, this copy of the package, and this project."""
    path = [str(Path(sys.executable).parent), os.environ.get("PATH")]
    packages = [str(HOME.parent), os.environ.get("PYTHONPATH")]
    settings = [str(settings_folder(project)), os.environ.get("JUPYTER_CONFIG_PATH")]
    return {
        **os.environ,
        "PATH": os.pathsep.join(filter(None, path)),
        "PYTHONPATH": os.pathsep.join(filter(None, packages)),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, settings)),
        ROOT_VARIABLE: str(project.root),
        LAB: "1",
    }


def settings_folder(project: Project) -> Path:
    """The folder that JupyterLab reads besides the person's own."""
    return project.build / "lab"


@contextmanager
def interrupts_left_to_child():
    """Ctrl-C reaches JupyterLab too, which asks back: wait for its answer. The list is not empty after one."""
    interrupted: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, lambda number, frame: interrupted.append(number))
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
