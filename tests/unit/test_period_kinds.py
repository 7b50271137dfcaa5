"""Six months, academic years and the financial year to date: how they are said, stepped, judged and withheld."""

import pytest

from improvement_reports.domain.series import expected_periods
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.domain.wording import in_period, period_words
from improvement_reports.method.cells import cell_of
from improvement_reports.method.judgement import are_apart
from improvement_reports.method.own_series import Point
from improvement_reports.sections.trend_charts import PERIOD_HEADERS, PERIOD_NOTES


@pytest.mark.parametrize(
    ("kind", "words", "clause"),
    [
        ("six_months", "six months to August 2024", "over the six months to August 2024"),
        ("academic_year", "academic year to August 2024", "in the academic year to August 2024"),
        (
            "financial_year_to_date",
            "financial year so far, to August 2024",
            "in the financial year so far, to August 2024",
        ),
    ],
)
def test_each_kind_has_its_words(kind, words, clause):
    assert (period_words("2024-08", kind), in_period("2024-08", kind)) == (words, clause)


def test_every_kind_whose_value_covers_several_months_says_so_under_a_line():
    single = {PeriodType.MONTH, PeriodType.SNAPSHOT, PeriodType.NOT_DATED}
    assert set(PERIOD_HEADERS) == set(PERIOD_NOTES) == set(PeriodType) - single


def test_a_series_expects_the_periods_between():
    assert expected_periods(["2023-03", "2024-03"], "six_months") == ["2023-03", "2023-09", "2024-03"]
    assert expected_periods(["2022-08", "2024-08"], "academic_year") == ["2022-08", "2023-08", "2024-08"]


@pytest.mark.parametrize(
    ("kind", "apart"), [("six_months", True), ("academic_year", False), ("financial_year_to_date", False)]
)
def test_values_that_share_cases_are_not_tested_against_each_other(kind, apart):
    now, before = (Point(period, None) for period in ("2024-08", "2024-02"))
    assert are_apart(now, before, PeriodType(kind)) is apart


def test_what_is_withheld_as_a_year_is_withheld_as_an_academic_year_and_running_totals_likewise():
    row = {"measure_id": "m", "area": "a", "period": "2024-08", "category": ""}

    def as_cell(kind: str):
        return cell_of({**row, "period_type": kind})

    assert as_cell("academic_year") == as_cell("year")
    assert as_cell("financial_year_to_date") == as_cell("to_date")
