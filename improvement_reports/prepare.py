"""From a raw return to tidy, typed, suppressed Parquet tables: data/raw → check → data/processed."""

import hashlib
import json
import re
import shutil
import time
from pathlib import Path

import pandas as pd

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.limits import MAX_OFFICIAL_BYTES
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.files import is_left_behind
from improvement_reports.parameters import ReturnInfo
from improvement_reports.project import MONTH, Project

INFO_FILE = "return.json"
# What `prepare` names the folder that it writes aside; the last good one, put aside for an instant, is for `recover`.
LEFT_BEHIND = re.compile(rf"\.(?:{MONTH.pattern}|official-statistics)-(?!old$)\w+")
STALE_SECONDS = 3600








def check_return(project: Project, folder: Path):
    """The raw return in ``folder`` if nothing is wrong with it; `InvalidInput` with every fault otherwise."""
    from improvement_reports.return_series import before, checked

    return checked(project, folder, before(project, folder.parent.name, folder.name))[0]




def prepare_return(project: Project, authority: str, month: str) -> Path:
    """Check one return and write its processed tables, and those of earlier months that changed; returns their folder."""
    from improvement_reports.return_series import prepare_months

    steps = [step for step, _ in prepare_months(project, authority, month, {month}) if step.month == month]
    if not steps:
        raise UserError(f"The return {project.relative(project.raw_return(authority, month))} does not exist; put the files of the return there.")
    if (error := steps[0].error) is not None:
        raise error
    return project.processed_return(authority, month)


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
    """Folders that a killed prepare left in ``home``, half-written; one that is younger may be another process's work."""
    for folder in home.glob(".*-*"):
        if LEFT_BEHIND.fullmatch(folder.name) and folder.is_dir() and time.time() - folder.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def read_processed(folder: Path) -> tuple[dict[str, pd.DataFrame], dict]:
    """Processed tables of one return and its ``return.json`` (info, narrative, file hashes)."""
    if not (folder / INFO_FILE).is_file():
        raise UserError(
            f"The return {folder.parent.name}/{folder.name} has not been prepared; run python3 make.py prepare."
        )
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in RETURN_TABLES}
    info = json.loads((folder / INFO_FILE).read_text(encoding="utf-8"))
    info["info"] = ReturnInfo.model_validate(info["info"])
    return tables, info
