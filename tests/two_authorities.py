"""A second made-up authority beside Exampleshire, with the same returns."""

import shutil
from pathlib import Path

import pytest
from full_builds import CALL
from in_process import say
from small_editions import JOB

from improvement_reports.editions.publish import publish
from improvement_reports.returns.series import prepare_series
from improvement_reports.runs.draft import run_with_draft
from improvement_reports.workspace.places import Project

OTHER = "othershire"
ENTRY = """
othershire:
  name: Othershire Council
  short_name: Othershire
  la_code: "998"
  ons_code: E99000002
  region: Nowhere
  illustrative: true
"""


def begin_other(project: Project) -> None:
    """A second made-up authority with the same returns, one of its reports published."""
    path = project.params / "authorities.yml"
    path.write_text(path.read_text(encoding="utf-8") + ENTRY, encoding="utf-8")
    for folder in (project.raw, project.params):
        for source in sorted((folder / JOB[0]).rglob("*.*")):
            target = folder / OTHER / source.relative_to(folder / JOB[0])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(source.read_text(encoding="utf-8").replace(JOB[0], OTHER), encoding="utf-8")
    assert all(outcome.state == "done" for outcome in prepare_series(project, OTHER))
    for month in ("2024-02", "2024-03"):
        assert run_with_draft(str(project.root), OTHER, month, "board").state == "done"
    assert publish(project, OTHER, *JOB[1:]).is_new


def with_two_authorities(corrected: Project, folder: Path) -> Project:
    """Two authorities with two reports each, of which two are published, and their site; only to be copied."""
    project = Project(Path(shutil.copytree(corrected.root, folder / "project")))
    begin_other(project)
    with pytest.MonkeyPatch.context() as patch:
        assert say(patch, project, *CALL) == 0
    return project
