"""Lay the pages of reports: of their editions, at their own addresses and at the report's, and of drafts where they are
wanted.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.vocabulary import WITHOUT_RETURN
from improvement_reports.editions.chain import chain_breaks, edition_faults, gaps
from improvement_reports.editions.changed_inputs import changed_inputs
from improvement_reports.editions.changes import changes
from improvement_reports.editions.edition import (
    GENERATED,
    VERSION,
    Edition,
    all_editions,
    editions_of,
    newest_edition,
    published_reports,
)
from improvement_reports.editions.folder_audit import strays
from improvement_reports.editions.kept_code import code_sha256
from improvement_reports.editions.soundness import sound
from improvement_reports.editions.state import DIFFERS, OTHERWISE, REPRODUCES, UNPUBLISHED, RunState, run_state
from improvement_reports.pages.audit import lay_audit
from improvement_reports.pages.contents import list_of_pages
from improvement_reports.pages.edition import changes_page, draft_frame, frame_of, page_facts
from improvement_reports.pages.log import LOG
from improvement_reports.pages.programmes import lay_programmes, lay_threads
from improvement_reports.pages.report import lay_page
from improvement_reports.pages.served import record_path, served_files
from improvement_reports.pages.since import since_page
from improvement_reports.pages.together import Together
from improvement_reports.runs.content import read_content
from improvement_reports.runs.draft import FACTS_FILE, LAID, PageFacts, draft_facts, has_draft, lay_draft
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.contact import PART as CONTACT_PART
from improvement_reports.workspace.contact import contact_part
from improvement_reports.workspace.files import digest, file_digest, write_whole
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.parameters import ReportParameters
from improvement_reports.workspace.places import RESERVED, Project
from improvement_reports.workspace.settings import SiteSettings, load_settings
from improvement_reports.workspace.stamps import Stamp, digests, make_if_changed

# What lies in the folder of a draft's page beside its sources.
BESIDE = ("figures.json", "figures.csv", "report.ipynb", "charts", "data")
PAGES = ("index.ipynb", "figures.qmd", "since.qmd")


@dataclass(frozen=True)
class Shown:
    """A report on the site: its parameters, and whether what is shown is a draft."""

    params: ReportParameters
    is_draft: bool


# Drafts: what a run gives


# Pages


def lay_reports(
    project: Project, jobs: list[Job], settings: SiteSettings, force: bool = False
) -> tuple[list[Shown], list[RunState], list[str]]:
    """The pages of every report that is published, and of the drafts among ``jobs`` if the settings show drafts.

    Returns what is on the site, how each run stands to its edition, and what is wrong with editions.
    """
    shown: list[Shown] = []
    standings: list[RunState] = []
    faults: list[str] = []
    broken = _broken(project)
    for job in jobs:
        home = project.page_folder(*job)
        try:
            found = run_state(project, job)
        except UserError as error:
            faults.append(str(error))
            remove_pages(home)
            continue
        standings.append(found)
        is_draft = settings.drafts and found.state in (DIFFERS, OTHERWISE, UNPUBLISHED)
        if found.edition is None and not is_draft:
            remove_pages(home)
            continue
        editions = editions_of(project, *job)
        try:
            wrong = list(
                dict.fromkeys(
                    [*(fault for e in editions for fault in edition_faults(e)), *gaps(editions), *broken.get(job, [])]
                )
            )
            if wrong:  # what was changed is not passed off as what was published
                faults += wrong
                remove_pages(home)
                continue
            before = _month_before(project, found.edition)
            _lay_if_changed(project, job, editions, before, is_draft, settings, force)
        except UserError as error:
            faults.append(str(error))
            remove_pages(home)
            continue
        facts = draft_facts(project.draft_folder(*job)) if is_draft else page_facts(editions[-1])
        shown.append(Shown(facts.params, is_draft))
    return shown, standings, [*faults, *strays(project)]


def _broken(project: Project) -> dict[tuple[str, ...], list[str]]:
    """What is wrong in the chain of manifests by the report it is about.

    Reports that are not there at all are for `verify` to name: whoever starts with this software takes others' away.
    """
    readable = []
    found: dict[tuple[str, ...], list[str]] = {}
    for e in all_editions(project):
        try:
            _ = e.manifest
            readable.append(e)
        except UserError:
            continue  # said where its report is laid
    for job, fault in chain_breaks(readable):
        found.setdefault(job, []).append(fault)
    return found


def _month_before(project: Project, edition: Edition | None) -> Edition | None:
    """The newest edition of the report of the same kind for the month before, whichever that is."""
    if edition is None:
        return None
    earlier = [
        j
        for j in published_reports(project)
        if j[0] == edition.authority and j[2] == edition.kind and j[1] < edition.month
    ]
    return newest_edition(project, *earlier[-1]) if earlier and edition.kind not in WITHOUT_RETURN else None


def _lay_if_changed(
    project: Project,
    job: Job,
    editions: list[Edition],
    before: Edition | None,
    is_draft: bool,
    settings: SiteSettings,
    force: bool,
) -> None:
    home, draft = project.page_folder(*job), project.draft_folder(*job)
    key = digest(
        [
            [e.fingerprint for e in editions],
            before.fingerprint if before else "",
            settings.url,
            package_digest(),
            [file_digest(draft / LAID), file_digest(draft / FACTS_FILE)] if is_draft else [],
        ]
    )
    stamp = Stamp(home / LAID, key, lambda: laid_files(home, editions))
    if not force and (home / "index.ipynb").is_file() and stamp.holds():
        return
    remove_pages(home)
    for e in editions:
        sound(project, e, _summary_of_run(project, job, e) if e == editions[-1] else "")
    for e in editions:
        lay_edition(e, editions, settings)
    if is_draft:
        _lay_draft_page(home, draft, editions, not editions or bool(changed_inputs(project, editions[-1])))
    else:
        newest, since = editions[-1], ""
        facts = page_facts(newest)
        if before is not None:
            since = format_day(before.month)
            page = since_page(facts, before, read_content(before.folder), newest, read_content(newest.folder))
            write_whole(home / "since.qmd", page)
        lay_page(home, newest.folder, facts, frame_of(newest, editions, settings.url, False, since))
    stamp.set()


def _summary_of_run(project: Project, job: Job, edition: Edition) -> str:
    """The summary as the current run fills it, where that run stands for the edition: same code, inputs and content;
    else "".
    """
    if (
        not has_draft(project, job)
        or edition.manifest.format == 1
        or edition.manifest.software.code_sha256 != code_sha256()
    ):
        return ""
    found = run_state(project, job)
    return (
        draft_facts(project.draft_folder(*job)).summary
        if found.state == REPRODUCES and not changed_inputs(project, edition)
        else ""
    )


def laid_files(home: Path, editions: list[Edition]) -> dict[str, str]:
    """sha256 of everything generated for a report: beside its page and beside the frozen files of its editions.

    A page source that was edited or put there is not what this says, and is made again.
    """
    found = digests(home, [*PAGES, *(n for n in BESIDE if not (home / n).is_dir())])
    for name in (n for n in BESIDE if (home / n).is_dir()):
        found |= {f"{name}/{file}": sha256 for file, sha256 in digests(home / name).items()}
    for e in editions:
        found |= {f"{e.version}/{name}": sha256 for name, sha256 in digests(e.folder, GENERATED).items()}
    return found


def lay_edition(edition: Edition, editions: list[Edition], settings: SiteSettings) -> None:
    """The generated page sources of an edition, beside its frozen files."""
    from improvement_reports.editions.downloads.files import edition_facts, lay_archive

    lay_page(edition.folder, edition.folder, page_facts(edition), frame_of(edition, editions, settings.url))
    if edition.number > 1:
        write_whole(edition.folder / "changes.qmd", changes_page(edition, editions[editions.index(edition) - 1]))
    lay_archive(edition.folder, edition_facts(edition.manifest, settings.publisher, settings.url))


def _lay_draft_page(home: Path, draft: Path, editions: list[Edition], is_changed: bool) -> None:
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
    lay_page(home, draft, facts, draft_frame(newest, reference, found, is_changed))


def remove_pages(home: Path) -> None:
    """Everything in a report's folder that is generated; the frozen files of its editions are never touched."""
    for name in (*PAGES, *BESIDE, LAID):
        path = home / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for edition in home.glob("v*"):
        if not VERSION.fullmatch(edition.name) or edition.is_symlink():
            continue  # not an edition: what lies there is somebody's, and is never served
        for name in GENERATED:
            (edition / name).unlink(missing_ok=True)


def lay_all(
    project: Project, jobs: list[Job], force: bool = False, kept: Sequence[Job] = (), drafts: bool = False
) -> tuple[list[RunState], list[str]]:
    """Page sources of every edition, of the drafts that are wanted, and the pages that list them.

    The reports in ``kept`` have no good run now; the last good one stands for it. Returns how each run stands to its
    edition, and what is wrong with editions.
    """
    from improvement_reports.pages.lists import lay_site
    from improvement_reports.pages.log import lay_log
    from improvement_reports.workspace.places import generated

    settings, authorities = load_settings(project), load_authorities(project)
    if drafts:
        settings = settings.model_copy(update={"drafts": True})
    for job in jobs:
        lay_draft(project, job, force)
    on_site = sorted({*jobs, *kept, *published_reports(project)})
    if not settings.demonstration:
        on_site = [job for job in on_site if not (job[0] in authorities and authorities[job[0]].illustrative)]
    _remove_stale(project, on_site)
    shown, standings, faults = lay_reports(project, on_site, settings, force)
    params = [s.params for s in shown]
    _remove_lists(project, {p.authority for p in params})
    for folder in (project.reports / LOG, *project.reports.glob(f"*/{LOG}")):
        shutil.rmtree(folder, ignore_errors=True)
    _lay_together_if_changed(
        project, params, force
    )  # first: an authority's page leads to its golden thread if there is one
    lay_site(
        project,
        params,
        authorities,
        load_measures(project),
        {Job(s.params.authority, s.params.month, str(s.params.kind)) for s in shown if s.is_draft},
    )
    lay_log(project, on_site, authorities, settings)
    write_whole(generated(project, CONTACT_PART), contact_part(settings))
    served = served_files(
        project, [(Job(s.params.authority, s.params.month, str(s.params.kind)), s.is_draft) for s in shown], BESIDE
    )
    write_whole(record_path(project), json.dumps(served, indent=1, sort_keys=True) + "\n")
    write_whole(generated(project, "every-page.md"), list_of_pages(project))
    return standings, faults


def _lay_together_if_changed(project: Project, reports: list[ReportParameters], force: bool) -> None:
    """The pages made of all reports together: claims audit, golden threads, comparisons, programmes."""
    from improvement_reports.pages.comparison import lay_comparison
    from improvement_reports.returns.keys import official_digest

    official = official_digest(project)
    prepared = {project.relative(p): file_digest(p) for p in sorted(project.processed.glob("*/.*.key"))}
    params = [file_digest(project.params / n) for n in ("authorities.yml", "measures.yml", "profiles.yml")]
    keys = {
        "compare": digest([official, params, sorted({r.authority for r in reports}), package_digest()]),
        "together": digest(
            [official, params, prepared, [r.model_dump(mode="json") for r in reports], package_digest()]
        ),
    }
    for name, lay in (("compare", lay_comparison), ("together", lay_together)):
        stamp = Stamp(project.reports / f".{name}", keys[name], partial(_together_files, project, name))
        make_if_changed(stamp, partial(_lay_anew, project, reports, name, lay), force)


def _lay_anew(project: Project, reports: list[ReportParameters], name: str, lay: Callable) -> None:
    for folder in _together_folders(project, name):
        shutil.rmtree(folder, ignore_errors=True)
    lay(project, reports)


def _together_folders(project: Project, name: str) -> list[Path]:
    """The folders that hold nothing but the pages made of all reports together."""
    if name == "compare":
        return [project.reports / "compare"]
    return [project.reports / "audit", project.reports / "programmes", *sorted(project.reports.glob("*/thread"))]


def _together_files(project: Project, name: str) -> dict[str, str]:
    folders = _together_folders(project, name)
    return {
        f"{project.relative(folder)}/{file}": sha256 for folder in folders for file, sha256 in digests(folder).items()
    }


def _remove_stale(project: Project, jobs) -> None:
    """Generated page sources of reports that are not on the site; the frozen files of editions are never touched."""
    kept = {project.page_folder(*job) for job in jobs}
    for stamp in project.reports.glob(f"*/*/*/{LAID}"):
        if stamp.parent not in kept:
            remove_pages(stamp.parent)


def _remove_lists(project: Project, authorities: set[str]) -> None:
    """Pages of authorities that have no report on the site."""
    for page in project.reports.glob("*/index.qmd"):
        if page.parent.name not in authorities and page.parent.name not in RESERVED:
            page.unlink()
    for folder in (*project.reports.glob("*/thread"), *project.reports.glob("*/log")):
        if folder.parent.name not in authorities:
            shutil.rmtree(folder)


def lay_together(project: Project, reports: list[ReportParameters]) -> None:
    """Write the other pages. All are there without reports and without official statistics too, for the navigation
    leads to them.
    """
    all_of = Together(project, reports)
    lay_audit(all_of)
    for key in all_of.returns:
        if any(len(t["recommendations"]) for _, t in all_of.returns[key]):
            lay_threads(all_of, key)
    lay_programmes(all_of)
