"""A call of `site` beside one that reads everything and renders every page."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from in_process import say
from small_editions import JOB

from improvement_reports.workspace.places import Project

CALL = ("site", "--renderer", "pandoc")
STAMP = ".improvement-reports.json"


def built_again(
    monkeypatch, made: Project, folder: Path, change: Callable[[Project], object] = lambda project: None
) -> Project:
    """A project with its site at a place of its own, built after a ``change`` and noted a moment ago."""
    project = Project(Path(shutil.copytree(made.root, folder / "project")))
    change(project)
    time.sleep(0.1)
    assert say(monkeypatch, project, *CALL) == 0
    time.sleep(0.1)
    return project


def change_a_return(project: Project) -> None:
    path = project.raw / JOB[0] / JOB[1] / "observations.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",,96,192,200,", ",,97,194,200,"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text


def site_of(project: Project) -> dict[str, bytes]:
    return {
        p.relative_to(project.site).as_posix(): p.read_bytes()
        for p in sorted(project.site.rglob("*"))
        if p.is_file() and p.name != STAMP
    }


def is_as_in_full(monkeypatch, project: Project, *more: str) -> bool:
    """Whether a call gives what a call that reads everything and renders every page gives, with the same answers."""
    time.sleep(0.1)
    code, quick = say(monkeypatch, project, *CALL, *more), site_of(project)
    (project.site / STAMP).unlink()
    return (code, quick) == (say(monkeypatch, project, *CALL, "--full", *more), site_of(project))


def failures_as_in_full(monkeypatch, capsys, project: Project) -> list[str]:
    """What a call says that failed: a full one gives and says the same, and so does a second one."""
    time.sleep(0.1)
    capsys.readouterr()
    said, found = [], []
    for more in ((), (), ("--full",)):
        if more:
            (project.site / STAMP).unlink()
        code = say(monkeypatch, project, *CALL, *more)
        said.append([line for line in capsys.readouterr().err.splitlines() if line.startswith("Failed: ")])
        assert code == bool(said[-1])
        found.append(site_of(project))
        time.sleep(0.1)
    assert said[0] == said[1] == said[2] and found[0] == found[1] == found[2]
    return said[0]
