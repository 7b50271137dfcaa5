"""make.py: what it decides, what it says, and what a failure leaves behind."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import make

ROOT = Path(make.__file__).parent
ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
PYPROJECT = """
[project]
dependencies = ["pandera[pandas]>=0.35", "pypandoc_binary>=1.17"]
[project.optional-dependencies]
test = ["pytest>=9.2"]
quarto = ["quarto-cli==1.2.3"]
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project folder with a ready .venv, in which nothing is ever really installed; the list of steps taken."""
    for name, value in {
        "ROOT": tmp_path,
        "LOCK": tmp_path / "requirements.lock",
        "PYPROJECT": tmp_path / "pyproject.toml",
        "VENV": tmp_path / ".venv",
        "KEY": tmp_path / ".venv" / ".lock-key",
    }.items():
        monkeypatch.setattr(make, name, value)
    make.LOCK.write_text("pandera==0.35.0\n")
    make.PYPROJECT.write_text(PYPROJECT)
    python = make.program(make.VENV, "python")
    python.parent.mkdir(parents=True)
    python.touch()
    make.KEY.write_text(make.wanted_key())
    steps = []
    monkeypatch.setattr(make, "create", lambda folder: steps.append("create"))
    monkeypatch.setattr(make, "install", lambda: steps.append("install"))
    monkeypatch.setattr(make, "pip", lambda *arguments, **options: steps.append("pip"))
    return steps


def call(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, ROOT / "make.py", *arguments], capture_output=True, text=True)


# What it is called with


def test_unknown_command_is_one_sentence():
    done = call("nonsense")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"make.py: there is no command 'nonsense'; the commands are {', '.join(make.COMMANDS)}.\n"


def test_help_names_every_command():
    done = call("--help")
    assert done.returncode == 0
    assert re.findall(r"^  ([\w-]+) ", done.stdout, re.MULTILINE) == list(make.COMMANDS)


def test_no_command_shows_the_usage():
    assert call().returncode == 2


def test_old_python_is_one_sentence():
    program = "import runpy, sys; sys.version_info = (3, 10); sys.version = '3.10.1 (main)'; runpy.run_path('make.py')"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, "make.py: Python 3.11 or newer is needed, this is 3.10.1.\n")


def test_arguments_are_passed_on(tmp_path):
    assert make.command_line(tmp_path, "test", ["-m", "slow"])[1:] == [
        "-m",
        "pytest",
        "-q",
        "-rs",
        "-n",
        "auto",
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "-p",
        "no:nbval",
        "-m",
        "slow",
    ]
    program, *rest = make.command_line(tmp_path, "site", ["--month", "2021-04"])
    assert (program, rest) == (make.program(tmp_path, "improvement-reports"), ["site", "--month", "2021-04"])


def test_coverage_runs_the_fast_tests_in_one_process_and_then_looks_at_the_rooms(tmp_path):
    tests, rooms = make.coverage_commands(tmp_path, ["--fast", "--coverage", "-k", "spc"])
    assert tests[1:6] == ["-m", "coverage", "run", "-m", "pytest"] and "-n" not in tests
    assert tests[-5:] == [*make.FAST, "-k", "spc"]
    assert rooms[1:] == [ROOT / "tests" / "coverage_of_rooms.py"]


def test_the_command_sees_its_environment_first(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "elsewhere")
    assert make.environment_of(tmp_path)["PATH"].split(os.pathsep) == [str(make.bin_folder(tmp_path)), "elsewhere"]


# Conda or .venv


def test_requirements_of_the_project_itself():
    required = make.requirements((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {"pandas", "pandera", "pypandoc-binary", "pytest"} <= set(required)


@pytest.mark.parametrize(("version", "missing"), [("9.1.9", ["pytest"]), ("9.2", []), ("9.2.1", []), ("10.0", [])])
def test_versions_are_compared_as_numbers(version, missing):
    assert make.unsatisfied({"pytest": "9.2"}, {"pytest": version}) == missing


def test_an_absent_package_is_unsatisfied():
    assert make.unsatisfied({"pytest": "9.2"}, {}) == ["pytest"]


@pytest.fixture
def conda(project, tmp_path, monkeypatch):
    """An active conda environment that has what PYPROJECT asks for."""
    prefix = tmp_path / "improvement-reports"
    site = prefix / ("Lib/site-packages" if os.name == "nt" else "lib/python3.12/site-packages")
    for folder in ["pandera-0.36.0.dist-info", "pypandoc_binary-1.17-py3.12.egg-info", "pytest-9.2.dist-info"]:
        (site / folder).mkdir(parents=True)
    (site / "improvement_reports-0.1.0.dist-info").mkdir()
    monkeypatch.setenv("CONDA_PREFIX", str(prefix))
    return prefix


def test_no_conda(project, monkeypatch):
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    assert make.conda_prefix() is None


def test_conda_that_has_everything_is_used(conda):
    assert make.conda_prefix() == conda


def test_conda_environment_of_the_project_that_lacks_something_is_named(conda, capsys):
    next(conda.rglob("pandera*")).rmdir()
    assert make.conda_prefix() is None
    assert "lacks pandera, so .venv is used" in capsys.readouterr().err


def test_other_conda_environment_is_passed_over_in_silence(conda, capsys, monkeypatch):
    next(conda.rglob("pandera*")).rmdir()
    monkeypatch.setenv("CONDA_PREFIX", str(conda.rename(conda.with_name("base"))))
    assert make.conda_prefix() is None
    assert capsys.readouterr().err == ""


# Making .venv


def test_nothing_is_done_when_nothing_changed(project):
    make.prepare()
    assert project == []


@pytest.mark.parametrize("file", ["LOCK", "PYPROJECT"])
def test_changed_requirements_are_installed_once(project, file):
    with getattr(make, file).open("a") as handle:
        handle.write("# changed\n")
    make.prepare()
    make.prepare()
    assert project == ["install"]


def test_another_python_or_place_means_a_new_environment(project):
    make.KEY.write_text("python3.1-elsewhere " + make.wanted_key().split()[1])
    make.prepare()
    assert project == ["create", "install"]


def test_environment_without_its_interpreter_is_made_anew(project):
    make.program(make.VENV, "python").unlink()
    make.prepare()
    assert project == ["create", "install"]


def test_an_environment_of_another_project_loses_nothing(project, tmp_path):
    other = tmp_path / "other"
    make.VENV.rename(other)
    make.VENV.symlink_to(other)
    (other / make.KEY.name).write_text("the other project's key")
    with pytest.raises(make.MakeError, match=r"^\.venv is a link to another folder; remove the link, then run"):
        make.prepare()
    assert project == [] and (other / make.KEY.name).read_text() == "the other project's key"


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, make.MakeError("no network")])
def test_half_made_environment_is_never_taken_for_ready(project, monkeypatch, trouble):
    def fail():
        raise trouble

    make.LOCK.write_text("")
    with monkeypatch.context() as broken, pytest.raises((KeyboardInterrupt, make.MakeError)):
        broken.setattr(make, "install", fail)
        make.prepare()
    make.prepare()
    assert project == ["create", "install"]


def test_two_at_once_take_turns(project, tmp_path):
    with (tmp_path / ".venv.lock").open("w") as other:
        with make.only_one():
            assert not make.try_lock(other)
        assert make.try_lock(other)


@pytest.mark.parametrize(
    ("trouble", "code", "sentence"),
    [
        (make.MakeError("the packages could not be installed."), 1, "the packages could not be installed."),
        (PermissionError(13, "Permission denied", ".venv"), 1, "Permission denied: .venv."),
        (KeyboardInterrupt(), 130, "interrupted; run the same command again."),
    ],
)
def test_a_failure_is_one_sentence(project, monkeypatch, capsys, trouble, code, sentence):
    def fail():
        raise trouble

    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setattr(make, "prepare", fail)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert make.main(["check"]) == code
    assert capsys.readouterr().err == f"make.py: {sentence}\n"


# pip


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (
            "Collecting x\nERROR: No matching distribution found for x==1\nERROR: second\n",
            "No matching distribution found for x==1",
        ),
        (
            "  ╰─> Error downloading Quarto: <urlopen error [Errno -2] Name not known>\nERROR: Failed\n",
            "Name not known",
        ),
        ("Error downloading Quarto: HTTP Error 403: Forbidden\n", "HTTP Error 403: Forbidden"),
        ("Traceback:\nOSError: disk full.\n\n", "OSError: disk full"),
        ("", "it said nothing"),
    ],
)
def test_reason(output, expected):
    assert make.reason(output) == expected


@pytest.fixture
def fake_pip(tmp_path, monkeypatch):
    """Write the program that runs as `python -m pip`."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return (tmp_path / "pip.py").write_text


def test_pip_fails_in_its_own_words(fake_pip):
    fake_pip("import sys; print('ERROR: no such package', file=sys.stderr); sys.exit(1)")
    with pytest.raises(make.MakeError, match=r"^no such package$"):
        make.pip("install", "x", python=Path(sys.executable))


def test_pip_out_of_time_leaves_nothing_running(fake_pip, tmp_path):
    survivor = (
        f"import pathlib, time; home = pathlib.Path({str(tmp_path)!r}); begun = time.monotonic()\n"
        "while not (home / 'later').exists() and time.monotonic() < begun + 60: time.sleep(0.05)\n"
        "(home / 'survived').touch()"
    )
    fake_pip(f"import subprocess, sys; subprocess.call([sys.executable, '-c', {survivor!r}])")
    with pytest.raises(make.MakeError, match=r"longer than 0\.5 seconds"):
        make.pip("install", "x", python=Path(sys.executable), seconds=0.5)
    (tmp_path / "later").touch()
    time.sleep(1)
    assert not (tmp_path / "survived").exists()


# Quarto


@pytest.fixture
def no_quarto(project, monkeypatch):
    monkeypatch.setattr(make.shutil, "which", lambda *_, **__: None)
    return project


def test_quarto_is_installed_only_on_request(no_quarto, monkeypatch):
    """No hash covers what its package downloads, so no other command installs it."""
    asked = []
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setattr(make, "add_quarto", lambda: asked.append("quarto"))
    monkeypatch.setattr(make, "run", lambda *_: 0)
    monkeypatch.setattr(make, "add_beside", lambda *_: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for command in make.COMMANDS:
        if command not in ("quarto", "lock"):
            assert make.main([command]) == 0
    assert asked == [] and no_quarto == []
    assert make.main(["quarto"]) == 1  # and says so: there is none
    assert asked == ["quarto"]


def test_quarto_on_the_machine_is_enough(project, monkeypatch, capsys):
    monkeypatch.setattr(make.shutil, "which", lambda name, **_: "/usr/bin/quarto")
    assert make.install_quarto(make.VENV) == 0
    assert project == [] and capsys.readouterr().err == "make.py: Quarto is /usr/bin/quarto.\n"


@pytest.mark.parametrize("starts", [True, False])
def test_quarto_is_installed_with_its_hash(no_quarto, monkeypatch, capsys, starts):
    result, calls = subprocess.CompletedProcess([], 0 if starts else 1), []
    monkeypatch.setattr(make.subprocess, "run", lambda *_, **__: result)
    monkeypatch.setattr(make, "pip", lambda *arguments, **_: calls.append(arguments))
    make.add_quarto()
    [arguments] = calls
    assert "--require-hashes" in arguments and str(make.QUARTO_LOCK) in arguments
    said = capsys.readouterr().err
    assert "downloads the official release from GitHub, which no hash covers" in said
    assert ("it does not start on this machine" in said) is not starts


@pytest.mark.parametrize("trouble", [make.MakeError("no network"), KeyboardInterrupt()])
def test_failed_quarto_leaves_no_broken_program(no_quarto, monkeypatch, trouble):
    def half(*_, **__):
        make.program(make.VENV, "quarto").touch()
        raise trouble

    monkeypatch.setattr(make, "pip", half)
    with contextlib.suppress(KeyboardInterrupt):
        make.add_quarto()
    assert not make.program(make.VENV, "quarto").exists()


# Validators


@pytest.fixture
def validators(project, tmp_path, monkeypatch):
    monkeypatch.setattr(make, "VALIDATORS", tmp_path / "validators.lock")
    make.VALIDATORS.write_text("roc-validator==1")
    return project


def test_validators_are_installed_once_for_each_lock(validators):
    make.add_validators(make.VENV)
    make.add_validators(make.VENV)
    assert validators == ["pip"]
    make.VALIDATORS.write_text("roc-validator==2")
    make.add_validators(make.VENV)
    assert validators == ["pip", "pip"]


def test_what_a_cluster_needs_is_in_a_folder_that_no_other_command_looks_into(project, tmp_path, monkeypatch):
    installed = []
    monkeypatch.setattr(make, "pip", lambda *arguments, **_: installed.append(arguments))
    make.add_cluster(make.VENV)
    [arguments] = installed
    assert ("--require-hashes", "--target", str(make.VENV / "cluster")) == arguments[2:5]
    assert arguments[-1] == str(make.CLUSTER_LOCK) and (make.VENV / "cluster" / ".lock-key").is_file()
    assert make.cluster_packages((ROOT / "pyproject.toml").read_text(encoding="utf-8")) == ["distributed>=2026.8"]


def test_failed_validators_are_one_sentence_and_tried_again(validators, monkeypatch, capsys):
    def fail(*_, **__):
        validators.append("failed")
        raise make.MakeError("no network")

    monkeypatch.setattr(make, "pip", fail)
    make.add_validators(make.VENV)
    make.add_validators(make.VENV)
    assert validators == ["failed", "failed"]
    sentence = "make.py: the validators of the downloads could not be installed (no network); their tests are left out."
    assert capsys.readouterr().err.splitlines()[0] == sentence


# The lock


def test_environment_takes_the_versions_of_the_lock():
    lock = "pandas==3.1.1 ; python_version > '3' \\\n    --hash=x\npypandoc-binary==1.17 \\\n"
    environment = "  - python >=3.11\n  - pandas=3.0.0\n  - pip:\n      - pypandoc_binary==1.16.2\n      - other==1\n"
    assert (
        make.with_locked_versions(environment, lock)
        == "  - python >=3.11\n  - pandas=3.1.1\n  - pip:\n      - pypandoc_binary==1.17\n      - other==1\n"
    )


# Running


def run_in_a_process(program: str) -> subprocess.Popen:
    """make.run() of a Python program, in a session of its own, once that program has begun."""
    caller = f"import make, os, sys; sys.exit(make.run([sys.executable, '-c', {program!r}], os.environ))"
    process = subprocess.Popen(
        [sys.executable, "-c", caller], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    process.stdout.readline()
    return process


def test_exit_code_is_the_commands():
    assert run_in_a_process("import sys; print('begun'); sys.exit(3)").wait() == 3


@ON_POSIX
@pytest.mark.parametrize(("number", "whom", "code"), [(signal.SIGINT, "all", 130), (signal.SIGTERM, "make.py", 143)])
def test_interruption(number, whom, code):
    program = (
        "import signal, time; signal.signal(signal.SIGINT, signal.SIG_DFL); print('begun', flush=True); time.sleep(600)"
    )
    process = run_in_a_process(program)
    os.killpg(process.pid, number) if whom == "all" else os.kill(process.pid, number)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (code, b"")


@ON_POSIX
def test_told_to_end_just_as_it_begins_it_ends_what_it_began(monkeypatch):
    """Before it knows of the command, whose end it is to see to."""
    begin, before = subprocess.Popen, [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]

    def begun(*arguments, **options):
        process = begin(*arguments, **options)
        os.kill(os.getpid(), signal.SIGTERM)
        return process

    monkeypatch.setattr(make.subprocess, "Popen", begun)
    try:
        assert make.run([sys.executable, "-c", "import time; time.sleep(600)"], dict(os.environ)) == 143
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])
