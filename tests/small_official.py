"""A few rows of each official table in a folder of their own, and ways to damage them."""

import shutil
from collections.abc import Callable

import pytest
from damage import edit
from site_helpers import REPOSITORY

from improvement_reports.domain.tables import COLUMNS
from improvement_reports.workspace.places import Project

RAW = REPOSITORY / "data" / "raw" / "official-statistics"
SMALL = {
    "annual-values": [
        "cpp_rate,2022,916,Gloucestershire,40.5,published,2022-11-30",
        "cpp_rate,2023,916,Gloucestershire,,suppressed,2023-11-30",
    ],
    "measures": ['cpp_rate,Children on a plan,"per 10,000",1,neutral,"DfE, Children in need"'],
    "areas": ["916,Gloucestershire,South West", "885,Worcestershire,West Midlands", "990,South West,NA"],
    "statistical-neighbours": ["2021,916,1,885,Very Close"],
    "referrals-by-month": [
        "2012-04,916,Gloucestershire,400,published,2013-11-30",
        "2012-04,,South West,4000,published,2013-11-30",
    ],
}


def write_table(project: Project, name: str, rows: list[str]) -> None:
    """One of the tables with these rows and no others."""
    path = project.raw / "official-statistics" / f"{name}.csv"
    path.write_text("\n".join([",".join(COLUMNS[name]), *rows, ""]), encoding="utf-8")


@pytest.fixture
def small(tmp_path) -> Project:
    """A project with a few rows of each official table."""
    project = Project(tmp_path)
    folder = project.raw / "official-statistics"
    folder.mkdir(parents=True)
    shutil.copy(RAW / "sources.yml", folder)
    project.params.mkdir()
    for settings in ("official.yml", "official_lists.yml"):
        shutil.copy(REPOSITORY / "params" / settings, project.params)
    for name, rows in SMALL.items():
        write_table(project, name, rows)
    return project


def change(table: str, old: str, new: str) -> Callable[[Project], None]:
    return lambda project: edit(project.raw / "official-statistics" / f"{table}.csv", old, new)


VALUES, AREA_ROW = "annual-values", "885,Worcestershire,West Midlands\n"
