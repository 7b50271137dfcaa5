"""Runs and paces in words."""

from decimal import Decimal
from fractions import Fraction

import pytest

from improvement_reports.domain.vocabulary import BetterWhen, Direction, PeriodType, Unit
from improvement_reports.method.own_series import Point, Series
from improvement_reports.method.paces import Pace, Run, TargetRun
from improvement_reports.method.paces_words import crossing, in_a_row, pace_words, run_label, target_label


def series(kind: PeriodType, *periods: str) -> Series:
    return Series(tuple(Point(p, Decimal(1)) for p in periods), kind, Unit.PERCENT, BetterWhen.HIGHER)


MONTHS = series(PeriodType.MONTH, "2025-08", "2025-09")


@pytest.mark.parametrize(
    "made, words",
    [
        (MONTHS, "5 months in a row"),
        (series(PeriodType.QUARTER, "2025-06", "2025-09"), "5 quarters in a row"),
        (series(PeriodType.YEAR, "2024-03", "2025-03"), "5 years in a row"),
        (series(PeriodType.MONTH, "2025-06", "2025-09"), "5 times in a row"),  # every third month
        (series(PeriodType.SNAPSHOT, "2025-08-31", "2025-09-30"), "5 times in a row"),
        (series(PeriodType.ROLLING_12M, "2025-08", "2025-09"), "5 times in a row"),
    ],
)
def test_what_is_counted(made, words):
    assert in_a_row(5, made) == words


def test_what_a_run_is_of():
    assert run_label(Run(Direction.DOWN, 5, 1)) == "values in a row that each went down"
    assert target_label(TargetRun(True, 2, 1, 0, 2, 2)) == "values in a row that met their target"
    assert target_label(TargetRun(False, 2, 1, 0, 2, 2)) == "values in a row that missed their target"


@pytest.mark.parametrize(
    "found, month, words",
    [
        (Pace(Fraction(1), True, False, 4), "2026-01", "the target is met"),
        (Pace(Fraction(-1), False, True, 1), "2025-10", "the target is no longer met"),
        (Pace(Fraction(-1), False, False, None), "", "it moves away from the target"),
        (Pace(Fraction(1), True, True, None), "", ""),
        (Pace(Fraction(1), True, False, None), "", ""),
    ],
)
def test_where_a_pace_leads(found, month, words):
    assert (crossing(found, MONTHS), pace_words(found)) == (month, words)


@pytest.mark.parametrize(
    "made, month",
    [
        (series(PeriodType.SNAPSHOT, "2025-08-31", "2025-09-30"), "2026-01"),
        (series(PeriodType.QUARTER, "2025-06", "2025-09"), "2026-09"),
        (series(PeriodType.MONTH, "2025-06", "2025-09"), "2026-09"),  # every third month
        (series(PeriodType.SNAPSHOT, "2025-09-15", "2025-09-30"), ""),  # days of one month
        (series(PeriodType.SNAPSHOT, "2025-08-31"), ""),
    ],
)
def test_the_month_is_reckoned_by_the_step_of_the_series(made, month):
    assert crossing(Pace(Fraction(1), True, False, 4), made) == month
