"""Which reports are to be on the site, and what is known of each before its pages are written."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.vocabulary import WITHOUT_RETURN
from improvement_reports.editions.chain import chain_breaks, edition_faults, gaps
from improvement_reports.editions.edition import Edition, editions_of, newest_edition, published_reports
from improvement_reports.editions.state import DIFFERS, OTHERWISE, UNPUBLISHED, RunState
from improvement_reports.pages.around import ALONE, Around, around, as_at
from improvement_reports.pages.dates_ahead import dates_named, still_ahead
from improvement_reports.pages.edition import page_facts
from improvement_reports.runs.draft import PageFacts, draft_facts
from improvement_reports.runs.reports import Job, every_report
from improvement_reports.runs.up_to_date import written_before
from improvement_reports.workspace.known import Known
from improvement_reports.workspace.parameters import ReportParameters, load_report
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import SiteSettings


@dataclass(frozen=True)
class Shown:
    """A report on the site: its parameters, whether what is shown is a draft, and whether all of it is as it was after
    the last good build.
    """

    params: ReportParameters
    is_draft: bool
    is_as_it_was: bool = False

    @property
    def job(self) -> Job:
        return Job(self.params.authority, self.params.month, str(self.params.kind))


@dataclass(frozen=True)
class Wanted:
    """A report whose pages are to be there: its editions, the newest of the month before, whether a draft is shown, and
    what the site holds beside it.
    """

    job: Job
    editions: list[Edition]
    before: Edition | None
    is_draft: bool
    around: Around = ALONE


def placed(project: Project, reports: Sequence[Wanted], others: Sequence[PageFacts] = ()) -> list[Wanted]:
    """The same reports, each with what stands around it among them and ``others``; what is made up is as at a day of
    its own.
    """
    own_facts = {report.job: facts_of(project, report) for report in reports}
    every = [*own_facts.values(), *others]
    shown: dict[str, list[ReportParameters]] = {}
    for f in every:
        shown.setdefault(f.params.authority, []).append(f.params)
    days = {kind: as_at([f.params for f in every if f.illustrative is kind]) for kind in (True, False)}
    found = []
    for report in reports:
        own = own_facts[report.job]
        named = dates_named(content_of(project, report))
        passed = len(named) - len(still_ahead(named, days[own.illustrative]))
        found.append(replace(report, around=around(own.params, shown[own.params.authority], len(named), passed)))
    return found


def wanted_report(project: Project, state: RunState, settings: SiteSettings, published: Sequence[Job]) -> Wanted | None:
    """What is to be shown of a report; None where there is nothing to show. ``published``: all that have an edition, in
    order.
    """
    is_draft = settings.drafts and state.state in (DIFFERS, OTHERWISE, UNPUBLISHED)
    if state.edition is None and not is_draft:
        return None
    editions = editions_of(project, *state.job)
    return Wanted(state.job, editions, _month_before(project, state.edition, published), is_draft)


def faults_of(report: Wanted, broken: list[str], is_known: bool = False) -> list[str]:
    """What is wrong with the editions of a report, each once; ``broken``: in the chain of manifests."""
    changed = [] if is_known else [fault for e in report.editions for fault in edition_faults(e)]
    return list(dict.fromkeys([*changed, *gaps(report.editions), *broken]))


def content_of(project: Project, report: Wanted) -> Path:
    """The folder of what is shown of a report."""
    return project.draft_folder(*report.job) if report.is_draft else report.editions[-1].folder


def facts_of(project: Project, report: Wanted) -> PageFacts:
    return draft_facts(content_of(project, report)) if report.is_draft else page_facts(report.editions[-1])


def shown_as(project: Project, report: Wanted, is_as_it_was: bool = False) -> Shown:
    return Shown(facts_of(project, report).params, report.is_draft, is_as_it_was)


def expected(
    project: Project, jobs: Sequence[Job], published: Sequence[Job], settings: SiteSettings, known: Known
) -> list[ReportParameters] | None:
    """The parameters of what will be on the site, before it is known what became of runs: each report is thought to be
    shown as it was after the last good build. None where that says too little.
    """
    found, with_edition = [], set(published)
    for job in jobs:
        noted = known.facts.get("/".join(job))
        if settings.drafts and noted is None:
            return None
        if settings.drafts and noted and noted["state"] in (DIFFERS, OTHERWISE, UNPUBLISHED):
            found.append(load_report(project, project.report_params(*job)))
        elif job in with_edition:
            found.append(page_facts(editions_of(project, *job)[-1]).params)
    return found


def broken_reports(project: Project, published: Sequence[Job]) -> dict[tuple[str, ...], list[str]]:
    """What is wrong in the chain of manifests by the report it is about.

    Reports that are not there at all are for `verify` to name: whoever starts with this software takes others' away.
    """
    readable = []
    found: dict[tuple[str, ...], list[str]] = {}
    for e in (e for job in published for e in editions_of(project, *job)):
        try:
            _ = e.manifest
            readable.append(e)
        except UserError:
            continue  # said where the pages of its report are written
    for job, fault in chain_breaks(readable):
        found.setdefault(job, []).append(fault)
    return found


def _month_before(project: Project, edition: Edition | None, published: Sequence[Job]) -> Edition | None:
    """The newest edition of the report of the same kind for the month before, whichever that is."""
    if edition is None:
        return None
    first, end = (bisect_left(published, key) for key in ((edition.authority,), (edition.authority, edition.month)))
    earlier = [job for job in published[first:end] if job.kind == edition.kind]
    return newest_edition(project, *earlier[-1]) if earlier and edition.kind not in WITHOUT_RETURN else None


def others_on_site(project: Project, besides: Sequence[Job], drafts: bool) -> Iterator[PageFacts]:
    """What all other reports of the site say of themselves, of those that can be read; ``drafts``: whether it shows
    those without an edition.
    """
    published = published_reports(project)
    unpublished = written_before(project, every_report(project)) if drafts else []
    beside, with_edition = set(besides), set(published)
    for job in dict.fromkeys([*published, *unpublished]):
        if job not in beside:
            try:
                is_published = job in with_edition
                yield page_facts(editions_of(project, *job)[-1]) if is_published else _draft_facts(project, job)
            except UserError:
                continue  # said where the pages of its report are written


def _draft_facts(project: Project, job: Job) -> PageFacts:
    return draft_facts(project.draft_folder(*job))
