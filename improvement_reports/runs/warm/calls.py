"""A call in a fork: for reports that run side by side, each in a process of its own, and for the notebook of each."""

import importlib
import json
import os
import pickle
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from improvement_reports.domain.errors import UserError
from improvement_reports.runs.warm import link
from improvement_reports.runs.warm.fork import INSIDE
from improvement_reports.runs.warm.frames import REQUEST, packed, receive
from improvement_reports.workspace.processes import END_SECONDS


def run(end: socket.socket) -> int:
    """Call what is asked for and send back what it gives, or the exception."""
    request = receive(end)
    if request is None:
        return 0
    asked = json.loads(request[1][0])
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    link.is_fork = True
    end.sendall(packed(REQUEST, []))
    answer = answer_to(request[1][1])
    wait_for_kernels()
    end.sendall(packed(REQUEST, [pickle.dumps(answer)]))
    return 0


class Elsewhere(Exception):
    """What is asked for cannot be done in one process."""


def asked_for(function: Callable, *arguments: Any, **named: Any) -> bytes:
    """The call of a function of a module, as another process is asked for it."""
    return pickle.dumps(((function.__module__, function.__name__), arguments, named))


def answer_to(call: bytes) -> tuple[bool, Any]:
    """Whether all went well, and what the function gives or, where not, the exception."""
    try:
        (module, name), arguments, named = pickle.loads(call)
        return True, getattr(importlib.import_module(module), name)(*arguments, **named)
    except Exception as error:
        if not isinstance(error, UserError):
            error.add_note(traceback.format_exc())  # the way to it stays in this process
        return False, error


def given(end: socket.socket) -> Any:
    """What a call in a fork gives, or raises; `EOFError` if its process ended before."""
    answer = receive(end)
    if answer is None:
        raise EOFError
    is_good, found = pickle.loads(answer[1][0])
    if is_good:
        return found
    raise found


def from_inside(function: Callable, *arguments: Any, folder: Path) -> Any:
    """What a function gives that runs a notebook with its kernel in one process, a fork of this one; None where there
    is to be none, can be none, or it ended before.
    """
    end = link.new_fork(INSIDE, folder, [asked_for(function, *arguments)]) if link.is_fork else None
    if end is None:
        return None
    with end:
        try:
            return given(end)
        except (EOFError, Elsewhere):
            return None
        except Exception:
            raise
        except BaseException:  # this process is told to end: that one saves what it has
            os.kill(link.forks[-1], signal.SIGTERM)
            wait_for_kernels()
            raise


def wait_for_kernels() -> None:
    """A kernel that was told to end has a moment for what it does at its end; one that is busy is ended."""
    until = time.monotonic() + END_SECONDS
    while link.forks and time.monotonic() < until:
        if os.waitpid(link.forks[-1], os.WNOHANG)[0]:
            link.forks.pop()
        else:
            time.sleep(0.005)
    for pid in link.forks:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    link.forks.clear()
