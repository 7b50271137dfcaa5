"""The main job: returns to processed tables to executed notebooks to page sources to a website, doing only what
changed.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.editions.noted import Published
from improvement_reports.editions.state import RunState
from improvement_reports.pages.every_page import write_ahead, write_every_page
from improvement_reports.pages.links import check_links
from improvement_reports.pages.report_pages import facts_of
from improvement_reports.pages.served import served_besides
from improvement_reports.pages.side_by_side import nothing
from improvement_reports.pages.sources import matches
from improvement_reports.runs.reports import Filters, Job, every_report
from improvement_reports.runs.up_to_date import prepare_and_run, written_before
from improvement_reports.runs.warm import link
from improvement_reports.site.ahead import Ahead, made_ahead
from improvement_reports.site.host_files import host_notice
from improvement_reports.site.quarto import find_quarto
from improvement_reports.site.search import FOLDER as INDEX
from improvement_reports.site.search import search_notice
from improvement_reports.site.search_program import pagefind_version
from improvement_reports.workspace.contact import require_contact
from improvement_reports.workspace.files import digest, file_digest, recover
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.known import NOTHING, Known, report_of
from improvement_reports.workspace.laying import finish_laying, lay_over
from improvement_reports.workspace.leftovers import remove_leftovers, remove_stages
from improvement_reports.workspace.locks import at_work, tell
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import load_settings
from improvement_reports.workspace.stamps import Stamp, digests, read_stamp
from improvement_reports.workspace.work import Outcome, Summary

STAMP = ".improvement-reports.json"
# What is noted of a report that was rendered, and in it the digests of its page sources and other files that are taken
# to the site, and of all of its files there.
ON_SITE, SOURCES, FILES = "on_site", "sources", "files"
# Once more reports than this were run the memory of what they were forked from is wanted for pages.
MANY = 40
OF_ALL, PARTS = "", "parts"  # what is noted of no report: the parts of the search index


class Noted(NamedTuple):
    """What is noted of a site: of each report, by its name, and of each part of the search index."""

    reports: Mapping[str, dict]
    parts: Mapping[str, Any]


def source_digests(project: Project, rendered: Mapping[str, dict]) -> dict[str, str]:
    """The digests of all files that a site is made from, by report; of those ``rendered`` before as noted."""
    from improvement_reports.workspace.yaml_files import load_yaml

    config = load_yaml(project.root / "_quarto.yml", "_quarto.yml")["project"]
    patterns = [*config["render"], *config.get("resources", []), "theme/*", "build/pages-parts/*"]
    files = matches(project, patterns, served_besides(project, rendered))
    contents = {p.relative_to(project.root).as_posix(): file_digest(p) for p in files}
    return by_part(contents, {report: noted[SOURCES] for report, noted in rendered.items()})


def site_key(project: Project, renderer: str, version: str, sources: Mapping[str, str]) -> str:
    """Everything that the rendered site depends on; ``sources``: `source_digests`."""
    return digest(
        {
            "renderer": renderer,
            "version": version,
            "search": pagefind_version(),
            "config": file_digest(project.root / "_quarto.yml"),
            "files": sources,
            "code": package_digest(),
        }
    )


def by_part(files: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """One digest of the files of each report, of each part of the search index and of all else, from the sha256 of each
    file by its path from the root. ``others``: the digests of parts of which the files are not among these.
    """
    parts: dict[str, dict[str, str]] = {}
    for name, sha256 in files.items():
        parts.setdefault(report_of(name) or _part_of_index(name), {})[name] = sha256
    return {**{part: digest(own) for part, own in parts.items()}, **others}


def _part_of_index(name: str) -> str:
    folders = name.split("/")
    return "/".join(folders[:2]) if folders[0] == INDEX and len(folders) > 2 else ""


def page_sources(project: Project, besides: Collection[str] = ()) -> list[Path]:
    """The sources of all pages, as ``_quarto.yml`` lists them, without those of some reports."""
    from improvement_reports.workspace.yaml_files import load_yaml

    patterns = load_yaml(project.root / "_quarto.yml", "_quarto.yml")["project"]["render"]
    return matches(project, patterns, served_besides(project, besides))


def choose_renderer(wanted: str) -> tuple[str, str, str]:
    """(renderer, version, notice): Quarto where it is installed, else the built-in one, and why."""
    if wanted not in ("auto", "quarto", "pandoc"):
        raise UserError(f"{shown(wanted)} is not a renderer; allowed are auto, quarto and pandoc.")
    if wanted == "pandoc":
        return "pandoc", "", "Rendered by the built-in renderer (Pandoc), as asked."
    quarto = find_quarto()
    if quarto.path:
        return "quarto", quarto.version, f"Rendered by Quarto {quarto.version}."
    if wanted == "quarto":
        raise UserError(f"{quarto.problem} python3 make.py quarto installs it; or use --renderer pandoc.")
    return (
        "pandoc",
        "",
        f"{quarto.problem} The built-in renderer (Pandoc) was used: the same content in a frame of its own.",
    )


@dataclass
class Built(Summary):
    """What the building of a site did: also where the site is, how each run stands to its newest edition, what is to
    be noted of each report, which reports and authorities were left untouched, and of which authorities anything
    failed. No facts at all: nothing is to be noted.
    """

    output: Path = Path()
    standings: list[RunState] = field(default_factory=list)
    facts: dict[str, dict] = field(default_factory=dict)
    untouched: frozenset[str] = frozenset()
    failing: frozenset[str] = frozenset()


def build_site(
    project: Project,
    renderer: str = "auto",
    output: Path | None = None,
    force: bool = False,
    filters: Filters = (None, None, None),
    on_done: Callable[[Outcome], None] = lambda outcome: None,
    drafts: bool = False,
    say: Callable[[str], None] = tell,
    executor_for: Callable[[int], Executor] | None = None,
    known: Known = NOTHING,
) -> Built:
    """Build the site. Rendering goes to a staging folder that is swapped in when it is whole.

    Raises a `UserError` if no page could be made at all; single failures are in the summary. Waits for whoever else is
    at work in the project, and has ``say`` tell it. ``executor_for``, ``known``: as in
    `prepare_and_run`.
    """
    target = (output or project.site).resolve()
    _check_output(project, target)
    settings = load_settings(project)
    require_contact(settings.model_copy(update={"drafts": settings.drafts or drafts}))
    chosen = choose_renderer(renderer)
    with at_work(project, say) as last:
        if known.at != last:  # another call wrote here since the project was looked at
            known = NOTHING
        with made_ahead(project, chosen[0]) as ahead:
            return _build_site(project, chosen, target, force, filters, on_done, drafts, executor_for, known, ahead)


def _build_site(
    project: Project,
    renderer: tuple[str, str, str],
    target: Path,
    force: bool,
    filters: Filters,
    on_done: Callable[[Outcome], None],
    drafts: bool,
    executor_for: Callable[[int], Executor] | None,
    known: Known,
    ahead: Ahead,
) -> Built:
    summary = Built()
    chosen, version, summary.notice = renderer
    as_noted = {report for report in known.facts if report and known.of(report.split("/"))}
    remove_leftovers(page_sources(project, as_noted), project.root)
    published = Published(project, known)
    meanwhile = partial(write_ahead, project, drafts, known, published) if not force else nothing
    jobs = prepare_and_run(project, filters, force, on_done, summary, executor_for, known, meanwhile)
    _make_room(project, summary)
    start = time.perf_counter()
    # A filter says what is run anew and a failure what is not; the site still shows the last good page of every report.
    run = set(jobs)
    kept = written_before(project, [job for job in every_report(project, known) if job not in run], known)
    written = write_every_page(project, jobs, force, kept, drafts, known, published, ahead.begin)
    summary.standings = written.standings
    summary.outcomes += [
        Outcome("edition", "failed", 0.0, f"{fault}; restore it from version control") for fault in written.faults
    ]
    recover(target)
    finish_laying(target)
    noted = _noted_before(known, written.as_they_were)
    sources = source_digests(project, noted.reports)
    key = site_key(project, chosen, version, sources)
    if not force and _is_as_rendered(target, key, known):
        noted = noted if known.then else _still_rendered(known, sources, target)
        summary.outcomes.append(Outcome("site", "unchanged"))
    else:
        noted, on_paper = _render(project, chosen, target, key, sources, noted, ahead)
        summary.outcomes.append(Outcome("site", "done", time.perf_counter() - start))
        summary.outcomes += [Outcome("sheets", "failed", 0.0, fault) for fault in on_paper]
    summary.seconds["render"] = time.perf_counter() - start
    summary.output = target
    if (failing := _failing(summary, written.wrong)) is not None:
        summary.facts = _facts(facts_of(summary.standings, written.told), noted, failing)
        summary.untouched, summary.failing = _untouched(noted, known), failing
    said = (summary.notice, search_notice(target), host_notice(load_settings(project), date.today().isoformat()))
    summary.notice = " ".join(part for part in said if part)
    return summary


def _make_room(project: Project, summary: Summary) -> None:
    if sum(outcome.state == "done" for outcome in summary.outcomes) > MANY:
        link.turn_to_pages(project.root)


def _failing(summary: Summary, wrong: Mapping[Job, Collection[str]]) -> frozenset[str] | None:
    """The authorities of which a return, a report or an edition failed; None where anything else did, of which nobody
    can say whom it reaches. ``wrong``: what is wrong with editions, which the summary names as well.
    """
    of_one = [o.subject.split("/")[0] for o in summary.failed if "/" in o.subject]
    if len(summary.failed) != len(of_one) + sum(map(len, wrong.values())):
        return None
    return frozenset([*of_one, *(job.authority for job in wrong)])


def _facts(facts: dict[str, dict], noted: Noted, failing: Collection[str]) -> dict[str, dict]:
    """What is to be noted of each report, with what is of its part of the site, and of the search index: of authorities
    of which anything failed nothing, so that all of it is looked at and tried anew.
    """
    good = {report: own for report, own in facts.items() if report.split("/")[0] not in failing}
    for report in noted.reports.keys() & good.keys():
        good[report][ON_SITE] = noted.reports[report]
    return {**good, OF_ALL: {PARTS: noted.parts}}


def _untouched(noted: Noted, known: Known) -> frozenset[str]:
    """The reports and authorities of which nothing was read or written."""
    before = {report: facts.get(ON_SITE) for report, facts in known.facts.items()} if known.then else {}
    return frozenset([*(r for r, own in noted.reports.items() if own == before.get(r)), *known.prepared()])


def _noted_before(known: Known, as_they_were: Collection[Job]) -> Noted:
    """What was noted of the reports of which all lies on the site as it is to be, unless what all pages are rendered
    with changed, and of the search index: nothing where anything on the site is not as it was left.
    """
    if not known.has_same_site():
        return Noted({}, {})
    names = ("/".join(job) for job in as_they_were)
    reports = {name: noted for name in names if (noted := known.facts.get(name, {}).get(ON_SITE))}
    return Noted(reports, known.facts.get(OF_ALL, {}).get(PARTS, {}))


def _still_rendered(known: Known, sources: Mapping[str, str], target: Path) -> Noted:
    """The same of the reports whose sources and files on the site were read and are as they were then."""
    noted = {report: facts[ON_SITE] for report, facts in known.facts.items() if ON_SITE in facts}
    files = by_part(_files_of(target), {}) if noted else {}
    reports = {r: n for r, n in noted.items() if n[SOURCES] == sources.get(r) and n[FILES] == files.get(r)}
    parts = known.facts.get(OF_ALL, {}).get(PARTS, {})
    return Noted(reports, {name: part for name, part in parts.items() if part[FILES] == files.get(f"{INDEX}/{name}")})


def _render(
    project: Project, chosen: str, target: Path, key: str, sources: Mapping[str, str], before: Noted, ahead: Ahead
) -> tuple[Noted, list[str]]:
    """Every page, into a folder aside that is put in place when it is whole, but for those of reports that were noted
    ``before`` and are on the site as they are to be.

    Returns what is to be noted, and what could not be made of the files for paper.
    """
    # What renders is loaded here: of most changes to a return no page shows anything.
    from improvement_reports.sheets.made import write_sheets
    from improvement_reports.site.pandoc import Renderer
    from improvement_reports.site.quarto_parts import QuartoRenderer, is_divisible
    from improvement_reports.site.rendering import TakenOver
    from improvement_reports.workspace.files import swap_in

    target.parent.mkdir(parents=True, exist_ok=True)
    remove_stages(target)
    # Quarto wants its output folder inside the project; a rename wants it on the same disk as the target.
    stage = Path(tempfile.mkdtemp(prefix=f".{target.name}-stage-", dir=target.parent))
    made: dict[str, dict]
    parts: Mapping[str, Any]
    stays: dict[str, str]
    faults: list[str] = []

    def write_papers() -> None:
        ahead.wait_for_files()
        faults.extend(write_sheets(project, stage))

    try:
        stage.chmod(0o755)
        if chosen == "quarto" and not is_divisible(project):
            _render_at_once(project, stage)
            write_papers()
            made, parts, stays = {}, {}, {}
        else:
            ahead.wait_for_pages()
            kind = QuartoRenderer if chosen == "quarto" else Renderer
            renderer = kind(project, stage, TakenOver(target, before.reports, before.parts))
            made, parts = renderer.render(write_papers, ahead.wait_for_files), renderer.parts
            stays = {report: noted[FILES] for report, noted in renderer.taken_over.reports.items()}
            stays |= {folder: before.parts[folder.removeprefix(f"{INDEX}/")][FILES] for folder in renderer.left}
        files = by_part(_files_of(stage), stays)
        _site_stamp(stage, f"{key} not whole" if faults else key, files).set()  # what failed is tried again
        if stays:
            lay_over(
                stage, target, [f"{project.reports.name}/{part}" if part in before.reports else part for part in stays]
            )
        else:
            swap_in(stage, target)
        reports = {report: {**own, SOURCES: sources[report], FILES: files[report]} for report, own in made.items()}
        reports |= {report: before.reports[report] for report in stays if report in before.reports}
        return Noted(reports, {n: {**part, FILES: files.get(f"{INDEX}/{n}", "")} for n, part in parts.items()}), faults
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _render_at_once(project: Project, stage: Path) -> None:
    """All pages by one Quarto."""
    from improvement_reports.site.quarto import render_quarto

    check_links(project)
    try:
        render_quarto(project, stage)
    finally:
        remove_leftovers(page_sources(project), project.root)


def _site_stamp(output: Path, key: str, files: Mapping[str, str] | None = None) -> Stamp:
    """The stamp of a rendered site. ``files``: `by_part` of its files, where these need not be read."""
    return Stamp(output / STAMP, key, lambda: {"": digest(by_part(_files_of(output), {}) if files is None else files)})


def _is_as_rendered(target: Path, key: str, known: Known) -> bool:
    """Whether a site was rendered from just this, and lies there as it was."""
    if known.has_same_site():
        return read_stamp(target / STAMP).get("key") == key
    return _site_stamp(target, key).holds()


def _files_of(output: Path) -> dict[str, str]:
    """sha256 of every page and file of a rendered site: a page that was edited there is rendered again."""
    return {name: sha256 for name, sha256 in digests(output).items() if name != STAMP} if output.is_dir() else {}


def _check_output(project: Project, target: Path) -> None:
    """The output folder is replaced as a whole, so it may only be one that this command made, an empty one or a new
    one.
    """
    if target == project.root or project.root.is_relative_to(target):
        raise UserError(f"The output folder “{target}” holds the project itself; choose another folder.")
    if target.is_dir() and any(target.iterdir()) and not (target / STAMP).exists() and target != project.site:
        raise UserError(f"The output folder “{target}” holds other files; choose an empty or a new folder.")
    if target.exists() and not target.is_dir():
        raise UserError(f"The output “{target}” is a file; choose a folder.")
