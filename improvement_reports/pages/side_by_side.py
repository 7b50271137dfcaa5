"""Pages of many reports made side by side in processes of their own; of a few, here."""

import os
from collections.abc import Callable, Sequence
from typing import Any

from improvement_reports.runs.warm.executor import report_executor
from improvement_reports.workspace.places import Project

# Fewer are done sooner here than processes for them are begun.
FEW = 3
# So many shares for each processor: one that is done early takes another.
SHARES = 3


def nothing() -> None:
    """What is done meanwhile where nothing is."""


def side_by_side(
    project: Project,
    do: Callable[..., list],
    items: Sequence,
    *rest: Any,
    few: int = FEW,
    cores: int | None = None,
    meanwhile: Callable[[], None] = nothing,
) -> list:
    """What ``do(project, items, *rest)`` gives for each item, in their order.

    ``do`` is a function of a module that takes a share of the items and gives a list with one entry for each of them.
    ``meanwhile`` is done once in this process, while the others are at work.
    """
    cores = cores or os.cpu_count() or 1
    if len(items) <= few or cores < 2:
        meanwhile()
        return do(project, list(items), *rest)
    count = min(len(items), cores * SHARES)
    shares = [list(items[n::count]) for n in range(count)]  # neighbours are of one size: each share gets of all sizes
    with report_executor(cores, project.root) as executor:
        asked = [executor.submit(do, project, share, *rest) for share in shares]
        meanwhile()
        given = [future.result() for future in asked]
    found = [None] * len(items)
    for n, answers in enumerate(given):
        found[n::count] = answers
    return found
