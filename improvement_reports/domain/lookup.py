"""Rows of a table by their cells: facts are looked up by key, where a mask would go through the whole table each time.

One `Rows` is made of a table and asked many times; the table must not be changed in place meanwhile (this package
makes a new one instead).
"""

from collections import defaultdict

import pandas as pd

from improvement_reports.domain.sameness import normal_key


class Rows:
    """The rows of one table, each by its place from 0 on; ``frame``: the table itself."""

    def __init__(self, frame: pd.DataFrame):
        self.frame, self._columns = frame, frame.columns.tolist()
        self._cells: dict[str, list] = {}
        self._places: dict[tuple[str, ...], dict[tuple, list[int]]] = {}
        self._rows: dict[int, pd.Series] = {}
        self._normal: list[str] | None = None

    @classmethod
    def of(cls, table: "pd.DataFrame | Rows") -> "Rows":
        """A table that is looked into once may be given as it is."""
        return table if isinstance(table, cls) else cls(table)  # type: ignore[arg-type]

    def has(self, column: str) -> bool:
        return column in self.frame

    def cells(self, column: str) -> list:
        """The cells of one column in the order of the rows."""
        if column not in self._cells:
            self._cells[column] = self.frame[column].tolist()
        return self._cells[column]

    def places(self, **wanted: str) -> list[int]:
        """Where the rows are whose cells in some columns are just the wanted ones, in their order."""
        columns = tuple(wanted)
        if columns not in self._places:
            found = defaultdict(list)
            for at, key in enumerate(zip(*map(self.cells, columns), strict=True)):
                found[key].append(at)
            self._places[columns] = dict(found)
        return self._places[columns].get(tuple(wanted.values()), [])

    def in_category(self, places: list[int], wanted: str) -> list[int]:
        """Those of some rows whose category says just the wanted text; if no row of the table does, those where it
        says the same in its normal form.
        """
        if not wanted or self.places(category=wanted):
            categories = self.cells("category")
            return [at for at in places if categories[at] == wanted]
        if self._normal is None:
            self._normal = [normal_key(str(text)) for text in self.cells("category")]
        return [at for at in places if self._normal[at] == normal_key(wanted)]

    def row(self, at: int) -> pd.Series:
        """One row, as `domain.rows.rows_of` gives it; a copy of its own (of no cost until it is changed)."""
        if at not in self._rows:
            cells = [self.cells(column)[at] for column in self._columns]
            self._rows[at] = pd.Series(cells, index=self.frame.columns, name=self.frame.index[at], dtype=object)
        return self._rows[at].copy(deep=False)

    def where(self, **wanted: str) -> list[pd.Series]:
        """The rows whose cells in some columns are just the wanted ones, in their order."""
        return [self.row(at) for at in self.places(**wanted)]
