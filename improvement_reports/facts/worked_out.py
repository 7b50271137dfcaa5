"""What was worked out of the observations and targets of a series, for whoever opens a report of the same again.

A report is opened several times: to check it, in its notebook, for what its run gives. Prepared tables are read once
(see `returns.series.Prepared`) and never changed in place, so the same tables say the same.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

import pandas as pd

from improvement_reports.domain.lookup import Rows
from improvement_reports.method.progress import Position, assess
from improvement_reports.workspace.measures import Measure

Found = TypeVar("Found")
MOST_KEPT = 2  # a return that is being prepared, and as it was


class WorkedOut:
    """Of one table of observations and one of targets: both, to be looked up, and what was asked for before."""

    def __init__(self, observations: pd.DataFrame, targets: pd.DataFrame):
        self.observations, self.targets = Rows(observations), Rows(targets)
        self._found: dict[tuple, tuple[tuple, object]] = {}

    def is_of(self, observations: pd.DataFrame, targets: pd.DataFrame) -> bool:
        return self.observations.frame is observations and self.targets.frame is targets

    def once(self, what: tuple, given: tuple, work: Callable[[], Found]) -> Found:
        """What ``work`` gives, or gave before when just these objects were ``given``."""
        known = self._found.get(what)
        if known is None or not _same(known[0], given):
            known = self._found[what] = given, work()
        return known[1]  # type: ignore[return-value]

    def assessed(self, row: pd.Series, measure: Measure) -> Position:
        """Where an observation stands: of a row and its likeness, in the return and among all returns, once."""
        work = partial(assess, row["measure_id"], measure, row, self.observations, self.targets)
        return self.once(("assessed", repr(row.tolist())), (measure,), work)


def _same(known: tuple, given: tuple) -> bool:
    """Whether objects are the same ones; of measures the same definitions are."""
    return all(
        a == b if isinstance(a, Measure | Mapping) and isinstance(b, type(a)) else a is b
        for a, b in zip(known, given, strict=True)
    )


_last: list[WorkedOut] = []


def worked_out(observations: pd.DataFrame, targets: pd.DataFrame) -> WorkedOut:
    """What is known of just these tables."""
    found = next((known for known in _last if known.is_of(observations, targets)), None)
    if found is None:
        found = WorkedOut(observations, targets)
        _last[:] = [found, *_last[: MOST_KEPT - 1]]
    return found
