"""Commands for those who write notebooks and for those who work on the software."""

from pathlib import Path
from typing import Annotated

import typer

from improvement_reports.commands.options import project_here


def lab(arguments: Annotated[list[str] | None, typer.Argument(help="Passed on to JupyterLab.")] = None) -> None:
    """Open JupyterLab with the board notebook, the kernel ready and the returns prepared; options are passed on."""
    from improvement_reports.authoring.lab import open_lab

    raise typer.Exit(open_lab(project_here(), arguments or []))


def preview(
    port: Annotated[int, typer.Option("--port", help="Port on this machine.")] = 8000,
    renderer: Annotated[
        str,
        typer.Option(
            "--renderer", help="pandoc (built in, seconds for a change), quarto (the whole site each time) or auto."
        ),
    ] = "pandoc",
) -> None:
    """Serve the site on this machine and rebuild what changes."""
    from improvement_reports.authoring.preview import serve

    serve(project_here(), port, renderer)


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
    """Measure what reports, pages and a site cost, beside plain papermill, nbconvert and Pandoc in the same call.

    Of a piece that fails a line says why, and the others are measured."""
    if curves:
        from improvement_reports.authoring.bench_curves import draw_curves

        draw_curves(project_here(), curves.resolve())
        return
    from improvement_reports.authoring.bench import BenchFailed, measure

    try:
        measure(project_here(), json_file, pieces or (), many)
    except BenchFailed as failed:
        typer.echo(failed, err=True)
        raise typer.Exit(1) from None


def guide() -> None:
    """Write the guide “Your first report” (docs/ and about/) anew from the code that it describes."""
    from improvement_reports.authoring.guide.page import PAGE, PLACE, write

    write(project_here())
    typer.echo(f"{PLACE} and {PAGE} are written.")


def proof() -> None:
    """Count how often the rules of the method are wrong, and write docs/method-proof.md and docs/profile-proof.md."""
    from improvement_reports.authoring import profile_proof
    from improvement_reports.authoring.method_proof.page import PLACE, write

    profile_proof.write(project_here())
    typer.echo(f"{profile_proof.PLACE} is written.")
    write(project_here().root)
    typer.echo(f"{PLACE} is written.")
