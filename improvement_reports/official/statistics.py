"""Official statistics of the Department for Education: from the raw tables to what was known by a day, with every row's
origin.

Raw: ``data/raw/official-statistics`` (see its SOURCE.md). All joins are made on the three-digit code of the authority.
"""

from bisect import bisect_right
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.tables import COLUMNS
from improvement_reports.domain.vocabulary import Area, BetterWhen, ValueStatus
from improvement_reports.official.definitions import (
    UNITS,
    OfficialDefinition,
    definitions_or_none,
    has_official,
    keys_or_none,
)
from improvement_reports.official.known import Comparator, Known, Neighbours, OfficialRow
from improvement_reports.official.lists import NO_LISTS, OfficialLists, load_lists
from improvement_reports.official.prepare import prepare_official
from improvement_reports.workspace.areas import ENGLAND, region_code
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.official_tables import FOLDER
from improvement_reports.workspace.parquet import read_parquet
from improvement_reports.workspace.places import Project


class OfficialStatistics:
    """The official statistics that were known on a day (YYYY-MM-DD), and nothing that was published later.

    ``keys``: the codes of the authorities by the project's keys; without them an authority may be called anything.
    ``known``: the same tables as at that day, where they were asked before.
    """

    def __init__(
        self,
        tables: dict[str, pd.DataFrame],
        definitions: dict[str, OfficialDefinition],
        known_by: str,
        keys: dict[str, str] | None = None,
        lists: OfficialLists = NO_LISTS,
        known: Known | None = None,
    ):
        self.known_by, self._tables, self.definitions, self.keys = known_by, tables, definitions, keys
        self.lists, self.known = lists, known or Known(tables, known_by)
        self.compared: dict[tuple, object] = {}  # what `method` worked out of them

    @property
    def values(self) -> pd.DataFrame:
        """Annual values known by the day; of a first and a revised value of one year the newest of them."""
        return self.known.values

    @property
    def referrals(self) -> pd.DataFrame:
        """Monthly referrals known by the day, by area code and month."""
        return self.known.referrals

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """The official measures as `Measure`, in the order of the table; money and the like have no better side."""
        found = {}
        for row in self._tables["measures"].to_dict("records"):
            told = self.definitions.get(row["measure_id"])
            found[row["measure_id"]] = Measure.model_construct(
                title=row["title"],
                label=told.label if told else row["title"],
                unit=UNITS[row["unit"]],
                of=told.of if told else row["unit"],
                decimals=int(row["decimals"]),
                better_when=BetterWhen.NEUTRAL if row["better_when"] == "none" else BetterWhen(row["better_when"]),
                definition=told.definition if told else row["title"],
                question=told.question if told else "",
                method="previous_value",
                meaningful_change=None,
                small_number_threshold=0,
                small_number_reason="Published by the Department for Education, which suppresses small counts itself.",
                follows=None,
                short=None,
                official=None,
            )
        return found

    @cached_property
    def area_names(self) -> dict[str, str]:
        return dict(zip(self._tables["areas"]["la_code"], self._tables["areas"]["area_name"], strict=True))

    @cached_property
    def regions(self) -> dict[str, str]:
        """Code of the region of each authority."""
        frame = self._tables["areas"]
        return {c: code for c, r in zip(frame["la_code"], frame["region"], strict=True) if (code := region_code(r))}

    @property
    def authorities(self) -> list[str]:
        """Codes of local authorities (regions and England are none)."""
        return self.known.authorities

    def measure(self, measure_id: str) -> Measure:
        if measure_id not in self.measures:
            raise UserError(f"{shown(measure_id)} is not an official measure{suggestion(measure_id, self.measures)}")
        return self.measures[measure_id]

    def joint_with(self, measure_id: str, la_code: str) -> str:
        """The name of the authority that makes one return of a measure with this one, or nothing."""
        other = self.lists.joint_code(measure_id, la_code)
        return self.area_names.get(other, "") if other else ""

    def year_words(self, measure_id: str, year: int) -> str:
        """What a reporting year covers: 31 March 2018, year to March 2018, 30 September 2018, 2017 to 2018."""
        return self.lists.year(measure_id).words(year)

    def row(self, measure_id: str, year: int, la_code: str) -> OfficialRow | None:
        """The row of one value, published or not; None if there was none by the day."""
        return self.known.row(measure_id, year, la_code)

    def years(self, measure_id: str, la_code: str | None = None) -> list[int]:
        """Reporting years in which the authority (or, without one, anyone) has a published value, oldest first."""
        self.measure(measure_id)
        return self.known.years_of(measure_id, la_code)

    def published(self, measure_id: str, year: int) -> pd.DataFrame:
        """Published rows of one measure and year for all local authorities, by their code."""
        self.measure(measure_id)
        return self.known.published(measure_id, year)

    def neighbours(self, la_code: str) -> Neighbours | None:
        """The neighbours by the newest model of the year of the day or before, else by the first one after it."""
        return self.known.neighbours(la_code)

    def comparator(self, measure_id: str, year: int, area: str, la_code: str) -> Comparator | None:
        """England, region, statistical neighbours or the authority itself; None where nothing is known of it.

        Neighbours: the mean of those with a value, a joint return once, unrounded, with how many they were. Raises a
        `UserError` for any other area: the authority's own value must not stand under a misspelt name.
        """
        others = (Area.ENGLAND, Area.REGION, Area.STATISTICAL_NEIGHBOURS)
        if area not in others and (area in tuple(Area) or (self.keys is not None and self.keys.get(area) != la_code)):
            own = [key for key, code in (self.keys or {}).items() if code == la_code]
            raise UserError(
                f"{shown(area)} is not an area of this authority{suggestion(area, [*own, *others])}; allowed are"
                f" {', '.join([*own, *others])}"
            )
        if area == Area.STATISTICAL_NEIGHBOURS:
            return self._mean_of_neighbours(measure_id, year, la_code)
        codes: dict[str, str | None] = {Area.ENGLAND: ENGLAND, Area.REGION: self.regions.get(la_code)}
        code = codes.get(area, la_code)
        row = self.row(measure_id, year, code) if code else None
        if code is None or row is None:
            return None
        value = Decimal(row["value_text"]) if row["status"] == ValueStatus.PUBLISHED else None
        return Comparator(area, self.area_names[code], value, row["status"], (row,))

    def _mean_of_neighbours(self, measure_id: str, year: int, la_code: str) -> Comparator | None:
        near = self.neighbours(la_code)
        if near is None:
            return None
        rows = [r for c in near.codes if (r := self.row(measure_id, year, c)) is not None]
        rows = [r for r in rows if r["status"] == ValueStatus.PUBLISHED]
        twice = self.lists.joint_twice(measure_id, la_code, [r["la_code"] for r in rows])
        rows = [r for r in rows if r["la_code"] not in twice]
        if not rows:
            return None
        mean = sum((Decimal(r["value_text"]) for r in rows), Decimal(0)) / len(rows)
        name, used = "Statistical neighbours", (*rows, *near.rows)
        return Comparator(Area.STATISTICAL_NEIGHBOURS, name, mean, "published", used, len(rows), len(near.codes), twice)


# Few at a time: what is known on a day takes some 80 MB, and a series of months has a day for each.
@lru_cache(maxsize=2)
def _tables_cached(folder: Path, stamp: tuple) -> dict[str, pd.DataFrame]:
    return {name: read_parquet(folder / f"{name}.parquet") for name in COLUMNS}


@lru_cache(maxsize=2)
def _days_cached(folder: Path, stamp: tuple) -> list[str]:
    """The days on which something became known, in their order."""
    tables = _tables_cached(folder, stamp)
    dated = (tables[name]["available_from"] for name in ("annual-values", "referrals-by-month"))
    return sorted({day for days in dated for day in days.unique()})


def _first_day(folder: Path, stamp: tuple, known_by: str) -> str:
    """The first day of the year of ``known_by`` from which just as much was known as on that day."""
    days = _days_cached(folder, stamp)
    before = bisect_right(days, known_by)
    return max(days[before - 1] if before else "", f"{known_by[:4]}-01-01")


@lru_cache(maxsize=3)
def _known_cached(folder: Path, stamp: tuple, known_by: str) -> Known:
    return Known(_tables_cached(folder, stamp), known_by)


def prepared_stamp(project: Project) -> tuple[int, ...]:
    """Equal as long as the prepared official statistics are; empty where there are none."""
    paths = [project.processed / FOLDER / f"{name}.parquet" for name in COLUMNS]
    return tuple(p.stat().st_mtime_ns for p in paths) if all(p.is_file() for p in paths) else ()


def open_official(project: Project, known_by: str) -> OfficialStatistics | None:
    """The official statistics as at a day, prepared first if they were not; None for a project that has none."""
    if not has_official(project):
        return None
    folder = project.processed / FOLDER
    if not (folder / "annual-values.parquet").is_file():
        prepare_official(project)
    stamp = prepared_stamp(project)
    known = _known_cached(folder, stamp, _first_day(folder, stamp, known_by))
    told = definitions_or_none(project), known_by, keys_or_none(project), load_lists(project)
    return _opened_before(known, told) or _opened(known, told)


# Definitions, day, codes by key and lists, as `OfficialStatistics` takes them.
Told = tuple[dict[str, OfficialDefinition], str, dict[str, str] | None, OfficialLists]
MOST_OPENED = 3
_last_opened: list[OfficialStatistics] = []  # with what was worked out of them, which reports of one day share


def _opened_before(known: Known, told: Told) -> OfficialStatistics | None:
    """Statistics that were opened with just the same tables, words and lists."""
    same = (o for o in _last_opened if o.known is known and (o.definitions, o.known_by, o.keys, o.lists) == told)
    return next(same, None)


def _opened(known: Known, told: Told) -> OfficialStatistics:
    official = OfficialStatistics(known.tables, *told, known)
    _last_opened[:] = [official, *_last_opened[: MOST_OPENED - 1]]
    return official
