"""What a series of tables gives, table by table: a series that goes on is not gone through again from its beginning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    import pandas as pd


State = TypeVar("State")


class Fold(Generic[State]):
    """A state that each table of a series changes a little; the state of the series that was asked for last is kept.

    ``step`` gives a new state from a state, a table and what is ``given`` (which is compared by identity, as the tables
    are); it changes neither. ``at_once``: the same of a whole series, where that is faster than step by step. A table
    is never changed in place in this package, so the same table says the same.
    """

    def __init__(
        self,
        start: State,
        step: Callable[[State, pd.DataFrame, object], State],
        at_once: Callable[[Sequence[pd.DataFrame], Any], State] | None = None,
    ):
        self.start, self.step, self.at_once = start, step, at_once
        self._last: tuple[tuple[pd.DataFrame, ...], object, State] = ((), None, start)

    def __call__(self, tables: Sequence[pd.DataFrame], given: object = None) -> State:
        known, before, state = self._last
        if given is not before or not _goes_on(known, tables):
            known, state = (), self.start
        if self.at_once and len(tables) - len(known) > 1:
            state = self.at_once(tables, given)
        else:
            for table in tables[len(known) :]:
                state = self.step(state, table, given)
        self._last = (tuple(tables), given, state)
        return state


def _goes_on(known: Sequence[pd.DataFrame], tables: Sequence[pd.DataFrame]) -> bool:
    """Whether a series begins with the tables that are known."""
    return len(known) <= len(tables) and all(a is b for a, b in zip(known, tables, strict=False))
