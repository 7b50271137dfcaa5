"""The names in the folders of a tree as they were noted, each with the state of its folder.

A name that comes, goes or is given to another file changes the time of its folder, so one in the state that was noted
holds the names that it held, and they need not be listed again. What lies under each name is asked all the same: a file
that is written in its place leaves no trace in the folder.
"""

import marshal
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from improvement_reports.workspace.collection import without_collection
from improvement_reports.workspace.files import write_bytes
from improvement_reports.workspace.stamps import sealed_bytes, unsealed_bytes

# Folders are asked through a handle, which spares the way to each file; Windows has none.
HAS_HANDLES = os.scandir in os.supports_fd and {os.open, os.stat} <= os.supports_dir_fd
COARSE_NS = 1_000_000_000
FORMAT = 2  # of marshal: from the third on equal names are written in another way each time

State = tuple[int, int, int]  # of a folder: its inode, when it was changed, when what it holds was
Names = tuple[tuple[str, ...], tuple[str, ...]]  # of its files and of its folders


@dataclass
class FolderNames:
    """What was noted, and what was found now, by the folder's path; ``found``: None where nobody will note it."""

    noted: dict[str, tuple[State, int]] = field(default_factory=dict)
    lists: list[Names] = field(default_factory=list)
    found: dict[str, tuple[State, Names]] | None = None

    def to_note(self) -> "FolderNames":
        """The same for a look of which what is found is to be noted in its turn."""
        return FolderNames(self.noted, self.lists, {})

    def of(self, folder: str, state: os.stat_result) -> Names | None:
        """The names in a folder that is as it was noted; None of any other."""
        known = self.noted.get(folder)
        return self.lists[known[1]] if known is not None and known[0] == _state(state) else None

    def add(self, folder: str, state: os.stat_result, names: Names) -> None:
        """Names as they were found after the folder was asked for its state."""
        if self.found is not None:
            self.found[folder] = (_state(state), names)

    def write(self, path: Path, before: int, keeps: Callable[[str], bool] = lambda folder: False) -> None:
        """Note what was found, of folders that were last changed before a moment (ns, the disk's): later ones may
        change once more within the same tick of the clock. On disks that keep whole seconds nothing is noted.

        ``keeps``: of which folders that were not looked into now what was noted before stands on.
        """
        found = self.found or {}
        kept = {folder: own for folder, own in self.noted.items() if folder not in found and keeps(folder)}
        numbers: dict[Names, int] = {}
        others = {n: numbers.setdefault(self.lists[n], len(numbers)) for n in sorted({n for _, n in kept.values()})}
        is_as_it_was = all(before == now for before, now in others.items())
        noted = kept if is_as_it_was else {folder: (state, others[n]) for folder, (state, n) in kept.items()}
        noted |= {
            folder: (state, numbers.setdefault(names, len(numbers)))
            for folder, (state, names) in found.items()
            if state[1] < before and state[1] % COARSE_NS
        }
        write_bytes(path, sealed_bytes(marshal.dumps((noted, list(numbers)), FORMAT)))


def _state(found: os.stat_result) -> State:
    return found.st_ino, found.st_ctime_ns, found.st_mtime_ns


def read_names(path: Path) -> FolderNames:
    """What this machine noted; nothing where there is none, or where another hand wrote it."""
    if not HAS_HANDLES or (raw := unsealed_bytes(path)) is None:
        return FolderNames()
    with without_collection():
        return FolderNames(*marshal.loads(raw))
