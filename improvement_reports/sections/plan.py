"""Steps, dates, money and the framework of a plan."""

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.due_words import due_shown
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import fold, joined, mark_html, under, with_word
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.status_words import own_word
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import ACTION_MARKS, ActionState, MilestoneState
from improvement_reports.domain.wording import all_of
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.facts.stated import text_of
from improvement_reports.report import Report
from improvement_reports.sections.formal import period_title
from improvement_reports.sections.outlook import outlook_table
from improvement_reports.sections.tables import figure_table


def actions(report: Report, priority: pd.Series | None = None) -> Block:
    """Steps taken and due of a priority, or without one those of the plan as a whole; folded, open in print."""
    table = report.facts.tables["actions"]
    key = "" if priority is None else priority["priority_id"]
    caption = f"Steps of priority {key}" if key else "Steps of the plan as a whole"
    return _steps(report, table[table["priority_id"] == key], f"actions.{key or 'plan'}", caption)


def steps(report: Report, status: str | None = None, recommendation_id: str | None = None, tied: bool = True) -> Block:
    """Steps in one state, or in answer to one recommendation; with ``tied`` false those tied to no recommendation."""
    table, table_id, caption = report.facts.tables["actions"], "steps", "Steps"
    if status:
        table, table_id, caption = (
            table[table["status"] == status],
            f"{table_id}.{status}",
            f"Steps: {ACTION_MARKS[ActionState(status)].word.lower()}",
        )
    if recommendation_id:
        table = table[table["recommendation_id"] == recommendation_id]
        table_id, caption = f"{table_id}.{recommendation_id}", "Steps in answer to it"
    if not tied:
        table, table_id = table[table["recommendation_id"] == ""], f"{table_id}.untied"
    return _steps(report, table, table_id, caption)


OPEN_DATES, NEAREST = 6, 4  # so many dates stand open; of more these that are nearest after the meeting
STEP_COLUMNS = [
    Column("step", "Step", is_row_header=True),
    Column("state", "State"),
    Column("owner", "Who"),
    Column("when", "When"),
    Column("outcome", "What came of it"),
]
URGENT_FIRST = (ActionState.DELAYED, ActionState.IN_PROGRESS, ActionState.PLANNED, ActionState.COMPLETED)


def _steps(report: Report, mine: pd.DataFrame, table_id: str, caption: str) -> Block:
    if mine.empty:
        return Block("")
    order = {s.value: n for n, s in enumerate(URGENT_FIRST)}
    found = rows_of(mine.sort_values("status", key=lambda s: s.map(order), kind="stable"))
    rows = [
        {
            "step": _step(r),
            "state": with_word(mark_html(ACTION_MARKS[ActionState(r["status"])]), own_word(r, "status")),
            "owner": r["owner"],
            "when": _action_date(r),
            "outcome": text_of(r, "outcome"),
        }
        for r in found
    ]
    body = figure_table(report, table_id, caption, STEP_COLUMNS, rows, found, "actions", has_notes=True)
    numbers = {s: int((mine["status"] == s).sum()) for s in URGENT_FIRST}
    tally = ", ".join(f"{n} {ACTION_MARKS[s].word.lower()}" for s, n in numbers.items() if n)
    return report.block(fold(f"Steps taken and due: {tally}", body), HTML)


def _step(row: pd.Series) -> str:
    """A step, with its phase and by what its success will be told where the source says them."""
    phase, success = text_of(row, "phase"), text_of(row, "success_measure")
    said = "; ".join(filter(None, [phase, f"success: {success}" if success else ""]))
    return under(row["text"], said) if said else row["text"]


def _action_date(row: pd.Series) -> str:
    if row["done_on"]:
        return nb.format_day(row["done_on"])
    return due_shown(row)


def milestones(report: Report, status: str | None = None) -> Block:
    """Dates that matter, in order; ``status`` happened or expected."""
    table = report.facts.tables["milestones"].sort_values("date", kind="stable")
    table = table[table["status"] != MilestoneState.STATED_OTHERWISE]
    table = table if status is None else table[table["status"] == status]
    if table.empty:
        return Block("")
    found = rows_of(table)
    rows = [{"date": report.facts.show(report.facts.date_figure(r)), "what": r["title"]} for r in found]
    captions: dict[str | None, str] = {
        "expected": "Dates ahead, as the source states them",
        "happened": "Dates past, as the source states them",
    }
    caption = captions.get(status, "Dates that matter")
    columns = [Column("date", "Date", is_row_header=True), Column("what", "What")]
    body = figure_table(report, f"milestones.{status or 'all'}", caption, columns, rows, found, "milestones")
    if status == "happened":
        return report.block(fold("Dates past", body), HTML)
    if len(found) <= OPEN_DATES:
        return report.block(body, HTML)
    coming = [n for n, r in enumerate(found) if nb.last_day(r["date"]).isoformat() > report.params.meeting.date]
    nearest = [rows[n] for n in coming[:NEAREST]]
    return report.block(
        fill("sections/next_dates.html", nearest=nearest, rest=fold(all_of(len(found), "date"), body)), HTML
    )


def finance(report: Report) -> Block:
    """Every amount of money that the source states."""
    table = report.facts.tables["finance"]
    if table.empty:
        return Block("The source states no amounts of money.")
    in_full, facts = nb.mixes_units(table["amount_gbp"]), report.facts  # one unit for the whole column
    rows = [
        {
            "line": r["line"],
            "kind": r["kind"],
            "period": r["period"],
            "amount": facts.show(facts.amount_figure(r, in_full)),
        }
        for r in rows_of(table)
    ]
    columns = [
        Column("line", "Line", is_row_header=True),
        Column("kind", "Kind"),
        Column("period", "Period"),
        Column("amount", "Amount", is_number=True),
    ]
    amounts = figure_table(report, "finance", "Money", columns, rows, rows_of(table))
    return report.block(joined(outlook_table(report, period_title), amounts), HTML)


def framework(report: Report) -> Block:
    """What the plan will be measured by from now on."""
    table = report.facts.tables["framework"]
    if table.empty:
        return Block("")
    rows = [
        {
            "item": r["title"],
            "theme": ": ".join(x for x in (r["theme"], r["group"]) if x),
            "threshold": r["threshold"],
            "measure": report.facts.measures[r["measure_id"]].label if r["measure_id"] else "",
        }
        for r in rows_of(table)
    ]
    columns = [
        Column("item", "Item", is_row_header=True),
        Column("theme", "Theme"),
        Column("threshold", "Threshold"),
        Column("measure", "Reported here as"),
    ]
    body = figure_table(
        report, "framework", "Proposed framework", columns, rows, rows_of(table), "framework", has_notes=True
    )
    return report.block(fold(f"{all_of(len(rows), 'item')} of the framework", body), HTML)
