"""Decisions that are asked for: each with who decides and by when, its options with what follows, and what came of it."""

import pandas as pd

from improvement_reports.domain.due_words import due_order, due_shown
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import aside, lines, mark_html, under
from improvement_reports.domain.numbers import counted, format_day
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import DECISION_MARKS, OPEN_DECISIONS, DecisionState
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.report import Report
from improvement_reports.sections.tables import figure_table

DECISION_COLUMNS = [
    Column("decision", "Decision", is_row_header=True),
    Column("by", "Who decides, by when"),
    Column("options", "Options, and what follows from each"),
    Column("state", "State"),
    Column("outcome", "What came of it"),
]


def decisions(report: Report) -> Block:
    """The decisions of the return, those still to be made first and the earliest of them before the others; nothing
    where it has none.
    """
    table = report.facts.tables["decisions"]
    if table.empty:
        return Block("")
    found = decision_rows(report)
    options = rows_of(report.facts.tables["options"])
    rows = [_row(row, [o for o in options if o["decision_id"] == row["decision_id"]]) for row in found]
    still = sum(row["status"] in OPEN_DECISIONS for row in found)
    rest = f", {len(found) - still} made or withdrawn" if len(found) > still else ""
    caption = f"{counted(still, 'decision')} to be made{rest}"
    shown = figure_table(report, "decisions", caption, DECISION_COLUMNS, rows, [*found, *options], "decisions")
    return report.block(shown, HTML)


def decision_rows(report: Report) -> list[pd.Series]:
    """The decisions in the order in which they are shown: open ones by the day they are due, then the others."""
    month = report.params.month
    rows = rows_of(report.facts.tables["decisions"])
    return sorted(rows, key=lambda r: (r["status"] not in OPEN_DECISIONS, due_order(r, month)))


def open_decisions(report: Report) -> list[pd.Series]:
    """Those that are still to be made."""
    return [row for row in decision_rows(report) if row["status"] in OPEN_DECISIONS]


def _row(row: pd.Series, options: list[pd.Series]) -> dict[str, str]:
    """The cells of one decision."""
    priority = f"priority {row['priority_id']}" if row["priority_id"] else ""
    decided = f"on {format_day(row['decided_on'])}" if row["decided_on"] else ""
    mark = mark_html(DECISION_MARKS[DecisionState(row["status"])])
    return {
        "decision": under(row["text"], priority) if priority else row["text"],
        "by": _with_note(row["decided_by"], due_shown(row)),
        "options": lines(_option(row, option) for option in options) if options else "",
        "state": under(mark, decided) if decided else mark,
        "outcome": row["outcome"],
    }


def _with_note(text: str, note: str) -> str:
    return under(text, note) if text and note else text or note


def _option(row: pd.Series, option: pd.Series) -> str:
    """One option: what would be done, what follows from it, and whether it is recommended or was taken."""
    by = f" by {row['recommended_by']}" if row["recommended_by"] else ""
    said = ((f"recommended{by}", "recommended"), ("decided on", "taken"))
    words = [word for word, column in said if row[column] == option["option_id"]]
    text = aside(option["text"], " and ".join(words)) if words else option["text"]
    return fill("sections/option.html", text=text, consequence=option["consequence"])
