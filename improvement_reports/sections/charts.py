"""From a chart's parameters to a `ChartBlock`: which rows it shows, its words, its drawing and its table."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
from markupsafe import Markup

from improvement_reports.charts.bars import Bar, bars
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.html_tables import Column, table
from improvement_reports.domain.markup import folded_values, slug
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.sameness import normal_key
from improvement_reports.domain.series import end_of
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.domain.wording import NOT_DATED, period_words, recorded_period
from improvement_reports.facts.blocks import HTML, Block, ChartBlock
from improvement_reports.facts.facts import Facts
from improvement_reports.method.progress import assess, is_disputed, upper_end
from improvement_reports.report import Report
from improvement_reports.sections.chart_parts import (
    BAR,
    INTERVAL,
    PERIOD,
    TARGET,
    VALUE,
    Drawn,
    NothingToDraw,
    interval_of,
    interval_words,
    reasons,
    text_of,
)
from improvement_reports.sections.figure_charts import Basis, ChartWords, figure_chart
from improvement_reports.sections.trend_charts import trend_chart
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.parameters import ChartParameters


def chart_block(report: Report, chart: ChartParameters) -> ChartBlock | Block:
    """The chart that the parameters describe, or one sentence in its place where too few values are known to draw it.

    The finding is written by a person; the subtitle, the alternative text and the table follow from the rows.
    """
    facts = report.facts
    finding = report.fill(chart.finding)
    try:
        drawn = _drawn(report, chart)
    except NothingToDraw as nothing:
        return _in_its_place(facts, finding, nothing)
    periods = [recorded_period(row) for row in drawn.rows if row is not None and "value" in row]
    period = max((p for p in periods if p != NOT_DATED), default=NOT_DATED)
    return figure_chart(
        facts,
        slug("chart", chart.id),
        ChartWords(finding, drawn.subtitle, drawn.alt, said=drawn.said, how=drawn.how),
        Basis(drawn.rows, "the values as stated in the source", chart.measures[0], facts.authority_id, period),
        drawn.columns,
        drawn.cells,
        drawn.draw,
    )


def _drawn(report: Report, chart: ChartParameters) -> Drawn:
    """What the kind of chart gives."""
    if chart.chart == "trend":
        return trend_chart(report, chart)
    return (_against_target if chart.chart == "against_target" else _bars)(report.facts, chart)


def _in_its_place(facts: Facts, finding: Markup, nothing: NothingToDraw) -> Block:
    """The finding, why there is no chart, and the values or the reasons for their absence as a table."""
    folded = folded_values(nothing.table) if nothing.table else ""
    text = fill("sections/no_chart.html", finding=finding, sentence=nothing.sentence, table=folded)
    return Block(text, facts.take_figures(shown_in=text), HTML)


def _latest(facts: Facts, measure_id: str, chart: ChartParameters) -> pd.DataFrame:
    """The rows of a measure that a chart of one moment shows: the newest period, all parts of it."""
    rows = facts.observations
    rows = rows[(rows["measure_id"] == measure_id) & (rows["area"] == facts.authority_id)]
    if chart.period:
        rows = rows[rows["period"].map(end_of) == end_of(chart.period)]
    if rows.empty and (chart.period or len(chart.measures) > 1):
        when = (
            f" for {chart.period}; name another period, or leave it out"
            if chart.period
            else "; take the measure out, or add a row"
        )
        raise UserError(f"the chart “{chart.id}” has no observation of “{measure_id}”{when}")
    if rows.empty:
        return rows
    ends = rows["period"].map(end_of)  # a month and its last day are one time
    return rows[ends == ends.max()]


def _bar(facts: Facts, row: pd.Series, label: str, goal: pd.Series | None = None) -> Bar:
    value = None if pd.isna(row["value"]) else float(row["value"])
    # A disputed value has no colour of its own.
    is_grey = is_disputed(row, facts.measures[row["measure_id"]])
    target, upper = (None, None) if goal is None else (float(goal["target"]), upper_end(goal))
    end = None if upper is None else float(upper)
    return Bar(label, value, target, text_of(facts, row), is_grey, interval_of(facts, row), end)


def _against_target(facts: Facts, chart: ChartParameters) -> Drawn:
    """Bars of several percentages, each with its target where it has one."""
    rows, bar_list, cells, used = [], [], [], []
    for measure_id in chart.measures:
        measure = facts.measure(measure_id)
        options = _latest(facts, measure_id, chart)
        for row in rows_of(options):
            at = assess(measure_id, measure, row, facts.observations_by_key, facts.targets_by_key)
            goal = None if row["category"] or at.is_disputed else at.target  # nothing is judged by a disputed value
            name = _bar_label(measure, row, chart, several=options["period_type"].nunique() > 1)
            bar_list.append(_bar(facts, row, name, goal))
            cells.append({**_bar_cells(facts, row, name), "target": facts.show_target(at) if goal is not None else ""})
            used += [row, goal]
            rows.append(row)
    return _bar_chart(facts, chart, rows, used, bar_list, cells, [BAR, VALUE, INTERVAL, TARGET, PERIOD])


def _bars(facts: Facts, chart: ChartParameters) -> Drawn:
    """Bars of the parts of one measure, or of several measures of one unit."""
    rows, bar_list, cells = [], [], []
    for measure_id in chart.measures:
        measure = facts.measure(measure_id)
        options = _latest(facts, measure_id, chart)
        if (options["category"] != "").any() and len(chart.measures) == 1:
            options = options[options["category"] != ""]
        for row in rows_of(options):
            name = _bar_label(measure, row, chart, several=options["period_type"].nunique() > 1)
            bar_list.append(_bar(facts, row, name))
            cells.append(_bar_cells(facts, row, name))
            rows.append(row)
    return _bar_chart(facts, chart, rows, rows, bar_list, cells, [BAR, VALUE, INTERVAL, PERIOD])


def _bar_cells(facts: Facts, row: pd.Series, name: str) -> dict[str, str]:
    """A bar as a row of the chart's table."""
    return {
        "bar": name,
        "value": facts.marked_value(row),
        "interval": interval_words(facts, row),
        "period": period_words(row["period"], row["period_type"]),
    }


def _bar_label(measure: Measure, row: pd.Series, chart: ChartParameters, several: bool) -> str:
    """The name of a bar; ``several``: the measure has more than one kind of period then, which the name must tell
    apart.
    """
    labels = chart.category_labels or {}
    if row["category"]:
        part = {normal_key(k): v for k, v in labels.items()}.get(normal_key(row["category"]), row["category"])
        name = part if len(chart.measures) == 1 else f"{measure.label}: {part}"
    else:
        name = labels.get(row["measure_id"], measure.label)
    return f"{name}, {KIND_OF_BAR.get(row['period_type'], row['period_type'])}" if several else name


KIND_OF_BAR = {
    PeriodType.ROLLING_12M: "12 months",
    PeriodType.SIX_MONTHS: "six months",
    PeriodType.ACADEMIC_YEAR: "academic year",
    PeriodType.TO_DATE: "to date",
    PeriodType.FINANCIAL_YEAR_TO_DATE: "financial year to date",
}


def _bar_chart(
    facts: Facts,
    chart: ChartParameters,
    rows: list[pd.Series],
    used: Sequence[pd.Series | None],
    bar_list: list[Bar],
    cells: list[dict[str, str]],
    columns: list[Column],
) -> Drawn:
    measures = [facts.measures[m] for m in chart.measures]
    units = {m.unit for m in measures}
    if len(units) > 1:
        raise UserError(
            f"the chart “{chart.id}” mixes {' and '.join(sorted(units))}; one chart shows one unit, so make a chart of"
            " each"
        )
    if not rows:
        raise NothingToDraw(f"No chart is drawn, because “{measures[0].label}” has no value that has been received.")
    if all(bar.value is None for bar in bar_list):
        why = reasons(bar.text for bar in bar_list)
        raise NothingToDraw(
            f"No chart is drawn, because none of its values can be shown: {why}.",
            table(f"{measures[0].title}, {facts.authority.short_name}", columns, cells),
        )
    periods = list(dict.fromkeys(period_words(r["period"], r["period_type"]) for r in rows))
    what = (
        measures[0].title
        if len(measures) == 1
        else (chart.unit_label or ("Percentages" if measures[0].unit == "percent" else "Counts"))
    )
    when = " and ".join(periods) if len(periods) < 3 else "latest period of each"
    said = "; ".join(_bar_words(bar, measures[0]) for bar in bar_list)
    return Drawn(
        used,
        f"{what}, {facts.authority.short_name}, {when}",
        f"Bar chart: {said}.",
        columns,
        cells,
        partial(bars, bar_list, measures[0].unit),
    )


def _bar_words(bar: Bar, measure: Measure) -> str:
    """A bar in the alternative text."""
    goals = [nb.format_value(g, measure.unit) for g in (bar.target, bar.target_upper) if g is not None]
    target = f" (target {' to '.join(goals)})" if goals else ""
    return f"{bar.label} {bar.text}{target}"
