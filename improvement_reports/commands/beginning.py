"""Commands that begin something: an authority, its next month, a measure."""

import sys
from datetime import date, timedelta
from typing import Annotated

import typer

from improvement_reports.commands.options import meeting_day, project_here


def init(
    authority: Annotated[str, typer.Argument(help="The authority, by its key, for example bradford.")],
    month: Annotated[str | None, typer.Option("--month", help="The first reporting month; default last month.")] = None,
    kind: Annotated[str, typer.Option("--kind", help="board, scrutiny, cabinet or inspection.")] = "board",
    meeting: Annotated[
        str | None, typer.Option("--meeting", help="The day on which it is received, YYYY-MM-DD.")
    ] = None,
    body: Annotated[str, typer.Option("--body", help="Who receives it.")] = "Improvement Board",
    received: Annotated[
        str | None,
        typer.Option("--received", help="The day on which the figures came; default today, at most the meeting."),
    ] = None,
) -> None:
    """Begin: the first return and report of an authority, which render at once with official statistics beside."""
    from improvement_reports.authoring.starting import Beginning, name_of, start

    project, today = project_here(), date.today()
    name_of(project, authority)  # an unknown one is said before anything is asked
    last = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    day = meeting_day(meeting)
    wanted = Beginning(authority, month or last, kind, received or min(today.isoformat(), day), day, body)
    for path in start(project, wanted):
        typer.echo(f"Written: {project.relative(path)}")
    typer.echo(
        f"Next: python3 make.py preview shows the report while you fill it in; python3 make.py check --authority"
        f" {authority} says what is wrong; docs/first-report.md leads through it."
    )


def new_month(
    authority: Annotated[str, typer.Argument(help="The authority, by its key.")],
    month: Annotated[str | None, typer.Option("--month", help="The month; default the one after the newest.")] = None,
    meeting: Annotated[
        str | None, typer.Option("--meeting", help="The day on which it is received, YYYY-MM-DD.")
    ] = None,
    received: Annotated[
        str | None,
        typer.Option("--received", help="The day on which the figures came; default today, at most the meeting."),
    ] = None,
    copy: Annotated[
        str, typer.Option("--copy", help="Tables of the plan to copy line by line; the others stand as last stated.")
    ] = "priorities,actions",
) -> None:
    """Begin the next month: what carries over is copied, values are blank, check names what still is as last month."""
    from improvement_reports.authoring.new_month import Next, begin, last_month, month_after
    from improvement_reports.authoring.starting import name_of

    project = project_here()
    name_of(project, authority)
    month = month or month_after(last_month(project, authority))
    copied = tuple(word.strip() for word in copy.split(",") if word.strip())
    day = meeting_day(meeting)
    wanted = Next(authority, month, received or min(date.today().isoformat(), day), day, copied)
    for path in begin(project, wanted):
        typer.echo(f"Written: {project.relative(path)}")
    typer.echo(
        f"Next: fill in observations.csv, or python3 make.py import {authority} {month} FILE. Then python3 make.py"
        f" check --authority {authority} --month {month} names what is missing and what still is as last month."
    )


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
    project = project_here()
    fields = told(project, measure_id, {key: value for key, value in said.items() if value is not None}, ask)
    typer.echo(f"{measure_id} is in {project.relative(add(project, measure_id, fields))} now.")
