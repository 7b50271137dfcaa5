"""The work that `bench` measures, each piece a call of its own: ``python -m improvement_reports.authoring.bench_work``
PIECE ARGUMENTS…, in the folder of a project.

The plain pieces use nothing of this package but the notebook that is run: papermill with the kernel that Jupyter
starts, nbconvert and Pandoc. What a piece costs without its imports it says itself, as JSON.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.places import Project

TURNS = 5


def _cpu(call: Callable[[], object]) -> float:
    """CPU seconds of one call in this process."""
    start = time.process_time()
    call()
    return time.process_time() - start


def plain_reports(project: Project, *names: str) -> None:
    """Each report in the plain way: papermill, nbconvert to Markdown, Pandoc to one page."""
    import papermill
    from nbconvert import MarkdownExporter

    from improvement_reports.workspace.notebooks import KERNEL
    from improvement_reports.workspace.pandoc import pandoc_path
    from improvement_reports.workspace.processes import run_watched

    for name in names:
        job = Job(*name.split("/"))
        folder = project.build / "plain" / name
        folder.mkdir(parents=True, exist_ok=True)
        executed = folder / "report.ipynb"
        papermill.execute_notebook(
            str(project.notebook(job.kind)),
            str(executed),
            parameters=job._asdict(),
            kernel_name=KERNEL,
            cwd=str(project.root),
            progress_bar=False,
        )
        text, _ = MarkdownExporter(exclude_input=True).from_filename(str(executed))
        command = [pandoc_path(), "-f", "markdown", "-t", "html5", "-s", "--toc", "--metadata", "title=x"]
        (folder / "index.html").write_text(run_watched(command, text).stdout, encoding="utf-8")


def own_reports(project: Project, *names: str) -> None:
    """Each report all in: run, laid out, and all its pages rendered; nothing is taken that was made before."""
    import shutil

    from improvement_reports.pages.every_page import write_pages_of
    from improvement_reports.pages.report_folder import page_sources_in, remove_pages
    from improvement_reports.pages.served import serve_also
    from improvement_reports.runs.draft import run_with_draft
    from improvement_reports.runs.run import run_reports
    from improvement_reports.runs.warm import link
    from improvement_reports.runs.warm.executor import report_executor
    from improvement_reports.site.pandoc import Renderer

    shutil.rmtree(project.build, ignore_errors=True)
    jobs = [Job(*name.split("/")) for name in names]
    for job in jobs:
        remove_pages(project.page_folder(*job))
    executor = report_executor(len(jobs), project.root)
    outcomes = run_reports(project, jobs, executor, True, work=run_with_draft)
    link.turn_to_pages(project.root)
    done = [job for job, outcome in zip(jobs, outcomes, strict=True) if outcome.state == "done"]
    write_pages_of(project, done, drafts=True)
    sources = [page for job in done for page in page_sources_in(project.page_folder(*job))]
    serve_also(project, sources)
    Renderer(project, project.build / "bench").render_pages(sources)
    print(json.dumps({"failed": [o.message for o in outcomes if o.state != "done"], "pages": len(sources)}))


def overhead(project: Project, name: str) -> None:
    """What a run costs more than its cells: ``run``, the whole of it in a process that was warmed up as the one that
    reports are forked from is, with ``kernel``, its notebook's own process; ``first`` and ``cells``, the same cells in
    that interpreter, the first and the second time. Each the least of several, turn by turn, so that what else the
    machine does touches all.
    """
    import os

    from improvement_reports.runs.run import run_report
    from improvement_reports.runs.warm import link, parent
    from improvement_reports.runs.warm.calls import wait_for_kernels
    from improvement_reports.runs.warm.fork import CALL

    if not link.is_possible():
        raise UserError("Nothing is forked here, so a run has no process that was warmed up.")
    parent.become()
    parent.prepare(CALL, project.root)
    authority, month, kind = name.split("/")
    spent: dict[str, list[float]] = {"run": [], "kernel": [], "first": [], "cells": []}
    for _ in range(TURNS):
        before = os.times()
        outcome = run_report(str(project.root), authority, month, kind, force=True)
        wait_for_kernels()
        after = os.times()
        if outcome.state != "done":
            raise UserError(outcome.message)
        spent["run"].append(sum(after[:4]) - sum(before[:4]))
        spent["kernel"].append(sum(after[2:4]) - sum(before[2:4]))
        for what, seconds in zip(("first", "cells"), _in_fork(lambda: _cells_of(project, name)), strict=True):
            spent[what].append(seconds)
    print(json.dumps({what: min(seconds) for what, seconds in spent.items()}))


def _in_fork(work: Callable[[], Sequence[float]]) -> list[float]:
    """What ``work`` gives, done in a fork, which leaves this process as it is."""
    import os

    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(write, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(write)
    with open(read, encoding="utf-8") as said:
        found = said.read()
    os.waitpid(pid, 0)
    return json.loads(found)


def cells(project: Project, name: str) -> None:
    """The cells of a report in this interpreter, the second time: what no way of running them can do without."""
    print(json.dumps({"cpu": _cells_of(project, name)[1]}))


def _cells_of(project: Project, name: str) -> tuple[float, float]:
    """CPU seconds of the cells of a report in this interpreter: the first time, and the least of two times more."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    job = Job(*name.split("/"))
    book = json.loads(project.notebook(job.kind).read_text(encoding="utf-8"))
    sources = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]
    sources[0] = "\n".join(f"{key} = {value!r}" for key, value in job._asdict().items())
    shell = InteractiveShell.instance()

    def run() -> None:
        with capture_output():
            for source in sources:
                shell.run_cell(source).raise_error()

    return _cpu(run), min(_cpu(run) for _ in range(2))


def series(project: Project, authority: str) -> None:
    """All months of a series prepared."""
    from improvement_reports.returns.series import prepare_series

    prepare_series(project, authority)


def last_month(project: Project, authority: str) -> None:
    """The newest month of a series, changed and prepared again while those before it are prepared: as in a call that
    a person makes, nothing is known of these but what is in files. Libraries are loaded by a check of the first month,
    which is not counted.
    """
    from improvement_reports.returns.keys import return_months
    from improvement_reports.returns.series import check_returns, prepare_series

    months = return_months(project, authority)
    list(check_returns(project, [(authority, months[0])]))
    path = project.raw_return(authority, months[-1]) / "observations.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    print(json.dumps({"cpu": _cpu(lambda: prepare_series(project, authority))}))


def turn(project: Project, name: str, changed: str) -> None:
    """The page of a report that is looked at in the preview, after a change of a file; the second time."""
    import os
    import resource

    from improvement_reports.authoring.preview_turn import take_turn
    from improvement_reports.authoring.preview_worker import _be_ready, warm_up

    is_warm, page, path = warm_up(project), f"reports/{name}/index.html", project.root / changed
    old, spent, walls = path.read_text(encoding="utf-8"), [], []
    for number in (1, 2, 3):
        path.write_text(_with_more(old, path.suffix, f"A sentence {'once more ' * number}."), encoding="utf-8")
        before, start = sum(os.times()[:4]), time.perf_counter()
        done = take_turn(project, [page], print)
        walls.append(time.perf_counter() - start)
        if done.faults:
            raise RuntimeError(done.faults[0])
        if is_warm:
            _be_ready(project, [page])
        spent.append(sum(os.times()[:4]) - before)
    path.write_text(old, encoding="utf-8")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"cpu": min(spent[1:]), "wall": min(walls[1:]), "peak": peak}))


def _with_more(text: str, suffix: str, sentence: str) -> str:
    """The text of a file with a sentence more: words, or a comment of a notebook or of parameters; a table has
    empty lines under it."""
    if suffix == ".md":
        return f"{text}\n\n{sentence}\n"
    if suffix == ".ipynb":
        notebook = json.loads(text)
        last = next(cell for cell in reversed(notebook["cells"]) if cell["cell_type"] == "code")
        last["source"] = [*last["source"], f"\n# {sentence}"]
        return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    return f"{text}# {sentence}\n" if suffix == ".yml" else text + "\n" * len(sentence.split())


PIECES: dict[str, Callable[..., None]] = {
    "plain-reports": plain_reports,
    "own-reports": own_reports,
    "cells": cells,
    "overhead": overhead,
    "series": series,
    "last-month": last_month,
    "turn": turn,
}


if __name__ == "__main__":
    piece, *rest = sys.argv[1:]
    PIECES[piece](Project.find(Path.cwd()), *rest)
