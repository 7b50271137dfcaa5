"""The control chart of a measure is the one that its verdict was read from: every limit, point and mark of it."""

from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest

from improvement_reports.charts import control
from improvement_reports.charts.canvas import INK, NARROW, QUIET, WIDE
from improvement_reports.charts.control_labels import looks
from improvement_reports.charts.trend import Point as Beside
from improvement_reports.domain.vocabulary import BetterWhen, PeriodType, Unit
from improvement_reports.method.judgement import Basis, judge
from improvement_reports.method.own_series import Point, Series
from improvement_reports.method.progress import Position
from improvement_reports.method.spc_chart import Rebase
from improvement_reports.sections import judged_charts
from improvement_reports.workspace.measures import Measure

MEASURE = Measure.model_construct(id="m", unit=Unit.PERCENT, decimals=0, better_when=BetterWhen.HIGHER)
STEADY = (80, 84, 79, 83, 81, 82, 80, 83, 79, 84, 81, 82)
APPROVED = {"date": "2025-05-18", "reason": "New definition", "approver": "Improvement Board"}


def month(i: int) -> str:
    return f"{2024 + i // 12}-{i % 12 + 1:02}"


def position(values, of=None, target=85, **more) -> Position:
    """The position of the newest value; with ``of`` the values are cases of so many."""
    points = []
    for i, value in enumerate(values):
        n = of[i] if of else 1000
        if value is None:
            points.append(Point(month(i), None))
            continue
        cases = value if of else 10 * value
        points.append(Point(month(i), Decimal(round(100 * cases / n)), 0, Decimal(cases), Decimal(n)))
    series = Series(tuple(points), PeriodType.MONTH, Unit.PERCENT, BetterWhen.HIGHER, **more)
    found = judge(series, points[-2], Fraction(target))
    goal = pd.Series({"target": Decimal(target)})
    return Position(
        "m", pd.Series(dtype=object), None, goal, None, None, None, found.direction, None, False, found, (), series
    )


UNEVEN = [60, 360, 120, 40, 240, 90] * 3
SERIES = {
    "steady": (position((*STEADY, 80, 82)), Basis.CHART),
    "a shift": (position((*STEADY, *[95] * 7)), Basis.CHART),
    "a gap": (position((*STEADY[:6], None, *STEADY[6:], 60)), Basis.CHART),
    "a new start": (position((*STEADY, *[92, 95, 93, 94] * 4), rebases=(Rebase(12, **APPROVED),)), Basis.CHART),
    "uneven cases": (position([round(0.8 * n) + n % 7 for n in UNEVEN], of=UNEVEN), Basis.LANEY),
    "uneven cases, a shift": (
        position([round((0.75 if i < 12 else 0.95) * n) + n % 5 for i, n in enumerate(UNEVEN)], of=UNEVEN),
        Basis.LANEY,
    ),
}


def beside(at: Position, goals=()) -> list[Beside]:
    assert at.history is not None
    return [
        Beside(p.period, None if p.stated is None else float(p.stated), goals[i] if goals else 85.0, f"{p.stated}%")
        for i, p in enumerate(at.history.points)
    ]


@pytest.fixture
def drawn(monkeypatch):
    """The lines of a drawing: colour, marker, and where its points are, in months and percent."""
    figures = []
    monkeypatch.setattr(control, "svg_text", lambda figure: figures.append(figure) or "<svg/>")

    def draw(at: Position, width=WIDE, goals=()):
        made = judged_charts.judged_drawing(at, MEASURE, beside(at, goals))
        made.draw(width)
        (figure,) = figures
        return made, figure.axes[0].lines

    return draw


def lines_of(lines, colour: str, dashed: bool) -> list[list[float]]:
    """The heights along each line of a colour that has no marks."""
    return [
        list(line.get_ydata())
        for line in lines
        if line.get_color() == colour and line.get_marker() in ("None", None, "") and line.is_dashed() is dashed
    ]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", SERIES)
def test_the_lines_drawn_are_those_that_were_judged_by(name, width, drawn):
    at, basis = SERIES[name]
    found = at.judgement
    assert found.basis is basis
    _, lines = drawn(at, width)
    limits = {round(y, 9) for ys in lines_of(lines, QUIET, True) for y in ys}
    averages = {round(y, 9) for ys in lines_of(lines, QUIET, False) for y in ys}
    if basis is Basis.LANEY:
        assert averages == {round(float(found.chart.centre), 9)}
        assert limits == {round(float(end), 9) for pair in found.chart.limits for end in pair or ()}
    else:
        parts = found.chart.segments
        assert averages == {round(part.centre, 9) for part in parts}
        assert limits == {round(min(100, max(0, end)), 9) for part in parts for end in (part.lower, part.upper)}


@pytest.mark.parametrize("name", SERIES)
def test_the_points_marked_are_those_that_were_found(name, drawn):
    at, _ = SERIES[name]
    chart = getattr(at.judgement.chart, "chart", at.judgement.chart)
    made, lines = drawn(at)
    edges = {look.edge for look in looks().values()}
    # Ordinary points are round and filled; those found are of another shape, or hollow.
    marked = [ln for ln in lines if ln.get_marker() in "Dos" and ln.get_markeredgecolor() in edges]
    first = min(x for ln in lines for x in ln.get_xdata() if ln.get_marker() == "None" and float(x).is_integer())
    places = {
        (round(x - first), round(y, 9)) for ln in marked for x, y in zip(ln.get_xdata(), ln.get_ydata(), strict=True)
    }
    exact = at.history.exact
    assert places == {(i, round(float(exact[i]), 9)) for i in chart.flagged}
    assert [bool(why) for why in made.marked] == [i in chart.flagged for i in range(len(exact))]
    values = next(ln for ln in lines if ln.get_marker() == "None" and len(ln.get_xdata()) == len(exact))
    assert [y for y in values.get_ydata() if y == y] == [float(v) for v in exact if v is not None]


def test_a_shift_is_marked_and_says_so():
    """So that the two tests above cannot pass on nothing."""
    assert (
        SERIES["a shift"][0].judgement.chart.flagged
        and SERIES["uneven cases, a shift"][0].judgement.chart.chart.flagged
    )


def test_the_target_is_drawn_as_it_held_then(drawn):
    at, _ = SERIES["steady"]
    goals = [None, None, *[80.0] * 6, *[85.0] * 6]
    _, lines = drawn(at, WIDE, goals)
    (steps,) = lines_of(lines, INK, True)
    assert steps == [80.0] * 12 + [85.0] * 12


def test_no_chart_is_drawn_where_the_verdict_has_none():
    at = position(STEADY[:11])
    assert at.judgement.chart is None
    assert judged_charts.judged_drawing(at, MEASURE, beside(at)) is None


def test_two_days_of_one_month_have_no_even_axis():
    at, _ = SERIES["steady"]
    twice = [Beside("2024-01-01", 1.0), Beside("2024-01-31", 2.0), *beside(at)[2:]]
    assert judged_charts.judged_drawing(at, MEASURE, twice) is None
