"""What of reports/ may be on the site: the files of editions that are as they were published, and what was made from
them.

``build/served.json`` lists each with its sha256. Both renderers take nothing else from reports/: not a stray folder,
not a file beside an edition that was changed, not a page source that another hand wrote.
"""

import json
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.editions.edition import INPUTS, Edition, editions_of, generated_files
from improvement_reports.editions.manifest import MANIFEST
from improvement_reports.pages.in_archive import at_their_addresses, lie_in_archive
from improvement_reports.pages.report_folder import page_sources_in
from improvement_reports.pages.taking import is_on_paper, is_taken
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.files import digest, file_digest
from improvement_reports.workspace.known import report_of
from improvement_reports.workspace.places import RESERVED, Project

RECORD = "served.json"


def record_path(project: Project) -> Path:
    return project.build / RECORD


def edition_names(edition: Edition, is_replaced: bool = False) -> list[str]:
    """The files of an edition that its page leads to: what is frozen but for the record of inputs and what lies in the
    archive alone, and what is generated.
    """
    left_out = (INPUTS, *lie_in_archive(edition, is_replaced))
    frozen = [n for n in (*edition.manifest.files, MANIFEST) if n not in left_out]
    return [n for n in (*frozen, *generated_files(edition.folder)) if (edition.folder / n).is_file()]


def served_files(
    project: Project, shown: list[tuple[Job, bool]], beside: tuple[str, ...], as_they_were: Collection[Job] = ()
) -> dict[str, str]:
    """sha256 of every file of reports/ that may be on the site, by its path from the root; of one that lies in an
    archive alone, that of what stands at its address.

    ``shown``: reports whose editions are all sound, and whether a draft is shown; ``beside``: what lies beside a page;
    ``as_they_were``: of which the list that is there says what it is to say.
    """
    found: list[Path] = [project.reports / "index.qmd", project.reports / "feed.xml"]
    for name in RESERVED:
        found += (project.reports / name).rglob("*")
    for authority in sorted({job[0] for job, _ in shown}):
        home = project.reports / authority
        found += [home / "index.qmd", home / "feed.xml", *(home / "thread").rglob("*"), *(home / "log").rglob("*")]
    elsewhere = _listed_before(project, as_they_were)
    for job, is_draft in shown:
        if job in as_they_were:
            continue
        home, editions = project.page_folder(*job), editions_of(project, *job)
        found += page_sources_in(home)
        for name in beside if is_draft else ():
            found += (home / name).rglob("*") if (home / name).is_dir() else [home / name]
        for edition in editions:
            found += [edition.folder / n for n in edition_names(edition, edition is not editions[-1])]
        elsewhere |= {f"{project.relative(home)}/{n}": digest(c) for n, c in at_their_addresses(editions).items()}
    plain = (p for p in found if p.is_file() and not p.is_symlink() and not p.name.startswith("."))
    files = {p.relative_to(project.root).as_posix(): file_digest(p) for p in plain}
    return files | elsewhere


def _listed_before(project: Project, jobs: Collection[Job]) -> dict[str, str]:
    """What the list that is there says of some reports."""
    homes = {"/".join(job) for job in jobs}
    listed = read_served(project) if homes else {}
    return {name: sha256 for name, sha256 in listed.items() if "/".join(name.split("/")[1:4]) in homes}


def read_served(project: Project) -> dict[str, str]:
    """The list that the last laying left; nothing of reports/ may be on the site where there is none."""
    return _listed(project)[0]


def served_names(project: Project) -> dict[str, None]:
    """The names in that list, in the order of paths."""
    return _listed(project)[1]


def served_besides(project: Project, reports: Collection[str]) -> dict[str, str]:
    """That list, in the order of paths, without the files of some reports, which are named as ``a/2024-03/board``."""
    served, names = _listed(project)
    return {name: served[name] for name in names if report_of(name) not in reports}


def _listed(project: Project) -> tuple[dict[str, str], dict[str, None]]:
    try:
        return _parsed(record_path(project).read_bytes())
    except OSError:
        return {}, {}


@lru_cache(maxsize=2)
def _parsed(raw: bytes) -> tuple[dict[str, str], dict[str, None]]:
    """A list as it was read, which one call asks for often; whoever takes it changes nothing in it."""
    try:
        content = json.loads(raw)
    except ValueError:
        return {}, {}
    found = content if isinstance(content, dict) else {}
    return found, dict.fromkeys(sorted(found, key=lambda name: name.split("/")))


def is_of_reports(name: str) -> bool:
    return name.split("/", 1)[0] == "reports"


def checked_bytes(project: Project, path: Path, served: dict[str, str]) -> bytes:
    """The content of a file for the site; a `UserError` if one of reports/ is not as it was when the pages were
    laid.
    """
    name, content = path.relative_to(project.root).as_posix(), path.read_bytes()
    if is_of_reports(name) and served.get(name) != digest(content):
        raise UserError(f"{name} changed while the site was built; build it again.")
    return content


def not_served(project: Project, output: Path) -> list[Path]:
    """The files of a rendered site below reports/ that come from nothing that may be on it."""
    allowed = read_served(project)
    sources = [Path(name) for name in allowed if Path(name).suffix in (".qmd", ".ipynb")]
    # A page, what is parted from it, and the picture of a link to it.
    pages = {source.with_suffix(suffix).as_posix() for source in sources for suffix in (".html", ".css", ".png")}
    found = []
    for path in sorted((output / "reports").rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        name = path.relative_to(output).as_posix()
        if name in pages or is_taken(name, allowed) or is_on_paper(name, pages):
            continue
        if allowed.get(name, "") and allowed[name] == file_digest(path):
            continue
        found.append(path)
    return found


def remove_not_served(project: Project, output: Path) -> int:
    """Take out of a rendered site what may not be on it; returns how many files."""
    found = not_served(project, output)
    for path in found:
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
    return len(found)
