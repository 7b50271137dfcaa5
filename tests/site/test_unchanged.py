"""A call of `site` that has nothing to do reads no file, and one that has something to do is never taken for it."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from in_process import say

from improvement_reports.site import build, unchanged
from improvement_reports.workspace import tree_state as tree
from improvement_reports.workspace.places import Project

CALL = ("site", "--renderer", "pandoc")


class WasBuilt(Exception):
    """Instead of a build, which takes seconds."""


@pytest.fixture
def built(built_once, tmp_path, monkeypatch) -> Project:
    """A site that was built by a call a moment ago; from here on a build would be noticed."""
    shutil.copytree(built_once.root, tmp_path / "project")
    project = Project(tmp_path / "project")
    time.sleep(0.1)
    assert say(monkeypatch, project, *CALL) == 0

    def noticed(*_, **__):
        raise WasBuilt

    monkeypatch.setattr(build, "build_site", noticed)
    return project


def is_built(monkeypatch, project: Project, *more: str) -> bool:
    """Whether a call went beyond the comparison: to a build, or to an error."""
    try:
        return say(monkeypatch, project, *CALL, *more) != 0
    except WasBuilt:
        return True


def test_nothing_changed(built, monkeypatch, capsys):
    assert not is_built(monkeypatch, built)
    said = capsys.readouterr().out
    assert "Rendered by the built-in renderer (Pandoc), as asked." in said
    assert f"The site: {built.site / 'index.html'}" in said
    assert "Done 0, unchanged " in said and "failed 0" in said
    assert not is_built(monkeypatch, built), "and once more"


def in_place(path: Path) -> None:
    """Another content of the same length, with the old times put back."""
    then, content = path.stat(), path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))


def by_rename(path: Path) -> None:
    other = path.with_name("other")
    shutil.copy2(path, other)
    in_place(other)
    other.replace(path)


BOARD = "exampleshire/2024-03/board"
CHANGED = [
    "index.qmd",
    "_quarto.yml",
    "about/glossary.qmd",
    "theme/site.css",
    "theme/page.html",
    "params/authorities.yml",
    "params/exampleshire/2024-03-board.yml",
    "data/raw/exampleshire/2024-03/observations.csv",
    "notebooks/board.ipynb",
    f"build/runs/{BOARD}/report.ipynb",
    f"build/drafts/{BOARD}/figures.json",
    "build/served.json",
    "build/pages-parts/newest.md",
    "reports/index.qmd",
    "reports/audit/index.qmd",
    "_site/index.html",
    "_site/theme/site.css",
    "_site/.improvement-reports.json",
]


@pytest.mark.parametrize("name", CHANGED)
@pytest.mark.parametrize("change", [in_place, by_rename, Path.unlink])
def test_a_change_is_never_missed(built, monkeypatch, name, change):
    change(built.root / name)
    assert is_built(monkeypatch, built)


ADDED = [
    "params/exampleshire/2024-04-board.yml",
    "about/new.qmd",
    "reports/exampleshire/2024-03/board/v9/report.ipynb",
    "reports/stray.txt",
    "_site/stray.html",
    "_site/.hidden",
    "new/index.qmd",
    "pyproject.toml",
]


@pytest.mark.parametrize("name", ADDED)
def test_what_was_added_is_never_missed(built, monkeypatch, name):
    path = built.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("new", encoding="utf-8")
    assert is_built(monkeypatch, built)


def test_an_added_empty_folder_is_not_missed(built, monkeypatch):
    (built.reports / "exampleshire/2024-03/scrutiny/v1").mkdir(parents=True)
    assert is_built(monkeypatch, built)


def test_a_removed_folder_is_not_missed(built, monkeypatch):
    shutil.rmtree(built.site / "theme")
    assert is_built(monkeypatch, built)


def test_what_no_page_is_made_from_changes_nothing(built, monkeypatch):
    for name in (".git/HEAD", ".venv/x.py", "build/pages/x.html", "_other/index.html", ".swap", "build/preview.log"):
        path = built.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("new", encoding="utf-8")
    assert not is_built(monkeypatch, built)


MORE = [
    ("--force",),
    ("--full",),
    ("--drafts",),
    ("--output", "elsewhere"),
    ("--month", "2024-03"),
    ("--kind", "board"),
    ("--authority", "exampleshire"),
]


@pytest.mark.parametrize("more", MORE, ids=" ".join)
def test_another_call_is_another_site(built, monkeypatch, more):
    assert is_built(monkeypatch, built, *more)


@pytest.mark.parametrize("more, is_kept", [(("--full",), False), (("--force",), True)], ids=["full", "force"])
def test_a_full_build_goes_by_no_record_of_what_lay_still(built, monkeypatch, more, is_kept):
    record = built.build / "returns" / "exampleshire.json"
    record.parent.mkdir(exist_ok=True)
    record.write_text("", encoding="utf-8")
    assert is_built(monkeypatch, built, *more)
    assert record.exists() is is_kept


def test_other_code_libraries_programs_and_settings_make_another_site(built, monkeypatch, tmp_path):
    def changes(name, value) -> bool:
        with monkeypatch.context() as patch:
            patch.setattr(unchanged, name, lambda: value)
            return is_built(patch, built)

    assert not changes("_code", unchanged._code())
    assert [changes(name, "other") for name in ("_code", "_libraries", "_programs", "_variables")] == [True] * 4


def test_the_code_is_that_of_the_package(monkeypatch, tmp_path):
    shutil.copytree(unchanged.HOME / "site", tmp_path / "package" / "site")
    monkeypatch.setattr(unchanged, "HOME", tmp_path / "package")
    before = unchanged._code()
    (tmp_path / "package/site/__pycache__").mkdir(exist_ok=True)
    (tmp_path / "package/site/__pycache__/x.pyc").write_bytes(b"1")
    assert unchanged._code() == before
    in_place(tmp_path / "package/site/build.py")
    assert unchanged._code() != before


def test_a_program_that_came_changes_the_key(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    before = unchanged._programs()
    (tmp_path / "quarto").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "quarto").chmod(0o755)
    assert unchanged._programs() != before


def test_the_program_of_the_search_index_is_looked_for_where_the_site_looks(monkeypatch, tmp_path):
    """Not on the PATH alone: it comes with a package, which may come and go without a change of the PATH."""
    found = []
    for path in ("", __file__):
        monkeypatch.setattr(unchanged, "pagefind_path", lambda path=path: path)
        found.append(unchanged._programs())
    assert found[0] != found[1]


def test_libraries_from_elsewhere_are_a_setting(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "here")
    before = unchanged._variables()
    monkeypatch.setenv("PYTHONPATH", "there")
    assert unchanged._variables() != before


def test_a_note_of_another_hand_is_not_believed(built, monkeypatch, tmp_path):
    (note,) = built.build.glob("site-*.json")
    text = note.read_text(encoding="utf-8")
    note.write_text(text.replace('"count": ', '"count": 1'), encoding="utf-8")
    assert is_built(monkeypatch, built)
    note.write_text(text, encoding="utf-8")
    monkeypatch.setattr("improvement_reports.workspace.stamps._secret", lambda: b"another machine's key")
    assert is_built(monkeypatch, built)


def test_a_copied_project_is_looked_at_anew(built, monkeypatch, tmp_path):
    """Its files are others, although their times and sizes are the same: nothing is taken over from another place."""
    copy = Project(Path(shutil.copytree(built.root, tmp_path / "copy", copy_function=shutil.copy2)))
    assert is_built(monkeypatch, copy)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_is_looked_through(built, monkeypatch, tmp_path):
    elsewhere = tmp_path / "glossary.qmd"
    page = built.root / "about/glossary.qmd"
    page.replace(elsewhere)
    page.symlink_to(elsewhere)
    assert is_built(monkeypatch, built)
    with monkeypatch.context() as patch:
        patch.undo()
    shutil.move(built.root / "theme", tmp_path / "theme")
    (built.root / "theme").symlink_to(tmp_path / "theme")
    assert unchanged.watch(built, None, ()).before is None, "the state of a folder elsewhere is not known"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_to_a_folder_that_nothing_is_read_from_hides_nothing(built, monkeypatch, tmp_path):
    """As an environment that lies on another disk."""
    (tmp_path / "environment").mkdir()
    (built.root / ".venv").symlink_to(tmp_path / "environment")
    assert not is_built(monkeypatch, built)


@pytest.mark.skipif(sys.platform != "linux", reason="a process is forked on Linux alone")
def test_a_large_site_is_looked_at_by_a_process_of_its_own(built, monkeypatch):
    """With the same answers; a change of it is seen there."""
    monkeypatch.setattr(unchanged, "LARGE", 3)
    looked = []
    beside = unchanged._site_beside
    monkeypatch.setattr(
        unchanged, "_site_beside", lambda target, record: looked.append(target) or beside(target, record)
    )
    assert not is_built(monkeypatch, built) and looked == [built.site]
    in_place(built.site / "index.html")
    assert is_built(monkeypatch, built)


# What must not be noted


def noted(project: Project, during=lambda: None, before=lambda: None) -> bool:
    watched = unchanged.watch(project, None, ("pandoc",))
    during()
    return unchanged.note(watched, unchanged.Said("", [], 1))


def test_a_source_that_changed_while_it_was_read_is_read_again(built):
    time.sleep(0.1)
    assert noted(built)
    assert not noted(built, lambda: in_place(built.root / "index.qmd"))
    assert not noted(built, lambda: (built.root / "about/glossary.qmd").unlink())
    time.sleep(0.1)
    assert noted(built, lambda: in_place(built.reports / "index.qmd")), "what builds write themselves is no source"


def test_a_source_written_in_the_same_tick_is_read_again(built, monkeypatch):
    """It could have been written once more, to the same length, after it was looked at: its time would be the same."""
    path = built.root / "index.qmd"
    path.write_bytes(path.read_bytes())
    with monkeypatch.context() as patch:
        patch.setattr(unchanged, "disk_now", lambda folder: tree.changed_ns(path.stat()) + 1)
        assert not noted(built)


def test_a_clock_that_was_set_back_hides_nothing(built, monkeypatch):
    """What was written before the clock was set back lies in its future: none of that is believed."""
    with monkeypatch.context() as patch:
        patch.setattr(unchanged, "disk_now", lambda folder: time.time_ns() - 3600 * 10**9)
        assert not noted(built)
    assert is_built(monkeypatch, built)


def test_a_disk_with_whole_seconds_has_a_longer_tick():
    whole = tree.TreeState({"a": "x"}, {"a": 10**12}, True)
    fine = tree.TreeState({"a": "x"}, {"a": 10**12}, False)
    later = 10**12 + 10**9
    assert fine.is_settled(later) and not whole.is_settled(later) and whole.is_settled(later + 2 * 10**9)


def test_a_build_in_which_something_failed_is_not_noted(built_once, tmp_path, monkeypatch):
    project = Project(Path(shutil.copytree(built_once.root, tmp_path / "project")))
    (project.reports / "stray.txt").write_text("x", encoding="utf-8")
    time.sleep(0.1)
    assert say(monkeypatch, project, *CALL) == 1
    assert list(project.build.glob("site-*.json")) == []
    assert say(monkeypatch, project, *CALL) == 1, "and is said again"


def test_nothing_heavy_is_loaded_where_nothing_changed(built, monkeypatch):
    code = (
        "import sys\nfrom improvement_reports import cli\n"
        "sys.argv = ['x', 'site', '--renderer', 'pandoc']\n"
        "try:\n    cli.main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print([m for m in ('pandas', 'numpy', 'matplotlib', 'pyarrow', 'nbformat', 'yaml') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=built.root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]" and "Done 0, unchanged" in done.stdout


def test_what_renders_is_not_loaded_before_something_is_rendered():
    code = "import sys, improvement_reports.site.build as b; print([m for m in ('pikepdf', b.__name__) if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["['improvement_reports.site.build']"]
