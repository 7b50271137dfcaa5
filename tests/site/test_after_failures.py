"""After a build in which something failed of one authority the next one believes what was noted of the others, tries what
failed again, tells it again, and gives what `site --full` gives.
"""

import json
import shutil
import time
from pathlib import Path

import pytest
from damage import edit
from full_builds import CALL, built_again, failures_as_in_full
from in_process import say
from small_editions import HOME, JOB, OBSERVATIONS
from two_authorities import OTHER, with_two_authorities

from improvement_reports.runs.reports import Job
from improvement_reports.site import unchanged
from improvement_reports.site.build import _failing
from improvement_reports.workspace.known import Known
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import Outcome, Summary

OTHERS = ((OTHER, "2024-02", "board"), (OTHER, "2024-03", "board"))


@pytest.fixture(scope="module")
def made(corrected_once, tmp_path_factory) -> Project:
    return with_two_authorities(corrected_once, tmp_path_factory.mktemp("failures"))


@pytest.fixture
def built(made, tmp_path, monkeypatch) -> Project:
    """The same at a place of its own, built and noted a moment ago."""
    return built_again(monkeypatch, made, tmp_path)


def no_return(project):
    (project.root / OBSERVATIONS).write_bytes(b"no table")


def damaged_edition(project):
    path = project.root / HOME / "v1/figures.csv"
    path.write_bytes(path.read_bytes() + b"\n")


def lost_edition(project):
    shutil.rmtree(project.root / HOME / "v1")


def broken_chain(project):
    """The newest edition is gone, which the other authority's names as published before it."""
    shutil.rmtree(project.root / HOME / "v2")


def wrong_parameters(project):
    edit(project.report_params(*JOB), "kind: board", "kind: bored")


def failing_run(project):
    """A notebook of the authority's own that ends in an error."""
    book = json.loads((project.root / "notebooks/board.ipynb").read_text(encoding="utf-8"))
    [c for c in book["cells"] if c["cell_type"] == "code"][-1]["source"] = ["1 / 0"]
    path = project.root / f"notebooks/{JOB[0]}/board.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps(book), encoding="utf-8")


def stray(project):
    """That is of no authority: nothing is noted of such a build."""
    (project.reports / "mine.txt").write_text("Mine", encoding="utf-8")


def another_return(project):
    edit(project.root / OBSERVATIONS.replace(JOB[0], OTHER), ",,96,192,200,", ",,97,194,200,")


def another_text(project):
    edit(project.root / "about/method.qmd", "This page states", "This page says")


def known_of(project: Project) -> Known:
    watched = unchanged.watch(project, None, ("pandoc", False, None, None, None))
    assert unchanged.said_before(watched) is None
    return unchanged.known(watched)


FAILURES = [no_return, damaged_edition, lost_edition, broken_chain, wrong_parameters, failing_run, stray]


@pytest.mark.slow
@pytest.mark.parametrize("fail", FAILURES)
def test_a_build_after_a_failure_gives_what_a_full_one_gives(built, monkeypatch, capsys, fail, tmp_path):
    """Right after it, after changes elsewhere, and after it was mended."""
    before = shutil.copytree(built.root, tmp_path / "before", ignore=shutil.ignore_patterns("build", "_site"))
    fail(built)
    lines = failures_as_in_full(monkeypatch, capsys, built)
    assert lines
    for change in (another_return, another_text):
        change(built)
        assert failures_as_in_full(monkeypatch, capsys, built) == lines
    for folder in ("data/raw", "params", "reports", "notebooks"):
        mend(built.root / folder / JOB[0], before / folder / JOB[0])
    (built.reports / "mine.txt").unlink(missing_ok=True)
    assert failures_as_in_full(monkeypatch, capsys, built) == []


def mend(folder: Path, before: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if before.is_dir():
        shutil.copytree(before, folder)


@pytest.mark.parametrize("fail", FAILURES)
def test_after_a_failure_only_the_other_authority_is_known(built, monkeypatch, fail):
    fail(built)
    time.sleep(0.1)
    assert say(monkeypatch, built, *CALL) == 1
    time.sleep(0.1)
    known = known_of(built)
    assert all(known.of(job) for job in OTHERS) and OTHER in known.prepared()
    if fail is not stray:
        assert known.prepared() == [OTHER] and known.has_same_site() and known.has_same_list()
        assert not known.of(JOB) and not known.has_same_editions()
        assert not [name for name in known.facts if name.startswith(JOB[0])]


@pytest.mark.parametrize(
    ("subjects", "wrong", "failing"),
    [
        ([], {}, set()),
        (["a/2024-03"], {}, {"a"}),
        (["a/2024-03/board", "b/2024-03"], {}, {"a", "b"}),
        (["edition"], {Job("c", "2024-03", "board"): ["damaged"]}, {"c"}),
        (["edition", "edition", "a/2024-03"], {Job("c", "2024-03", "board"): ["damaged", "a gap"]}, {"a", "c"}),
        (["edition", "edition"], {Job("c", "2024-03", "board"): ["damaged"]}, None),
        (["params"], {}, None),
        (["profiles", "a/2024-03"], {}, None),
        (["official-statistics"], {}, None),
        (["sheets"], {}, None),
    ],
)
def test_whose_failure_it_is(subjects, wrong, failing):
    summary = Summary([Outcome("d/2024-03/board", "done"), *(Outcome(s, "failed") for s in subjects)])
    assert _failing(summary, wrong) == (failing if failing is None else frozenset(failing))
