"""Runs and paces in words: down 5 months in a row, missed 4 months in a row, met about December 2025 at this pace."""

from improvement_reports.domain.series import NATURAL_STEP, month_number, month_text
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.method.own_series import Series
from improvement_reports.method.paces import Pace, Run, TargetRun

# What is counted where a series has a value for each; of other kinds the values themselves are counted.
NAMES = {PeriodType.MONTH: "months", PeriodType.QUARTER: "quarters", PeriodType.YEAR: "years"}


def in_a_row(length: int, series: Series) -> str:
    """A number of periods in a row: 5 months in a row; of days, and of months further apart, 5 times in a row."""
    return f"{length} {NAMES[series.period_type] if _is_whole(series) else 'times'} in a row"


def _is_whole(series: Series) -> bool:
    """Whether the series has a point for each of its periods."""
    step = NATURAL_STEP.get(series.period_type)
    months = [month_number(point.period) for point in series.points[-2:]]
    return step is not None and series.period_type in NAMES and (len(months) < 2 or months[1] - months[0] == step)


def run_label(run: Run) -> str:
    return f"values in a row that each went {run.way.value}"


def target_label(run: TargetRun) -> str:
    return f"values in a row that {'met' if run.is_met else 'missed'} their target"


def crossing(pace: Pace, series: Series) -> str:
    """The month in which the pace leads across the target, YYYY-MM; "" where it does not."""
    if pace.crosses_in is None or (step := NATURAL_STEP.get(series.period_type)) is None:
        return ""
    return month_text(month_number(series.points[-1].period) + step * pace.crosses_in)


def pace_words(pace: Pace) -> str:
    """What stands before the month: at the pace of the last 12 values the target is met, or no longer met, about then.

    "" where the pace leads nowhere that can be said; a pace that leads away says so without a month.
    """
    if pace.crosses_in is not None:
        return "no longer met" if pace.is_met else "met"
    return "" if pace.towards or pace.is_met else "moving away from it"
