"""A sheet of a scorecard as cells: what stands in them, how they are formatted, and what is merged, hidden or remarked.

Nothing here knows of files: `open_workbook` and `open_text` make grids, and everything else reads them.
"""

import datetime as dt
from dataclasses import dataclass, field

from improvement_reports.domain.plain_text import text_problem
from improvement_reports.domain.sameness import plain_key

Value = str | int | float | bool | dt.datetime | dt.date | None
LONGEST_NAME = 300


@dataclass(frozen=True)
class Cell:
    """One cell that holds something. ``problem``: why what it holds cannot be taken as it is, as a sentence's end."""

    row: int
    column: int
    value: Value
    number_format: str = "General"
    comment: str = ""
    is_formula: bool = False
    problem: str = ""

    @property
    def ref(self) -> str:
        """The place as a spreadsheet names it: E7."""
        return f"{letter(self.column)}{self.row}"

    @property
    def text(self) -> str:
        """What it says, on one line; nothing for what is not text."""
        return plain_key(self.value) if isinstance(self.value, str) else ""

    @property
    def words(self) -> str:
        """What it says in words, numbers too, as a name: 1.1, No., Contacts received."""
        return plain_key(str(self.value)) if self.value is not None else ""


@dataclass(frozen=True)
class Area:
    """Merged cells, from the first row and column to the last."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Grid:
    """A sheet: its cells by (row, column), counted from 1 as a spreadsheet does.

    ``title`` is "" for a text file, which has no sheets.
    """

    title: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell there; of merged cells the one that holds what is seen."""
        if found := self.cells.get((row, column)):
            return found
        area = next((a for a in self.merged if a.top <= row <= a.bottom and a.left <= column <= a.right), None)
        return self.cells.get((area.top, area.left)) if area else None

    def row(self, number: int) -> dict[int, Cell]:
        """The filled cells of one row by their column."""
        return self.by_row.get(number, {})

    @property
    def by_row(self) -> dict[int, dict[int, Cell]]:
        """The filled cells by row and column, in order; made once, for a grid does not change."""
        if "rows" not in self.__dict__:
            rows: dict[int, dict[int, Cell]] = {}
            for (row, column), cell in sorted(self.cells.items()):
                rows.setdefault(row, {})[column] = cell
            self.__dict__["rows"] = rows
        return self.__dict__["rows"]

    def where(self, *refs: str) -> str:
        """Cells as a locator and a message name them: sheet Scorecard, cell E7."""
        return place(self.title, *refs)


def place(title: str, *refs: str) -> str:
    """One or several cells of a sheet in words."""
    cells = f"cell{'s' if len(refs) > 1 else ''} {', '.join(refs)}" if refs else ""
    return ", ".join(filter(None, [f"sheet {title}" if title else "", cells])) or "the file"


def letter(number: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def number_of(letters: str) -> int:
    """The number of a column by its letters: A is 1."""
    total = 0
    for sign in letters.upper():
        total = total * 26 + ord(sign) - 64
    return total


def name_problem(text: str) -> str:
    """Why a text of a scorecard cannot be the name of a measure in a settings file, or nothing."""
    return text_problem(text, LONGEST_NAME)
