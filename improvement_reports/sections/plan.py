"""Steps, dates, money and the framework of a plan."""

import html

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.markup import Column, mark_html
from improvement_reports.domain.vocabulary import ACTION_MARKS, ActionState, MilestoneState
from improvement_reports.domain.wording import all_of
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.report import Report
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


def _steps(report: Report, mine: pd.DataFrame, table_id: str, caption: str) -> Block:
    if mine.empty:
        return Block("")
    order = {
        s.value: n
        for n, s in enumerate(
            (ActionState.DELAYED, ActionState.IN_PROGRESS, ActionState.PLANNED, ActionState.COMPLETED)
        )
    }
    mine = mine.sort_values("status", key=lambda s: s.map(order), kind="stable")
    rows = [
        [
            html.escape(r["text"]),
            mark_html(ACTION_MARKS[ActionState(r["status"])]),
            html.escape(r["owner"]),
            _action_date(r),
        ]
        for _, r in mine.iterrows()
    ]
    columns = [Column("Step", is_row_header=True), Column("State"), Column("Who"), Column("When")]
    kept = [i for i in range(4) if i < 2 or any(row[i] for row in rows)]
    body = figure_table(
        report,
        table_id,
        caption,
        [columns[i] for i in kept],
        [[row[i] for i in kept] for row in rows],
        [r for _, r in mine.iterrows()],
        "actions",
    )
    tally = ", ".join(
        f"{int((mine['status'] == s).sum())} {ACTION_MARKS[ActionState(s)].word.lower()}"
        for s in order
        if (mine["status"] == s).any()
    )
    return report.block(
        f'<details class="fold">\n<summary>Steps taken and due: {tally}</summary>\n{body}\n</details>', HTML
    )


def _action_date(row: pd.Series) -> str:
    if row["done_on"]:
        return nb.format_day(row["done_on"])
    return f"due {nb.format_day(row['due'])}" if row["due"] else ""


def milestones(report: Report, status: str | None = None) -> Block:
    """Dates that matter, in order; ``status`` happened or expected."""
    table = report.facts.tables["milestones"].sort_values("date", kind="stable")
    table = table[table["status"] != MilestoneState.STATED_OTHERWISE]
    table = table if status is None else table[table["status"] == status]
    if table.empty:
        return Block("")
    rows = [[report.facts.show(report.facts.date_figure(r)), html.escape(r["title"])] for _, r in table.iterrows()]
    captions: dict[str | None, str] = {
        "expected": "Dates ahead, as the source states them",
        "happened": "Dates past, as the source states them",
    }
    caption = captions.get(status, "Dates that matter")
    body = figure_table(
        report,
        f"milestones.{status or 'all'}",
        caption,
        [Column("Date", is_row_header=True), Column("What")],
        rows,
        [r for _, r in table.iterrows()],
        "milestones",
    )
    if status == "happened":
        body = f'<details class="fold">\n<summary>Dates past</summary>\n{body}\n</details>'
    return report.block(body, HTML)


def finance(report: Report) -> Block:
    """Every amount of money that the source states."""
    table = report.facts.tables["finance"]
    if table.empty:
        return Block("The source states no amounts of money.")
    in_full = nb.mixes_units(table["amount_gbp"])  # one unit for the whole column
    rows = [
        [
            html.escape(r["line"]),
            html.escape(r["kind"]),
            html.escape(r["period"]),
            report.facts.show(report.facts.amount_figure(r, in_full)),
        ]
        for _, r in table.iterrows()
    ]
    columns = [Column("Line", is_row_header=True), Column("Kind"), Column("Period"), Column("Amount", is_number=True)]
    return report.block(figure_table(report, "finance", "Money", columns, rows, [r for _, r in table.iterrows()]), HTML)


def framework(report: Report) -> Block:
    """What the plan will be measured by from now on."""
    table = report.facts.tables["framework"]
    if table.empty:
        return Block("")
    rows = [
        [
            html.escape(r["title"]),
            html.escape(": ".join(x for x in (r["theme"], r["group"]) if x)),
            html.escape(r["threshold"]),
            html.escape(report.facts.measures[r["measure_id"]].label) if r["measure_id"] else "",
        ]
        for _, r in table.iterrows()
    ]
    columns = [Column("Item", is_row_header=True), Column("Theme"), Column("Threshold"), Column("Reported here as")]
    body = figure_table(
        report, "framework", "Proposed framework", columns, rows, [r for _, r in table.iterrows()], "framework"
    )
    return report.block(
        f'<details class="fold">\n<summary>{all_of(len(rows), "item")} of the framework</summary>\n{body}\n</details>',
        HTML,
    )
