"""Series with holes, coarser steps, hidden values, one point or none: nothing is called missing that is not, and no
chart fails.
"""

import re
from itertools import pairwise

import pandas as pd
import pytest
from conftest import MONTHS
from hypothesis import given
from hypothesis import strategies as st

from improvement_reports.charts.bars import Bar, bars
from improvement_reports.charts.canvas import NARROW, WIDE
from improvement_reports.charts.dot_strip import dot_strip
from improvement_reports.charts.thread import thread_svg
from improvement_reports.charts.trend import Point, trend
from improvement_reports.domain.errors import InvalidInput, UserError
from improvement_reports.domain.references import Reference, find_observation, find_target
from improvement_reports.domain.series import (
    drawn_type,
    end_of,
    expected_periods,
    month_number,
    month_text,
    one_per_time,
    step_of,
    year_before,
)
from improvement_reports.domain.vocabulary import PeriodType, Unit
from improvement_reports.facts.blocks import Block, ChartBlock
from improvement_reports.method.progress import compared_row
from improvement_reports.report import open_report
from improvement_reports.returns.prepare import prepare_return
from improvement_reports.sections.charts import chart_block
from improvement_reports.workspace.parameters import ChartParameters
from improvement_reports.workspace.yaml_files import validated

KINDS = [k.value for k in PeriodType]


@pytest.mark.parametrize(
    ("months", "kind", "step"),
    [
        ([0, 3, 6, 9, 12], "quarter", 3),
        ([0, 3, 9], "quarter", 3),
        ([0, 6], "quarter", 3),
        ([0, 1, 2], "quarter", 1),
        ([0, 12, 24], "year", 12),
        ([0, 24], "year", 12),
        ([0, 12, 24, 36], "snapshot", 12),
        ([0, 12], "snapshot", 12),
        ([0, 1, 2, 4], "month", 1),
        ([0, 4, 5], "month", 1),
        ([0, 3, 6, 12], "month", 3),
        ([0, 4], "month", 1),
        ([7], "month", 1),
        ([0, 3, 6], "rolling_12m", 3),
        ([0, 5, 12], "to_date", 1),
    ],
)
def test_the_step_of_a_series(months, kind, step):
    assert step_of(months, kind) == step


@given(st.sets(st.integers(24000, 24400), min_size=1, max_size=30), st.sampled_from(KINDS))
def test_expected_periods_hold_every_point_once_and_are_even(numbers, kind):
    periods = [month_text(n) for n in numbers]
    found = expected_periods(periods, kind)
    assert set(periods) <= set(found) and found == sorted(set(found))
    assert found[0] == min(periods) and found[-1] == max(periods)
    assert len({month_number(b) - month_number(a) for a, b in pairwise(found)}) <= 1


@given(st.integers(1, 12), st.integers(1, 24), st.sets(st.integers(1, 22), max_size=5))
def test_leaving_points_out_names_only_those(step, length, out):
    whole = [month_text(24000 + n * step) for n in range(length + 3)]
    kept = [p for n, p in enumerate(whole) if n not in out or n in (0, 1, length + 2)]
    if step_of([month_number(p) for p in kept], "rolling_12m") == step:
        assert set(expected_periods(kept, "rolling_12m")) == set(whole)


def test_a_month_stands_for_its_end_and_leap_days_have_a_year_before():
    assert end_of("2024-02") == "2024-02-29" and end_of("2023-02") == "2023-02-28"
    assert year_before("2024-02-29") == "2023-02-28" and year_before("2025-02-28") == "2024-02-29"
    assert year_before("2024-03-15") == "2023-03-15" and year_before("2024-02") == "2023-02-28"


@given(st.dates())
def test_the_year_before_is_a_day_and_back_again(day):
    if day.year > 1001:
        before = year_before(day.isoformat())
        assert end_of(before) == before and before[:4] == str(day.year - 1).zfill(4)


def frame(*rows):
    columns = ("measure_id", "area", "category", "period", "period_type", "value")
    return pd.DataFrame([("m", "a", "", *r) for r in rows], columns=columns)


def test_of_two_rows_for_one_time_the_first_holds_and_time_is_in_order():
    rows = frame(("2024-03", "snapshot", 5.0), ("2024-02-29", "snapshot", 4.0), ("2024-03-31", "snapshot", 6.0))
    assert list(one_per_time(rows)["value"]) == [4.0, 5.0]


def test_the_kind_of_period_with_most_values_is_drawn_and_of_equals_the_finest():
    assert drawn_type(pd.Series(["quarter", "month", "quarter"])) == "quarter"
    assert drawn_type(pd.Series(["quarter", "rolling_12m", "month"])) == "month"


def test_last_year_of_a_leap_day_and_of_a_month_named_otherwise():
    rows = frame(("2023-02-28", "snapshot", 4.0), ("2024-02-29", "snapshot", 5.0), ("2025-02", "snapshot", 6.0))
    assert compared_row(rows, rows.iloc[1], "same_period_last_year")["value"] == 4.0
    assert compared_row(rows, rows.iloc[2], "same_period_last_year")["value"] == 5.0


def test_an_earlier_value_is_not_the_same_day_named_otherwise():
    rows = frame(("2024-02-29", "snapshot", 4.0), ("2024-03", "snapshot", 5.0), ("2024-03-31", "snapshot", 5.0))
    assert compared_row(rows, rows.iloc[2], "previous_value")["value"] == 4.0


# Drawings


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("unit", [Unit.COUNT, Unit.PERCENT])
def test_no_drawing_fails_for_want_of_values(width, unit):
    def says(svg):
        return "nothing to draw" in " ".join(re.findall(r">([^<]+)</text>", svg))

    for points in ([], [Point("2024-03", None)], [Point("2024-02", None, 4), Point("2024-03", None, 5)]):
        assert says(trend(points, unit, 0, width))
    assert says(bars([], unit, width))
    assert says(dot_strip({}, {}, unit, 0, None, width))
    assert says(thread_svg([], width))
    assert "suppressed" in bars([Bar("North", None, None, "suppressed")], unit, width)
    assert trend([Point("2024-03", 3.0)], unit, 0, width).startswith("<svg")


# Charts of a return


def trend_of(project, measure_id, rows, months=MONTHS, **more):
    """The trend of a measure whose rows in the return of March are these (months, kind, value, status)."""
    for month in MONTHS:
        folder = project.raw_return("exampleshire", month)
        path = folder / "observations.csv"
        lines = [line for line in path.read_text().splitlines() if not line.startswith(f"{measure_id},")]
        if month == "2024-03":
            lines += [
                f"{measure_id},exampleshire,{p},{kind},,{value},,,{status},board-2024-03,Page 9"
                for p, kind, value, status in rows
            ]
        path.write_text("\n".join(lines) + "\n")
        for file in (folder / "narrative").glob("*.md"):
            file.unlink()
        (folder / "claims.csv").unlink(missing_ok=True)
        prepare_return(project, "exampleshire", month)
    chart = ChartParameters(id="it", chart="trend", measures=[measure_id], finding="A chart", **more)
    return chart_block(open_report("exampleshire", "2024-03", "board", project), chart)


def test_five_quarters_are_a_line(project):
    quarters = [("2023-03", 12), ("2023-06", 12), ("2023-09", 13), ("2023-12", 13), ("2024-03", 14)]
    drawn = trend_of(project, "staff_turnover_pct", [(p, "quarter", v, "published") for p, v in quarters])
    assert isinstance(drawn, ChartBlock)
    assert "No value for" not in drawn.alt and "June 2023 12%" in drawn.alt
    assert "Quarter to" in drawn.table and "each value is for a quarter" in drawn.subtitle


def test_a_missing_quarter_is_the_only_gap(project):
    drawn = trend_of(
        project,
        "staff_turnover_pct",
        [(p, "quarter", 12, "published") for p in ("2023-03", "2023-06", "2023-12", "2024-03")],
    )
    assert drawn.alt.endswith("No value for September 2023.")


def test_of_two_kinds_of_period_one_is_drawn_and_named(project):
    rows = [(p, "month", 12, "published") for p in ("2024-01", "2024-02", "2024-03")]
    rows += [(p, "rolling_12m", 20, "published") for p in ("2024-02", "2024-03")]
    drawn = trend_of(project, "staff_turnover_pct", rows)
    assert "20%" not in drawn.alt and "12%" in drawn.alt
    other = trend_of(project, "staff_turnover_pct", rows, period_type="rolling_12m")
    assert "20%" in other.alt and "12%" not in other.alt and "each value is for 12 months" in other.subtitle


def test_two_days_of_one_month_are_both_drawn(project):
    drawn = trend_of(
        project,
        "children_in_care_count",
        [(d, "snapshot", v, "published") for d, v in (("2024-03-01", 310), ("2024-03-31", 318))],
    )
    assert drawn.alt == "Line chart: 1 March 2024 310; 31 March 2024 318."


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [("2024-02-29", "snapshot", 4, "published"), ("2024-03-31", "snapshot", 3, "published")],
            "can be shown: suppressed (small number).",
        ),
        ([("2024-03-31", "snapshot", "", "not_available")], "can be shown: not available."),
        (
            [("2024-03-31", "snapshot", 318, "published")],
            "only one value of “Children in care” is known: March 2024 318.",
        ),
        ([("2024-02-29", "snapshot", 3, "published"), ("2024-03-31", "snapshot", 318, "published")], "only one value"),
        ([], "“Children in care” has no value that has been received."),
    ],
)
def test_too_few_values_are_a_sentence_in_the_place_of_the_chart(project, rows, words):
    block = trend_of(project, "children_in_care_count", rows)
    assert type(block) is Block and words in block.text and "A chart" in block.text
    assert ("<table" in block.text) == bool(rows)


@pytest.mark.parametrize("kind", ["bars", "against_target"])
def test_bars_without_a_value_are_a_sentence(project, kind):
    path = project.raw_return("exampleshire", "2024-03") / "observations.csv"
    path.write_text(path.read_text().replace("snapshot,,318,,,published", "snapshot,,2,,,published"))
    for month in MONTHS:
        folder = project.raw_return("exampleshire", month)
        for file in (folder / "narrative").glob("*.md"):
            file.unlink()
        (folder / "claims.csv").unlink(missing_ok=True)
        prepare_return(project, "exampleshire", month)
    report = open_report("exampleshire", "2024-03", "board", project)
    block = chart_block(
        report, ChartParameters(id="it", chart=kind, measures=["children_in_care_count"], finding="A chart")
    )
    assert "none of its values can be shown: suppressed (small number)." in block.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"chart": "trend", "measures": ["a", "b"]}, "a trend shows one"),
        ({"chart": "trend", "measures": ["a"], "period": "2024-03"}, "does not use period"),
        ({"chart": "bars", "measures": ["a"], "period_type": "month"}, "does not use period_type"),
    ],
)
def test_what_a_chart_would_leave_out_is_refused(given, words):
    with pytest.raises(InvalidInput, match=words):
        validated(ChartParameters, {"id": "it", "finding": "A chart", **given}, "it")


def test_a_trend_of_parts_says_that_a_line_shows_the_whole(project):
    path = project.raw_return("exampleshire", "2024-03") / "observations.csv"
    path.write_text(
        "\n".join(
            line
            for line in path.read_text().splitlines()
            if not line.startswith("missing_children_count,exampleshire,2024-03,month,,")
        )
        + "\n"
    )
    drawn = trend_of(project, "missing_children_count", [])
    assert "has no value that has been received" in drawn.text
    parts = [("2024-03", "month,North,9", "", "published")]
    for month in MONTHS:
        prepare_return(project, "exampleshire", month)
    rows = project.raw_return("exampleshire", "2024-03") / "observations.csv"
    rows.write_text(
        rows.read_text()
        + f"missing_children_count,exampleshire,{parts[0][0]},{parts[0][1]},,,published,board-2024-03,Page 9\n"
    )
    prepare_return(project, "exampleshire", "2024-03")
    chart = ChartParameters(id="it", chart="trend", measures=["missing_children_count"], finding="A chart")
    assert (
        "has values of its parts only"
        in chart_block(open_report("exampleshire", "2024-03", "board", project), chart).text
    )


def test_a_measure_without_a_row_this_month_stands_with_its_earlier_value(project):
    from improvement_reports.sections.measures import section_positions

    path = project.raw_return("exampleshire", "2024-03") / "observations.csv"
    path.write_text(
        "\n".join(line for line in path.read_text().splitlines() if not line.startswith("rereferrals_pct,")) + "\n"
    )
    for month in MONTHS:
        folder = project.raw_return("exampleshire", month)
        for file in (folder / "narrative").glob("*.md"):
            file.unlink()
        (folder / "claims.csv").unlink(missing_ok=True)
        prepare_return(project, "exampleshire", month)
    report = open_report("exampleshire", "2024-03", "board", project)
    found = section_positions(report, ["rereferrals_pct"])
    assert [at.current["period"] for at in found] == ["2024-02"]
    again = section_positions(report, ["rereferrals_pct"])  # sentence, table and fold of a priority all ask for them
    assert again is not found and again[0] is found[0]


# Which row is meant


def observations(*rows):
    columns = ("measure_id", "area", "category", "period", "period_type", "value")
    return pd.DataFrame([("m", "a", "", *r) for r in rows], columns=columns)


@pytest.mark.parametrize(
    ("rows", "period", "value"),
    [
        ([("2024-03-31", "snapshot", 1.0)], "2024-03", 1.0),
        ([("2024-03", "snapshot", 1.0)], "2024-03-31", 1.0),
        ([("2024-03-31", "snapshot", 1.0)], None, 1.0),
        ([("2024-03", "snapshot", 2.0), ("2024-03-31", "snapshot", 1.0)], None, 2.0),
        ([("2024-02-29", "snapshot", 1.0), ("2024-03-31", "snapshot", 2.0)], None, 2.0),
        ([("2024-03", "month", 1.0), ("2024-03-31", "snapshot", 2.0)], None, 1.0),
    ],
)
def test_a_month_and_its_last_day_are_one_time(rows, period, value):
    assert find_observation(observations(*rows), Reference("m", period=period), "a", "2024-03")["value"] == value


@pytest.mark.parametrize(
    ("rows", "period", "words"),
    [
        ([("2024-03", "quarter", 1.0), ("2024-03-31", "snapshot", 2.0)], None, "names 2 observations"),
        ([("2024-03", "month", 1.0)], "2024-04", "no observation"),
        ([("2024-03", "month", 1.0)], "2024-13", "is not a period"),
    ],
)
def test_no_row_is_taken_in_silence(rows, period, words):
    with pytest.raises(UserError, match=words):
        find_observation(observations(*rows), Reference("m", period=period), "a", "2024-03")


SPANS = st.lists(
    st.tuples(st.integers(0, 30), st.one_of(st.none(), st.integers(0, 30))),
    min_size=1,
    max_size=6,
    unique_by=lambda s: s[0],
)


@given(SPANS, st.integers(0, 34), st.sampled_from(["month", "day", "year"]))
def test_the_target_of_a_period_is_that_of_its_last_month(spans, at, form):
    targets = pd.DataFrame(
        {
            "measure_id": "m",
            "valid_from": [month_text(24000 + a) for a, _ in spans],
            "valid_to": ["" if b is None else month_text(24000 + b) for _, b in spans],
            "target": [float(a) for a, _ in spans],
        }
    )
    month = month_text(24000 + at)
    period = {"month": month, "day": f"{month}-15", "year": month[:4]}[form]
    last = 24000 + at if form != "year" else month_number(f"{month[:4]}-12")
    holding = [a for a, b in spans if 24000 + a <= last and (b is None or 24000 + b >= last)]
    found = find_target(targets, "m", period)
    assert (None if found is None else found["target"]) == (max(holding) if holding else None)


@pytest.mark.parametrize(
    ("end", "holds"), [("2024", True), ("2024-03", True), ("2024-03-01", True), ("2024-02-29", False), ("2023", False)]
)
def test_the_end_of_a_target_is_its_last_month(end, holds):
    targets = pd.DataFrame({"measure_id": ["m"], "valid_from": ["2023-04"], "valid_to": [end], "target": [80.0]})
    assert (find_target(targets, "m", "2024-03") is not None) is holds


def test_comparators_of_a_month_may_be_of_its_last_day(project):
    path = project.raw_return("exampleshire", "2024-03") / "observations.csv"
    path.write_text(
        path.read_text().replace(
            "children_in_need_rate,statistical_neighbours,2024-03,",
            "children_in_need_rate,statistical_neighbours,2024-03-31,",
        )
    )
    for month in MONTHS:
        prepare_return(project, "exampleshire", month)
    facts = open_report("exampleshire", "2024-03", "board", project).facts
    assert [
        row["period"] for row in facts.comparators("children_in_need_rate", facts.row("children_in_need_rate"))
    ] == ["2024-03-31"]
