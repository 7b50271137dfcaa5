"""Numbers of areas below the authority: each stands under the authority's own number, and fits it."""

from collections.abc import Hashable, Iterator

import pandas as pd

from improvement_reports.domain.errors import Fault, listed, shown
from improvement_reports.domain.numbers import format_number, to_decimal
from improvement_reports.domain.vocabulary import Unit, ValueStatus
from improvement_reports.method.cells import cell_of
from improvement_reports.method.spans import Cell
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.returns.table_checks.observations import contradiction_is_noted
from improvement_reports.workspace.cell_types import is_date, is_number

Stated = dict[Cell, tuple[Hashable, pd.Series]]  # the number of a row and the row, by what it is about


def area_faults(given: Given) -> Iterator[Fault]:
    """What is wrong with the rows of areas that the authority's settings declare."""
    authority = given.raw.folder.parent.name
    groups = given.authorities[authority].areas if authority in given.authorities else {}
    areas = {key for group in groups.values() for key in group.areas}
    table = given.raw.tables["observations"]
    if not areas or not table["area"].isin(areas).any():
        return
    rows = {cell_of(row): (n, row) for n, row in table.iterrows() if is_date(row["period"])}
    for cell, (number, row) in rows.items():
        if cell.area in areas:
            yield from _beside_the_whole(cell, number, row, rows.get(cell._replace(area=authority)), given)
    for group in groups.values():
        if group.whole:
            yield from _sums(rows, tuple(group.areas), authority, given)


def _beside_the_whole(
    cell: Cell, number: Hashable, row: pd.Series, whole: tuple[Hashable, pd.Series] | None, given: Given
) -> Iterator[Fault]:
    """A number of an area has that of the authority beside it: it is what small numbers are withheld by."""
    where, measure = f"{given.raw.files['observations']}, row {number}", given.measures.get(cell.measure_id)
    authority = given.raw.folder.parent.name
    if whole is None:
        yield Fault(
            f"{where}, area",
            f"{shown(cell.area)} has a number of {cell.measure_id} for {row['period']}, and {authority} itself has no"
            " row of it; add the authority’s own row, without a value where the source states none",
        )
        return
    if measure is None or row["value"] == "":
        return
    known = whole[1]["value"] != "" or whole[1]["value_status"] == ValueStatus.SUPPRESSED
    if measure.suppress_up_to and not known:
        yield Fault(
            f"{where}, value",
            f"is a number of {shown(cell.area)}, and row {whole[0]}, of {authority} itself, has none: whether a small"
            " number could be worked out from both cannot be told; add the authority’s number, or take this row out",
        )
    values = [r["value"] for r in (row, whole[1])]
    if measure.unit is not Unit.COUNT or not all(v != "" and is_number(v) for v in values):
        return
    if to_decimal(values[0]) > to_decimal(values[1]) and not contradiction_is_noted(given, cell.measure_id):
        yield Fault(
            f"{where}, value",
            f"{values[0]} of {shown(cell.area)} is more than the {values[1]} of {authority} as a whole (row"
            f" {whole[0]}); {_or_note(cell.measure_id)}",
        )


def _sums(rows: Stated, areas: tuple[str, ...], authority: str, given: Given) -> Iterator[Fault]:
    """Counts of areas that make up the authority add up to its own."""
    for cell, (number, row) in rows.items():
        measure = given.measures.get(cell.measure_id)
        if cell.area != authority or measure is None or measure.unit is not Unit.COUNT:
            continue
        parts = [rows[c][1]["value"] for a in areas if (c := cell._replace(area=a)) in rows]
        values = [row["value"], *parts]
        if len(parts) < len(areas) or not all(v != "" and is_number(v) for v in values):
            continue
        total = sum(to_decimal(v) for v in parts)
        if total != to_decimal(row["value"]) and not contradiction_is_noted(given, cell.measure_id):
            yield Fault(
                f"{given.raw.files['observations']}, row {number}, value",
                f"is {row['value']}, but {listed(list(areas), 'and')} add up to {format_number(total)};"
                f" {_or_note(cell.measure_id)}",
            )


def _or_note(measure_id: str) -> str:
    return (
        "correct one of them, or, if the source itself says so, add a note of kind contradiction for"
        f" {measure_id} to notes.csv"
    )
