"""Two calls at once: the second one says so and waits; reading waits for nobody; a dead process holds nothing."""

import re
import subprocess

import pytest
from marked_processes import ON_POSIX, PATIENCE, wait_until

from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.locks import at_work
from improvement_reports.workspace.places import Project

HOLD = """
import sys, time
from pathlib import Path
from improvement_reports.workspace.locks import at_work
from improvement_reports.workspace.places import Project
with at_work(Project(Path.cwd())):
    Path("held").touch()
    while not Path("enough").exists():
        time.sleep(0.02)
"""


def held(project, start) -> subprocess.Popen:
    """A call that holds the project until it is told that it is `enough`."""
    process = start(project.root, "-c", HOLD, "site")
    assert wait_until(lambda: (project.root / "held").exists() or process.poll() is not None)
    assert process.poll() is None, process.stderr.read()
    return process


def enough(project) -> None:
    (project.root / "enough").touch()


def test_the_second_waits_and_says_so(tmp_path, start):
    project, said = Project(tmp_path), []
    first = held(project, start)
    with at_work(project, lambda sentence: said.append(sentence) or enough(project)):
        assert first.wait(PATIENCE) == 0
    assert said == [f"Another call (site, process {first.pid}) is at work in this project; waiting for it."]


def test_it_gives_up_after_a_while_in_one_sentence(tmp_path, start):
    first = held(Project(tmp_path), start)
    with pytest.raises(UserError) as caught, at_work(Project(tmp_path), lambda said: None, seconds=0.5):
        pass
    assert (
        str(caught.value)
        == f"Another call (site, process {first.pid}) has been at work in this project for 0.5 seconds; end it, or"
        " wait, then do the same again."
    )


@ON_POSIX
def test_the_lock_goes_with_its_process(tmp_path, start):
    first, said = held(Project(tmp_path), start), []
    first.kill()
    first.wait()
    with at_work(Project(tmp_path), said.append):
        assert said == []


def test_one_call_may_take_it_again(tmp_path):
    project = Project(tmp_path)
    with at_work(project), at_work(Project(tmp_path)):
        pass
    with at_work(project, lambda said: pytest.fail(said)):
        pass


def test_whoever_holds_it_is_not_needed_for_waiting(tmp_path, start):
    project, said = Project(tmp_path), []
    held(project, start)
    (project.build / ".at-work.txt").write_bytes(b"\xff\x00 nobody; rm")
    with at_work(project, lambda sentence: said.append(sentence) or enough(project)):
        assert said == ["Another call is at work in this project; waiting for it."]


CHANGES = [
    ("prepare",),
    ("run", "--month", "2024-03"),
    ("site", "--renderer", "pandoc"),
    ("publish", "exampleshire", "2024-03", "board"),
]
READS = [
    ("check",),
    ("verify", "--all"),
    ("figure", "exampleshire/2024-03/board"),
    ("--help",),
    ("template", "return.xlsx"),
]


@pytest.mark.parametrize("arguments", CHANGES, ids=lambda a: a[0])
def test_what_changes_a_project_waits(project, start, arguments):
    held(project, start)
    process = start(project.root, "-m", "improvement_reports.cli", *arguments)
    line = process.stderr.readline().decode()
    assert re.fullmatch(r"Another call \(site, process \d+\) is at work in this project; waiting for it\.\n", line)
    assert process.poll() is None and not (project.processed / "exampleshire").exists()


@pytest.mark.parametrize("arguments", READS, ids=lambda a: a[0])
def test_what_reads_does_not_wait(project, start, arguments):
    held(project, start)
    process = start(project.root, "-m", "improvement_reports.cli", *arguments)
    _, said = process.communicate(timeout=PATIENCE)
    assert b"waiting" not in said and process.returncode in (0, 2)


@pytest.mark.slow
def test_two_sites_at_once_are_both_good(quick, start):
    """As they did not take turns, one read what the other was writing, and ended with NotJSONError."""
    held(quick, start)
    both = [start(quick.root, "-m", "improvement_reports.cli", "site", "--renderer", "pandoc") for _ in range(2)]
    assert all(b"waiting for it" in p.stderr.readline() for p in both)
    enough(quick)  # both go on, one after the other
    ends = [(p.communicate(timeout=PATIENCE), p.returncode) for p in both]
    assert [(code, said) for (_, said), code in ends] == [(0, b""), (0, b"")], ends
    assert sorted(bool(re.search(rb"Done \d+, unchanged 0", out)) for (out, _), _ in ends) == [False, True]
