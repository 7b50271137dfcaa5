"""The main job: returns to processed tables to executed notebooks to page sources to a website, doing only what
changed.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.editions.state import RunState
from improvement_reports.pages.every_page import write_ahead, write_every_page
from improvement_reports.pages.links import check_links
from improvement_reports.pages.report_pages import facts_of
from improvement_reports.pages.side_by_side import nothing
from improvement_reports.pages.sources import matches
from improvement_reports.runs.reports import Filters, every_report
from improvement_reports.runs.up_to_date import prepare_and_run, written_before
from improvement_reports.site.host_files import host_notice
from improvement_reports.site.quarto import find_quarto
from improvement_reports.site.search import search_notice
from improvement_reports.site.search_program import pagefind_version
from improvement_reports.workspace.contact import require_contact
from improvement_reports.workspace.files import digest, file_digest
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.known import NOTHING, Known
from improvement_reports.workspace.leftovers import remove_leftovers, remove_stages
from improvement_reports.workspace.locks import at_work, tell
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import load_settings
from improvement_reports.workspace.stamps import Stamp, digests, read_stamp
from improvement_reports.workspace.work import Outcome, Summary

STAMP = ".improvement-reports.json"


def site_key(project: Project, renderer: str, version: str) -> str:
    """Everything that the rendered site depends on."""
    from improvement_reports.workspace.yaml_files import load_yaml

    config = load_yaml(project.root / "_quarto.yml", "_quarto.yml")
    files = matches(
        project,
        [*config["project"]["render"], *config["project"].get("resources", []), "theme/*", "build/pages-parts/*"],
    )
    contents = {p.relative_to(project.root).as_posix(): file_digest(p) for p in files}
    return digest(
        {
            "renderer": renderer,
            "version": version,
            "search": pagefind_version(),
            "config": file_digest(project.root / "_quarto.yml"),
            "files": contents,
            "code": package_digest(),
        }
    )


def page_sources(project: Project) -> list[Path]:
    """The sources of all pages, as ``_quarto.yml`` lists them."""
    from improvement_reports.workspace.yaml_files import load_yaml

    return matches(project, load_yaml(project.root / "_quarto.yml", "_quarto.yml")["project"]["render"])


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
    """What the building of a site did: also where the site is, how each run stands to its newest edition, and what
    is to be noted of each report.
    """

    output: Path = Path()
    standings: list[RunState] = field(default_factory=list)
    facts: dict[str, dict] = field(default_factory=dict)


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
        return _build_site(project, chosen, target, force, filters, on_done, drafts, executor_for, known)


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
) -> Built:
    from improvement_reports.workspace.files import recover

    summary = Built()
    chosen, version, summary.notice = renderer
    remove_leftovers(page_sources(project), project.root)
    ahead = partial(write_ahead, project, drafts, known) if not force else nothing
    jobs = prepare_and_run(project, filters, force, on_done, summary, executor_for, known, ahead)
    start = time.perf_counter()
    # A filter says what is run anew and a failure what is not; the site still shows the last good page of every report.
    run = set(jobs)
    kept = [job for job in written_before(project, every_report(project)) if job not in run]
    written = write_every_page(project, jobs, force, kept, drafts, known)
    summary.standings = written.standings
    summary.outcomes += [
        Outcome("edition", "failed", 0.0, f"{fault}; restore it from version control") for fault in written.faults
    ]
    recover(target)
    key = site_key(project, chosen, version)
    if not force and _is_as_rendered(target, key, known):
        summary.outcomes.append(Outcome("site", "unchanged"))
    else:
        on_paper = _render(project, chosen, target, key)
        summary.outcomes.append(Outcome("site", "done", time.perf_counter() - start))
        summary.outcomes += [Outcome("sheets", "failed", 0.0, fault) for fault in on_paper]
    summary.seconds["render"] = time.perf_counter() - start
    summary.output = target
    if not summary.failed:
        summary.facts = facts_of(summary.standings, written.told)
    said = (summary.notice, search_notice(target), host_notice(load_settings(project), date.today().isoformat()))
    summary.notice = " ".join(part for part in said if part)
    return summary


def _render(project: Project, chosen: str, target: Path, key: str) -> list[str]:
    """Every page, into a folder aside that is swapped in when it is whole; what could not be made of the files for
    paper comes back.
    """
    # What renders is loaded here: of most changes to a return no page shows anything.
    from improvement_reports.sheets.made import write_sheets
    from improvement_reports.site.pandoc import Renderer
    from improvement_reports.site.quarto import render_quarto
    from improvement_reports.site.quarto_parts import QuartoRenderer, is_divisible
    from improvement_reports.workspace.files import swap_in

    target.parent.mkdir(parents=True, exist_ok=True)
    remove_stages(target)
    # Quarto wants its output folder inside the project; a rename wants it on the same disk as the target.
    stage = Path(tempfile.mkdtemp(prefix=f".{target.name}-stage-", dir=target.parent))
    try:
        stage.chmod(0o755)
        if chosen == "quarto" and is_divisible(project):
            QuartoRenderer(project, stage).render()
        elif chosen == "quarto":
            check_links(project)
            try:
                render_quarto(project, stage)
            finally:
                remove_leftovers(page_sources(project), project.root)
        else:
            Renderer(project, stage).render()
        faults = write_sheets(project, stage)
        _site_stamp(stage, f"{key} not whole" if faults else key).set()  # what failed is tried again
        swap_in(stage, target)
        return faults
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _site_stamp(output: Path, key: str) -> Stamp:
    return Stamp(output / STAMP, key, lambda: _rendered(output))


def _is_as_rendered(target: Path, key: str, known: Known) -> bool:
    """Whether a site was rendered from just this, and lies there as it was."""
    if known.has_same_site():
        return read_stamp(target / STAMP).get("key") == key
    return _site_stamp(target, key).holds()


def _rendered(output: Path) -> dict[str, str]:
    """One digest of every page and file of a rendered site: a page that was edited there is rendered again."""
    return (
        {"": digest({name: sha256 for name, sha256 in digests(output).items() if name != STAMP})}
        if output.is_dir()
        else {}
    )


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
