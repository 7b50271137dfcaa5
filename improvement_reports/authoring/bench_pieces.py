"""What `bench` measures, piece by piece: the plain way where there is one, and ours."""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from improvement_reports.authoring.bench_cost import Cost, Row, cost_of
from improvement_reports.domain.errors import UserError, listed, shown
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.runs.reports import Job, reports
from improvement_reports.runs.warm.link import is_possible
from improvement_reports.workspace.places import Project

BATCH = 12  # profiles in one call
OWN = [sys.executable, "-m", "improvement_reports.cli"]
SITE = ("site", "--renderer", "pandoc", "--drafts")
WORK = [sys.executable, "-m", "improvement_reports.authoring.bench_work"]


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
        yield from self._overhead(kind, name)
        ours, plain = self._work("own-reports", name), self._work("plain-reports", name)
        yield Row(f"{kind}: one, all in, whole call", ours, plain)

    def _overhead(self, kind: str, name: str) -> Iterator[Row]:
        """What its run costs more than its cells, where reports are forked."""
        if not is_possible():
            return
        found = json.loads(self._work("overhead", name).said)
        more, note = (
            found["run"] - found["cells"],
            "{run:.2f} in all, its cells {first:.2f}, then {cells:.2f}".format(**found),
        )
        yield Row(f"{kind}: its run, over its cells", Cost(0.0, more, 0.0, ""), note=note)

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
            for what, path in _changed(self.project, newest).items():
                made = json.loads(self._work("turn", "/".join(newest), self.project.relative(path)).said)
                yield Row("preview: the page after a change", Cost(made["wall"], made["cpu"], 0.0, ""), note=what)

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


def _changed(project: Project, job: Job) -> dict[str, Path]:
    """What an analyst changes of a report, by its name."""
    return {
        "narrative": _narrative(project, job),
        "parameters": project.report_params(*job),
        "return": project.raw_return(job.authority, job.month) / "observations.csv",
        "notebook": project.notebook(job.kind, job.authority),
    }


def _profiles(project: Project) -> list[str]:
    """Profiles of enough authorities for a batch, whether the site has them or not."""
    found, _ = reports(project, None, None, "profile")
    if found:
        found, _ = reports(project, "all", None, "profile")
    return ["/".join(job) for job in found]
