"""What commands have in common: options that several take, the project they work in, and what filters can mean."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from improvement_reports.domain.errors import UserError

if TYPE_CHECKING:  # each command loads what it needs when it is called
    from improvement_reports.runs.reports import Filters
    from improvement_reports.workspace.places import Project

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


def project_here() -> "Project":
    from improvement_reports.workspace.places import Project

    return Project.find()


def checked(authority: str | None, month: str | None, kind: str | None = None) -> "Filters":
    """Filters that can be meant; a `UserError` for one that can never match."""
    from improvement_reports.domain.errors import listed, shown
    from improvement_reports.domain.hints import suggestion
    from improvement_reports.domain.vocabulary import ReportKind
    from improvement_reports.workspace.authorities import load_authorities
    from improvement_reports.workspace.places import checked_month

    if authority == "all" and kind == "profile":
        return authority, month, kind
    if authority is not None and authority not in (known := load_authorities(project_here())):
        raise UserError(
            f"{shown(authority)} is not an authority of params/authorities.yml{suggestion(authority, known)}; known are"
            f" {listed([*list(known)[:12], *(['others'] if len(known) > 12 else [])])}."
        )
    if month is not None:
        checked_month(month)
    if kind is not None and kind not in [k.value for k in ReportKind]:
        raise UserError(f"{shown(kind)} is not a kind of report; allowed are {listed(k.value for k in ReportKind)}.")
    return authority, month, kind


def meeting_day(day: str | None) -> str:
    """The day on which a report is received, asked for on a terminal where the call does not say it."""
    if day is not None:
        return day
    if not sys.stdin.isatty():
        raise UserError("On which day is the report received? Say --meeting YYYY-MM-DD.")
    return typer.prompt("On which day is the report received (YYYY-MM-DD)?", err=True)
