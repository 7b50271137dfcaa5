"""Every row of a return stands behind a figure of its report, but for a reviewed list of rows with the reason
for each.
"""

import csv
import html
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from improvement_reports.pages.cross_pages import write_audit_threads_programmes
from improvement_reports.runs.draft import write_draft_of
from improvement_reports.runs.figures_file import read_figures
from improvement_reports.runs.run import run_report
from improvement_reports.workspace.parameters import load_report
from improvement_reports.workspace.places import Project

BOARD, CABINET = "gloucestershire/2021-04", "herefordshire/2021-08"
REPORTS = {
    BOARD: "board",
    "gloucestershire/2022-11": "scrutiny",
    "worcestershire/2018-06": "cabinet",
    "gloucestershire/2020-10": "inspection",
    CABINET: "cabinet",
}
AUDIT, THREAD = "audit", "gloucestershire/thread"
OTHER_DATE = (
    "a second date for an event whose first date the report shows; its data note says both, and the claims audit shows"
    " the row"
)
ANSWER = (
    "ties a step of the plan to the inspection of 2020; the golden thread and the inspection report show it, the"
    " board's dashboard does not"
)
# Return, table, first cell of the row (* for all): where the row stands behind a figure instead (a page of all reports,
# or none), why.
EXCEPTIONS = {
    (BOARD, "milestones", "ict-security-breach-3e"): (AUDIT, OTHER_DATE),
    (BOARD, "milestones", "focused-visit-letter-3c"): (AUDIT, OTHER_DATE),
    (CABINET, "milestones", "focused-visit-one-day"): (AUDIT, OTHER_DATE),
    (BOARD, "links", "*"): (THREAD, ANSWER),
    (BOARD, "priorities", "3"): (
        None,
        "a heading over 3a to 3e that has no status of its own: its title is text on the page",
    ),
}


@pytest.fixture(scope="module")
def laid(real_once, tmp_path_factory) -> Project:
    """The real project with what a run of each report gives, and the pages that are made of all of them."""
    folder = tmp_path_factory.mktemp("laid")
    shutil.copytree(real_once.root, folder, dirs_exist_ok=True)
    project = Project(folder)
    for home, kind in REPORTS.items():
        job = (*home.split("/"), kind)
        outcome = run_report(str(folder), *job)
        assert outcome.state == "done", outcome.message
        write_draft_of(project, *job)
    write_audit_threads_programmes(
        project, [load_report(project, project.report_params(*home.split("/"), kind)) for home, kind in REPORTS.items()]
    )
    return project


def report_folder(laid: Project, home: str) -> Path:
    return laid.draft_folder(*home.split("/"), REPORTS[home])


def inputs(folder: Path) -> set[tuple[str, int]]:
    """File and row of everything that the figures of a page were made from."""
    figures = read_figures(folder / "figures.json")["figures"]
    return {(i["file"], i["row"]) for f in figures for i in f["inputs"]}


def raw_rows(home: str) -> list[tuple[str, str, int, list[str]]]:
    """Table, first cell, number in the file (the header is row 1) and cells of every row of a return."""
    found = []
    for path in sorted((ROOT / "data" / "raw" / home).glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += [(path.stem, row[0], n, row) for n, row in enumerate(csv.reader(file), start=1) if n > 1]
    return found


def exception(home: str, table: str, key: str):
    return EXCEPTIONS.get((home, table, key)) or EXCEPTIONS.get((home, table, "*"))


@pytest.mark.parametrize("home", REPORTS)
def test_every_row_of_a_return_stands_behind_a_figure_of_its_report(laid, home):
    shown, rows = inputs(report_folder(laid, home)), raw_rows(home)
    assert len(rows) > 100
    missing = [
        (table, n, key)
        for table, key, n, _ in rows
        if (f"{home}/{table}.csv", n) not in shown and not exception(home, table, key)
    ]
    assert missing == []


@pytest.mark.parametrize("home", REPORTS)
def test_a_report_names_no_row_that_its_return_does_not_have(laid, home):
    there = {(f"{home}/{table}.csv", n) for table, _, n, _ in raw_rows(home)}
    assert {i for i in inputs(report_folder(laid, home)) if i[0].startswith(home)} <= there


@pytest.mark.parametrize("name", EXCEPTIONS, ids="/".join)
def test_an_exception_is_needed_and_stands_where_it_says(laid, name):
    home, table, key = name
    (place, _), rows = EXCEPTIONS[name], [r for r in raw_rows(home) if r[0] == table and key in ("*", r[1])]
    assert rows
    shown = inputs(report_folder(laid, home))
    assert all((f"{home}/{table}.csv", n) not in shown for _, _, n, _ in rows), (
        "no exception any more: remove it from the list"
    )
    if place:
        assert {(f"{home}/{table}.csv", n) for _, _, n, _ in rows} <= inputs(laid.reports / place)
    else:
        page = (report_folder(laid, home) / "report.ipynb").read_text(encoding="utf-8")
        words = html.unescape(page.replace("\\", ""))
        assert all(max(row, key=len) in words for *_, row in rows)
