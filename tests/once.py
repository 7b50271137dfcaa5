"""What is expensive is made once for all processes of a test run."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import psutil
from marked_processes import wait_until

from improvement_reports.workspace.places import Project

HOUR = 3600  # the longest that the slowest machine takes over what is made once


def made_once(tmp_path_factory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that one of the processes of a test run makes, with ``make(folder)``, and all of them read."""
    here = tmp_path_factory.getbasetemp()
    shared = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here
    folder, done, maker = shared / name, shared / f"{name}.done", shared / f"{name}.maker"
    try:
        folder.mkdir()
    except FileExistsError:
        wait_until(lambda: done.is_file() or _is_over(maker), HOUR)
        assert done.is_file() and done.read_text(encoding="utf-8") == "", "the process that makes it failed or hangs"
        return folder
    _say(maker, str(os.getpid()))
    try:
        make(folder)
    except BaseException as error:
        _say(done, repr(error))
        raise
    _say(done, "")
    return folder


def _say(path: Path, text: str) -> None:
    """Whole at once: a process that waits must not read it half-written."""
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _is_over(maker: Path) -> bool:
    """Whether the process that began to make it is no more."""
    return maker.is_file() and not psutil.pid_exists(int(maker.read_text(encoding="utf-8")))


def project_once(tmp_path_factory, name: str, make: Callable[[Path], object]) -> Project:
    """This process's own copy of a project that one process makes: commands write records even where they only read."""
    source = made_once(tmp_path_factory, f"{name}-for-all", make)
    return Project(Path(shutil.copytree(source, tmp_path_factory.mktemp(name), dirs_exist_ok=True)))
