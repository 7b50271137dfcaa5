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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

# A clock of files ticks every 4 to 16 ms; on disks that keep whole seconds, or two, every 2 s.
TICK_NS, COARSE_TICK_NS = 40_000_000, 2_000_000_000
SECOND_NS = 1_000_000_000
# Written by Python and by whoever draws a folder, never read for a page.
NEVER = frozenset({"__pycache__", ".DS_Store", "Thumbs.db"})


# A file: its name, size, times of its content and of its last change, inode, mode, number of names.
Row = tuple[str, int, int, int, int, int, int]


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
_changed = operator.attrgetter("st_mtime_ns" if sys.platform == "win32" else "st_ctime_ns")


def changed_ns(found: os.stat_result) -> int:
    """When a file was last changed (ns)."""
    return _changed(found)


def state_of(path: Path) -> str:
    """The state of one file, with its place."""
    f = path.stat()
    return f"{path} {f.st_size} {f.st_mtime_ns} {_changed(f)} {f.st_ino} {f.st_mode} {f.st_nlink}"


def tree_state(root: Path, enter: Callable[[tuple[str, ...]], bool], part_of: PartOf) -> TreeState:
    """The state of everything below ``root`` in folders that ``enter`` lets in. `NotPlain` where one is a link."""
    hashes: dict[str, hashlib._Hash] = {}
    newest: dict[str, int] = {}
    is_coarse, count = True, 0
    for folder, files, subfolders in _folders(root, enter):
        for part, rows in _by_part(files, part_of(folder), not files and not subfolders).items():
            rows.sort()
            count += len(rows)
            hashes.setdefault(part, hashlib.sha256()).update(_bytes(("/".join(folder), rows)))
            at = max([row[3] for row in rows], default=0)
            newest[part] = max(newest.get(part, 0), at)
            is_coarse = is_coarse and all(row[3] % SECOND_NS == 0 for row in rows)
    return TreeState({part: value.hexdigest() for part, value in sorted(hashes.items())}, newest, is_coarse, count)


def _bytes(content: tuple) -> bytes:
    """Equal for equal names and numbers, in a quarter of the time that text would take (a site has a million files)."""
    return marshal.dumps(content, 2)  # from the third version on it would tell equal strings apart


def _by_part(files: list[Row], part: Part, is_empty: bool) -> dict[str, list[Row]]:
    """The files of one folder by the part that they belong to; an empty folder is something too."""
    if part is None or not (files or is_empty):
        return {}
    if isinstance(part, str):
        return {part: files}
    found: dict[str, list[Row]] = {}
    for row in files:
        if (own := part(row[0])) is not None:
            found.setdefault(own, []).append(row)
    if is_empty and (own := part("")) is not None:
        found[own] = []
    return found


Folder = tuple[tuple[str, ...], list[Row], list[str]]


def _folders(root: Path, enter: Callable[[tuple[str, ...]], bool]) -> Iterator[Folder]:
    """Every folder below ``root`` in order of its name: its parts, its files with their states, its folders."""
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        folder = waiting.pop()
        files, subfolders, links = _listed("/".join((str(root), *folder)))
        for name in links:
            if enter((*folder, name)):
                raise NotPlain("/".join((*folder, name)))
        subfolders = [name for name in subfolders if enter((*folder, name))]
        yield folder, files, subfolders
        waiting += [(*folder, name) for name in sorted(subfolders, reverse=True)]


def _listed(folder: str) -> tuple[list[Row], list[str], list[str]]:
    """The files of a folder with their states, its folders, and what leads to a folder elsewhere.

    Written for speed: a site may have a million files.
    """
    files: list[Row] = []
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
                name, found = f"{name}\0link", _leads_to(entry)
            files.append(
                (name, found.st_size, found.st_mtime_ns, _changed(found), found.st_ino, found.st_mode, found.st_nlink)
            )
    return files, subfolders, links


def _leads_to(link: os.DirEntry) -> os.stat_result:
    """The state of the file that a link leads to; of the link itself where there is none."""
    try:
        return os.stat(link.path)
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
