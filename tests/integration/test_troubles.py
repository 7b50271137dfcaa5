"""What the machine refuses is one sentence and never a traceback; a bug keeps its own. Output goes into any
encoding.
"""

import errno
import io
import os
import shutil
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from quick_runs import MARCH

from improvement_reports import cli
from improvement_reports.domain.errors import UserError
from improvement_reports.returns.prepare import prepare_return
from improvement_reports.returns.series import prepare_if_changed
from improvement_reports.runs.run import run_report
from improvement_reports.workspace.output import can_say_everything
from improvement_reports.workspace.troubles import SENTENCES, in_words, trouble_of

ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("name", SENTENCES)
def test_each_is_one_sentence_that_says_what_where_and_what_to_do(name, tmp_path):
    if not hasattr(errno, name):
        pytest.skip(f"this system has no {name}")
    number = getattr(errno, name)
    said = in_words(OSError(number, os.strerror(number), str(tmp_path / "build" / "a.json")), tmp_path)
    assert "(build/a.json); " in said and "Errno" not in said and "\n" not in said
    assert said.endswith(". What was there before is as it was.")


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No such file", "theme/x.css"),
        OSError("no number"),
        ValueError("x"),
        KeyError("x"),
        ConnectionRefusedError(errno.ECONNREFUSED, "x"),
        ZeroDivisionError(),
    ],
)
def test_a_bug_is_none_of_them(error):
    assert in_words(error) is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "Memory ran out; close other programs"),
        (BrokenProcessPool("x"), "A process that ran notebooks was ended from outside"),
        (
            shutil.Error([("a", "b/c", f"[Errno {errno.ENOSPC}] No space left on device: 'b/c'")]),
            "The disk is full (b/c); free some space",
        ),
        (
            FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"),
            "No folder for temporary files can be written to",
        ),
        (OSError(errno.EACCES, "x", "a", None, "b"), "(b); let your user read and write it"),
        (
            OSError(errno.ENAMETOOLONG, "x", "a" * 300),
            f"(…{'a' * 100}); move the project to a folder with a shorter path",
        ),
        (OSError(errno.ENOSPC, "x", "a\x1b[31m\nb"), "(a�[31m�b); free some space"),
        (OSError(errno.EBADF, "x"), None),
    ],
)
def test_other_forms_of_the_same(error, words):
    said = in_words(error)
    assert (said is None) if words is None else words in said


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("OSError", "[Errno 28] No space left on device", "The disk is full"),
        ("PermissionError", "[Errno 13] Permission denied: '/x/theme/a.svg'", "(a.svg); let"),
        ("MemoryError", "", "Memory ran out"),
        ("ValueError", "[Errno 28] x", None),
        ("OSError", "x", None),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="other numbers")
def test_what_a_kernel_reports(name, text, words):
    said = trouble_of(name, text)
    assert (said is None) if words is None else words in said


def test_a_full_disk_fails_a_return_in_a_sentence(prepared, monkeypatch):
    def fail(*_, **__):
        raise FULL

    monkeypatch.setattr("improvement_reports.returns.series.prepare_months", fail)
    outcome = prepare_if_changed(prepared, *MARCH[:2], force=True)
    assert outcome.state == "failed" and outcome.message.startswith("The disk is full; free some space")
    monkeypatch.setattr("improvement_reports.returns.series.prepare_months", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        prepare_if_changed(prepared, *MARCH[:2], force=True)


def test_a_full_disk_fails_a_report_in_a_sentence(quick, monkeypatch):
    def fail(*_, **__):
        raise FULL

    monkeypatch.setattr("improvement_reports.runs.run.executed_text", fail)
    outcome = run_report(str(quick.root), *MARCH, force=True)
    assert outcome.state == "failed" and outcome.message.startswith("The disk is full; ")
    assert not (quick.run_folder(*MARCH) / "failed.txt").exists()


@pytest.mark.parametrize(
    "error", [FULL, PermissionError(errno.EACCES, "x", "params/measures.yml"), OSError(errno.EROFS, "x", "build")]
)
def test_the_command_line_says_it_in_a_sentence(project, monkeypatch, capsys, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("improvement_reports.commands.returns.project_here", fail)
    monkeypatch.chdir(project.root)
    monkeypatch.setattr("sys.argv", ["improvement-reports", "check"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"{in_words(error)}\n"


def refused(*arguments: str, cwd: Path, limit: str) -> subprocess.CompletedProcess:
    """The command line under a limit of the shell."""
    shell = f'{limit}; exec "$@"'
    return subprocess.run(
        ["bash", "-c", shell, "x", sys.executable, "-m", "improvement_reports.cli", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        # Where files may not be large, Python keeps the first part of what it compiles.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )


@ON_POSIX
def test_a_file_that_would_be_too_large(project):
    done = refused("prepare", cwd=project.root, limit='trap "" XFSZ; ulimit -f 1')
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "The file would be larger than is allowed here" in done.stderr


@ON_POSIX
@pytest.mark.skipif(not shutil.which("setpriv") and os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize(
    ("command", "place"),
    [
        (("check",), "data/raw/exampleshire/2024-03/observations.csv"),
        (("prepare",), "data/raw/exampleshire/2024-03/observations.csv"),
        (("check",), "params/measures.yml"),
        (("run",), "params/exampleshire/2024-03-board.yml"),
        (("run",), "notebooks/board.ipynb"),
        (("prepare",), "build"),
    ],
)
def test_what_may_not_be_read_or_written(project, command, place):
    """Modes count for root as well once it may not override them."""
    project.build.mkdir()
    (project.root / place).chmod(0)
    as_others = (
        ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
        if os.geteuid() == 0
        else []
    )
    done = subprocess.run(
        [*as_others, sys.executable, "-m", "improvement_reports.cli", *command],
        cwd=project.root,
        capture_output=True,
        text=True,
    )
    (project.root / place).chmod(0o755)
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr + done.stdout and "Errno" not in done.stderr, (
        done.stderr
    )
    assert place.split("/")[-1] in done.stderr, done.stderr


def test_tables_that_cannot_be_written_are_as_they_were(prepared, monkeypatch):
    def fail(*_, **__):
        raise FULL

    before = sorted((p, p.read_bytes()) for p in prepared.processed.rglob("*") if p.is_file())
    monkeypatch.setattr("pathlib.Path.write_bytes", fail)
    with pytest.raises(OSError, match="No space"):
        prepare_return(prepared, *MARCH[:2])
    assert sorted((p, p.read_bytes()) for p in prepared.processed.rglob("*") if p.is_file()) == before


# Output


@pytest.mark.parametrize(
    ("encoding", "text", "said"),
    [
        ("cp1252", "−7.1 → “met” ■ 5 × ½ £2", "-7.1 -> “met” * 5 × ½ £2"),
        ("ascii", "−7.1 “é” £2 🙂", '-7.1 "e" GBP 2 ?'),
        ("cp437", "Ω ≤ ●", "Ω ≤ *"),
        ("utf-8", "−7.1 ■", "−7.1 ■"),
        ("latin-1", "a\u2011b\u202fc", "a-b c"),
    ],
)
def test_a_text_in_an_old_encoding_keeps_its_meaning(monkeypatch, encoding, text, said):
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding=encoding, write_through=True))
    can_say_everything()
    print(text, end="")
    assert raw.getvalue().decode(encoding) == said


@pytest.mark.parametrize("encoding", ["cp1252", "cp437"])
def test_a_command_says_all_of_it_to_a_file(project, encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "improvement_reports.cli", "check", "--authority", "Ωé−"]
    done = subprocess.run(command, cwd=project.root, env=environment, capture_output=True)
    assert done.returncode == 2 and b"Traceback" not in done.stderr and "é-".encode(encoding) in done.stderr


def test_a_path_may_hold_what_has_a_meaning_elsewhere(project, tmp_path_factory):
    """Braces are parameters to papermill, brackets patterns and test names to others, and a percent sign is a code."""
    home = tmp_path_factory.mktemp("a") / "board {draft} [x] %20 #1 & 'é'"
    shutil.copytree(project.root, home)
    command = [sys.executable, "-m", "improvement_reports.cli"]
    for arguments in (
        ["run", "--month", "2024-03"],
        ["publish", "exampleshire", "2024-03", "board"],
        ["figure", "exampleshire/2024-03/board"],
    ):
        done = subprocess.run([*command, *arguments], cwd=home, capture_output=True, text=True)
        assert done.returncode in (0, 2) and "Traceback" not in done.stderr, done.stderr
        assert done.returncode == 0 or arguments[0] == "figure"


# Commands that write outside data/processed


@pytest.mark.parametrize(("error", "code"), [(FULL, 1), (OSError(errno.EROFS, os.strerror(errno.EROFS)), 1), (None, 2)])
def test_publish_ends_with_1_if_the_machine_refuses_and_2_if_the_notebook_is_wrong(
    quick, monkeypatch, capsys, error, code
):
    def fail(*_, **__):
        raise error or UserError("The notebook is wrong.")

    monkeypatch.setattr("improvement_reports.runs.run.executed_text", fail)
    monkeypatch.chdir(quick.root)
    monkeypatch.setattr("sys.argv", ["improvement-reports", "publish", *MARCH])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code and capsys.readouterr().err.startswith("Nothing was published. ")
    assert not list((quick.root / "reports").rglob("v1"))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
@pytest.mark.parametrize("name", ["write_bytes", "replace"])
def test_a_workbook_that_cannot_be_written_is_said_as_everywhere(project, monkeypatch, capsys, number, name):
    """It named the workbook whatever file was refused, in the words of the library, and ended with 2."""
    original = getattr(Path, name)

    def fail(path, *arguments):
        if "return.xlsx" in path.name:
            raise OSError(number, os.strerror(number), str(path))
        return original(path, *arguments)

    monkeypatch.chdir(project.root)
    monkeypatch.setattr("sys.argv", ["improvement-reports", "template", str(project.root / "return.xlsx")])
    with monkeypatch.context() as patch, pytest.raises(SystemExit) as ended:
        patch.setattr(Path, name, fail)
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 1 and "(return.xlsx); " in said and os.strerror(number) not in said
    assert not list(project.root.glob("*return.xlsx*"))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code and (project.root / "return.xlsx").is_file()
