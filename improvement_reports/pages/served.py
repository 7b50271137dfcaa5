"""What of reports/ may be on the site: the files of editions that are as they were published, and what was made from
them.

Each is listed with its sha256: what is of one report in ``.served`` in its folder, so that a report of which nothing
changed costs nothing, all else in ``build/served.json``, with the digests of the lists of reports. Both renderers take
nothing else from reports/: not a stray folder, not a file beside an edition that was changed, not a page source that
another hand wrote.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.editions.edition import INPUTS, Edition, editions_of, generated_files
from improvement_reports.editions.manifest import MANIFEST
from improvement_reports.pages.in_archive import at_their_addresses, lie_in_archive
from improvement_reports.pages.report_folder import SERVED, page_sources_in
from improvement_reports.pages.taking import is_on_paper, is_taken
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.files import digest, file_digest, write_whole
from improvement_reports.workspace.known import report_of
from improvement_reports.workspace.places import RESERVED, Project

RECORD = "served.json"
FILES, LISTS = "files", "reports"  # of that record


def record_path(project: Project) -> Path:
    return project.build / RECORD


def edition_names(edition: Edition, is_replaced: bool = False) -> list[str]:
    """The files of an edition that its page leads to: what is frozen but for the record of inputs and what lies in the
    archive alone, and what is generated.
    """
    left_out = (INPUTS, *lie_in_archive(edition, is_replaced))
    frozen = [n for n in (*edition.manifest.files, MANIFEST) if n not in left_out]
    return [n for n in (*frozen, *generated_files(edition.folder)) if (edition.folder / n).is_file()]


def write_served(
    project: Project, shown: list[tuple[Job, bool]], beside: tuple[str, ...], as_they_were: Collection[Job] = ()
) -> None:
    """Note the sha256 of every file of reports/ that may be on the site, by its path from the root; of one that lies in
    an archive alone, that of what stands at its address.

    ``shown``: reports whose editions are all sound, and whether a draft is shown; ``beside``: what lies beside a page;
    ``as_they_were``: of which the list that is there says what it is to say.
    """
    before, lists = lists_served(project), {}
    for job, is_draft in shown:
        name = "/".join(job)
        if job in as_they_were and name in before:
            lists[name] = before[name]
        else:
            listed = served_of_report(project, job, is_draft, beside)
            lists[name] = _write_list(project.page_folder(*job) / SERVED, listed)
    _write_list(record_path(project), {FILES: _served_of_all(project, {job[0] for job, _ in shown}), LISTS: lists})


def _write_list(path: Path, content: dict) -> str:
    """Write a list, if it is another one than is there; its digest."""
    text = json.dumps(content, indent=1, sort_keys=True) + "\n"
    if not path.is_file() or path.read_bytes() != text.encode():
        write_whole(path, text)
    return digest(text.encode())


def _served_of_all(project: Project, authorities: Collection[str]) -> dict[str, str]:
    """What may be on the site and is of no report."""
    found: list[Path] = [project.reports / "index.qmd", project.reports / "feed.xml"]
    for name in RESERVED:
        found += (project.reports / name).rglob("*")
    for authority in sorted(authorities):
        home = project.reports / authority
        found += [home / "index.qmd", home / "feed.xml", *(home / "thread").rglob("*"), *(home / "log").rglob("*")]
    return _digests(project, found)


def served_of_report(project: Project, job: Job, is_draft: bool, beside: tuple[str, ...]) -> dict[str, str]:
    """What of a report may be on the site as its files are now: sha256 by the path; see `write_served`."""
    home, editions = project.page_folder(*job), editions_of(project, *job)
    found = page_sources_in(home)
    for name in beside if is_draft else ():
        found += (home / name).rglob("*") if (home / name).is_dir() else [home / name]
    for edition in editions:
        found += [edition.folder / n for n in edition_names(edition, edition is not editions[-1])]
    elsewhere = {f"{project.relative(home)}/{n}": digest(c) for n, c in at_their_addresses(editions).items()}
    return _digests(project, found) | elsewhere


def _digests(project: Project, paths: Iterable[Path]) -> dict[str, str]:
    plain = (p for p in paths if p.is_file() and not p.is_symlink() and not p.name.startswith("."))
    return {p.relative_to(project.root).as_posix(): file_digest(p) for p in plain}


def serve_also(project: Project, sources: Iterable[Path]) -> None:
    """Let these files be on the site besides what may be already."""
    record = _record(project)
    for source in sources:
        name = project.relative(source)
        if report := report_of(name):
            home = project.reports / report
            before = _list_of(project, report, record[LISTS].get(report, ""))
            listed = before | {name: file_digest(source)}
            record[LISTS][report] = _write_list(home / SERVED, listed)
        else:
            record[FILES][name] = file_digest(source)
    _write_list(record_path(project), record)


def lists_served(project: Project) -> dict[str, str]:
    """The reports that have a list of what may be on the site of them, each with the digest of the list."""
    return dict(_record(project)[LISTS])


def served_of(project: Project, job: Job, lists: Mapping[str, str]) -> dict[str, str]:
    """What the last laying left of one report: sha256 by the path; nothing where there is none, or another one.
    ``lists``: `lists_served`.
    """
    return _list_of(project, "/".join(job), lists.get("/".join(job), ""))


def _list_of(project: Project, report: str, said: str) -> dict[str, str]:
    """The list of a report, if it has the digest that is said of it."""
    try:
        raw = (project.reports / report / SERVED).read_bytes()
    except OSError:
        return {}
    return json.loads(raw) if digest(raw) == said else {}


def read_served(project: Project) -> dict[str, str]:
    """The list that the last laying left; nothing of reports/ may be on the site where there is none."""
    return _listed(project)[0]


def served_names(project: Project) -> dict[str, None]:
    """The names in that list, in the order of paths."""
    return _listed(project)[1]


def served_besides(project: Project, reports: Collection[str]) -> dict[str, str]:
    """That list, in the order of paths, without the files of some reports, which are named as ``a/2024-03/board``;
    their lists are not read.
    """
    served, names = _listed(project, reports)
    return {name: served[name] for name in names}


def _listed(project: Project, besides: Collection[str] = ()) -> tuple[dict[str, str], dict[str, None]]:
    try:
        found, names, is_whole = _parsed(project, record_path(project).read_bytes(), frozenset(besides))
    except OSError:
        return {}, {}
    if not is_whole:  # the list of a report that is not there now may be written soon
        _parsed.cache_clear()
    return found, names


@lru_cache(maxsize=4)
def _parsed(project: Project, raw: bytes, besides: frozenset[str]) -> tuple[dict[str, str], dict[str, None], bool]:
    """A list as it was read, which one call asks for often, and whether the list of each report was there; whoever
    takes it changes nothing in it.
    """
    record = _as_record(raw)
    found, is_whole = dict(record[FILES]), True
    for report, said in record[LISTS].items():
        if report not in besides:
            own = _list_of(project, report, said)
            found |= own
            is_whole = is_whole and bool(own)
    return found, dict.fromkeys(sorted(found, key=lambda name: name.split("/"))), is_whole


def _record(project: Project) -> dict[str, dict[str, str]]:
    try:
        return _as_record(record_path(project).read_bytes())
    except OSError:
        return {FILES: {}, LISTS: {}}


def _as_record(raw: bytes) -> dict[str, dict[str, str]]:
    """What stands in `RECORD`; nothing if another hand wrote something else there."""
    try:
        content = json.loads(raw)
        return {key: dict(content[key]) for key in (FILES, LISTS)}
    except (ValueError, TypeError, KeyError):
        return {FILES: {}, LISTS: {}}


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
