"""A machine that refuses, at every command that writes: one sentence, the right code, nothing lost or half-written.

A sample: the first renames of each command, where what is new takes the place of what is there, refused in three ways.
"""

import errno
import hashlib
import os

import pytest
from in_process import say
from verifying import RunOnce

from improvement_reports.workspace.places import Project

COMMANDS = {
    "site": ("site", "--renderer", "pandoc", "--force"),
    "publish": ("publish", "exampleshire", "2024-02", "board"),
    "run": ("run", "--month", "2024-02", "--kind", "board", "--force"),
    "figure": ("figure", "exampleshire/2024-03/board#assessments_in_time_pct.2024-03"),
    "verify": ("verify", "exampleshire/2024-03/board/v1"),
}
REFUSED = {"ENOSPC": "The disk is full", "EACCES": "There is no permission", "EROFS": "can only be read"}
KEPT = ("reports", "data", "params", "about", "index.qmd")


def held(project: Project) -> dict[str, str]:
    """The digest of every file that must not be lost."""
    files = (p for name in KEPT for p in [project.root / name, *(project.root / name).rglob("*")] if p.is_file())
    return {
        p.relative_to(project.root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in files
        if "processed" not in p.parts
    }


def refusing(monkeypatch, name: str, nth: int = 1) -> list[str]:
    """From the nth rename on each one is refused; where they were."""
    number, asked, real = getattr(errno, name), [], os.replace

    def replace(source, target, **more):
        asked.append(os.fspath(target))
        if len(asked) >= nth:
            raise OSError(number, os.strerror(number), os.fspath(source), None, os.fspath(target))
        return real(source, target, **more)

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(os, "rename", replace)
    return asked


@pytest.fixture(scope="module")
def run_once(tmp_path_factory) -> RunOnce:
    return RunOnce(tmp_path_factory.mktemp("run-once"))


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("command", COMMANDS)
def test_what_the_machine_refuses_is_a_sentence_and_loses_nothing(
    published, run_once, monkeypatch, capfd, command, name
):
    """The notebook that verify runs is run in a process of its own, where nothing is refused, so once is enough."""
    before = held(published)
    run_once.run_notebooks(monkeypatch)
    asked = refusing(monkeypatch, name)
    code = say(monkeypatch, published, *COMMANDS[command])
    monkeypatch.undo()
    said = "".join(capfd.readouterr())
    assert "Traceback" not in said and "Errno" not in said, said
    after = held(published)
    assert {n: after.get(n) for n in before} == before
    if asked and code:
        assert code == 1 and REFUSED[name] in said, (code, said)
    leftovers = [p for p in (published.root / "reports").rglob(".*") if p.is_file()]
    assert not leftovers, leftovers
