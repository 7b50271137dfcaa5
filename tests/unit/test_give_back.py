"""Memory that is no longer used is given back to the system."""

import ctypes
import gc
import os
import sys
from pathlib import Path

import pytest

from improvement_reports.workspace.collection import give_back

CAN = sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_trim")


def held() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


@pytest.mark.skipif(not CAN, reason="the C library of this system gives nothing back when it is asked")
def test_what_was_thrown_away_is_given_back():
    pieces = [bytes(2000) for _ in range(40_000)]
    last = pieces[-1:]  # lies behind the others, which without it would be given back at once
    full = held()
    del pieces
    gc.collect()
    give_back()
    assert full - held() > 60_000_000 and last


def test_without_libraries_and_elsewhere_it_does_nothing(monkeypatch):
    monkeypatch.delitem(sys.modules, "pyarrow", raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: pytest.fail("there is none"))
    give_back()
