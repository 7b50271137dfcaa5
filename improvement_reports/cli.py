"""The command line. A user's mistake is one sentence and exit code 2, never a traceback; a bug keeps its own.

Exit codes: 0 all well; 1 something failed and the rest went on; 2 the input or the call is wrong.
"""

import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.locks import at_work

if TYPE_CHECKING:  # each command loads what it needs when it is called
    from improvement_reports.editions.state import RunState
    from improvement_reports.runs.reports import Filters
    from improvement_reports.workspace.places import Project

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Monthly returns in, published and traceable progress reports out.",
)

Authority = Annotated[
    str | None, typer.Option("--authority", help="Only this authority, by its key, for example gloucestershire.")
]
Month = Annotated[str | None, typer.Option("--month", help="Only this reporting month, YYYY-MM.")]
Kind = Annotated[
    str | None, typer.Option("--kind", help="Only this kind: board, scrutiny, cabinet, inspection or profile.")
]
Executor = Annotated[
    str,
    typer.Option(
        "--executor",
        help="Where notebooks are run: local, or dask:tcp://HOST:PORT, the scheduler of a cluster.",
        metavar="PLACE",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Do everything again, changed or not.")]


def _project() -> "Project":
    from improvement_reports.workspace.places import Project

    return Project.find()


def _checked(authority: str | None, month: str | None, kind: str | None = None) -> "Filters":
    """Filters that can be meant; a `UserError` for one that can never match."""
    from improvement_reports.domain.errors import listed, shown
    from improvement_reports.domain.hints import suggestion
    from improvement_reports.domain.vocabulary import ReportKind
    from improvement_reports.workspace.authorities import load_authorities
    from improvement_reports.workspace.places import checked_month

    if authority == "all" and kind == "profile":
        return authority, month, kind
    if authority is not None and authority not in (known := load_authorities(_project())):
        raise UserError(
            f"{shown(authority)} is not an authority of params/authorities.yml{suggestion(authority, known)}; known are"
            f" {listed([*list(known)[:12], *(['others'] if len(known) > 12 else [])])}."
        )
    if month is not None:
        checked_month(month)
    if kind is not None and kind not in [k.value for k in ReportKind]:
        raise UserError(f"{shown(kind)} is not a kind of report; allowed are {listed(k.value for k in ReportKind)}.")
    return authority, month, kind


class _Progress:
    """A progress bar on a terminal; one line for each failure anywhere."""

    def __init__(self, words: str, total: int):
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self.console = Console(stderr=True, highlight=False, soft_wrap=True)
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            # It would leave an empty line in a log; and it is drawn by a thread, which a process to be forked has not.
            disable=not self.console.is_terminal or total < 2,
        )
        self.task = self.bar.add_task(words, total=total)

    def __enter__(self):
        self.bar.start()
        return self

    def __exit__(self, *exc):
        self.bar.stop()

    def step(self, _) -> None:
        self.bar.advance(self.task)

    def done(self, outcome) -> None:
        self.bar.advance(self.task)
        if outcome.state == "failed":
            self.console.print(f"FAILED {outcome.subject}: {outcome.message}", markup=False)


def _finish(summary, started: float) -> None:
    """The summary of a call and its exit code."""
    import time

    stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in summary.seconds.items())
    typer.echo(
        f"Done {summary.count('done')}, unchanged {summary.count('unchanged')}, failed {len(summary.failed)}; {stages};"
        f" {time.perf_counter() - started:.1f} s in all."
    )
    if summary.failed:
        for outcome in summary.failed:
            typer.echo(f"Failed: {outcome.subject}: {outcome.message}", err=True)
        raise typer.Exit(1)


@app.command()
def check(authority: Authority = None, month: Month = None) -> None:
    """Check raw returns and the parameter files of their reports: every fault, each in one sentence."""
    from improvement_reports.returns.series import returns
    from improvement_reports.runs.checking import check_all

    project, (authority, month, _) = _project(), _checked(authority, month)
    if not returns(project, authority, month):
        raise UserError(
            f"There is no return {authority or '*'}/{month or '*'} in data/raw; put the files of the return there."
        )
    bad = 0
    for finding in check_all(project, authority, month):
        bad += finding.is_fault
        typer.echo(finding.text, err=finding.is_fault)
    if bad:
        raise typer.Exit(2)


@app.command()
def prepare(authority: Authority = None, month: Month = None, force: Force = False) -> None:
    """Check raw returns and write their tidy tables to data/processed."""
    import time

    from improvement_reports.returns.series import prepare_wanted, returns
    from improvement_reports.workspace.work import Summary

    start, project, (authority, month, _) = time.perf_counter(), _project(), _checked(authority, month)
    wanted = returns(project, authority, month)
    if not wanted:
        raise UserError(
            f"There is no return {authority or '*'}/{month or '*'} in data/raw; put the files of the return there."
        )
    with at_work(project):
        outcomes = prepare_wanted(project, wanted, force)
    _finish(Summary(outcomes, {"prepare": time.perf_counter() - start}), start)


@app.command()
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

    start, project, filters = time.perf_counter(), _project(), _checked(authority, month, kind)
    wanted, wrong = reports(project, *filters)
    if not wanted and not wrong:
        raise UserError(no_report(*filters))
    summary = Summary()
    with chosen_executor(executor) as executor_for, at_work(project):
        with _Progress("Running reports", len(wanted)) as progress:
            jobs = prepare_and_run(project, filters, force, progress.done, summary, executor_for)
        if any(filters):  # what was not asked for is neither written nor named
            standings, faults = write_pages_of(project, jobs, force, drafts)
        else:
            kept = written_before(project, every_report(project))
            standings, faults = write_every_page(project, jobs, force, kept, drafts)
    summary.outcomes += [
        Outcome("edition", "failed", 0.0, f"{fault}; restore it from version control") for fault in faults
    ]
    for line in _run_state_lines(standings):
        typer.echo(line)
    _finish(summary, start)


@app.command()
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

    from improvement_reports.site.unchanged import Said, known, note, said_before, watch
    from improvement_reports.workspace.work import Outcome, Summary

    start, project = time.perf_counter(), _project()
    watched = watch(project, output, (renderer, drafts, authority, month, kind))
    if not (force or full) and (said := said_before(watched)) is not None:
        _tell_site([said.notice, *said.lines], watched.target)
        same = Summary([Outcome("", "unchanged")] * said.count, {"compare": time.perf_counter() - start})
        return _finish(same, start)

    from improvement_reports.runs.cluster.address import chosen_executor
    from improvement_reports.site.build import build_site, choose_renderer

    filters = _checked(authority, month, kind)
    choose_renderer(renderer)
    wanted = _number_wanted(project, filters)
    with chosen_executor(executor) as executor_for, _Progress("Running reports", wanted) as progress:
        summary = build_site(
            project,
            renderer,
            output,
            force,
            filters,
            progress.done,
            drafts,
            executor_for=executor_for,
            known=known(watched, force or full),
        )
    lines = _run_state_lines(summary.standings)
    _tell_site([summary.notice, *lines], summary.output)
    if not summary.failed:
        note(watched, Said(summary.notice, lines, len(summary.outcomes), summary.facts))
    _finish(summary, start)


@app.command()
def pack(
    output: Annotated[Path | None, typer.Option("--output", help="Its folder; default build/packed.")] = None,
) -> None:
    """The built site ready for a host: with a smaller copy of each text beside it (docs/hosting.md)."""
    from improvement_reports.site.build import STAMP
    from improvement_reports.site.packing import FOLDER
    from improvement_reports.site.packing import pack as packed_into

    project = _project()
    target = output or project.build / FOLDER
    with at_work(project):
        done = packed_into(project.site, target, STAMP)
    megabytes = [f"{size / 1e6:.1f}" for size in (done.before, done.after)]
    typer.echo(f"{done.files} files in {target}; {done.texts} texts of {megabytes[0]} MB also in {megabytes[1]} MB.")


def _number_wanted(project: "Project", filters: "Filters") -> int:
    """How many reports a site is asked for; a `UserError` if filters leave none."""
    from improvement_reports.runs.reports import no_report, reports

    wanted, wrong = reports(project, *filters)
    if any(filters) and not wanted and not wrong:
        raise UserError(no_report(*filters))
    return len(wanted)


def _tell_site(lines: list[str], output: Path) -> None:
    """What is said of a site whether it was built now or is as it was."""
    for line in (*lines, f"The site: {output / 'index.html'}"):
        typer.echo(line)


def _run_state_lines(standings: "list[RunState]") -> list[str]:
    """How the runs stand to their editions: those that reproduce and those that today's release words otherwise
    counted, every other one named.
    """
    from improvement_reports.editions.state import OTHERWISE, REPRODUCES, otherwise_line

    same = sum(s.state == REPRODUCES for s in standings)
    counted = [f"{same} of {len(standings)} reports reproduce their newest edition."] if same else []
    named = [s.sentence for s in standings if s.state not in (REPRODUCES, OTHERWISE)]
    return [*counted, *named, *filter(None, [otherwise_line(standings)])]


@app.command()
def publish(
    authority: Annotated[
        str, typer.Argument(help="The authority, by its key; or a whole report as AUTHORITY/MONTH/KIND.")
    ],
    month: Annotated[str | None, typer.Argument(help="The reporting month, YYYY-MM.")] = None,
    kind: Annotated[str | None, typer.Argument(help="board, scrutiny, cabinet, inspection or profile.")] = None,
    reason: Annotated[
        str, typer.Option("--reason", help="Why there is a new edition; every edition after the first needs one.")
    ] = "",
    revision: Annotated[bool, typer.Option("--revision", help="Better data have come in.")] = False,
    correction: Annotated[bool, typer.Option("--correction", help="An error is mended.")] = False,
) -> None:
    """Freeze a report as an edition, which never changes; a report that says the same gets no new one."""
    from improvement_reports.editions.changes import conclusion_changed, counted
    from improvement_reports.editions.kept_code import other_code_of
    from improvement_reports.editions.publishing import run_and_publish

    if month is None and kind is None and authority.count("/") == 2:
        authority, month, kind = authority.split("/")
    if month is None or kind is None:
        raise UserError(
            "Name the report: python3 make.py publish AUTHORITY MONTH KIND, as in python3 make.py publish"
            " gloucestershire 2021-04 board."
        )
    if revision and correction:
        raise UserError(
            "An edition is a revision (better data) or a correction (an error mended), not both; choose one."
        )
    project = _project()
    _checked(authority, month, kind)
    done = run_and_publish(
        project, authority, month, kind, "revision" if revision else "correction" if correction else "", reason
    )
    if not done.is_new:
        typer.echo(f"{done.edition.identifier} says the same as the current run; there is no new edition.")
        return
    typer.echo(f"Published {done.edition.identifier}, fingerprint {done.edition.citation_code}.")
    if done.edition.number > 1:
        conclusion = "A conclusion" if conclusion_changed(done.changes) else "No conclusion"
        typer.echo(f"Changed: {counted(done.changes)}. {conclusion} changed.")
    if others := other_code_of(project, done.edition):
        number = done.edition.manifest.software.version
        typer.echo(
            f"Release {number} made {others[-1]} with other code; give the code that changed the next number in"
            " pyproject.toml and CHANGELOG.md."
        )
    typer.echo(f"Commit reports/{done.edition.identifier} and data/archive, then build the site.")


@app.command()
def verify(
    editions: Annotated[
        list[str] | None,
        typer.Argument(help="Editions as AUTHORITY/MONTH/KIND/vN, or reports, for all their editions."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every published edition.")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the answer to this file as well.")] = None,
    today: Annotated[
        bool | None,
        typer.Option(
            "--today/--no-today", help="Say as well what today's code gives; the default is yes, with --all no."
        ),
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say what would run: which notebooks, whose code, which inputs.")
    ] = False,
    fingerprint: Annotated[
        str,
        typer.Option(
            "--fingerprint",
            help="A fingerprint held outside, as in a citation: of the edition, or of the newest of the report.",
        ),
    ] = "",
    limit: Annotated[
        int, typer.Option("--show", help="How many differences of an edition to print; the JSON file has all.", min=0)
    ] = 10,
) -> None:
    """Run published notebooks again, each with its own code on its recorded inputs, and compare every figure."""
    import time

    from improvement_reports.editions.verify import verify as verify_editions
    from improvement_reports.workspace.work import default_executor

    start, project = time.perf_counter(), _project()
    chosen = _chosen_editions(project, editions or [], everything)
    held = _held_fingerprint(chosen, fingerprint, everything)
    _tell_what_runs(project, chosen)
    if plan:
        return
    with _Progress("Verifying editions", len(chosen)) as progress:
        answer = verify_editions(
            project, chosen, default_executor(len(chosen)), progress.step, not everything if today is None else today
        )
    _hold_against(answer, chosen[-1], held)
    _tell_answer(answer, limit)
    _tell_counts(answer, json_file, time.perf_counter() - start)
    if not answer.is_good:
        raise typer.Exit(1)


def _chosen_editions(project, named: list[str], everything: bool) -> list:
    """The editions that are named, each once, or all; a `UserError` if it is not said which, or there is none."""
    from improvement_reports.editions.edition import all_editions, find_editions

    if bool(named) == everything:
        raise UserError("Name editions, as in python3 make.py verify gloucestershire/2021-04/board/v1, or say --all.")
    if everything:
        chosen = all_editions(project)
    else:
        chosen = list(dict.fromkeys(e for text in named for e in find_editions(project, text)))
    if not chosen:
        raise UserError("Nothing is published yet, so there is nothing to verify; publish a report first.")
    return chosen


def _held_fingerprint(chosen: list, fingerprint: str, everything: bool) -> str:
    """The fingerprint that somebody holds, checked, or ""; a `UserError` if it is not of one report."""
    from improvement_reports.editions.edition import checked_fingerprint

    held = checked_fingerprint(fingerprint) if fingerprint else ""
    if held and (everything or len({e.job for e in chosen}) != 1):
        raise UserError(
            "A fingerprint is of one edition; name that, as in python3 make.py verify gloucestershire/2021-04/board/v1"
            " --fingerprint 0123456789ab."
        )
    return held


def _hold_against(answer, edition, held: str) -> None:
    """Whether an edition has the fingerprint that somebody holds: a line, or a fault of the chain."""
    from improvement_reports.editions.edition import fingerprint_fault

    if held and (fault := fingerprint_fault(edition, held)):
        answer.chain.append(fault)
    elif held:
        typer.echo(f"{edition.identifier} has the fingerprint {held}.")


def _tell_counts(answer, json_file: Path | None, seconds: float) -> None:
    """The answer as a file, where one is wanted, and as the last line."""
    import json

    from improvement_reports.workspace.files import write_whole

    if json_file:
        write_whole(json_file.resolve(), json.dumps(answer.record(), ensure_ascii=False, indent=1) + "\n")
    reproduced = sum(r.reproduced for r in answer.results)
    good = sum(r.is_good for r in answer.results)
    typer.echo(
        f"{reproduced} of {answer.figures} figures reproduced, {good} of {len(answer.results)} editions;"
        f" {seconds:.0f} s."
    )


def _tell_what_runs(project, editions: list) -> None:
    """Before anything of a repository runs: what will."""
    from improvement_reports.editions.what_runs import all_that_runs, told

    for line in told(all_that_runs(project, editions)):
        typer.echo(line, err=True)


def _tell_answer(answer, limit: int) -> None:
    """The answer as a table, and beneath it whatever is not as it was published."""
    from rich import box
    from rich.console import Console, JustifyMethod
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    sides: dict[str, JustifyMethod] = {
        "Edition": "left",
        "Answer": "left",
        "Figures": "right",
        "Reproduced": "right",
        "Seconds": "right",
    }
    for name, justify in sides.items():
        table.add_column(name, justify=justify, no_wrap=name != "Answer")
    for r in answer.results:
        table.add_row(
            r.identifier,
            r.state + (", changed after publication" if r.faults else ""),
            str(r.figures),
            str(r.reproduced),
            f"{r.seconds:.0f}",
        )
    Console(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else 120).print(table)
    for r in answer.results:
        for words in (*r.faults, *(f"{r.identifier}: cannot: {m}" for m in r.missing)):
            typer.echo(words)
        for d in r.differences[:limit]:
            typer.echo(f"{r.identifier}#{d.id}: {d.what}: published “{d.published}”, now “{d.now}”: {d.why}")
        if len(r.differences) > limit:
            typer.echo(f"{r.identifier}: {len(r.differences) - limit} more differences.")
        for note in r.notes:
            typer.echo(f"{r.identifier}: note: {note}")
        if r.today:
            typer.echo(f"{r.identifier}: {r.today.sentence}.")
            for d in r.today.differences[:limit]:
                typer.echo(f"  today: {d.id or 'sentence'}: {d.what}: published “{d.published}”, today “{d.now}”")
    for words in (*answer.chain, *answer.kept):
        typer.echo(words)


@app.command()
def keep() -> None:
    """Keep the code of editions that were published before code was kept, from the commits that they name."""
    from improvement_reports.editions.edition import all_editions
    from improvement_reports.editions.kept_code import code_faults, keep_from_history

    project = _project()
    missing = [e for e in all_editions(project) if e.manifest.format == 1 and code_faults(project, [e])]
    for edition in missing:
        if code_faults(project, [edition]):  # the one before may have had the same code
            typer.echo(
                f"Kept the code of release {edition.manifest.software.version}, as {edition.identifier} names it, in"
                f" data/archive/{keep_from_history(project, edition)[:12]}…"
            )
    typer.echo(
        f"The code of {len(all_editions(project))} editions is kept. Commit data/archive."
        if missing
        else "The code of every edition is kept already."
    )


@app.command()
def figure(
    reference: Annotated[str, typer.Argument(help="AUTHORITY/MONTH/KIND/vN#FIGURE; without /vN the newest edition.")],
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Compute it again from the recorded inputs.")] = False,
    rows: Annotated[bool, typer.Option("--rows", help="Print every row behind it, however many.")] = False,
) -> None:
    """Print a figure's whole way back: formula, rows, documents; with --rebuild compute it again."""
    from improvement_reports.editions import figure as trace

    project = _project()
    found = trace.find_figure(project, reference)
    typer.echo(trace.way_back(found, rows))
    if wrong := trace.not_from_its_rows(found):
        typer.echo(f"\nThis number does not follow from its rows: it {wrong}.")
        if not rebuild:
            raise typer.Exit(1)
    if rebuild:
        _tell_what_runs(project, [found.edition] if found.edition else [])
        again = trace.rebuild(project, found)
        if again.same:
            typer.echo(
                f"\nRecomputed: {again.now}. Same value, same rows, same formula ({again.cells} cells of the notebook"
                " were run)."
            )
            if wrong:
                raise typer.Exit(1)
            return
        typer.echo(
            f"\nRecomputed: {again.now or 'no such figure'}, published: {again.published}. Different; python3 make.py"
            f" verify {found.edition.identifier if found.edition else reference} says why."
        )
        raise typer.Exit(1)


@app.command()
def template(
    output: Annotated[Path, typer.Argument(help="Where to write the workbook.")] = Path("return.xlsx"),
) -> None:
    """Write an empty workbook with all tables of a return, their columns explained."""
    from improvement_reports.authoring.listed import examples_of, listed_measures
    from improvement_reports.returns.template import write_template

    project = _project()
    write_template(output, listed_measures(project), examples_of(project))
    typer.echo(f"Wrote {output}. Fill it in and put it in data/raw/<authority>/<month>/return.xlsx.")


def _meeting(day: str | None) -> str:
    """The day on which a report is received, asked for on a terminal where the call does not say it."""
    if day is not None:
        return day
    if not sys.stdin.isatty():
        raise UserError("On which day is the report received? Say --meeting YYYY-MM-DD.")
    return typer.prompt("On which day is the report received (YYYY-MM-DD)?", err=True)


@app.command()
def init(
    authority: Annotated[str, typer.Argument(help="The authority, by its key, for example bradford.")],
    month: Annotated[str | None, typer.Option("--month", help="The first reporting month; default last month.")] = None,
    kind: Annotated[str, typer.Option("--kind", help="board, scrutiny, cabinet or inspection.")] = "board",
    meeting: Annotated[
        str | None, typer.Option("--meeting", help="The day on which it is received, YYYY-MM-DD.")
    ] = None,
    body: Annotated[str, typer.Option("--body", help="Who receives it.")] = "Improvement Board",
    received: Annotated[
        str | None, typer.Option("--received", help="The day on which the figures came; default today.")
    ] = None,
) -> None:
    """Begin: the first return and report of an authority, which render at once with official statistics beside."""
    from datetime import date, timedelta

    from improvement_reports.authoring.starting import Beginning, name_of, start

    project, today = _project(), date.today()
    name_of(project, authority)  # an unknown one is said before anything is asked
    last = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    wanted = Beginning(authority, month or last, kind, received or today.isoformat(), _meeting(meeting), body)
    for path in start(project, wanted):
        typer.echo(f"Written: {project.relative(path)}")
    typer.echo(
        f"Next: python3 make.py preview shows the report while you fill it in; python3 make.py check --authority"
        f" {authority} says what is wrong; docs/first-report.md leads through it."
    )


@app.command("new-month")
def new_month(
    authority: Annotated[str, typer.Argument(help="The authority, by its key.")],
    month: Annotated[str | None, typer.Option("--month", help="The month; default the one after the newest.")] = None,
    meeting: Annotated[
        str | None, typer.Option("--meeting", help="The day on which it is received, YYYY-MM-DD.")
    ] = None,
    received: Annotated[
        str | None, typer.Option("--received", help="The day on which the figures came; default today.")
    ] = None,
    copy: Annotated[
        str, typer.Option("--copy", help="Tables of the plan to copy line by line; the others stand as last stated.")
    ] = "priorities,actions",
) -> None:
    """Begin the next month: what carries over is copied, values are blank, check names what still is as last month."""
    from datetime import date

    from improvement_reports.authoring.new_month import Next, begin, last_month, month_after
    from improvement_reports.authoring.starting import name_of

    project = _project()
    name_of(project, authority)
    month = month or month_after(last_month(project, authority))
    copied = tuple(word.strip() for word in copy.split(",") if word.strip())
    for path in begin(project, Next(authority, month, received or date.today().isoformat(), _meeting(meeting), copied)):
        typer.echo(f"Written: {project.relative(path)}")
    typer.echo(
        f"Next: fill in observations.csv, or python3 make.py import {authority} {month} FILE. Then python3 make.py"
        f" check --authority {authority} --month {month} names what is missing and what still is as last month."
    )


@app.command("add-measure")
def add_measure(
    measure_id: Annotated[
        str, typer.Argument(help="Id of the measure: one of params/measure_library.yml, or a new one.")
    ],
    title: Annotated[str | None, typer.Option(help="Its title in full.")] = None,
    label: Annotated[str | None, typer.Option(help="The words for tables and charts, 48 letters at most.")] = None,
    unit: Annotated[str | None, typer.Option(help="percent, count, rate, days, weeks, pounds and others.")] = None,
    of: Annotated[str | None, typer.Option(help="What is counted: children, visits, staff and so on.")] = None,
    better_when: Annotated[str | None, typer.Option(help="higher, lower or neutral.")] = None,
    definition: Annotated[str | None, typer.Option(help="What it counts, of when and of whom.")] = None,
    question: Annotated[str | None, typer.Option(help="What a councillor would ask about it.")] = None,
    decimals: Annotated[int | None, typer.Option(help="Decimals that its values may have.")] = None,
    small_number_threshold: Annotated[int | None, typer.Option(help="Numbers from 1 to this one are withheld.")] = None,
    small_numbers_shown_because: Annotated[str | None, typer.Option(help="Why small numbers may be shown.")] = None,
) -> None:
    """Add a measure to params/measures.yml, from the library or in your own words; what is not said is asked for."""
    from improvement_reports.authoring.add_measure import add_measure as add
    from improvement_reports.authoring.add_measure import told

    said = {
        "title": title,
        "label": label,
        "unit": unit,
        "of": of,
        "decimals": decimals,
        "better_when": better_when,
        "definition": definition,
        "question": question,
        "small_number_threshold": small_number_threshold,
        "small_numbers_shown_because": small_numbers_shown_because,
    }
    ask = (lambda words: typer.prompt(words, err=True)) if sys.stdin.isatty() else None
    project = _project()
    fields = told(project, measure_id, {key: value for key, value in said.items() if value is not None}, ask)
    typer.echo(f"{measure_id} is in {project.relative(add(project, measure_id, fields))} now.")


@app.command("import")
def import_scorecard(
    authority: Annotated[str, typer.Argument(help="The authority, by its key.")],
    month: Annotated[str, typer.Argument(help="The month of the return, YYYY-MM.")],
    file: Annotated[Path, typer.Argument(help="The scorecard: an Excel workbook or a CSV file.")],
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", help="How it is read; default params/AUTHORITY/import.yml, made by the first import."
        ),
    ] = None,
    all_months: Annotated[bool, typer.Option("--all-months", help="The months before as well, as a history.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put new values in the place of those that are there, unasked.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; take what is certain, and name the rest.")] = False,
    received: Annotated[
        str, typer.Option("--received", help="The day on which it came, YYYY-MM-DD; default today.")
    ] = "",
) -> None:
    """Read a council's own scorecard into a return; what is not understood is named with its cell, never guessed."""
    from improvement_reports.authoring.add_measure import add_measures, from_library
    from improvement_reports.returns.scorecard.importing import Person, run_import
    from improvement_reports.returns.scorecard.planning import Request
    from improvement_reports.returns.scorecard.terminal import ask, received_day
    from improvement_reports.returns.scorecard.told import tell

    project = _project()
    _checked(authority, month)

    def take_over(ids: list[str]) -> None:
        add_measures(project, {measure_id: from_library(project, measure_id) or {} for measure_id in ids})

    request = Request(authority, month, file, received_day(received, month), mapping, all_months, replace, yes)
    with at_work(project):
        code = run_import(project, request, Person(ask, typer.echo, tell, take_over))
    if code:
        raise typer.Exit(code)


@app.command(context_settings={"ignore_unknown_options": True})
def lab(arguments: Annotated[list[str] | None, typer.Argument(help="Passed on to JupyterLab.")] = None) -> None:
    """Open JupyterLab with the board notebook, the kernel ready and the returns prepared; options are passed on."""
    from improvement_reports.authoring.lab import open_lab

    raise typer.Exit(open_lab(_project(), arguments or []))


@app.command()
def preview(
    port: Annotated[int, typer.Option("--port", help="Port on this machine.")] = 8000,
    renderer: Annotated[
        str, typer.Option("--renderer", help="pandoc (built in, seconds for a change), quarto (minutes) or auto.")
    ] = "pandoc",
) -> None:
    """Serve the site on this machine and rebuild what changes."""
    from improvement_reports.authoring.preview import serve

    serve(_project(), port, renderer)


@app.command()
def bench(
    pieces: Annotated[
        list[str] | None, typer.Argument(help="Of prepare, report, profiles, preview, figure, site; all if none.")
    ] = None,
    many: Annotated[int, typer.Option("--profiles", min=1, help="How many profiles are run in one call.")] = 12,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the measurements to this file as well.")
    ] = None,
    curves: Annotated[
        Path | None,
        typer.Option("--curves", help="Only measure how work grows with months and with editions; draw it here."),
    ] = None,
) -> None:
    """Measure what reports, pages and a site cost, beside plain papermill, nbconvert and Pandoc in the same call."""
    if curves:
        from improvement_reports.authoring.bench_curves import draw_curves

        draw_curves(_project(), curves.resolve())
        return
    from improvement_reports.authoring.bench import measure

    measure(_project(), json_file, pieces or (), many)


@app.command()
def guide() -> None:
    """Write the guide “Your first report” (docs/ and about/) anew from the code that it describes."""
    from improvement_reports.authoring.guide.page import PAGE, PLACE, write

    write(_project())
    typer.echo(f"{PLACE} and {PAGE} are written.")


@app.command()
def proof() -> None:
    """Count how often the rules of the method are wrong, and write docs/method-proof.md and docs/profile-proof.md."""
    from improvement_reports.authoring import profile_proof
    from improvement_reports.authoring.method_proof.page import PLACE, write

    profile_proof.write(_project())
    typer.echo(f"{profile_proof.PLACE} is written.")
    write(_project().root)
    typer.echo(f"{PLACE} is written.")


def main() -> None:
    """Entry point of the command ``improvement-reports``."""
    from improvement_reports.workspace.output import can_say_everything
    from improvement_reports.workspace.processes import end_in_order
    from improvement_reports.workspace.troubles import in_words

    can_say_everything()
    end_in_order()
    try:
        app()
    except UserError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, MemoryError, BrokenExecutor) as error:
        if (said := in_words(error, Path.cwd())) is None:
            raise
        typer.echo(said, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
