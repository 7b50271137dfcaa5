"""A built site ready for a host: every file as it is, and beside each text a smaller copy that a host may send instead.

The copies (``.gz``) are no part of the site itself: no page leads to them, and the next build knows nothing of them.
"""

import gzip
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.files import swap_in
from improvement_reports.workspace.processes import Threads

FOLDER = "packed"  # below build/
TEXTS = frozenset({".html", ".css", ".js", ".json", ".xml", ".svg", ".csv", ".txt", ".ipynb"})
SMALLEST = 1024  # bytes; of less a host sends the file itself, which fits into one packet
LEVEL = 9


class Packed(NamedTuple):
    """How many files a packed site has, how many of them have a smaller copy, and the bytes of these and of those."""

    files: int
    texts: int
    before: int
    after: int


def pack(site: Path, target: Path, mark: str) -> Packed:
    """Write a site with its smaller copies into a folder, which is replaced as a whole. ``mark``: a file that every
    built site has.

    A `UserError` if there is no site, or if the folder is a site, within one or holds other files.
    """
    if not (site / mark).is_file():
        raise UserError(f"There is no site in “{site}”; build it first: python3 make.py site.")
    _check_target(site.resolve(), target.resolve(), mark)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-stage-", dir=target.parent))
    try:
        aside.chmod(0o755)
        with Threads(2) as pool:  # compressing lets other threads work
            sizes = list(pool.map(lambda path: _laid(path, aside / path.relative_to(site)), _files(site)))
        swap_in(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    smaller = [size for size in sizes if size is not None]
    return Packed(len(sizes), len(smaller), sum(b for b, _ in smaller), sum(a for _, a in smaller))


def _check_target(site: Path, target: Path, mark: str) -> None:
    if target == site or target.is_relative_to(site) or site.is_relative_to(target):
        raise UserError(f"The packed site cannot lie in “{target}”, where the site itself is; choose another folder.")
    if target.is_file() or (target.is_dir() and any(target.iterdir()) and not (target / mark).is_file()):
        raise UserError(f"“{target}” holds other files; choose an empty or a new folder for the packed site.")


def _files(site: Path) -> Iterator[Path]:
    return (path for path in sorted(site.rglob("*")) if path.is_file() and not path.is_symlink())


def _laid(path: Path, target: Path) -> tuple[int, int] | None:
    """Copy one file, and write its smaller copy where it has one; the bytes of both then."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target)
    content = path.read_bytes() if path.suffix in TEXTS else b""
    if len(content) < SMALLEST:
        return None
    small = gzip.compress(content, LEVEL, mtime=0)
    if len(small) >= len(content):
        return None
    beside = target.with_name(f"{target.name}.gz")
    beside.write_bytes(small)
    shutil.copystat(target, beside)
    return len(content), len(small)
