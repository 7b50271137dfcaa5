"""Which reports are to be on the site, and what is known of each before its pages are written."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.vocabulary import WITHOUT_RETURN
from improvement_reports.editions.chain import chain_breaks, edition_faults, gaps
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.noted import Published, as_published
from improvement_reports.editions.state import DIFFERS, OTHERWISE, UNPUBLISHED, RunState
from improvement_reports.pages.around import ALONE, Around, around, as_at
from improvement_reports.pages.dates_ahead import dates_named
from improvement_reports.pages.edition import page_facts
from improvement_reports.pages.told import Own, own_of
from improvement_reports.runs.draft import PageFacts, draft_facts
from improvement_reports.runs.reports import Job, every_report
from improvement_reports.runs.up_to_date import written_before
from improvement_reports.workspace.known import Known
from improvement_reports.workspace.outlines import Outlined, outline
from improvement_reports.workspace.parameters import load_report
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import SiteSettings


@dataclass(frozen=True)
class Shown:
    """A report on the site: its outline, whether what is shown is a draft, its editions, and what it tells others.

    ``is_known``: whether all that was made of it before this build is as it was; ``is_as_it_was``: after it too.
    """

    params: Outlined
    is_draft: bool
    editions: Sequence[Edition] = ()
    told: Mapping[str, Any] | None = None
    is_known: bool = False
    is_as_it_was: bool = False

    @property
    def job(self) -> Job:
        return Job(self.params.authority, self.params.month, str(self.params.kind))


@dataclass(frozen=True)
class Wanted:
    """A report whose pages are to be there: its editions, the newest of the month before, whether a draft is shown, and
    what the site holds beside it.

    ``told``: what was noted of one of which everything is as it was; ``own``: what it says of itself, once that is
    asked.
    """

    job: Job
    editions: list[Edition]
    before: Edition | None
    is_draft: bool
    around: Around = ALONE
    told: Mapping[str, Any] | None = None
    own: Own | None = None


def with_own(project: Project, report: Wanted) -> Wanted:
    """The same report with what it says of itself, as it was noted or as its content has it."""
    return report if report.own else replace(report, own=_own(project, report))


def _own(project: Project, report: Wanted) -> Own:
    if report.told is not None:
        return own_of(report.told)
    facts, named = facts_of(project, report), dates_named(content_of(project, report))
    return Own(outline(facts.params), facts.illustrative, [date.until for date in named])


def placed(project: Project, reports: Sequence[Wanted], others: Sequence[Own] = ()) -> list[Wanted]:
    """The same reports, each with what stands around it among them and ``others``; what is made up is as at a day of
    its own.
    """
    own_of_each = {report.job: report.own or _own(project, report) for report in reports}
    every = [*own_of_each.values(), *others]
    shown: dict[str, list[Outlined]] = {}
    for own in every:
        shown.setdefault(own.params.authority, []).append(own.params)
    days = days_of(every)
    found = []
    for report in reports:
        own = own_of_each[report.job]
        own_around = around(own.params, shown[own.params.authority], len(own.ahead), passed(own, days))
        found.append(replace(report, around=own_around, own=own))
    return found


def days_of(every: Sequence[Own]) -> dict[bool, str]:
    """The day that all reports are as at together: that of what is made up, and that of all others."""
    return {kind: as_at([own.params for own in every if own.illustrative is kind]) for kind in (True, False)}


def passed(own: Own, days: Mapping[bool, str]) -> int:
    """How many of the dates that a report names as ahead are over by then."""
    return sum(until <= days[own.illustrative] for until in own.ahead)


def unmoved(reports: Collection[Wanted], others: Sequence[Own], known: Known) -> set[Job]:
    """The reports around which everything is as it was: all of their authority are as the last good build left them, no
    other came and none went, and of the dates that they name no more are over.
    """
    same = known.with_same_reports([report.job for report in reports if report.told])
    days = days_of([*(own for report in reports if (own := report.own)), *others])
    return {
        report.job
        for report in reports
        if report.job[0] in same and report.told and report.own
        if report.told["passed"] == passed(report.own, days)
    }


def wanted_report(
    state: RunState, settings: SiteSettings, published: Published, told: Mapping[str, Any] | None = None
) -> Wanted | None:
    """What is to be shown of a report; None where there is nothing to show. ``told``: what was noted of one of which
    everything is as it was. The month before it is looked for once all that is shown is known (`with_before`).
    """
    is_draft = settings.drafts and state.state in (DIFFERS, OTHERWISE, UNPUBLISHED)
    if state.edition is None and not is_draft:
        return None
    editions = published.of(state.job)
    if told is not None:
        return Wanted(state.job, editions, None, is_draft, told=told, own=own_of(told))
    return Wanted(state.job, editions, None, is_draft)


def with_before(report: Wanted, published: Published, on_site: Collection[Job]) -> Wanted:
    """The same report with the newest edition of the month before, of those reports that are on the site: no page leads
    to one that is not, and none compares itself with what nobody vouches for.
    """
    newest = report.editions[-1] if report.editions else None
    return replace(report, before=_month_before(newest, published, on_site))


def faults_of(report: Wanted, broken: list[str], is_known: bool = False) -> list[str]:
    """What is wrong with the editions of a report, each once; ``broken``: in the chain of manifests."""
    own = [] if is_known else [*(f for e in report.editions for f in edition_faults(e)), *gaps(report.editions)]
    return list(dict.fromkeys([*own, *broken]))


def with_files(report: Wanted) -> Wanted:
    """The same report of which pages are to be written: that takes all that its editions hold, not what was noted."""
    before = as_published(report.before) if report.before else None
    return replace(report, editions=[as_published(e) for e in report.editions], before=before)


def content_of(project: Project, report: Wanted) -> Path:
    """The folder of what is shown of a report."""
    return project.draft_folder(*report.job) if report.is_draft else report.editions[-1].folder


def facts_of(project: Project, report: Wanted) -> PageFacts:
    return draft_facts(content_of(project, report)) if report.is_draft else page_facts(report.editions[-1])


def expected(
    project: Project, jobs: Sequence[Job], published: Published, settings: SiteSettings, known: Known
) -> list[Outlined] | None:
    """The outlines of what will be on the site, before it is known what became of runs: each report is thought to be
    shown as it was after the last good build. None where that says too little.
    """
    found: list[Outlined] = []
    for job in jobs:
        noted = known.facts.get("/".join(job))
        if settings.drafts and noted is None:
            return None
        if (told := known.told(job)) and "page" in told:
            found.append(own_of(told).params)
        elif settings.drafts and noted and noted["state"] in (DIFFERS, OTHERWISE, UNPUBLISHED):
            found.append(outline(load_report(project, project.report_params(*job))))
        elif job in published.names:
            found.append(outline(page_facts(published.of(job)[-1]).params))
    return found


def broken_reports(published: Published) -> dict[tuple[str, ...], list[str]]:
    """What is wrong in the chain of manifests by the report it is about.

    Reports that are not there at all are for `verify` to name: whoever starts with this software takes others' away.
    """
    links = [link for job in published.reports for link in published.links(job)]
    found: dict[tuple[str, ...], list[str]] = {}
    for job, fault in chain_breaks(links):
        found.setdefault(job, []).append(fault)
    return found


def _month_before(edition: Edition | None, published: Published, on_site: Collection[Job]) -> Edition | None:
    """The newest edition of the report of the same kind for the month before, whichever of these that is."""
    if edition is None or edition.kind in WITHOUT_RETURN:
        return None
    reports = published.reports
    first, end = (bisect_left(reports, key) for key in ((edition.authority,), (edition.authority, edition.month)))
    earlier = [job for job in reports[first:end] if job.kind == edition.kind and job in on_site]
    return published.of(earlier[-1])[-1] if earlier else None


def others_on_site(project: Project, besides: Iterable[Job], drafts: bool) -> Iterator[Own]:
    """What all other reports of the site say of themselves, of those that can be read; ``drafts``: whether it shows
    those without an edition.
    """
    published = Published(project)
    unpublished = written_before(project, every_report(project)) if drafts else []
    beside = set(besides)
    for job in dict.fromkeys([*published.reports, *unpublished]):
        if job not in beside:
            try:
                is_published = job in published.names
                facts = page_facts(published.of(job)[-1]) if is_published else _draft_facts(project, job)
                yield Own(outline(facts.params), facts.illustrative)
            except UserError:
                continue  # said where the pages of its report are written


def _draft_facts(project: Project, job: Job) -> PageFacts:
    return draft_facts(project.draft_folder(*job))
