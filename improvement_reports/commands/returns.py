"""Commands for returns as they come in: an empty workbook, a scorecard read, checked and prepared."""

from pathlib import Path
from typing import Annotated

import typer

from improvement_reports.commands.options import Authority, Force, Month, checked, project_here
from improvement_reports.commands.telling import tell_summary
from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.locks import at_work


def check(authority: Authority = None, month: Month = None) -> None:
    """Check raw returns and the parameter files of their reports: every fault, each in one sentence."""
    from improvement_reports.returns.folders import returns
    from improvement_reports.runs.checking import check_all

    project, (authority, month, _) = project_here(), checked(authority, month)
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


def prepare(authority: Authority = None, month: Month = None, force: Force = False) -> None:
    """Check raw returns and write their tidy tables to data/processed."""
    import time

    from improvement_reports.returns.folders import returns
    from improvement_reports.returns.series import prepare_wanted
    from improvement_reports.workspace.work import Summary

    start, project, (authority, month, _) = time.perf_counter(), project_here(), checked(authority, month)
    wanted = returns(project, authority, month)
    if not wanted:
        raise UserError(
            f"There is no return {authority or '*'}/{month or '*'} in data/raw; put the files of the return there."
        )
    with at_work(project):
        outcomes = prepare_wanted(project, wanted, force)
    tell_summary(Summary(outcomes, {"prepare": time.perf_counter() - start}), start)


def template(
    output: Annotated[Path, typer.Argument(help="Where to write the workbook.")] = Path("return.xlsx"),
) -> None:
    """Write an empty workbook with all tables of a return, their columns explained."""
    from improvement_reports.authoring.listed import examples_of, listed_areas, listed_measures
    from improvement_reports.returns.template import write_template

    project = project_here()
    write_template(output, listed_measures(project), examples_of(project), listed_areas(project))
    typer.echo(f"Wrote {output}. Fill it in and put it in data/raw/<authority>/<month>/return.xlsx.")


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

    project = project_here()
    checked(authority, month)

    def take_over(ids: list[str]) -> None:
        add_measures(project, {measure_id: from_library(project, measure_id) or {} for measure_id in ids})

    request = Request(authority, month, file, received_day(received, month), mapping, all_months, replace, yes)
    with at_work(project):
        code = run_import(project, request, Person(ask, typer.echo, tell, take_over))
    if code:
        raise typer.Exit(code)
