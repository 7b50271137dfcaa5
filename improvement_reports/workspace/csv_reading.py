"""Read a table as CSV: rows of text with the number that a spreadsheet shows beside each, and the line that an editor
shows.

A blank line is a row; a line break inside quotation marks is not. What is not plain CSV is named, with what to do.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from improvement_reports.domain.errors import Fault, InvalidInput, shown
from improvement_reports.domain.limits import MAX_COLUMNS, MAX_ROWS, MAX_TEXT
from improvement_reports.domain.plain_text import text_problem

SAVE = "save it as “CSV UTF-8 (comma delimited)” and try again"
TOO_MANY = "send only the rows of this return"
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}
SEARCHED = 10  # rows above which the names of the columns cannot hide
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass
class Rows:
    """Rows with their numbers, the first being the names of the columns; ``lines``: where an editor shows another
    number.
    """

    header: list[str]
    rows: dict[int, list[str]] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)


def decode(content: bytes, name: str) -> str:
    """UTF-8 text with or without byte-order mark; `InvalidInput` names the line of the first byte that is not."""
    save = SAVE if name.endswith(".csv") else "save it as UTF-8 and try again"
    if content.startswith(UTF_16):
        raise InvalidInput(name, [Fault(name, f"is saved as UTF-16, which Excel calls “Unicode Text”; {save}")])
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = content[error.start : error.start + 1]
        likely = found.decode("cp1252", errors="ignore")
        meant = f", which is “{likely}” in the older encoding Windows-1252" if likely.isprintable() and likely else ""
        raise InvalidInput(
            name, [Fault(f"{name}, line {line}", f"the byte 0x{found[0]:02X} is not UTF-8{meant}; {save}")]
        ) from None
    if "\0" in text:
        raise InvalidInput(name, [Fault(name, f"holds NUL characters, so it is not a text file; {save}")])
    return text


def read_csv(
    content: bytes,
    name: str,
    columns: Iterable[str],
    limit: int = MAX_ROWS,
    too_many: str = TOO_MANY,
    exact: bool = False,
) -> Rows:
    """The rows of a CSV file; `InvalidInput` with every fault of its form.

    ``columns``: the names that the first row may have, by which a line above them or another separator is recognised.
    ``too_many``: what to do with more rows than ``limit``. ``exact``: these columns in this order; there may be no row
    below.
    """
    text, ordered, columns = decode(content, name), list(columns), set(columns)
    _separator(text, name, columns)
    records, faults = [], []
    for number, line, cells in _records(text, name):
        if number - 1 > limit:
            raise InvalidInput(name, [too_many_rows(name, limit, too_many)])
        records.append((number, line, cells))
    header = name_row([cells for _, _, cells in records], name, columns)
    if exact and header != ordered:
        raise InvalidInput(
            name, [Fault(name, f"has the columns {', '.join(header)}; it must have {', '.join(ordered)}")]
        )
    found = Rows(header)
    for number, line, cells in records[1:]:
        if not any(cells):
            continue
        if any(cells[len(header) :]) or len(cells) < len(header):
            where = f"{name}, row {number}" + (f" (line {line} in a text editor)" if line != number else "")
            faults.append(
                Fault(
                    where,
                    f"has {len(cells)} cells where the first row has {len(header)}; put text with commas in quotation"
                    " marks",
                )
            )
            continue
        found.rows[number] = cells[: len(header)]
        if line != number:
            found.lines[number] = line
    if not found.rows and not faults and not exact:
        faults.append(Fault(name, "has no rows below the first; fill it in or leave the file out"))
    if faults:
        raise InvalidInput(name, faults)
    return found


def too_many_rows(name: str, limit: int, do: str = TOO_MANY) -> Fault:
    return Fault(name, f"has more than {limit:,} rows; {do}")


def name_row(rows: list[list[str]], name: str, columns: set[str]) -> list[str]:
    """The names of the columns, which must be the first row, each once."""
    first = rows[0] if rows else []
    if rows and (at := _better_row(rows, columns)):
        above = next((shown(c) for c in first if c), "an empty row")
        raise InvalidInput(
            name,
            [
                Fault(
                    f"{name}, row 1",
                    f"{above} stands above the names of the columns, which are in row {at + 1}; delete what is above"
                    " them",
                )
            ],
        )
    if not any(first):
        raise InvalidInput(name, [Fault(name, "the file is empty; the first row must name the columns")])
    header = list(first)
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise InvalidInput(name, [Fault(name, f"has more than {MAX_COLUMNS} columns; keep those of the table")])
    faults = [
        Fault(name, f"the column {shown(c)} stands twice in the first row; remove one")
        for c, n in sorted(Counter(header).items())
        if n > 1
    ]
    faults += [Fault(f"{name}, row 1", f"{shown(c)} {problem}") for c in header if (problem := text_problem(c))]
    if faults:
        raise InvalidInput(name, faults)
    return header


def _better_row(rows: list[list[str]], columns: set[str]) -> int:
    """The row, counted from 0, that names the columns although it is not the first; 0 if the first does or none."""
    known = [len(columns & set(cells)) for cells in rows[:SEARCHED]]
    best = max(known, default=0)
    return known.index(best) if best >= 2 and known[0] < 2 else 0


def _separator(text: str, name: str, columns: set[str]) -> None:
    """A file whose cells are set apart by something else than commas, or that says by what: named as that."""
    lines = text.split("\n", SEARCHED)[:SEARCHED]
    if lines[0].strip().strip('"').lower().startswith("sep="):
        raise InvalidInput(
            name,
            [
                Fault(
                    f"{name}, line 1",
                    f"{shown(lines[0].strip())} stands above the names of the columns; delete this line",
                )
            ],
        )
    for sign, words in SEPARATORS.items():
        for line in lines:
            cells = {c.strip().strip('"') for c in line[: MAX_TEXT * 2].split(sign)}
            if len(columns & cells) >= 2:
                raise InvalidInput(name, [Fault(name, f"its cells are separated by {words}, not by commas; {SAVE}")])


def _records(text: str, name: str) -> Iterator[tuple[int, int, list[str]]]:
    """Row number, number of the row's first line, stripped cells."""
    reader, before, number = csv.reader(io.StringIO(text, newline=""), strict=True), 0, 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, before + 1, [cell.strip() for cell in cells]
            before = reader.line_num
    except csv.Error as error:
        raise InvalidInput(
            name,
            [
                Fault(
                    f"{name}, row {number + 1}" + (f" (line {before + 1})" if before != number else ""),
                    _broken(str(error)),
                )
            ],
        ) from None


def _broken(said: str) -> str:
    """The library's words in ours."""
    if "field larger" in said:
        return "a cell is longer than any text can be; check the quotation marks"
    if "unexpected end of data" in said:
        return (
            "quotation marks are opened and not closed up to the end of the file; close them, and write a quotation"
            " mark inside a cell twice"
        )
    return (
        "text stands after closing quotation marks; put the whole cell in quotation marks, and write a quotation mark"
        " inside it twice"
    )
