"""What reports, pages and a site cost, beside plain papermill and plain nbconvert and Pandoc in the same call.

Shared machines are noisy: only figures of one call may be compared, never those of different days, and CPU seconds of
all processes tell more than the clock. What is measured is in `bench_pieces`, the work of it in
`bench_work`, what it costs in `bench_cost`.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from improvement_reports.authoring.bench_cost import HEAD, MEGABYTE, Row
from improvement_reports.authoring.bench_pieces import BATCH, PIECES, Bench, chosen_pieces
from improvement_reports.domain.errors import UserError, listed
from improvement_reports.runs.reports import reports
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.places import OF_EVERY_PROJECT, Project

COPIED = (*OF_EVERY_PROJECT, "params", "requirements.lock", "data/raw", "data/archive", "reports")


def measure(
    project: Project, json_file: Path | None = None, pieces: Sequence[str] = (), many: int = BATCH
) -> list[Row]:
    """Measure in a copy of the project, print each row as it is known, and write them to a file if one is wanted.

    ``pieces``: of `PIECES`, all if none is named; ``many``: how many profiles are run in one call.

    Of a piece that fails a line says why, and the others are measured; `BenchFailed` at the end names such pieces.
    """
    chosen = chosen_pieces(pieces)
    jobs, _ = reports(project)
    if not jobs:
        raise UserError("There is no report to measure in params/; add a parameter file.")
    rows: list[Row] = []
    failed: list[str] = []
    print(HEAD)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(copied(project, Path(folder)), jobs, many)
        for name in chosen:
            try:
                for row in PIECES[name](bench):
                    print(row.line, flush=True)
                    rows.append(row)
            except Exception as error:  # whatever a piece does, hours of others are not lost
                failed.append(name)
                print(f"{name}: not measured, for it failed: {why_failed(error)}", flush=True)
        sizes = sizes_by_kind(Project(Path(folder))) if "site" in chosen and "site" not in failed else {}
    for name, size in sizes.items():
        print(f"{name:44} {size:9.3f} MB an edition")
    print(f"{os.cpu_count()} cores")
    if json_file:
        content = {"rows": [row.record() for row in rows], "megabytes an edition": sizes, "cores": os.cpu_count()}
        write_whole(json_file.resolve(), json.dumps(content, indent=1) + "\n")
    if failed:
        raise BenchFailed(f"Not measured, for it failed: {listed(failed)}; the lines above say why.")
    return rows


class BenchFailed(Exception):
    """Some pieces of a measurement failed, and the rest was measured."""


def why_failed(error: Exception) -> str:
    """Why a piece failed, in one line: of a call the last that it said.

    >>> why_failed(subprocess.CalledProcessError(1, ["x"], "", "Traceback\\n  File\\nOSError: No space left"))
    'OSError: No space left'
    """
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else str(error)
    lines = [line.strip() for line in str(said or "").splitlines() if line.strip()]
    if isinstance(error, subprocess.CalledProcessError):
        return lines[-1] if lines else f"a call of it ended with {error.returncode} and said nothing"
    return f"{type(error).__name__}: {' '.join(lines)}"


def copied(project: Project, target: Path, parts: Sequence[str] = COPIED) -> Project:
    """A copy of what a site is made from, with nothing that was made."""
    for part in parts:
        source = project.root / part
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target / part)
        elif source.is_file():
            shutil.copyfile(source, target / part)
    return Project(target)


def sizes_by_kind(project: Project) -> dict[str, float]:
    """Megabytes of the site by kind of file for each edition on it, and of all of it; nothing without editions."""
    from improvement_reports.editions.edition import all_editions

    editions = len(all_editions(project))
    found: dict[str, float] = {}
    for path in (p for p in project.site.rglob("*") if p.is_file() and editions):
        kind = path.suffix.removeprefix(".") or "other"
        found[kind] = found.get(kind, 0.0) + path.stat().st_size / MEGABYTE / editions
    found["all of the site"] = sum(found.values())
    return dict(sorted(found.items(), key=lambda item: -item[1]))
