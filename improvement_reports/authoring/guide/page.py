"""`docs/first-report.md` and the page of the site that says the same, written by `make.py guide`."""

import re
from importlib.resources import files
from pathlib import Path

from improvement_reports.authoring.guide.feeds import feeds_text
from improvement_reports.authoring.guide.functions import functions_text
from improvement_reports.domain.status_words import VOCABULARIES
from improvement_reports.domain.tables import RETURN_TABLES, ColumnSpec, TableSpec
from improvement_reports.domain.templates import fill
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.places import Project

TITLE = "Your first report"
PLACE, PAGE = "docs/first-report.md", "about/first-report.qmd"
HEAD = f"""---
title: "{TITLE}"
description: "From a council's own scorecard to a page of the site, and every month after"
---
"""
# Code that begins with braces.
BRACES = re.compile(r"`(\{\{[^`]*)`")
TYPES = {
    "id": "an id: small letters, digits, hyphens, underscores",
    "text": "text",
    "number": "a plain number, without % or £",
    "date": "YYYY-MM-DD, YYYY-MM or YYYY",
    "month": "YYYY-MM",
    "yes_no": "yes or no",
}


def write(project: Project) -> None:
    """Both files, from the code as it is now."""
    body = text(project)
    write_whole(project.root / PLACE, f"# {TITLE}\n\n{without_anchors(body)}")
    write_whole(project.root / PAGE, f"{HEAD}\n{with_braces(body)}")


def text(project: Project) -> str:
    """The guide without its title."""
    starter = files("improvement_reports") / "starter"
    whole = (starter / "guide.md").read_text(encoding="utf-8")
    return whole.format(
        functions=functions_text(project),
        feeds=feeds_text(project.notebooks),
        settings=(starter / "report.yml").read_text(encoding="utf-8").strip(),
        returned=(starter / "return.yml").read_text(encoding="utf-8").strip(),
        tables="\n\n".join(_table_text(table) for table in RETURN_TABLES.values()),
    )


def without_anchors(body: str) -> str:
    """Markdown as other readers of it take it: without the ids of headings."""
    return "\n".join(line.split(" {#")[0] if line.startswith("#") else line for line in body.split("\n"))


def with_braces(body: str) -> str:
    """Markdown whose braces both renderers leave: to Quarto two at the beginning of code are one that is escaped.

    >>> with_braces('`{{ value("x") }}` and `x`')
    '`<code>{{ value(&quot;x&quot;) }}</code>`{=html} and `x`'
    """
    return BRACES.sub(lambda found: f"`{fill('authoring/code.html', code=found[1])}`{{=html}}", body)


def _table_text(table: TableSpec) -> str:
    lines = [f"### {table.name}.csv", "", f"A row is: {table.row}.", "", "| column | what | how |", "|---|---|---|"]
    return "\n".join([*lines, *(_column_text(column) for column in table.columns)])


def _column_text(column: ColumnSpec) -> str:
    name = f"**{column.name}**" if column.required else column.name
    how = ", ".join(str(c) for c in column.choices) if column.choices else TYPES[column.type]
    how += "; or a word of status_words in params/authorities.yml" if column.choices in VOCABULARIES else ""
    return f"| {name} | {column.description.replace('|', '/')} | {how} |"


def written(root: Path) -> tuple[str, str]:
    """The two files as they stand."""
    return (root / PLACE).read_text(encoding="utf-8"), (root / PAGE).read_text(encoding="utf-8")
