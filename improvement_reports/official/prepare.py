"""From the raw official tables to checked Parquet tables, each row with its origin."""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from improvement_reports.domain.errors import Fault, InvalidInput, UserError, shown
from improvement_reports.domain.hints import number_problem
from improvement_reports.domain.limits import MAX_DECIMALS, MAX_OFFICIAL_BYTES
from improvement_reports.domain.numbers import parse_date
from improvement_reports.domain.rows import row_json
from improvement_reports.domain.tables import COLUMNS
from improvement_reports.domain.vocabulary import BetterWhen, ValueStatus
from improvement_reports.official.definitions import SOURCES_FILE, UNITS, has_official, load_definitions, load_sources
from improvement_reports.official.lists import load_lists
from improvement_reports.workspace.areas import area_faults, region_code
from improvement_reports.workspace.cell_types import is_id, is_number
from improvement_reports.workspace.files import swap_in, sweep
from improvement_reports.workspace.official_tables import FOLDER, LARGE, LISTS_FILE, MOST_NAMED, read_table
from improvement_reports.workspace.places import MONTH, Project
from improvement_reports.workspace.safe_reading import read_bytes


def official_key(project: Project) -> str:
    """Key of the processed tables: the contents of the raw tables and of this code."""
    from improvement_reports.workspace.files import digest, file_digest
    from improvement_reports.workspace.keys import package_digest

    files = [*(f"{name}.csv" for name in COLUMNS), SOURCES_FILE]
    lists = file_digest(project.params / LISTS_FILE)
    return digest([*(digest(_content(project, name)) for name in files), lists, package_digest()])


def _content(project: Project, name: str) -> bytes:
    try:
        return read_bytes(project.raw / FOLDER / name, f"data/raw/{FOLDER}/{name}", MAX_OFFICIAL_BYTES, LARGE)
    except FileNotFoundError:
        return b""  # preparing says that it is missing


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
        faults = [f for name, frame in tables.items() for f in _table_faults(name, frame, tables)]
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
            result.to_parquet(aside / f"{name}.parquet", index=False)
        swap_in(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target


def prepare_official_if_changed(project: Project, force: bool = False):
    """An `Outcome`; bad input is one of its states and leaves the last good tables."""
    import time

    from improvement_reports.workspace.stamps import Stamp, digests, make_if_changed
    from improvement_reports.workspace.work import Outcome

    start = time.perf_counter()
    if not has_official(project):
        return Outcome(FOLDER, "unchanged")
    try:
        sweep(project.processed)
        folder = project.processed / FOLDER
        stamp = Stamp(project.processed / f".{FOLDER}.key", official_key(project), lambda: digests(folder))
        if not make_if_changed(stamp, lambda: (load_definitions(project), prepare_official(project)), force):
            return Outcome(FOLDER, "unchanged")
        return Outcome(FOLDER, "done", time.perf_counter() - start)
    except UserError as error:
        return Outcome(FOLDER, "failed", time.perf_counter() - start, str(error))


def _table_faults(name: str, frame: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> list[Fault]:
    file, faults = f"{FOLDER}/{name}.csv", []

    def report(bad: pd.Series, column: str, problem: str) -> None:
        for index in frame.index[bad][:MOST_NAMED]:
            faults.append(Fault(f"{file}, row {index}, {column}", f"{shown(frame.at[index, column])} {problem}"))
        if (more := int(bad.sum()) - MOST_NAMED) > 0:
            faults.append(
                Fault(f"{file}, {column}", f"{more} more {'row' if more == 1 else 'rows'} of the same kind: {problem}")
            )

    def fits(column: str, test: Callable[[str], object]) -> pd.Series:
        """The rows whose text passes a test, which sees each text once."""
        return frame[column].isin([text for text in frame[column].unique() if test(text)])

    value = {"annual-values": "value", "referrals-by-month": "referrals"}.get(name)
    if value:
        problems = {text: _number_problem(text) for text in frame[value].unique()}
        for problem in sorted({p for p in problems.values() if p}):
            report((frame["status"] == "published") & (frame[value].map(problems) == problem), value, problem)
        report(
            (frame["status"] != "published") & (frame[value] != ""), value, "stands there although it is not published"
        )
        report(~frame["status"].isin([s.value for s in ValueStatus]), "status", "is not a known status; see SOURCE.md")
        report(~fits("available_from", _is_day), "available_from", "is not a day (YYYY-MM-DD) that exists")
    if name == "annual-values":
        report(~frame["measure_id"].isin(tables["measures"]["measure_id"]), "measure_id", "is not in measures.csv")
    if name in ("annual-values", "statistical-neighbours"):
        report(~frame["la_code"].isin(tables["areas"]["la_code"]), "la_code", "is not in areas.csv")
    if name == "statistical-neighbours":
        report(~frame["neighbour_la_code"].isin(tables["areas"]["la_code"]), "neighbour_la_code", "is not in areas.csv")
    for column, (form, problem) in WHOLE.get(name, {}).items():
        report(~fits(column, re.compile(form).fullmatch), column, problem)
    if name == "referrals-by-month":
        is_region = fits("area_name", region_code)
        report((frame["la_code"] == "") & ~is_region, "area_name", "has no code and is no region that is known")
        report(
            (frame["la_code"] != "") & ~frame["la_code"].isin(tables["areas"]["la_code"]),
            "la_code",
            "is not in areas.csv",
        )
        report(~fits("month", MONTH.fullmatch), "month", "is not a month (YYYY-MM)")
    if name == "areas":
        faults += area_faults(dict(zip(frame.index, frame.to_dict("records"), strict=True)), file)
        return faults
    if name == "measures":
        report(
            ~fits("measure_id", is_id),
            "measure_id",
            "is not an id; use lower-case letters, digits, hyphens and underscores",
        )
        report(~frame["unit"].isin(UNITS), "unit", f"is not a known unit; known are {', '.join(UNITS)}")
        report(
            ~frame["better_when"].isin([*(b.value for b in BetterWhen), "none"]),
            "better_when",
            "is not allowed; write higher, lower, neutral or none",
        )
    known = (
        frame.assign(la_code=_codes(frame)) if name == "referrals-by-month" else frame
    )  # a region is one however it is spelt
    keys = KEYS[name]
    same = " and ".join(k for k in keys[1:] if k != "available_from") + (
        " and area_name" if "area_name" in frame and "month" in frame else ""
    )
    revised = ", or give the revised one the day from which it was known" if "available_from" in keys else ""
    report(known.duplicated(keys), keys[0], f"stands twice for the same {same or keys[0]}; keep one row{revised}")
    return faults


YEAR = "(19|20)[0-9]{2}", "is not a year of four digits; write a whole number"


# Columns of whole numbers: their form, and what is said of another.
WHOLE = {
    "annual-values": {"reporting_year": YEAR},
    "statistical-neighbours": {"model_year": YEAR, "rank": ("[0-9]{1,3}", "is not a whole number")},
    "measures": {"decimals": (f"[0-{MAX_DECIMALS}]", f"is not a whole number from 0 to {MAX_DECIMALS}")},
}


# What a row is known by. Of two values for one thing, each with a day of its own, the newest that was known by a day
# holds.
KEYS = {
    "annual-values": ["measure_id", "reporting_year", "la_code", "available_from"],
    "measures": ["measure_id"],
    "areas": ["la_code"],
    "statistical-neighbours": ["model_year", "la_code", "rank"],
    "referrals-by-month": ["month", "la_code", "available_from"],
}


def _number_problem(text: str) -> str:
    """What is wrong with a published value, as the end of a sentence, or nothing: the rules of a number of a return."""
    if is_number(text):
        return ""
    said = number_problem(text)
    return "is not a number although the status is published" if said.startswith("is not a") else said


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(parse_date(text))
    except ValueError:
        return False


def _codes(referrals: pd.DataFrame) -> list[str]:
    """The code of the area of each row of monthly referrals: its own, or that of its region."""
    return [
        code or region_code(area) or "" for code, area in zip(referrals["la_code"], referrals["area_name"], strict=True)
    ]


def newest_known(frame: pd.DataFrame, table: str, known_by: str) -> pd.DataFrame:
    """The rows of a table that were known by a day; of a first and a revised value the newest of them. In the order of
    the file.
    """
    rows = frame[frame["available_from"] <= known_by]
    keys = [k for k in KEYS[table] if k != "available_from"]
    if not rows.duplicated(keys).any():
        return rows
    order = rows.sort_values(["available_from", "stated_from"], kind="stable")
    return rows.loc[order.drop_duplicates(keys, keep="last").index.sort_values()]


def _with_origin(
    name: str, frame: pd.DataFrame, measures: pd.DataFrame, sources: dict[str, str], later: dict[str, str]
) -> pd.DataFrame:
    """Typed columns, and for each row its file, number, cells, sha256, source and place in it."""
    result = frame.reset_index(drop=True)
    result["source_file"] = f"{FOLDER}/{name}.csv"
    result["source_row"] = frame.index.to_numpy()
    result["row_cells"] = [row_json(list(cells)) for cells in frame.to_numpy()]
    result["row_sha256"] = [hashlib.sha256(cells.encode()).hexdigest() for cells in result["row_cells"]]
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
            result["source_id"] = [sources[releases[m]] for m in result["measure_id"]]
            triples = zip(result["measure_id"], result["reporting_year"], result["area_name"], strict=True)
            result["locator"] = [f"{titles[m]}, {year}, {area}" for m, year, area in triples]
        case "referrals-by-month":
            result["la_code"], result["stated_from"] = _codes(result), result["available_from"]
            result["referrals"] = pd.to_numeric(result["referrals"].where(result["referrals"] != "", None)).astype(
                float
            )
            result["source_id"] = sources["referrals-by-month"]
            result["locator"] = [
                f"Table c6, {month}, {area}" for month, area in zip(result["month"], result["area_name"], strict=True)
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
