"""Stated figures beside official ones: what is compared with which year, what fits another day, and what nothing
explains.
"""

from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import ROOT

from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.domain.vocabulary import PeriodType, Unit, ValueStatus
from improvement_reports.method.beside_official import official_entries
from improvement_reports.official.lists import Year, load_lists
from improvement_reports.official.statistics import Comparator, OfficialStatistics
from improvement_reports.workspace.places import Project

LISTS = load_lists(Project(ROOT))
FLOW, STOCK, WORKFORCE, COUNT = "assessment_45_days_pct", "cla_rate", "sw_agency_pct", "referral_count"
CANNOT, FITS, DIFFERS, ROUNDED, AGREES = (
    "cannot be recomputed",
    "fits, of another date",
    "differs",
    "agrees after rounding",
    "agrees",
)


def measure(title="Ours", unit=Unit.PERCENT, official=None, decimals=0):
    return SimpleNamespace(title=title, unit=unit, official=official, decimals=decimals, change_threshold=1)


class Official:
    """Values of one measure by reporting year, of the authority and of others; a year without a value was not
    published.
    """

    lists, year_words = LISTS, OfficialStatistics.year_words

    def __init__(self, unit=Unit.PERCENT, months=None, others=None, **values):
        self.unit, self.values, self.others = unit, {int(k[1:]): v for k, v in values.items()}, others or {}
        rows = [{"la_code": "916", "month": m, "referrals": n} for m, n in (months or {}).items()]
        self.referrals = pd.DataFrame(rows, columns=["la_code", "month", "referrals"])

    def years(self, measure_id, la_code=None):
        return sorted(y for y, v in self.values.items() if v)

    def row(self, measure_id, year, la_code):
        if year not in self.values:
            return None
        text = self.values[year]
        status = ValueStatus.PUBLISHED if text else ValueStatus.NOT_AVAILABLE
        return pd.Series({"value_text": text, "status": status, "year": year})

    def comparator(self, measure_id, year, area, la_code):
        value = self.others.get((str(area), year))
        return None if value is None else Comparator(area, area, Decimal(value), "published", ("a row",))

    def measure(self, measure_id):
        return measure("Theirs", self.unit, decimals=1 if self.unit is Unit.PERCENT else 0)


NEAR = Official(y2019="80.0", y2020="82.0", y2021="81.5", y2022="84.0", y2023="81.0")


def beside(official, value, period="2021-03", period_type="year", name=FLOW, decimals=0, unit=Unit.PERCENT, **more):
    spec = RETURN_TABLES["observations"]
    blank = {c.name: None if c.type == "number" else "" for c in spec.columns}
    row = {
        **blank,
        "measure_id": "m",
        "area": "here",
        "period": period,
        "period_type": period_type,
        "value": value,
        "value_decimals": decimals,
        **more,
    }
    told = SimpleNamespace(measure=name, difference="Counts differ.")
    measures = {"m": measure("Ours", unit, told)}
    return official_entries("here", "2021-04", pd.DataFrame([row]), measures, official, "916")


def outcome(*args, **options) -> str:
    (entry,) = beside(*args, **options)
    return entry.outcome.value


@pytest.mark.parametrize(
    ("measure_id", "period", "period_type", "year"),
    [
        # a part of a year: the year that holds it
        ("rereferral_12m_pct", "2021-03", "month", 2021),
        ("rereferral_12m_pct", "2021-04", "month", 2022),
        ("rereferral_12m_pct", "2020-12", "quarter", 2021),
        # twelve months: the year that they overlap most, the earlier of two
        ("rereferral_12m_pct", "2021-03", "rolling_12m", 2021),
        ("rereferral_12m_pct", "2021-04", "rolling_12m", 2021),
        ("rereferral_12m_pct", "2021-09", "rolling_12m", 2021),
        ("rereferral_12m_pct", "2021-10", "rolling_12m", 2022),
        ("rereferral_12m_pct", "2021-02", "year", 2021),
        ("rereferral_12m_pct", "2021", "year", 2021),
        # what there is on a day: the nearest of such days
        ("cla_count", "2021-03-31", "snapshot", 2021),
        ("cla_count", "2021-09", "month", 2021),
        ("cla_count", "2021-10", "month", 2022),
        ("sw_agency_pct", "2020-04", "month", 2020),
        ("sw_agency_pct", "2020-03", "month", 2019),
        ("sw_agency_pct", "2018-12", "year", 2018),
    ],
)
def test_the_official_year_of_a_period(measure_id, period, period_type, year):
    assert LISTS.year(measure_id).nearest(period, PeriodType(period_type)) == year


@pytest.mark.parametrize(
    ("covers", "period", "side"),
    [
        (Year.END_OF_MARCH, "2021-03", 0),
        (Year.END_OF_MARCH, "2021-03-31", 0),
        (Year.END_OF_MARCH, "2021-03-30", -1),
        (Year.END_OF_MARCH, "2021-04", 1),
        (Year.END_OF_MARCH, "2021-10", -1),
        (Year.END_OF_SEPTEMBER, "2021-08", -1),
        (Year.END_OF_SEPTEMBER, "2021-09", 0),
        (Year.END_OF_SEPTEMBER, "2022-01", 1),
    ],
)
def test_on_which_side_of_the_official_day_a_figure_is(covers, period, side):
    assert covers.side(period, PeriodType.MONTH) == side


@pytest.mark.parametrize(
    ("value", "decimals", "wanted"),
    [
        (81.5, 1, AGREES),
        (82, 0, ROUNDED),
        (82.5, 1, FITS),  # not further off than is no change
        (82.6, 1, DIFFERS),
        (80.4, 1, DIFFERS),
    ],
)
def test_a_year_is_compared_with_its_own_figure_alone(value, decimals, wanted):
    (entry,) = beside(NEAR, value, decimals=decimals)
    assert (entry.outcome.value, entry.found) == (wanted, "81.5%")
    assert ("Not explained" in entry.remark) == (wanted == DIFFERS)
    assert entry.remark.endswith("Counts differ.")
    assert (entry.gap == "") == wanted.startswith("agrees")


@pytest.mark.parametrize(("value", "wanted"), [(85.0, FITS), (85.1, DIFFERS), (80.5, FITS), (80.4, DIFFERS)])
def test_a_figure_of_another_day_fits_between_the_days_before_and_after(value, wanted):
    """81.5 at 31 March 2021 and 84.0 a year later, each with one point to spare; never the years around."""
    assert outcome(NEAR, value, period="2021-06", period_type="month", name=STOCK, decimals=1) == wanted


def test_a_wide_range_of_other_years_explains_nothing():
    """16% in August beside 32.5% of 30 September, after 19.2%: years of 5% and 60% elsewhere do not help."""
    wide = Official(y2018="5.0", y2019="60.0", y2020="19.2", y2021="32.5", y2022="54.9")
    assert outcome(wide, 16, period="2021-08", period_type="month", name=WORKFORCE) == DIFFERS


def test_a_month_of_a_yearly_percentage_has_nothing_to_compare_with():
    (entry,) = beside(NEAR, 81.5, period_type="month", decimals=1)
    assert (entry.outcome.value, entry.gap) == (CANNOT, "")
    assert entry.remark.startswith("The department publishes no figure of a month")


@pytest.mark.parametrize(("value", "wanted"), [(30, CANNOT), (26, CANNOT), (25, DIFFERS), (100, CANNOT)])
def test_a_quarter_that_the_year_does_not_leave_room_for(value, wanted):
    """81.5% over a year needs the other nine months at (12 × 81.5 - 3 × value) / 9: over 100% under 26."""
    assert outcome(NEAR, value, period_type="quarter") == wanted


@pytest.mark.parametrize(
    ("value", "period_type", "wanted"),
    [(600, "quarter", CANNOT), (601, "quarter", DIFFERS), (200, "month", CANNOT), (201, "month", DIFFERS)],
)
def test_a_count_of_part_of_a_year_is_at_most_twice_its_share(value, period_type, wanted):
    """Of 1,200 in a year, a quarter holds 300 and a month 100."""
    official = Official(Unit.COUNT, y2021="1200")
    assert outcome(official, value, period_type=period_type, name="cla_started_count", unit=Unit.COUNT) == wanted


@pytest.mark.parametrize(
    ("months", "value", "wanted"),
    [
        ({"2021-01": 100, "2021-02": 90, "2021-03": 110}, 300, AGREES),
        ({"2021-01": 100, "2021-02": 90, "2021-03": 110}, 310, DIFFERS),
        ({"2021-01": 100, "2021-03": 110}, 310, CANNOT),
        ({"2021-01": 100, "2021-02": None, "2021-03": 110}, 310, CANNOT),
    ],
)
def test_a_quarter_is_compared_with_the_months_that_the_department_publishes(months, value, wanted):
    official = Official(Unit.COUNT, months=months, y2021="1200")
    (entry,) = beside(official, value, period_type="quarter", name=COUNT, unit=Unit.COUNT)
    assert entry.outcome.value == wanted
    assert len(entry.rows) == (2 if wanted == CANNOT else 5)


def test_an_undated_figure_of_the_authority_is_compared_with_nothing():
    (entry,) = beside(NEAR, 81.5, period="2021-04", period_type="not_dated", decimals=1)
    assert (entry.outcome.value, entry.gap, entry.text) == (
        CANNOT,
        "",
        "Ours, not dated; DfE: Theirs, year to March 2021",
    )


OTHERS = {("statistical_neighbours", 2019): "87.4", ("statistical_neighbours", 2021): "92.6"}


@pytest.mark.parametrize(
    ("value", "decimals", "wanted", "why"),
    [
        (87.4, 1, AGREES, "year to March 2019"),
        (93, 0, ROUNDED, "year to March 2021"),
        (90, 0, FITS, "between the figures of the years published"),
        (75.2, 1, DIFFERS, "No year published by then has this figure of statistical neighbours."),
        (80.0, 1, DIFFERS, "It is the figure of this authority itself, year to March 2019."),
    ],
)
def test_what_is_given_for_others_is_looked_for_in_all_years(value, decimals, wanted, why):
    official = Official(others=OTHERS, y2019="80.0", y2021="81.5")
    more = {"area": "statistical_neighbours", "period": "2021-04", "period_type": "not_dated"}
    (entry,) = beside(official, value, decimals=decimals, **more)
    assert (entry.outcome.value, why in entry.remark) == (wanted, True)
    assert "Counts differ" not in entry.remark  # that is said of the council's own figure


def test_a_dated_figure_of_others_is_compared_with_its_year():
    official = Official(others=OTHERS, y2021="81.5")
    assert outcome(official, 92.6, decimals=1, area="statistical_neighbours") == AGREES
    assert outcome(official, 87.4, decimals=1, area="statistical_neighbours") == DIFFERS


def test_a_whole_number_that_differs_is_not_said_to_be_found_elsewhere():
    """Some area has 80% in some year; that says nothing."""
    (entry,) = beside(NEAR, 80, period="2021-03")
    assert entry.outcome.value == DIFFERS
    assert "It is the figure" not in entry.remark


@pytest.mark.parametrize(
    "given",
    [
        {"area": "peer_group"},
        {"area": "england"},  # of which the department has no value here
        {"category": "a"},
        {"value": None},
        {"period": "2030-03"},  # no value of that year
        {"official": Official(y2021="")},  # a value that was not published
    ],
)
def test_what_has_no_official_counterpart_is_not_compared(given):
    assert beside(**{"official": NEAR, "value": 81, **given}) == []


def test_a_measure_without_a_counterpart_is_not_compared():
    rows = pd.DataFrame([{"measure_id": "m", "area": "here", "category": "", "value": 81}])
    assert official_entries("here", "2021-04", rows, {"m": measure()}, NEAR, "916") == []
