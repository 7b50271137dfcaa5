"""From a chart's parameters to a `ChartBlock`: which rows it shows, its words, its drawing and its table."""

import html

import pandas as pd

from improvement_reports import numbers as nb
from improvement_reports.blocks import ChartBlock, Column, plain, provenance_link, table_html
from improvement_reports.charts import NARROW, Bar, Point, bars, trend
from improvement_reports.errors import UserError
from improvement_reports.facts import Facts
from improvement_reports.figures import Figure, inputs_of, slug
from improvement_reports.parameters import ChartParameters, Measure
from improvement_reports.progress import assess
from improvement_reports.references import find_target
from improvement_reports.vocabulary import BetterWhen, PeriodType
from improvement_reports.wording import period_words

BETTER = {
    BetterWhen.HIGHER: "higher is better",
    BetterWhen.LOWER: "lower is better",
    BetterWhen.NEUTRAL: "neither way is better",
}


def chart_block(report, chart: ChartParameters) -> ChartBlock:
    """The chart that the parameters describe.

    The finding is written by a person; the subtitle, the alternative text and the table follow from the rows.
    """
    facts = report.facts
    finding = report.fill(chart.finding)
    draw = {"against_target": _against_target, "bars": _bars, "trend": _trend}[chart.chart]
    rows, subtitle, alt, columns, cells, wide, narrow = draw(facts, chart)
    rows = [row for row in rows if row is not None]
    figure = Figure(
        slug("chart", chart.id), "chart", plain(finding), subtitle, measure_id=chart.measures[0], area=facts.authority_id,
        period=max(row["period"] for row in rows if "value" in row), formula="the values as stated in the source", inputs=inputs_of(rows),
        data=(tuple(c.title for c in columns), *(tuple(plain(c) for c in row) for row in cells)),
    )  # fmt: skip
    source = provenance_link(figure, "Rows behind this chart")
    table = table_html(f"{subtitle}: the values", columns, cells)
    return ChartBlock(
        figure,
        finding,
        html.escape(subtitle),
        alt,
        source,
        table,
        wide,
        narrow,
        facts.take_figures(shown_in=finding + table),
    )


def _latest(facts: Facts, measure_id: str, chart: ChartParameters) -> pd.DataFrame:
    """The rows of a measure that a chart of one moment shows: the newest period, all parts of it."""
    rows = facts.observations
    rows = rows[(rows["measure_id"] == measure_id) & (rows["area"] == facts.authority_id)]
    if chart.period:
        rows = rows[rows["period"] == chart.period]
    if rows.empty:
        raise UserError(
            f"the chart “{chart.id}” has no observation of “{measure_id}”{f' for {chart.period}' if chart.period else ''}"
        )
    return rows[rows["period"] == rows["period"].max()]


def _bar(facts: Facts, row: pd.Series, label: str, target: float | None = None) -> Bar:
    value = None if pd.isna(row["value"]) else float(row["value"])
    return Bar(label, value, target, facts.value_figure(row).published)


def _against_target(facts: Facts, chart: ChartParameters):
    """Bars of several percentages, each with its target where it has one."""
    rows, bar_list, cells, used = [], [], [], []
    for measure_id in chart.measures:
        measure = facts.measure(measure_id)
        options = _latest(facts, measure_id, chart)
        for _, row in options.iterrows():
            goal = None if row["category"] else find_target(facts.targets, measure_id, row["period"])
            name = _bar_label(measure, row, chart, several=len(options["period_type"].unique()) > 1)
            at = assess(measure_id, measure, row, facts.observations, facts.targets)
            bar_list.append(_bar(facts, row, name, None if goal is None else float(goal["target"])))
            cells.append(
                [
                    html.escape(name),
                    facts.show(facts.value_figure(row)),
                    facts.show(facts.target_figure(at)) if goal is not None else "",
                    period_words(row["period"], row["period_type"]),
                ]
            )
            used += [row, goal]
            rows.append(row)
    return _bar_chart(facts, chart, rows, used, bar_list, cells, [Column("Target", is_number=True), Column("Period")])


def _bars(facts: Facts, chart: ChartParameters):
    """Bars of the parts of one measure, or of several measures of one unit."""
    rows, bar_list, cells = [], [], []
    for measure_id in chart.measures:
        measure = facts.measure(measure_id)
        options = _latest(facts, measure_id, chart)
        options = (
            options[options["category"] != ""]
            if (options["category"] != "").any() and len(chart.measures) == 1
            else options
        )
        for _, row in options.iterrows():
            name = _bar_label(measure, row, chart, several=False)
            bar_list.append(_bar(facts, row, name))
            cells.append(
                [
                    html.escape(name),
                    facts.show(facts.value_figure(row)),
                    period_words(row["period"], row["period_type"]),
                ]
            )
            rows.append(row)
    return _bar_chart(facts, chart, rows, rows, bar_list, cells, [Column("Period")])


def _bar_label(measure: Measure, row: pd.Series, chart: ChartParameters, several: bool) -> str:
    labels = chart.category_labels or {}
    if row["category"]:
        part = labels.get(row["category"], row["category"])
        return part if len(chart.measures) == 1 else f"{measure.label}: {part}"
    name = labels.get(row["measure_id"], measure.label)
    return f"{name}, {'12 months' if row['period_type'] == PeriodType.ROLLING_12M else 'month'}" if several else name


def _bar_chart(facts: Facts, chart: ChartParameters, rows, used, bar_list, cells, more_columns):
    measures = [facts.measures[m] for m in chart.measures]
    units = {m.unit for m in measures}
    if len(units) > 1:
        raise UserError(f"the chart “{chart.id}” mixes {' and '.join(sorted(units))}; one chart shows one unit")
    periods = list(dict.fromkeys(period_words(r["period"], r["period_type"]) for r in rows))
    what = (
        measures[0].title
        if len(measures) == 1
        else (chart.unit_label or ("Percentages" if measures[0].unit == "percent" else "Counts"))
    )
    subtitle = f"{what}, {facts.authority.short_name}, {' and '.join(periods) if len(periods) < 3 else 'latest period of each'}"
    said = []
    for bar in bar_list:
        said.append(
            f"{bar.label} {bar.text}"
            + (f" (target {nb.format_value(bar.target, measures[0].unit, 0)})" if bar.target is not None else "")
        )
    alt = f"Bar chart: {'; '.join(said)}."
    columns = [Column("Bar", is_row_header=True), Column("Value", is_number=True), *more_columns]
    drawn = [bars(bar_list, measures[0].unit, *size) for size in ((), (NARROW,))]
    return used, subtitle, alt, columns, cells, *drawn


def _trend(facts: Facts, chart: ChartParameters):
    """A line of one measure over all months that are known, with a gap where none is."""
    measure_id = chart.measures[0]
    measure = facts.measure(measure_id)
    rows = facts.observations
    rows = rows[(rows["measure_id"] == measure_id) & (rows["area"] == facts.authority_id) & (rows["category"] == "")]
    main_type = rows["period_type"].mode().iat[0] if len(rows) else ""
    rows = rows[rows["period_type"] == main_type].sort_values("period")
    if len(rows) < 2:
        raise UserError(f"the chart “{chart.id}” is a trend, but “{measure_id}” has fewer than two periods; use bars")
    by_month = {r["period"][:7]: r for _, r in rows.iterrows()}
    points, cells, used = [], [], []
    for month in _months(rows["period"].min()[:7], rows["period"].max()[:7]):
        row, goal = by_month.get(month), find_target(facts.targets, measure_id, month)
        value = None if row is None or pd.isna(row["value"]) else float(row["value"])
        points.append(Point(month, value, None if goal is None else float(goal["target"])))
        target = "" if goal is None else nb.format_value(goal["target"], measure.unit, 0)
        cells.append(
            [nb.format_day(month), facts.show(facts.value_figure(row)) if row is not None else "not stated", target]
        )
        used += [row, goal]
    subtitle = f"{measure.title}, {facts.authority.short_name}, {nb.format_day(points[0].period)} to {nb.format_day(points[-1].period)}; {BETTER[measure.better_when]}"
    known = [p for p in points if p.value is not None]
    said = [f"{nb.format_day(p.period)} {nb.format_value(p.value, measure.unit, measure.decimals)}" for p in known]
    gaps = [nb.format_day(p.period) for p in points if p.value is None]
    alt = f"Line chart: {'; '.join(said)}." + (f" No value for {', '.join(gaps)}." if gaps else "")
    columns = [Column("Month", is_row_header=True), Column("Value", is_number=True), Column("Target", is_number=True)]
    drawn = [trend(points, measure.unit, measure.decimals, *size) for size in ((), (NARROW,))]
    return used, subtitle, alt, columns, cells, *drawn


def _months(first: str, last: str) -> list[str]:
    """Every month from ``first`` to ``last``, YYYY-MM."""
    return [str(p) for p in pd.period_range(first, last, freq="M")]
