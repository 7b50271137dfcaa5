"""Measures of a report: tables, charts, what is off target, and the questions to ask."""

import html
import re
from decimal import Decimal

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.markup import Column
from improvement_reports.domain.numbers import counted
from improvement_reports.domain.series import end_of
from improvement_reports.domain.vocabulary import (
    DIRECTION_MARKS,
    TARGET_MARKS,
    BetterWhen,
    Direction,
    TargetResult,
    Unit,
)
from improvement_reports.domain.wording import NOT_JUDGED, in_period, period_words
from improvement_reports.facts.blocks import HTML, Block, ChartBlock
from improvement_reports.method.progress import Position
from improvement_reports.report import Report
from improvement_reports.sections.charts import chart_block
from improvement_reports.sections.tables import figure_table

MEASURE_COLUMNS = [
    Column("Measure", is_row_header=True),
    Column("Latest", is_number=True),
    Column("Earlier", is_number=True),
    Column("Change", is_number=True),
    Column("Direction"),
    Column("Target", is_number=True),
    Column("Against target"),
    Column("Compared with", is_number=True),
]


def measure_row(report: Report, at: Position) -> list[str]:
    """The cells of `MEASURE_COLUMNS` for one position."""
    facts, measure, row = report.facts, report.facts.measures[at.measure_id], at.current

    def dated(other: pd.Series) -> str:
        return (
            f"{facts.marked_value(other)}<br><span"
            f' class="when">{period_words(other["period"], other["period_type"])}</span>'
        )

    name = html.escape(measure.label + (f": {row['category']}" if row["category"] else ""))
    better = {BetterWhen.HIGHER: "higher is better", BetterWhen.LOWER: "lower is better"}.get(
        measure.better_when, "neither way is better"
    )
    change = facts.change_figure(at, signed=True)
    direction = (
        NOT_JUDGED
        if at.direction is None
        else facts.show_mark(facts.direction_figure(at), DIRECTION_MARKS[at.direction])
    )
    goal = result = ""
    if at.target is not None:
        goal = facts.show(facts.target_figure(at)) + f'<br><span class="when">{html.escape(at.target["level"])}</span>'
    if at.result is not None:
        result = facts.show_mark(facts.result_figure(at), TARGET_MARKS[at.result])
        if miss := facts.miss_words(at):
            result += f'{"," if at.result is TargetResult.WITHIN_TOLERANCE else ""} <span class="when">{miss}</span>'
    elif at.target is not None and at.is_disputed:
        result = NOT_JUDGED
    others = "<br>".join(
        f'{facts.marked_value(o)} <span class="when">{html.escape(facts.area_name(o["area"]))},'
        f" {period_words(o['period'], o['period_type'])}</span>"
        for _, o in facts.comparators(at.measure_id, row).iterrows()
    )
    return [
        f'{name}<br><span class="when">{better}</span>',
        dated(row),
        dated(at.previous) if at.previous is not None else "",
        facts.show(change) if change else "",
        direction,
        goal,
        result,
        others,
    ]


def section_positions(report: Report, measure_ids: list[str]) -> list[Position]:
    """The newest position of each named measure, for each period type and part that the return states.

    A measure of which this return has no row stands with its newest value of an earlier one, and with the date of that.
    """
    from improvement_reports.method.progress import assess

    facts, found = report.facts, []
    mine = facts.tables["observations"]
    mine = mine[mine["area"] == report.params.authority]
    for measure_id in measure_ids:
        rows = mine[mine["measure_id"] == measure_id]
        if rows.empty:
            every = facts.observations
            rows = every[(every["area"] == report.params.authority) & (every["measure_id"] == measure_id)]
            rows = rows[rows["period"].map(end_of) == rows["period"].map(end_of).max()] if len(rows) else rows
        rows = rows.sort_values("period", key=lambda p: p.map(end_of), kind="stable")
        for _, row in (
            rows.groupby(["period_type", "category"], sort=False).tail(1).sort_values("source_row").iterrows()
        ):
            found.append(assess(measure_id, facts.measures[measure_id], row, facts.observations, facts.targets))
    return found


def measures_table(report: Report, priority: pd.Series) -> Block:
    """Value, earlier value, change, direction, target, distance and comparator of the measures of a priority."""
    section = report.params.sections.get(priority["priority_id"])
    positions = section_positions(report, section.measures) if section else []
    if not positions:
        return Block("")
    caption = f"Measures of priority {priority['priority_id']}"
    return report.block(_positions_table(report, f"measures.{priority['priority_id']}", caption, positions), HTML)


def _positions_table(report: Report, table_id: str, caption: str, positions: list[Position]) -> str:
    """A table of positions without the columns that would be empty in every row."""
    rows = [measure_row(report, at) for at in positions]
    if all(at.direction is Direction.TOO_FEW_POINTS for at in positions):
        rows = [[cell if i != 4 else "" for i, cell in enumerate(row)] for row in rows]
    kept = [i for i in range(len(MEASURE_COLUMNS)) if i < 2 or any(row[i] for row in rows)]
    used = [r for at in positions for r in (at.current, at.previous, at.target)]
    columns = [MEASURE_COLUMNS[i] for i in kept]
    return figure_table(report, table_id, caption, columns, [[row[i] for i in kept] for row in rows], used, "measures")


def charts(report: Report, priority: pd.Series) -> list[ChartBlock | Block]:
    """The charts of a priority, each with its finding."""
    section = report.params.sections.get(priority["priority_id"])
    return [chart_block(report, chart) for chart in section.charts] if section else []


def missed_targets(report: Report) -> list[Position]:
    """Positions that miss their target: percentages by percentage points, then the rest by share of the target."""
    facts = report.facts
    missed = [at for at in facts.main_positions() if at.result in (TargetResult.NOT_MET, TargetResult.WITHIN_TOLERANCE)]

    def far(at: Position) -> tuple[bool, Decimal]:
        if at.distance is None or at.target is None:
            raise ValueError(f"{at.measure_id} cannot miss a target that it does not have")
        is_percent, one = facts.measures[at.measure_id].unit is Unit.PERCENT, Decimal(1)
        return not is_percent, -abs(at.distance) / (
            one if is_percent else max(abs(nb.to_decimal(at.target["target"])), one)
        )

    return sorted(missed, key=far)


def key_measures(report: Report) -> Block:
    """The measures that the report's parameters put first."""
    positions = [report.facts.position(m) for m in report.params.headline_measures]
    if not positions:
        return Block("")
    return report.block(_positions_table(report, "measures.key", "Key measures", positions), HTML)


def off_target(report: Report) -> Block:
    """Measures that miss their target, the furthest first, and the question to ask of each."""
    missed = missed_targets(report)
    if not missed:
        return Block("Every measure that has a target meets it.")
    rows = []
    for at in missed:
        cells = measure_row(report, at)
        rows.append(
            [
                cells[0],
                cells[1],
                cells[5],
                cells[6],
                cells[4],
                html.escape(report.facts.measures[at.measure_id].question),
            ]
        )
    columns = [
        MEASURE_COLUMNS[0],
        MEASURE_COLUMNS[1],
        MEASURE_COLUMNS[5],
        MEASURE_COLUMNS[6],
        MEASURE_COLUMNS[4],
        Column("A question to ask"),
    ]
    used = [r for at in missed for r in (at.current, at.previous, at.target)]
    caption = "Measures that miss their target, furthest from it first"
    return report.block(figure_table(report, "off-target", caption, columns, rows, used, "measures off-target"), HTML)


def questions(report: Report) -> Block:
    """Questions to ask: of the measures that miss their target, and of those that are getting worse."""
    facts = report.facts
    chosen = [
        at for at in facts.main_positions() if at.result is TargetResult.NOT_MET or at.direction is Direction.WORSENING
    ]
    if not chosen:
        return Block("")
    items = "".join(
        f"<li>{html.escape(facts.measures[at.measure_id].question)} <span"
        f" class='when'>{html.escape(facts.measures[at.measure_id].label)}: {facts.marked_value(at.current)}"
        f" {in_period(at.current['period'], at.current['period_type'])}</span></li>"
        for at in chosen
    )
    return report.block(f'<ul class="questions">{items}</ul>', HTML)


def other_measures(report: Report) -> list[str]:
    """The measures of the return that the report's parameters, its narrative and its other sections do not show.

    Decided from what the report says alone, so that the answer does not depend on which cells of its notebook were run.
    """
    facts = report.facts
    judged = {at.measure_id for at in facts.main_positions() if _is_named(at)}
    words = "\n".join([report.params.summary, *report.narrative_texts.values()])
    parts = facts.tables["observations"]
    mine = parts[parts["area"] == report.params.authority]["measure_id"].astype(str)
    stated_changes = (
        set(parts[parts["change"].notna() & (parts["category"] != "")]["measure_id"])
        if report.params.kind.shows_stated_changes
        else set()
    )
    shown = {*report.params.measures, *judged, *stated_changes}
    return [m for m in dict.fromkeys(mine) if m not in shown and not re.search(rf"""["']{re.escape(m)}["']""", words)]


def _is_named(at: Position) -> bool:
    """Whether the sections on what is off target and on questions to ask show a measure."""
    return at.result in (TargetResult.NOT_MET, TargetResult.WITHIN_TOLERANCE) or at.direction is Direction.WORSENING


def other_measures_table(report: Report) -> str:
    """Those measures as a table, folded, as HTML; nothing where every measure of the return is shown elsewhere."""
    positions = section_positions(report, other_measures(report))
    if not positions:
        return ""
    number = counted(len({at.measure_id for at in positions}), "measure")
    caption = "Measures of the return that no other section shows"
    body = _positions_table(report, "measures.other", caption, positions)
    return (
        f'<details class="fold">\n<summary>{number} of the return that no other section'
        f" shows</summary>\n{body}\n</details>"
    )


def named_measures(report: Report, key: str) -> Block:
    """The measures of a section that the parameters name for this kind of report, with all their parts."""
    section = report.params.sections.get(key)
    if section is None or not (positions := section_positions(report, section.measures)):
        return Block("")
    return report.block(_positions_table(report, f"measures.{key}", section.name, positions), HTML)


def named_charts(report: Report, key: str) -> list[ChartBlock | Block]:
    """The charts of a section that the parameters name."""
    section = report.params.sections.get(key)
    return [chart_block(report, chart) for chart in section.charts] if section else []
