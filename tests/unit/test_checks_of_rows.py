"""Checks of the rows of a return, each by itself: numbers of areas, targets, decisions, risks, events, copies.

Whole returns, and the whole messages, are tried in `integration/test_checks.py`; here stands where each rule begins.
"""

import hashlib

import pytest
from small_facts import AUTHORITY, HOME, MONTH, SOURCE, measure, raw_of

from improvement_reports.returns.table_checks.areas import area_faults
from improvement_reports.returns.table_checks.copies import copy_faults
from improvement_reports.returns.table_checks.decisions import decision_faults
from improvement_reports.returns.table_checks.events import condition_faults, inspection_faults, milestone_faults
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.returns.table_checks.identity import identity_faults
from improvement_reports.returns.table_checks.rag import rag_faults
from improvement_reports.returns.table_checks.risks import risk_faults
from improvement_reports.returns.table_checks.targets import path_faults, span_faults, target_faults
from improvement_reports.workspace.own_areas import AreaGroup

LOCALITIES = AreaGroup(kind="locality", whole=True, areas={"north": "North", "south": "South"})
MEASURES = {
    "plans_count": measure(unit="count", of="children", small_numbers_shown_because=None),
    "staff_count": measure(unit="count"),
    "visits_pct": measure(),
    "late_pct": measure(better_when="lower"),
}


def faults(check, authority=AUTHORITY, project=None, **tables) -> list[str]:
    """What a check says of a return with rows of these tables."""
    own = authority.model_copy(update={"areas": {"localities": LOCALITIES}})
    given = Given(raw_of(tables), MEASURES, {HOME: own}, project)
    return [str(fault) for fault in check(given)]


def number(area: str, value: str, measure_id="plans_count", **cells) -> dict[str, str]:
    return {"measure_id": measure_id, "period": MONTH, "area": area, "value": value} | cells


def about(said: list[str], *places: str) -> bool:
    """Whether there is one fault at each of the places and none more."""
    return len(said) == len(places) and all(any(one.startswith(place) for one in said) for place in places)


# Areas below the authority


def test_areas_that_add_up_to_the_authority_are_sound():
    rows = [number(HOME, "30"), number("north", "10"), number("south", "20")]
    assert faults(area_faults, observations=rows) == []


@pytest.mark.parametrize(("south", "is_said"), [("20", False), ("19", True), ("21", True), ("", False)])
def test_areas_that_make_up_the_authority_add_up_to_it_where_all_are_stated(south, is_said):
    rows = [number(HOME, "30"), number("north", "10"), number("south", south)]
    said = faults(area_faults, observations=rows)
    assert any("north and south add up to" in one for one in said) is is_said
    noted = [{"note_id": "n", "kind": "contradiction", "measure_id": "plans_count", "text": "So it is."}]
    assert faults(area_faults, observations=rows, notes=noted) == []


@pytest.mark.parametrize(("north", "is_said"), [("30", False), ("31", True)])
def test_no_area_has_more_than_the_whole(north, is_said):
    said = faults(area_faults, observations=[number(HOME, "30"), number("north", north)])
    assert any("of “north” is more than the 30 of exampleshire as a whole (row 2)" in one for one in said) is is_said


def test_a_share_of_an_area_may_be_higher_than_that_of_the_whole():
    rows = [number(HOME, "30", "visits_pct"), number("north", "80", "visits_pct")]
    assert faults(area_faults, observations=rows) == []


def test_a_number_of_an_area_stands_under_the_row_of_the_authority():
    said = faults(area_faults, observations=[number("north", "10")])
    assert about(said, "observations.csv, row 2, area: “north” has a number of plans_count for 2024-02")
    other = [number(HOME, "30", period="2024-01"), number("north", "10")]
    assert about(faults(area_faults, observations=other), "observations.csv, row 3, area")


@pytest.mark.parametrize(
    ("measure_id", "status", "is_said"),
    [
        ("plans_count", "not_available", True),
        ("plans_count", "suppressed", False),
        ("staff_count", "not_available", False),
    ],
)
def test_a_small_number_of_an_area_needs_the_number_of_the_whole_to_be_withheld_by(measure_id, status, is_said):
    rows = [number(HOME, "", measure_id, value_status=status), number("north", "10", measure_id)]
    said = faults(area_faults, observations=rows)
    assert any("whether a small number could be worked out" in one for one in said) is is_said


# Targets


def target(**cells) -> dict[str, str]:
    return {"measure_id": "visits_pct", "valid_from": "2024-01", "target": "80"} | cells


@pytest.mark.parametrize(
    ("cells", "places"),
    [
        ({}, ()),
        ({"level": "regional"}, ("level",)),
        ({"valid_from": "2024-01-01"}, ("valid_from",)),
        ({"valid_to": "2024"}, ("valid_to",)),
        ({"target": "100"}, ()),
        ({"target": "101"}, ("target",)),
        ({"target_upper": "90"}, ()),
        ({"target_upper": "80"}, ("target_upper",)),
        ({"target_upper": "90", "amber": "70"}, ("amber",)),
        ({"tolerance": "80"}, ()),
        ({"tolerance": "-1"}, ("tolerance",)),
        ({"tolerance": "81"}, ("tolerance",)),
        ({"measure_id": "late_pct", "tolerance": "20"}, ()),
        ({"measure_id": "late_pct", "tolerance": "21"}, ("tolerance",)),
        ({"amber": "70", "red": "60", "stretch": "90"}, ()),
        ({"amber": "5"}, ()),
        ({"measure_id": "late_pct", "amber": "5"}, ("amber",)),
        ({"amber": "85"}, ("amber",)),
        ({"stretch": "75"}, ("stretch",)),
        ({"amber": "70", "red": "75"}, ("red",)),
    ],
)
def test_what_a_target_can_be(cells, places):
    said = faults(target_faults, targets=[target(**cells)])
    assert about(said, *(f"targets.csv, row 2, {place}" for place in places)), said


@pytest.mark.parametrize(
    ("one", "two", "is_said"),
    [
        ({"valid_to": "2024-03"}, {"valid_from": "2024-04"}, False),
        ({"valid_to": "2024-04"}, {"valid_from": "2024-04"}, True),
        ({"valid_to": "2024-04"}, {"valid_from": "2024-04", "measure_id": "late_pct"}, False),
        ({"valid_to": ""}, {"valid_from": "2024-04"}, False),
        ({"valid_to": "2023-12"}, {"valid_from": "2024-04"}, True),
    ],
)
def test_one_target_of_a_measure_holds_at_a_time(one, two, is_said):
    said = faults(span_faults, targets=[target(**one), target(**two)])
    assert about(said, *["targets.csv, row 2, valid_to"] * is_said)


@pytest.mark.parametrize(
    ("one", "two", "is_said"),
    [
        ({}, {"valid_from": "2024-04"}, False),
        ({}, {"valid_from": "2023-04"}, True),
        ({"valid_to": "2024-03"}, {"valid_from": "2024-04"}, True),
        ({}, {"valid_from": "2024-04", "target_upper": "95"}, True),
        ({"target_upper": "95"}, {"valid_from": "2024-04"}, True),
    ],
)
def test_a_target_leads_evenly_to_one_that_is_stated_and_is_a_number(one, two, is_said):
    said = faults(path_faults, targets=[target(path="evenly", **one), target(**two)])
    assert about(said, *["targets.csv, row 2, path"] * is_said)


# Decisions, risks and ratings


OPTIONS = [
    {"decision_id": "d", "option_id": "a"},
    {"decision_id": "d", "option_id": "b"},
    {"decision_id": "e", "option_id": "c"},
]


@pytest.mark.parametrize(
    ("cells", "places"),
    [
        ({"status": "asked", "recommended": "a", "recommended_by": "The director"}, ()),
        ({"status": "asked", "recommended_by": "The director"}, (", recommended_by",)),
        ({"status": "asked", "recommended": "c"}, (", recommended",)),
        ({"status": "decided"}, (":",)),
        ({"status": "decided", "outcome": "More posts"}, ()),
        ({"status": "decided", "taken": "b", "decided_on": "2024-03-20"}, ()),
        ({"status": "decided", "taken": "b", "decided_on": "2024-03-21"}, (", decided_on",)),
        ({"status": "asked", "decided_on": "2024-03-20"}, (", decided_on",)),
        ({"status": "deferred", "taken": "a"}, (", taken",)),
    ],
)
def test_a_decision_says_one_thing(cells, places):
    """The return came on 20 March 2024; the decision has the options a and b."""
    said = faults(decision_faults, decisions=[{"decision_id": "d"} | cells], options=OPTIONS)
    assert about(said, *(f"decisions.csv, row 2{place}" for place in places)), said


@pytest.mark.parametrize(
    ("cells", "places"),
    [
        ({"likelihood": "1", "impact": "10", "score_now": "100"}, ()),
        ({"likelihood": "0", "impact": "5"}, ("likelihood",)),
        ({"likelihood": "5", "impact": "11"}, ("impact",)),
        ({"likelihood": "2.5", "impact": "5"}, ("likelihood",)),
        ({"score_before": "101"}, ("score_before",)),
        ({"likelihood": "5"}, ("impact",)),
        ({"impact": "5"}, ("likelihood",)),
    ],
)
def test_a_risk_has_whole_numbers_in_their_bounds_and_both_or_neither(cells, places):
    said = faults(risk_faults, risks=[{"risk_id": "r"} | cells])
    assert about(said, *(f"risks.csv, row 2, {place}" for place in places)), said


@pytest.mark.parametrize(("word", "is_said"), [("amber", False), ("", False), ("yellowish", True)])
def test_a_rating_is_a_colour_or_a_word_of_the_council(word, is_said):
    said = faults(rag_faults, observations=[number(HOME, "1", stated_rag=word)])
    assert about(said, *["observations.csv, row 2, stated_rag"] * is_said)


# Events


@pytest.mark.parametrize(
    ("cells", "places"),
    [
        ({"date": "2024-03-12", "end_date": "2024-03-13", "status": "happened"}, ()),
        ({"date": "2024-03-12", "end_date": "2024-03-11", "status": "happened"}, ("end_date",)),
        ({"date": "2024-03-12", "end_date": "2024-03"}, ()),
        ({"date": "2024-03-20", "status": "happened"}, ()),
        ({"date": "2024-03-21", "status": "happened"}, ("date",)),
        ({"date": "2024-03-21", "status": "expected"}, ()),
    ],
)
def test_a_milestone_has_its_days_in_order_and_happened_before_the_return_came(cells, places):
    said = faults(milestone_faults, milestones=[{"milestone_id": "m"} | cells])
    assert about(said, *(f"milestones.csv, row 2, {place}" for place in places)), said


@pytest.mark.parametrize(
    ("end", "published", "places"),
    [("2024-03-13", "2024-04-20", ()), ("2024-03-11", "", ("end_date",)), ("", "2024-03-11", ("published",))],
)
def test_an_inspection_ends_and_is_published_after_it_began(end, published, places):
    row = {"inspection_id": "i", "date": "2024-03-12", "end_date": end, "published": published}
    assert about(faults(inspection_faults, inspections=[row]), *(f"inspections.csv, row 2, {p}" for p in places))


def test_a_condition_names_a_notice_that_is_there():
    notices = [{"milestone_id": "m", "event_id": "notice-1"}]
    rows = [{"condition_id": "c", "notice_id": n} for n in ("notice-1", "notice-2", "")]
    said = faults(condition_faults, milestones=notices, conditions=rows)
    assert about(said, "conditions.csv, row 3, notice_id: “notice-2” is not an event_id of milestones.csv")


# The return itself


def test_a_return_says_what_its_folder_and_the_settings_say(project):
    assert faults(identity_faults, project=project) == []
    made_up = AUTHORITY.model_copy(update={"illustrative": True})
    assert about(faults(identity_faults, made_up, project), "return.yml, illustrative: must be true for a made-up")
    raw = raw_of(month="2024-03")
    said = [str(f) for f in identity_faults(Given(raw, {}, {HOME: AUTHORITY}, project))]
    assert about(said, "return.yml: says exampleshire/2024-03, but the return lies in exampleshire/2024-02")
    nobody = [str(f) for f in identity_faults(Given(raw_of(), {}, {"exampleshore": AUTHORITY}, project))]
    assert about(nobody, "return.yml, authority: “exampleshire” is not in params/authorities.yml; did you mean")


@pytest.mark.parametrize(
    ("name", "sha256", "said"),
    [
        ("card.csv", hashlib.sha256(b"a,b\n").hexdigest(), None),
        ("card.csv", "0" * 64, "is not the document that return.yml names"),
        ("card.csv", None, "has no sha256 in return.yml"),
        ("other.csv", "0" * 64, "is named by no source of return.yml"),
    ],
)
def test_a_copy_is_the_document_that_a_source_names(tmp_path, name, sha256, said):

    raw = raw_of(sources={"board": SOURCE | {"file": name, "sha256": sha256}})
    raw.folder = tmp_path
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "card.csv").write_bytes(b"a,b\n")
    found = [str(f) for f in copy_faults(Given(raw, {}, {}, None))]
    assert about(found, *([f"sources/card.csv: {said}"] if said else []))
