"""What `verify` runs is run once for all tests of a module that give it the same: the answer can be no other.

Which notebook is run, on which inputs and with which code, is what an answer hangs on. Tests that change something else
of an edition would run the very same notebook again, each for some ten seconds.
"""

import copy
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from improvement_reports.editions import remake
from improvement_reports.editions import verify as verifying
from improvement_reports.editions.downloads import workbook
from improvement_reports.editions.downloads.workbook import workbook_bytes
from improvement_reports.editions.rebuild import Rebuilt
from improvement_reports.workspace.files import digest

_books: dict[str, bytes] = {}


def workbook_once(facts, figures: list[dict], tables: dict) -> bytes:
    """The workbook of an edition, which takes half of the time of all its files, made once of the same content."""
    key = digest([json.dumps([asdict(facts), figures, tables], sort_keys=True, default=str)])
    if key not in _books:
        _books[key] = workbook_bytes(facts, figures, tables)
    return _books[key]


def in_process(rebuilt: Rebuilt, script: str, arguments: list, seconds: int) -> str:
    """As `rebuild.run_own`, where the code of the edition is that of the tests and need not be imported anew."""
    shutil.rmtree(rebuilt.project.build, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["remake", *map(str, arguments)])
        patch.setattr(workbook, "workbook_bytes", workbook_once)
        try:
            exec(compile(script, "remake", "exec"), {"__name__": "remake"})
        except Exception as error:
            return repr(error)
    return ""


class RunOnce:
    """Inputs and code laid out, and notebooks run on them, for `verify`: what was asked for before is remembered."""

    def __init__(self, folder: Path):
        self.folder, self.known = folder, {}

    def _once(self, key: tuple, make: Callable[[], object]):
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    def rebuild_project(self, root, places, authority, kind, code) -> Rebuilt:
        """Everything that is laid out is named by its content; a kept input that was changed is refused as ever."""
        inputs = tuple(sorted((name, sha256, place.read_bytes()) for name, (place, sha256) in places.items()))
        key = ("laid out", inputs, authority, kind, tuple(sorted(code.items())))
        return self._once(key, lambda: _rebuild(self.folder / str(len(self.known)), places, authority, kind, code))

    def nbval(self, rebuilt: Rebuilt, notebook) -> int:
        """By the whole notebook, with its outputs."""
        key = ("compared", rebuilt.project.root, json.dumps(notebook, sort_keys=True))
        return self._once(key, lambda: _nbval(rebuilt, notebook))

    def execute_again(self, rebuilt: Rebuilt, notebook):
        """By what its cells say; outputs are made anew."""
        cells = json.dumps([[c.cell_type, c.source, c.metadata] for c in notebook.cells], sort_keys=True)
        made = self._once(("run", rebuilt.project.root, cells), lambda: _execute_again(rebuilt, notebook))
        return copy.deepcopy(made)

    def put_in(self, patch: pytest.MonkeyPatch) -> None:
        """In place of what runs programs."""
        self.run_notebooks(patch)
        patch.setattr(remake, "run_own", in_process)

    def run_notebooks(self, patch: pytest.MonkeyPatch) -> None:
        """In place of what runs notebooks; the files of an edition are made in a program of their own."""
        for name in ("rebuild_project", "nbval", "execute_again"):
            patch.setattr(verifying, name, getattr(self, name))


_rebuild, _nbval, _execute_again = verifying.rebuild_project, verifying.nbval, verifying.execute_again
