"""Pages that are kept between builds: taken again while they are used, thrown away when nobody asked for a month."""

import os
import shutil
import time
from pathlib import Path

import pytest
from damage import edit

from improvement_reports.site.build import build_site
from improvement_reports.workspace.kept_work import DAY_SECONDS, KEPT_SECONDS, mark_used, prune
from improvement_reports.workspace.places import Project

KEPT = ("pages", "searched-pages")


def age(path: Path, seconds: float) -> Path:
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def test_what_was_not_used_for_a_month_goes(tmp_path):
    for name, seconds in (("new", 0), ("used", KEPT_SECONDS - DAY_SECONDS), ("old", KEPT_SECONDS + 60)):
        (tmp_path / name).mkdir()
        for file in (tmp_path / name / "file", tmp_path / f"{name}.html"):
            file.write_text("x", encoding="utf-8")
            age(file, seconds)
        age(tmp_path / name, seconds)
    assert prune(tmp_path) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new", "new.html", "used", "used.html"]
    assert prune(tmp_path / "missing") == 0


@pytest.mark.parametrize(("seconds", "is_set"), [(KEPT_SECONDS, True), (DAY_SECONDS / 2, False)])
def test_use_is_noted_once_a_day(tmp_path, seconds, is_set):
    path = tmp_path / "page.html"
    path.write_text("x", encoding="utf-8")
    before = age(path, seconds).stat().st_mtime
    mark_used(path)
    assert (path.stat().st_mtime > before) is is_set
    mark_used(tmp_path / "missing.html")


def test_a_build_keeps_the_pages_that_it_used_and_throws_old_ones_away(built_once, tmp_path):
    project = Project(Path(shutil.copytree(built_once.root, tmp_path / "project")))
    folders = [project.build / name for name in KEPT]
    used = {path for folder in folders for path in folder.iterdir()}
    unused = [folder / "of-another-release.html" for folder in folders]
    for path in unused:
        path.write_text("x", encoding="utf-8")
    for path in (*used, *unused):
        age(path, KEPT_SECONDS + 60)
    edit(project.root / "about/method.qmd", "This page states", "This page says")
    assert build_site(project, "pandoc").failed == []
    there = {path for folder in folders for path in folder.iterdir()}
    assert not there & set(unused)
    gone = used - there
    assert len(gone) <= 6, "of all others only what the change made anew: the method, the search and what lists them"
    assert len(there & used) > len(gone)
