"""The state of a tree of files by size, times and inode, as version control compares it: equal states, equal contents.

The time of a file's last change of status (ctime) counts too: no program can set it, so that a file which was written
and had its old time put back is seen. What was written within the same tick of the clock as it was looked at could be
written once more without a trace, so whoever believes a state asks first whether it `is_settled`.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

# A clock of files ticks every 4 to 16 ms; on disks that keep whole seconds, or two, every 2 s.
TICK_NS, COARSE_TICK_NS = 40_000_000, 2_000_000_000
SECOND_NS = 1_000_000_000
# Written by Python and by whoever draws a folder, never read for a page.
NEVER = frozenset({"__pycache__", ".DS_Store", "Thumbs.db"})


class NotPlain(Exception):
    """A folder that is a link to another place: its state is not that of the tree."""


@dataclass(frozen=True)
class TreeState:
    """The states of the parts of a tree, each as one digest, and when the newest file of each was changed (ns)."""

    parts: dict[str, str]
    newest: dict[str, int]
    is_coarse: bool

    def is_settled(self, now: int, *parts: str) -> bool:
        """Whether all of these parts, or of the whole, was last changed a tick before ``now`` (ns, the disk's)."""
        tick = COARSE_TICK_NS if self.is_coarse else TICK_NS
        return all(self.newest.get(part, 0) < now - tick for part in parts or self.newest)


# The part of the tree that a file belongs to, by the folder's parts below the root and its name; None: to none.
Part = Callable[[tuple[str, ...], str], str | None]


def changed_ns(found: os.stat_result) -> int:
    """When a file was last changed: by the clock of the disk, which no program sets; on Windows by its own time."""
    return found.st_mtime_ns if sys.platform == "win32" else found.st_ctime_ns


def line_of(name: str, found: os.stat_result) -> str:
    """One file as one line: two equal lines are one content, as far as a disk can say."""
    return (
        f"{name}\0{found.st_size} {found.st_mtime_ns} {changed_ns(found)} {found.st_ino} {found.st_mode}"
        f" {found.st_nlink}\n"
    )


def tree_state(root: Path, enter: Callable[[tuple[str, ...]], bool], part_of: Part) -> TreeState:
    """The state of everything below ``root`` in folders that ``enter`` lets in. `NotPlain` where a folder is a link."""
    hashes: dict[str, hashlib._Hash] = {}
    newest: dict[str, int] = {}
    is_coarse = True
    for folder, files, subfolders in _folders(root, enter):
        lines: dict[str, list[str]] = {}
        for name, found in files:
            part = part_of(folder, name)
            if part is None:
                continue
            lines.setdefault(part, []).append(line_of(name, found))
            at = changed_ns(found)
            newest[part] = max(newest.get(part, 0), at)
            is_coarse = is_coarse and not at % SECOND_NS
        if not files and not subfolders and (part := part_of(folder, "")) is not None:
            lines[part] = ["\n"]  # an empty folder is something too
        for part, found_lines in lines.items():
            text = "/".join(folder) + "\n" + "".join(sorted(found_lines))
            hashes.setdefault(part, hashlib.sha256()).update(text.encode("utf-8", "surrogateescape"))
    return TreeState({part: value.hexdigest() for part, value in sorted(hashes.items())}, newest, is_coarse)


Folder = tuple[tuple[str, ...], list[tuple[str, os.stat_result]], list[str]]


def _folders(root: Path, enter: Callable[[tuple[str, ...]], bool]) -> Iterator[Folder]:
    """Every folder below ``root`` in order of its name: its parts, its files with their states, its folders."""
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        folder = waiting.pop()
        files, subfolders = [], []
        with os.scandir(os.path.join(root, *folder)) as entries:
            for entry in entries:
                if entry.name in NEVER:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if enter((*folder, entry.name)):
                        subfolders.append(entry.name)
                elif entry.is_symlink():
                    files.append((f"{entry.name}\0link", _leads_to(entry)))
                else:
                    files.append((entry.name, entry.stat(follow_symlinks=False)))
        yield folder, files, subfolders
        waiting += [(*folder, name) for name in sorted(subfolders, reverse=True)]


def _leads_to(link: os.DirEntry) -> os.stat_result:
    """The state of the file that a link leads to; of the link itself where there is none."""
    if link.is_dir():
        raise NotPlain(link.path)
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
