"""What the kept table of official values says of all authorities in one measure and year, whatever an edition says."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from improvement_reports.domain.vocabulary import BetterWhen, ValueStatus
from improvement_reports.editions.inputs import Places
from improvement_reports.workspace.areas import REGIONS

FOLDER = "data/raw/official-statistics"
VALUES, MEASURES = f"{FOLDER}/annual-values.csv", f"{FOLDER}/measures.csv"
Values = dict[str, Decimal]  # by the code of the authority


@dataclass(frozen=True)
class Among:
    """All authorities in the measure and year of a row. ``known``: their values on each day on which that row was the
    newest of its authority; there can be several, for a value may be revised.
    """

    known: tuple[Values, ...]
    lower_first: bool


# Of the cells of a row, all authorities beside it; None where the tables were not kept or cannot be read here.
AmongOf = Callable[[dict[str, str]], Among | None]


def among_of(places: Places) -> AmongOf:
    """How the kept inputs of an edition answer that."""

    def answer(row: dict[str, str]) -> Among | None:
        if VALUES not in places or MEASURES not in places:
            return None
        better, by_measure = _better(*places[MEASURES]), _by_measure(*places[VALUES])
        if not better or not by_measure:
            return None
        rows = by_measure.get((row["measure_id"], row["reporting_year"]), ())
        found = [_known(rows, day) for day in sorted({since for *_, since in rows})]
        own, value = row["la_code"], Decimal(row["value"])
        return Among(
            tuple(values for values in found if values.get(own) == value),
            better.get(row["measure_id"]) == BetterWhen.LOWER,
        )

    return answer


Row = tuple[str, str, str, str]  # code, value, status and from when it is known


def _known(rows: tuple[Row, ...], day: str) -> Values:
    """The published values that were known on a day; of a first and a revised one the newest."""
    newest = {code: (value, status) for code, value, status, since in rows if since <= day}
    return {code: Decimal(value) for code, (value, status) in newest.items() if status == ValueStatus.PUBLISHED}


# Editions stand on few tables of values, each of which is large.
@lru_cache(maxsize=4)
def _by_measure(path: Path, sha256: str) -> dict[tuple[str, str], tuple[Row, ...]]:
    """The rows of authorities by measure and year, those that were known first before the others."""
    rows = _cells(path, "measure_id", "reporting_year", "la_code", "value", "status", "available_from")
    found: dict[tuple[str, str], list[Row]] = {}
    for measure, year, code, *told in rows:
        if code.isdecimal() and int(code) not in REGIONS:
            value, status, since = told
            found.setdefault((measure, year), []).append((code, value, status, since))
    return {key: tuple(sorted(mine, key=lambda row: row[3])) for key, mine in found.items()}


@lru_cache(maxsize=32)
def _better(path: Path, sha256: str) -> dict[str, str]:
    return {measure: better for measure, better in _cells(path, "measure_id", "better_when")}


def _cells(path: Path, *columns: str) -> list[list[str]]:
    """The cells of some columns, row by row; none where the file has no such columns or is no table."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = list(csv.reader(file))
        places = [header.index(name) for name in columns]
        return [[row[n] for n in places] for row in rows if row]
    except (OSError, ValueError, IndexError, csv.Error):
        return []
