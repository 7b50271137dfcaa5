"""A notebook that is run in one process with its kernel, whatever its cells show: for tests of such processes."""

import os
from pathlib import Path

from improvement_reports.runs import run
from improvement_reports.runs.warm import calls, link
from improvement_reports.runs.warm.fork import CALL


def executed_inside(template: Path, failed: Path, folder: Path, monkeypatch, seconds: int = 60) -> str:
    """The notebook as a run in a fork has it. ``seconds``: how long it may take in one process."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]))
    call = calls.asked_for(_executed, template, failed, folder, run.CELL_TIMEOUT_SECONDS, seconds)
    with link.new_fork(CALL, folder, [call], __name__) as end:
        return calls.given(end)


def _executed(template: Path, failed: Path, folder: Path, for_a_cell: int, seconds: int) -> str:
    """In the fork: `run.executed_text` of a notebook that may show what no page has."""
    run.check_outputs = lambda notebook: None
    run.CELL_TIMEOUT_SECONDS, run.INSIDE_SECONDS = for_a_cell, seconds
    return run.executed_text(template, failed, {}, folder)
