"""A report's key asks of every month before its own what its files are: read once, and again once anything changed."""

import json
import os
import shutil

import pytest
from clocks import next_tick

from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.returns import keys
from improvement_reports.workspace import files
from improvement_reports.workspace.notebooks import Asked, asked_sections
from improvement_reports.workspace.places import Project


@pytest.fixture
def project(tmp_path):
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "measures.yml").write_text("one_rate: {title: One}\ntwo_rate: {title: Two}\n")
    folder = tmp_path / "data/raw/a/2024-03/narrative"
    folder.mkdir(parents=True)
    (folder.parent / "observations.csv").write_text("measure_id,value\none_rate,1\n")
    (folder / "headline.md").write_text("Words.")
    return Project(tmp_path)


def read_again(monkeypatch) -> list:
    read = []
    hashes = keys.file_hashes
    monkeypatch.setattr(keys, "file_hashes", lambda folder: read.append(folder) or hashes(folder))
    return read


def test_a_month_that_lies_still_is_read_once(project, monkeypatch):
    monkeypatch.setattr(files, "SETTLED_NS", 0)
    read, folder = read_again(monkeypatch), project.raw_return("a", "2024-03")
    first = keys.of_month(project, folder)
    assert first[1] == {"one_rate": {"title": "One"}}
    assert keys.of_month(project, folder) == first and read == [folder]
    assert first[0] == files.digest(files.file_hashes(folder))


@pytest.mark.parametrize("change", ["words", "a file more", "a file less", "another measure", "its entry"])
def test_what_changed_is_read_again(project, monkeypatch, tmp_path, change):
    monkeypatch.setattr(files, "SETTLED_NS", 0)
    folder = project.raw_return("a", "2024-03")
    path, values = folder / "narrative" / "headline.md", folder / "observations.csv"
    first, before = keys.of_month(project, folder), path.stat()
    next_tick(tmp_path)
    if change == "words":  # of the same length, at the same time
        path.write_text("Wards.")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    elif change == "a file more":
        (folder / "narrative" / "next.md").write_text("")
    elif change == "a file less":
        path.unlink()
    elif change == "another measure":
        values.write_text("measure_id,value\ntwo_rate,1\n")
    else:
        (project.params / "measures.yml").write_text("one_rate: {title: Ona}\ntwo_rate: {title: Two}\n")
    assert keys.of_month(project, folder) != first


def test_what_was_written_a_moment_ago_is_not_remembered(project, monkeypatch):
    monkeypatch.setattr(files, "SETTLED_NS", 3600 * 10**9)
    read, folder = read_again(monkeypatch), project.raw_return("a", "2024-03")
    assert files.settled_state(folder) is None
    assert keys.of_month(project, folder) == keys.of_month(project, folder) and len(read) == 2


def test_months_that_lie_still_are_not_read_by_the_next_call(project, monkeypatch):
    """Each call is as a new process would make it: what was seen before is in a file."""
    monkeypatch.setattr(files, "SETTLED_NS", 0)
    (project.params / "a").mkdir()
    months = ["2024-01", "2024-02", "2024-03"]
    for month in months[:2]:
        shutil.copytree(project.raw_return("a", "2024-03"), project.raw_return("a", month))
    read, first = read_again(monkeypatch), keys_kept(project)
    assert list(first) == months and len(read) == 3
    assert keys_kept(project) == first and len(read) == 3
    (project.raw_return("a", "2024-02") / "narrative" / "next.md").write_text("More.")
    then = keys_kept(project)
    assert len(read) == 4 and [m for m in months if then[m] != first[m]] == months[1:]
    (project.params / "a" / "2024-03-board.yml").write_text("title: T\n")
    next_tick(project.root)
    (project.params / "measures.yml").write_text("one_rate: {title: Ona}\n")
    assert set(keys_kept(project).values()).isdisjoint(then.values()) and len(read) == 7


@pytest.mark.parametrize("changed", ["measures.yml", "board.ipynb"])
def test_what_is_saved_in_mid_walk_and_put_back_leaves_nothing(project, monkeypatch, changed):
    """What a call found out of another content is not taken for that of the one that was there before and after."""
    monkeypatch.setattr(files, "SETTLED_NS", 0)
    shutil.copytree(project.raw_return("a", "2024-03"), project.raw_return("a", "2024-04"))
    for kind in ReportKind:
        project.notebook(kind).parent.mkdir(exist_ok=True)
        project.notebook(kind).write_text(asking_for("one"))
    before = dict(keys.keyed_months(project, "a"))
    path = project.params / changed if changed == "measures.yml" else project.notebooks / changed
    was, other = path.read_text(), asking_for("two") if changed == "board.ipynb" else "one_rate: {title: Other}\n"
    seen = keys.seen_before(project, "a")
    walk = keys.keyed_months(project, "a", seen=seen)
    next(walk)
    next_tick(project.root)
    path.write_text(other)
    list(walk)
    seen.keep()
    next_tick(project.root)
    path.write_text(was)
    assert keys_kept(project) == before


def test_what_reports_ask_for_is_looked_at_once_for_months_without_settings(project, monkeypatch):
    (project.params / "a").mkdir()
    for kind in ReportKind:
        project.notebook(kind).parent.mkdir(exist_ok=True)
        project.notebook(kind).write_text(asking_for(f"of-{kind}"))
    (project.params / "a" / "2024-03-board.yml").write_text("title: T\n")
    asked, of = [], Asked.of
    monkeypatch.setattr(Asked, "of", lambda self, month: asked.append(month) or of(self, month))
    sections = keys._Sections(project, "a", keys.seen_before(project, "a"))
    months = ["2024-01", "2024-02", "2024-03", "2024-04"]
    found = [sections.of(month) for month in months]
    assert asked == ["2024-01", "2024-03"]
    assert found == [asked_sections(project, "a", month) for month in months]
    assert found[2] == ["of-board"] and "of-cabinet" in found[3]


def asking_for(section: str) -> str:
    cell = {"cell_type": "code", "source": f'report.narrative("{section}")', "metadata": {}}
    return json.dumps({"cells": [cell]})


def test_a_full_build_reads_every_file(project, monkeypatch):
    monkeypatch.setattr(files, "SETTLED_NS", 0)
    read, first = read_again(monkeypatch), keys_kept(project)
    assert keys_kept(project) == first and len(read) == 1
    keys.forget_seen(project)
    assert keys_kept(project) == first and len(read) == 2
    keys.forget_seen(project)
    keys.forget_seen(project)  # nothing is there


def keys_kept(project) -> dict[str, str]:
    keys._of_month_once.cache_clear()
    seen = keys.seen_before(project, "a")
    found = dict(keys.keyed_months(project, "a", seen=seen))
    seen.keep()
    return found
