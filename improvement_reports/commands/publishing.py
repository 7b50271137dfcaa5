"""Commands for what is published: a report frozen as an edition, the code of editions kept."""

from typing import Annotated

import typer

from improvement_reports.commands.options import checked, project_here
from improvement_reports.domain.errors import UserError


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
    project = project_here()
    checked(authority, month, kind)
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


def keep() -> None:
    """Keep the code of editions that were published before code was kept, from the commits that they name."""
    from improvement_reports.editions.edition import all_editions
    from improvement_reports.editions.kept_code import code_faults, keep_from_history

    project = project_here()
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
