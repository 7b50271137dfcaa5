"""Reports in the order in which their returns are prepared."""

import time
from collections.abc import Callable, Iterator, Sequence

from improvement_reports.runs.reports import Job
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import Outcome


class Preparation:
    """Returns prepared authority by authority: ``needed``, (authority, month). ``seconds`` is how long that took.

    One with few returns comes first, so that its reports are run while the long series of another is prepared.
    """

    def __init__(
        self,
        project: Project,
        needed: Sequence[tuple[str, str]],
        force: bool = False,
        on_failed: Callable[[Outcome], None] = lambda outcome: None,
    ):
        self.project, self.force, self.on_failed = project, force, on_failed
        self.needed: dict[str, list[tuple[str, str]]] = {}
        for authority, month in needed:
            self.needed.setdefault(authority, []).append((authority, month))
        self._failed: dict[str, list[Outcome]] = {}
        self.seconds = 0.0

    @property
    def failed(self) -> list[Outcome]:
        """The returns that could not be prepared so far, in the order of ``needed``."""
        return [outcome for authority in self.needed for outcome in self._failed.get(authority, [])]

    def ready(self, wanted: Sequence[Job]) -> Iterator[Job]:
        """Each of these reports once the returns of its authority are prepared; not that of a month whose return
        failed. Returns of authorities without a report among them are prepared as well.
        """
        of_each: dict[str, list[Job]] = {authority: [] for authority in self.needed}
        for job in wanted:
            of_each.setdefault(job.authority, []).append(job)
        for authority in sorted(of_each, key=lambda a: len(self.needed.get(a, []))):
            self._prepare(authority)
            bad = {tuple(outcome.subject.split("/")) for outcome in self._failed[authority]}
            yield from (job for job in of_each[authority] if job[:2] not in bad)

    def _prepare(self, authority: str) -> None:
        start = time.perf_counter()
        outcomes = _prepared(self.project, self.needed.get(authority, []), self.force)
        self._failed[authority] = [outcome for outcome in outcomes if outcome.state == "failed"]
        for outcome in self._failed[authority]:
            self.on_failed(outcome)
        self.seconds += time.perf_counter() - start


def _prepared(project: Project, needed: list[tuple[str, str]], force: bool) -> list[Outcome]:
    if not needed:
        return []
    from improvement_reports.returns.series import prepare_wanted  # tables are loaded where any may be made

    return prepare_wanted(project, needed, force)
