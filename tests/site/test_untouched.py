"""Of what a build left untouched the note of the build before stands on: nothing of it is looked at a second time, and
whoever changes it while the build is at work is found out by the next call.
"""

import shutil
import time
from pathlib import Path

import pytest
from small_editions import HOME, JOB

from improvement_reports.site import notes, unchanged
from improvement_reports.site.unchanged import Said
from improvement_reports.workspace import tree_state
from improvement_reports.workspace.places import Project

REPORT, ASKED = "/".join(JOB), ("pandoc",)
FACTS = {REPORT: {"state": "published", "changed": [], "months": "", "reads_archive": False}}
UNTOUCHED = frozenset({REPORT, JOB[0]})


@pytest.fixture
def noted(built_once, tmp_path) -> Project:
    """A built site, of which everything is noted."""
    project = Project(Path(shutil.copytree(built_once.root, tmp_path / "project")))
    time.sleep(0.1)
    assert unchanged.note(unchanged.watch(project, None, ASKED), Said("", [], 1, FACTS))
    return project


def watched(project: Project) -> unchanged.Watched:
    time.sleep(0.1)
    found = unchanged.watch(project, None, ASKED)
    found.site()
    return found


def note_partly(found: unchanged.Watched) -> bool:
    return unchanged.note(found, Said("", [], 1, FACTS, UNTOUCHED))


def test_what_was_left_untouched_is_not_looked_at(noted, monkeypatch):
    found, entered = watched(noted), []
    look = tree_state._looked_into
    monkeypatch.setattr(tree_state, "_looked_into", lambda folder, names: entered.append(folder) or look(folder, names))
    assert note_partly(found)
    places = [f"reports/{REPORT}", f"_site/reports/{REPORT}", f"data/raw/{JOB[0]}", f"params/{JOB[0]}"]
    assert entered and not [f for f in entered if any(f"/{place}" in f for place in places)]


def test_the_note_is_the_same_as_of_a_look_at_everything(noted):
    record = watched(noted).record
    whole = notes.read_record(record)["files"]
    assert note_partly(watched(noted)) and notes.read_record(record)["files"] == whole
    assert note_partly(watched(noted)) and unchanged.said_before(watched(noted)), "and once more"


@pytest.mark.parametrize(
    "place", [f"{HOME}/index.ipynb", f"_site/{HOME}/index.html", f"params/{JOB[0]}/2024-03-board.yml"]
)
def test_what_changed_while_the_build_was_at_work_is_found_out(noted, place):
    found = watched(noted)
    path = noted.root / place
    path.write_bytes(path.read_bytes() + b" ")
    assert note_partly(found)
    then = watched(noted)
    assert unchanged.said_before(then) is None
    known = unchanged.known(then)
    assert not (known.of(JOB) and known.has_same_site())


def test_what_was_touched_and_changed_is_not_noted(noted):
    found = watched(noted)
    path = noted.root / "about/method.qmd"
    path.write_bytes(path.read_bytes() + b" ")
    assert not note_partly(found)


def test_without_a_note_before_nothing_counts_as_untouched(noted):
    watched(noted).record.unlink()
    found = watched(noted)
    path = noted.root / f"params/{JOB[0]}/2024-03-board.yml"
    path.write_bytes(path.read_bytes() + b" ")
    assert not note_partly(found)


def test_a_build_in_which_something_failed_is_not_said_again(noted):
    """Also if nothing lies in the project of the authority that it was of."""
    said = Said("", [], 1, FACTS, failing=frozenset({"nowhere"}))
    assert unchanged.said_before(watched(noted)) and unchanged.note(watched(noted), said)
    then = watched(noted)
    assert unchanged.said_before(then) is None and unchanged.known(then).of(JOB)
