"""From a raw return to tidy, typed, suppressed Parquet tables: data/raw → check → data/processed."""

import hashlib
import json
import re
import shutil
import time
from pathlib import Path

import pandas as pd

from improvement_reports.errors import UserError
from improvement_reports.files import is_left_behind
from improvement_reports.limits import MAX_OFFICIAL_BYTES
from improvement_reports.numbers import decimals_of
from improvement_reports.parameters import ReturnInfo
from improvement_reports.plain_text import one_line
from improvement_reports.project import MONTH, Project
from improvement_reports.tables import RETURN_TABLES, TableSpec

INFO_FILE = "return.json"
# What `prepare` names the folder that it writes aside; the last good one, put aside for an instant, is for `recover`.
LEFT_BEHIND = re.compile(rf"\.(?:{MONTH.pattern}|official-statistics)-(?!old$)\w+")
STALE_SECONDS = 3600
SOURCE_COLUMNS = ["source_file", "source_row", "row_sha256", "row_cells", "row_lacks"]


def row_json(cells: list[str]) -> str:
    """A raw row as a JSON array of texts: what its hash is taken of, so that anyone can compute it again."""
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))


def typed(spec: TableSpec, frame: pd.DataFrame, file: str, lacks=()) -> pd.DataFrame:
    """A checked text table with numbers as floats, yes/no as booleans, and where each row came from.

    Index: 0 to n−1 in the order of the file; ``source_row`` is the row number in the file. ``lacks``: optional columns that
    the file does not have; they are no part of a row's record, so that its hash stays when a table gains such a column.
    """
    result = frame[list(spec.column_names)].reset_index(drop=True)
    for column in spec.columns:
        if column.type == "number":
            result[column.name] = pd.to_numeric(result[column.name].where(result[column.name] != "", None)).astype(
                float
            )
        elif column.type == "yes_no":
            result[column.name] = result[column.name] == "yes"
        else:
            result[column.name] = result[column.name].astype(str).map(one_line).astype(str)
    if "value" in spec.column_names:  # a value is shown with the decimals it was stated with
        result["value_decimals"] = [decimals_of(text) if text else 0 for text in frame["value"]]
    result["source_file"] = file
    result["source_row"] = frame.index.to_numpy()
    own = [c for c in spec.column_names if c not in lacks]
    result["row_cells"] = [row_json(list(cells)) for cells in frame[own].to_numpy()]
    result["row_lacks"] = " ".join(c for c in spec.column_names if c in lacks)
    result["row_sha256"] = [hashlib.sha256(cells.encode()).hexdigest() for cells in result["row_cells"]]
    return result


def empty_table(spec: TableSpec) -> pd.DataFrame:
    """The table that a return leaves out: its columns and no rows."""
    return typed(
        spec, pd.DataFrame(columns=list(spec.column_names), index=pd.Index([], name="source_row"), dtype=object), ""
    )


def check_return(project: Project, folder: Path):
    """The raw return in ``folder`` if nothing is wrong with it; `InvalidInput` with every fault otherwise."""
    from improvement_reports.return_series import before, checked

    return checked(project, folder, before(project, folder.parent.name, folder.name))[0]


def typed_tables(raw) -> dict[str, pd.DataFrame]:
    """All tables of a checked return, those it leaves out empty; ``source_file`` is the path inside data/raw."""
    home = f"{raw.info.authority}/{raw.info.month}"
    return {
        name: typed(spec, raw.tables[name], f"{home}/{raw.files[name]}", raw.lacks.get(name, ())) if name in raw.tables else empty_table(spec)
        for name, spec in RETURN_TABLES.items()
    }


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
