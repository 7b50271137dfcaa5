"""A call in a fork: for reports that run side by side, each in a process of its own."""

import importlib
import json
import os
import pickle
import signal
import socket
import sys
import time

from improvement_reports.runs.warm import link
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
    try:
        function, arguments, named = pickle.loads(request[1][1])
        module, name = function
        answer = (True, getattr(importlib.import_module(module), name)(*arguments, **named))
    except Exception as error:
        answer = (False, error)
    wait_for_kernels()
    end.sendall(packed(REQUEST, [pickle.dumps(answer)]))
    return 0


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
