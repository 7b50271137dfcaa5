"""Files and folders written whole or not at all, and their digests."""

import hashlib
import json
import os
import re
import shutil
import stat
import time
from functools import lru_cache
from pathlib import Path

from improvement_reports.domain.limits import MAX_OFFICIAL_BYTES
from improvement_reports.workspace.places import MONTH
from improvement_reports.workspace.safe_reading import is_left_behind


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file aside and rename it: it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def digest(content) -> str:
    """sha256 of bytes, or of anything that JSON can write."""
    raw = content if isinstance(content, bytes) else json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(raw).hexdigest()


def file_digest(path: Path) -> str:
    """sha256 of a file's bytes, "" where there is none.

    A call asks for many files several times; one that has been as it is for a while is read once by a process.
    """
    try:
        found = path.stat()
    except OSError:
        return ""
    if not stat.S_ISREG(found.st_mode):
        return ""
    if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) < SETTLED_NS:
        return digest(path.read_bytes())
    return _digest_of(path, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@lru_cache(maxsize=1 << 16)
def _digest_of(path: Path, *state: int) -> str:
    """Of a file in one state, which its last change of status tells apart from every other."""
    return digest(path.read_bytes())


def settled_state(*places: Path) -> tuple | None:
    """What tells files, and folders with all that is in them, apart from themselves at any other time: each with size,
    times and number; None where one was written a moment ago or cannot be looked at.
    """
    found: list[tuple] = []
    waiting: list[str] = []
    try:
        for place in places:
            info = place.stat()
            if stat.S_ISDIR(info.st_mode):
                waiting.append(str(place))
            else:
                found.append(_looked_at(str(place), info))
        while waiting:
            for entry in os.scandir(waiting.pop()):
                info = entry.stat()
                if stat.S_ISDIR(info.st_mode) and not entry.is_symlink():
                    waiting.append(entry.path)
                found.append(_looked_at(entry.path, info))
    except OSError:
        return None
    newest = max((max(times) for *_, times in found), default=0)
    return tuple(sorted(found)) if time.time_ns() - newest >= SETTLED_NS else None


def _looked_at(path: str, info: os.stat_result) -> tuple:
    return path, info.st_mode, info.st_ino, info.st_size, (info.st_mtime_ns, info.st_ctime_ns)


# What `prepare` names the folder that it writes aside; the last good one, put aside for an instant, is for `recover`.
LEFT_BEHIND = re.compile(rf"\.(?:{MONTH.pattern}|official-statistics)-(?!old$)\w+")


STALE_SECONDS = 3600
# What was written a moment ago may be written once more within the same tick of the clock, without a trace.
SETTLED_NS = 4_000_000_000


def file_hashes(folder: Path) -> dict[str, str]:
    """sha256 of every file of a return, by its path inside the folder."""
    return {
        path.relative_to(folder).as_posix(): _sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not is_left_behind(path.name)
    }


def _sha256(path: Path) -> str:
    """Of a file's bytes, piece by piece; one that no check can pass is not read to its end."""
    if path.stat().st_size > MAX_OFFICIAL_BYTES:
        return f"larger than {MAX_OFFICIAL_BYTES}"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def swap_in(aside: Path, target: Path) -> None:
    """Put a finished folder in the place of the last one; at no moment is a half-written folder in the place.

    Between the two renames the place is empty for an instant; `recover` mends a kill just then.
    """
    recover(target)
    old = moved_away(target)
    if target.exists():
        target.rename(old)
    try:
        aside.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def moved_away(target: Path) -> Path:
    """Where `swap_in` keeps the last good folder until the new one is in its place."""
    return target.with_name(f".{target.name}-old")


def recover(target: Path) -> None:
    """After a kill between the renames of `swap_in`: the last good folder back in its place, leftovers removed."""
    old = moved_away(target)
    if old.exists():
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(target)


def sweep(home: Path) -> None:
    """Folders that a killed prepare left in ``home``, half-written; one that is younger may be another process's
    work.
    """
    for folder in home.glob(".*-*"):
        if (
            LEFT_BEHIND.fullmatch(folder.name)
            and folder.is_dir()
            and time.time() - folder.stat().st_mtime > STALE_SECONDS
        ):
            shutil.rmtree(folder, ignore_errors=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file aside and rename it: it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
