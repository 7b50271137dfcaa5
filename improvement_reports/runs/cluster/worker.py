"""The side of a machine of the cluster: a report is run from what came in a parcel, in a folder that goes with it.

A worker of Dask may start no process of multiprocessing and has threads, so each report runs in a program of its own,
which ends with the worker. Everything that takes time to load is loaded in that program.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from improvement_reports import HOME
from improvement_reports.domain.errors import UserError
from improvement_reports.runs.cluster.parcel import GIVEN_BACK, Files, Make, Parcel, ParcelAnswer, write_parcels

# No report takes as long; a program that hangs must not keep a worker for ever.
JOB_SECONDS = 3600
PROGRAM = "improvement_reports.runs.cluster.worker"
INSTALLED = ("site-packages", "dist-packages")
OUTCOME, PROJECT = "outcome.json", "project"


class EndedError(Exception):
    """The program that ran a report ended before the report did; another worker may try."""


@cache
def own_make() -> Make:
    """What this machine makes reports with."""
    from improvement_reports.workspace.keys import package_digest
    from improvement_reports.workspace.libraries import library_versions
    from improvement_reports.workspace.releases import release

    python = ".".join(map(str, sys.version_info[:2]))
    return Make(release(), package_digest(), {"Python": python, **library_versions()})


def run_parcel(parcel: Parcel, shared: Files) -> ParcelAnswer:
    """Run the report of a parcel; ``shared``: what it has in common with others. Raises `EndedError`.

    A machine that would make it with other code or libraries does not run it, and says so.
    """
    here = _address()
    if own_make() != parcel.make:
        return ParcelAnswer("failed", 0.0, "", True, "", here, stranger=own_make())
    with tempfile.TemporaryDirectory(prefix="report-", dir=_scratch(), ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        (home / PROJECT).mkdir()
        try:
            write_parcels(home / PROJECT, {"_quarto.yml": b"project:\n  type: website\n"}, shared, parcel.files)
            write_parcels(home / PROJECT, folders=parcel.folders)
            said = _run_program(home, parcel)
        except (OSError, UserError) as error:
            return ParcelAnswer("failed", 0.0, f"On {here}: {_in_words(error)}", True, "", here)
        run = home / PROJECT / "build" / "runs" / Path(*parcel.job)
        files = {name: (run / name).read_bytes() for name in GIVEN_BACK if (run / name).is_file()}
        if said["state"] != "done":
            files.pop(GIVEN_BACK[0], None)
        return ParcelAnswer(**said, worker=here, files=files)


def _run_program(home: Path, parcel: Parcel) -> dict:
    from improvement_reports.workspace.processes import run_guarded

    command = [sys.executable, "-P", "-m", PROGRAM, home, *parcel.job]
    # The same copy of the package there and in the kernel, wherever it lies.
    paths = [str(HOME.parent), os.environ.get("PYTHONPATH", "")] if HOME.parent.name not in INSTALLED else []
    environment = os.environ | ({"PYTHONPATH": os.pathsep.join(filter(None, paths))} if paths else {})
    try:
        code, said = run_guarded(command, JOB_SECONDS, _wanted(), env=environment)
    except subprocess.TimeoutExpired:
        raise UserError(f"it took longer than {JOB_SECONDS // 60} minutes, or was not wanted any more.") from None
    if (home / OUTCOME).is_file():
        return json.loads((home / OUTCOME).read_text(encoding="utf-8"))
    last = said.strip().splitlines()[-1:] or ["it said nothing"]
    raise EndedError(f"the program that ran it on {_address()} ended with {code} before the report did ({last[0]})")


def _in_words(error: Exception) -> str:
    from improvement_reports.workspace.troubles import in_words

    return in_words(error) or str(error)


def _address() -> str:
    """How the scheduler knows this worker; nothing where there is none."""
    try:
        from distributed import get_worker

        return get_worker().address
    except (ImportError, ValueError):
        return "this machine"


def _wanted() -> Callable[[], bool]:
    """Whether anybody still waits for the report that this thread runs: not after Ctrl-C where it was asked for."""
    try:
        from distributed import get_worker

        worker, key = get_worker(), get_worker().get_current_task()
    except (ImportError, ValueError):
        return lambda: True
    return lambda: key in worker.state.tasks and worker.state.tasks[key].state == "executing"


def _scratch() -> str | None:
    """The worker's own folder, which Dask clears away if the worker was killed; else that for temporary files."""
    try:
        from distributed import get_worker

        return get_worker().local_directory
    except (ImportError, ValueError):
        return None


def main(home: str, authority: str, month: str, kind: str) -> None:
    """The program: run the report of the project in ``home`` and leave what became of it."""
    from improvement_reports.runs.keys import report_key
    from improvement_reports.runs.run import run_report
    from improvement_reports.workspace.files import write_whole
    from improvement_reports.workspace.places import Project

    project = Project(Path(home).resolve() / PROJECT)
    os.environ.pop("IMPROVEMENT_REPORTS_ROOT", None)
    outcome = run_report(str(project.root), authority, month, kind, True)
    key = report_key(project, authority, month, kind) if outcome.state == "done" else ""
    answer = {
        "state": outcome.state,
        "seconds": outcome.seconds,
        "message": outcome.message,
        "is_refused": outcome.is_refused,
        "key": key,
    }
    write_whole(Path(home) / OUTCOME, json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
