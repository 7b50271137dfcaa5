"""The library of common measures: what stands in it can be used as it is, and is found by the names councils use."""

import re
from pathlib import Path

import pytest

from improvement_reports.domain.sameness import normal_key
from improvement_reports.workspace.measure_library import library_hint, load_library, nearest_in_library
from improvement_reports.workspace.measures import load_measures, measure_faults
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml

REAL = Project(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def library():
    return load_library(REAL)


def test_it_holds_the_common_measures_of_the_field(library):
    assert len(library) >= 80


def test_each_can_be_taken_over_as_it_is(library):
    assert measure_faults(dict(library)) == []
    assert not set(library) & set(load_measures(REAL)), "add-measure would say that it is there already"


def test_no_two_are_called_alike(library):
    owner = {}
    for key, measure in library.items():
        for name in measure.names:
            assert owner.setdefault(normal_key(name), key) == key, f"{name} names {owner[normal_key(name)]} and {key}"


def test_each_official_counterpart_exists(library):
    official = load_yaml(REAL.params / "official.yml", "params/official.yml")
    named = [m.official.measure for m in library.values() if m.official]
    assert len(named) >= 25 and set(named) <= set(official)


def test_it_says_nothing_that_would_be_a_figure(library):
    """A definition may name a legal timescale; a level that a council ought to reach would be an invented target."""
    words = " ".join(m.definition + m.question for m in library.values())
    assert not re.search(r"\d+(\.\d+)? ?(%|per cent)", words)


@pytest.mark.parametrize(
    ("called", "measure"),
    [
        ("% ICPCs within 15 working days", "icpc_within_15_days_pct"),
        ("Children in care", "children_looked_after_count"),
        ("% agency social workers", "agency_social_workers_pct"),
        ("cp_visits", "cp_visits_in_time_pct"),
        ("re-referals", "rereferrals_12_months_pct"),
        ("s47", "section47_count"),
    ],
)
def test_a_measure_is_found_by_what_councils_call_it(library, called, measure):
    assert nearest_in_library(called, library)[0] == measure


def test_what_is_like_nothing_finds_nothing(library):
    assert nearest_in_library("bananas", library) == [] and library_hint("bananas", library) == ""
