"""Numbers of areas below an authority: none follows from the authority's own and those of the other areas.

Each area by itself is withheld for as any series is (`suppression`). Here is what areas and authority say of each
other. The authority's numbers never give way to those of its areas. The rule is coarse, so that nothing can be read out
of it: the numbers of all areas of a group, of one table (a measure with its parts and what follows it) and one period,
are shown together or withheld together. They go where one of them is withheld, where the authority's own is, and where
what an area leaves of the authority, or all of them together leave, is a small number.
"""

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from improvement_reports.domain.vocabulary import ValueStatus
from improvement_reports.method.cells import cell_of, records_of, without
from improvement_reports.method.disclosure import withhold_more
from improvement_reports.method.spans import Cell
from improvement_reports.method.suppression import is_small, of_people, slack, so_far, suppress
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.own_areas import Parts


def withhold_areas(
    shown: pd.DataFrame,
    stated: pd.DataFrame,
    earlier: Sequence[pd.DataFrame],
    measures: dict[str, Measure],
    groups: Sequence[Parts],
) -> pd.DataFrame:
    """A new frame in which no number of an area follows from the others; rows of other areas are as they were.

    ``shown``: the observations of a return without what each area by itself must withhold; ``stated``: the same rows as
    received; ``earlier``: those of earlier returns as they were published, oldest first.
    """
    theirs = shown["area"].isin(frozenset().union(*(g.areas for g in groups)))
    while theirs.any():
        gone = _Areas(shown, stated, earlier, measures).to_withhold(groups)
        more = pd.Series([cell_of(r) in gone for r in records_of(shown)], index=shown.index, dtype=bool)
        more &= theirs & (shown["value_status"] == ValueStatus.PUBLISHED)
        if not more.any():
            break
        # What goes for the sake of another area leaves a gap in its own series, from which nothing may follow either.
        areas = withhold_more(suppress(without(shown, more)[theirs], measures, earlier), [*earlier], measures)
        shown = pd.concat([shown[~theirs], areas]).loc[shown.index]
    return shown


class _Areas:
    """What is known of every cell of a series: its number, and whether it is withheld."""

    def __init__(
        self, shown: pd.DataFrame, stated: pd.DataFrame, earlier: Sequence[pd.DataFrame], measures: dict[str, Measure]
    ):
        self.measures = measures
        public, hidden = so_far(earlier)
        self.public = {c: row for c, row in public.items() if c not in hidden}
        self.own = {cell_of(row): row for row in records_of(stated)}
        self.hidden = hidden | {
            cell_of(row) for row in records_of(shown) if row["value_status"] == ValueStatus.SUPPRESSED
        }
        self.of_area: dict[str, list[Cell]] = {}
        for cell in {*self.own, *self.public, *self.hidden}:
            self.of_area.setdefault(cell.area, []).append(cell)

    def to_withhold(self, groups: Iterable[Parts]) -> set[Cell]:
        """The cells of this return that go for the sake of another; cells that went already may be among them."""
        return {cell for group in groups for cells in self._blocks(group) for cell in self._gone(cells, group)}

    def _blocks(self, group: Parts) -> Iterator[set[Cell]]:
        """The cells of a group that go together: of one table and one period, where this return states one of them."""
        found: dict[tuple[str, str, str], set[Cell]] = {}
        for cell in (c for area in group.areas for c in self.of_area.get(area, ())):
            if cell.measure_id in self.measures:
                key = (table_of(cell.measure_id, self.measures), cell.period_type, cell.period)
                found.setdefault(key, set()).add(cell)
        yield from (cells for cells in found.values() if not cells.isdisjoint(self.own))

    def _gone(self, cells: set[Cell], group: Parts) -> set[Cell]:
        """Of cells that go together those that this return may still withhold, if one of them must go."""
        wholes = {c._replace(area=group.of) for c in cells}
        if self.hidden.isdisjoint(cells | wholes) and not any(self._leaves_few(w, group) for w in wholes):
            return set()
        counted = {c.measure_id for c in cells if c in self.hidden}
        return {c for c in cells & self.own.keys() if c.measure_id in counted or self._small(c)}

    def _small(self, cell: Cell) -> int:
        return self.measures[cell.measure_id].suppress_up_to

    def _leaves_few(self, whole: Cell, group: Parts) -> bool:
        """Whether what an area, or all of a group, leave of the authority's number is small."""
        measure = self.measures[whole.measure_id]
        if not measure.suppress_up_to or (total := self._people(whole, measure)) is None:
            return False
        parts = [p for area in sorted(group.areas) if (p := self._people(whole._replace(area=area), measure))]
        together = tuple(map(sum, zip(*parts, strict=True)))
        threshold = measure.suppress_up_to + slack(measure)
        left = [t - n for part in (*parts, together) if part for t, n in zip(total, part, strict=True)]
        return any(is_small(rest, threshold) for rest in left)

    def _people(self, cell: Cell, measure: Measure) -> tuple[float, ...] | None:
        row = self.own.get(cell) or self.public.get(cell)
        return None if row is None or pd.isna(row["value"]) else of_people(row, measure)


def table_of(measure_id: str, measures: dict[str, Measure]) -> str:
    """The measure at the head of a table: the one that all others are parts of, or follow."""
    seen: set[str] = set()
    while measure_id not in seen:
        seen.add(measure_id)
        above = measures[measure_id].part_of or measures[measure_id].follows
        if not above or above not in measures:
            return measure_id
        measure_id = above
    return min(seen)
