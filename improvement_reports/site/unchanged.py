"""Whether a site is what a build of it would give: nothing that it is made from and nothing on it was changed since.

The states of all files (`workspace.tree_state`) are compared with those that the last build noted, so that a call which
has nothing to do reads no file. What it noted is believed under the seal of this machine alone. It is noted only if
nothing was written so close to it that a second change could hide. Of a build in which something failed it says nothing
of the authorities that this is of, which the next call finds as if they were new.
"""

import os
import re
import shutil
import sys
import sysconfig
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from improvement_reports import HOME
from improvement_reports.site.notes import (
    NotedFacts,
    names_of_project,
    names_of_site,
    read_facts,
    read_record,
    record_of,
    write_facts,
    write_record,
)
from improvement_reports.site.search_program import pagefind_path
from improvement_reports.workspace.collection import without_collection
from improvement_reports.workspace.files import digest
from improvement_reports.workspace.folder_names import FolderNames, read_names
from improvement_reports.workspace.known import (
    JOB,
    MADE,
    SITE,
    SOURCES,
    TEXTS,
    Known,
    authority_of,
    is_in_project,
    part_of_folder,
    part_of_parameters,
    part_of_site,
)
from improvement_reports.workspace.locks import last_at_work
from improvement_reports.workspace.places import RESERVED, Project
from improvement_reports.workspace.tree_state import TICK_NS, NotPlain, Part, TreeState, disk_now, state_of, tree_state

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

# Of what builds leave in build/: what pages are made from. The rest is remembered work, which is made again if needed.
MADE_IN_BUILD = frozenset({"runs", "drafts", "pages-parts", "served.json"})
# Below reports/: what is written beside the frozen files of an edition, and beside the page of a report.
GENERATED_IN_EDITION = re.compile(r"index\.ipynb|figures(?:-[1-9]\d{0,2})?\.qmd|changes\.qmd|edition\.zip")
EDITION_DEPTH = 4
# Programs that pages are made with, where the PATH has them; the one for the search index may lie elsewhere.
PROGRAMS = ("quarto", "pandoc")
# Files of a project and its site that one process looks at in half a second.
LARGE = 100_000
OWN_VARIABLES = "IMPROVEMENT_REPORTS_"


@dataclass(frozen=True)
class Said:
    """What the last build said, to be said again: one sentence on the renderer, lines on reports, how many things.

    ``facts``: what is to be noted of each report; ``untouched``: reports and authorities that were as the build before
    had noted them, and of which this one neither read nor wrote anything; ``failing``: authorities of which anything
    failed.
    """

    notice: str
    lines: list[str]
    count: int
    facts: dict[str, dict] = field(default_factory=dict)
    untouched: frozenset[str] = frozenset()
    failing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Watched:
    """A call of `site` and the state of what it reads, before it begins.

    ``at``: the time by the disk's clock; ``last``: when a call last began to change the project; ``noted``: what the
    last good build noted, if this machine sealed it and it is of such a call; ``names``: what it noted of the folders
    of the project; ``site`` gives the state of the site as it was then.
    """

    project: Project
    target: Path
    key: str
    before: TreeState | None
    at: int
    last: int
    noted: dict[str, Any]
    names: FolderNames
    site: Callable[[], TreeState | None]

    @property
    def record(self) -> Path:
        return record_of(self.project, self.target)

    @cached_property
    def reports(self) -> NotedFacts | None:
        """What it noted of each report; None where nothing is known."""
        return read_facts(self.record, self.noted["reports"]) if self.noted else None


def watch(project: Project, output: Path | None, asked: Iterable[object]) -> Watched:
    """Look at everything before a build. ``asked``: what was asked for besides, of which the site may be another."""
    target = (output or project.site).resolve()
    key = digest([str(target), *(str(a) for a in asked), _programs(), _libraries(), _variables(), _code()])
    # A call that is refused leaves nothing behind, also no empty folder.
    at = disk_now(project.build if project.build.is_dir() else project.root)
    record = record_of(project, target)
    noted, names = read_record(record), read_names(names_of_project(record))
    site = _site_beside(target, record) if _is_large(noted) else cache(partial(_site_as_noted, target, record))
    last = last_at_work(project)
    before = _look(project, target, names)
    return Watched(project, target, key, before, at, last, noted if noted.get("key") == key else {}, names, site)


def said_before(watched: Watched) -> Said | None:
    """What the last build said, if a build now would read the same files and give the same site; else None."""
    noted = watched.noted
    if not noted or noted["has_failed"]:
        return None  # what failed is tried again and told again
    if watched.before is None or watched.before.parts != _of_project(noted["files"]):
        return None  # and whoever goes on has the site looked at meanwhile
    if (site := watched.site()) is None or noted["files"] != watched.before.parts | site.parts:
        return None
    return Said(noted["notice"], noted["lines"], noted["count"])


def known(watched: Watched, reads_all: bool = False) -> Known:
    """What the last good build of this site noted of each report, with the parts of the project as they are now;
    for a build that ``reads_all`` nothing is as it was.
    """
    if watched.before is None or watched.reports is None:
        return Known()
    facts = watched.reports.facts
    if reads_all:
        return Known(facts=facts, at=watched.last)

    def of_site() -> Mapping[str, str]:
        return site.parts if (site := watched.site()) else {SITE: ""}

    return Known(watched.noted["files"], watched.before.parts, facts, watched.last, of_site)


def _of_project(parts: Mapping[str, str]) -> dict[str, str]:
    return {part: state for part, state in parts.items() if is_in_project(part)}


def _sources(state: TreeState) -> dict[str, str]:
    """The parts that builds read and do not write."""
    return _sources_in(state.parts)


def _sources_in(parts: Mapping[str, str]) -> dict[str, str]:
    return {part: said for part, said in parts.items() if part.split(" ")[0] == SOURCES}


@without_collection()
def note(watched: Watched, said: Said) -> bool:
    """Note the states after a build; whether that could be done. Of ``failing`` authorities only what is on the site is
    noted, where it lies as the build left it.

    Not if a source was changed while the build read it, or so shortly before that it may have been changed once more.
    What the build left untouched is not looked at again: what was noted of it stands on, and whoever changed it
    meanwhile made another state than that.
    """
    before, noted = watched.before, watched.noted
    watched.record.unlink(missing_ok=True)
    if before is None or not before.is_settled(watched.at, *_sources(before)):
        return False
    untouched = said.untouched if noted else frozenset()
    built = time.monotonic_ns()
    kept = {part: state for part, state in noted.get("files", {}).items() if _is_of(part, untouched)}
    names, site_names = watched.names.to_note(), read_names(names_of_site(watched.record)).to_note()
    facts = write_facts(watched.record, said.facts, watched.reports or NotedFacts())  # count only with the record
    # What the build itself wrote a moment ago is to be older than the note.
    time.sleep(max(0, 2 * TICK_NS - (time.monotonic_ns() - built)) / 1e9)
    now = disk_now(watched.project.build)
    after = _look(watched.project, watched.target, names, untouched)
    if after is None or {**_sources(after), **_sources_in(kept)} != _sources(before):
        return False
    site = _site(watched.target, site_names, untouched)
    if site is None or not (after.is_settled(now) and site.is_settled(now)):
        return False
    keeps = (lambda folder: True) if untouched else (lambda folder: False)
    names.write(names_of_project(watched.record), now - TICK_NS, keeps)
    site_names.write(names_of_site(watched.record), now - TICK_NS, keeps)
    files = max(after.files + site.files, noted.get("watched", 0) if untouched else 0)
    own = {"notice": said.notice, "lines": said.lines, "count": said.count}
    parts = {**after.parts, **site.parts, **kept}
    states = {"files": {p: state for p, state in parts.items() if not _is_of_failing(p, said)}, "watched": files}
    write_record(
        watched.record, {"key": watched.key, **own, **states, "reports": facts, "has_failed": bool(said.failing)}
    )
    return True


def _is_of_failing(part: str, said: Said) -> bool:
    """Whether a part is of an authority of which something failed, and in the project."""
    return authority_of(part) in said.failing and is_in_project(part)


def _is_of(part: str, untouched: Collection[str]) -> bool:
    """Whether a part is of a report or an authority among these."""
    name = part.partition(" ")[2]
    return (name if name.count("/") == 2 else authority_of(part)) in untouched


def _is_untouched(folder: tuple[str, ...], untouched: Collection[str]) -> bool:
    """Whether all that lies in a folder of the project or of the site is of one of these reports or authorities."""
    match folder:
        case ("reports", *job) | ("build", "runs" | "drafts", *job) if len(job) == JOB:
            return "/".join(job) in untouched
        case ("data", "raw" | "processed", authority) | ("params", authority):
            return authority in untouched
    return False


def _look(
    project: Project, target: Path, names: FolderNames, besides: Collection[str] = frozenset()
) -> TreeState | None:
    """The state of what a site is made from, sources and what was made of them, ``besides`` what is of some reports and
    authorities; None where a link hides it.
    """
    inside = target.relative_to(project.root).parts if target.is_relative_to(project.root) else None

    def enter(folder: tuple[str, ...]) -> bool:
        if len(folder) == 1:  # of the root: nothing hidden, no environment, no output
            return not folder[0].startswith((".", "_")) and folder != inside
        if folder == inside or (folder[0] == "build" and folder[1] not in MADE_IN_BUILD):
            return False
        return not besides or not _is_untouched(folder, besides)

    return _quietly(project.root, enter, _part, names)


def _part(folder: tuple[str, ...]) -> Part:
    """Whether the files of a folder of the project are sources, or were made by builds."""
    if folder == ("build",):
        return lambda name: MADE if name in MADE_IN_BUILD else None
    if folder[:1] == ("build",) or folder[:2] == ("data", "processed"):
        return part_of_folder(folder, False)
    if folder[:1] == ("reports",):
        return _part_of_reports(folder)
    if folder[:1] == ("params",) and len(folder) == len(("params", "authority")):
        return partial(part_of_parameters, folder[1])
    return part_of_folder(folder, True) if folder else _part_of_root


def _part_of_root(name: str) -> str | None:
    if name.startswith("."):
        return None
    return TEXTS if name.endswith(".qmd") or name == "_quarto.yml" else SOURCES


def _part_of_reports(folder: tuple[str, ...]) -> Part:
    """What lies in an edition was published with it, but for what is written beside its frozen files."""
    source, made = part_of_folder(folder, True), part_of_folder(folder, False)
    if len(folder) <= EDITION_DEPTH or folder[1] in RESERVED or not folder[EDITION_DEPTH].startswith("v"):
        return made
    if len(folder) > EDITION_DEPTH + 1:
        return source
    return lambda name: made if GENERATED_IN_EDITION.fullmatch(name) else source


def _site(target: Path, names: FolderNames | None = None, besides: Collection[str] = frozenset()) -> TreeState | None:
    return _quietly(target, lambda folder: not (besides and _is_untouched(folder, besides)), part_of_site, names)


def _site_as_noted(target: Path, record: Path) -> TreeState | None:
    return _site(target, read_names(names_of_site(record)))


def _is_large(noted: Mapping[str, Any]) -> bool:
    """Whether there is so much to look at that two processes are done sooner; a process is forked on Linux alone."""
    return noted.get("watched", 0) > LARGE and sys.platform == "linux"


def _site_beside(target: Path, record: Path) -> Callable[[], TreeState | None]:
    """The state of the site, looked at by a process of its own while this one goes on, and without a thread here, for a
    process with threads is not to be forked.
    """
    from multiprocessing import get_context

    context = get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_tell_of_site, args=(theirs, target, record), daemon=True)
    process.start()
    theirs.close()

    @cache
    def answer() -> TreeState | None:
        try:
            found = ours.recv()
        except EOFError:  # it was ended
            found = _site_as_noted(target, record)
        process.join()
        return found

    return answer


def _tell_of_site(end: "Connection", target: Path, record: Path) -> None:
    end.send(_site_as_noted(target, record))


def _quietly(root: Path, enter, part_of, names: FolderNames | None = None) -> TreeState | None:
    """The state of a tree, None where it cannot be had: then everything is read, as if nothing were known."""
    try:
        return tree_state(root, enter, part_of, names)
    except (OSError, NotPlain):
        return None


def _code() -> str:
    """The state of the package: of its files, and of none that Python compiles."""
    state = _quietly(HOME, lambda folder: not folder[-1].startswith("."), lambda folder: "code")
    return digest([sys.version, state.parts if state else os.urandom(16).hex()])


def _programs() -> list[str]:
    """The programs that pages are made with: where each lies and its state."""
    found = [*map(shutil.which, PROGRAMS), pagefind_path()]
    return [_one(Path(path)) if path else "" for path in found]


def _libraries() -> list[str]:
    """The folders of installed libraries, which change with each that comes or goes."""
    return [_one(Path(sysconfig.get_path(name))) for name in ("purelib", "platlib")]


def _one(path: Path) -> str:
    return state_of(path.resolve())


def _variables() -> dict[str, str]:
    """The settings of this software in the environment, and where else Python finds libraries."""
    return {
        name: value
        for name, value in sorted(os.environ.items())
        if name.startswith(OWN_VARIABLES) or name == "PYTHONPATH"
    }
