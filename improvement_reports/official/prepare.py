"""From the raw official tables to checked Parquet tables, each row with its origin."""

import hashlib
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from improvement_reports.domain.errors import Fault, InvalidInput, shown
from improvement_reports.domain.row_records import row_json
from improvement_reports.domain.tables import COLUMNS
from improvement_reports.official.definitions import SOURCES_FILE, load_sources
from improvement_reports.official.lists import load_lists
from improvement_reports.official.table_checks import KEYS, area_codes, table_faults
from improvement_reports.workspace.files import swap_in
from improvement_reports.workspace.official_tables import FOLDER, read_table
from improvement_reports.workspace.parquet import write_parquet
from improvement_reports.workspace.places import Project


def prepare_official(project: Project) -> Path:
    """Check the raw tables and write them as Parquet with each row's origin; returns their folder.

    The index of a table read is the number of a row in its file.

    `InvalidInput` with every fault if a table is missing, has other columns, an unknown code, measure or status, a
    value that is no number, or says one thing twice.
    """
    raw, target = project.raw / FOLDER, project.processed / FOLDER
    tables, faults = {}, []
    for name in COLUMNS:
        try:
            found = read_table(raw / f"{name}.csv")
            tables[name] = pd.DataFrame(
                list(found.rows.values()), index=list(found.rows), columns=found.header, dtype=str
            )
        except InvalidInput as error:
            faults += error.faults
    if not faults:
        faults = [f for name, frame in tables.items() for f in table_faults(name, frame, tables)]
    if faults:
        raise InvalidInput("The official statistics", faults)
    sources = {s.release: key for key, s in load_sources(project).items()}
    needed = {*tables["measures"]["release"], "referrals-by-month", "statistical-neighbours"}
    if unknown := sorted(needed - set(sources)):
        name = f"data/raw/{FOLDER}/{SOURCES_FILE}"
        raise InvalidInput(
            "The official statistics",
            [Fault(name, f"has no entry whose release is {shown(r)}; add it") for r in unknown],
        )
    later = load_lists(project).published_later
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{FOLDER}-", dir=target.parent))
    aside.chmod(0o755)
    try:
        for name, frame in tables.items():
            result = _with_origin(name, frame, tables["measures"], sources, later)
            write_parquet(result, aside / f"{name}.parquet")
        swap_in(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target


def newest_known(frame: pd.DataFrame, table: str, known_by: str) -> np.ndarray:
    """Where the rows of a table stand that were known by a day; of a first and a revised value the newest of them. In
    the order of the file.
    """
    keys, days = [k for k in KEYS[table] if k != "available_from"], ["available_from", "stated_from"]
    known = np.flatnonzero(frame["available_from"] <= known_by)
    if not frame[keys].iloc[known].duplicated().any():
        return known
    rows = frame[[*keys, *days]].iloc[known].set_axis(known)
    newest = rows.sort_values(days, kind="stable").drop_duplicates(keys, keep="last")
    return np.sort(newest.index.to_numpy())


def _with_origin(
    name: str, frame: pd.DataFrame, measures: pd.DataFrame, sources: dict[str, str], later: dict[str, str]
) -> pd.DataFrame:
    """Typed columns, and for each row its file, number, cells, sha256, source and place in it."""
    result = frame.reset_index(drop=True)
    result["source_file"] = f"{FOLDER}/{name}.csv"
    result["source_row"] = frame.index.to_numpy()
    texts = {column: frame[column].tolist() for column in frame}
    cells = [row_json(list(row)) for row in zip(*texts.values(), strict=True)]
    result["row_cells"], result["row_sha256"] = cells, [hashlib.sha256(row.encode()).hexdigest() for row in cells]
    match name:
        case "annual-values":
            result["value_text"] = result["value"]
            result["value"] = pd.to_numeric(result["value"].where(result["value"] != "", None)).astype(float)
            result["reporting_year"] = result["reporting_year"].astype(int)
            releases = dict(zip(measures["measure_id"], measures["release"], strict=True))
            titles = dict(zip(measures["measure_id"], measures["title"], strict=True))
            # The table has the date of the main release, also for what comes out later in one of its own.
            result["stated_from"] = result["available_from"]
            for measure, day in later.items():
                known = (result["reporting_year"] + 1).astype(str) + f"-{day}"
                late = (result["measure_id"] == measure) & (result["available_from"] < known)
                result["available_from"] = result["available_from"].where(~late, known)
            result["source_id"] = [sources[releases[m]] for m in texts["measure_id"]]
            triples = zip(texts["measure_id"], result["reporting_year"].tolist(), texts["area_name"], strict=True)
            result["locator"] = [f"{titles[m]}, {year}, {area}" for m, year, area in triples]
        case "referrals-by-month":
            result["la_code"], result["stated_from"] = area_codes(result), result["available_from"]
            result["referrals"] = pd.to_numeric(result["referrals"].where(result["referrals"] != "", None)).astype(
                float
            )
            result["source_id"] = sources["referrals-by-month"]
            result["locator"] = [
                f"Table c6, {month}, {area}" for month, area in zip(texts["month"], texts["area_name"], strict=True)
            ]
        case "statistical-neighbours":
            result["model_year"] = result["model_year"].astype(int)
            result["rank"] = result["rank"].astype(int)
            result["source_id"] = sources["statistical-neighbours"]
            result["locator"] = [
                f"Model of {y}, neighbour {r}" for y, r in zip(result["model_year"], result["rank"], strict=True)
            ]
        case _:
            result["source_id"], result["locator"] = next(iter(sources.values())), f"{name}.csv"
    return result
