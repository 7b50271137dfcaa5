"""The official statistics that were known on a day, asked by measure, year and authority.

What is asked again and again is worked out once for the day, for every report of it.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from improvement_reports.domain.vocabulary import ValueStatus
from improvement_reports.official.prepare import newest_known
from improvement_reports.workspace.areas import REGIONS

OfficialRow = dict[Hashable, Any]  # one row of a table by its columns: asked for thousands of times, so no Series


@dataclass(frozen=True)
class Neighbours:
    """The statistical neighbours of an authority, nearest first. ``is_later``: the model is newer than the day of the
    report.
    """

    model_year: int
    codes: tuple[str, ...]
    rows: tuple
    is_later: bool


@dataclass(frozen=True)
class Comparator:
    """A value for an area. ``rows``: what it was made from; for neighbours ``n`` of ``of`` had a value that counts, and
    ``joint`` are those whose value is of a joint return that counts already.
    """

    area: str
    name: str
    value: Decimal | None
    status: str
    rows: tuple
    n: int = 1
    of: int = 1
    joint: tuple[str, ...] = ()


def _cells(frame: pd.DataFrame, places: np.ndarray, *columns: str) -> Iterator[tuple]:
    """The cells of some columns, row by row, as Python's own texts and numbers."""
    return zip(*(frame[c].take(places).tolist() for c in columns), strict=True)


class Known:
    """The official statistics that were known on a day, ready to be asked by key; the same for every report of that
    day.
    """

    def __init__(self, tables: dict[str, pd.DataFrame], known_by: str):
        self.tables, self.known_by = tables, known_by
        self._measures: dict[str, dict[tuple[int, str], tuple[int, bool]]] = {}
        self._years: dict[str, dict[str | None, list[int]]] = {}
        self._frames: dict[tuple[str, int], pd.DataFrame] = {}
        self._rows: dict[int, OfficialRow] = {}
        self._neighbours: dict[str, Neighbours | None] = {}
        self._changes: dict[tuple[str, int], list[Decimal]] = {}

    @property
    def _annual(self) -> pd.DataFrame:
        """All annual values, also those that nobody knew by the day: what was known of them is not copied."""
        return self.tables["annual-values"]

    @cached_property
    def _places(self) -> np.ndarray:
        """Where those stand that were known by the day."""
        return newest_known(self._annual, "annual-values", self.known_by)

    @property
    def values(self) -> pd.DataFrame:
        """Annual values known by the day; of a first and a revised value of one year the newest of them."""
        return self._annual.iloc[self._places]

    @cached_property
    def referrals(self) -> pd.DataFrame:
        table = self.tables["referrals-by-month"]
        known = table.iloc[newest_known(table, "referrals-by-month", self.known_by)]
        return known.sort_values(["la_code", "month"])

    @cached_property
    def _referrals_of(self) -> dict[str, pd.DataFrame]:
        return {str(code): rows for code, rows in self.referrals.groupby("la_code", sort=False)}

    def referrals_of(self, la_code: str) -> pd.DataFrame:
        """The monthly referrals of one area by month; no row where none is known."""
        return self._referrals_of.get(la_code, self.referrals.iloc[:0])

    @cached_property
    def last_march(self) -> str:
        """The newest March that any area has referrals of; "" where there is none."""
        return max((m for m in self.referrals["month"].unique() if m.endswith("-03")), default="")

    @cached_property
    def _by_measure(self) -> dict[str, np.ndarray]:
        """Where the rows of each measure stand that were known, in their order."""
        measures = self._annual["measure_id"].take(self._places)
        found = measures.groupby(measures, sort=False).indices
        return {str(measure_id): self._places[np.asarray(nth)] for measure_id, nth in found.items()}

    def _of_measure(self, measure_id: str) -> dict[tuple[int, str], tuple[int, bool]]:
        """By year and area of one measure: where its row stands, and whether it is published."""
        if measure_id not in self._measures:
            places = self._by_measure.get(measure_id, np.array([], dtype=int))
            cells = _cells(self._annual, places, "reporting_year", "la_code", "status")
            self._measures[measure_id] = {
                (year, code): (at, status == ValueStatus.PUBLISHED)
                for at, (year, code, status) in zip(places.tolist(), cells, strict=True)
            }
        return self._measures[measure_id]

    def years_of(self, measure_id: str, la_code: str | None) -> list[int]:
        """The years in which an area, or with None anyone, has a published value of a measure."""
        if measure_id not in self._years:
            found: dict[str | None, set[int]] = {None: set()}
            for (year, code), (_, is_published) in self._of_measure(measure_id).items():
                if is_published:
                    found.setdefault(code, set()).add(year)
                    found[None].add(year)
            self._years[measure_id] = {code: sorted(years) for code, years in found.items()}
        return list(self._years[measure_id].get(la_code, ()))

    @cached_property
    def authorities(self) -> list[str]:
        return [c for c in self.tables["areas"]["la_code"] if int(c) not in REGIONS]

    @cached_property
    def _values_of(self) -> dict[tuple[str, int], dict[str, Decimal]]:
        own = set(self.authorities)
        found: dict[tuple[str, int], dict[str, Decimal]] = {}
        asked = "measure_id", "reporting_year", "la_code", "status", "value_text"
        for measure_id, year, code, status, text in _cells(self._annual, self._places, *asked):
            if code in own and status == ValueStatus.PUBLISHED:
                found.setdefault((measure_id, year), {})[code] = Decimal(text)
        return {key: dict(sorted(values.items())) for key, values in found.items()}

    def values_of(self, measure_id: str, year: int) -> dict[str, Decimal]:
        """Published values of one measure and year by the code of the authority, in the order of the codes."""
        return self._values_of.get((measure_id, year), {})

    def reporting(self, year: int) -> set[str]:
        """The codes of the authorities that have a published value of any measure in a year."""
        return self._reporting.get(year, set())

    @cached_property
    def _reporting(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for (_, year), values in self._values_of.items():
            found.setdefault(year, set()).update(values)
        return found

    def changes_of(self, measure_id: str, year: int) -> list[Decimal]:
        """By how much each authority's value changed since the year before, in the order of their codes."""
        key = measure_id, year
        if key not in self._changes:
            now, was = self.values_of(measure_id, year), self.values_of(measure_id, year - 1)
            self._changes[key] = [now[c] - was[c] for c in now if c in was]
        return self._changes[key]

    def published(self, measure_id: str, year: int) -> pd.DataFrame:
        key = measure_id, year
        if key not in self._frames:
            own, known = set(self.authorities), self._of_measure(measure_id)
            places = {code: at for (y, code), (at, is_published) in known.items() if y == year and is_published}
            self._frames[key] = self._annual.iloc[[places[code] for code in sorted(places) if code in own]]
        return self._frames[key]

    @cached_property
    def _columns(self) -> list[tuple[str, ExtensionArray]]:
        return [(str(name), self._annual[name].array) for name in self._annual.columns]

    def row(self, measure_id: str, year: int, la_code: str) -> OfficialRow | None:
        if (found := self._of_measure(measure_id).get((year, la_code))) is None:
            return None
        at = found[0]
        if at not in self._rows:
            self._rows[at] = {name: cells[at] for name, cells in self._columns}
        return self._rows[at]

    def neighbours(self, la_code: str) -> Neighbours | None:
        if la_code not in self._neighbours:
            self._neighbours[la_code] = self._nearest(la_code)
        return self._neighbours[la_code]

    def _nearest(self, la_code: str) -> Neighbours | None:
        table = self.tables["statistical-neighbours"]
        table = table[table["la_code"] == la_code]
        if table.empty:
            return None
        years = sorted(table["model_year"].unique())
        known = [y for y in years if y <= int(self.known_by[:4])]
        year = known[-1] if known else years[0]
        rows = table[table["model_year"] == year].sort_values("rank")
        return Neighbours(int(year), tuple(rows["neighbour_la_code"]), tuple(rows.to_dict("records")), not known)
