"""The series: an authority's returns in the order of their months, each read once and prepared with the months before
it.

What a return withholds follows from the returns up to its month, never from which of them were prepared before: `walk`
goes through the months in order and hands each the tables of the earlier ones. A month whose key has not changed is not
made again; its tables are read when a later month asks for them. A return with faults counts for nothing until it is
mended.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from improvement_reports.domain.errors import InvalidInput, UserError
from improvement_reports.domain.rows import typed_tables
from improvement_reports.domain.sameness import same_spelling
from improvement_reports.domain.status_words import StatusWords
from improvement_reports.returns.earlier import (
    ASKED_OF_EARLIER,
    Prepared,
    Tables,
    join_long_series,
    joined_tables,
    read_ahead,
)
from improvement_reports.returns.keys import keyed_months, return_months, seen_before
from improvement_reports.returns.prepared import INFO_FILE, read_processed
from improvement_reports.workspace.authorities import Authority, load_authorities
from improvement_reports.workspace.collection import without_collection
from improvement_reports.workspace.files import file_hashes, moved_away, recover, swap_in, sweep
from improvement_reports.workspace.lain_still import LainStill
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.own_areas import parts_of
from improvement_reports.workspace.parameters import ReturnInfo
from improvement_reports.workspace.parquet import write_parquet
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import Stamp, digests
from improvement_reports.workspace.troubles import in_words
from improvement_reports.workspace.work import Outcome

if TYPE_CHECKING:  # it is only loaded when there is something to read
    from improvement_reports.returns.reading import RawReturn

LAST = "9999"


@dataclass(frozen=True)
class Step:
    """One return of the series: its tables (None if it has faults, which ``error`` says), and what was read, if
    anew.
    """

    month: str
    key: str
    tables: Tables | None
    raw: "RawReturn | None" = None
    error: UserError | None = None
    seconds: float = 0.0


def walk(
    project: Project, authority: str, until: str = LAST, force: Container[str] = (), seen: LainStill | None = None
) -> Iterator[Step]:
    """Every return of an authority up to a month, oldest first; those in ``force`` are made even if nothing changed.

    Nothing is written: who walks decides what becomes of a step, and whether what was ``seen`` is kept.
    """
    as_at = time.time_ns()
    seen = seen_before(project, authority) if seen is None else seen
    earlier: list[Tables] = []
    for month, key in keyed_months(project, authority, until, seen):
        start = time.perf_counter()
        folder = project.processed_return(authority, month)
        raw: RawReturn | None = None
        tables: Tables | None = None
        error: UserError | None = None
        if month not in force and (digests := digests_if_current(folder, key, seen)) is not None:
            tables = Prepared(folder, digests, as_at)
        else:
            try:
                with without_collection():
                    raw, tables = checked(project, project.raw_return(authority, month), earlier)
            except UserError as problem:
                error = problem
        yield Step(month, key, tables, raw, error, time.perf_counter() - start)
        if tables is not None:
            earlier.append(tables)


def checked(project: Project, folder: Path, earlier: list[Tables]) -> "tuple[RawReturn, Tables]":
    """The raw return in ``folder`` and its tables without what must be withheld; `InvalidInput` with every fault.

    ``earlier``: the tables of the authority's earlier returns, oldest first.
    """
    from improvement_reports.method.withholding import withhold
    from improvement_reports.returns.carried import carry_over
    from improvement_reports.returns.checks import (
        return_faults,  # pandera is only loaded when there is something to check
    )
    from improvement_reports.returns.narrative import narrative_faults, prose_faults, section_faults
    from improvement_reports.returns.own_words import in_our_words
    from improvement_reports.returns.reading import read_return

    subject = f"The return {project.relative(folder)}"
    if not folder.is_dir():
        raise UserError(f"{subject} does not exist; put the files of the return there.")
    measures, authorities = load_measures(project), load_authorities(project)
    raw = in_our_words(carry_over(read_return(folder), earlier), words_of(authorities, folder.parent.name))
    faults = [
        *return_faults(raw, measures, authorities, project),
        *prose_faults(project, raw),
        *section_faults(project, raw),
    ]
    if not faults:
        read_ahead(earlier, joined_tables(project, folder.parent.name))
        info, tables = raw.known_info, typed_tables(raw)
        tables["observations"] = same_spelling(tables["observations"], [t["observations"] for t in earlier])
        groups = parts_of(info.authority, authorities[info.authority].areas)
        tables = withhold(tables, earlier, measures, info.authority, info.month, groups)
        faults = narrative_faults(project, raw, tables, measures, earlier)
    if faults:
        raise InvalidInput(subject, faults)
    return raw, tables


def words_of(authorities: dict[str, Authority], authority: str) -> StatusWords:
    """The words for statuses of an authority; none of one that is not known, of which the check says so."""
    return authorities[authority].status_words if authority in authorities else {}


def before(project: Project, authority: str, month: str) -> list[Tables]:
    """The tables of the authority's returns before a month, oldest first; made in memory where they are not
    prepared.
    """
    months = [m for m in return_months(project, authority) if m < month]
    return [step.tables for step in walk(project, authority, months[-1]) if step.tables is not None] if months else []


def prepare_months(
    project: Project, authority: str, until: str = LAST, force: Container[str] = ()
) -> Iterator[tuple[Step, bool]]:
    """Walk and write: each step up to a month, and whether its processed tables were written anew."""
    home = project.processed / authority
    for month in return_months(project, authority, until):
        recover(home / month)
    sweep(home)
    seen = seen_before(project, authority)
    for step in walk(project, authority, until, force, seen):
        if step.error is not None:
            _mark_failed(home / step.month)
        elif step.raw is not None:
            write(project, step)
        yield step, step.raw is not None
    seen.keep()


def write(project: Project, step: Step) -> Path:
    """The processed tables of one step into their folder, which is written aside and swapped in.

    A return that fails, or a kill, leaves the last good tables.
    """
    raw, tables = step.raw, step.tables
    if raw is None or tables is None:
        raise ValueError(f"the return of {step.month} has faults or was not read, so it has nothing to write")
    info = raw.known_info
    target = project.processed_return(info.authority, info.month)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{info.month}-", dir=target.parent))
    aside.chmod(0o755)
    try:
        for name, frame in tables.items():
            write_parquet(frame, aside / f"{name}.parquet")
        content = {"info": info.model_dump(mode="json"), "narrative": raw.narrative, "files": file_hashes(raw.folder)}
        (aside / INFO_FILE).write_text(
            json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8"
        )
        swap_in(aside, target)
        _failed(target).unlink(missing_ok=True)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target


def _failed(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.failed")


def _mark_failed(folder: Path) -> None:
    """The last good tables of a return that is now faulty stay, and no other month's report reads them."""
    if folder.is_dir():
        _failed(folder).touch()


def stamp_of(folder: Path, key: str) -> Stamp:
    """What the tables of a processed folder were made from."""
    return Stamp(folder.with_name(f".{folder.name}.key"), key, lambda: digests(folder))


def digests_if_current(folder: Path, key: str, seen: LainStill) -> dict[str, str] | None:
    """If the tables in a processed folder were made from just this, are as they were made, and nothing failed since:
    the digests of the files that are asked of every earlier return. None otherwise.
    """
    stamp = stamp_of(folder, key)

    def find() -> dict | None:
        noted = stamp.as_made()
        return noted and {
            "key": noted["key"],
            "files": {name: noted["files"].get(f"{name}.parquet", "") for name in ASKED_OF_EARLIER},
        }

    found = None if _failed(folder).exists() else seen.of(f"tables {folder.name}", [folder, stamp.path], find)
    return found["files"] if found and found["key"] == key else None


def prepared_tables(folder: Path) -> tuple[Tables, dict]:
    """The processed tables of one return, each read when asked for, and its ``return.json``; a `UserError` without
    them.
    """
    if not (folder / INFO_FILE).is_file():
        read_processed(folder)  # says what is missing
    info = json.loads((folder / INFO_FILE).read_text(encoding="utf-8"))
    info["info"] = ReturnInfo.model_validate(info["info"])
    return Prepared(folder), info


def _last_good(folder: Path) -> Path | None:
    """The last good tables of one return; after a kill between the renames of `swap_in` they lie aside."""
    return next((f for f in (folder, moved_away(folder)) if (f / INFO_FILE).is_file()), None)


def known_returns(
    project: Project, authority: str, known_by: str = LAST, before: str = LAST
) -> list[tuple[str, Tables]]:
    """(month, processed tables) of every return of the authority that had been received by a day, oldest month first.

    Only returns that are still in data/raw and had no fault when they were prepared last.
    """
    home, found = project.processed / authority, []
    for month in (m for m in return_months(project, authority) if m < before):
        folder = _last_good(home / month)
        if folder is not None and not _failed(home / month).exists():
            tables, info = prepared_tables(folder)
            if info["info"].received <= known_by:
                found.append((month, tables))
    return found


def check_returns(
    project: Project, wanted: list[tuple[str, str]]
) -> "Iterator[tuple[str, str, RawReturn | None, UserError | None]]":
    """(authority, month, raw return, fault or None) of each wanted return, (authority, month), checked anew."""
    for authority in dict.fromkeys(a for a, _ in wanted):
        months = {m for a, m in wanted if a == authority}
        for step in walk(project, authority, max(months), months):
            if step.month in months:
                yield authority, step.month, step.raw, step.error


@without_collection()
def prepare_series(project: Project, authority: str, until: str = "9999", force: Container[str] = ()) -> list[Outcome]:
    """The processed tables of an authority's returns up to a month, oldest first, made where their key changed.

    An `Outcome` for each, never an exception for bad input.
    """
    outcomes: list[Outcome] = []
    held: dict[str, Tables] = {}
    try:
        for step, is_new in prepare_months(project, authority, until, force):
            if step.tables is not None:
                held[step.month] = step.tables
            if is_new:
                stamp_of(project.processed_return(authority, step.month), step.key).set()
            state = "failed" if step.error else "done" if is_new else "unchanged"
            outcomes.append(
                Outcome(
                    f"{authority}/{step.month}",
                    state,
                    step.seconds if state != "unchanged" else 0.0,
                    str(step.error or ""),
                )
            )
    except (
        OSError
    ) as error:  # what the machine refuses ends the series there: a later month must not be made without this one
        if (said := in_words(error, project.root)) is None:
            raise
        left = return_months(project, authority, until)[len(outcomes) :]
        outcomes += [Outcome(f"{authority}/{month}", "failed", 0.0, said, True) for month in left]
    else:
        join_long_series(project, authority, held)
    return outcomes


def prepare_if_changed(project: Project, authority: str, month: str, force: bool = False) -> Outcome:
    """The processed tables of one return and of the earlier ones that it depends on; the `Outcome` of the one."""
    outcomes = prepare_series(project, authority, month, {month} if force else ())
    if not outcomes or outcomes[-1].subject != f"{authority}/{month}":
        return Outcome(
            f"{authority}/{month}",
            "failed",
            0.0,
            f"There is no return {authority}/{month} in data/raw; put the files of the return there.",
        )
    return outcomes[-1]


def prepare_wanted(project: Project, wanted: list[tuple[str, str]], force: bool = False) -> list[Outcome]:
    """Prepare some returns, (authority, month), each with the earlier ones it depends on; of those only failures are
    told.
    """
    outcomes = []
    for authority in dict.fromkeys(a for a, _ in wanted):
        subjects = {f"{a}/{m}" for a, m in wanted if a == authority}
        months = {m for a, m in wanted if a == authority}
        found = prepare_series(project, authority, max(months), months if force else ())
        outcomes += [o for o in found if o.subject in subjects or o.state == "failed"]
    return outcomes
