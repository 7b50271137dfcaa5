"""What an import would do to a return, before any of it is done: the rows, and how they stand to what is there."""

from dataclasses import dataclass
from pathlib import Path

from improvement_reports.domain.errors import Fault, UserError
from improvement_reports.domain.numbers import counted
from improvement_reports.domain.tables import RETURN_FILE
from improvement_reports.returns.reading import WORKBOOK, RawReturn, read_return
from improvement_reports.returns.scorecard.areas import declared
from improvement_reports.returns.scorecard.existing import (
    TARGET_SAID,
    Difference,
    difference,
    earlier_returns,
    observation_key,
    rows_in,
    said,
    says_the_same,
    standing_targets,
    stated_before,
)
from improvement_reports.returns.scorecard.looking import Look, unmatched
from improvement_reports.returns.scorecard.mapping import Mapping
from improvement_reports.returns.scorecard.periods import month_words
from improvement_reports.returns.scorecard.table import Rows, Wanted, rows_of
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.files import recover
from improvement_reports.workspace.places import Project

TABLES = ("observations", "targets")


@dataclass(frozen=True)
class Request:
    """What a call asks for. ``received``: the day on which the scorecard came, YYYY-MM-DD."""

    authority: str
    month: str
    file: Path
    received: str
    mapping: Path | None = None
    all_months: bool = False
    replace: bool = False
    yes: bool = False


@dataclass
class Import:
    """What an import would write: the rows, how they stand to what is there, and what is said of everything else."""

    seen: Look
    mapping: Mapping
    wanted: Wanted
    rows: Rows
    tables: dict[str, Difference]
    revised: list[str]
    unclear: list[Fault]
    left: list[Fault]
    remarks: list[Fault]
    there: RawReturn | None


def prepared(project: Project, request: Request, seen: Look, mapping: Mapping, mapping_name: str) -> Import:
    """Everything that an import would do, before any of it is done."""
    place = load_authorities(project)[request.authority]
    words = place.status_words
    declared(mapping.area_keys, place.area_names, request.authority, mapping_name)
    source_id = f"{mapping.source.id}-{request.month}"
    wanted = Wanted(request.authority, request.month, source_id, request.all_months, words)
    has_month(seen, request.month)
    there = _there(project, request)
    earlier = earlier_returns(project, request.authority, request.month)
    rows = rows_of(seen.found.lines, mapping, seen.measures, wanted)
    revised = _without_stated(rows, earlier, request.month)
    _without_standing(rows, earlier, there, request.month)
    periods = {row["period"][:7] for row in rows.observations} | {request.month}
    tables = {
        name: difference(name, rows_in(there, name) if there else [], made, wanted.source_id, periods)
        for name, made in (("observations", rows.observations), ("targets", rows.targets))
    }
    found = seen.found
    unclear = [*found.unclear, *unmatched(seen, mapping, mapping_name), *rows.unclear]
    remarks = [*found.remarks, *rows.remarks, *_more_months(seen, request, earlier)]
    return Import(seen, mapping, wanted, rows, tables, revised, unclear, [*found.left, *rows.left], remarks, there)


def _more_months(seen: Look, request: Request, earlier: list[RawReturn]) -> list[Fault]:
    """In a council's first return: that the scorecard has months before, by which the report would show lines."""
    before = {p.end for line in seen.found.lines for p in line.values if p.end < request.month}
    if earlier or request.all_months or not before:
        return []
    said = f"has {counted(len(before), 'earlier month or period', 'earlier months or periods')} too, from"
    said += (
        f" {month_words(min(before))} on; import it again with --all-months to take them, and the report shows lines"
    )
    return [Fault(request.file.name, said)]


def has_month(seen: Look, month: str) -> None:
    """A `UserError` if nothing in the scorecard is of the month asked for."""
    if not seen.found.lines and seen.found.unclear:
        raise UserError(f"Nothing of {seen.path.name} can be read: {seen.found.unclear[0]}.")
    ends = sorted({p.end for line in seen.found.lines for p in (*line.values, *line.tops)})
    if month not in ends:
        why = [f for f in (*seen.found.unclear, *seen.found.left) if month_words(month) in f.what]
        if why:
            raise UserError(f"{seen.path.name} has nothing for {month_words(month)} that can be read: {why[0]}.")
        span = f"; it goes from {month_words(ends[0])} to {month_words(ends[-1])}" if ends else ""
        raise UserError(f"{seen.path.name} has nothing for {month_words(month)}{span}; name a month that it has.")


def _there(project: Project, request: Request) -> RawReturn | None:
    """The return of the month as it is, or None; a `UserError` for one to which nothing can be added."""
    folder = project.raw_return(request.authority, request.month)
    recover(folder)
    if not folder.is_dir() or not any(folder.iterdir()):
        return None
    name = project.relative(folder)
    if (folder / WORKBOOK).exists():
        raise UserError(
            f"The return {name} is a workbook ({WORKBOOK}), and an import writes CSV files; keep its tables as CSV"
            " files instead, or import into a month that has none yet."
        )
    raw = read_return(folder)
    unread = [f for f in raw.faults if f.where.split(",")[0] in (RETURN_FILE, *(f"{t}.csv" for t in TABLES))]
    if unread or raw.is_unread:
        raise UserError(
            f"The return {name} cannot be read, so nothing can be added to it; correct it first:"
            f" {(unread or raw.faults)[0]}."
        )
    return raw


def _without_stated(rows: Rows, earlier: list[RawReturn], month: str) -> list[str]:
    """Take out of the rows of earlier months what returns of those months say just so; what they say otherwise."""
    before = stated_before(earlier)
    kept, revised = [], []
    for row in rows.observations:
        other = before.get(observation_key(row)) if row["period"][:7] < month else None
        if other is None:
            kept.append(row)
        elif not says_the_same(other, row):
            kept.append(row)
            revised.append(f"{row['measure_id']} {row['period']}: {said(other)} in an earlier return, now {said(row)}")
    rows.observations = kept
    return revised


def _without_standing(rows: Rows, earlier: list[RawReturn], there: RawReturn | None, month: str) -> None:
    """Leave to the returns the targets that they state already and that still hold, as the scorecard has them."""
    standing = standing_targets([*earlier, *([there] if there else [])], month)
    own = rows_in(there, "targets") if there else []
    kept = []
    for row in rows.targets:
        other = standing.get(row["measure_id"])
        holds = (
            other is not None and says_the_same(other, row, TARGET_SAID) and other["valid_from"] <= row["valid_from"]
        )
        if not holds or other is None:
            kept.append(row)
        elif other in own:  # stated by this return: it stays there as it is
            kept.append(other)
    rows.targets = kept
