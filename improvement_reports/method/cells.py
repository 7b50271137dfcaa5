"""Cells of tables that may be withheld: how one is named, and tables without some."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from improvement_reports.domain.fold import Fold
from improvement_reports.domain.joined_frames import joined
from improvement_reports.domain.sameness import normal_key, normal_period
from improvement_reports.domain.vocabulary import PeriodType, ValueStatus
from improvement_reports.method.spans import Cell
from improvement_reports.workspace.measures import Measure

KEYS = ["measure_id", "area", "period_type", "period", "category"]
NUMBERS = ["value", "numerator", "denominator", "change"]
RECORDED = [*KEYS, "value_status", *NUMBERS]


# Kinds of period that are another one by a narrower name: an academic year is a year, a running total of the financial
# year a running total.
SAME_CELL = {str(PeriodType.ACADEMIC_YEAR): PeriodType.YEAR, str(PeriodType.FINANCIAL_YEAR_TO_DATE): PeriodType.TO_DATE}
# A change is compared with what was shown within a year and a month: “since the last report” does not say which one.
MONTHS_OF_CHANGE = 13


def records_of(observations: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """The rows as dicts, of those columns that say what may be shown: not the record of the raw row."""
    columns = [c for c in RECORDED if c in observations]
    return [
        dict(zip(columns, cells, strict=True))
        for cells in zip(*(observations[c].tolist() for c in columns), strict=True)
    ]


def cell_of(row: Mapping[Hashable, Any] | pd.Series) -> Cell:
    """The cell that an observation is about, as cells are compared; the position at the end of a month is the
    month's.
    """
    period, period_type = normal_period(row["period"]), row["period_type"]
    if period_type == PeriodType.SNAPSHOT and len(period) == 7:
        period_type = PeriodType.MONTH
    period_type = SAME_CELL.get(str(period_type), period_type)
    return Cell(row["measure_id"], row["area"], str(period_type), period, normal_key(row["category"]))


CellRows = tuple[tuple[Cell, dict[Hashable, Any]], ...]


def cell_rows(observations: pd.DataFrame) -> CellRows:
    """The rows of `records_of`, each with its cell."""
    return tuple((cell_of(row), row) for row in records_of(observations))


def _all_rows(tables: Sequence[pd.DataFrame], _: object) -> CellRows:
    return cell_rows(joined(tables))


_ALL: Fold[CellRows] = Fold((), lambda before, table, _: (*before, *cell_rows(table)), _all_rows)


def all_cell_rows(tables: Sequence[pd.DataFrame]) -> CellRows:
    """The same of several tables, one after the other; those of a series that goes on are gone through once."""
    return _ALL(tables)


def leaders(measure_id: str, measures: dict[str, Measure]) -> list[str]:
    """The measures that a measure follows, directly or through another."""
    found: list[str] = []
    leader = measures[measure_id].follows
    while leader and leader not in found:
        found.append(leader)
        leader = measures[leader].follows
    return found


def without(observations: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    """A new frame without the numbers of some rows, whose value_status says that they are withheld."""
    result = blanked(observations, hidden, NUMBERS)
    if not hidden.any():
        return result
    result.loc[hidden, "value_status"] = ValueStatus.SUPPRESSED.value
    if "stated_rag" in result:  # where the levels of a rating are known, it says between which the number lies
        result.loc[hidden, "stated_rag"] = ""
    return result


def blanked(observations: pd.DataFrame, rows: pd.Series, numbers: list[str]) -> pd.DataFrame:
    """A new frame without some numbers of some rows, and without the record of those rows and what is said of them."""
    result = observations.copy()
    if not rows.any():  # of no rows pandas makes much ado
        return result
    result.loc[rows, [c for c in numbers if c in result]] = float("nan")
    for column in ("row_cells", "row_sha256", "comment"):  # what is said of a number may say the number
        if column in result:
            result.loc[rows, column] = ""
    if "value_decimals" in result:
        result.loc[rows & result["value"].isna(), "value_decimals"] = 0
    return result
