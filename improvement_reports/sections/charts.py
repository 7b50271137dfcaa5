"""From a chart's parameters to a `ChartBlock`: which rows it shows, its words, its drawing and its table."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup

from improvement_reports.charts.bars import Bar, bars
from improvement_reports.charts.trend import Point, trend
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.html_tables import Column, table
from improvement_reports.domain.markup import folded_values, slug
from improvement_reports.domain.references import find_target
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.sameness import normal_key
from improvement_reports.domain.series import drawn_type, end_of, expected_periods, one_per_time
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.domain.wording import BETTER_WORDS, period_words
from improvement_reports.facts.blocks import HTML, Block, ChartBlock
from improvement_reports.facts.facts import Facts
from improvement_reports.method.progress import assess, is_disputed
from improvement_reports.report import Report
from improvement_reports.sections.figure_charts import Basis, ChartWords, figure_chart
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.parameters import ChartParameters

# What a point of a trend stands for: the header of its table, and what the subtitle adds.
PERIOD_HEADERS = {
    PeriodType.ROLLING_12M: "12 months to",
    PeriodType.QUARTER: "Quarter to",
    PeriodType.YEAR: "Year to",
    PeriodType.TO_DATE: "Up to",
}
PERIOD_NOTES = {
    PeriodType.ROLLING_12M: "each value is for 12 months",
    PeriodType.QUARTER: "each value is for a quarter",
    PeriodType.YEAR: "each value is for a year",
    PeriodType.TO_DATE: "each value is the total up to then",
}


class NothingToDraw(Exception):
    """A series has too few values for its chart: one sentence says so in its place, above the table of what
    there is.
    """

    def __init__(self, sentence: str, table: Markup | None = None):
        super().__init__(sentence)
        self.sentence, self.table = sentence, table


class Drawn(NamedTuple):
    """What a kind of chart gives for its parameters: rows, words, table and drawing."""

    rows: Sequence[pd.Series | None]
    subtitle: str
    alt: str
    columns: list[Column]
    cells: list[dict[str, str]]
    draw: Callable[[int], str]


def chart_block(report: Report, chart: ChartParameters) -> ChartBlock | Block:
    """The chart that the parameters describe, or one sentence in its place where too few values are known to draw it.

    The finding is written by a person; the subtitle, the alternative text and the table follow from the rows.
    """
    facts = report.facts
    finding = report.fill(chart.finding)
    try:
        drawn = {"against_target": _against_target, "bars": _bars, "trend": _trend}[chart.chart](facts, chart)
    except NothingToDraw as nothing:
        return _in_its_place(facts, finding, nothing)
    period = max(row["period"] for row in drawn.rows if row is not None and "value" in row)
    return figure_chart(
        facts,
        slug("chart", chart.id),
        ChartWords(finding, drawn.subtitle, drawn.alt),
        Basis(drawn.rows, "the values as stated in the source", chart.measures[0], facts.authority_id, period),
        drawn.columns,
        drawn.cells,
        drawn.draw,
    )


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


def _bar(facts: Facts, row: pd.Series, label: str, target: float | None = None) -> Bar:
    value = None if pd.isna(row["value"]) else float(row["value"])
    return Bar(label, value, target, _text(facts, row))


def _text(facts: Facts, row: pd.Series) -> str:
    """How a value is written in a drawing and its alternative text: as everywhere; a disputed one says so."""
    disputed = " (disputed)" if is_disputed(row, facts.measures[row["measure_id"]]) else ""
    return facts.value_figure(row).published + disputed


BAR, VALUE = Column("bar", "Bar", is_row_header=True), Column("value", "Value", is_number=True)
TARGET, PERIOD = Column("target", "Target", is_number=True), Column("period", "Period")


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
            bar_list.append(_bar(facts, row, name, None if goal is None else float(goal["target"])))
            cells.append(
                {
                    **_bar_cells(facts, row, name),
                    "target": facts.show(facts.target_figure(at)) if goal is not None else "",
                }
            )
            used += [row, goal]
            rows.append(row)
    return _bar_chart(facts, chart, rows, used, bar_list, cells, [BAR, VALUE, TARGET, PERIOD])


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
    return _bar_chart(facts, chart, rows, rows, bar_list, cells, [BAR, VALUE, PERIOD])


def _bar_cells(facts: Facts, row: pd.Series, name: str) -> dict[str, str]:
    """A bar as a row of the chart's table."""
    return {"bar": name, "value": facts.marked_value(row), "period": period_words(row["period"], row["period_type"])}


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


KIND_OF_BAR = {PeriodType.ROLLING_12M: "12 months", PeriodType.TO_DATE: "to date"}


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
        reasons = _reasons(bar.text for bar in bar_list)
        raise NothingToDraw(
            f"No chart is drawn, because none of its values can be shown: {reasons}.",
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
    target = "" if bar.target is None else f" (target {nb.format_value(bar.target, measure.unit)})"
    return f"{bar.label} {bar.text}{target}"


def _reasons(texts) -> str:
    """Why values are missing, each reason once."""
    return " and ".join(dict.fromkeys(texts))


def _series(facts: Facts, chart: ChartParameters) -> tuple[pd.DataFrame, PeriodType]:
    """The rows of a trend in order of time, one for each, and their kind of period.

    Of several kinds the one that the parameters name, else that with most values, of equals the finest.
    """
    rows = facts.observations
    rows = rows[
        (rows["measure_id"] == chart.measures[0])
        & (rows["area"] == facts.authority_id)
        & (rows["category"] == "")
        & (rows["period_type"] != PeriodType.NOT_DATED)  # it has no place on an axis of time
    ]
    if rows.empty:
        return rows, PeriodType.MONTH
    kind = chart.period_type or drawn_type(rows["period_type"])
    return one_per_time(rows[rows["period_type"] == kind]), PeriodType(kind)


def _trend(facts: Facts, chart: ChartParameters) -> Drawn:
    """A line of one measure over all periods that are known, with a gap where one is missing."""
    measure_id = chart.measures[0]
    measure = facts.measure(measure_id)
    rows, kind = _series(facts, chart)
    if rows.empty:
        of_parts = measure_id in set(facts.observations["measure_id"])
        why = (
            "has values of its parts only, and a line shows the whole"
            if of_parts
            else "has no value that has been received"
        )
        raise NothingToDraw(f"No chart is drawn, because “{measure.label}” {why}.")
    points, cells, used = _points(facts, measure_id, rows, kind)
    subtitle = _trend_title(facts, measure, kind, points)
    columns = [Column("when", PERIOD_HEADERS.get(kind, "Month"), is_row_header=True), VALUE, TARGET]
    said = [f"{nb.format_day(p.period)} {p.text}" for p in points if p.value is not None]
    if len(said) < 2:
        raise NothingToDraw(_too_few(measure, rows, said, facts), table(f"{subtitle}: the values", columns, cells))
    gaps = [nb.format_day(p.period) for p in points if p.value is None]
    alt = f"Line chart: {'; '.join(said)}." + (f" No value for {', '.join(gaps)}." if gaps else "")
    return Drawn(used, subtitle, alt, columns, cells, partial(trend, points, measure.unit, measure.decimals))


def _points(
    facts: Facts, measure_id: str, rows: pd.DataFrame, kind: PeriodType
) -> tuple[list[Point], list[dict[str, str]], list[pd.Series | None]]:
    """The points of a trend with a gap where one is missing, the same as rows of its table, and what they are made
    from.
    """
    is_one_a_month = not rows["period"].str[:7].duplicated().any()  # then the month names it
    rows = rows.assign(when=rows["period"].str[:7] if is_one_a_month else rows["period"])
    by_period = {r["when"]: r for r in rows_of(rows)}
    points, cells, used = [], [], []
    for period in expected_periods(by_period, kind):
        row, goal = by_period.get(period), find_target(facts.targets_by_key, measure_id, period)
        value = None if row is None or pd.isna(row["value"]) else float(row["value"])
        text = "" if row is None or value is None else _text(facts, row)
        points.append(Point(period, value, None if goal is None else float(goal["target"]), text))
        cells.append(
            {
                "when": nb.format_day(period),
                "value": facts.marked_value(row) if row is not None else "not stated",
                "target": "" if goal is None else nb.format_value(goal["target"], facts.measures[measure_id].unit),
            }
        )
        used += [row, goal]
    return points, cells, used


def _trend_title(facts: Facts, measure: Measure, kind: PeriodType, points: list[Point]) -> str:
    """Measure, authority, from when to when, which way is better, and what each value is for."""
    span = nb.format_day(points[0].period) + (f" to {nb.format_day(points[-1].period)}" if len(points) > 1 else "")
    title = f"{measure.title}, {facts.authority.short_name}, {span}; {BETTER_WORDS[measure.better_when]}"
    return f"{title}; {PERIOD_NOTES[kind]}" if kind in PERIOD_NOTES else title


def _too_few(measure: Measure, rows: pd.DataFrame, said: list[str], facts: Facts) -> str:
    """Why a trend is no line: one value, or none that can be shown."""
    if said:
        return f"No line is drawn, because only one value of “{measure.label}” is known: {said[0]}."
    reasons = _reasons(facts.value_figure(r).published for _, r in rows.iterrows())
    return f"No line is drawn, because no value of “{measure.label}” can be shown: {reasons}."
