"""Where the measures of an authority stand in one return: positions, each worked out once for as long as the tables are
the same.
"""

from collections.abc import Sequence

import pandas as pd

from improvement_reports.domain.series import FINEST_FIRST, end_of
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.facts.shared import Shared
from improvement_reports.facts.worked_out import worked_out
from improvement_reports.method.progress import Position, is_disputed


def _newest_and_finest(at: Position) -> tuple[str, int]:
    return at.current["period"][:7], -FINEST_FIRST.index(PeriodType(at.current["period_type"]))


def _newest_of_each(rows: Sequence[pd.Series]) -> list[pd.Series]:
    """Of rows of one measure the newest of each kind of period and part, in the order of their file; of two for one
    time the last.
    """
    newest = {(row["period_type"], row["category"]): row for row in sorted(rows, key=lambda r: end_of(r["period"]))}
    return sorted(newest.values(), key=lambda row: row["source_row"])


class Positions(Shared):
    """The part of `Facts` that gives positions."""

    def positions(self) -> list[Position]:
        """The newest position of each measure of the authority for each period type, without distributions.

        Narrative, tables and charts all ask for them, so they are kept for as long as the tables are the same.
        """
        known, given = worked_out(self.observations, self.targets), (self.tables["observations"], self.measures)
        return list(known.once(("positions", self.authority_id), given, self._newest_positions))

    def _newest_positions(self) -> list[Position]:
        own = self.rows_of("observations")
        periods, series = own.cells("period"), list(zip(own.cells("measure_id"), own.cells("period_type"), strict=True))
        mine = own.places(area=self.authority_id, category="")
        newest = {series[at]: at for at in sorted(mine, key=periods.__getitem__)}
        return [self._assessed(own.row(at)) for at in sorted(newest.values())]

    def _assessed(self, row: pd.Series) -> Position:
        return worked_out(self.observations, self.targets).assessed(row, self.measures[row["measure_id"]])

    def newest_positions(self, measure_id: str) -> list[Position]:
        """The newest position of one measure of the authority for each period type and part that the return states.

        A measure of which this return has no row stands with its newest value of an earlier one, and with the date of
        that.
        """
        known = worked_out(self.observations, self.targets)
        given = (self.tables["observations"], self.measures.get(measure_id))
        return list(known.once(("newest", self.authority_id, measure_id), given, lambda: self._newest_of(measure_id)))

    def _newest_of(self, measure_id: str) -> list[Position]:
        rows = self.rows_of("observations").where(measure_id=measure_id, area=self.authority_id)
        if not rows:
            every = self.observations_by_key.where(measure_id=measure_id, area=self.authority_id)
            last = max((end_of(row["period"]) for row in every), default="")
            rows = [row for row in every if end_of(row["period"]) == last]
        return [self._assessed(row) for row in _newest_of_each(rows)]

    def main_positions(self) -> list[Position]:
        """One position for each measure: its newest, and of several kinds of period for one month the finest, first the
        month.
        """
        best: dict[str, Position] = {}
        for at in self.positions():
            known = best.get(at.measure_id)
            if known is None or _newest_and_finest(at) > _newest_and_finest(known):
                best[at.measure_id] = at
        return [
            at
            for at in best.values()
            if not any(
                row is not None and is_disputed(row, self.measures[at.measure_id]) for row in (at.current, at.previous)
            )
        ]
