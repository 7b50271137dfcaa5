"""The command that shows where a figure comes from."""

from typing import Annotated

import typer

from improvement_reports.commands.options import project_here
from improvement_reports.commands.telling import tell_what_runs


def figure(
    reference: Annotated[str, typer.Argument(help="AUTHORITY/MONTH/KIND/vN#FIGURE; without /vN the newest edition.")],
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Compute it again from the recorded inputs.")] = False,
    rows: Annotated[bool, typer.Option("--rows", help="Print every row behind it, however many.")] = False,
) -> None:
    """Print a figure's whole way back: formula, rows, documents; with --rebuild compute it again."""
    from improvement_reports.editions import figure as trace

    project = project_here()
    found = trace.find_figure(project, reference)
    typer.echo(trace.way_back(found, rows))
    if wrong := trace.not_from_its_rows(found):
        typer.echo(f"\nThis number does not follow from its rows: it {wrong}.")
        if not rebuild:
            raise typer.Exit(1)
    if rebuild:
        tell_what_runs(project, [found.edition] if found.edition else [])
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
