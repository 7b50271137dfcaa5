"""Runs and paces in words: down 5 months in a row, missed 4 months in a row, met about December 2025 at this pace."""

from improvement_reports.domain.series import NATURAL_STEP, month_number, month_text
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.method.own_series import Series
from improvement_reports.method.paces import Pace, Run, TargetRun

# What is counted where a series has a value for each; of other kinds the values themselves are counted.
NAMES = {PeriodType.MONTH: "months", PeriodType.QUARTER: "quarters", PeriodType.YEAR: "years"} | {
    PeriodType.ACADEMIC_YEAR: "academic years"
}


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
    months = [month_number(point.period) for point in series.points[-2:]]
    if pace.crosses_in is None or len(months) < 2 or (step := months[1] - months[0]) == 0:
        return ""  # two days of one month: no month is reckoned
    return month_text(months[1] + step * pace.crosses_in)


def pace_words(pace: Pace) -> str:
    """What stands before the month, after "at the pace of the last 12 values": a pace that leads away says so without a
    month. "" where the pace leads nowhere that can be said.
    """
    if pace.crosses_in is not None:
        return "the target is no longer met" if pace.is_met else "the target is met"
    return "" if pace.towards or pace.is_met else "it moves away from the target"
