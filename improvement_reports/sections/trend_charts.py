"""Lines of one measure over time: the control chart that its verdict rests on, or the values alone."""

from functools import partial

import pandas as pd

from improvement_reports.charts.trend import Point, trend
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.html_tables import Column, table
from improvement_reports.domain.references import find_target
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.series import drawn_type, expected_periods, one_per_time
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.domain.wording import BETTER_WORDS
from improvement_reports.facts.facts import Facts
from improvement_reports.method.progress import assess, is_disputed, upper_end
from improvement_reports.report import Report
from improvement_reports.sections.chart_parts import (
    INTERVAL,
    TARGET,
    VALUE,
    Drawn,
    NothingToDraw,
    interval_of,
    interval_words,
    reasons,
    text_of,
)
from improvement_reports.sections.judged_charts import judged_drawing
from improvement_reports.sections.measure_words import said_of
from improvement_reports.sections.rare_charts import rare_drawing
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.parameters import ChartParameters

# What a point of a trend stands for: the header of its table, and what the subtitle adds.
PERIOD_HEADERS = {
    PeriodType.ROLLING_12M: "12 months to",
    PeriodType.QUARTER: "Quarter to",
    PeriodType.SIX_MONTHS: "Six months to",
    PeriodType.YEAR: "Year to",
    PeriodType.ACADEMIC_YEAR: "Academic year to",
    PeriodType.TO_DATE: "Up to",
    PeriodType.FINANCIAL_YEAR_TO_DATE: "Financial year, up to",
}
PERIOD_NOTES = {
    PeriodType.ROLLING_12M: "each value is for 12 months",
    PeriodType.QUARTER: "each value is for a quarter",
    PeriodType.SIX_MONTHS: "each value is for six months",
    PeriodType.YEAR: "each value is for a year",
    PeriodType.ACADEMIC_YEAR: "each value is for an academic year",
    PeriodType.TO_DATE: "each value is the total up to then",
    PeriodType.FINANCIAL_YEAR_TO_DATE: "each value is the total of the financial year up to then",
}


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


def trend_chart(report: Report, chart: ChartParameters) -> Drawn:
    """A measure over all periods that are known, with a gap where one is missing: its control chart where the verdict
    rests on one, else the values alone; and what is said of it.
    """
    facts, measure_id = report.facts, chart.measures[0]
    measure = facts.measure(measure_id)
    rows, kind = _series(facts, chart)
    if rows.empty:
        raise NothingToDraw(_no_line(facts, measure_id, measure))
    points, cells, used = _points(facts, measure_id, rows, kind)
    subtitle = _trend_title(facts, measure, kind, points)
    columns = [Column("when", PERIOD_HEADERS.get(kind, "Month"), is_row_header=True), VALUE, INTERVAL, TARGET]
    said = [f"{nb.format_day(p.period)} {p.text}" for p in points if p.value is not None]
    if len(said) < 2:
        raise NothingToDraw(_too_few(measure, rows, said, facts), table(f"{subtitle}: the values", columns, cells))
    at = assess(measure_id, measure, rows.iloc[-1], facts.observations_by_key, facts.targets_by_key)
    words = said_of(report, at)
    if (judged := judged_drawing(at, measure, points)) is not None:
        cells = [{**cell, "marked": why} for cell, why in zip(cells, judged.marked, strict=True)]
        return Drawn(used, subtitle, judged.alt, [*columns, MARKED], cells, judged.draw, words, judged.how)
    labels = [point.period[:7] for point in points]
    if (rare := rare_drawing(at, measure, labels)) is not None:
        cells = [{**cell, "events": number} for cell, number in zip(cells, rare.cells, strict=True)]
        subtitle = f"{subtitle}; {rare.columns_are}"
        return Drawn(used, subtitle, rare.alt, [*columns, EVENTS], cells, rare.draw, words)
    if any(point.interval is not None for point in points):
        subtitle += "; bars: 95% interval"
    gaps = [nb.format_day(p.period) for p in points if p.value is None]
    alt = f"Line chart: {'; '.join(said)}." + (f" No value for {', '.join(gaps)}." if gaps else "")
    draw = partial(trend, points, measure.unit, measure.decimals)
    return Drawn(used, subtitle, alt, columns, cells, draw, words)


MARKED = Column("marked", "Marked because")
EVENTS = Column("events", "Cases in the column", is_number=True)


def _no_line(facts: Facts, measure_id: str, measure: Measure) -> str:
    """Why no line is drawn of a measure that has no value of the whole."""
    of_parts = measure_id in set(facts.observations["measure_id"])
    why = (
        "has values of its parts only, and a line shows the whole"
        if of_parts
        else "has no value that has been received"
    )
    return f"No chart is drawn, because “{measure.label}” {why}."


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
        text = "" if row is None or value is None else text_of(facts, row)
        given = (
            (False, None) if row is None else (is_disputed(row, facts.measures[measure_id]), interval_of(facts, row))
        )
        lower, upper = (None, None) if goal is None else (float(goal["target"]), upper_end(goal))
        points.append(Point(period, value, lower, text, *given, target_upper=None if upper is None else float(upper)))
        cells.append(
            {
                "when": nb.format_day(period),
                "value": facts.marked_value(row) if row is not None else "not stated",
                "interval": "" if row is None else interval_words(facts, row),
                "target": _goal_words(goal, facts.measures[measure_id]),
            }
        )
        used += [row, goal]
    return points, cells, used


def _goal_words(goal: pd.Series | None, measure: Measure) -> str:
    """A target in words: 85%; 60% to 70%."""
    if goal is None:
        return ""
    ends = [goal["target"], *([] if (upper := upper_end(goal)) is None else [upper])]
    return " to ".join(nb.format_value(end, measure.unit) for end in ends)


def _trend_title(facts: Facts, measure: Measure, kind: PeriodType, points: list[Point]) -> str:
    """Measure, authority, from when to when, which way is better, and what each value is for."""
    span = nb.format_day(points[0].period) + (f" to {nb.format_day(points[-1].period)}" if len(points) > 1 else "")
    title = f"{measure.title}, {facts.authority.short_name}, {span}; {BETTER_WORDS[measure.better_when]}"
    return f"{title}; {PERIOD_NOTES[kind]}" if kind in PERIOD_NOTES else title


def _too_few(measure: Measure, rows: pd.DataFrame, said: list[str], facts: Facts) -> str:
    """Why a trend is no line: one value, or none that can be shown."""
    if said:
        return f"No line is drawn, because only one value of “{measure.label}” is known: {said[0]}."
    why = reasons(facts.value_figure(r).published for _, r in rows.iterrows())
    return f"No line is drawn, because no value of “{measure.label}” can be shown: {why}."
