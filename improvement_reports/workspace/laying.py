"""Part of a folder replaced by what was made anew, while the rest stays where it is: for a site of a million files, of
which a change reaches a few.

All that is new lies ready on the same disk before anything is moved, so putting it in place is nothing but renames.
What is to be moved is written down before: a kill in between is mended by the next call, which does the rest. An error
puts everything back.
"""

import json
import os
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from improvement_reports.workspace.files import write_whole


def _journal(target: Path) -> Path:
    return target.with_name(f".{target.name}-laying.json")


def _replaced(target: Path) -> Path:
    """Where what is replaced is kept until all is in place."""
    return target.with_name(f".{target.name}-replaced")


class Step(NamedTuple):
    """A path below a folder that is replaced, taken away or new: whether it was there, and whether it will be."""

    path: str
    was_there: bool
    is_new: bool


def lay_over(aside: Path, target: Path, kept: Collection[str]) -> None:
    """Put all that lies in ``aside`` into ``target``, and take away what it has besides, but for the folders in
    ``kept``: paths below ``target``, of which ``aside`` has none. ``aside`` lies beside ``target``.
    """
    finish_laying(target)
    above = {"/".join(parts[:n]) for parts in (k.split("/") for k in kept) for n in range(1, len(parts))}
    steps = list(_steps(str(aside), str(target), "", frozenset(kept), above))
    write_whole(_journal(target), json.dumps({"aside": aside.name, "steps": steps}))
    try:
        _lay(aside, target, steps)
    except OSError:
        _journal(target).unlink()
        raise
    _clear(target)


def finish_laying(target: Path) -> None:
    """After a kill while something was laid over a folder: the rest of it."""
    try:
        noted = json.loads(_journal(target).read_text(encoding="utf-8"))
    except OSError:
        shutil.rmtree(_replaced(target), ignore_errors=True)
        return
    aside = target.with_name(noted["aside"])
    _lay(aside, target, [Step(*step) for step in noted["steps"]])
    shutil.rmtree(aside, ignore_errors=True)
    _clear(target)


def _clear(target: Path) -> None:
    _journal(target).unlink()
    shutil.rmtree(_replaced(target), ignore_errors=True)


def _steps(
    aside: str, target: str, folder: str, kept: frozenset[str], above: set[str], is_new: bool = True
) -> Iterator[Step]:
    """What is replaced, taken away or new: whole folders where nothing below them stays. ``is_new``: whether the folder
    is among what is new at all; of thousands only some are.
    """
    new, old = _names(f"{aside}/{folder}") if is_new else set(), _names(f"{target}/{folder}")
    for name in sorted(new | old):
        path = f"{folder}/{name}" if folder else name
        if path in kept:
            continue
        if path in above and os.path.isdir(f"{target}/{path}"):
            yield from _steps(aside, target, path, kept, above, name in new)
        else:
            yield Step(path, name in old, name in new)


def _names(folder: str) -> set[str]:
    try:
        return set(os.listdir(folder))
    except FileNotFoundError:
        return set()


def _lay(aside: Path, target: Path, steps: list[Step]) -> None:
    """Each step as far as it was not done before; all of them back where one of them fails."""
    away = _replaced(target)
    away.mkdir(exist_ok=True)
    done: list[tuple[Path, Path]] = []

    def move(source: Path, to: Path) -> None:
        source.rename(to)
        done.append((source, to))

    try:
        for number, step in enumerate(steps):
            new, old, there = aside / step.path, target / step.path, away / str(number)
            if step.was_there and not os.path.lexists(there):
                move(old, there)
            if step.is_new and os.path.lexists(new):
                move(new, old)
    except OSError:
        for source, to in reversed(done):
            to.rename(source)
        shutil.rmtree(away, ignore_errors=True)
        raise
