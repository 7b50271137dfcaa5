"""Run a program and end it, with all that it started, when whoever called this is no more: ``python guard.py PROGRAM
…``.

Without a program it watches over those that its caller runs: all of its own process group, and those that it is told
of, by a line +NUMBER for one that begins, -NUMBER for one that ended.

Whoever calls keeps the other end of this program's input open. Only the standard library is used: it starts at once.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

END_SECONDS = 1.5


def end(process: subprocess.Popen) -> None:
    """End a program and its children; it has a moment to tidy up."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        until = time.monotonic() + END_SECONDS
        while number == signal.SIGTERM and process.returncode is None and time.monotonic() < until:
            time.sleep(0.05)


def watch(lines) -> int:
    """End every program that was begun and not ended, once there are no more lines: then whoever wrote them is
    no more.

    In the end the whole group, and this program with it: whoever was killed may have had no time to tell of a program.
    """
    running: set[int] = set()
    for line in lines:
        (running.add if line.startswith("+") else running.discard)(int(line[1:]))
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        for program in list(running):
            try:
                os.kill(program, number)
            except OSError:
                running.discard(program)
        until = time.monotonic() + END_SECONDS
        while number == signal.SIGTERM and any(_is_there(program) for program in running) and time.monotonic() < until:
            time.sleep(0.05)
    if os.name != "nt" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    return 0


def _is_there(program: int) -> bool:
    if os.name == "nt":  # where os.kill ends a program, whatever the signal
        return False
    with contextlib.suppress(OSError):
        os.kill(program, 0)
        return True
    return False


def _end_when_closed(process: subprocess.Popen) -> None:
    os.read(0, 1)
    end(process)


def main(command: list[str]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever called hears Ctrl-C, and then closes our input
    if not command:
        return watch(sys.stdin)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: end(process))
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=os.name != "nt")
    except OSError as error:
        print(f"{command[0]}: {error.strerror}")
        return 127
    # Nothing is ever sent: reading comes back when the other end is closed.
    threading.Thread(target=_end_when_closed, args=(process,), daemon=True).start()
    code = process.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
