"""Write every page source of the site."""

import json
import shutil
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from improvement_reports.editions.edition import is_place
from improvement_reports.editions.noted import Published
from improvement_reports.editions.state import RunState
from improvement_reports.pages.all_reports import THREAD
from improvement_reports.pages.contents import list_of_pages
from improvement_reports.pages.cross_pages import write_cross_pages
from improvement_reports.pages.glossary import load_terms
from improvement_reports.pages.home import Listed, replaced_editions
from improvement_reports.pages.lists import write_lists
from improvement_reports.pages.log import FEED, LOG, write_logs
from improvement_reports.pages.report_folder import BESIDE, page_sources_in, remove_pages
from improvement_reports.pages.report_pages import write_own_page, write_report_pages
from improvement_reports.pages.search_words import search_words
from improvement_reports.pages.served import serve_also, write_served
from improvement_reports.pages.side_by_side import nothing, side_by_side
from improvement_reports.pages.wanted import Shown, expected, others_on_site
from improvement_reports.runs.draft import FORMER_STAMPS, WRITTEN, draft_is_current, write_draft
from improvement_reports.runs.reports import Job, every_report
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.contact import PART as CONTACT_PART
from improvement_reports.workspace.contact import contact_part
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.known import MADE, NOTHING, Known
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.outlines import Outlined
from improvement_reports.workspace.places import RESERVED, Project, generated
from improvement_reports.workspace.settings import SiteSettings, load_settings


@dataclass(frozen=True)
class Written:
    """What the writing of all pages gave: how each run stands to its edition, and what is wrong with editions.

    ``as_they_were``: reports of which everything is as the last good build left it; ``told``: what the pages that list
    or surround a report need of it, by its name; ``wrong``: of the faults those that are of a report.
    """

    standings: list[RunState]
    faults: list[str]
    as_they_were: frozenset[Job] = frozenset()
    told: dict[str, dict] = field(default_factory=dict)
    wrong: dict[Job, list[str]] = field(default_factory=dict)


def write_every_page(
    project: Project,
    jobs: list[Job],
    force: bool = False,
    kept: Sequence[Job] = (),
    drafts: bool = False,
    known: Known = NOTHING,
    published: Published | None = None,
    on_written: Callable[[list[tuple[Job, bool]]], None] = nothing,
) -> Written:
    """Page sources of every edition, of the drafts that are wanted, and the pages that list them.

    The reports in ``kept`` have no good run now; the last good one stands for it. Reports that are ``known`` as they
    are were not changed since their pages were written. ``published``: where it was looked at before. ``on_written``
    is told the reports of which pages may be others than before, and whether a draft is shown, once these are written.
    """
    settings = _settings(project, drafts)
    write_drafts(project, [job for job in jobs if not known.of(job)], force)
    published = published or Published(project, known)
    on_site = _on_site(project, sorted({*jobs, *kept, *published.reports}), settings)
    _remove_stale(project, on_site, known)
    beside: list[Outlined] = []

    def write_beside(expected: list[Shown]) -> None:
        beside.extend(s.params for s in expected)
        write_cross_pages(project, beside, force, known)

    found = write_report_pages(
        project, on_site, settings, force, known=known, meanwhile=write_beside, published=published
    )
    shown = found.shown
    on_written([(s.job, s.is_draft) for s in shown if not s.is_as_it_was])
    if [s.params for s in shown] != beside:  # one of them was not sound
        write_cross_pages(project, [s.params for s in shown], force, known)
    _write_lists_and_logs(project, shown, settings, known)
    as_they_were = frozenset(s.job for s in shown if s.is_as_it_was)
    listed = as_they_were if known.has_same_list() else ()
    write_served(project, [(s.job, s.is_draft) for s in shown], BESIDE, listed)
    noted = {"/".join(s.job): s.told["titles"] for s in shown if s.is_as_it_was and s.told}
    write_whole(generated(project, "every-page.md"), list_of_pages(project, search_words(load_terms(project)), noted))
    return Written(found.states, found.faults, as_they_were, found.told, found.wrong)


def write_ahead(project: Project, drafts: bool, known: Known, published: Published) -> None:
    """The pages that are made of returns and settings alone, while reports run: for what will be on the site if each
    report is shown as it was after the last good build.

    Whatever is wrong, or turns out otherwise, is for `write_every_page`, which looks at all of it once more.
    """
    with suppress(Exception):
        settings = _settings(project, drafts)
        on_site = _on_site(project, sorted({*every_report(project, known), *published.reports}), settings)
        shown = expected(project, on_site, published, settings, known)
        if shown is not None:
            write_cross_pages(project, shown, False, known)


def _settings(project: Project, drafts: bool) -> SiteSettings:
    settings = load_settings(project)
    return settings.model_copy(update={"drafts": True}) if drafts else settings


def _on_site(project: Project, jobs: Sequence[Job], settings: SiteSettings) -> list[Job]:
    """These reports without those of made-up authorities where the site has none."""
    authorities = load_authorities(project) if not settings.demonstration else {}
    return [job for job in jobs if not (job[0] in authorities and authorities[job[0]].illustrative)]


def write_drafts(project: Project, jobs: Sequence[Job], force: bool = False) -> None:
    """What the newest run of each report gives, of those whose run is another one than last time."""
    side_by_side(project, _write_drafts, [j for j in jobs if force or not draft_is_current(project, j)], force)


def _write_drafts(project: Project, jobs: list[Job], force: bool) -> list[None]:
    for job in jobs:
        write_draft(project, job, force)
    return [None] * len(jobs)


def write_pages_of(
    project: Project, jobs: list[Job], force: bool = False, drafts: bool = False
) -> tuple[list[RunState], list[str]]:
    """Page sources of these reports alone; what lists or compares reports is left for whoever writes the whole site.

    Returns how each run stands to its edition, and what is wrong with editions.
    """
    settings = _settings(project, drafts)
    write_drafts(project, jobs, force)
    jobs = _on_site(project, jobs, settings)
    others = list(others_on_site(project, jobs, settings.drafts))
    found = write_report_pages(project, jobs, settings, force, others)
    return found.states, found.faults


def write_looked_at(project: Project, job: Job, page: str) -> list[str]:
    """The source of one page of a report, ``index.ipynb`` or ``figures.qmd``, as its run is now; what is wrong with its
    editions.

    All else that follows from the run, its editions' pages and the lists among it, is left for whoever writes the whole
    site.
    """
    write_draft(project, job)
    settings = load_settings(project).model_copy(update={"drafts": True})
    faults = write_own_page(project, job, settings, page)
    stem = page.partition(".")[0]
    made = [p for p in page_sources_in(project.page_folder(*job)) if p.name == page or p.name.startswith(f"{stem}-")]
    if not faults and made:
        serve_also(project, made)
    return faults


def _write_lists_and_logs(project: Project, shown: list[Shown], settings: SiteSettings, known: Known) -> None:
    """What lists reports and editions. An authority's page leads to its golden thread if there is one, so the pages
    that compare reports are there before.
    """
    are_as_left = known.has_same_list()
    same = known.with_same_reports([s.job for s in shown if s.is_known]) if are_as_left else set()
    _remove_lists(project, {s.params.authority for s in shown}, same)
    authorities, with_log = load_authorities(project), {s.params.authority for s in shown if s.editions}
    write_lists(project, map(_listed, shown), authorities, load_measures(project), with_log, are_as_left)
    write_logs(project, [e for s in shown for e in s.editions], authorities, settings, same)
    write_whole(generated(project, CONTACT_PART), contact_part(settings))


def _listed(report: Shown) -> Listed:
    """A report for the lists; a list of the same is made from the same parameters, page and editions."""
    r, told = report.params, report.told or {}
    content = [e.fingerprint for e in report.editions] + told.get("from_draft", [])
    made_from = [r.month, r.kind, r.title, r.meeting.body, r.meeting.date, report.is_draft, told.get("page"), content]
    return Listed(r, told["summary"], report.is_draft, replaced_editions(report.editions), json.dumps(made_from))


def _remove_stale(project: Project, jobs: Sequence[Job], known: Known) -> None:
    """Generated page sources of reports that are not on the site; the frozen files of editions are never touched."""
    kept = set(jobs)
    names = (WRITTEN, *FORMER_STAMPS)
    if known.has_same_settings:
        places = [job for job in known.folders(MADE) if job not in kept and is_place(*job)]
        homes = [project.page_folder(*job) for job in places]
        folders = [home for home in homes if any((home / name).is_file() for name in names)]
    else:
        found = {stamp.parent for name in names for stamp in project.reports.glob(f"*/*/*/{name}")}
        folders = [folder for folder in found if Job(*folder.parts[-3:]) not in kept]
    for folder in folders:
        remove_pages(folder)


def _remove_lists(project: Project, authorities: set[str], same: Collection[str]) -> None:
    """Pages of authorities that have no report on the site, and every log but those that are the ``same``: those that
    are wanted are written anew.
    """
    for folder in (project.reports / LOG, *project.reports.glob(f"*/{LOG}")):
        if folder.parent.name not in same:
            shutil.rmtree(folder, ignore_errors=True)
    for feed in project.reports.glob(f"*/{FEED}"):
        if feed.parent.name not in same:
            feed.unlink()
    for page in project.reports.glob("*/index.qmd"):
        if page.parent.name not in authorities and page.parent.name not in RESERVED:
            page.unlink()
    for folder in project.reports.glob(f"*/{THREAD}"):
        if folder.parent.name not in authorities:
            shutil.rmtree(folder)
