"""The series: what a month shows follows from the returns up to it, never from what was prepared before."""

import shutil
import tempfile
from pathlib import Path

import pytest
from conftest import copy_project
from damage import edit
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from improvement_reports.returns.prepare import prepare_return
from improvement_reports.returns.prepared import read_processed
from improvement_reports.returns.series import known_returns, prepare_series
from improvement_reports.workspace.places import Project

AUTHORITY = "exampleshire"
MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04")
MISSING = "missing_children_count,exampleshire"


def observations(month: str, parts: dict[str, int], *more: str) -> str:
    """A table of children who went missing in a month by district, with the whole."""
    header = "measure_id,area,period,period_type,category,value,numerator,denominator,value_status,source_id,locator"
    cells = {"": sum(parts.values()), **parts}
    rows = [f"{MISSING},{month},month,{c},{v},,,published,board-{month},Page 3" for c, v in cells.items()]
    return "\n".join([header, *rows, *more]) + "\n"


@pytest.fixture(scope="module")
def four_months(tmp_path_factory) -> Project:
    """Four returns: February withholds North (2) and a partner, and March and April say February's numbers again."""
    project = copy_project(tmp_path_factory.mktemp("series"))
    home = project.raw / AUTHORITY
    again = [f"{MISSING},2024-02,month,{c},{v},,,published,board-{{}},Page 3" for c, v in (("East", 7), ("South", 8))]
    parts = {
        "2024-01": {"East": 9, "North": 9, "South": 8},
        "2024-02": {"East": 7, "North": 2, "South": 8},
        "2024-03": {"East": 6, "North": 14, "South": 8},
        "2024-04": {"East": 16, "North": 4, "South": 9},
    }
    text = (home / "2024-02/return.yml").read_text(encoding="utf-8")
    shutil.rmtree(home)
    for month, cells in parts.items():
        folder = home / month
        folder.mkdir(parents=True)
        (folder / "return.yml").write_text(
            text.replace("2024-02", month).replace("2024-03-", "2024-05-"), encoding="utf-8"
        )
        more = [row.format(month) for row in again] if month > "2024-02" else []
        (folder / "observations.csv").write_text(observations(month, cells, *more), encoding="utf-8")
    return project


def contents(project: Project) -> dict[str, bytes]:
    """Every processed file of the returns that are there, by its path."""
    home = project.processed / AUTHORITY
    months = [p.name for p in (project.raw / AUTHORITY).iterdir()]
    return {
        p.relative_to(home).as_posix(): p.read_bytes()
        for m in months
        for p in sorted((home / m).rglob("*"))
        if p.is_file()
    }


def fresh(project: Project) -> dict[str, bytes]:
    """What the returns of a project give where nothing was prepared before."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(project.root, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("processed"))
        copy = Project(Path(folder))
        prepare_series(copy, AUTHORITY)
        return contents(copy)


def edit_month(project: Project, month: str) -> None:
    """North of a month is 3 now, or what it was before."""
    path = project.raw / AUTHORITY / month / "observations.csv"
    if not path.is_file():
        return
    text = path.read_text(encoding="utf-8")
    before, after = ("North,3,", "North,9,") if ",North,3," in text else ("North,", "North,3,")
    edited = "\n".join(
        (
            line.replace(before, after)
            if line.startswith(f"{MISSING},{month}") and before == "North,3,"
            else (
                f"{MISSING},{month},month,North,3,,,published,board-{month},Page 3"
                if line.startswith(f"{MISSING},{month},month,North,")
                else line
            )
        )
        for line in text.splitlines()
    )
    path.write_text(edited + "\n", encoding="utf-8")


def break_month(project: Project, month: str) -> None:
    """A category stands twice, or no longer does."""
    path = project.raw / AUTHORITY / month / "observations.csv"
    if not path.is_file():
        return
    text, twice = path.read_text(encoding="utf-8"), f"{MISSING},{month},month,East,1,,,published,board-{month},Page 9\n"
    path.write_text(text.replace(twice, "") if twice in text else text + twice, encoding="utf-8")


def remove_month(project: Project, month: str) -> None:
    folder, aside = project.raw / AUTHORITY / month, project.root / "removed" / month
    aside.parent.mkdir(exist_ok=True)
    shutil.move(*((aside, folder) if aside.exists() else (folder, aside)))


def prepare_month(project: Project, month: str) -> None:
    prepare_series(project, AUTHORITY, month)


def force_month(project: Project, month: str) -> None:
    prepare_series(project, AUTHORITY, month, {month})


STEPS = st.lists(
    st.tuples(
        st.sampled_from([prepare_month, prepare_month, force_month, edit_month, break_month, remove_month]),
        st.sampled_from(MONTHS),
    ),
    max_size=7,
)


@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(STEPS)
def test_every_order_gives_the_same_bytes(four_months, steps):
    """Any months prepared in any order, with months edited, broken, mended and removed in between, and then the
    series.
    """
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(four_months.root, folder, dirs_exist_ok=True)
        project = Project(Path(folder))
        for do, month in steps:
            do(project, month)
        failed = {o.subject.split("/")[1] for o in prepare_series(project, AUTHORITY) if o.state == "failed"}
        now, expected = (
            {k: v for k, v in c.items() if k[:7] not in failed} for c in (contents(project), fresh(project))
        )
        assert now == expected
        assert {m for m, _ in known_returns(project, AUTHORITY)} == {k[:7] for k in expected}


@pytest.mark.parametrize("month", MONTHS)
def test_one_month_alone_is_what_it_is_in_the_series(four_months, tmp_path, month):
    shutil.copytree(four_months.root, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path)
    prepare_return(project, AUTHORITY, month)
    expected = fresh(project)
    assert {k: v for k, v in contents(project).items() if k.startswith(month)} == {
        k: v for k, v in expected.items() if k.startswith(month)
    }


def test_a_later_month_first_does_not_show_what_an_earlier_one_withholds(four_months, tmp_path):
    shutil.copytree(four_months.root, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path)
    tables, _ = read_processed(prepare_return(project, AUTHORITY, "2024-03"))
    told = tables["observations"].query("period == '2024-02'").set_index("category")["value_status"].to_dict()
    february = read_processed(project.processed_return(AUTHORITY, "2024-02"))[0]["observations"].set_index("category")
    assert (
        {c for c in told if told[c] == "suppressed"}
        == {c for c in told if february.at[c, "value_status"] == "suppressed"}
        != set()
    )


def test_a_threshold_that_changed_makes_the_later_months_anew(four_months, tmp_path):
    shutil.copytree(four_months.root, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path)
    prepare_series(project, AUTHORITY)
    edit(
        project.params / "measures.yml",
        "  better_when: lower\n  definition: Children with at least one missing",
        "  better_when: lower\n  small_number_threshold: 8\n  definition: Children with at least one missing",
    )
    assert {o.state for o in prepare_series(project, AUTHORITY)} == {"done"}
    assert contents(project) == fresh(project)
