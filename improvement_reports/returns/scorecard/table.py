"""The lines of a scorecard as rows of a return: observations and targets, each with sheet and cell."""

from dataclasses import dataclass, field

import pandas as pd

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.sameness import normal_key
from improvement_reports.domain.series import NATURAL_STEP
from improvement_reports.domain.status_words import StatusWords
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.domain.vocabulary import PeriodType, Unit, ValueStatus
from improvement_reports.method.spans import shift
from improvement_reports.returns.scorecard.beside import Beside, newest
from improvement_reports.returns.scorecard.grid import Cell
from improvement_reports.returns.scorecard.lines import Line
from improvement_reports.returns.scorecard.mapping import LEAVE_OUT, Mapping, MeasureMapping
from improvement_reports.returns.scorecard.marks import unmarked
from improvement_reports.returns.scorecard.periods import Period
from improvement_reports.returns.scorecard.thresholds import NotATarget, target_of
from improvement_reports.returns.scorecard.values import NotUnderstood, Reading, completed, read_value, scale_of
from improvement_reports.workspace.measures import Measure

LEVELS = ("red", "amber", "green")
SAYS = ("target", "target_upper", "tolerance")


@dataclass
class Rows:
    """Rows for observations.csv and targets.csv, and what is said of the cells that gave none."""

    observations: list[dict[str, str]] = field(default_factory=list)
    targets: list[dict[str, str]] = field(default_factory=list)
    unclear: list[Fault] = field(default_factory=list)
    left: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)

    def frame(self, table: str) -> pd.DataFrame:
        """The rows of a table as a frame of text with all of its columns."""
        rows = self.observations if table == "observations" else self.targets
        return pd.DataFrame(rows, columns=list(RETURN_TABLES[table].column_names), dtype=object).fillna("")


@dataclass(frozen=True)
class Wanted:
    """What is asked for: whose return of which month, all months before as well or not, and under which source."""

    authority: str
    month: str
    source_id: str
    all_months: bool = False
    status_words: StatusWords = field(default_factory=dict)

    def has(self, period: Period) -> bool:
        return period.end == self.month or (self.all_months and period.end < self.month)


def rows_of(lines: list[Line], mapping: Mapping, measures: dict[str, Measure], wanted: Wanted) -> Rows:
    """Every row that the scorecard gives for the months asked for."""
    rows, beside = Rows(), Beside()
    for line in lines:
        line, may_change = unmarked(line)
        entry = mapping.of(line.name, line.section)
        if entry is None or not entry.is_read:
            if entry is not None and entry.measure == LEAVE_OUT:
                rows.left.append(Fault(line.where, f"{shown(line.name)} is left out, as the mapping says"))
            continue
        measure = measures[entry.measure]
        rows.remarks += may_change
        _observations(rows, line, entry, measure, mapping, wanted, beside)
        if mapping.targets.read and not line.area:  # an area has no target of its own
            _targets(rows, line, entry, measure, mapping, wanted)
        if (last := newest(line)) is None or not wanted.has(last):
            beside.not_imported(line)
    rows.left += beside.left
    rows.remarks += [*beside.remarks, *beside.said_of_comments()]
    return rows


def _observations(
    rows: Rows, line: Line, entry: MeasureMapping, measure: Measure, mapping: Mapping, wanted: Wanted, beside: Beside
) -> None:
    scale = entry.scale or scale_of(list(line.values.values()))
    periods = sorted(p for p in {*line.values, *line.tops, *line.bottoms} if wanted.has(p))
    if not periods:
        rows.remarks.append(Fault(line.where, f"{shown(line.name)} has no value for the months asked for"))
    lost = 0
    for period in periods:
        cells = [c for c in (line.values.get(period), line.tops.get(period), line.bottoms.get(period)) if c]
        try:
            reading = _reading(line, period, measure, scale, mapping)
        except NotUnderstood as error:
            rows.unclear.append(Fault(line.grid.where(cells[0].ref), f"{shown(line.name)}: {error}"))
            continue
        lost += (reading.decimals or 0) > measure.decimals
        more = beside.of(line, period, wanted.status_words, mapping.arrows)
        rows.observations.append({**_row(line, period, entry, reading, cells, wanted), **more})
        if reading.is_worked_out:
            said = f"{shown(line.name)}: {reading.top} of {reading.bottom} was worked out as {reading.value:f}%"
            rows.remarks.append(Fault(line.grid.where(cells[0].ref), said))
        if reading.beside:
            said = f"{shown(line.name)}: {shown(reading.beside)} behind the number, for which a return has no place"
            rows.left.append(Fault(line.grid.where(cells[0].ref), said))
        rows.left += [
            Fault(line.grid.where(c.ref), f"a remark at the cell: {shown(c.comment)}") for c in cells if c.comment
        ]
    if lost:
        said = (
            f"{shown(line.name)}: the sheet shows more decimals than the {measure.decimals} of {entry.measure}, so"
            f" {lost} {'value was' if lost == 1 else 'values were'} rounded; set decimals in params/measures.yml and"
            " import again to keep them"
        )
        rows.remarks.append(Fault(line.where, said))
    if formulas := [c.ref for p in periods if (c := line.values.get(p)) and c.is_formula and not c.problem]:
        said = f"{shown(line.name)}: {len(formulas)} results of formulas, as Excel saved them"
        rows.remarks.append(Fault(line.grid.where(formulas[0]), said))


def _reading(line: Line, period: Period, measure: Measure, scale: str, mapping: Mapping) -> Reading:
    """What a line says of a period: its value, with the counts in cells of their own."""
    cell = line.values.get(period)
    as_shown = mapping.values == "shown"
    value = read_value(cell, measure.unit, scale, mapping.marks, as_shown) if cell else Reading(None)
    counts = []
    for part in (line.tops, line.bottoms):
        count = part.get(period)
        found = read_value(count, Unit.COUNT, scale, mapping.marks, False) if count else None
        counts.append(found.value if found else None)
    return completed(value, measure.unit, measure.decimals, *counts)


def _row(
    line: Line, period: Period, entry: MeasureMapping, reading: Reading, cells: list[Cell], wanted: Wanted
) -> dict[str, str]:
    return {
        "measure_id": entry.measure,
        "area": line.area or wanted.authority,
        "period": period.end,
        "period_type": str(_kind(period, entry)),
        "value": "" if reading.value is None else f"{reading.value:f}",
        "numerator": "" if reading.top is None else str(reading.top),
        "denominator": "" if reading.bottom is None else str(reading.bottom),
        "value_status": str(reading.status),
        "source_id": wanted.source_id,
        "locator": line.grid.where(*dict.fromkeys(c.ref for c in cells)),
    }


def _kind(period: Period, entry: MeasureMapping) -> PeriodType:
    """A column of months may hold positions on a day; quarters and years are what they are."""
    return entry.period_type if entry.period_type and period.kind is PeriodType.MONTH else period.kind


def _targets(rows: Rows, line: Line, entry: MeasureMapping, measure: Measure, mapping: Mapping, wanted: Wanted) -> None:
    """The target of a line from a month on; or one for each month in which another is stated, up to the first of which
    none is.
    """
    if "green" in line.beside or not line.targets:
        _target(rows, line, entry, measure, mapping, wanted)
        if line.targets:
            refs = [c.ref for c in line.targets.values()]
            said = f"targets of single months of {shown(line.name)}, which has a target of its own"
            rows.left.append(Fault(line.grid.where(*refs), said))
        return
    periods = sorted(p for p in {*line.values, *line.targets} if wanted.has(p))
    last: dict[str, str] | None = None
    for before, period in zip([None, *periods], periods, strict=False):
        cell = line.targets.get(period)
        if cell is None and last is not None and before is not None:
            last["valid_to"], last = before.end, None
        if cell is None or normal_key(cell.words) in mapping.marks:
            continue
        row = _target_row(rows, line, {"green": cell}, entry, measure, mapping, wanted)
        if row is None or (last is not None and all(row[c] == last[c] for c in SAYS)):
            continue
        last = {**row, "valid_from": shift(period.end, 1 - NATURAL_STEP[period.kind])}
        rows.targets.append(last)


def _target(rows: Rows, line: Line, entry: MeasureMapping, measure: Measure, mapping: Mapping, wanted: Wanted) -> None:
    if row := _target_row(rows, line, {}, entry, measure, mapping, wanted):
        months = sorted(p.end for p in line.values if wanted.has(p))
        since = mapping.targets.valid_from or (months[0] if months else wanted.month)
        rows.targets.append({**row, "valid_from": since})


def _target_row(
    rows: Rows,
    line: Line,
    green: dict[str, Cell],
    entry: MeasureMapping,
    measure: Measure,
    mapping: Mapping,
    wanted: Wanted,
) -> dict[str, str] | None:
    """A row of targets.csv but for when it holds, of the levels beside a line or of ``green`` among them."""
    levels = {name: line.beside[name] for name in LEVELS if name in line.beside} | green
    if not levels:
        return None
    try:
        found = target_of(levels, measure.unit, measure.better_when)
    except NotATarget as error:
        rows.unclear.append(Fault(line.grid.where(error.cell.ref), f"{shown(line.name)}: {error}"))
        return None
    if found is None:
        refs = [c.ref for c in levels.values()]
        rows.unclear.append(
            Fault(line.grid.where(*refs), f"{shown(line.name)}: levels without a green one or a target")
        )
        return None
    return {
        "measure_id": entry.measure,
        "target": f"{found.target:f}",
        "target_upper": "" if found.upper is None else f"{found.upper:f}",
        "tolerance": "" if found.tolerance is None else f"{found.tolerance:f}",
        "level": mapping.targets.level,
        "source_id": wanted.source_id,
        "locator": line.grid.where(*(c.ref for c in found.cells)),
    }


def counted_statuses(rows: Rows) -> dict[str, int]:
    """How many observations have a value, and how many have none for which reason."""
    found: dict[str, int] = {}
    for row in rows.observations:
        found[row["value_status"]] = found.get(row["value_status"], 0) + 1
    return dict(sorted(found.items(), key=lambda i: i[0] != ValueStatus.PUBLISHED))
