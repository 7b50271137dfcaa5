"""Run reports: one parameterised notebook for each (authority, month, kind), through papermill's Python API."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from pathlib import Path

from improvement_reports.domain.errors import InvalidInput, UserError, listed, shown
from improvement_reports.runs.keys import report_key
from improvement_reports.runs.reports import Job
from improvement_reports.runs.warm.calls import Elsewhere, from_inside
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.layouts import notebook_text, notebooks_for
from improvement_reports.workspace.notebook_files import own_notebook_text
from improvement_reports.workspace.notebooks import check_template, strip_run
from improvement_reports.workspace.parameters import ReportParameters, load_report
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import Stamp, digests
from improvement_reports.workspace.troubles import in_words, trouble_of
from improvement_reports.workspace.work import Outcome

KEY_FILE = "run.json"
EXECUTED = "report.ipynb"
FAILED = "failed.ipynb"
LAID_OUT = "laid-out.ipynb"
TRACE = "failed.txt"
# A hung notebook must not hang the batch.
CELL_TIMEOUT_SECONDS = 600
# All cells together, in one process with their kernel: a notebook that takes longer has a kernel of its own.
INSIDE_SECONDS = 60


def execute(template: Path, failed: Path, parameters: dict, cwd: Path, is_forked: bool = True):
    """A notebook, run by papermill; a `UserError` if a cell of it fails, and ``failed`` then holds it with the error.

    ``is_forked``: whether its kernel may have loaded this package already (`warm`).
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from improvement_reports.runs.engine import run_papermill
    from improvement_reports.runs.kernels import kernel_options

    kernel = kernel_options(cwd if is_forked else None)
    try:
        with _cells_that_fail():
            return run_papermill(template, failed, parameters, cwd, CELL_TIMEOUT_SECONDS, kernel)
    except DeadKernelError:
        raise UserError(
            "The Python of the notebook ended before the notebook did, perhaps because memory ran out; close other"
            " programs, then run it again."
        ) from None
    except CellTimeoutError:
        raise UserError(
            f"A cell of the notebook took longer than {CELL_TIMEOUT_SECONDS} seconds; take out of it what takes so"
            " long."
        ) from None


def execute_inside(template: Path, failed: Path, parameters: dict, cwd: Path, seconds: int) -> str:
    """`sound_text` of a notebook that is run in this very process, a fork that ends soon (`warm.inside`).

    `Elsewhere` where a text of it has what cannot be written, which messages between two processes replace.
    """
    from papermill.iorw import write_ipynb

    from improvement_reports.runs.engine import run_papermill
    from improvement_reports.runs.kernels import inside_options
    from improvement_reports.runs.warm.inside import watched

    kept: list = []

    def save() -> None:
        for notebook in kept:
            write_ipynb(notebook, str(failed))

    try:
        with watched(seconds, save), _cells_that_fail():
            text = sound_text(run_papermill(template, failed, parameters, cwd, None, inside_options(), kept))
        text.encode()
    except UnicodeEncodeError:
        raise Elsewhere from None
    return text


@contextmanager
def _cells_that_fail() -> Iterator[None]:
    """What papermill says of a cell that failed, as a `UserError`."""
    from papermill.exceptions import PapermillExecutionError

    try:
        yield
    except PapermillExecutionError as error:
        own = error.evalue if error.ename in (UserError.__name__, InvalidInput.__name__) else ""
        said = own or trouble_of(error.ename, error.evalue) or f"{error.ename}: {error.evalue}"
        raise UserError(f"cell {error.exec_count} of the notebook failed: {said}") from None


def executed_text(template: Path, failed: Path, parameters: dict, cwd: Path) -> str:
    """`sound_text` of a notebook that was run: in one process with its kernel, and with one of its own where there can
    be no such process, or it ended before the notebook did.
    """
    arguments = (template, failed, parameters, cwd, min(INSIDE_SECONDS, CELL_TIMEOUT_SECONDS))
    text = from_inside(execute_inside, *arguments, folder=cwd)
    return sound_text(execute(template, failed, parameters, cwd)) if text is None else text


def sound_text(notebook) -> str:
    """An executed notebook as it is kept, without what differs from run to run; a `UserError` if it shows what is no
    block.
    """
    import nbformat

    strip_run(notebook)
    nbformat.validate(notebook)
    check_outputs(notebook)
    return own_notebook_text(notebook) + "\n"


def foreign_outputs(notebook) -> list[str]:
    """One sentence for each code cell that shows what is no block: no page has it, but the published notebook would,
    numbers and all.
    """
    from improvement_reports.facts.figures import MIME

    found = []
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), start=1):
        kinds = dict.fromkeys(_output_words(o) for o in cell.outputs if MIME not in o.get("data", {}))
        if kinds:
            start = shown(" ".join(cell.source.split()), 40)
            found.append(
                f"code cell {number} of the notebook ({start}) shows {listed(kinds, 'and')}, which no page would have,"
                f" although the published notebook would; {_instead(kinds)}, or take it out"
            )
    return found


FIGURE, FRAME, TEXT = (
    "a figure that is no chart of the report",
    "a data frame or other HTML",
    "Markdown that is no block",
)
# How each can come onto the page.
CALLS = {
    FIGURE: "show it with sections.figure(report, figure, finding=…, rows=…, alt=…)",
    FRAME: "show it with sections.frame(report, frame, caption=…, rows=…)",
    TEXT: "show it with sections.text(report, words)",
}


def _instead(kinds: Iterable[str]) -> str:
    """What to write in a cell for the first of its outputs that can come onto the page."""
    return next((CALLS[k] for k in kinds if k in CALLS), "show what improvement_reports.sections gives")


def _output_words(output) -> str:
    """What an output is, for a person."""
    if output.output_type == "stream":
        return "a warning or other text on stderr" if output.get("name") == "stderr" else "printed text"
    data = output.get("data", {})
    if any(kind.startswith("image/") for kind in data):
        return FIGURE
    if "text/html" in data:
        return FRAME
    return TEXT if "text/markdown" in data else "the value of an expression"


def check_outputs(notebook) -> None:
    """A `UserError` that names the first cell with an output that is no block."""
    if found := foreign_outputs(notebook):
        more = f" ({len(found) - 1} more such cells)" if len(found) > 1 else ""
        raise UserError(f"{found[0]}{more}.")


def run_report(root: str, authority: str, month: str, kind: str, force: bool = False) -> Outcome:
    """Run one report if its key changed. Plain arguments and an `Outcome`, so that any executor can call it.

    A report that fails keeps its notebook with the error as ``failed.ipynb`` beside the last good one.
    """
    project, start = Project(Path(root)), time.perf_counter()
    subject = f"{authority}/{month}/{kind}"
    folder = project.run_folder(authority, month, kind)
    try:
        (folder / FAILED).unlink(missing_ok=True)
        params = load_report(project, project.report_params(authority, month, kind))
        key = report_key(project, authority, month, kind)
        if not force and run_is_current(folder, key):
            return Outcome(subject, "unchanged")
        check_report(project, authority, month, kind)
        parameters = {"authority": authority, "month": month, "kind": kind}
        check_template(project, kind, parameters, authority)
        folder.mkdir(parents=True, exist_ok=True)
        aside = folder / FAILED
        (folder / TRACE).unlink(missing_ok=True)
        text = executed_text(_template(project, params, folder), aside, parameters, project.root)
        write_whole(folder / EXECUTED, text)
        run_stamp(folder, key).set()
        aside.unlink(missing_ok=True)
        return Outcome(subject, "done", time.perf_counter() - start)
    except UserError as error:
        kept = (
            f" The notebook with the error: {project.relative(folder / FAILED)}." if (folder / FAILED).exists() else ""
        )
        return Outcome(subject, "failed", time.perf_counter() - start, f"{error}{kept}")
    except Exception as error:  # a bug in one report must not stop the others; its trace is kept for whoever mends it
        import traceback

        if said := in_words(error, project.root):
            return Outcome(subject, "failed", time.perf_counter() - start, said, True)
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / TRACE, traceback.format_exc())
        where = project.relative(folder / TRACE)
        return Outcome(
            subject, "failed", time.perf_counter() - start, f"{type(error).__name__}: {error} (trace: {where})"
        )


def _template(project: Project, params: ReportParameters, folder: Path) -> Path:
    """The notebook to run for a report: that of its kind or, put together in its folder, that of its layout."""
    if params.layout is None:
        return project.notebook(params.kind, params.authority)
    write_whole(folder / LAID_OUT, notebook_text(notebooks_for(project, params.authority, params.kind), params.layout))
    return folder / LAID_OUT


def check_report(project: Project, authority: str, month: str, kind: str) -> None:
    """`InvalidInput` if the parameters of a report do not fit what it is made from."""
    from improvement_reports.report import open_report, parameter_faults

    parameter_faults(project, open_report(authority, month, kind, project))


def was_run(project: Project, job: Job) -> bool:
    """Whether a report was ever run here, from whatever it was made then."""
    return (project.run_folder(*job) / KEY_FILE).is_file()


def run_is_current(folder: Path, key: str) -> bool:
    """Whether the executed notebook in a run's folder was made from just these contents."""
    return run_stamp(folder, key).holds()


def run_stamp(folder: Path, key: str) -> Stamp:
    """What the executed notebook in a run's folder was made from."""
    return Stamp(folder / KEY_FILE, key, lambda: digests(folder, [EXECUTED]))


def run_reports(
    project: Project,
    jobs: Iterable[Job],
    executor: Executor,
    force: bool = False,
    on_done: Callable[[Outcome], None] = lambda outcome: None,
    work: Callable[..., Outcome] = run_report,
    meanwhile: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """Run reports through any executor; one that fails does not stop the others. Outcomes in the order of ``jobs``,
    each of which is begun as it comes.

    ``work``: what is done for each: `run_report`, or a function of a module that takes and gives the same.
    ``meanwhile`` is done once in this process, when all are begun.
    """
    with executor:
        futures = {executor.submit(work, str(project.root), *job, force): job for job in jobs}
        meanwhile()
        outcomes = {}
        for future in as_completed(futures):
            job = futures[future]
            error = future.exception()
            outcome = (
                Outcome(
                    "/".join(job),
                    "failed",
                    0.0,
                    (said := in_words(error, project.root)) or f"{type(error).__name__}: {error}",
                    bool(said),
                )
                if error
                else future.result()
            )
            outcomes[job] = outcome
            on_done(outcome)
    return [outcomes[job] for job in futures.values()]
