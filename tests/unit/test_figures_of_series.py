"""Figures of a measure's own series: runs, paces, targets with their levels, and what the source states beside them."""

import pytest
from small_facts import HOME, facts_of, measure, months_of

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.markup import plain
from improvement_reports.domain.vocabulary import StatedDirection

RISING = [50 + n for n in range(14)]  # January 2023 to February 2024, one more each month
TARGET = {"measure_id": "visits_pct", "valid_from": "2023-01", "target": "60"}


def facts(values=RISING, targets=(TARGET,), of=None, **rows):
    return facts_of(
        {"visits_pct": of or measure()}, observations=months_of("visits_pct", values), targets=targets, **rows
    )


def rows_behind(figure, table="observations") -> list[int]:
    return [i.row for i in figure.inputs if i.file.endswith(f"{table}.csv")]


# Runs and paces


def test_a_run_counts_the_changes_and_names_the_value_before_the_first():
    own = facts()
    found, figure = own.run(own.position("visits_pct"))
    assert (found.length, figure.value) == (13, "13")
    assert "13" in figure.published and "in a row" in figure.published
    assert rows_behind(figure) == list(range(2, 16)), "14 values are behind 13 changes"


@pytest.mark.parametrize("values", [[50, 51, 50, 51], [50, 51, 52, 52], [50, 51]])
def test_a_value_that_stays_or_turns_is_no_run(values):
    own = facts(values)
    assert own.run(own.position("visits_pct")) is None


def test_of_a_target_for_how_long_it_was_met_when_first_and_how_often():
    """60 is met by the last 4 of 14 values: November to February."""
    own = facts()
    at = own.position("visits_pct")
    found, figure = own.target_run(at)
    assert (found.length, figure.value) == (4, "4")
    assert rows_behind(figure) == [12, 13, 14, 15] and rows_behind(figure, "targets") == [2]
    first, often = own.first_met(at, found), own.met_so_far(at, found)
    assert (first.published, first.value) == ("November 2023", "2023-11")
    assert rows_behind(first)[-1] == 12, "nothing later is behind it"
    assert (often.published, often.value) == ("4 of 14", "4")


def test_a_target_that_was_missed_all_along_was_first_met_never():
    own = facts(targets=[TARGET | {"target": "70"}])
    at = own.position("visits_pct")
    found, figure = own.target_run(at)
    assert (found.length, own.first_met(at, found), own.met_so_far(at, found)) == (14, None, None)
    assert figure.value == "14"


def test_without_a_target_there_is_no_run_against_one():
    own = facts(targets=[])
    assert own.target_run(own.position("visits_pct")) is None


def test_the_pace_leads_across_the_target_about_when_its_median_slope_says():
    """63 in February and one more each month: 70 about September."""
    own = facts(targets=[TARGET | {"target": "70"}])
    at = own.position("visits_pct")
    words, about = own.pace_words(at)
    assert words and (about.published, about.value) == ("about September 2024", "2024-09")
    assert len(rows_behind(about)) == 12


def test_a_stable_series_leads_nowhere_and_its_limits_say_whether_the_target_will_be_met():
    """Between 89 and 91 for two years, the target at 50 lies far below the limits."""
    own = facts([90, 91, 89] * 8, [TARGET | {"target": "50"}])
    at = own.position("visits_pct")
    assert own.crossing(at) is None
    figure, mark = own.assurance(at)
    assert figure.published == mark.word
    missed = facts([90, 91, 89] * 8, [TARGET | {"target": "99"}])
    assert missed.assurance(missed.position("visits_pct"))[1].word != mark.word
    without = facts([90, 91, 89] * 8, [])
    assert without.assurance(without.position("visits_pct")) is None


@pytest.mark.parametrize(
    ("values", "published", "value"),
    [
        (RISING, "12 percentage points higher than", "12"),
        ([99 - n for n in range(14)], "12 percentage points lower than", "-12"),
        ([50, 60, *[70] * 11, 60], "the same as", "0"),
    ],
)
def test_how_far_a_value_is_from_that_of_a_year_before(values, published, value):
    own = facts(values)
    figure, when = own.year_change(own.position("visits_pct"))
    assert (figure.published, figure.value) == (published, value)
    assert when.endswith("February 2023") and rows_behind(figure) == [15, 3]


def test_there_is_no_year_before_a_short_series():
    own = facts(RISING[:5])
    assert own.year_change(own.position("visits_pct")) is None


# Levels of a target


def test_what_is_stated_beside_a_target_is_shown_in_its_words():
    own = facts(targets=[TARGET | {"floor": "40", "amber": "55", "red": "45", "stretch": "80"}])
    found = {words: f.published for words, f in own.level_figures(own.position("visits_pct"))}
    assert found == {"floor": "40%", "amber from": "55%", "red from": "45%", "stretch target": "80%"}
    assert list(own.level_figures(facts(targets=[]).position("visits_pct"))) == []


def test_a_target_says_its_side_and_a_range_both_of_its_ends():
    own = facts()
    figure = own.target_figure(own.position("visits_pct"))
    assert figure.published == "60%" and "local target from January 2023 (at least)" in figure.label
    ranged = facts(targets=[TARGET | {"target_upper": "70"}], of=measure(better_when="neutral"))
    assert plain(ranged.show_target(ranged.position("visits_pct"))) == "60% to 70%"
    assert [f.label.partition(": ")[2].split(",")[0] for f in ranged.take_figures()][1] == "upper end of its range"
    lower = facts(of=measure(better_when="lower"))
    assert "(at most)" in lower.target_figure(lower.position("visits_pct")).label


def test_a_target_that_is_none_has_no_figure():
    own = facts(targets=[])
    with pytest.raises(UserError, match="no target that holds in 2024-02"):
        own.target_figure(own.position("visits_pct"))


def test_a_target_on_the_way_to_the_next_one_is_worked_out_for_the_month():
    """From 60 in January 2023 evenly to 86 in March 2025, 26 months on: 73 in February 2024, the 13th of them."""
    ahead = {"measure_id": "visits_pct", "valid_from": "2025-03", "target": "86"}
    own = facts(targets=[TARGET | {"path": "evenly"}, ahead])
    at = own.position("visits_pct")
    figure = own.target_figure(at)
    assert figure.published == "73%"
    assert figure.formula == "on the way from 60 to 86: 13 of 26 months"
    assert rows_behind(figure, "targets") == [2, 3]
    month, then = own.way(at)
    assert (month, then.published) == ("March 2025", "86%")
    assert [a.target["valid_from"] for a in own.targets_ahead(at)] == ["2025-03"]
    plainly = facts()
    assert plainly.way(plainly.position("visits_pct")) is None


def test_money_has_one_unit_in_the_measures_of_an_authority():
    """£2 million beside £900,000 is written in full."""
    pounds = measure(unit="pounds")
    own = facts([900_000, 900_000], [TARGET | {"target": "2000000"}], pounds)
    assert own.target_figure(own.position("visits_pct")).published == "£2,000,000"
    large = facts([3_000_000, 3_000_000], [TARGET | {"target": "2000000"}], pounds)
    assert large.target_figure(large.position("visits_pct")).published == "£2 million"


# What the source states


def stating(**cells):
    """A series whose newest row has these cells."""
    rows = months_of("visits_pct", [60, 62, 64])
    return facts_of({"visits_pct": measure()}, observations=[*rows[:-1], rows[-1] | cells])


def test_the_direction_of_the_source_is_shown_in_its_words_and_not_judged():
    own = stating(stated_direction="improving")
    figure, when = own.stated_direction(own.position("visits_pct"))
    assert (figure.published, figure.value, when) == ("better", "improving", "")
    assert figure.formula == "as stated in the source, not judged here"
    silent = stating()
    assert silent.stated_direction(silent.position("visits_pct")) is None


def test_a_direction_of_an_earlier_value_says_of_when_it_is():
    rows = months_of("visits_pct", [60, 62, 64])
    own = facts_of(
        {"visits_pct": measure()}, observations=[rows[0], rows[1] | {"stated_direction": "falling"}, rows[2]]
    )
    figure, when = own.stated_direction(own.position("visits_pct"))
    assert (figure.published, when) == ("falling", "January 2024")


@pytest.mark.parametrize(
    ("told", "better", "way"),
    [
        ("rising", "higher", StatedDirection.IMPROVING),
        ("rising", "lower", StatedDirection.WORSENING),
        ("falling", "lower", StatedDirection.IMPROVING),
        ("worsening", "higher", StatedDirection.WORSENING),
        ("rising", "neutral", None),
        ("steady", "higher", None),
    ],
)
def test_a_stated_way_counts_by_the_better_side_of_its_measure(told, better, way):
    row = months_of("visits_pct", [64], stated_direction=told)
    own = facts_of({"visits_pct": measure(better_when=better)}, observations=row)
    for one in (StatedDirection.IMPROVING, StatedDirection.WORSENING):
        assert len(own.stated_effects()[one]) == (one is way)
        assert plain(own.count_stated(one)) == str(int(one is way))


def test_a_rating_of_the_source_stands_beside_a_value_and_a_recommendation():
    own = stating(stated_rag="amber")
    assert own.stated_rag(own.position("visits_pct")).published == "Amber"
    silent = stating()
    assert silent.stated_rag(silent.position("visits_pct")) is None


# Few cases, and risks


def test_a_percentage_of_few_cases_has_its_counts_and_its_interval():
    """Wilson, 95%, of 15 of 20: 53.1 to 88.8, rounded outwards to 53% and 89%."""
    rows = months_of("visits_pct", [75], numerator="15", denominator="20")
    own = facts_of({"visits_pct": measure()}, observations=rows)
    cases, interval = own.few_cases(own.tables["observations"].iloc[0])
    assert (cases.published, interval.published) == ("15 of 20", "53% to 89%")


@pytest.mark.parametrize("cells", [{}, {"numerator": "150", "denominator": "200"}])
def test_without_counts_or_of_200_cases_there_is_no_interval(cells):
    own = facts_of({"visits_pct": measure()}, observations=months_of("visits_pct", [75], **cells))
    assert own.few_cases(own.tables["observations"].iloc[0]) is None


def test_the_numbers_of_a_risk_are_as_its_register_states_them():
    own = facts_of({}, risks=[{"risk_id": "r1", "likelihood": "4", "impact": "5", "score_now": "20"}])
    row = own.tables["risks"].iloc[0]
    figure = own.risk_figure(row, "score_now")
    assert (figure.published, figure.label, figure.area) == ("20", "Risk r1: score now", HOME)
    assert own.risk_figure(row, "score_before") is None
