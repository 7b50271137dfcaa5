"""The command that runs published notebooks again, and what it says of them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from improvement_reports.commands.options import project_here
from improvement_reports.commands.telling import ProgressBar, tell_what_runs
from improvement_reports.domain.errors import UserError


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

    start, project = time.perf_counter(), project_here()
    chosen = _chosen_editions(project, editions or [], everything)
    held = _held_fingerprint(chosen, fingerprint, everything)
    tell_what_runs(project, chosen)
    if plan:
        return
    with ProgressBar("Verifying editions", len(chosen)) as progress:
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
