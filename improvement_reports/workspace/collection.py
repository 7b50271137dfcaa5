"""When Python looks for what could be thrown away, and when what was thrown away is given back to the system."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Python does not look for unused objects that name each other. Where a million are made of which all are used,
    each look at them takes as long as to make them.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def give_back() -> None:
    """Give memory back that this process used and no longer does: by itself it keeps most of it for later, a copy of
    which every process has that is forked from it.
    """
    if (pyarrow := sys.modules.get("pyarrow")) is not None:
        pyarrow.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc, not of every C library
        if trim is not None:
            trim(0)
