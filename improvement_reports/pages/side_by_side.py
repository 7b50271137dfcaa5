"""Pages of many reports made side by side in processes of their own; of a few, here."""

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

from improvement_reports.runs.warm import link
from improvement_reports.runs.warm.executor import report_executor
from improvement_reports.workspace.collection import give_back
from improvement_reports.workspace.places import Project

# Fewer are done sooner here than processes for them are begun.
FEW = 3
# So many shares for each processor: one that is done early takes another.
SHARES = 3


def nothing(*_: object) -> None:
    """What is done meanwhile, or when something is written, where nothing is."""


def alike(item: Any) -> float:
    """How much work there is with an item where nobody knows which has more."""
    return 1


def shared_out(items: Sequence, count: int, weight: Callable[[Any], float] = alike) -> list[list[int]]:
    """The places of the items in so many shares of about the same weight, the heaviest first in each."""
    shares: list[list[int]] = [[] for _ in range(count)]
    loads = [0.0] * count
    weights = [weight(item) for item in items]
    for n in sorted(range(len(items)), key=lambda n: -weights[n]):
        lightest = min(range(count), key=lambda share: (loads[share], len(shares[share])))
        shares[lightest].append(n)
        loads[lightest] += weights[n]
    return shares


def side_by_side(
    project: Project,
    do: Callable[..., list],
    items: Sequence,
    *rest: Any,
    few: int = FEW,
    cores: int | None = None,
    meanwhile: Callable[[], None] = nothing,
    weight: Callable[[Any], float] = alike,
    most: int | None = None,
) -> list:
    """What ``do(project, items, *rest)`` gives for each item, in their order.

    ``do`` is a function of a module that takes a share of the items and gives a list with one entry for each of them.
    ``meanwhile`` is done once in this process, while the others are at work. ``weight``: about how much work there is
    with an item, so that no processor waits at the end while another has a heavy share left. ``most``: about
    so many items in a share, where a process takes more memory with each.
    """
    cores = cores or os.cpu_count() or 1
    few = 0 if link.is_begun_here() else few  # to fork what is there already takes no time
    if len(items) <= few or cores < 2:
        meanwhile()
        return do(project, list(items), *rest)
    give_back()
    count = max(cores * SHARES, math.ceil(len(items) / most) if most else 0)
    shares = shared_out(items, min(len(items), count), weight)
    with report_executor(cores, project.root) as executor:
        asked = [executor.submit(do, project, [items[n] for n in share], *rest) for share in shares]
        meanwhile()
        given = [future.result() for future in asked]
    found = [None] * len(items)
    for share, answers in zip(shares, given, strict=True):
        for n, answer in zip(share, answers, strict=True):
            found[n] = answer
    return found
