"""What reports, pages and a site cost, beside plain papermill and plain nbconvert and Pandoc in the same call.

Shared machines are noisy: only figures of one call may be compared, never those of different days, and CPU seconds of
all processes tell more than the clock. Pieces of work are in `bench_work`, what they cost in `bench_cost`.
"""

import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from improvement_reports.authoring.bench_cost import MEGABYTE, Cost, cost_of
from improvement_reports.domain.errors import UserError, listed, shown
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.runs.reports import Job, reports
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.places import Project

COPIED = (
    *("_quarto.yml", "index.qmd", "search.qmd", "about", "theme", "notebooks", "params", "requirements.lock"),
    *("data/raw", "data/archive", "reports"),
)
BATCH = 12  # profiles in one call
OWN = [sys.executable, "-m", "improvement_reports.cli"]
SITE = ("site", "--renderer", "pandoc", "--drafts")
WORK = [sys.executable, "-m", "improvement_reports.authoring.bench_work"]


@dataclass(frozen=True)
class Row:
    """One thing that was measured: in the plain way (None where there is none) and in ours, each for ``count``
    things.
    """

    name: str
    own: Cost
    plain: Cost | None = None
    count: int = 1
    note: str = ""

    def record(self) -> dict:
        plain = {"plain": self.plain.record()} if self.plain else {}
        return {"name": self.name, "count": self.count, "own": self.own.record(), **plain, "note": self.note}

    @property
    def line(self) -> str:
        own, plain = self.own.cpu / self.count, self.plain.cpu / self.count if self.plain else None
        ratio = f"{plain / own:6.1f} ×" if plain is not None and own else " " * 8
        before = f"{plain:9.2f}" if plain is not None else " " * 9
        return f"{self.name:44} {before} {own:9.2f} {ratio} {self.own.wall:8.1f} {self.own.memory:6.0f}  {self.note}"


OF_ONE = "CPU seconds (of one, where there are several)"
HEAD = f"{OF_ONE:44} {'plain':>9} {'ours':>9} {'ratio':>8} {'clock s':>8} {'MB':>6}"


def measure(
    project: Project, json_file: Path | None = None, pieces: Sequence[str] = (), many: int = BATCH
) -> list[Row]:
    """Measure in a copy of the project, print each row as it is known, and write them to a file if one is wanted.

    ``pieces``: of `PIECES`, all if none is named; ``many``: how many profiles are run in one call.
    """
    chosen = chosen_pieces(pieces)
    jobs, _ = reports(project)
    if not jobs:
        raise UserError("There is no report to measure in params/; add a parameter file.")
    rows: list[Row] = []
    print(HEAD)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(copied(project, Path(folder)), jobs, many)
        for row in chain.from_iterable(PIECES[name](bench) for name in chosen):
            print(row.line, flush=True)
            rows.append(row)
        sizes = sizes_by_kind(Project(Path(folder))) if "site" in chosen else {}
    for name, size in sizes.items():
        print(f"{name:44} {size:9.3f} MB an edition")
    print(f"{os.cpu_count()} cores")
    if json_file:
        content = {"rows": [row.record() for row in rows], "megabytes an edition": sizes, "cores": os.cpu_count()}
        write_whole(json_file.resolve(), json.dumps(content, indent=1) + "\n")
    return rows


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


class Bench:
    """The pieces of a measurement in a copy of a project; each can be measured without the others."""

    def __init__(self, project: Project, jobs: list[Job], many: int = BATCH):
        self.project, self.many, self.series = project, many, _longest_series(jobs)

    def _own(self, *arguments: str) -> Cost:
        return cost_of([*OWN, *arguments], cwd=self.project.root)

    def _work(self, *arguments: str) -> Cost:
        return cost_of([*WORK, *arguments], cwd=self.project.root)

    def _prepared(self) -> None:
        """The plain way prepares nothing, so that is done before either is measured."""
        if self.series and not (self.project.processed / self.series[-1].authority).is_dir():
            self._own("prepare")

    def prepare(self) -> Iterator[Row]:
        if self.series:
            yield Row("prepare: every return, from nothing", self._own("prepare"))

    def _one(self, kind: str, name: str) -> Iterator[Row]:
        self._prepared()
        inner = json.loads(self._work("cells", name).said)["cpu"]
        yield Row(f"{kind}: its cells alone", Cost(0.0, inner, 0.0, ""), note="in a warm interpreter")
        ours, plain = self._work("own-reports", name), self._work("plain-reports", name)
        yield Row(f"{kind}: one, all in, whole call", ours, plain)

    def report(self) -> Iterator[Row]:
        if self.series:
            yield from self._one(f"{self.series[-1].kind} report", "/".join(self.series[-1]))

    def profiles(self) -> Iterator[Row]:
        names = _profiles(self.project)
        if names:
            yield from self._one("profile", names[0])
        if len(names) > 1:
            many = names[: self.many]
            ours, plain = self._work("own-reports", *many), self._work("plain-reports", *many)
            yield Row(f"profile: each of {len(many)}, all in", ours, plain, len(many))

    def preview(self) -> Iterator[Row]:
        if self.series:
            self._prepared()
            newest = self.series[-1]
            changed = self.project.relative(_narrative(self.project, newest))
            made = json.loads(self._work("turn", "/".join(newest), changed).said)
            yield Row("preview: the page after a change", Cost(made["wall"], made["cpu"], 0.0, ""), note="narrative")

    def figure(self) -> Iterator[Row]:
        from improvement_reports.editions.edition import all_editions

        if editions := [e for e in all_editions(self.project) if ReportKind(e.kind).has_return]:
            figures = json.loads((editions[-1].folder / "figures.json").read_text(encoding="utf-8"))["figures"]
            reference = f"{editions[-1].identifier}#{next(f['id'] for f in figures if f['kind'] == 'number')}"
            yield Row("figure --rebuild: first of an edition", self._own("figure", reference, "--rebuild"))
            yield Row("figure --rebuild: another of it", self._own("figure", reference, "--rebuild"))

    def site(self) -> Iterator[Row]:
        for made_before in (self.project.processed, self.project.build, self.project.site):
            shutil.rmtree(made_before, ignore_errors=True)
        yield Row("site: fresh after installation", self._own(*SITE))
        yield Row("site: nothing changed", self._own(*SITE))
        if self.series:
            narrative = _narrative(self.project, self.series[-1])
            narrative.write_text(narrative.read_text(encoding="utf-8") + "\n\nA sentence more.\n", encoding="utf-8")
            yield Row("site: one changed return", self._own(*SITE))


PIECES: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "prepare": Bench.prepare,
    "report": Bench.report,
    "profiles": Bench.profiles,
    "preview": Bench.preview,
    "figure": Bench.figure,
    "site": Bench.site,
}


def chosen_pieces(wanted: Sequence[str]) -> list[str]:
    """The pieces that are wanted, in the order in which they are measured; all where none is named."""
    if unknown := [name for name in wanted if name not in PIECES]:
        raise UserError(f"bench has no piece {shown(unknown[0])}; allowed are {listed(PIECES)}.")
    return [name for name in PIECES if not wanted or name in wanted]


def _longest_series(jobs: list[Job]) -> list[Job]:
    """The reports of returns of the authority that has most of them, oldest first: the newest reads the most."""
    made_of_returns = [job for job in jobs if ReportKind(job.kind).has_return]
    numbers = Counter(job.authority for job in made_of_returns)
    return [job for job in made_of_returns if job.authority == max(numbers, key=lambda key: (numbers[key], key))]


def _narrative(project: Project, job: Job) -> Path:
    """A text of the return of a report."""
    return min((project.raw_return(job.authority, job.month) / "narrative").glob("*.md"))


def _profiles(project: Project) -> list[str]:
    """Profiles of enough authorities for a batch, whether the site has them or not."""
    found, _ = reports(project, None, None, "profile")
    if found:
        found, _ = reports(project, "all", None, "profile")
    return ["/".join(job) for job in found]


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
