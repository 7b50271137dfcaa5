"""Command lines whose processes carry a mark, so that whatever is left of them is found."""

import os
import subprocess
import sys
import time
import uuid

import psutil
import pytest

MARK = "IMPROVEMENT_REPORTS_TEST_MARK"
# What is waited for comes at last; only where it never does a test waits so many seconds, on the slowest machine too.
PATIENCE = 300
ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


def marked(mark: str) -> list[psutil.Process]:
    """Every process that carries the mark in its environment, which all that a command starts inherits."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def wait_until(condition, seconds: float = PATIENCE) -> bool:
    """Whether it is so in the end; what is given back is what the condition gave last."""
    end = time.monotonic() + seconds
    while not (is_so := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return is_so


@pytest.fixture
def start(request):
    """Start a command line with a mark; whatever is left of it when the test ends is ended."""
    mark = uuid.uuid4().hex

    def begin(folder, *command: str) -> subprocess.Popen:
        environment = {**os.environ, MARK: mark}
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    begin.mark = mark
    yield begin
    for process in marked(mark):
        process.kill()
