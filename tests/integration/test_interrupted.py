"""A full disk or a kill in mid-run: the last good tables and the last good site stay, and the next call succeeds."""

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from damage import edit
from marked_processes import wait_until
from quick_runs import MARCH

from improvement_reports.official.up_to_date import prepare_official_if_changed
from improvement_reports.report import open_report
from improvement_reports.returns.prepare import prepare_return
from improvement_reports.returns.prepared import read_processed
from improvement_reports.returns.series import prepare_if_changed
from improvement_reports.runs.run import EXECUTED, run_report
from improvement_reports.site.build import build_site
from improvement_reports.workspace.files import STALE_SECONDS, recover, swap_in, write_whole
from improvement_reports.workspace.places import Project

WITH_KILL = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


def full_disk(monkeypatch, owner, name: str, nth: int) -> None:
    """The nth call of a function finds the disk full."""
    original, calls = getattr(owner, name), []

    def failing(*args, **kwargs):
        calls.append(args)
        if len(calls) == nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, failing)


def contents(folder: Path) -> dict[Path, bytes]:
    return {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def change_march(project: Project) -> None:
    edit(project.raw_return(*MARCH[:2]) / "observations.csv", ",,85,170,200,", ",,86,172,200,")


def assessments(project: Project) -> float:
    """The value of March as it is prepared: 85 before the change, 86 after it."""
    table = read_processed(project.processed_return(*MARCH[:2]))[0]["observations"]
    return table.set_index("measure_id").loc["assessments_in_time_pct", "value"]


# Tables


@pytest.mark.parametrize(
    ("owner", "name", "nth"),
    [
        (tempfile, "mkdtemp", 1),
        (Path, "write_bytes", 1),
        (Path, "write_bytes", 9),
        (Path, "write_text", 1),
        (Path, "rename", 1),
        (Path, "rename", 2),
    ],
)
def test_a_full_disk_leaves_the_last_good_tables(prepared, monkeypatch, owner, name, nth):
    before, home = contents(prepared.processed), prepared.processed / "exampleshire"
    names = {p.name for p in home.iterdir()}
    assert {n for n in names if not n.endswith(".key")} == {"2024-02", "2024-03"}
    change_march(prepared)
    with monkeypatch.context() as patch:
        full_disk(patch, owner, name, nth)
        with pytest.raises(OSError, match="No space left"):
            prepare_return(prepared, *MARCH[:2])
    assert contents(prepared.processed) == before
    prepare_return(prepared, *MARCH[:2])
    assert assessments(prepared) == 86
    assert {p.name for p in home.iterdir()} == names


# Dies before the nth call of os.rename (folders) or os.replace (files) inside the project.
KILLER = """
import os, signal, sys
name, nth, home, calls = sys.argv.pop(1), int(sys.argv.pop(1)), os.getcwd(), []
original = getattr(os, name)
def dying(source, *args, **kwargs):
    calls.extend([source] if os.path.abspath(source).startswith(home) else [])
    if len(calls) == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(source, *args, **kwargs)
setattr(os, name, dying)
from improvement_reports.cli import main
main()
"""
TABLES_STAY = ("rename", 1)  # before the last good tables are moved away
BETWEEN = ("rename", 2)  # before the new ones are in their place
TABLES_ARE_NEW = ("replace", 1)  # before it is noted what they were made from


def killed(project: Project, moment: tuple[str, int], *arguments: str) -> None:
    """Call the command line and kill it at a moment."""
    command = [sys.executable, "-c", KILLER, *map(str, moment), *arguments]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


@WITH_KILL
@pytest.mark.parametrize(("moment", "value"), [(TABLES_STAY, 85), (BETWEEN, None), (TABLES_ARE_NEW, 86)])
def test_a_kill_leaves_the_last_good_tables(prepared, moment, value):
    prepare_if_changed(prepared, *MARCH[:2])  # February is as it was: only March is made again
    change_march(prepared)
    killed(prepared, moment, "prepare", "--month", "2024-03")
    if value:
        assert assessments(prepared) == value
    assert prepare_if_changed(prepared, *MARCH[:2]).state == "done"
    assert assessments(prepared) == 86


@WITH_KILL
def test_a_kill_between_the_renames_loses_no_tables_even_if_the_return_is_now_bad(prepared):
    prepare_if_changed(prepared, *MARCH[:2])
    change_march(prepared)
    killed(prepared, BETWEEN, "prepare", "--month", "2024-03")
    edit(prepared.raw_return(*MARCH[:2]) / "observations.csv", ",,86,172,200,", ",,186,172,200,")
    assert prepare_if_changed(prepared, *MARCH[:2]).state == "failed"
    assert assessments(prepared) == 85


@WITH_KILL
@pytest.mark.parametrize("moment", [TABLES_STAY, BETWEEN])
def test_what_a_kill_leaves_behind_is_no_earlier_return(prepared, moment):
    """Leftovers of April lie beside the tables of February and March, and are not read for March."""
    april = prepared.raw_return("exampleshire", "2024-04")
    shutil.copytree(prepared.raw_return(*MARCH[:2]), april)
    for path in april.rglob("*.*"):
        text = path.read_text().replace("2024-04-17", "2024-05-17").replace("2024-03-31", "2024-04-30")
        path.write_text(text.replace("2024-03", "2024-04"))
    prepare_if_changed(
        prepared, "exampleshire", "2024-04"
    )  # February and March are as they were: only April is made again
    before = open_report(*MARCH, prepared).facts
    edit(april / "observations.csv", ",,85,170,200,", ",,86,172,200,")
    killed(prepared, moment, "prepare", "--month", "2024-04")
    after = open_report(*MARCH, prepared).facts
    assert after.observations.equals(before.observations)
    assert after.previous_priorities.equals(before.previous_priorities)
    assert any((prepared.processed / "exampleshire").glob(".2024-04-*"))


@WITH_KILL
def test_a_kill_between_the_renames_of_an_earlier_month_takes_nothing_from_this_one(prepared):
    """February's tables lie aside when the place is empty; March's report is not made without them in silence."""
    before = open_report(*MARCH, prepared).facts
    killed(prepared, BETWEEN, "prepare", "--force")
    assert not prepared.processed_return("exampleshire", "2024-02").exists()
    after = open_report(*MARCH, prepared).facts
    assert after.observations.equals(before.observations)
    assert after.previous_priorities.equals(before.previous_priorities)


# Files and folders


@pytest.mark.parametrize("name", ["write_text", "replace"])
def test_a_full_disk_leaves_the_last_good_file(tmp_path, monkeypatch, name):
    write_whole(tmp_path / "a.txt", "good")
    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
        full_disk(patch, Path, name, 1)
        write_whole(tmp_path / "a.txt", "better")
    assert contents(tmp_path) == {Path("a.txt"): b"good"}


def folder(path: Path, text: str) -> Path:
    path.mkdir()
    (path / "a.txt").write_text(text)
    return path


def test_a_folder_is_swapped_in_whole(tmp_path):
    target = folder(tmp_path / "target", "old")
    swap_in(folder(tmp_path / "aside", "new"), target)
    assert contents(tmp_path) == {Path("target/a.txt"): b"new"}


@pytest.mark.parametrize("new_is_there", [True, False])
def test_recovery_after_a_kill_between_the_renames(tmp_path, new_is_there):
    folder(tmp_path / ".target-old", "old")
    if new_is_there:
        folder(tmp_path / "target", "new")
    recover(tmp_path / "target")
    recover(tmp_path / "target")
    assert contents(tmp_path) == {Path("target/a.txt"): b"new" if new_is_there else b"old"}


# Reports


@WITH_KILL
def test_a_kill_while_a_notebook_runs_leaves_the_last_good_report(quick):
    assert run_report(str(quick.root), *MARCH).state == "done"
    good = (quick.run_folder(*MARCH) / EXECUTED).read_bytes()
    waiting = "import pathlib, time; pathlib.Path('started').touch(); time.sleep(600)"
    edit(quick.notebook("board"), "1 / (month not in {'2024-01'})", waiting)
    command = [sys.executable, "-m", "improvement_reports.cli", "run", "--month", "2024-03"]
    process = subprocess.Popen(command, cwd=quick.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    is_there = wait_until((quick.root / "started").exists)
    process.kill()
    assert is_there and process.wait() == -signal.SIGKILL
    assert (quick.run_folder(*MARCH) / EXECUTED).read_bytes() == good
    edit(quick.notebook("board"), waiting, "2")
    assert run_report(str(quick.root), *MARCH).state == "done"
    assert sorted(p.name for p in quick.run_folder(*MARCH).iterdir()) == [EXECUTED, "run.json"]


# The site


@pytest.fixture
def built(built_once, tmp_path) -> Project:
    """A built site, and a change of its home page that is not yet in it."""
    shutil.copytree(built_once.root, tmp_path, dirs_exist_ok=True)
    edit(tmp_path / "index.qmd", "## Newest reports", "## New reports")
    return Project(tmp_path)


def assert_next_call_succeeds(project: Project) -> None:
    assert build_site(project, "pandoc").failed == []
    assert "New reports" in (project.site / "index.html").read_text(encoding="utf-8")
    pages = sorted(p.relative_to(project.site).as_posix() for p in project.site.rglob("*.html"))
    assert "reports/exampleshire/2024-03/board/index.html" in pages
    assert not [page for page in pages if re.search(r"(^|/)[._]|stage|old", page)]


@pytest.mark.parametrize(
    ("owner", "name", "nth"),
    [
        (tempfile, "mkdtemp", 1),
        (Path, "write_text", 1),
        (Path, "write_text", 3),
        (Path, "write_text", 12),
        (Path, "replace", 1),
        (Path, "replace", 12),
        (shutil, "copyfile", 1),
        (Path, "rename", 1),
        (Path, "rename", 2),
    ],
)
def test_a_full_disk_leaves_the_last_good_site(built, monkeypatch, owner, name, nth):
    before = contents(built.site)
    with monkeypatch.context() as patch:
        full_disk(patch, owner, name, nth)
        with pytest.raises(OSError, match="No space left"):
            build_site(built, "pandoc")
    assert contents(built.site) == before
    assert [p.name for p in built.root.iterdir() if p.name.startswith("._site")] == []
    assert_next_call_succeeds(built)


@WITH_KILL
def test_kills_leave_the_last_good_site(built):
    """One after the other: while pages are written, before the last good site is moved away, and when it has been."""
    before = contents(built.site)
    for moment in (("replace", 1), ("replace", 8), ("rename", 1)):
        killed(built, moment, "site", "--renderer", "pandoc")
        assert contents(built.site) == before
    killed(built, ("rename", 2), "site", "--renderer", "pandoc")
    assert contents(built.root / "._site-old") == before
    assert_next_call_succeeds(built)


def left_behind(folder: Path, seconds: float) -> Path:
    """A folder that a prepare left half-written some time ago."""
    folder.mkdir(parents=True)
    (folder / "observations.parquet").write_bytes(b"PAR1")
    os.utime(folder, (time.time() - seconds,) * 2)
    return folder


@pytest.mark.parametrize(("seconds", "stays"), [(STALE_SECONDS - 60, True), (STALE_SECONDS + 60, False)])
@pytest.mark.parametrize("is_unchanged", [True, False])
def test_what_a_killed_prepare_left_an_hour_ago_is_removed(project, seconds, stays, is_unchanged):
    if is_unchanged:
        assert prepare_if_changed(project, *MARCH[:2]).state == "done"
    home = project.processed / MARCH[0]
    left = [left_behind(home / name, seconds) for name in (".2024-03-x8_k2lq1", ".2024-02-abcdefgh")]
    assert prepare_if_changed(project, *MARCH[:2]).state == ("unchanged" if is_unchanged else "done")
    assert [p.exists() for p in left] == [stays, stays]


def test_what_was_left_of_the_official_statistics_is_removed(project):
    (project.raw / "official-statistics").mkdir()
    old, new = (
        left_behind(project.processed / f".official-statistics-{n}", s)
        for n, s in (("aaaaaaaa", 2 * STALE_SECONDS), ("bbbbbbbb", 1))
    )
    assert prepare_official_if_changed(project).state == "failed"  # there are no tables; the leavings go all the same
    assert (old.exists(), new.exists()) == (False, True)


def test_nothing_else_is_removed(project):
    home = project.processed / MARCH[0]
    kept = [
        left_behind(home / name, 10 * STALE_SECONDS)
        for name in ("2023-01", ".2024-01-old", ".2024-1-abcdefgh", ".ipynb_checkpoints", ".cache-x")
    ]
    stamp = home / ".2024-02-abcdefgi"
    stamp.write_text("a file is no folder")
    os.utime(stamp, (0, 0))
    prepare_if_changed(project, *MARCH[:2])
    assert all(p.exists() for p in [*kept, stamp])
