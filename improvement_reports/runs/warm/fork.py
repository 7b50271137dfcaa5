"""What a fork does first and last, whoever forked it."""

import ctypes
import importlib
import os
import signal
import socket
import sys
import traceback
from typing import NoReturn

from improvement_reports.workspace.processes import PR_SET_PDEATHSIG

# What a fork is to be: a kernel, a notebook with its kernel, the place of one call, or what forks those itself.
KERNEL, INSIDE, CALL, FORKING = b"k", b"i", b"c", b"f"
INTERRUPTIONS = tuple(n for name in ("SIGINT", "SIGHUP") if (n := getattr(signal, name, None)) is not None)
# By their names: a call runs reports, and those ask for kernels.
RUNS = {
    KERNEL: "improvement_reports.runs.warm.kernel",
    INSIDE: "improvement_reports.runs.warm.inside",
    CALL: "improvement_reports.runs.warm.calls",
    FORKING: "improvement_reports.runs.warm.parent",
}


def be(kind: bytes, end: socket.socket, parent: int) -> NoReturn:
    """In a fork: run what it is for, and end when the process that forked it is no more."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        for number in INTERRUPTIONS:  # are for the process that was called, which ends this one
            signal.signal(number, signal.SIG_IGN)
        if os.getppid() == parent:
            if "numpy.random" in sys.modules:
                sys.modules["numpy.random"].seed()
            run = importlib.import_module(RUNS[kind])
            code = run.run(end)
    except BaseException:
        # In a kernel the descriptor 2 is a cell's output; this is its copy from before.
        os.write(getattr(sys.stderr, "_original_stdstream_copy", 2), traceback.format_exc().encode())
    finally:
        os._exit(code)
