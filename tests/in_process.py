"""The command line in this process, which takes a tenth of the time of a program of its own."""

import pytest

from improvement_reports import cli
from improvement_reports.workspace.places import Project


def say(monkeypatch, project: Project, *arguments: str) -> int:
    """The command line in this process; its exit code."""
    monkeypatch.chdir(project.root)
    monkeypatch.setattr("sys.argv", ["improvement-reports", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code or 0
