"""The command line in a process of its own that need not load the package again: it is forked from one that has.

What a command loads takes longer than what most tests have it do. A call has its own folder, environment, output and
exit code, as if it had been started from a shell; what a new interpreter does before the first line of the program, the
calls that tests start themselves still show (`site_helpers.built_project`, tests/integration/test_cli.py).
"""

import atexit
import contextlib
import importlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

CAN_FORK = sys.platform == "linux"
MESSAGE = 1 << 17  # bytes: the environment is the longest part
MODULES = (
    "improvement_reports.authoring.starting",
    "improvement_reports.editions.figure",
    "improvement_reports.editions.publishing",
    "improvement_reports.editions.verify",
    "improvement_reports.editions.what_runs",
    "improvement_reports.pages.every_page",
    "improvement_reports.runs.checking",
    "improvement_reports.runs.cluster.address",
    "improvement_reports.runs.kernels",
    "improvement_reports.runs.up_to_date",
    "improvement_reports.runs.warm.kernel",
    "improvement_reports.site.build",
    "improvement_reports.site.unchanged",
    "nbformat",
    "openpyxl",
    "papermill",
)


def _of_python() -> dict[str, str]:
    """What tells Python itself what to do: a process that runs already does not heed it any more."""
    return {name: value for name, value in os.environ.items() if name.startswith("PYTHON")}


at_start = _of_python()


def now_begins() -> None:
    """The environment of the tests is as they want it: calls that see the same of it may be forked."""
    global at_start
    at_start = _of_python()


def called(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line as a user calls it in a folder, with this process's environment."""
    command = [sys.executable, "-m", "improvement_reports.cli", *arguments]
    if not CAN_FORK or _of_python() != at_start:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", env=os.environ)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        asked, answers = socket.socketpair()
        with asked, answers:
            message = json.dumps({"folder": str(folder), "environment": dict(os.environ), "arguments": arguments})
            socket.send_fds(_parent(), [message.encode()], [out.fileno(), err.fileno(), answers.fileno()])
            answers.close()
            code = int(asked.recv(16) or b"1")
        out.seek(0), err.seek(0)
        return subprocess.CompletedProcess(command, code, *(f.read().decode("utf-8") for f in (out, err)))


@cache
def _parent() -> socket.socket:
    """The socket of the process that is forked, which ends when this one does."""
    ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, __file__, str(theirs.fileno())]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
    atexit.register(_end, ours, process)
    return ours


def _end(ours: socket.socket, process: subprocess.Popen) -> None:
    ours.close()
    process.wait()


def _serve(first: socket.socket) -> None:
    """In the process that is forked: fork until the socket closes; only the forks of forks come back from here."""
    while True:
        message, ends, _, _ = socket.recv_fds(first, MESSAGE, 3)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not message:
            sys.exit()
        if os.fork() == 0:
            return _call(json.loads(message), *ends, first)
        for end in ends:
            os.close(end)


def _call(asked: dict, out: int, err: int, answers: int, first: socket.socket) -> None:
    """Fork once more, for the call itself, and answer with its exit code."""
    first.close()
    pid = os.fork()
    if pid:
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with contextlib.suppress(OSError):
            os.write(answers, str(code).encode())
        os._exit(0)
    os.close(answers)
    os.dup2(out, 1), os.dup2(err, 2)
    os.close(out), os.close(err)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.path[0] = asked["folder"]
    sys.modules["__main__"].__spec__ = importlib.util.find_spec("improvement_reports.cli")  # what a pool loads anew
    sys.argv = ["improvement-reports", *asked["arguments"]]
    from improvement_reports.cli import main

    main()


if __name__ == "__main__":
    from improvement_reports.runs.warm import link

    for name in ("SIGINT", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    for name in MODULES:
        importlib.import_module(name)
    link._current()  # of several reports each is forked from another process, which begins once here
    _serve(socket.socket(fileno=int(sys.argv[1])))
