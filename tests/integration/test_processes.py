"""However a command ends, what it started ends with it: workers, kernels, and programs that start others."""

import contextlib
import gc
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid

import psutil
import pytest
from damage import edit
from marked_processes import MARK, ON_POSIX, PATIENCE, marked, wait_until
from quick_runs import MARCH

from improvement_reports.runs.warm.executor import Forks
from improvement_reports.workspace import processes
from improvement_reports.workspace.processes import Pool, run_guarded, run_watched

# A command ended is a command gone, with all that it started, on a busy machine after a while. What is to be ended would
# by itself go on for much longer.
GONE_SECONDS, LONG_SECONDS = 60, 600
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process whose interpreter is busy")
SLEEPS = f"import pathlib, time; pathlib.Path('started-' + month).touch(); time.sleep({LONG_SECONDS})"
# A regular expression holds the interpreter: no thread of this process gets its turn.
BUSY = "import pathlib, re; pathlib.Path('started-' + month).touch(); re.match('(a+)+$', 'a' * 40 + 'b')"


def running(project, start, waiting: str, months: tuple[str, ...], *arguments: str) -> subprocess.Popen:
    """A command whose notebooks have all come to the cell that does not end."""
    edit(project.notebook("board"), "1 / (month not in {'2024-01'})", waiting)
    process = start(project.root, "-m", "improvement_reports.cli", *arguments)
    started = [project.root / f"started-{m}" for m in months]
    assert wait_until(lambda: process.poll() is not None or all(p.exists() for p in started))
    assert process.poll() is None, process.communicate()
    return process


ENDINGS = [("SIGKILL", -9), ("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)]


@ON_POSIX
@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), ENDINGS)
@pytest.mark.parametrize(
    ("job", "months"), [(("--month", "2024-03"), ("2024-03",)), ((), ("2024-02", "2024-03"))], ids=["one", "pool"]
)
def test_an_ended_command_leaves_no_process(quick, start, name, code, job, months):
    process = running(quick, start, SLEEPS, months, "run", *job)
    assert len(marked(start.mark)) >= 1 + len(months)
    os.kill(process.pid, getattr(signal, name))  # to the command alone, as `kill` does
    assert process.wait(GONE_SECONDS) == code
    assert wait_until(lambda: not marked(start.mark), GONE_SECONDS), marked(start.mark)
    assert b"Traceback" not in process.stderr.read()


@ON_LINUX
@pytest.mark.slow
@pytest.mark.parametrize(
    ("job", "months"), [(("--month", "2024-03"), ("2024-03",)), ((), ("2024-02", "2024-03"))], ids=["one", "pool"]
)
def test_a_killed_command_ends_kernels_that_are_busy(quick, start, job, months):
    process = running(quick, start, BUSY, months, "run", *job)
    process.kill()
    assert wait_until(lambda: not marked(start.mark), GONE_SECONDS), marked(start.mark)


WORKER = """
import re, sys, time
from pathlib import Path
from improvement_reports.workspace.processes import Pool
def busy(name):
    Path(name).touch()
    re.match("(a+)+$", "a" * 40 + "b")
if __name__ == "__main__":
    with Pool(2) as pool:
        list(pool.map(busy, ["started-1", "started-2"]))
"""


@ON_LINUX
def test_workers_that_are_busy_end_with_their_parent(tmp_path, start):
    (tmp_path / "program.py").write_text(WORKER)
    process = start(tmp_path, "program.py")
    assert wait_until(lambda: (tmp_path / "started-1").exists() and (tmp_path / "started-2").exists())
    process.kill()
    assert wait_until(lambda: not marked(start.mark), GONE_SECONDS), marked(start.mark)


def test_a_pool_that_fails_in_the_usual_way_waits_for_its_work(tmp_path):
    with pytest.raises(ValueError, match="usual"), Pool(1) as pool:
        pool.submit(os.mkdir, tmp_path / "done")
        raise ValueError("usual")
    assert (tmp_path / "done").is_dir()


def test_an_interrupted_pool_does_not_wait(tmp_path):
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Pool(1) as pool:
        pool.submit(time.sleep, LONG_SECONDS)
        pool.submit(os.mkdir, tmp_path / "never")
        raise KeyboardInterrupt
    assert time.monotonic() - begun < GONE_SECONDS and not (tmp_path / "never").exists()


# Programs that start others, as Quarto and nbval do

CHILD = f"import pathlib, time; pathlib.Path('started').touch(); time.sleep({LONG_SECONDS})"
FAMILY = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"
GUARDED = (
    "import sys; from improvement_reports.workspace.processes import run_guarded; print(run_guarded([sys.executable, '-c',"
    f" {FAMILY!r}]))"
)


@ON_POSIX
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_guarded_programs_end_with_whoever_called(tmp_path, start, name):
    process = start(tmp_path, "-c", GUARDED)
    assert wait_until((tmp_path / "started").exists)
    os.kill(process.pid, getattr(signal, name))
    assert wait_until(lambda: not marked(start.mark), GONE_SECONDS), marked(start.mark)


def test_a_guarded_program_says_what_it_said_and_how_it_ended(tmp_path):
    said = "import os, sys; print(os.getcwd(), 'März'); print('no', file=sys.stderr); sys.exit(3)"
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    code, words = run_guarded([sys.executable, "-u", "-c", said], cwd=tmp_path, env=environment)
    assert (code, words.split()) == (3, [str(tmp_path), "März", "no"])
    assert run_guarded([str(tmp_path / "none")])[0] == 127


def test_a_guarded_program_that_takes_too_long_is_ended(tmp_path):
    mark = uuid.uuid4().hex
    with pytest.raises(subprocess.TimeoutExpired):
        run_guarded([sys.executable, "-c", FAMILY], seconds=2, cwd=tmp_path, env={**os.environ, MARK: mark})
    assert wait_until(lambda: not marked(mark), GONE_SECONDS), marked(mark)


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


# A kernel that is told to end


def test_a_run_says_nothing_of_its_kernels(quick, start, monkeypatch):
    """Jupyter interrupts a kernel before it ends it, and the kernel says so; a run that is good says nothing of
    that, whichever kernels it has.
    """
    for kernel in ("forked", "ordinary"):
        monkeypatch.setenv("IMPROVEMENT_REPORTS_KERNEL", kernel)
        process = start(quick.root, "-m", "improvement_reports.cli", "run")
        _, said = process.communicate(timeout=PATIENCE)
        assert (process.returncode, said) == (0, b"")
        assert quick.run_folder(*MARCH).is_dir()
        shutil.rmtree(quick.build)


@pytest.mark.parametrize("length", [20, 150])
def test_a_folder_for_temporary_files_may_have_a_long_name(quick, start, monkeypatch, length):
    folder = quick.root / ("t" * length)
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    process = start(quick.root, "-m", "improvement_reports.cli", "run", "--month", "2024-03")
    _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (0, b"") and list(folder.iterdir()) == []


def test_without_a_short_folder_a_kernel_is_talked_to_through_ports(tmp_path, monkeypatch):
    from improvement_reports.runs import kernels

    long = tmp_path / ("t" * 120)
    long.mkdir()
    monkeypatch.setattr(kernels.tempfile, "gettempdir", lambda: str(long))
    monkeypatch.setattr(kernels, "SHORT_FOLDERS", (str(long),))
    with kernels.kernel_options() as options:
        assert "transport" not in options["config"].KernelManager
    monkeypatch.setattr(kernels, "SHORT_FOLDERS", ("/tmp",))
    with kernels.kernel_options() as options:
        assert options["config"].KernelManager.transport == "ipc"
        assert len(os.fsencode(options["config"].KernelManager.ip) + b"-5\0") < 104


def held_fast(mark: str) -> list[psutil.Process]:
    """The programs that are guarded now, stopped; none of those that the caller itself waits for."""
    found = []
    for guard in marked(mark):
        if str(processes.GUARD) not in _words(guard)[2:3]:
            continue
        with contextlib.suppress(psutil.Error):
            for guarded in guard.children():
                # One that has not become its program yet is waited for by its guard, which nothing ends meanwhile.
                if _words(guarded) not in ([], _words(guard)):
                    guarded.suspend()
                    found.append(guarded)
    return found


@ON_POSIX
@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), ENDINGS)
def test_verify_alone_is_told_to_end_and_ends(published, start, name, code):
    """It ran on for a minute after SIGTERM, and what it had started after SIGKILL."""
    process = start(published.root, "-m", "improvement_reports.cli", "verify", "--all")
    # What guard.py guards is held fast, so that it does not come to its end by itself.
    assert wait_until(lambda: process.poll() is not None or held_fast(start.mark))
    assert process.poll() is None, process.communicate()
    os.kill(process.pid, getattr(signal, name))
    assert process.wait(GONE_SECONDS) == code
    assert wait_until(lambda: not marked(start.mark), GONE_SECONDS), marked(start.mark)
    assert b"Traceback" not in process.stderr.read()


def test_a_command_looks_seldom_for_rings_of_objects(tmp_path):
    program = "import gc, improvement_reports.cli as c; c.app = lambda: print(*gc.get_threshold()); c.main()"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert said.stdout.split() == [str(n) for n in processes.OBJECTS_BETWEEN_LOOKS]


@pytest.mark.skipif(sys.platform != "linux", reason="reports are forked on Linux only")
def test_a_fork_looks_seldom_for_rings_of_objects(tmp_path):
    with Forks(1, tmp_path) as executor:
        assert executor.submit(gc.get_threshold).result() == processes.OBJECTS_BETWEEN_LOOKS


# Programs that this process runs itself, as Pandoc, Pagefind and JupyterLab

SLEEPER = CHILD
WATCHED = f"""
import os, sys
from improvement_reports.workspace.processes import Threads, run_watched
def job(_):
    with open("begun", "a") as file:
        file.write("x")
    run_watched([sys.executable, "-c", {SLEEPER!r}])
if sys.argv[1] == "threads":
    with Threads(1) as pool:
        list(pool.map(job, range(3)))
else:
    job(0)
"""


def test_the_watch_is_there_before_what_it_watches_over(monkeypatch):
    """A caller that was killed between both left its program behind."""
    begun, popen = [], subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda command, **options: begun.append(command) or popen(command, **options)
    )
    processes.end_watch()
    processes.run_watched([sys.executable, "-c", ""])
    processes.end_watch()
    assert [command[-1] for command in begun] == [str(processes.GUARD), ""]


UNTOLD = """
import sys, time
from pathlib import Path
from improvement_reports.workspace import pandoc_pages, processes
tell = processes._WATCH.tell
processes._WATCH.tell = lambda line="": time.sleep(600) if line else tell()
if sys.argv[1] == "program":
    processes.run_watched([Path("sleeper").resolve()])
else:
    pandoc_pages.pandoc_path = Path("sleeper").resolve
    with pandoc_pages.PagePandoc() as pages:
        pages._begun()
"""


@ON_POSIX
@pytest.mark.parametrize("which", ["program", "pages"])
def test_a_program_ends_with_a_caller_that_had_no_time_to_tell_of_it(tmp_path, start, which):
    """On a busy machine a program ran before the watch heard of it; killed just then, its caller left it behind."""
    (tmp_path / "sleeper").write_text("#!/bin/sh\ntouch started\nexec sleep 600\n")
    (tmp_path / "sleeper").chmod(0o755)
    process = start(tmp_path, "-c", UNTOLD, which)
    assert wait_until((tmp_path / "started").exists)
    process.kill()
    assert wait_until(lambda: not marked(start.mark), GONE_SECONDS), marked(start.mark)


@ON_POSIX
@pytest.mark.parametrize("how", ["alone", "threads"])
@pytest.mark.parametrize(("name", "code"), [("SIGKILL", -9), ("SIGTERM", 143), ("SIGINT", None)])
def test_watched_programs_end_with_whoever_runs_them(tmp_path, start, name, code, how):
    program = (
        WATCHED
        if name != "SIGTERM"
        else f"from improvement_reports.workspace.processes import end_in_order; end_in_order()\n{WATCHED}"
    )
    process = start(tmp_path, "-c", program, how)
    assert wait_until((tmp_path / "started").exists)
    os.kill(process.pid, getattr(signal, name))
    assert wait_until(lambda: not marked(start.mark), GONE_SECONDS), marked(start.mark)
    assert code is None or process.wait() == code
    assert (tmp_path / "begun").read_text() == "x"


def test_a_watched_program_gets_its_text_and_says_what_it_said(tmp_path):
    echo = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()); sys.stderr.write('no'); sys.exit(3)"
    done = run_watched([sys.executable, "-c", echo], "März\n■" + "x" * 100_000, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (3, "März\n■" + "x" * 100_000, "no")
    with pytest.raises(subprocess.TimeoutExpired):
        run_watched([sys.executable, "-c", SLEEPER], seconds=1, cwd=tmp_path)
    with pytest.raises(FileNotFoundError):
        run_watched([str(tmp_path / "none")])


def test_a_limit_of_work_counts_no_time_in_which_others_have_the_machine():
    waits = "import sys, time; said = sys.stdin.read(); time.sleep(2); print(len(said))"
    done = run_watched([sys.executable, "-c", waits], "x" * 100_000, seconds=1, of_work=True)
    assert (done.returncode, done.stdout) == (0, "100000\n")
    with pytest.raises(subprocess.TimeoutExpired):
        run_watched([sys.executable, "-c", "while True: pass"], seconds=1, of_work=True)


SLOW_PANDOC = """
import sys
from improvement_reports.workspace.pandoc import call_pandoc
call_pandoc("[" * 40 + "x" + "]" * 40, ["--from", "markdown", "--to", "html"], "a page")
"""


@ON_POSIX
@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_pandoc_at_work_ends_with_whoever_called_it(tmp_path, start, name):
    """A text that nests too deeply keeps Pandoc busy for minutes; its input and output are closed, and it would not see
    that.
    """
    process = start(tmp_path, "-c", SLOW_PANDOC)
    assert wait_until(lambda: any("pandoc" in " ".join(_words(p)[:1]) for p in marked(start.mark)))
    time.sleep(0.5)
    os.kill(process.pid, getattr(signal, name))
    assert wait_until(lambda: not marked(start.mark), GONE_SECONDS), marked(start.mark)
