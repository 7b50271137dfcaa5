"""Read a raw return, exactly as received, into tables of text.

Nothing is converted here: an empty cell is "", and each row knows its number in the file, so that later faults and
figures can say where they are.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pandas as pd

from improvement_reports.domain.errors import Fault, InvalidInput
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.limits import (
    MAX_CLAIMS,
    MAX_NARRATIVE_BYTES,
    MAX_RETURN_ROWS,
    MAX_TABLE_BYTES,
    MAX_WORKBOOK_BYTES,
)
from improvement_reports.domain.status_words import StatusWords
from improvement_reports.domain.tables import (
    NARRATIVE_FOLDER,
    RETURN_FILE,
    RETURN_TABLES,
    SOURCES_FOLDER,
    WORKBOOK_TABLES,
    TableSpec,
)
from improvement_reports.returns.workbook_reading import read_workbook
from improvement_reports.workspace.csv_reading import Rows, decode, read_csv, too_many_rows
from improvement_reports.workspace.parameters import ReturnInfo
from improvement_reports.workspace.safe_reading import is_left_behind, read_bytes
from improvement_reports.workspace.yaml_files import load_yaml, validated

WORKBOOK = "return.xlsx"
ROW = "source_row"
HEAD, SOURCES = "return", "sources"  # the sheets that say what return.yml says


@dataclass
class RawReturn:
    """A return as received: text tables (index: the row number in the file), narrative, and what is wrong so far."""

    folder: Path
    info: ReturnInfo | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    lacks: dict[str, list[str]] = field(default_factory=dict)  # optional columns that a table's file does not have
    lines: dict[str, dict[int, int]] = field(
        default_factory=dict
    )  # by file: rows whose line in an editor is another number
    narrative: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    # Of tables that stand as an earlier return stated them: the path of their file inside data/raw.
    origins: dict[str, str] = field(default_factory=dict)
    # The council's own words: by table and column what stands in the file, where ``tables`` has what it means.
    said: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    status_words: StatusWords = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)  # tables that are there and could not be read
    is_unread: bool = False  # nothing can be said of what it holds

    @property
    def known_info(self) -> ReturnInfo:
        """What return.yml says, of a return without faults: it has one."""
        if self.info is None:
            raise ValueError(f"{self.folder} has no {RETURN_FILE} that could be read, which is a fault")
        return self.info


def read_return(folder: Path) -> RawReturn:
    """The return in ``folder``: CSV files, or ``return.xlsx`` with the same tables as sheets."""
    raw = RawReturn(folder)
    raw.faults += _climbing(folder)
    if raw.faults:
        raw.is_unread = True
        return raw
    if (folder / WORKBOOK).exists():
        _read_workbook(raw)
    if not raw.is_unread:
        _read_info(raw)
    for path in sorted(p for p in folder.iterdir() if not is_left_behind(p.name)):
        if path.is_dir():
            if path.name not in (NARRATIVE_FOLDER, SOURCES_FOLDER):
                problem = (
                    "is a folder; put the file itself there, for a return has only the folders narrative and sources"
                )
                raw.faults.append(Fault(path.name, problem))
                raw.unread.add(path.stem)
        elif path.suffix.lower() == ".csv":
            _read_csv_table(raw, path)
        elif path.name not in (RETURN_FILE, WORKBOOK):
            problem = (
                f"not a part of a return; allowed are {RETURN_FILE}, {WORKBOOK}, the tables as .csv and narrative/*.md"
            )
            raw.faults.append(Fault(path.name, problem))
    _read_narrative(raw)
    _complete(raw)
    return raw


def _complete(raw: RawReturn) -> None:
    """An optional column that a table leaves out is empty throughout; all tables together have a sane number of
    rows.
    """
    for name, frame in raw.tables.items():
        if lacks := add_optional(RETURN_TABLES[name], frame):
            raw.lacks[name] = lacks
    if (whole := sum(len(frame) for frame in raw.tables.values())) > MAX_RETURN_ROWS:
        raw.faults.append(
            Fault(
                "the return",
                f"has {whole:,} rows in all, more than {MAX_RETURN_ROWS:,}; send only the rows of this month",
            )
        )
        raw.is_unread = True
    if len(raw.tables.get("claims", ())) > MAX_CLAIMS:
        raw.faults.append(too_many_rows(raw.files["claims"], MAX_CLAIMS))
        raw.is_unread = True


def add_optional(spec: TableSpec, frame: pd.DataFrame) -> list[str]:
    """Add to a frame, empty, the optional columns that it lacks; their names."""
    lacks = [c.name for c in spec.columns if not c.required and c.name not in frame]
    for name in lacks:
        frame[name] = pd.Series("", index=frame.index, dtype=object)
    return lacks


def _climbing(folder: Path) -> list[Fault]:
    """Links that lead out of the return's folder: what lies behind them is not part of the return."""
    home, faults = folder.parent.resolve() / folder.name, []
    if folder.resolve() != home:
        return [Fault(folder.name, "leads outside data/raw; put the folder itself there")]
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        try:
            if not path.resolve(strict=True).is_relative_to(home):
                faults.append(Fault(name, "leads outside the return's folder; put the file itself there"))
        except (OSError, RuntimeError):  # a link to nothing, or to itself
            faults.append(Fault(name, "is a link that leads nowhere; put the file itself there"))
    return faults


def _read_info(raw: RawReturn) -> None:
    path = raw.folder / RETURN_FILE
    if not path.exists() and (raw.info is not None or {HEAD, SOURCES} & raw.unread):
        return
    if path.exists() and raw.info is not None:
        raw.faults.append(
            Fault(
                RETURN_FILE, f"says again what the sheets {HEAD} and {SOURCES} of {WORKBOOK} say; keep one of the two"
            )
        )
        return
    try:
        raw.info = validated(
            ReturnInfo, load_yaml(path, RETURN_FILE, "authority, month, received and sources"), RETURN_FILE
        )
    except InvalidInput as error:
        raw.faults += error.faults


def _read_csv_table(raw: RawReturn, path: Path) -> None:
    table = path.stem
    if table not in RETURN_TABLES:
        hint = suggestion(path.name, [f"{t}.csv" for t in RETURN_TABLES])
        raw.faults.append(
            Fault(
                path.name, f"not a table of a return{hint}; allowed are {', '.join(f'{t}.csv' for t in RETURN_TABLES)}"
            )
        )
        return
    if table in raw.tables or table in raw.unread:
        raw.faults.append(Fault(path.name, f"the table is in {WORKBOOK} as well; keep one of the two"))
        return
    try:
        found = read_csv(read_bytes(path, path.name, MAX_TABLE_BYTES), path.name, RETURN_TABLES[table].column_names)
        raw.tables[table], raw.files[table], raw.lines[path.name] = frame_of(found), path.name, found.lines
    except InvalidInput as error:
        raw.faults += error.faults
        raw.unread.add(table)


def frame_of(rows: Rows) -> pd.DataFrame:
    """Rows as a frame of text whose index is the row number as a spreadsheet shows it."""
    return pd.DataFrame(
        list(rows.rows.values()), columns=rows.header, index=pd.Index(list(rows.rows), name=ROW), dtype=object
    )


def _read_workbook(raw: RawReturn) -> None:
    try:
        found = read_workbook(read_bytes(raw.folder / WORKBOOK, WORKBOOK, MAX_WORKBOOK_BYTES), WORKBOOK)
    except InvalidInput as error:
        raw.faults += error.faults
        raw.is_unread = True
        return
    raw.faults += found.faults
    raw.unread |= found.unread
    raw.is_unread = found.is_damaged
    for name, rows in found.tables.items():
        if name in (HEAD, SOURCES):
            continue
        raw.tables[name], raw.files[name] = frame_of(rows), f"{WORKBOOK}#{name}"
    _info_from_sheets(raw, {name: frame_of(found.tables[name]) for name in (HEAD, SOURCES) if name in found.tables})


def _info_from_sheets(raw: RawReturn, sheets: dict[str, pd.DataFrame]) -> None:
    """return.yml as the sheets ``return`` and ``sources`` say it; each statement counts, and none is said twice."""
    if not sheets or {HEAD, SOURCES} & raw.unread:
        return
    faults = [f for name, frame in sheets.items() for f in _sheet_faults(name, frame)]
    for name in (HEAD, SOURCES):
        if name not in sheets and not (raw.folder / RETURN_FILE).exists():
            columns = ", ".join(c.name for c in WORKBOOK_TABLES[name].columns if c.required)
            faults.append(Fault(f"{WORKBOOK}, sheet {name}", f"is missing; add it with the columns {columns}"))
    if faults or len(sheets) < 2:
        raw.faults += faults
        raw.unread |= {HEAD, SOURCES} if faults else set()
        return
    try:
        raw.info = validated(
            ReturnInfo, _as_settings(sheets[HEAD], sheets[SOURCES]), f"{WORKBOOK}, sheets return and sources"
        )
    except InvalidInput as error:
        raw.faults += error.faults
        raw.unread |= {HEAD, SOURCES}


def _sheet_faults(name: str, frame: pd.DataFrame) -> list[Fault]:
    from improvement_reports.returns.cells import (
        table_faults,  # pandera is only loaded when there is something to check
    )

    spec, where = WORKBOOK_TABLES[name], f"{WORKBOOK}, sheet {name}"
    add_optional(spec, frame)
    faults = table_faults(spec, frame, where)
    if name == HEAD and len(frame) > 1:
        faults.append(
            Fault(f"{where}, row {frame.index[1]}", "is a second row; a return is one row, so keep the one that holds")
        )
    if name == SOURCES and "meeting_body" in frame and "meeting_date" in frame:
        for number, row in frame.iterrows():
            if bool(row["meeting_body"]) != bool(row["meeting_date"]):
                faults.append(
                    Fault(
                        f"{where}, row {number}",
                        "has only one of meeting_body and meeting_date; fill in both, or neither",
                    )
                )
    return faults


def _as_settings(head: pd.DataFrame, sources: pd.DataFrame) -> dict:
    """The two sheets as return.yml would have them."""
    content: dict = {k: v for k, v in head.iloc[0].items() if v}
    content["illustrative"] = content.get("illustrative") == "yes"
    content["unchanged"] = [word.strip() for word in content.get("unchanged", "").split(",") if word.strip()]
    content["sources"] = {}
    for row in sources.to_dict("records"):
        entry = {k: v for k, v in row.items() if v and k not in ("source_id", "meeting_body", "meeting_date")}
        if row["meeting_body"]:
            entry["meeting"] = {"body": row["meeting_body"], "date": row["meeting_date"]}
        content["sources"][row["source_id"]] = entry
    return content


def recommendation_ids(home: Path) -> dict[Path, frozenset[str] | None]:
    """Ids of the recommendations in every return of an authority, by the file that names them; None for one that cannot
    be read.

    ``home``: the authority's folder in data/raw. Files are CSV or workbooks.
    """
    paths = sorted([*home.glob("*/recommendations.csv"), *home.glob(f"*/{WORKBOOK}")])
    return {path: _ids_in(path, *_stamp(path)) for path in paths}


def _stamp(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:
        return (0, 0)
    return (state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=512)
def _ids_in(path: Path, changed: int, length: int) -> frozenset[str] | None:
    spec = RETURN_TABLES["recommendations"]
    try:
        if path.name == WORKBOOK:
            found = read_workbook(read_bytes(path, path.name, MAX_WORKBOOK_BYTES), path.name, spec.name)
            if found.faults:
                return None
            rows = found.tables.get(spec.name, Rows(list(spec.key)))
        else:
            rows = read_csv(read_bytes(path, path.name, MAX_TABLE_BYTES), path.name, spec.column_names)
        at = rows.header.index(spec.key[0])
        return frozenset(cells[at] for cells in rows.rows.values() if cells[at])
    except (InvalidInput, OSError, ValueError):  # its own check says what is wrong with it
        return None


def _read_narrative(raw: RawReturn) -> None:
    folder = raw.folder / NARRATIVE_FOLDER
    if folder.exists() and not folder.is_dir():
        raw.faults.append(
            Fault(NARRATIVE_FOLDER, "is not a folder; put the sections of the narrative into a folder of this name")
        )
    for path in sorted(p for p in folder.iterdir() if not is_left_behind(p.name)) if folder.is_dir() else []:
        name = f"{NARRATIVE_FOLDER}/{path.name}"
        if path.suffix != ".md" or path.is_dir():
            raw.faults.append(
                Fault(name, "not a section of the narrative; save the text as a file that ends in .md, or remove it")
            )
            continue
        try:
            raw.narrative[path.stem] = decode(read_bytes(path, name, MAX_NARRATIVE_BYTES), name).replace("\r\n", "\n")
        except InvalidInput as error:
            raw.faults += error.faults
