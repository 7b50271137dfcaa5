"""Verify: run a published notebook again, with its own code on its own inputs, and compare every figure.

nbval runs it and compares all outputs cell by cell. Where it finds a difference, the notebook is run once more and the
figures, drawings and sentences are compared one by one, so that the answer can name each with its two values and why.
A second answer says what today's code would give (see `today`).
"""

import csv
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import Executor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.row_records import named_cells, row_json, table_of
from improvement_reports.domain.rows import typed_tables
from improvement_reports.editions.chain import chain_faults, edition_faults
from improvement_reports.editions.compare import Difference, differences, drawings, why_not
from improvement_reports.editions.edition import (
    Edition,
    all_editions,
    editions_of,
    newest_edition,
    parse_edition_reference,
)
from improvement_reports.editions.folder_audit import strays
from improvement_reports.editions.from_rows import beside, comparable, not_from_rows, told_to_nbval
from improvement_reports.editions.input_names import plain_file, public_hashes
from improvement_reports.editions.inputs import kept_faults, places_of
from improvement_reports.editions.kept_code import code_faults, code_of
from improvement_reports.editions.rebuild import SAME, Rebuilt, execute_again, nbval, rebuild_project
from improvement_reports.editions.remake import publisher_note, remade
from improvement_reports.editions.today import Today, ask_today
from improvement_reports.editions.what_runs import Runs, what_runs
from improvement_reports.returns.reading import read_return
from improvement_reports.runs.published_notebook import read_notebook
from improvement_reports.runs.report_content import Content, content_of
from improvement_reports.workspace.files import digest
from improvement_reports.workspace.places import Project

REPRODUCED, DIFFERS, CANNOT = "reproduced", "differs", "cannot"


@dataclass
class Result:
    """The answer for one edition. ``faults``: what was changed after publication, whatever the figures say.

    ``runs``: which notebook and which code. ``today``: what today's code gives, where that was asked; it does not make
    an edition good or bad.
    """

    identifier: str
    state: str = REPRODUCED
    figures: int = 0
    reproduced: int = 0
    differences: list[Difference] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    today: Today | None = None
    runs: Runs | None = None

    @property
    def is_good(self) -> bool:
        return self.state == REPRODUCED and not self.faults

    def record(self) -> dict:
        """For the JSON file; the list of inputs stands in the edition's own record."""
        return {**asdict(self), "runs": self.runs.record() if self.runs else None}


@dataclass(frozen=True)
class Verification:
    """Everything that `verify` found: by edition, in the chain of manifests, among the kept inputs."""

    results: list[Result]
    chain: list[str]
    kept: list[str]

    @property
    def figures(self) -> int:
        return sum(r.figures for r in self.results)

    @property
    def is_good(self) -> bool:
        """All figures of all editions reproduced, nothing changed later, and something was compared at all."""
        return (
            bool(self.figures)
            and all(r.is_good and r.figures for r in self.results)
            and not self.chain
            and not self.kept
        )

    def record(self) -> dict:
        return {
            "good": self.is_good,
            "figures": self.figures,
            "reproduced": sum(r.reproduced for r in self.results),
            "chain": self.chain,
            "kept": self.kept,
            "editions": [r.record() for r in self.results],
        }


def verify(
    project: Project, editions: list[Edition], executor: Executor, on_done=lambda result: None, today: bool = False
) -> Verification:
    """Verify editions through any executor; the chain and the kept inputs are those of the whole project."""
    everything = all_editions(project)
    chain = _readable(everything)
    with executor:
        futures = {
            executor.submit(verify_edition, str(project.root), e.identifier, today): e.identifier for e in editions
        }
        found = {}
        for future in as_completed(futures):
            found[futures[future]] = result = future.result()
            on_done(result)
    chain += chain_faults([e for e in everything if not _unreadable(e)]) + strays(project)
    needed = {record.sha256: name for e in editions if not _unreadable(e) for name, record in e.inputs.items()}
    kept = kept_faults(project, needed) + code_faults(project, [e for e in editions if not _unreadable(e)])
    return Verification([found[e.identifier] for e in editions], chain, kept)


def _unreadable(edition: Edition) -> str:
    try:
        _ = edition.manifest, edition.inputs
    except UserError as error:
        return str(error)
    return ""


def _readable(editions: Iterable[Edition]) -> list[str]:
    return [words for e in editions if (words := _unreadable(e))]


def verify_edition(root: str, identifier: str, today: bool = False) -> Result:
    """Verify one edition; with ``today``, say as well what today's code gives. Plain arguments and a `Result`, so that
    any executor can call it.
    """
    start, project, result = time.perf_counter(), Project(Path(root)), Result(identifier)
    named = parse_edition_reference(identifier)
    edition = next(
        e for e in editions_of(project, named.authority, named.month, named.kind) if e.version == named.version
    )
    try:
        _verify(project, edition, result, today)
    except UserError as error:
        result.state = CANNOT
        result.missing.append(str(error))
    except Exception as error:  # whatever a stranger's files make a library stumble over must not stop the others
        result.state = CANNOT
        result.missing.append(f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
    result.seconds = round(time.perf_counter() - start, 1)
    return result


def _verify(project: Project, edition: Edition, result: Result, today: bool) -> None:
    result.faults += edition_faults(edition)
    places, gone = places_of(project, edition)
    published = _published(edition, result) if not gone else None
    if published is None:
        result.state = CANNOT
        result.missing += [
            f"the input {name} as it was (sha256 {edition.inputs[name].sha256[:12]}…) is neither in its place nor in"
            " data/archive"
            for name in gone
        ]
        return
    result.runs = what_runs(project, edition)
    result.faults += result.runs.not_template
    then, code = content_of(published), code_of(project, edition)
    result.figures = len(then.figures)
    result.faults += told_to_nbval(edition, published) + public_hashes(edition)
    result.differences += beside(edition, then) + not_from_rows(edition, then, places)
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        rebuilt = rebuild_project(Path(folder), places, edition.authority, edition.kind, code)
        again = published if nbval(rebuilt, comparable(published)) == SAME else execute_again(rebuilt, published)
        result.differences += _made_again(rebuilt, project, edition, result)
    if again is not published:
        why = why_not(edition.manifest.environment)
        found = differences(then, content_of(again), why) + drawings(published, again, why)
        result.differences += found or [
            Difference(
                "", "output of a cell", "", "nbval finds an output that differs outside the figures and sentences", why
            )
        ]
    result.differences += _changed_inputs(project, edition, then)
    touched = {d.id for d in result.differences if d.id in then.figures}
    result.reproduced = result.figures - len(touched)
    if result.differences:
        result.state = DIFFERS
    result.notes += _changed_files(project, edition)
    if today:
        result.today = ask_today(project, edition, places, code, published, again)


def _made_again(rebuilt: Rebuilt, project: Project, edition: Edition, result: Result) -> list[Difference]:
    """What of an edition's files its code does not make; where it cannot make them ``result`` says why."""
    before = [e for e in editions_of(project, *edition.job) if e.number == edition.number - 1]
    result.notes += publisher_note(project, edition)
    try:
        return remade(rebuilt, project, edition, before[0] if before else None)
    except UserError as error:
        result.faults.append(f"{edition.identifier}: {error}")
        return []


def _published(edition: Edition, result: Result):
    """The notebook of an edition, or nothing where it cannot be read or holds no figure, which ``result`` then says."""
    if not plain_file(edition.folder / "report.ipynb", edition.folder):
        result.missing.append("the published notebook is missing or no plain file")
        return None
    try:
        published = read_notebook(edition.folder)
        figures = content_of(published).figures
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        result.missing.append(f"the published notebook cannot be read ({type(error).__name__})")
        return None
    if not figures:
        result.missing.append(
            "the published notebook holds no figure, or figures.json beside the notebook none that it names, so"
            " there is nothing to compare"
        )
        return None
    return published


# Inputs that are not what they were


def _changed_files(project: Project, edition: Edition) -> list[str]:
    """Inputs that have changed in their place since; the edition was verified against the ones that are kept."""
    return [
        f"{name} has changed since publication; the kept one was used"
        for name, record in edition.inputs.items()
        if not ((project.root / name).is_file() and digest((project.root / name).read_bytes()) == record.sha256)
    ]


def _changed_inputs(project: Project, edition: Edition, then: Content) -> list[Difference]:
    """Figures of the newest edition whose rows are not in data/raw any more as they were: a change that is not
    published.

    A row is known by its cells, for a row that only moved in its file is the same row.
    """
    newest = newest_edition(project, *edition.job)
    if newest is None or newest.number != edition.number:
        return []  # a later edition says what changed and why
    changed = {
        name
        for name, record in edition.inputs.items()
        if name.startswith("data/raw/") and digest(_bytes(project.root / name)) != record.sha256
    }
    now, found = {name: _rows_now(project, name) for name in changed}, []
    for id_, f in then.figures.items():
        for i in f["inputs"]:
            name = f"data/raw/{i['file'].split('#')[0]}"
            if name not in changed or not i["cells"]:
                continue
            table = now[name].get(table_of(i["file"]), {})
            if i["cells"] not in table.values():
                was, row = named_cells(i), named_cells({**i, "cells": table.get(i["row"], "")})
                keys = [c for c in was | row if was.get(c, "") != row.get(c, "")]
                after = "; ".join(f"{c}: {row.get(c) or 'empty'}" for c in keys) if row else "no such row"
                words = "; ".join(f"{c}: {was.get(c) or 'empty'}" for c in keys)
                found.append(
                    Difference(
                        id_,
                        f"{f['label']}: row {i['row']} of {i['file']}",
                        words,
                        after,
                        "input changed since publication",
                    )
                )
    return found


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _rows_now(project: Project, name: str) -> dict[str, dict[int, str]]:
    """The cells of every row of a raw file as it is now, by table and row number; none of what is gone or cannot be
    read.
    """
    path = project.root / name
    if "official-statistics" in path.parts:
        return {path.stem: _official_rows(path)}
    try:
        tables = typed_tables(read_return(path.parent))
    except (UserError, OSError):
        return {}
    own = {
        t: frame
        for t, frame in tables.items()
        if len(frame) and frame["source_file"].iloc[0].split("#")[0] == name.removeprefix("data/raw/")
    }
    return {t: dict(zip(frame["source_row"], frame["row_cells"], strict=True)) for t, frame in own.items()}


def _official_rows(path: Path) -> dict[int, str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {n: row_json([cell.strip() for cell in row]) for n, row in enumerate(csv.reader(file), 1)}
    except (OSError, ValueError, csv.Error):
        return {}
