"""What is expensive is made once for all processes of a test run."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from improvement_reports.workspace.places import Project

WAIT_SECONDS = 600


def made_once(tmp_path_factory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that one of the processes of a test run makes, with ``make(folder)``, and all of them read."""
    here = tmp_path_factory.getbasetemp()
    shared = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here
    folder, done = shared / name, shared / f"{name}.done"
    try:
        folder.mkdir()
    except FileExistsError:
        for _ in range(WAIT_SECONDS * 10):
            if done.is_file():
                break
            time.sleep(0.1)
        assert done.is_file() and done.read_text(encoding="utf-8") == "", "the process that makes it failed or hangs"
        return folder
    try:
        make(folder)
    except BaseException as error:
        _say(done, repr(error))
        raise
    _say(done, "")
    return folder


def _say(done: Path, text: str) -> None:
    """Whole at once: a process that waits must not read it half-written."""
    beside = done.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(done)


def project_once(tmp_path_factory, name: str, make: Callable[[Path], object]) -> Project:
    """This process's own copy of a project that one process makes: commands write records even where they only read."""
    source = made_once(tmp_path_factory, f"{name}-for-all", make)
    return Project(Path(shutil.copytree(source, tmp_path_factory.mktemp(name), dirs_exist_ok=True)))
