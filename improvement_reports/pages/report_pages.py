"""Write the page sources of reports: of their editions, at their own addresses and at the report's, and of drafts
where they are wanted.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import NamedTuple

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.editions.chain import edition_faults, gaps
from improvement_reports.editions.changed_inputs import changed_inputs
from improvement_reports.editions.changes import changes
from improvement_reports.editions.edition import Edition, editions_of
from improvement_reports.editions.folder_audit import strays
from improvement_reports.editions.kept_code import running_code_sha256
from improvement_reports.editions.noted import Published
from improvement_reports.editions.soundness import sound
from improvement_reports.editions.state import DIFFERS, NOT_RUN, OTHERWISE, REPRODUCES, UNPUBLISHED, RunState, run_state
from improvement_reports.pages.around import ALONE, Around
from improvement_reports.pages.changes import changes_page
from improvement_reports.pages.edition import draft_frame, frame_of, leading_words, leads_on_head, page_facts
from improvement_reports.pages.report import PAGES_OF_A_REPORT, write_leading_on, write_report_page
from improvement_reports.pages.report_folder import BESIDE, remove_pages, written_files, written_in_editions
from improvement_reports.pages.side_by_side import nothing, side_by_side
from improvement_reports.pages.since import since_page
from improvement_reports.pages.told import Own, what_it_tells
from improvement_reports.pages.wanted import (
    Shown,
    Wanted,
    broken_reports,
    faults_of,
    others_on_site,
    placed,
    unmoved,
    wanted_report,
    with_before,
    with_files,
    with_own,
)
from improvement_reports.runs.draft import FACTS_FILE, WRITTEN, PageFacts, draft_facts, has_draft
from improvement_reports.runs.report_content import Content, read_content
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.files import digest, file_digest, write_whole
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.known import NOTHING, Known
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import SiteSettings
from improvement_reports.workspace.stamps import Stamp, read_stamp


class PagesOfReports(NamedTuple):
    """What became of the pages of reports: what is on the site, how each run stands to its newest edition, what is
    wrong with editions, what each report is to tell others, and what is wrong by the report that it is wrong with.
    """

    shown: list[Shown]
    states: list[RunState]
    faults: list[str]
    told: dict[str, dict]
    wrong: dict[Job, list[str]]


def write_report_pages(
    project: Project,
    jobs: list[Job],
    settings: SiteSettings,
    force: bool = False,
    others: Sequence[Own] = (),
    known: Known = NOTHING,
    meanwhile: Callable[[list[Shown]], None] = lambda expected: None,
    published: Published | None = None,
) -> PagesOfReports:
    """The pages of every report that is published, and of the drafts among ``jobs`` if the settings show drafts.

    ``others``: reports that are on the site as well and whose pages stay as they are. ``meanwhile`` is done while
    pages are written, with what will be on the site if all of it turns out to be sound.

    What was changed is not passed off as what was published: of a report with a faulty edition nothing is shown. The
    frozen files of a report that is ``known`` as it is are not read.
    """
    published = published or Published(project, known)
    states: list[RunState] = []
    wrong: dict[Job, list[str]] = {}
    wanted: dict[Job, Wanted] = {}
    broken = {} if known.has_same_editions() else broken_reports(published)
    for job in jobs:
        try:
            noted = known.of(job)
            states.append(state := _noted_state(job, noted, published) if noted else run_state(project, job))
            told = noted.get("told") if noted else None
            report = wanted_report(state, settings, published, told if told and "page" in told else None)
            if report and (faults := faults_of(report, broken.get(job, []), noted is not None)):
                wrong[job] = faults
            elif report:
                wanted[job] = with_own(project, report)
        except UserError as error:
            wrong[job] = [str(error)]
    expected = [_shown(wanted[job]) for job in jobs if job in wanted]
    unsound, looked_at = _write_sound(project, wanted, others, settings, force, partial(meanwhile, expected), published)
    wrong |= unsound
    shown = [job for job in jobs if job in wanted and job not in wrong]
    for job in set(jobs).difference(shown):
        if job in wrong or not known.of(job):  # of one that is as it was nothing is there
            remove_pages(project.page_folder(*job))
    faults = [fault for job in jobs for fault in wrong.get(job, [])]
    told = {"/".join(job): {"editions": []} for job in jobs} | {
        "/".join(job): _told(project, wanted[job], looked_at.get(job), settings) for job in shown
    }
    on_site = [_shown(wanted[job], told["/".join(job)], job not in looked_at) for job in shown]
    return PagesOfReports(on_site, states, [*faults, *strays(project, known)], told, wrong)


def _noted_state(job: Job, noted: dict, published: Published) -> RunState:
    return RunState(job, noted["state"], next(reversed(published.of(job)), None), tuple(noted["changed"]))


def _shown(report: Wanted, told: dict | None = None, is_unwritten: bool = False) -> Shown:
    assert report.own is not None
    is_known = report.told is not None
    return Shown(report.own.params, report.is_draft, report.editions, told, is_known, is_known and is_unwritten)


def _told(project: Project, report: Wanted, looked_at: Wanted | None, settings: SiteSettings) -> dict:
    """What a report on the site tells others: what was noted of one that is as it was."""
    if looked_at is None or looked_at.own is None:
        return dict(report.told or {})
    r, own = looked_at, looked_at.own
    key = _stamp(project, r, settings).key
    surroundings = {"passed": r.around.passed, "stamp": key, "from_draft": _of_draft(project, r)}
    return what_it_tells(project, r.job, own, r.editions, r.is_draft) | surroundings


def facts_of(states: Sequence[RunState], told: Mapping[str, dict]) -> dict[str, dict]:
    """What is to be noted of each report after a build; `Known` gives it to the next. ``told``:
    what others need of it, by its name.
    """
    return {
        "/".join(s.job): {
            "state": s.state,
            "has_run": s.state != NOT_RUN,
            "changed": list(s.changed),
            "months": _last_month_read(s.job),
            "reads_archive": s.state in (DIFFERS, OTHERWISE),
            "told": told.get("/".join(s.job), {}),
        }
        for s in states
    }


def _last_month_read(job: Job) -> str:
    """Of the returns of its authority a report reads those up to this month."""
    kind = ReportKind(job.kind)
    return ("9999-12" if kind.reads_later_returns else job.month) if kind.has_return else ""


def _write_sound(
    project: Project,
    wanted: dict[Job, Wanted],
    others: Sequence[Own],
    settings: SiteSettings,
    force: bool,
    meanwhile: Callable[[], None],
    published: Published,
) -> tuple[dict[Job, list[str]], dict[Job, Wanted]]:
    """Write what is due of these reports; what is wrong with those that cannot be shown, and all others that were
    looked at, but for those that are as they were.

    A page leads to the reports beside it, so where one of them turns out not to be sound, the pages that led to it are
    written again.
    """
    wrong: dict[Job, list[str]] = {}
    looked_at: dict[Job, Wanted] = {}
    while True:
        kept = [report for job, report in wanted.items() if job not in wrong]
        same = unmoved(kept, others, published.known) if not force else set()
        besides = [own for report in kept if report.job in same and (own := report.own)]
        on_site = {*(report.job for report in kept), *(own.job for own in others)}
        to_place = [with_before(report, published, on_site) for report in kept if report.job not in same]
        found = placed(project, to_place, [*others, *besides])
        due = [r for r in found if force or not _is_written(project, r, settings, r.job in looked_at)]
        due = [with_files(report) for report in due]
        due_jobs = {report.job for report in due}
        looked_at |= {report.job: report for report in found if report.told is None or report.job in due_jobs}
        answers = side_by_side(project, _write_reports, due, settings, meanwhile=meanwhile, weight=_weight)
        said = zip(due, answers, strict=True)
        meanwhile = nothing
        unsound = {report.job: [fault] for report, fault in said if fault}
        if not unsound:
            return wrong, looked_at
        wrong, force = wrong | unsound, False


def _weight(report: Wanted) -> int:
    """About how much work there is with the pages of a report: bytes of its figures in all of its editions."""
    figures = [e.folder / "figures.json" for e in report.editions]
    return sum(path.stat().st_size for path in figures if path.is_file())


def write_own_page(project: Project, job: Job, settings: SiteSettings, page: str) -> list[str]:
    """The source of one page at a report's own address, where it shows a draft; where it shows an edition, all pages.

    What is wrong with the editions comes back. Whoever writes the whole site writes a draft's other pages as well.
    """
    state, editions = run_state(project, job), editions_of(project, *job)
    if state.state not in (DIFFERS, OTHERWISE, UNPUBLISHED):
        published = Published(project)
        report = wanted_report(state, settings, published)
        if report is None:
            return []
        if faults := faults_of(report, []):
            return faults
        others = list(others_on_site(project, [job], settings.drafts))
        (report,) = placed(project, [with_before(report, published, {own.job for own in others})], others)
        due = [] if _is_written(project, report, settings, False) else [report]
        return [said for said in _write_reports(project, due, settings) if said]
    if wrong := [*(fault for e in editions for fault in edition_faults(e)), *gaps(editions)]:
        return wrong
    draft = Wanted(job, editions, None, is_draft=True)
    (draft,) = placed(project, [draft], list(others_on_site(project, [job], settings.drafts)))
    home, content = project.page_folder(*job), project.draft_folder(*job)
    (home / WRITTEN).unlink(missing_ok=True)
    _write_draft_page(home, content, editions, not editions or bool(state.changed), draft.around, [page])
    return []


def _stamp(project: Project, report: Wanted, settings: SiteSettings) -> Stamp:
    """What the pages of a report are made from, and what was written of them."""
    home = project.page_folder(*report.job)
    of_draft = report.told["from_draft"] if report.told else _of_draft(project, report)
    key = digest([_made_from(report, settings), report.before.fingerprint if report.before else "", of_draft])
    return Stamp(home / WRITTEN, key, lambda: written_files(home, report.editions))


def _of_draft(project: Project, report: Wanted) -> list[str]:
    draft = project.draft_folder(*report.job)
    return [file_digest(draft / WRITTEN), file_digest(draft / FACTS_FILE)] if report.is_draft else []


def _made_from(report: Wanted, settings: SiteSettings) -> list:
    """What the pages of a report's editions are made from: not from its draft."""
    editions = [e.fingerprint for e in report.editions]
    return [editions, settings.url, settings.publisher, package_digest(), asdict(report.around), report.is_draft]


def _of_editions(report: Wanted, settings: SiteSettings) -> str:
    """What the pages of a report's editions are made from, and what they are."""
    return digest([_made_from(report, settings), written_in_editions(report.editions)])


def _is_written(project: Project, report: Wanted, settings: SiteSettings, was_looked_at: bool) -> bool:
    """Whether the pages of a report are there as they are to be; those of one that was as it was before this build
    looked at it are not read, but may be due for what stands around it.
    """
    stamp = _stamp(project, report, settings)
    if report.told and not was_looked_at:
        return report.told["stamp"] == stamp.key
    return (project.page_folder(*report.job) / "index.ipynb").is_file() and stamp.holds()


def _write_reports(project: Project, reports: list[Wanted], settings: SiteSettings) -> list[str]:
    """The pages of some reports; for each what is wrong with its editions, or nothing."""
    said = []
    for report in reports:
        try:
            _write_report(project, report, settings)
            said.append("")
        except UserError as error:
            said.append(str(error))
    return said


def _write_report(project: Project, report: Wanted, settings: SiteSettings) -> None:
    job, editions = report.job, report.editions
    home, draft = project.page_folder(*job), project.draft_folder(*job)
    is_kept = read_stamp(home / WRITTEN).get("editions") == _of_editions(report, settings)
    remove_pages(home, with_editions=not is_kept, with_list=False)
    read: dict[str, Content] = {}
    for e in editions:
        sound(project, e, _summary_of_run(project, job, e) if e == editions[-1] else "", read)
    for e in editions if not is_kept else ():
        write_edition_page(e, editions, settings, not report.is_draft, report.around)
    if report.is_draft:
        is_changed = not editions or bool(changed_inputs(project, editions[-1]))
        _write_draft_page(home, draft, editions, is_changed, report.around)
    else:
        _write_newest_page(home, report, settings, read)
    _stamp(project, report, settings).set(editions=_of_editions(report, settings))


def _write_newest_page(home: Path, report: Wanted, settings: SiteSettings, read: dict[str, Content]) -> None:
    """The page at the report's own address, which shows its newest edition, and what moved since the month before.
    ``read``: what editions say that were read already, by their identifiers.
    """
    newest, before, since = report.editions[-1], report.before, ""
    facts = page_facts(newest)
    if before is not None:
        since = format_day(before.month)
        now = read.get(newest.identifier) or read_content(newest.folder)
        page = since_page(facts, before, read_content(before.folder), newest, now)
        write_whole(home / "since.qmd", page)
    frame = frame_of(newest, report.editions, settings.url, False, since, around=report.around)
    write_report_page(home, newest.folder, facts, frame)


def _summary_of_run(project: Project, job: Job, edition: Edition) -> str:
    """The summary as the current run fills it, where that run stands for the edition: same code, inputs and content;
    else "".
    """
    if (
        not has_draft(project, job)
        or edition.manifest.format == 1
        or edition.manifest.software.code_sha256 != running_code_sha256()
    ):
        return ""
    found = run_state(project, job)
    return (
        draft_facts(project.draft_folder(*job)).summary
        if found.state == REPRODUCES and not changed_inputs(project, edition)
        else ""
    )


def write_edition_page(
    edition: Edition, editions: list[Edition], settings: SiteSettings, leads_on: bool = False, around: Around = ALONE
) -> None:
    """The generated page sources of an edition, beside its frozen files.

    ``leads_on``: the newest edition is shown at the report's own address, and is not laid out a second time here.
    ``around``: the other reports of the authority.
    """
    from improvement_reports.editions.downloads.files import edition_facts, write_archive

    folder, facts = edition.folder, page_facts(edition)
    frame = frame_of(edition, editions, settings.url, leads_on=leads_on, around=around)
    if leads_on and edition == editions[-1]:
        write_leading_on(folder, folder, facts, frame, leads_on_head(edition, settings.url), leading_words(edition))
    else:
        write_report_page(folder, folder, facts, frame)
    if edition.number > 1:
        write_whole(edition.folder / "changes.qmd", changes_page(edition, editions[editions.index(edition) - 1]))
    write_archive(edition.folder, edition_facts(edition.manifest, settings.publisher, settings.url))


def _write_draft_page(
    home: Path,
    draft: Path,
    editions: list[Edition],
    is_changed: bool,
    around: Around = ALONE,
    pages: Sequence[str] = PAGES_OF_A_REPORT,
) -> None:
    for name in BESIDE:
        source = draft / name
        if source.is_dir():
            shutil.copytree(source, home / name, dirs_exist_ok=True)
        elif source.is_file():
            home.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, home / name)
    facts: PageFacts = draft_facts(draft)
    newest = editions[-1] if editions else None
    found = changes(read_content(newest.folder), read_content(draft)) if newest else []
    reference = f"{facts.params.authority}/{facts.params.month}/{facts.params.kind}"
    write_report_page(home, draft, facts, draft_frame(newest, reference, found, is_changed, around), pages)
