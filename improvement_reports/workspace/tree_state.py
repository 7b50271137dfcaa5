"""The state of a tree of files by size, times and inode, as version control compares it: equal states, equal contents.

The time of a file's last change of status (ctime) counts too: no program can set it, so that a file which was written
and had its old time put back is seen. What was written within the same tick of the clock as it was looked at could be
written once more without a trace, so whoever believes a state asks first whether it `is_settled`.
"""

import hashlib
import marshal
import operator
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from improvement_reports.workspace.folder_names import HAS_HANDLES, FolderNames

# A clock of files ticks every 4 to 16 ms; on disks that keep whole seconds, or two, every 2 s.
TICK_NS, COARSE_TICK_NS = 40_000_000, 2_000_000_000
SECOND_NS = 1_000_000_000
# Written by Python and by whoever draws a folder, never read for a page.
NEVER = frozenset({"__pycache__", ".DS_Store", "Thumbs.db"})
LINK = "/link"  # no name can end like this


# Of a file: size, times of its content and of its last change, inode. Whatever else is said of it changes with the time
# of its last change.
Numbers = tuple[int, int, int, int]
CHANGED = 2
# The names of the files of a folder in order, and the numbers of each.
Files = tuple[Sequence[str], list[Numbers]]


class NotPlain(Exception):
    """A folder that is a link to another place: its state is not that of the tree."""


@dataclass(frozen=True)
class TreeState:
    """The states of the parts of a tree, each as one digest, and when the newest file of each was changed (ns)."""

    parts: dict[str, str]
    newest: dict[str, int]
    is_coarse: bool
    files: int = 0

    def is_settled(self, now: int, *parts: str) -> bool:
        """Whether all of these parts, or of the whole, was last changed a tick before ``now`` (ns, the disk's)."""
        tick = COARSE_TICK_NS if self.is_coarse else TICK_NS
        return all(self.newest.get(part, 0) < now - tick for part in parts or self.newest)


# The part of the tree that the files of a folder belong to, by the folder's parts below the root: one for all of them,
# or what says it of each by its name; None: to none.
Part = str | Callable[[str], str | None] | None
PartOf = Callable[[tuple[str, ...]], Part]


# When a file was last changed: by the clock of the disk, which no program sets; on Windows by its own time.
CLOCK = "st_mtime_ns" if sys.platform == "win32" else "st_ctime_ns"
_changed = operator.attrgetter(CLOCK)
_numbers = operator.attrgetter("st_size", "st_mtime_ns", CLOCK, "st_ino")
_changed_of = operator.itemgetter(CHANGED)


def changed_ns(found: os.stat_result) -> int:
    """When a file was last changed (ns)."""
    return _changed(found)


def state_of(path: Path) -> str:
    """The state of one file, with its place."""
    f = path.stat()
    return f"{path} {f.st_size} {f.st_mtime_ns} {_changed(f)} {f.st_ino} {f.st_mode} {f.st_nlink}"


def tree_state(
    root: Path, enter: Callable[[tuple[str, ...]], bool], part_of: PartOf, names: FolderNames | None = None
) -> TreeState:
    """The state of everything below ``root`` in folders that ``enter`` lets in. `NotPlain` where one is a link.

    ``names``: of folders that are as they were noted; what is found of the others is added.
    """
    names = FolderNames() if names is None else names
    hashes: dict[str, hashlib._Hash] = {}
    newest: dict[str, int] = {}
    is_coarse, count = True, 0
    for folder, files, subfolders in _folders(root, enter, names):
        for part, (own, numbers) in _by_part(files, part_of(folder), not subfolders).items():
            count += len(own)
            hashes.setdefault(part, hashlib.sha256()).update(_bytes(folder, own, numbers))
            newest[part] = max(newest.get(part, 0), max(map(_changed_of, numbers), default=0))
            is_coarse = is_coarse and all(n[CHANGED] % SECOND_NS == 0 for n in numbers)
    return TreeState({part: value.hexdigest() for part, value in sorted(hashes.items())}, newest, is_coarse, count)


def _bytes(folder: tuple[str, ...], names: Sequence[str], numbers: list[Numbers]) -> bytes:
    """Equal for equal names and numbers, in a tenth of the time that text would take (a site has a million files)."""
    said = "\0".join((str(len(names)), "/".join(folder), *names)).encode("utf-8", "surrogateescape")
    return said + marshal.dumps(numbers, 2)  # from the third version on it would tell equal ones apart


def _by_part(files: Files, part: Part, has_no_folders: bool) -> dict[str, Files]:
    """The files of one folder by the part that they belong to; an empty folder is something too."""
    is_empty = has_no_folders and not files[0]
    if part is None or not (files[0] or is_empty):
        return {}
    if isinstance(part, str):
        return {part: files}
    found: dict[str, tuple[list[str], list[Numbers]]] = {}
    for name, numbers in zip(*files, strict=True):
        if (own := part(name)) is not None:
            names_of, numbers_of = found.setdefault(own, ([], []))
            names_of.append(name)
            numbers_of.append(numbers)
    if is_empty and (own := part("")) is not None:
        found[own] = ([], [])
    return dict(found)


Folder = tuple[tuple[str, ...], Files, Sequence[str]]


def _folders(root: Path, enter: Callable[[tuple[str, ...]], bool], names: FolderNames) -> Iterator[Folder]:
    """Every folder below ``root`` in order of its name: its parts, its files with their states, its folders, entered or
    not.
    """
    look = _looked_into if HAS_HANDLES else _listed
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        folder = waiting.pop()
        files, subfolders, links = look("/".join((str(root), *folder)), names)
        for name in links:
            if enter((*folder, name)):
                raise NotPlain("/".join((*folder, name)))
        yield folder, files, subfolders
        entered = [name for name in subfolders if enter((*folder, name))]
        waiting += [(*folder, name) for name in sorted(entered, reverse=True)]


Look = tuple[Files, Sequence[str], list[str]]


def _looked_into(folder: str, names: FolderNames) -> Look:
    """The files of a folder with their states, its folders, and what leads to a folder elsewhere.

    Written for speed: a site may have a million files. A file is asked by its name within the folder, which spares the
    way to it, and the names are not listed where they are known.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        own = os.fstat(handle)
        if (known := names.of(folder, own)) is not None:
            names.add(folder, own, known)
            asked = [os.stat(name, dir_fd=handle, follow_symlinks=False) for name in known[0]]
            return (known[0], [*map(_numbers, asked)]), known[1], []
        files, subfolders, links = _listed(handle)
        if not links and not any(name.endswith(LINK) for name in files[0]):
            names.add(folder, own, (tuple(files[0]), tuple(subfolders)))
        return files, subfolders, links
    finally:
        os.close(handle)


def _listed(folder: str | int, names: FolderNames | None = None) -> Look:
    """The same of a folder, or of the handle of one, whose names are not known."""
    files: dict[str, Numbers] = {}
    subfolders, links = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name in NEVER:
                continue
            if entry.is_dir(follow_symlinks=False):
                subfolders.append(name)
                continue
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISLNK(found.st_mode):
                if entry.is_dir():
                    links.append(name)
                    continue
                name, found = f"{name}{LINK}", _leads_to(entry, folder)
            files[name] = _numbers(found)
    ordered = sorted(files)
    return (ordered, [files[name] for name in ordered]), subfolders, links


def _leads_to(link: os.DirEntry, folder: str | int) -> os.stat_result:
    """The state of the file that a link leads to; of the link itself where there is none."""
    try:
        return os.stat(link.name, dir_fd=folder) if isinstance(folder, int) else os.stat(link.path)
    except OSError:
        return link.stat(follow_symlinks=False)


def disk_now(folder: Path) -> int:
    """What the clock of a folder's disk says now (ns): that of a network disk is not this machine's."""
    probe = folder / f".clock.{os.getpid()}"
    try:
        probe.write_bytes(b"")
        return changed_ns(probe.stat())
    finally:
        probe.unlink(missing_ok=True)
