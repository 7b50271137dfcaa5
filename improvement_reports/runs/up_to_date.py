"""Returns prepared and reports run where anything changed."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.vocabulary import WITHOUT_RETURN, ReportKind
from improvement_reports.official.definitions import checked_lists, has_official
from improvement_reports.official.up_to_date import prepare_official_if_changed
from improvement_reports.returns.folders import returns, with_returns
from improvement_reports.runs.draft import has_draft, run_with_draft
from improvement_reports.runs.ready import Preparation
from improvement_reports.runs.reports import Filters, Job, reports
from improvement_reports.runs.run import run_report, run_reports, was_run
from improvement_reports.runs.warm import link
from improvement_reports.runs.warm.executor import report_executor
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.known import NOTHING, Known
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import load_settings
from improvement_reports.workspace.work import Outcome, Summary


def prepare_and_run(
    project: Project,
    filters: Filters,
    force: bool,
    on_done: Callable[[Outcome], None],
    summary: Summary,
    executor_for: Callable[[int], Executor] | None = None,
    known: Known = NOTHING,
    meanwhile: Callable[[], None] = lambda: None,
) -> list[Job]:
    """Prepare the changed returns and run the changed reports; returns the reports that now have a good run, in
    order.

    ``executor_for``: what runs a number of reports, where that is not this machine. ``known``: reports and authorities
    of which nothing was changed since the last good build are not looked into. ``meanwhile`` is done while reports run,
    by when every return is prepared, and not where none is run; where many were never run, the first of them run before
    that.
    """
    if has_official(project):
        checked_lists(project)  # what is wrong here is wrong in every report
    start = time.perf_counter()
    wanted, outcomes = reports(project, *filters, known)
    summary.outcomes += outcomes
    new = sum(not (known.of(job) or was_run(project, job)) for job in wanted) if executor_for is None else 0
    if new > 1:
        link.begin(project.root)  # what runs them loads while returns are prepared
    if (official := prepare_official_if_changed(project, force)).state == "failed":
        summary.outcomes.append(official)
        on_done(official)
    needed = _returns_read(project, filters, wanted, known)
    preparation = Preparation(project, needed, force, on_done)
    before = time.perf_counter() - start
    jobs: list[Job] = []
    fresh: list[Job] = []

    def to_run() -> Iterator[Job]:
        for job in preparation.ready(_on_site(project, filters, wanted)):
            jobs.append(job)
            if force or not (known.of(job) or _is_current(project, job)):
                fresh.append(job)
                yield job

    # How many are to be run again is known once all is prepared; of many new ones some are run by then.
    due = to_run() if new > 1 else list(to_run())
    count = new if new > 1 else len(fresh)
    executor = executor_for(count) if executor_for else report_executor(count, project.root)
    work = run_report if executor_for else run_with_draft  # a cluster gives back notebooks alone
    beside = meanwhile if new > 1 or fresh else lambda: None
    ran = run_reports(project, due, executor, force, on_done, work, beside)
    done = {job: Outcome("/".join(job), "unchanged") for job in jobs} | dict(zip(fresh, ran, strict=True))
    in_order = [job for job in wanted if job in done]
    summary.outcomes += [*preparation.failed, *(done[job] for job in in_order)]
    prepare = before + preparation.seconds
    summary.seconds |= {"prepare": prepare, "run": time.perf_counter() - start - prepare}
    return [job for job in in_order if done[job].state != "failed"]


def _on_site(project: Project, filters: Filters, wanted: Sequence[Job]) -> Sequence[Job]:
    """The wanted reports without those of made-up authorities, which only a demonstration shows unless they are asked
    for.
    """
    if filters[0] is not None or load_settings(project).demonstration:
        return wanted
    made_up = {key for key, a in load_authorities(project).items() if a.illustrative}
    return [job for job in wanted if job.authority not in made_up]


def _returns_read(project: Project, filters: Filters, wanted: Sequence[Job], known: Known) -> list[tuple[str, str]]:
    """A report reads all returns of its authority up to its month, and one on an inspection the later ones as well, so
    those are prepared whatever the filter says; not those of authorities ``known`` as prepared.
    """
    authority, month, kind = filters
    if kind in WITHOUT_RETURN:
        return []
    reads_later = any(ReportKind(k).reads_later_returns for _, _, k in wanted)
    if known.has_same_settings:
        keys = [key for key in ([authority] if authority else with_returns(project)) if not known.is_prepared(key)]
        found = [pair for key in keys for pair in returns(project, key)]
    else:
        found = returns(project, authority)
    return [(a, m) for a, m in found if month is None or m <= month or reads_later]


@contextmanager
def begun_runs(project: Project, wanted: Sequence[Job], known: Known) -> Iterator[None]:
    """For as long as this lasts there is a process that reports are forked from, where some were changed since the last
    good build or never run: it loads what they need while returns are prepared. Where only what was published is
    another, it loads what makes pages.
    """
    due = [job for job in wanted if (not known.of(job) if known.then else not was_run(project, job))]
    if not due:
        with link.begun_here(project.root, None) if known.moved_folders() else nullcontext():
            yield
        return
    newest, has_profiles = max(due, key=lambda job: job[1]), any(job.kind in WITHOUT_RETURN for job in due)
    with link.begun_here(project.root, newest, has_profiles):
        yield


def _is_current(project: Project, job: Job) -> bool:
    from improvement_reports.runs.keys import report_key
    from improvement_reports.runs.run import run_is_current

    try:
        return run_is_current(project.run_folder(*job), report_key(project, *job))
    except UserError:
        return False


def written_before(project: Project, jobs: Iterable[Job], known: Known = NOTHING) -> list[Job]:
    """Reports whose last good run is laid: one that fails now keeps it, for nothing of the bad input is in it."""
    return [job for job in jobs if (noted["has_run"] if (noted := known.of(job)) else has_draft(project, job))]
