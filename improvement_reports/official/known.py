"""The official statistics that were known on a day, asked by measure, year and authority.

What is asked again and again is worked out once for the day, for every report of it.
"""

from collections import Counter
from collections.abc import Hashable
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

NOWHERE, NO_AREA = np.array([], dtype=int), -2
FEW = 20  # rows of one measure that are each sought before all are known: to know all takes as long
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


@dataclass(frozen=True)
class _Keys:
    """Of each row of the annual values its year, the numbers of its area and of its measure, and whether it is
    published: the same on every day. ``areas``, ``measures``: their codes by their numbers.
    """

    years: np.ndarray
    area_numbers: np.ndarray
    areas: np.ndarray
    measure_numbers: np.ndarray
    measures: np.ndarray
    are_published: np.ndarray

    @cached_property
    def number_of(self) -> dict[str, int]:
        """The number of each area."""
        return {code: number for number, code in enumerate(self.areas)}

    def by_measure(self, places: np.ndarray) -> dict[str, np.ndarray]:
        """The places of each measure's rows, in their order."""
        measures = self.measure_numbers.take(places)
        order = measures.argsort(kind="stable")
        numbers, starts = np.unique(measures.take(order), return_index=True)
        parts = np.split(places.take(order), starts[1:])
        return {str(self.measures[number]): part for number, part in zip(numbers, parts, strict=False)}


_keys: list[tuple[pd.DataFrame, _Keys]] = []  # of the table that was asked last


def _keys_of(annual: pd.DataFrame) -> _Keys:
    for known, keys in _keys:
        if known is annual:
            return keys
    area_numbers, areas = pd.factorize(annual["la_code"])
    measure_numbers, measures = pd.factorize(annual["measure_id"])
    keys = _Keys(
        annual["reporting_year"].to_numpy(),
        area_numbers,
        areas.to_numpy(dtype=object),
        measure_numbers,
        measures.to_numpy(dtype=object),
        (annual["status"] == ValueStatus.PUBLISHED).to_numpy(dtype=bool),
    )
    _keys[:] = [(annual, keys)]
    return keys


class Known:
    """The official statistics that were known on a day, ready to be asked by key; the same for every report of that
    day.
    """

    def __init__(self, tables: dict[str, pd.DataFrame], known_by: str):
        self.tables, self.known_by = tables, known_by
        self._measures: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = {}
        self._all: dict[str, dict[tuple[int, str], int]] = {}
        self._sought: Counter[str] = Counter()
        self._years: dict[tuple[str, str | None], list[int]] = {}
        self._values: dict[tuple[str, int], dict[str, Decimal]] = {}
        self._reporting: dict[int, set[str]] = {}
        self._frames: dict[tuple[str, int], pd.DataFrame] = {}
        self._rows: dict[int, OfficialRow] = {}
        self._neighbours: dict[str, Neighbours | None] = {}
        self._referrals_of: dict[str, pd.DataFrame] = {}
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
    def _referrals(self) -> pd.DataFrame:
        table = self.tables["referrals-by-month"]
        return table.iloc[newest_known(table, "referrals-by-month", self.known_by)]

    @cached_property
    def referrals(self) -> pd.DataFrame:
        return self._referrals.sort_values(["la_code", "month"])

    @cached_property
    def _referrals_by_area(self) -> dict[str, pd.DataFrame]:
        return {str(code): rows for code, rows in self.referrals.groupby("la_code", sort=False)}

    def referrals_of(self, la_code: str) -> pd.DataFrame:
        """The monthly referrals of one area by month; no row where none is known."""
        if "_referrals_by_area" in vars(self):  # for many who ask (`know_all`)
            return self._referrals_by_area.get(la_code, self._referrals.iloc[:0])
        if la_code not in self._referrals_of:
            known = self._referrals
            self._referrals_of[la_code] = known[known["la_code"] == la_code].sort_values("month", kind="stable")
        return self._referrals_of[la_code]

    @cached_property
    def last_march(self) -> str:
        """The newest March that any area has referrals of; "" where there is none."""
        return max((m for m in self._referrals["month"].unique() if m.endswith("-03")), default="")

    @cached_property
    def _by_measure(self) -> dict[str, np.ndarray]:
        """Where the rows of each measure stand that were known, in their order."""
        return _keys_of(self._annual).by_measure(self._places)

    def know_all(self) -> None:
        """Work out now what is asked of every measure and area: for a process that is forked for many who ask."""
        if "referrals-by-month" in self.tables:
            self._referrals_by_area  # noqa: B018
        for measure_id, places in self._by_measure.items():
            self._all_of(measure_id)
            years = _keys_of(self._annual).years.take(places)
            for year in np.unique(years).tolist():
                self.values_of(measure_id, year)

    def _of_measure(self, measure_id: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Of each row of a measure where it stands, its year, the number of its area, and whether it is published."""
        if measure_id not in self._measures:
            keys, places = _keys_of(self._annual), self._by_measure.get(measure_id, NOWHERE)
            found = keys.years.take(places), keys.area_numbers.take(places), keys.are_published.take(places)
            self._measures[measure_id] = places, *found
        return self._measures[measure_id]

    def _all_of(self, measure_id: str) -> dict[tuple[int, str], int]:
        """By year and area of one measure: where its row stands."""
        if measure_id not in self._all:
            places, years, numbers, _ = self._of_measure(measure_id)
            keys = zip(years.tolist(), _keys_of(self._annual).areas.take(numbers).tolist(), strict=True)
            self._all[measure_id] = dict(zip(keys, places.tolist(), strict=True))
        return self._all[measure_id]

    def _place_of(self, measure_id: str, year: int, la_code: str) -> int | None:
        """Where the row of a value stands: sought among those of its measure until it was asked of many."""
        if measure_id in self._all:
            return self._all[measure_id].get((year, la_code))
        if self._sought[measure_id] > FEW:
            return self._all_of(measure_id).get((year, la_code))
        self._sought[measure_id] += 1
        places, years, numbers, _ = self._of_measure(measure_id)
        found = places[(years == year) & (numbers == _keys_of(self._annual).number_of.get(la_code, NO_AREA))].tolist()
        return found[-1] if found else None

    def years_of(self, measure_id: str, la_code: str | None) -> list[int]:
        """The years in which an area, or with None anyone, has a published value of a measure."""
        key = measure_id, la_code
        if key not in self._years:
            _, years, numbers, is_it = self._of_measure(measure_id)
            if la_code is not None:
                is_it = is_it & (numbers == _keys_of(self._annual).number_of.get(la_code, NO_AREA))
            self._years[key] = np.unique(years[is_it]).tolist()
        return list(self._years[key])

    @cached_property
    def authorities(self) -> list[str]:
        return [c for c in self.tables["areas"]["la_code"] if int(c) not in REGIONS]

    @cached_property
    def _are_authorities(self) -> np.ndarray:
        """Whether each area is an authority, by its number."""
        own = set(self.authorities)
        return np.array([code in own for code in _keys_of(self._annual).areas], dtype=bool)

    def _published_at(self, measure_id: str, year: int) -> dict[str, int]:
        """Where the published values of one measure and year stand, by the authority, in the order of their codes."""
        places, years, numbers, are_published = self._of_measure(measure_id)
        is_it = (years == year) & are_published
        is_it[is_it] = self._are_authorities.take(numbers[is_it])
        codes = _keys_of(self._annual).areas.take(numbers[is_it]).tolist()
        return dict(sorted(zip(codes, places[is_it].tolist(), strict=True)))

    def values_of(self, measure_id: str, year: int) -> dict[str, Decimal]:
        """Published values of one measure and year by the code of the authority, in the order of the codes."""
        key = measure_id, year
        if key not in self._values:
            at = self._published_at(measure_id, year)
            texts = self._annual["value_text"].take(list(at.values())).tolist()
            self._values[key] = dict(zip(at, map(Decimal, texts), strict=True))
        return self._values[key]

    def reporting(self, year: int) -> set[str]:
        """The codes of the authorities that have a published value of any measure in a year."""
        if year not in self._reporting:
            keys, places = _keys_of(self._annual), self._places
            places = places[keys.are_published.take(places) & (keys.years.take(places) == year)]
            numbers = np.unique(keys.area_numbers.take(places))
            self._reporting[year] = set(keys.areas.take(numbers[self._are_authorities.take(numbers)]).tolist())
        return self._reporting[year]

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
            self._frames[key] = self._annual.iloc[list(self._published_at(measure_id, year).values())]
        return self._frames[key]

    @cached_property
    def _columns(self) -> list[tuple[str, ExtensionArray]]:
        return [(str(name), self._annual[name].array) for name in self._annual.columns]

    def row(self, measure_id: str, year: int, la_code: str) -> OfficialRow | None:
        if (at := self._place_of(measure_id, year, la_code)) is None:
            return None
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
