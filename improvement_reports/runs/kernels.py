"""The kernel of a notebook: which one, how it is talked to, that it ends with its run, and that it ends quietly."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client import AsyncKernelManager
from traitlets.config import Config

from improvement_reports.runs.warm.fork import KERNEL
from improvement_reports.runs.warm.link import new_fork
from improvement_reports.runs.warm.manager import forked
from improvement_reports.workspace.processes import KERNEL_ENDS_TOO

# The longest address of a local socket is 108 bytes with its end on Linux, 104 on macOS; a kernel adds “/kernel-5”.
LONGEST_SOCKETS = 90
# Where sockets go if the folder for temporary files has too long a name.
SHORT_FOLDERS = ("/tmp", "/var/tmp")
SHUTDOWN_SECONDS = 2


class QuietKernelManager(AsyncKernelManager):
    """Ends a kernel without interrupting it first.

    Jupyter interrupts a kernel that is told to end, in case it is at work. Ours has answered its last question, and
    would only say on the terminal that it caught an interrupt.
    """

    async def _async_interrupt_kernel(self) -> None:
        if not self.shutting_down:
            await super()._async_interrupt_kernel()

    interrupt_kernel = _async_interrupt_kernel
    folder = ""  # of the run alone

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        # What cells write comes through messages. What is left is the kernel's own log: a kernel whose command was
        # interrupted finds nobody to answer, and would put a traceback on the terminal.
        environment = without_own_settings(kw.get("env") or os.environ, self.folder)
        await super()._async_launch_kernel(kernel_cmd, **{"stderr": subprocess.DEVNULL, **kw, "env": environment})

    _launch_kernel = _async_launch_kernel


@contextmanager
def kernel_options(folder: Path | None = None) -> Iterator[dict]:
    """What papermill is to hand to nbclient for a run in ``folder``: a kernel that is forked, where that can be.

    Without a folder, and where there is nothing to fork, a kernel that Jupyter starts.
    """
    end = new_fork(KERNEL, folder) if folder is not None else None
    if end is None:
        with ordinary_options() as options:
            yield options
        return
    config = Config()
    config.NotebookClient.kernel_manager_class = forked(end)
    with end:
        yield {"config": config}


@contextmanager
def inside_options() -> Iterator[dict]:
    """A kernel in this very process, which is a fork that does nothing else (`warm.inside`)."""
    from improvement_reports.runs.warm.inside import InsideKernelManager

    config = Config()
    config.NotebookClient.kernel_manager_class = InsideKernelManager
    yield {"config": config}


@contextmanager
def ordinary_options() -> Iterator[dict]:
    """A kernel that Jupyter starts; its sockets lie in a folder of this run alone, which goes with it.

    So two kernels that start at once do not hear each other, and nobody else's programs hear them. Where a local socket
    is not to be had (Windows, only long folders), a kernel is talked to through ports of this machine.
    """
    config = Config()
    config.KernelManager.shutdown_wait_time = SHUTDOWN_SECONDS
    home = socket_home()
    with tempfile.TemporaryDirectory(prefix="kernel-", dir=home, ignore_cleanup_errors=True) as folder:
        config.NotebookClient.kernel_manager_class = type(
            "QuietKernelManager", (QuietKernelManager,), {"folder": folder}
        )
        if home is not None:
            config.KernelManager.transport = "ipc"
            config.KernelManager.ip = f"{folder}/kernel"
        yield {"config": config, "extra_arguments": kernel_arguments()}


def without_own_settings(environment: Mapping[str, str], folder: str) -> dict[str, str]:
    """An environment in which IPython finds none of its user's settings and start-up files: a report must not depend on
    what whoever runs it likes to have loaded. A forked kernel reads none either.
    """
    kept = {name: value for name, value in environment.items() if name != "PYTHONSTARTUP"}
    return {**kept, "IPYTHONDIR": f"{folder}/ipython"}


def kernel_arguments() -> list[str]:
    """A kernel looks every second whether its parent is there; on Linux it is ended even if it does not get round to
    that.
    """
    return [f"--IPKernelApp.exec_lines={KERNEL_ENDS_TOO}"] if sys.platform == "linux" else []


def socket_home() -> Path | None:
    """A folder that is short enough for sockets and can be written to; None if there is none."""
    if sys.platform == "win32":
        return None
    for folder in (tempfile.gettempdir(), *SHORT_FOLDERS):
        if len(os.fsencode(folder)) + len("/kernel-12345678") <= LONGEST_SOCKETS and os.access(
            folder, os.W_OK | os.X_OK
        ):
            return Path(folder)
    return None
