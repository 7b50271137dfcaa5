"""Parameters that are misspelt, missing, of the wrong type or said twice are told before anything runs."""

import pytest
from damage import edit, link, replace, together, write
from goldens import assert_message

from improvement_reports.domain.errors import InvalidInput, UserError
from improvement_reports.report import open_report, parameter_faults
from improvement_reports.returns.prepare import prepare_return
from improvement_reports.runs.reports import reports
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.parameters import load_report
from improvement_reports.workspace.places import RESERVED, Project

JOB = ("exampleshire", "2024-03", "board")
BOARD, MEASURES, AUTHORITIES, NAMES = "exampleshire/2024-03-board.yml", "measures.yml", "authorities.yml", "names.yml"


COURT = """court_weeks:
  title: Weeks in court
  label: Weeks in court
  unit: weeks
  of: cases
  better_when: lower
  definition: Weeks in court.
  question: Why so long?
"""


def board(old: str, new: str):
    return replace(BOARD, old, new, "params")


def measures(old: str, new: str):
    return replace(MEASURES, old, new, "params")


def authorities(old: str, new: str):
    return replace(AUTHORITIES, old, new, "params")


CASES = {
    # a report
    "parameter misspelt": board("headline_measures", "headline_measure"),
    "parameter misspelt in a chart": board("chart: trend", "chrat: trend"),
    "parameter unknown": board("kind: board", "kind: board\ncolour: red"),
    "parameter missing": board('title: "Improvement plan: progress to March 2024"\n', ""),
    "parameter doubled": board("kind: board", "kind: board\nkind: board"),
    "parameter empty": board('title: "Improvement plan: progress to March 2024"', 'title: ""'),
    "parameter that should be a list": board("measures: [care_proceedings_weeks]", "measures: care_proceedings_weeks"),
    "parameter that should be a mapping": board('{body: Improvement Board, date: "2024-04-24"}', "Improvement Board"),
    "parameter that should be a text": board('title: "Improvement plan: progress to March 2024"', "title: [a, b]"),
    "kind unknown": board("kind: board", "kind: bored"),
    "month that is no month": board('month: "2024-03"', 'month: "2024-13"'),
    "meeting on a day that does not exist": board('date: "2024-04-24"', 'date: "2024-04-31"'),
    "meeting before the return": board('date: "2024-04-24"', 'date: "2024-04-16"'),
    "measure unknown": board("measures: [care_proceedings_weeks]", "measures: [care_proceeding_weeks]"),
    "chart unknown": board("chart: trend", "chart: pie"),
    "chart doubled": board("id: quality", "id: assessments"),
    "section of no priority": board('"2b":', '"2c":'),
    "section that the kind never shows": board('"2b":', '"indicators":'),
    "trend of two measures": board(
        "chart: trend\n        measures: [assessments_in_time_pct]",
        "chart: trend\n        measures: [assessments_in_time_pct, rereferrals_pct]",
    ),
    "trend of a kind of period that is not there": board("chart: trend", "chart: trend\n        period_type: quarter"),
    "bars of a period that is not there": board("chart: bars", 'chart: bars\n        period: "2023-12"'),
    "bars of two units": board(
        "measures: [assessments_in_time_pct, audits_good_pct]",
        "measures: [assessments_in_time_pct, care_proceedings_weeks]",
    ),
    "label of no category": board("chart: bars", "chart: bars\n        category_labels: {Nroth: North}"),
    "measure of which there is no row": lambda project: [
        board("measures: [care_proceedings_weeks]", "measures: [court_weeks]")(project),
        (project.params / MEASURES).write_text((project.params / MEASURES).read_text() + COURT),
    ],
    "meeting in a month": board('date: "2024-04-24"', 'date: "2024-04"'),
    "summary with a bare number": board('summary: "Assessments met', 'summary: "41 assessments met'),
    "finding with HTML": board("Assessments met their target, audits", "<b>Assessments</b> met their target, audits"),
    "finding with an unknown measure": board(
        '{{ value(\\"missing_children_count\\") }}', '{{ value(\\"missing_children\\") }}'
    ),
    "report under another name": (
        lambda project: (project.params / BOARD).rename(project.params / "exampleshire/2024-01-board.yml")
    ),
    "report of an unknown authority": board("authority: exampleshire", "authority: exampelshire"),
    "report with a path for an authority": board("authority: exampleshire", "authority: ../.."),
    "YAML with an open bracket": board("measures: [care_proceedings_weeks]", "measures: [care_proceedings_weeks"),
    "YAML with a tab": board("    name: Court", "\tname: Court"),
    "YAML with a list for a key": board("kind: board", "kind: board\n[a, b]: c"),
    "YAML that is empty": write(BOARD, "", "params"),
    "YAML that is a list": write(BOARD, "- a\n", "params"),
    "YAML that is no UTF-8": write(BOARD, b"title: caf\xe9\n", "params"),
    "YAML that runs code": write(BOARD, "!!python/object/apply:os.system [ls]\n", "params"),
    # measures and authorities
    "unit unknown": measures("unit: weeks", "unit: week"),
    "question without its mark": measures("Why do people leave?", "Why do people leave."),
    "label too long": measures("label: Re-referrals", "label: " + "Re-referrals " * 4),
    "threshold lowered without a reason": measures(
        "better_when: lower\n  definition: Children with",
        "better_when: lower\n  small_number_threshold: 4\n  definition: Children with",
    ),
    "decimals that are a word": measures("of: referrals\n  decimals: 1", "of: referrals\n  decimals: one"),
    "follows no measure": measures("follows: missing_children_count", "follows: missing_children_cuont"),
    "follows itself": measures("follows: missing_children_count", "follows: missing_children_pct"),
    "measure with a path for an id": measures("care_proceedings_weeks:", "../../care:"),
    "measure that is a text": write(MEASURES, "a: b\n", "params"),
    "measure doubled": lambda project: (project.params / MEASURES).open("a").write("\nrereferrals_pct: {}\n"),
    "authority with a path for an id": authorities("exampleshire:", "../..:"),
    "authority with an underscore": authorities("exampleshire:", "example_shire:"),
    **{f"authority that is a page: {name}": authorities("exampleshire:", f"{name}:") for name in RESERVED},
    "code of two digits": authorities('"999"', '"99"'),
    "code without its letter": authorities("E99000001", "99000001"),
    "comparison that there is not": board("kind: board\n", "kind: board\nalso_compare: [best_neighbor]\n"),
    "own word for what is no status": authorities(
        "illustrative: true", "illustrative: true\n  status_words:\n    Amber: at_riks"
    ),
    "own word for two statuses of one kind": authorities(
        "illustrative: true", "illustrative: true\n  status_words:\n    Amber: [at_risk, compromised]"
    ),
    "own word without a meaning": authorities(
        "illustrative: true", "illustrative: true\n  status_words:\n    Amber: []"
    ),
    "authorities missing": lambda project: (project.params / AUTHORITIES).unlink(),
    "names that are one text": write(NAMES, "names: section 47\n", "params"),
    "measures that are elsewhere": link(MEASURES, "../nowhere/measures.yml", "params"),
}


def load(project: Project) -> None:
    """What `run` does before it starts a notebook."""
    load_authorities(project), load_measures(project)
    _, wrong = reports(project, *JOB[:1])
    if wrong:
        raise UserError(wrong[0].message)
    parameter_faults(project, open_report(*JOB, project))


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_told(prepared, name):
    CASES[name](prepared)
    with pytest.raises(UserError) as caught:
        load(prepared)
    assert_message(name, str(caught.value))


def test_good_parameters_have_no_fault(prepared):
    load(prepared)


def test_all_faults_of_a_file_are_told_in_one_go(prepared):
    together(CASES["parameter misspelt"], CASES["parameter missing"], CASES["kind unknown"], CASES["chart unknown"])(
        prepared
    )
    with pytest.raises(InvalidInput) as caught:
        load_report(prepared, prepared.report_params(*JOB))
    said = str(caught.value)
    assert len(caught.value.faults) == 4
    assert all(word in said for word in ("headline_measure", "“title”", "bored", "pie"))


@pytest.mark.parametrize(("day", "good"), [("2024-04-16", False), ("2024-04-17", True), ("2024-04-18", True)])
def test_a_meeting_receives_what_was_there_by_then(prepared, day, good):
    edit(prepared.params / BOARD, 'date: "2024-04-24"', f'date: "{day}"')
    if good:
        open_report(*JOB, prepared)
    else:
        with pytest.raises(UserError, match="was received on 2024-04-17, after the meeting on 2024-04-16"):
            open_report(*JOB, prepared)


@pytest.mark.parametrize(
    ("fields", "good"),
    [
        ("small_number_threshold: 4", False),
        ("small_number_threshold: 5", True),
        ("small_number_threshold: 6", True),
        ("small_number_threshold: 4\n  small_number_reason: Agreed with the department", True),
        ("small_number_threshold: -1\n  small_number_reason: Agreed", False),
    ],
)
def test_a_lower_threshold_for_children_needs_a_reason(project, fields, good):
    edit(project.params / MEASURES, "  definition: Children whom", f"  {fields}\n  definition: Children whom")
    if good:
        load_measures(project)
    else:
        with pytest.raises(InvalidInput, match=r"params/measures\.yml, children_in_care_count"):
            load_measures(project)


@pytest.mark.parametrize(("length", "good"), [(1, True), (48, True), (49, False)])
def test_a_label_fits_into_a_table(project, length, good):
    edit(project.params / MEASURES, "label: Re-referrals", "label: " + "x" * length)
    if good:
        load_measures(project)
    else:
        with pytest.raises(InvalidInput, match="at most 48 characters"):
            load_measures(project)


def test_dates_and_numbers_that_yaml_reads_as_such_are_meant_as_text(prepared):
    edit(prepared.params / BOARD, '"2024-04-24"', "2024-04-24")
    edit(prepared.params / AUTHORITIES, '"999"', "999")
    assert load_report(prepared, prepared.report_params(*JOB)).meeting.date == "2024-04-24"
    assert load_authorities(prepared)["exampleshire"].la_code == "999"


def test_one_bad_file_hides_no_other(prepared):
    CASES["parameter misspelt"](prepared)
    jobs, wrong = reports(prepared)
    assert jobs == [("exampleshire", "2024-02", "board")]
    assert [w.subject for w in wrong] == ["/".join(JOB)]


def test_what_is_changed_is_read_again(project):
    assert "rereferrals_pct" in load_measures(project)
    edit(project.params / MEASURES, "rereferrals_pct:", "again_pct:")
    assert "again_pct" in load_measures(project)


def test_a_return_of_one_month_does_not_need_the_report_of_another(prepared):
    CASES["YAML that is empty"](prepared)
    assert prepare_return(prepared, "exampleshire", "2024-02").is_dir()
