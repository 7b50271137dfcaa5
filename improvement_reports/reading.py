"""Read a raw return, exactly as received, into tables of text.

Nothing is converted here: an empty cell is "", and each row knows its number in the file, so that later faults and
figures can say where they are.
"""

import codecs
import csv
import datetime as dt
import io
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from improvement_reports.errors import Fault, InvalidInput, shown
from improvement_reports.parameters import ReturnInfo, load_yaml, validated
from improvement_reports.tables import NARRATIVE_FOLDER, RETURN_FILE, RETURN_TABLES, WORKBOOK_TABLES

WORKBOOK = "return.xlsx"
MAX_BYTES = 50_000_000
ROW = "source_row"


@dataclass
class RawReturn:
    """A return as received: text tables (index: the row number in the file), narrative, and what is wrong so far."""

    folder: Path
    info: ReturnInfo | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    lacks: dict[str, list[str]] = field(default_factory=dict)  # optional columns that a table's file does not have
    narrative: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    is_unread: bool = False  # nothing can be said of what it holds


def read_return(folder: Path) -> RawReturn:
    """The return in ``folder``: CSV files, or ``return.xlsx`` with the same tables as sheets."""
    raw = RawReturn(folder)
    raw.faults += _climbing(folder)
    if raw.faults:
        raw.is_unread = True
        return raw
    if (folder / WORKBOOK).is_file():
        _read_workbook(raw)
    if not raw.is_unread:
        _read_info(raw)
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~")):  # left by an editor or the system
            continue
        if path.is_dir():
            if path.name != NARRATIVE_FOLDER:
                raw.faults.append(
                    Fault(
                        path.name, "is a folder; put the file itself there, for a return has only the folder narrative"
                    )
                )
        elif path.suffix.lower() == ".csv":
            _read_csv_table(raw, path)
        elif path.name not in (RETURN_FILE, WORKBOOK):
            raw.faults.append(
                Fault(
                    path.name,
                    f"not a part of a return; allowed are {RETURN_FILE}, {WORKBOOK}, the tables as .csv and narrative/*.md",
                )
            )
    _read_narrative(raw)
    for name, frame in raw.tables.items():  # an optional column that a table leaves out is empty throughout
        for column in RETURN_TABLES[name].columns:
            if not column.required and column.name not in frame:
                raw.lacks.setdefault(name, []).append(column.name)
                frame[column.name] = pd.Series("", index=frame.index, dtype=object)
    return raw


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
    if raw.info is not None and not path.exists():
        return
    try:
        raw.info = validated(ReturnInfo, load_yaml(path, RETURN_FILE), RETURN_FILE)
    except InvalidInput as error:
        raw.faults += error.faults


def decode(content: bytes, name: str) -> str:
    """UTF-8 text with or without byte-order mark; `InvalidInput` names the line of the first byte that is not."""
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = content[error.start]
        raise InvalidInput(
            name,
            [
                Fault(
                    f"{name}, line {line}",
                    f"the byte 0x{found:02X} is not UTF-8; save the file as “CSV UTF-8” and try again",
                )
            ],
        ) from None
    if "\0" in text:
        raise InvalidInput(
            name, [Fault(name, "holds NUL characters, so it is not a text file; save it as “CSV UTF-8”")]
        )
    return text


def _read_csv_table(raw: RawReturn, path: Path) -> None:
    table = path.stem
    if table not in RETURN_TABLES:
        raw.faults.append(
            Fault(path.name, f"not a table of a return; allowed are {', '.join(f'{t}.csv' for t in RETURN_TABLES)}")
        )
        return
    if table in raw.tables:
        raw.faults.append(Fault(path.name, f"the table is in {WORKBOOK} as well; keep one of the two"))
        return
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InvalidInput(
                path.name, [Fault(path.name, f"larger than {MAX_BYTES // 1_000_000} MB; send a return of one month")]
            )
        rows = list(csv.reader(io.StringIO(decode(path.read_bytes(), path.name), newline=""), strict=True))
        raw.tables[table] = _frame(rows, path.name)
        raw.files[table] = path.name
    except csv.Error as error:
        raw.faults.append(Fault(path.name, f"cannot be read as CSV ({error}); check the quotation marks"))
    except InvalidInput as error:
        raw.faults += error.faults


def _frame(rows: list[list[str]], name: str) -> pd.DataFrame:
    """Text rows with a header as a frame whose index is the row number as a spreadsheet shows it."""
    rows = [[cell.strip() for cell in row] for row in rows]
    if not rows or not any(rows[0]):
        raise InvalidInput(name, [Fault(name, "the file is empty; the first row must name the columns")])
    header = rows[0]
    while header and not header[-1]:
        header = header[:-1]
    twice = sorted({c for c in header if header.count(c) > 1})
    faults = [Fault(name, f"the column {shown(c)} stands twice in the first row; remove one") for c in twice]
    kept, numbers = [], []
    for number, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        if (len(row) != len(header) and any(row[len(header) :])) or len(row) < len(header):
            faults.append(
                Fault(
                    f"{name}, row {number}",
                    f"has {len(row)} cells where the first row has {len(header)}; put text with commas in quotation marks",
                )
            )
            continue
        kept.append(row[: len(header)])
        numbers.append(number)
    if not kept and not faults:
        faults.append(Fault(name, "has no rows below the first; fill it in or leave the file out"))
    if faults:
        raise InvalidInput(name, faults)
    return pd.DataFrame(kept, columns=header, index=pd.Index(numbers, name=ROW), dtype=object)


def _read_workbook(raw: RawReturn) -> None:
    from openpyxl import load_workbook  # only returns that are workbooks need it

    path = raw.folder / WORKBOOK
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError("too large")
        book = load_workbook(path, data_only=False)
    except Exception as error:  # a damaged file can break the reader anywhere; all of it is the same fault
        reason = "too large" if "too large" in str(error) else "not an Excel workbook, or damaged"
        raw.faults.append(Fault(WORKBOOK, f"{reason}; save the return as “Excel workbook (.xlsx)” and try again"))
        raw.is_unread = True
        return
    for sheet in book.worksheets:
        if sheet.title == "read me":  # the template's own instructions
            continue
        if sheet.title not in WORKBOOK_TABLES:
            raw.faults.append(
                Fault(
                    f"{WORKBOOK}, sheet {shown(sheet.title)}",
                    f"not a table of a return; allowed are {', '.join(WORKBOOK_TABLES)}",
                )
            )
            continue
        try:
            rows = _sheet_rows(sheet)
            if len([r for r in rows if any(r)]) > 1 or not WORKBOOK_TABLES[sheet.title].optional:
                raw.tables[sheet.title] = _frame(rows, f"{WORKBOOK}, sheet {sheet.title}")
                raw.files[sheet.title] = f"{WORKBOOK}#{sheet.title}"
        except InvalidInput as error:
            raw.faults += error.faults
    _info_from_sheets(raw)


def _sheet_rows(sheet) -> list[list[str]]:
    where = f"{WORKBOOK}, sheet {sheet.title}"
    faults = [
        Fault(f"{where}, cells {area}", "are merged; unmerge them and fill each cell")
        for area in sheet.merged_cells.ranges
    ]
    rows = []
    for cells in sheet.iter_rows():
        row = []
        for cell in cells:
            try:
                row.append(_cell_text(cell))
            except ValueError as error:
                faults.append(Fault(f"{where}, cell {cell.coordinate}", str(error)))
                row.append("")
        rows.append(row)
    if faults:
        raise InvalidInput(where, faults)
    return rows


def _cell_text(cell) -> str:
    """A cell as the text that stands for it in CSV; a ValueError says what a cell may not hold."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise ValueError("holds a formula; paste its value instead")
    if cell.data_type == "e":
        raise ValueError(f"holds the error {value}; correct it")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime | dt.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, int | float):
        if "%" in (cell.number_format or ""):
            raise ValueError(
                f"is formatted as a percentage and holds {value:g}; write the percentage as a plain number, for example 86"
            )
        return str(int(value)) if float(value).is_integer() else repr(value)
    return str(value)


def _info_from_sheets(raw: RawReturn) -> None:
    """return.yml as the sheets ``return`` and ``sources`` say it."""
    head, sources = raw.tables.pop("return", None), raw.tables.pop("sources", None)
    raw.files.pop("return", None), raw.files.pop("sources", None)
    if head is None or sources is None or (raw.folder / RETURN_FILE).exists():
        return
    content = {k: v for k, v in head.iloc[0].items() if v} if len(head) else {}
    if "illustrative" in content:
        content["illustrative"] = content["illustrative"] == "yes"
    content["sources"] = {}
    for row in sources.to_dict("records"):
        entry = {k: v for k, v in row.items() if v and k not in ("source_id", "meeting_body", "meeting_date")}
        if row.get("meeting_body"):
            entry["meeting"] = {"body": row["meeting_body"], "date": row.get("meeting_date", "")}
        content["sources"][row.get("source_id", "")] = entry
    try:
        raw.info = validated(ReturnInfo, content, f"{WORKBOOK}, sheets return and sources")
    except InvalidInput as error:
        raw.faults += error.faults


def _read_narrative(raw: RawReturn) -> None:
    folder = raw.folder / NARRATIVE_FOLDER
    for path in sorted(p for p in folder.iterdir() if not p.name.startswith((".", "~"))) if folder.is_dir() else []:
        name = f"{NARRATIVE_FOLDER}/{path.name}"
        if path.suffix != ".md" or path.is_dir():
            raw.faults.append(Fault(name, "not a section of the narrative; save the text as a file that ends in .md, or remove it"))
            continue
        try:
            raw.narrative[path.stem] = decode(path.read_bytes(), name).replace("\r\n", "\n")
        except InvalidInput as error:
            raw.faults += error.faults
