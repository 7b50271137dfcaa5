"""What may be written after ``--executor``: ``local``, or ``dask:`` and the address of a scheduler."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from improvement_reports.domain.errors import UserError, shown

LOCAL, PREFIX = "local", "dask:"
ADDRESS = re.compile(r"(?P<way>tcp|tls)://(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})")
FORM = "write local, or dask:tcp://HOST:PORT (dask:tls://… where the cluster is encrypted), as in dask:tcp://host:8786"


def scheduler_address(text: str) -> str | None:
    """The address of the scheduler, as in tcp://host:8786; None for reports that run here; a `UserError` for any other
    text.
    """
    if text == LOCAL:
        return None
    if text.startswith(PREFIX):
        found = ADDRESS.fullmatch(text.removeprefix(PREFIX))
        if found and 0 < int(found["port"]) < 65536:
            return found[0]
    if ADDRESS.fullmatch(text):
        raise UserError(f"--executor {shown(text)} does not say what listens there; write {PREFIX}{text}.")
    raise UserError(f"--executor {shown(text)} is no place where reports can run; {FORM}.")


@contextmanager
def chosen_executor(text: str) -> Iterator[Callable[[int], Executor] | None]:
    """What gives the executor for a number of reports; None for the usual one of this machine.

    Raises a `UserError` if the cluster cannot be reached or would make other reports.
    """
    address = scheduler_address(text)
    if address is None:
        yield None
        return
    from improvement_reports.runs.cluster.executor import ClusterExecutor

    with ClusterExecutor(address) as executor:
        yield lambda jobs: executor
