"""A notebook with its kernel in one process: what that cannot do, a kernel of its own does; nothing is lost on the way."""

import contextlib
import os
import signal
import subprocess
import sys

import nbformat
import pytest
from damage import edit
from inside_runs import executed_inside
from marked_processes import marked, wait_until
from quick_runs import MARCH

from improvement_reports.domain.errors import UserError
from improvement_reports.runs.run import FAILED, TRACE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
# Says for each process that runs the notebook that it is one more.
BEGINS = "import os\nwith open('begun', 'a') as begun:\n    print(os.getpid(), os.getppid(), file=begun)"


def executed(folder, monkeypatch, *cells: str, seconds: int = 60):
    """The notebook as it was kept, and the processes that ran it."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in (BEGINS, *cells)])
    nbformat.write(book, folder / "template.ipynb")
    text = executed_inside(folder / "template.ipynb", folder / "failed.ipynb", folder, monkeypatch, seconds)
    return nbformat.reads(text, as_version=4), (folder / "begun").read_text().splitlines()


def test_a_notebook_is_run_once(tmp_path, monkeypatch):
    book, begun = executed(tmp_path, monkeypatch, "print('done')")
    assert book.cells[-1].outputs[0].text == "done\n" and len(begun) == 1


@pytest.mark.parametrize(
    "cell",
    [
        "import time; time.sleep(4); print('done')",
        "import asyncio; await asyncio.sleep(4); print('done')",
        # No other thread of Python gets its turn, and no handler of a signal.
        "import ctypes; ctypes.PyDLL(None).sleep(4); print('done')",
    ],
    ids=["sleeps", "awaits", "holds Python"],
)
def test_one_that_takes_long_has_a_kernel_of_its_own(tmp_path, monkeypatch, cell):
    book, begun = executed(tmp_path, monkeypatch, cell, seconds=2)
    assert book.cells[-1].outputs[0].text == "done\n" and len(begun) == 2
    assert len({line.split()[1] for line in begun}) == 1, "of the same process"


def test_one_that_ends_its_process_has_a_kernel_of_its_own(tmp_path, monkeypatch):
    cell = "import os, pathlib\nif len(pathlib.Path('begun').read_text().split()) == 2:\n    os._exit(0)\nprint('done')"
    book, begun = executed(tmp_path, monkeypatch, cell)
    assert book.cells[-1].outputs[0].text == "done\n" and len(begun) == 2


def test_one_that_asks_for_an_end_has_a_kernel_of_its_own(tmp_path, monkeypatch):
    """Which says what becomes of it."""
    with contextlib.suppress(UserError):
        executed(tmp_path, monkeypatch, "exit()")
    assert len((tmp_path / "begun").read_text().splitlines()) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_there_is_is_kept_when_a_run_is_interrupted(quick, start, number):
    cell = "print('said before'); import pathlib, time; pathlib.Path('started').touch(); time.sleep(600)"
    edit(quick.notebook("board"), "1 / (month not in {'2024-01'})", cell)
    process = start(quick.root, "-m", "improvement_reports.cli", "run", "--month", MARCH[1])
    assert wait_until((quick.root / "started").exists)
    os.kill(process.pid, number)
    process.wait(60)
    assert wait_until(lambda: not marked(start.mark))
    kept = nbformat.read(quick.run_folder(*MARCH) / FAILED, as_version=4)
    nbformat.validate(kept)
    assert [cell.cell_type for cell in kept.cells][:2] == ["code", "code"], "the parameters are in it"


CALL_THAT_FAILS = """
import sys
from pathlib import Path
from improvement_reports.runs import run
from improvement_reports.runs.warm.executor import Here
from improvement_reports.workspace.places import Project

def wrong_check(notebook):
    return 1 / 0

run.check_outputs = wrong_check
with Here() as executor:
    print(executor.submit(run.run_report, sys.argv[1], *sys.argv[2].split("/"), True).result().message)
"""


def test_the_trace_of_a_fault_of_our_own_says_where_it_was(quick):
    command = [sys.executable, "-c", CALL_THAT_FAILS, quick.root, "/".join(MARCH)]
    said = subprocess.run(command, capture_output=True, text=True, cwd=quick.root, timeout=120)
    trace = quick.run_folder(*MARCH) / TRACE
    assert said.stdout == f"ZeroDivisionError: division by zero (trace: {quick.relative(trace)})\n", said.stderr
    assert "in wrong_check" in trace.read_text(encoding="utf-8")
