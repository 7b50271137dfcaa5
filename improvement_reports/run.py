"""Run reports: one parameterised notebook for each (authority, month, kind), through papermill's Python API."""

import logging
import time
import warnings
from collections.abc import Callable, Container
from concurrent.futures import Executor, as_completed
from pathlib import Path

from improvement_reports.domain.errors import Fault, InvalidInput, UserError, listed, shown
from improvement_reports.return_series import prepare_months, stamp_of
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.keys import months_of, report_key
from improvement_reports.workspace.notebooks import KERNEL, check_template, literal, strip_run
from improvement_reports.workspace.parameters import load_report
from improvement_reports.workspace.places import KEY, MONTH, Project
from improvement_reports.workspace.stamps import digests, holds, stamp_text
from improvement_reports.workspace.troubles import in_words, trouble_of
from improvement_reports.workspace.work import Outcome

KEY_FILE = "run.json"
EXECUTED = "report.ipynb"
FAILED = "failed.ipynb"
TRACE = "failed.txt"
# A hung notebook must not hang the batch.
CELL_TIMEOUT_SECONDS = 600
# Folders of data/raw that hold something other than monthly returns.
NOT_RETURNS = ("official-statistics", "inspections")








# Returns


def prepare_series(project: Project, authority: str, until: str = "9999", force: Container[str] = ()) -> list[Outcome]:
    """The processed tables of an authority's returns up to a month, oldest first, made where their key changed.

    An `Outcome` for each, never an exception for bad input.
    """
    outcomes = []
    try:
        for step, is_new in prepare_months(project, authority, until, force):
            if is_new:
                folder = project.processed_return(authority, step.month)
                write_whole(stamp_of(folder), stamp_text(step.key, digests(folder)))
            state = "failed" if step.error else "done" if is_new else "unchanged"
            outcomes.append(Outcome(f"{authority}/{step.month}", state, step.seconds if state != "unchanged" else 0.0, str(step.error or "")))
    except OSError as error:  # what the machine refuses ends the series there: a later month must not be made without this one
        if (said := in_words(error, project.root)) is None:
            raise
        left = months_of(project, authority, until)[len(outcomes) :]
        outcomes += [Outcome(f"{authority}/{month}", "failed", 0.0, said, True) for month in left]
    return outcomes


def prepare_if_changed(project: Project, authority: str, month: str, force: bool = False) -> Outcome:
    """The processed tables of one return and of the earlier ones that it depends on; the `Outcome` of the one."""
    outcomes = prepare_series(project, authority, month, {month} if force else ())
    if not outcomes or outcomes[-1].subject != f"{authority}/{month}":
        return Outcome(f"{authority}/{month}", "failed", 0.0, f"There is no return {authority}/{month} in data/raw; put the files of the return there.")
    return outcomes[-1]


def prepare_wanted(project: Project, wanted: list[tuple[str, str]], force: bool = False) -> list[Outcome]:
    """Prepare some returns, (authority, month), each with the earlier ones it depends on; of those only failures are told."""
    outcomes = []
    for authority in dict.fromkeys(a for a, _ in wanted):
        subjects = {f"{a}/{m}" for a, m in wanted if a == authority}
        months = {m for a, m in wanted if a == authority}
        found = prepare_series(project, authority, max(months), months if force else ())
        outcomes += [o for o in found if o.subject in subjects or o.state == "failed"]
    return outcomes


def returns(project: Project, authority: str | None = None, month: str | None = None) -> list[tuple[str, str]]:
    """Every raw return, (authority, month), oldest first within an authority."""
    folders = (
        p for p in project.raw.glob("*/*") if p.is_dir() and MONTH.fullmatch(p.name) and KEY.fullmatch(p.parent.name)
    )
    found = sorted((p.parent.name, p.name) for p in folders)
    return [(a, m) for a, m in found if authority in (None, a) and month in (None, m)]


def stray_folders(project: Project) -> list[Fault]:
    """Folders in data/raw that are no return: they would silently be left out."""
    faults = []
    for home in sorted(p for p in project.raw.iterdir() if p.is_dir() and not p.name.startswith(".")):
        if home.name in NOT_RETURNS:
            continue
        if not KEY.fullmatch(home.name):
            faults.append(
                Fault(
                    project.relative(home), "is not the key of an authority; use lower-case letters, digits and hyphens"
                )
            )
            continue
        for folder in sorted(p for p in home.iterdir() if p.is_dir() and not p.name.startswith(".")):
            if folder.name not in NOT_RETURNS and not MONTH.fullmatch(folder.name):
                faults.append(
                    Fault(
                        project.relative(folder), "is not a reporting month; rename it to year and month as in 2021-04"
                    )
                )
    return faults


# Reports




def execute(template: Path, output: Path, parameters: dict, cwd: Path) -> None:
    """Papermill, with what is not the report's own kept out of its log; a `UserError` if a cell of the notebook fails.

    ``output`` holds the executed notebook either way.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from improvement_reports.kernels import kernel_options

    logging.getLogger("papermill").setLevel(logging.ERROR)
    with warnings.catch_warnings(), kernel_options() as options:
        warnings.simplefilter("ignore")
        try:
            papermill.execute_notebook(
                literal(template), literal(output), parameters=parameters, kernel_name=KERNEL, cwd=str(cwd), progress_bar=False,
                log_output=False, execution_timeout=CELL_TIMEOUT_SECONDS, **options,
            )  # fmt: skip
        except PapermillExecutionError as error:
            said = trouble_of(error.ename, error.evalue) or f"{error.ename}: {error.evalue}"
            raise UserError(f"cell {error.exec_count} of the notebook failed: {said}") from None
        except DeadKernelError:
            raise UserError("The Python of the notebook ended before the notebook did, perhaps because memory ran out; close other programs, then run it again.") from None
        except CellTimeoutError:
            raise UserError(f"A cell of the notebook took longer than {CELL_TIMEOUT_SECONDS} seconds; take out of it what takes so long.") from None






def foreign_outputs(notebook) -> list[str]:
    """One sentence for each code cell that shows what is no block: no page has it, but the published notebook would, numbers and all."""
    from improvement_reports.facts.figures import MIME

    found = []
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), start=1):
        kinds = dict.fromkeys(_output_words(o) for o in cell.outputs if MIME not in o.get("data", {}))
        if kinds:
            start = shown(" ".join(cell.source.split()), 40)
            found.append(
                f"code cell {number} of the notebook ({start}) shows {listed(kinds, 'and')}, which no page would have, although the published "
                "notebook would; show what improvement_reports.sections gives, or take it out"
            )
    return found


def _output_words(output) -> str:
    """What an output is, for a person."""
    if output.output_type == "stream":
        return "a warning or other text on stderr" if output.get("name") == "stderr" else "printed text"
    data = output.get("data", {})
    if any(kind.startswith("image/") for kind in data):
        return "a figure that is no chart of the report"
    if "text/html" in data:
        return "a data frame or other HTML"
    return "Markdown that is no block" if "text/markdown" in data else "the value of an expression"


def check_outputs(notebook) -> None:
    """A `UserError` that names the first cell with an output that is no block."""
    if found := foreign_outputs(notebook):
        more = f" ({len(found) - 1} more such cells)" if len(found) > 1 else ""
        raise UserError(f"{found[0]}{more}.")


def run_report(root: str, authority: str, month: str, kind: str, force: bool = False) -> Outcome:
    """Run one report if its key changed. Plain arguments and an `Outcome`, so that any executor can call it.

    A report that fails keeps its notebook with the error as ``failed.ipynb`` beside the last good one.
    """
    import nbformat

    project, start = Project(Path(root)), time.perf_counter()
    subject = f"{authority}/{month}/{kind}"
    folder = project.run_folder(authority, month, kind)
    try:
        (folder / FAILED).unlink(missing_ok=True)
        load_report(project, project.report_params(authority, month, kind))
        key = report_key(project, authority, month, kind)
        if not force and run_is_current(folder, key):
            return Outcome(subject, "unchanged")
        _check_report(project, authority, month, kind)
        parameters = {"authority": authority, "month": month, "kind": kind}
        check_template(project, kind, parameters)
        folder.mkdir(parents=True, exist_ok=True)
        aside = folder / FAILED
        (folder / TRACE).unlink(missing_ok=True)
        execute(project.notebook(kind), aside, parameters, project.root)
        notebook = nbformat.read(aside, as_version=4)
        strip_run(notebook)
        nbformat.validate(notebook)
        check_outputs(notebook)
        write_whole(folder / EXECUTED, nbformat.writes(notebook) + "\n")
        write_whole(folder / KEY_FILE, stamp_text(key, digests(folder, [EXECUTED])))
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


def _check_report(project: Project, authority: str, month: str, kind: str) -> None:
    from improvement_reports.report import open_report, parameter_faults

    parameter_faults(project, open_report(authority, month, kind, project))


def run_is_current(folder: Path, key: str) -> bool:
    """Whether the executed notebook in a run's folder was made from just these contents."""
    return (folder / EXECUTED).is_file() and holds(folder / KEY_FILE, key, digests(folder, [EXECUTED]))


def run_reports(project: Project, jobs: list[tuple[str, str, str]], executor: Executor, force: bool = False,
                on_done: Callable[[Outcome], None] = lambda outcome: None) -> list[Outcome]:  # fmt: skip
    """Run reports through any executor; one that fails does not stop the others. Outcomes in the order of ``jobs``."""
    with executor:
        futures = {executor.submit(run_report, str(project.root), *job, force): job for job in jobs}
        outcomes = {}
        for future in as_completed(futures):
            job = futures[future]
            error = future.exception()
            outcome = (
                Outcome("/".join(job), "failed", 0.0, (said := in_words(error, project.root)) or f"{type(error).__name__}: {error}", bool(said)) if error else future.result()
            )
            outcomes[job] = outcome
            on_done(outcome)
    return [outcomes[job] for job in jobs]


def reports(project: Project, authority: str | None = None, month: str | None = None, kind: str | None = None):
    """The reports that have a parameter file and pass the filters, as (authority, month, kind), and the files that are wrong.

    A file is found by its name, so that one with a fault is reported and does not hide the others.
    """
    jobs, outcomes = _profiles(project, authority, month, kind)
    from improvement_reports.workspace.parameters import report_files
    from improvement_reports.workspace.strays import stray_params

    for path in report_files(project):
        found = path.parent.name, path.stem[:7], path.stem[8:]
        if any(wanted not in (None, has) for wanted, has in zip((authority, month, kind), found, strict=True)):
            continue
        try:
            load_report(project, path)
            jobs.append(found)
        except UserError as error:
            outcomes.append(Outcome("/".join(found), "failed", 0.0, str(error)))
    outcomes += [Outcome("params", "failed", 0.0, str(stray)) for stray in stray_params(project, authority, month, kind) if stray.is_meant]
    return jobs, outcomes


def _profiles(project: Project, authority: str | None, month: str | None, kind: str | None) -> tuple[list, list[Outcome]]:
    """The profiles: those that params/profiles.yml names, of one authority, or of all ("all") that have a value in the year."""
    from improvement_reports.workspace.authorities import load_authorities
    from improvement_reports.workspace.parameters import load_profiles, profile_parameters

    if kind not in (None, "profile"):
        return [], []
    try:
        profiles = load_profiles(project)
    except InvalidInput as error:
        return [], [Outcome("profiles", "failed", 0.0, str(error))]
    if profiles is None or month not in (None, profiles.month):
        return [], []
    wanted = profiles.authorities if authority is None else [authority]
    if authority == "all":
        from improvement_reports.official.statistics import open_official

        official = open_official(project, profiles.known_by)
        year = int(profiles.month[:4])
        known = {code for m in official.measures for code in official.published(m, year)["la_code"]}
        wanted = [key for key, a in load_authorities(project).items() if a.la_code in known]
    elif authority is not None and kind is None and authority not in profiles.authorities:
        return [], []
    elif authority is not None:
        profile_parameters(project, authority, profiles.month)  # a `UserError` for a council that has ended
    return [(a, profiles.month, "profile") for a in sorted(wanted)], []


