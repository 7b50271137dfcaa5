"""A scorecard into a return: looked at, asked about, compared with what is there, and written whole or not at all."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from improvement_reports.domain.errors import Fault, UserError
from improvement_reports.domain.tables import RETURN_FILE, SOURCES_FOLDER
from improvement_reports.returns.reading import WORKBOOK, RawReturn, read_return
from improvement_reports.returns.scorecard.dialogue import Ask, Say, dialogue
from improvement_reports.returns.scorecard.existing import (
    TARGET_SAID,
    Difference,
    difference,
    earlier_returns,
    observation_key,
    period_types,
    rows_in,
    said,
    says_the_same,
    standing_targets,
    stated_before,
)
from improvement_reports.returns.scorecard.looking import (
    Look,
    default_source,
    look,
    mapping_of,
    mapping_path,
    save,
    to_take_over,
    unmatched,
)
from improvement_reports.returns.scorecard.mapping import Mapping
from improvement_reports.returns.scorecard.periods import month_words
from improvement_reports.returns.scorecard.return_info import new_info, source_text, with_source
from improvement_reports.returns.scorecard.table import Rows, Wanted, rows_of
from improvement_reports.workspace.authorities import Authority, load_authorities
from improvement_reports.workspace.files import recover, swap_in
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml

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
    wanted = Wanted(request.authority, request.month, f"{mapping.source.id}-{request.month}", request.all_months)
    _has_month(seen, request.month)
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
    remarks = [*found.remarks, *rows.remarks]
    return Import(seen, mapping, wanted, rows, tables, revised, unclear, [*found.left, *rows.left], remarks, there)


def _has_month(seen: Look, month: str) -> None:
    """A `UserError` if nothing in the scorecard is of the month asked for."""
    ends = sorted({p.end for line in seen.found.lines for p in (*line.values, *line.tops)})
    if month not in ends:
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


def write(project: Project, request: Request, made: Import, place: Authority) -> Path:
    """The return with the scorecard's rows, its source and a copy of the file, swapped in as a whole; its folder."""
    folder = project.raw_return(request.authority, request.month)
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{request.month}-", dir=folder.parent))
    aside.chmod(0o755)
    try:
        if folder.is_dir():
            shutil.copytree(folder, aside, dirs_exist_ok=True)
        for name, table in made.tables.items():
            if not table.is_empty or not (aside / f"{name}.csv").exists():
                _write_table(aside / f"{name}.csv", table)
        _write_source(aside, request, made, place)
        swap_in(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def _write_table(path: Path, table: Difference) -> None:
    if len(table.frame):
        path.write_text(table.frame.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="")
    else:
        path.unlink(missing_ok=True)


def _write_source(aside: Path, request: Request, made: Import, place: Authority) -> None:
    """return.yml with the source, and the copy of the file that it names, in the place of an older one."""
    source, info, name = made.mapping.source, aside / RETURN_FILE, copy_name(request.file.name)
    fields = {
        "title": source.title.replace("{month}", month_words(request.month)),
        "publisher": source.publisher,
        "licence": source.licence,
        "date": request.received,
        "file": name,
        "sha256": made.seen.sha256,
    }
    copies = aside / SOURCES_FOLDER
    if info.exists():
        before = load_yaml(info, RETURN_FILE).get("sources", {}).get(made.wanted.source_id, {})
        if before.get("file"):
            (copies / copy_name(str(before["file"]))).unlink(missing_ok=True)
        text = with_source(info.read_text(encoding="utf-8-sig"), made.wanted.source_id, fields)
    else:
        entry = source_text(made.wanted.source_id, fields)
        text = new_info(request.authority, request.month, place.illustrative, request.received, entry)
    info.write_text(text, encoding="utf-8", newline="\n")
    if source.keep_copy:
        copies.mkdir(exist_ok=True)
        (copies / name).write_bytes(made.seen.content)


def copy_name(name: str) -> str:
    """The name of a file as it can stand in any folder: letters, digits, dots, hyphens, underscores and spaces."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "-" for c in name).strip(". ")
    return plain[-120:].lstrip(". -") or "scorecard"


def asked_mapping(project: Project, request: Request, seen: Look, place: Authority, ask: Ask, say: Say) -> Mapping:
    """The mapping of a first import: with the answers of a person, or what is certain; saved."""
    if seen.draft is None:
        raise ValueError("the scorecard has a mapping")
    if not request.yes:
        dialogue(seen, ask, say)
    months = earlier_returns(project, request.authority, "9999")
    mapping = mapping_of(seen.draft, default_source(request.authority, place), period_types(months))
    path = mapping_path(project, request.authority, request.mapping)
    save(mapping, seen.draft, path)
    say(f"Wrote {project.relative(path)}: what each column and row of the scorecard is. Look through it.")
    return mapping


@dataclass(frozen=True)
class Person:
    """Who is asked and told, and what takes measures of the library over into the council's own list."""

    ask: Ask
    say: Say
    tell: Callable[["Import", Say], None]
    take_over: Callable[[list[str]], None]


def run_import(project: Project, request: Request, person: Person) -> int:
    """Import a scorecard; 0, or 1 if something in it was not understood and the rest was imported."""
    ask, say = person.ask, person.say
    place = load_authorities(project)[request.authority]
    path = mapping_path(project, request.authority, request.mapping)
    if request.mapping is not None and not path.parent.is_dir():
        raise UserError(f"There is no folder {path.parent} for the mapping; name a file in one that is there.")
    seen = look(project, request.file, path)
    _has_month(seen, request.month)
    mapping = seen.mapping or asked_mapping(project, request, seen, place, ask, say)
    if new := to_take_over(seen, mapping):
        person.take_over(new)
        say(f"Added to params/measures.yml from the library: {', '.join(new)}.")
    if new or seen.mapping is None:  # read again as the mapping says it: what is not in the mapping is not imported
        seen = look(project, request.file, path)
    made = prepared(project, request, seen, mapping, project.relative(path))
    person.tell(made, say)
    if not made.rows.observations:
        say("Nothing was imported: no row of the scorecard is a measure yet.")
        return 1
    if any(table.needs_consent for table in made.tables.values()) and not request.replace:
        if ask("Put the new values in the place of those that are there? [y/N] ").strip().lower() not in ("y", "yes"):
            raise UserError("Nothing was changed; say --replace to put the new values in the place of the old.")
    folder = write(project, request, made, place)
    say(
        f"Wrote {project.relative(folder)}. Next: python3 make.py check --authority {request.authority}"
        f" --month {request.month}"
    )
    return 1 if made.unclear else 0
