"""Tables as Typst code: the widths of their columns and the size of their letters are chosen by what stands in them."""

import re
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import NamedTuple

from improvement_reports.sheets.leaf import Element, classes, is_unseen, text_of
from improvement_reports.sheets.typst_text import Inline, call, literal, state_of

RIGHT = re.compile(r"right-(?P<column>\d+)")
# Letter sizes in points, the largest that fits is taken; how wide a letter is of its size, and the padding of a cell.
SIZES, LETTER, PADDING = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5), 0.5, 7.0
SHEET_WIDTH = 481.9  # points: A4 within its margins
MOST_LINES = 40  # a row of more may be split, for it might not fit on a sheet
SPARK_LETTERS = 13
MONTH_CELL = 3
STEPS = 24  # in which room is given to columns
RAGGED = 1.06  # lines of words are not filled to the last letter


@dataclass(frozen=True)
class Cell:
    """A cell of a table, at the column of its left edge."""

    element: Element
    column: int
    span: int
    height: int

    @cached_property
    def need(self) -> "Need":
        """What it takes of its column; read of its element once, though asked for several times."""
        return _need(self.element)


@dataclass(frozen=True)
class Grid:
    """The rows of a table: of its head, and of its body."""

    head: list[list[Cell]]
    body: list[list[Cell]]
    columns: int


def grid_of(table: Element) -> Grid:
    """Where each cell of a table stands, cells that take several columns or rows counted."""
    taken: set[tuple[int, int]] = set()  # by cells of rows above
    head: list[list[Cell]] = []
    body: list[list[Cell]] = []
    columns = 0
    rows = [row for row in table.iter("tr")]
    for n, row in enumerate(rows):
        cells, column = [], 0
        for element in row.iterchildren("td", "th"):
            while (n, column) in taken:
                column += 1
            span, height = _number(element, "colspan"), min(_number(element, "rowspan"), len(rows) - n)
            taken.update((n + down, column + along) for down in range(1, height) for along in range(span))
            cells.append(Cell(element, column, span, height))
            column += span
        columns = max(columns, column)
        parent = row.getparent()
        (head if parent is not None and parent.tag == "thead" else body).append(cells)
    return Grid(head, body, columns)


def _number(element: Element, name: str) -> int:
    value = element.get(name, "1")
    return max(1, int(value)) if value.isdecimal() and len(value) < 4 else 1


def unbroken(state: str) -> str:
    """A status as one word, a little longer than its letters, for they are bold and its sign is wide."""
    return f"{state}  ".replace(" ", "\N{NO-BREAK SPACE}")


def lines_of(element: Element) -> list[str]:
    """What is seen of a cell, line by line."""
    lines = [""]

    def read(part: Element) -> None:
        lines[-1] += part.text or ""
        for child in part:
            if child.tag == "br":
                lines.append("")
            elif "state" in classes(child):
                lines[-1] += unbroken(text_of(child))
            elif isinstance(child.tag, str) and not is_unseen(child):
                read(child)
            lines[-1] += child.tail or ""

    read(element)
    return [" ".join(re.split(r"[ \n\t]+", line)).strip(" ") for line in lines]


class Need(NamedTuple):
    """What a cell takes of a column: the letters of its longest word, and of each of its lines."""

    word: int
    lines: list[int]

    def height(self, room: float) -> int:
        """The lines that it takes in so many letters."""
        return sum([1 if line <= room else ceil(line / room * RAGGED) for line in self.lines])


def _need(cell: Element) -> Need:
    if any(True for _ in cell.iter("svg", "{http://www.w3.org/2000/svg}svg")):
        return Need(SPARK_LETTERS, [SPARK_LETTERS])
    if "month" in classes(cell):
        return Need(MONTH_CELL, [MONTH_CELL])
    lines = lines_of(cell)
    return Need(max(len(word) for line in lines for word in (line or " ").split(" ")), [len(line) for line in lines])


class Fit(NamedTuple):
    """How a table is set: the width of each column (Typst), in letters too, and the size of its letters in points."""

    widths: list[str]
    letters: list[float]
    size: float


def fitted(grid: Grid, width: float = SHEET_WIDTH, sizes: tuple[float, ...] = SIZES) -> Fit:
    """Columns that hold their longest word, and the largest letters at which they do. What is left goes where it saves
    most lines.
    """
    rows = [[(c.column, c.need) for c in row if c.span == 1] for row in (*grid.head, *grid.body)]
    least, most = [1] * grid.columns, [1] * grid.columns
    for column, need in (cell for row in rows for cell in row):
        least[column] = max(least[column], need.word)
        most[column] = max(most[column], *need.lines)
    for size in sizes:
        room = (width - PADDING * grid.columns) / (size * LETTER)
        if sum(most) <= room:
            return Fit(["auto"] * grid.columns, [float(letters) for letters in most], size)
        if sum(least) <= room:
            break
    shares = shared(rows, least, most, room)
    return Fit([f"{share * size * LETTER + PADDING:.1f}fr" for share in shares], shares, size)


def shared(rows: list[list[tuple[int, Need]]], least: list[int], most: list[int], room: float) -> list[float]:
    """Room in letters for each column: ``least`` at first, then step by step for the column where it saves most lines
    of the table.
    """
    given = [float(letters) for letters in least]
    step = max(2.0, (room - sum(given)) / STEPS)
    heights = [{column: need.height(given[column]) for column, need in row} for row in rows]
    broken = _broken(rows, heights)
    # The lines of a column's broken cells with one step more: they change with the room of that column alone.
    shorter = {n: _lines(broken.get(n, []), given[n] + step) for n in range(len(given))}
    while (spare := room - sum(given)) > 0:
        wanting = [n for n, letters in enumerate(most) if given[n] < letters]
        if not wanting:
            return given
        saved = {n: _saved(broken.get(n, []), n, shorter[n]) for n in wanting}
        best = max(wanting, key=lambda n: (saved[n], most[n] - given[n]))
        given[best] += min(step, spare)
        of_best = broken.get(best, [])
        for (heights_of_row, _), lines in zip(of_best, _lines(of_best, given[best]), strict=True):
            heights_of_row[best] = lines
        shorter[best] = _lines(of_best, given[best] + step)
    return given


Broken = list[tuple[dict[int, int], Need]]  # of a column: the heights of each row in which a cell of it is broken


def _broken(rows: list[list[tuple[int, Need]]], heights: list[dict[int, int]]) -> dict[int, Broken]:
    """By column its cells that take more lines than they have, for no other cell ever gets shorter."""
    found: dict[int, Broken] = {}
    for row, heights_of_row in zip(rows, heights, strict=True):
        for column, need in row:
            if heights_of_row[column] > len(need.lines):
                found.setdefault(column, []).append((heights_of_row, need))
    return found


def _lines(broken: Broken, room: float) -> list[int]:
    """The lines that each of these cells takes in so many letters."""
    return [need.height(room) for _, need in broken]


def _saved(broken: Broken, column: int, shorter: list[int]) -> float:
    """The lines that a table is shorter by if the broken cells of a column take so many; what makes a cell shorter
    beside a higher one counts a little.
    """
    saved = 0.0
    for (heights, _), lines in zip(broken, shorter, strict=True):
        now = heights[column]
        if lines < now:
            others = max((other for at, other in heights.items() if at != column), default=0)
            saved += max(0, max(now, others) - max(lines, others)) + 0.1 * (now - lines)
    return saved


def right_columns(table: Element) -> set[int]:
    """The columns whose cells stand to the right, counted from 0."""
    return {int(found["column"]) - 1 for name in classes(table) if (found := RIGHT.fullmatch(name))}


def row_heads(grid: Grid) -> list[set[int]]:
    """Of each row of a table's body, which of its cells are heads of it, counted from 0."""
    return [{n for n, cell in enumerate(row) if cell.element.tag == "th"} for row in grid.body if row]


def table_code(
    table: Element, grid: Grid, inline: Inline, width: float = SHEET_WIDTH, sizes: tuple[float, ...] = SIZES
) -> str:
    """A table with its head, which stands again on each sheet that it goes on to. ``grid``: where its cells stand
    (`grid_of`).
    """
    right = right_columns(table)
    fit = fitted(grid, width, sizes)
    splits = [may_split(row, fit) for row in grid.body]
    rows = [
        [_cell(cell, inline, right, is_split) for cell in row] for row, is_split in zip(grid.body, splits, strict=True)
    ]
    head = [_cell(cell, inline, right, False, is_head=True) for row in grid.head for cell in row]
    is_history = "history" in classes(table)
    caption = next(table.iterchildren("caption"), None)
    return call(
        "data-table",
        *([call("table.header", *head, *ruled([], is_history, "head-rule"))] if head else []),
        *(cell for row in rows for cell in ruled(row, is_history)),
        caption=inline.of(caption) if caption is not None and text_of(caption) else "none",
        widths=f"({', '.join(fit.widths)},)",
        size=f"{fit.size:g}pt",
        kind=literal("history" if is_history else "data"),
    )


def ruled(row: list[str], is_history: bool, rule: str = "rule") -> list[str]:
    """A row with the line below it; the squares of a history have none."""
    return row if is_history else [*row, rule]


def may_split(row: list[Cell], fit: Fit) -> bool:
    """Whether a row might be higher than a sheet."""
    return any(cell.need.height(fit.letters[cell.column]) > MOST_LINES for cell in row if cell.span == 1)


def _cell(cell: Cell, inline: Inline, right: set[int], is_split: bool, is_head: bool = False) -> str:
    element = cell.element
    named: dict[str, str] = {}
    if cell.span > 1:
        named["colspan"] = str(cell.span)
    if cell.height > 1:
        named["rowspan"] = str(cell.height)
    if cell.column in right or "number" in classes(element):
        named["align"] = "right"
    if is_split:
        named["breakable"] = "true"
    body = inline.of(element)
    if "cell" in classes(element) and (state := state_of(element)):
        named |= {"fill": f"fill-of({literal(state)})", "align": "center + horizon"}
        body = call("on-fill", body, name=literal(state))
    elif element.tag == "th" and not is_head and "priority" in classes(element):
        body = call("row-head", body)
    return call("table.cell", body, **named)
