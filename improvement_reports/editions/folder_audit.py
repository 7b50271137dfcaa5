"""What lies in the folder of editions and has no place there: links, pipes, hidden files, stray and empty folders.

A file that no manifest lists can still be served, unpacked or followed by somebody, so each is named.
"""

import re
import stat
from collections.abc import Iterator
from pathlib import Path

from improvement_reports.domain.errors import shown
from improvement_reports.workspace.known import NOTHING, Known
from improvement_reports.workspace.places import KEY, MONTH, RESERVED, Project

VERSION = re.compile(r"v[1-9]\d{0,3}")
# What is generated, by the depth of its folder below reports/: files, then folders; editions are apart.
GENERATED_FILES = {
    0: {"index.qmd", "feed.xml", ".returns", ".compare", ".ended", ".together"},
    1: {"feed.xml", "index.qmd"},
    2: {"index.qmd"},
    3: {
        *("index.ipynb", "figures.qmd", "since.qmd", "figures.json", "figures.csv", "report.ipynb"),
        *(".written", ".served", ".laid"),
    },
}
PART = re.compile(r"figures-[1-9]\d{0,2}\.qmd")  # of the provenance of a draft
GENERATED_FOLDERS = {1: {"thread", "log"}, 3: {"charts", "data"}}
# Left by a command that was killed while it wrote a file aside, or published; never served, removed by the next one.
ASIDE = re.compile(r"\.[\w.-]+\.\d+|\.stage-\w+")
# Made by a renderer or an editor beside page sources; never served, and not an edition's.
LEFTOVERS = re.compile(r"\.ipynb_checkpoints|\.quarto|\.DS_Store|Thumbs\.db|\w+_files")


def kind_of(path: Path) -> str:
    """What a path is besides a plain file or folder, in words; "" for those two."""
    mode = path.lstat()
    for test, word in (
        (stat.S_ISLNK, "a link"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISCHR, "a device"),
    ):
        if test(mode.st_mode):
            return word
    return (
        "a file with a second name elsewhere (a hard link)" if stat.S_ISREG(mode.st_mode) and mode.st_nlink > 1 else ""
    )


def entries(folder: Path) -> Iterator[Path]:
    """Everything below a folder in order; what a link leads to is not entered."""
    for path in sorted(folder.iterdir()):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from entries(path)


def edition_oddities(folder: Path) -> list[str]:
    """What an edition's folder holds that is neither a plain file nor a folder with files, each with its name."""
    for path in (folder, *list(folder.parents)[:3]):  # its kind, month and authority
        if word := kind_of(path):
            return [f"the folder {shown(path.name)} is {word}; put the folder itself there"]
    found: list[str] = []
    seen: dict[str, str] = {}
    for path in entries(folder):
        name = path.relative_to(folder).as_posix()
        if word := kind_of(path):
            found.append(f"{shown(name)} is {word}; an edition holds plain files of its own")
        elif path.name.startswith(".") and not (path.is_file() and ASIDE.fullmatch(path.name)):
            found.append(f"{shown(name)} is hidden; it was added after publication")
        elif path.is_dir() and not any(path.iterdir()):
            found.append(f"{shown(name)} is an empty folder; it was added after publication")
        if (first := seen.setdefault(name.casefold(), name)) != name:
            found.append(
                f"{shown(name)} differs from {shown(first)} only in upper and lower case; it was added after"
                " publication"
            )
    return found


def strays(project: Project, known: Known = NOTHING) -> list[str]:
    """Every file and folder below reports/ that is neither an edition nor what the site is made from, in words. Where
    it is ``known`` that there was none, only folders of reports in which anything moved since are looked into.
    """
    if not project.reports.exists():
        return []
    if word := kind_of(project.reports):
        return [f"reports is {word}; put the folder itself there"]
    found = _strays_moved(project, known) if known.has_same_list() else _strays(project.reports, 0, False)
    return [f"{shown(f'reports/{path.relative_to(project.reports).as_posix()}', 120)} {why}" for path, why in found]


def _strays_moved(project: Project, known: Known) -> Iterator[tuple[Path, str]]:
    """The same among the folders of reports in which anything came, went or changed."""
    said: set[Path] = set()
    for place in known.moved_folders():
        folders = [project.reports.joinpath(*place[: depth + 1]) for depth in range(len(place))]
        wrong = [(path, why) for depth, path in enumerate(folders) if (why := _not_a_place(path, depth))]
        if not wrong and folders[-1].is_dir():
            yield from _strays(folders[-1], len(place), False)
        elif wrong and wrong[0][0] not in said and wrong[0][0].exists():
            said.add(wrong[0][0])
            yield wrong[0]


def _not_a_place(path: Path, depth: int) -> str:
    """Why a folder so deep below reports/ is none of an authority, a month or a kind of report; "" where it is one."""
    if (MONTH if depth == 1 else KEY).fullmatch(path.name):
        return ""
    return f"is no {('authority', 'reporting month', 'kind of report')[depth]}; remove it"


def _strays(folder: Path, depth: int, is_reserved: bool) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.iterdir()):
        if word := kind_of(path):
            yield path, f"is {word} and not a file or folder of its own; remove it"
        elif path.is_file():
            if (
                path.name not in GENERATED_FILES.get(depth, set())
                and not (depth == 3 and PART.fullmatch(path.name))
                and not is_reserved
                and not ASIDE.fullmatch(path.name)
                and not LEFTOVERS.fullmatch(path.name)
            ):
                yield path, "belongs to no edition and to no page; remove it"
        elif is_reserved or path.name in GENERATED_FOLDERS.get(depth, set()):
            yield from _strays(path, depth + 1, True)
        elif depth == 3 and VERSION.fullmatch(path.name):
            continue  # an edition: its manifest says what belongs to it
        elif ASIDE.fullmatch(path.name) or LEFTOVERS.fullmatch(path.name):
            continue
        elif depth == 3:
            yield path, "is no edition; editions are v1, v2 and so on. Remove it"
        elif depth == 0 and path.name in RESERVED:
            yield from _strays(path, 1, True)
        elif why := _not_a_place(path, depth):
            yield path, why
        else:
            yield from _strays(path, depth + 1, False)
