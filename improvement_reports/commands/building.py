"""Commands that make what readers see: notebooks run, the website, and its files for a host."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from improvement_reports.commands.options import Authority, Executor, Force, Kind, Month, checked, project_here
from improvement_reports.commands.telling import ProgressBar, run_state_lines, tell_summary
from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.locks import at_work

if TYPE_CHECKING:
    from improvement_reports.runs.reports import Filters, Job
    from improvement_reports.site.build import Built
    from improvement_reports.site.unchanged import Watched
    from improvement_reports.workspace.known import Known
    from improvement_reports.workspace.places import Project


def run(
    authority: Authority = None,
    month: Month = None,
    kind: Kind = None,
    force: Force = False,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Lay out what is not published as well, marked DRAFT.")
    ] = False,
    executor: Executor = "local",
) -> None:
    """Run the notebooks of reports that changed and lay out the pages of the site."""
    import time

    from improvement_reports.pages.every_page import write_every_page, write_pages_of
    from improvement_reports.runs.cluster.address import chosen_executor
    from improvement_reports.runs.reports import every_report, no_report, reports
    from improvement_reports.runs.up_to_date import prepare_and_run, written_before
    from improvement_reports.workspace.work import Outcome, Summary

    start, project, filters = time.perf_counter(), project_here(), checked(authority, month, kind)
    wanted, wrong = reports(project, *filters)
    if not wanted and not wrong:
        raise UserError(no_report(*filters))
    summary = Summary()
    with chosen_executor(executor) as executor_for, at_work(project):
        with ProgressBar("Running reports", len(wanted)) as progress:
            jobs = prepare_and_run(project, filters, force, progress.done, summary, executor_for)
        if any(filters):  # what was not asked for is neither written nor named
            standings, faults = write_pages_of(project, jobs, force, drafts)
        else:
            kept = written_before(project, every_report(project))
            written = write_every_page(project, jobs, force, kept, drafts)
            standings, faults = written.standings, written.faults
    summary.outcomes += [
        Outcome("edition", "failed", 0.0, f"{fault}; restore it from version control") for fault in faults
    ]
    for line in run_state_lines(standings):
        typer.echo(line)
    tell_summary(summary, start)


def site(
    renderer: Annotated[str, typer.Option("--renderer", help="auto, quarto or pandoc.")] = "auto",
    output: Annotated[Path | None, typer.Option("--output", help="Folder of the site; default _site.")] = None,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Show reports that are not published as well, marked DRAFT.")
    ] = False,
    authority: Authority = None,
    month: Month = None,
    kind: Kind = None,
    force: Force = False,
    full: Annotated[
        bool, typer.Option("--full", help="Read every file, instead of comparing sizes and times with the last build.")
    ] = False,
    executor: Executor = "local",
) -> None:
    """The main job: check, prepare, run what changed, and render the website."""
    import time
    from contextlib import nullcontext

    from improvement_reports.site.unchanged import said_before, watch
    from improvement_reports.workspace.work import Outcome, Summary

    start, project = time.perf_counter(), project_here()
    watched = watch(project, output, (renderer, drafts, authority, month, kind))
    if not (force or full) and (said := said_before(watched)) is not None:
        _tell_site([said.notice, *said.lines], watched.target)
        same = Summary([Outcome("", "unchanged")] * said.count, {"compare": time.perf_counter() - start})
        return tell_summary(same, start)

    from improvement_reports.runs.cluster.address import chosen_executor
    from improvement_reports.runs.up_to_date import begun_runs
    from improvement_reports.site.build import build_site, choose_renderer

    filters = checked(authority, month, kind)
    choose_renderer(renderer)
    with _known(watched, force, full) as noted:
        wanted = _wanted(project, filters, noted)
        with (
            chosen_executor(executor) as executor_for,
            nullcontext() if executor_for else begun_runs(project, wanted, noted),
            ProgressBar("Running reports", len(wanted)) as progress,
        ):
            summary = build_site(
                project, renderer, output, force, filters, progress.done, drafts, executor_for=executor_for, known=noted
            )
        lines = run_state_lines(summary.standings)
        _tell_site([summary.notice, *lines], summary.output)
        _note(watched, summary, lines)
        tell_summary(summary, start)


@contextmanager
def _known(watched: "Watched", force: bool, full: bool) -> Iterator["Known"]:
    """What the last good build found out; nothing where all is to be made anew, or read. All that was noted of reports
    is used, so as long as this lasts nothing is looked through for what is not.
    """
    from improvement_reports.returns.keys import forget_seen
    from improvement_reports.site.unchanged import known
    from improvement_reports.workspace.collection import without_collection
    from improvement_reports.workspace.processes import collect_no_more

    if full:
        forget_seen(watched.project)
    with ExitStack() as uncollected:
        uncollected.enter_context(without_collection())
        noted = known(watched, force or full)
        if not noted.then:
            uncollected.close()
        yield noted
        if noted.then:
            collect_no_more()


def _note(watched: "Watched", summary: "Built", lines: list[str]) -> None:
    """Note for the next call what a build said and found of each report, if it found anything out."""
    from improvement_reports.site.unchanged import Said, note

    if summary.facts:
        found = (summary.facts, summary.untouched, summary.failing)
        note(watched, Said(summary.notice, lines, len(summary.outcomes), *found))


def _wanted(project: "Project", filters: "Filters", known: "Known") -> "list[Job]":
    """The reports that a site is asked for; a `UserError` if filters leave none."""
    from improvement_reports.runs.reports import no_report, reports

    wanted, wrong = reports(project, *filters, known)
    if any(filters) and not wanted and not wrong:
        raise UserError(no_report(*filters))
    return wanted


def _tell_site(lines: list[str], output: Path) -> None:
    """What is said of a site whether it was built now or is as it was."""
    for line in (*lines, f"The site: {output / 'index.html'}"):
        typer.echo(line)


def pack(
    output: Annotated[Path | None, typer.Option("--output", help="Its folder; default build/packed.")] = None,
) -> None:
    """The built site ready for a host: with a smaller copy of each text beside it (docs/hosting.md)."""
    from improvement_reports.site.build import STAMP
    from improvement_reports.site.packing import FOLDER
    from improvement_reports.site.packing import pack as packed_into

    project = project_here()
    target = output or project.build / FOLDER
    with at_work(project):
        done = packed_into(project.site, target, STAMP)
    megabytes = [f"{size / 1e6:.1f}" for size in (done.before, done.after)]
    typer.echo(f"{done.files} files in {target}; {done.texts} texts of {megabytes[0]} MB also in {megabytes[1]} MB.")
