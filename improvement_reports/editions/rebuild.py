"""Run a published notebook again: on its recorded inputs, with the code that made it or with today's, in a folder of
its own.

Everything runs in processes that import just that code. The package that is running here, the project's folder and the
working folder are not on their path, and each checks where its package came from before it does anything.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.vocabulary import WITHOUT_RETURN
from improvement_reports.editions.inputs import Places, restore
from improvement_reports.editions.isolated import WITHOUT_SLOW, isolated_environment, nbval_command
from improvement_reports.editions.kept_code import PACKAGE, Files, release_of, write_code
from improvement_reports.workspace.places import ROOT_VARIABLE, Project
from improvement_reports.workspace.processes import run_guarded

NBVAL_SECONDS = 1800
PREPARE_SECONDS = 1800
# nbval ends a run so: all cells the same; a cell differs or fails.
SAME, NOT_SAME = 0, 1
# Before the first cell of a notebook, and before a command: the package must be the one that was laid out for it.
GUARD = """import {package}, pathlib
if pathlib.Path({package}.__file__).resolve().parent != pathlib.Path({folder!r}).resolve():
    raise ImportError(f"the code that runs is {{{package}.__file__}}, not the code in {folder}")
del {package}, pathlib
"""
# Release 0.1.0 took the notebooks that are there for all there are, and refused narrative of the reports whose
# notebooks are not among an edition's inputs. One that cannot be read tells it that it does not know what others ask
# for.
JUDGES_OTHER_REPORTS = ("0.1.0",)
UNKNOWN_NOTEBOOK = "notebooks/other-kinds.ipynb"
# The last line of a command that says how much it did.
SUMMARY = re.compile(r"Done \d+, unchanged \d+, failed \d+")
COMMAND = (
    "import runpy, sys\nsys.argv[0] = 'improvement-reports'\nrunpy.run_module('{package}.cli', run_name='__main__')\n"
)


@dataclass(frozen=True)
class Rebuilt:
    """A project of just the recorded inputs of an edition, and the folder with the code that runs on it."""

    project: Project
    code: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process that runs for it: this code, this project, and no folder beside them."""
        return isolated_environment(self.project.root, self.code)

    @property
    def guard(self) -> str:
        return GUARD.format(package=PACKAGE, folder=str(self.code / PACKAGE))


def rebuild_project(root: Path, places: Places, authority: str, kind: str, code: Files) -> Rebuilt:
    """Lay out inputs, which `Edition.inputs` lets through, and code below ``root``; prepare the returns.

    Official statistics prepare themselves when they are asked for.

    Raises a `UserError` if the code does not accept the inputs.
    """
    rebuilt = lay_out(root, places, code)
    if kind not in WITHOUT_RETURN:
        _call(rebuilt, "prepare", "--authority", authority)
    return rebuilt


def lay_out(root: Path, places: Places, code: Files) -> Rebuilt:
    """Inputs and code below ``root``; nothing is prepared yet."""
    rebuilt = Rebuilt(Project(root / "project"), root / "code")
    home = rebuilt.project.root
    (home / "params").mkdir(parents=True)
    (home / "_quarto.yml").write_text("project:\n  type: website\n", encoding="utf-8")
    for name, (place, sha256) in places.items():
        restore(place, sha256, home, name)
    write_code(code, rebuilt.code)
    if release_of(code) in JUDGES_OTHER_REPORTS:
        (home / UNKNOWN_NOTEBOOK).write_text("not known\n", encoding="utf-8")
    return rebuilt


def _call(rebuilt: Rebuilt, *arguments: str) -> None:
    """The command line of the rebuilt project's own code: the one interface that every release has."""
    code, said = _run(rebuilt, _script(rebuilt, COMMAND.format(package=PACKAGE), arguments), PREPARE_SECONDS)
    if code == 0:
        return
    raise prepare_fault(said or f"exit code {code}")


def prepare_fault(said: str) -> UserError:
    """Why recorded inputs could not be prepared, from what the command said."""
    lines = [line.removeprefix("Failed: ") for line in said.splitlines() if line.strip() and not SUMMARY.match(line)]
    if "Traceback (most recent call last):" in lines:
        return UserError(f"The code could not prepare the recorded inputs: {lines[-1]}")
    return UserError(f"The recorded inputs are not accepted: {' '.join(dict.fromkeys(lines)) or 'no reason was said'}")


def run_own(rebuilt: Rebuilt, script: str, arguments: list, seconds: int) -> str:
    """A script of ours in the rebuilt project, with its code and no other; what it said."""
    return _run(rebuilt, _script(rebuilt, script, arguments), seconds)[1]


def _script(rebuilt: Rebuilt, script: str, arguments: Iterable) -> list[str]:
    """The command that runs a script with the code of the rebuilt project, which the script then checks."""
    return [sys.executable, "-P", "-c", WITHOUT_SLOW + rebuilt.guard + script, *map(str, arguments)]


def _run(rebuilt: Rebuilt, command: list[str], seconds: int) -> tuple[int, str]:
    """A command in the rebuilt project: its exit code and what it said; a `UserError` if it takes too long."""
    try:
        return run_guarded(command, seconds, cwd=rebuilt.project.root, env=rebuilt.environment)
    except subprocess.TimeoutExpired:
        raise UserError(f"It took longer than {seconds // 60} minutes and was ended.") from None


def guarded(rebuilt: Rebuilt, notebook):
    """A copy of a notebook whose first cell of code checks, before all else, which code it runs with."""
    from copy import deepcopy

    book = deepcopy(notebook)
    first = next((c for c in book.cells if c.cell_type == "code"), None)
    if first is not None:
        first.source = rebuilt.guard + first.source
    return book


def nbval(rebuilt: Rebuilt, notebook) -> int:
    """nbval over a published notebook, inside the rebuilt project: `SAME` or `NOT_SAME`."""
    import nbformat

    copy = rebuilt.project.root / "published.ipynb"
    nbformat.write(guarded(rebuilt, notebook), copy)
    code, said = _run(rebuilt, nbval_command(rebuilt.project.root, copy), NBVAL_SECONDS)
    if code not in (SAME, NOT_SAME):
        raise UserError(
            f"The published notebook could not be run by nbval, which ended with {code}:"
            f" {''.join(said.strip().splitlines()[-1:])}"
        )
    return code


def execute_again(rebuilt: Rebuilt, notebook):
    """A notebook, run anew in the rebuilt project, as a notebook; a `UserError` if a cell fails."""
    import nbformat

    from improvement_reports.runs.run import execute
    from improvement_reports.workspace.notebooks import strip_run

    copy, output = rebuilt.project.root / "again-template.ipynb", rebuilt.project.root / "again.ipynb"
    nbformat.write(guarded(rebuilt, notebook), copy)
    wanted = {name: rebuilt.environment[name] for name in (ROOT_VARIABLE, "PYTHONPATH", "PYTHONSAFEPATH")}
    before = {name: os.environ.get(name) for name in wanted}
    try:
        os.environ.update(wanted)  # papermill hands no environment on to the kernel
        again = execute(copy, output, {}, rebuilt.project.root, is_forked=False)  # an edition brings code of its own
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
    strip_run(again)
    return again
