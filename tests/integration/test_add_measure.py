"""A measure is added in one call: from the library or in one's own words; nothing that stands there is touched."""

import shutil
from pathlib import Path

import pytest

from improvement_reports.authoring.add_measure import add_measure, add_measures, told
from improvement_reports.domain.errors import InvalidInput, UserError
from improvement_reports.returns.prepare import check_return
from improvement_reports.runs.keys import report_key
from improvement_reports.workspace.measures import load_measures

LIBRARY = Path(__file__).parents[2] / "params" / "measure_library.yml"
OWN = {
    "title": "Toys lent",
    "label": "Toys lent",
    "unit": "count",
    "of": "visits",
    "better_when": "higher",
    "definition": "Visits to the toy library in the month.",
    "question": "Who does not come?",
}


@pytest.fixture
def with_library(project):
    shutil.copy(LIBRARY, project.params)
    return project


def test_a_measure_of_the_library_is_taken_over_under_the_others(with_library):
    path = with_library.params / "measures.yml"
    before = path.read_bytes()
    add_measure(with_library, "uasc_count", told(with_library, "uasc_count", {"label": "UASC"}, None))
    assert path.read_bytes().startswith(before)
    added = load_measures(with_library)["uasc_count"]
    assert (added.label, added.unit, added.suppress_up_to) == ("UASC", "count", 5)


def test_a_measure_of_ones_own_is_asked_for_field_by_field(with_library):
    answers = iter(OWN.values())
    fields = told(with_library, "toys_count", {}, lambda words: next(answers))
    assert fields == OWN
    add_measure(with_library, "toys_count", fields)
    assert load_measures(with_library)["toys_count"].title == "Toys lent"


def test_what_is_missing_is_named_with_what_the_library_has_instead(with_library):
    with pytest.raises(UserError) as said:
        told(with_library, "cp_visits", {"title": "Visits"}, None)
    assert "cp_visits_in_time_pct (Child protection visits in time)" in str(said.value)
    assert str(said.value).endswith("--label, --unit, --of, --better-when, --definition, --question.")


@pytest.mark.parametrize(
    ("measure_id", "change", "said"),
    [
        ("Bad Id", {}, "no id of a measure"),
        ("toys_count", {"question": "Why"}, "question mark"),
        ("toys_count", {"unit": "bananas"}, "unit"),
        ("toys_count", {"of": "wigwams"}, "small_number_threshold"),
        ("toys_count", {"follows": "nothing_count"}, "not in the file"),
    ],
)
def test_a_wrong_measure_leaves_the_file_as_it_was(with_library, measure_id, change, said):
    path = with_library.params / "measures.yml"
    before = path.read_bytes()
    with pytest.raises((UserError, InvalidInput), match=said):
        add_measures(with_library, {"good_count": OWN, measure_id: OWN | change})
    assert path.read_bytes() == before


def test_an_id_that_is_taken_is_not_written_again(with_library):
    add_measure(with_library, "toys_count", OWN)
    with pytest.raises(UserError, match="already; change it"):
        add_measure(with_library, "toys_count", OWN)


def test_nothing_that_does_not_use_it_is_run_again(with_library):
    key = lambda: report_key(with_library, "exampleshire", "2024-03", "board")  # noqa: E731
    before = key()
    add_measure(with_library, "toys_count", OWN)
    assert key() == before


def test_an_unknown_measure_of_a_return_is_looked_for_in_the_library(with_library):
    path = with_library.raw / "exampleshire" / "2024-03" / "observations.csv"
    header, first, *rest = path.read_text().splitlines()
    measure = first.split(",")[header.split(",").index("measure_id")]
    path.write_text("\n".join([header, first.replace(measure, "icpc_timeliness"), *rest, ""]))
    with pytest.raises(InvalidInput, match="add-measure icpc_within_15_days_pct"):
        check_return(with_library, path.parent)
