"""What a report knows: its own return, and the earlier ones that had come by its meeting."""

import shutil

import pytest
from damage import edit

from improvement_reports.facts.facts import Facts
from improvement_reports.report import open_report
from improvement_reports.returns.folders import returns
from improvement_reports.returns.prepare import prepare_return
from improvement_reports.returns.series import prepare_if_changed
from improvement_reports.runs.up_to_date import prepare_and_run
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import Summary

JOB = ("exampleshire", "2024-03", "board")


def known(project: Project) -> set[str]:
    """The months of whose returns the report of March knows."""
    facts = open_report(*JOB, project).facts
    return {file.split("/")[1] for file in facts.observations["source_file"]}


def facts_of(project: Project) -> Facts:
    return open_report(*JOB, project).facts


def add_month(project: Project, month: str) -> None:
    """A copy of the March return for another month, with one value of that month."""
    folder = project.raw_return("exampleshire", month)
    shutil.copytree(project.raw_return(*JOB[:2]), folder)
    shutil.rmtree(folder / "narrative")
    edit(folder / "return.yml", 'month: "2024-03"', f'month: "{month}"')
    for path in folder.glob("*.csv"):
        if path.name != "observations.csv":
            path.unlink()
    lines = (folder / "observations.csv").read_text().splitlines()
    row = f"assessments_in_time_pct,exampleshire,{month},month,,70,,,published,board-2024-03,Page 2"
    (folder / "observations.csv").write_text(f"{lines[0]}\n{row}\n")
    prepare_return(project, "exampleshire", month)


def test_earlier_returns_are_known_and_later_ones_are_not(prepared):
    assert known(prepared) == {"2024-02", "2024-03"}
    add_month(prepared, "2024-01")
    add_month(prepared, "2024-04")
    assert known(prepared) == {"2024-01", "2024-02", "2024-03"}


@pytest.mark.parametrize(
    ("received", "expected"),
    [("2024-04-23", {"2024-02", "2024-03"}), ("2024-04-24", {"2024-02", "2024-03"}), ("2024-04-25", {"2024-03"})],
)
def test_an_earlier_return_that_came_after_the_meeting_is_not_known(prepared, received, expected):
    edit(
        prepared.raw_return("exampleshire", "2024-02") / "return.yml",
        'received: "2024-03-20"',
        f'received: "{received}"',
    )
    prepare_return(prepared, "exampleshire", "2024-02")
    assert known(prepared) == expected


def test_a_return_that_was_taken_back_is_not_known(prepared):
    """Its prepared tables may still lie there."""
    shutil.rmtree(prepared.raw_return("exampleshire", "2024-02"))
    for authority, month in returns(prepared):
        prepare_if_changed(prepared, authority, month)
    assert known(prepared) == {"2024-03"}


def test_where_two_returns_say_the_same_thing_the_newer_one_holds(prepared):
    with (prepared.raw_return(*JOB[:2]) / "observations.csv").open("a") as file:
        file.write("assessments_in_time_pct,exampleshire,2024-02,month,,79,158,200,published,board-2024-03,Page 2\n")
    prepare_return(prepared, *JOB[:2])
    at = facts_of(prepared).position("assessments_in_time_pct")
    assert (at.value, at.previous["value"], at.change) == (85, 79, 6)


def test_the_statuses_of_last_time_are_those_of_the_return_before(prepared):
    assert facts_of(prepared).previous_priorities.set_index("priority_id").at["1", "impact_status"] == "at_risk"
    add_month(prepared, "2024-01")
    assert facts_of(prepared).previous_priorities.set_index("priority_id").at["1", "impact_status"] == "at_risk"


def test_a_report_of_a_month_prepares_the_months_before_it(project):
    """Whatever the filter says, for the report reads them."""
    edit(project.notebook("board"), "sections.about(report)", "1 / 0")
    summary = Summary()
    prepare_and_run(project, ("exampleshire", "2024-03", None), False, lambda outcome: None, summary)
    assert known(project) == {"2024-02", "2024-03"}
