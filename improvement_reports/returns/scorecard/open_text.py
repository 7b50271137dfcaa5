"""Open a scorecard that is a text file: an export with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252."""

import codecs
import csv
import io

from improvement_reports.domain.errors import Fault, InvalidInput
from improvement_reports.domain.limits import MAX_TEXT
from improvement_reports.returns.scorecard.grid import Cell, Grid

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
SEPARATORS = (",", ";", "\t", "|")
SEARCHED = 50  # lines by which the separator is told
MAX_CELLS = 200_000


def open_text(content: bytes, name: str) -> list[Grid]:
    """The one grid of a text file; `InvalidInput` for one that is not a table of text."""
    text = decoded(content, name)
    first, _, rest = text.partition("\n")
    said = first.strip().strip('"').lower()
    separator = said[4:5] or "\t" if said.startswith("sep=") else separator_of(text)
    offset = 1 if said.startswith("sep=") else 0
    grid = Grid("")
    try:
        records = csv.reader(io.StringIO(rest if offset else text, newline=""), delimiter=separator, strict=True)
        for number, cells in enumerate(records, start=1 + offset):
            for column, cell in enumerate(cells, start=1):
                if cell.strip():
                    grid.cells[number, column] = Cell(number, column, cell.strip())
            if len(grid.cells) > MAX_CELLS:
                problem = f"holds more than {MAX_CELLS:,} filled cells; export only the measures of the scorecard"
                raise InvalidInput(name, [Fault(name, problem)])
    except csv.Error:
        problem = "quotation marks are not closed, or text stands after closing ones; export it again"
        raise InvalidInput(
            name, [Fault(f"{name}, after row {max((r for r, _ in grid.cells), default=0)}", problem)]
        ) from None
    return [grid]


def decoded(content: bytes, name: str) -> str:
    """The text of a file: by its byte-order mark, else UTF-8 where that fits, else Windows-1252."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            try:
                return _checked(content[len(mark) :].decode(encoding), name)
            except UnicodeDecodeError:
                break
    for encoding in ("utf-8", "cp1252"):
        try:
            return _checked(content.decode(encoding), name)
        except UnicodeDecodeError:
            continue
    raise InvalidInput(name, [Fault(name, "is not a text file; save it as CSV or as an Excel workbook (.xlsx)")])


def _checked(text: str, name: str) -> str:
    if "\0" in text:
        raise InvalidInput(name, [Fault(name, "holds NUL characters, so it is not a text file; save it as CSV")])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def separator_of(text: str) -> str:
    """The sign that sets the cells apart: the one by which most lines have equally many cells, of equals the most."""

    def told(sign: str) -> tuple[int, int]:
        lines = [line[: MAX_TEXT * 10] for line in text.split("\n", SEARCHED)[:SEARCHED] if line.strip()]
        counts = [len(next(csv.reader([line], delimiter=sign), [])) for line in lines]
        usual = max(counts, key=counts.count, default=1)
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(SEPARATORS, key=told)
