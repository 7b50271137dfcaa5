"""Which measure a name of a scorecard means: of several with the same words the council's own, never the demonstration's."""

import pytest
from conftest import ROOT

from improvement_reports.domain.vocabulary import Unit
from improvement_reports.returns.scorecard.matching import proposals, wordings
from improvement_reports.workspace.measure_library import load_library
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.places import Project


@pytest.fixture(scope="module")
def known():
    project = Project(ROOT)
    return wordings(load_measures(project), load_library(project))


@pytest.mark.parametrize(
    ("name", "used", "meant"),
    [
        ("Children in care", {"children_looked_after_count"}, "children_looked_after_count"),
        ("Children in care", set(), "children_in_care_count"),
        ("Referrals", set(), "referrals_count"),
        ("Referrals", {"example_referrals_count"}, "example_referrals_count"),
        ("Average caseload", set(), "caseload_average"),
    ],
)
def test_of_several_with_the_same_words_one_is_meant(known, name, used, meant):
    first = proposals(name, None, known, used)[0]
    assert (first.measure_id, first.is_same) == (meant, True)


def test_a_name_that_is_only_like_is_offered_and_not_taken(known):
    found = proposals("Children in caring", Unit.COUNT, known)
    assert found and not any(p.is_same for p in found)


@pytest.mark.parametrize("name", ["2", "A2", "KPI 2", "1.1", "%"])
def test_a_number_alone_is_the_name_of_nothing(known, name):
    """“2” was once taken for adoption indicator A2."""
    assert not any(p.is_same for p in proposals(name, None, known))


def test_a_measure_of_the_demonstration_is_never_certain_for_another_council(known):
    own = known[known["measure_id"].str.startswith("example_")]
    found = [p for name in own["wording"] for p in proposals(name, None, known) if p.is_same]
    assert len(own) and not [p for p in found if p.measure_id.startswith("example_")]
