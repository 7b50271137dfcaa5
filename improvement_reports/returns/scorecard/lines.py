"""The measures of a sheet of months, one line each: from a wide table, or from blocks whose rows are parts of one."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.sameness import normal_key
from improvement_reports.returns.scorecard.grid import Cell, Grid, name_problem
from improvement_reports.returns.scorecard.headings import Headings
from improvement_reports.returns.scorecard.periods import Period
from improvement_reports.returns.scorecard.roles import (
    AREA,
    REFERENCE,
    UNKNOWN_AREA,
    YEAR_OF_ROW,
    Known,
    area_of,
    is_comparator,
    part_of,
)
from improvement_reports.returns.scorecard.years_of_rows import periods_of

SINGLE = ("number", AREA, "better", "unit", "red", "amber", "green", "rag", "direction", "comment", "section")


@dataclass
class Line:
    """One measure as a scorecard has it: its words, its cells by period, and the cells beside them by role."""

    name: str
    section: str
    grid: Grid
    cell: Cell  # where its name, or its first value, stands
    values: dict[Period, Cell] = field(default_factory=dict)
    tops: dict[Period, Cell] = field(default_factory=dict)
    bottoms: dict[Period, Cell] = field(default_factory=dict)
    beside: dict[str, Cell] = field(default_factory=dict)
    targets: dict[Period, Cell] = field(default_factory=dict)  # of single months, where they are stated so
    area: str = ""  # the key of an area below the authority; none: the authority itself
    is_row_of_area: bool = False  # whether the row itself is called as its area is

    @property
    def key(self) -> tuple[str, str, str]:
        """By what it is told from others: its name, its section and its area as they are compared."""
        return *self.row, self.area

    @property
    def row(self) -> tuple[str, str]:
        """By what a mapping knows it: its name and its section as they are compared."""
        return normal_key(self.name), normal_key(self.section)

    @property
    def where(self) -> str:
        return self.grid.where(self.cell.ref)

    def part(self, name: str) -> dict[Period, Cell]:
        """The cells of one part by their period."""
        return {"value": self.values, "numerator": self.tops, "denominator": self.bottoms}[name]


@dataclass
class Sheet:
    """What a sheet was read as: its lines, what is not understood, what was left out and what is worth a remark."""

    lines: list[Line] = field(default_factory=list)
    unclear: list[Fault] = field(default_factory=list)
    left: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)


class _Walk:
    """The state of a walk down a sheet: the last text that stood alone, whether a block took it as its name, and the
    name that stood beside the first row of a block. ``parts``: columns that say which part of a measure a row is.
    """

    def __init__(self, grid: Grid, found: Sheet, known: Known):
        self.grid, self.found, self.known = grid, found, known
        self.alone: Cell | None = None
        self.taken = False
        self.is_title = False  # of a sheet that has a column of names: it heads rows, and is the name of none
        self.parts: frozenset[int] = frozenset()
        self.beside: Cell | None = None
        self.block: dict[str, Line] = {}

    def text_alone(self, cell: Cell) -> None:
        self.drop_alone()
        self.alone, self.taken, self.is_title, self.beside = cell, False, False, None

    def drop_alone(self) -> None:
        """A text that headed nothing is named, so that no footnote goes missing without a word."""
        if self.alone and not self.taken:
            self.found.left.append(
                Fault(self.grid.where(self.alone.ref), f"a text of its own: {shown(self.alone.words)}")
            )
        self.alone = None

    def section(self) -> str:
        """The text that heads the rows beneath it, unless it is the name of a block."""
        if self.alone:
            self.taken = True
        return self.alone.text if self.alone else ""

    def name(self) -> Cell | None:
        """The text that stood alone, where it may be the name of a block."""
        return None if self.is_title else self.alone


def lines_of(grid: Grid, rows: list[Headings], known: Known) -> Sheet:
    """Every line beneath the rows of headings; nothing of a hidden row is read. ``known``: the areas that are known."""
    found = Sheet()
    walk = _Walk(grid, found, known)
    for cells in (grid.row(n) for n in grid.by_row if n < rows[0].row):
        texts = [c for c in cells.values() if c.text]
        if len(texts) == 1 == len(cells):
            walk.alone, walk.taken = texts[0], True  # a title is no loss
            walk.is_title = rows[0].column("name") is not None
    ends = [*(r.row for r in rows[1:]), max(grid.by_row, default=0) + 1]
    for head, end in zip(rows, ends, strict=True):
        walk.block, walk.beside, walk.parts = {}, None, _columns_of_parts(grid, head, end)
        own = [c for c in grid.row(head.row).values() if c.column in head.others and c.column < min(head.periods)]
        if own and not head.roles:
            walk.text_alone(own[-1])
        for number in (n for n in grid.by_row if head.last < n < end):
            _read_row(walk, head, number)
    walk.drop_alone()
    return found


def _read_row(walk: _Walk, head: Headings, number: int) -> None:
    grid, cells = walk.grid, walk.grid.row(number)
    if why := _why_passed_over(grid, head, number):
        walk.found.left.append(why)
        return
    values = {p: cells[c] for c, p in periods_of(grid, head, number).items() if c in cells}
    beside = {r: cells[c] for c, r in head.roles.items() if r in SINGLE and c in cells}
    targets = {p: cells[c] for c, p in head.targets.items() if c in cells}
    labels = _labels(walk, head, number)
    part = next((p for c in labels if (p := part_of(c.text))), "")
    names = [c for c in labels if not part_of(c.text) and c.column not in walk.parts]
    if names and walk.beside and _is_block_again(names[-1], walk.beside):
        names = []
    if values and not part and _is_no_part(walk, head, number, names, beside):
        return
    if not values and not part and (len(cells) == 1 or not names):
        if names or len(cells) == 1:
            walk.text_alone(names[0] if names else next(iter(cells.values())))
        return
    if YEAR_OF_ROW in head.roles.values() and _is_of_year(walk, names, values, beside):
        return
    if targets and (part or not names):
        refs = [c.ref for c in targets.values()]
        walk.found.left.append(Fault(grid.where(*refs), "targets of single months, beside a row of a block"))
    if part and not names and walk.beside:
        _add_part(walk, walk.beside, part, values, beside)
    elif part and not names and (name := walk.name()) and part in ("value", "numerator", "denominator", *SINGLE):
        walk.taken = True
        _add_part(walk, name, part, values, beside)
    elif part and names:
        walk.beside = names[-1]
        _add_part(walk, names[-1], part, values, beside)
    elif names:
        walk.beside = None
        tops, bottoms = ({p: cells[c] for c, p in of.items() if c in cells} for of in (head.tops, head.bottoms))
        _add_of_area(walk, Line(names[-1].text, "", grid, names[-1], values, tops, bottoms, beside, targets))
    elif (name := walk.name()) and name.text:  # a block of one row without a label
        walk.taken = True
        _add_part(walk, name, "value", values, beside)
    else:
        refs = [c.ref for c in values.values()][:3]
        walk.found.unclear.append(Fault(grid.where(*refs), "values without a name; write the measure beside them"))


def _why_passed_over(grid: Grid, head: Headings, number: int) -> Fault | None:
    """Why a row is not read, if it is hidden or has the numbers of others."""
    cells = grid.row(number)
    if number in grid.hidden_rows:
        words = next((c.words for c in cells.values() if c.text), "")
        return Fault(grid.where(next(iter(cells.values())).ref), f"row {number} is hidden: {shown(words)}")
    if not any(c in cells for c in head.periods):
        return None
    of = next((c for n, c in cells.items() if n < min(head.periods) and is_comparator(c.text)), None)
    if of is None:
        return None
    return Fault(grid.where(of.ref), f"a row of {shown(of.text)}, whose numbers are not the council's own")


def _is_no_part(walk: _Walk, head: Headings, number: int, names: list[Cell], beside: dict[str, Cell]) -> bool:
    """Whether a row says that it is a part of a measure, and none that is known; then that is told.

    Of a measure with one row the word is its unit: Placement spend, £.
    """
    cells = walk.grid.row(number)
    label = next((c for n in sorted(walk.parts) if (c := cells.get(n)) and c.text), None)
    if label is None:
        return False
    name = names[-1] if names else walk.beside
    if name is None or (names and not _goes_on(walk, head, number, name)):
        beside.setdefault("unit", label)
        return False
    walk.beside = name
    said = f"{shown(label.text)} of {shown(name.text)} is no part of a measure that is known; write Value, Numerator,"
    said += " Denominator, Target, RAG or Comment, or give the row a name of its own"
    walk.found.unclear.append(Fault(walk.grid.where(label.ref), said))
    return True


def _is_of_year(walk: _Walk, names: list[Cell], values: dict[Period, Cell], beside: dict[str, Cell]) -> bool:
    """Whether a row is one more year of the measure above it, which it names again or not; then it is added there."""
    above = walk.found.lines[-1] if walk.found.lines else None
    if above is None or not values or (names and not _is_named(names[-1], above.name)):
        return False
    if twice := values.keys() & above.values.keys():
        said = f"a second value of {shown(above.name)} for {min(twice).words}; the first was read"
        walk.found.unclear.append(Fault(walk.grid.where(values[min(twice)].ref), said))
    if max(values) > max(above.values, default=min(values)):  # a target or a comment is of the newest year
        above.beside.update(beside)
    above.values.update({p: c for p, c in values.items() if p not in above.values})
    return True


def _add_of_area(walk: _Walk, line: Line) -> None:
    """A line beneath the text that heads it, of the area that its row names."""
    area = area_of(line.beside[AREA].words, walk.known) if AREA in line.beside else ""
    if area is None:
        cell = line.beside[AREA]
        walk.found.left.append(Fault(line.grid.where(cell.ref), f"a row of {shown(cell.words)}, {UNKNOWN_AREA}"))
        return
    _add(walk, replace(line, section=walk.section(), area=area))


def _is_named(cell: Cell, name: str) -> bool:
    return normal_key(cell.text) == normal_key(name)


def _is_block_again(cell: Cell, name: Cell) -> bool:
    """Whether a text names no new block: it is the name again, or stands before the column of names."""
    return cell.column < name.column or _is_named(cell, name.text)


def _columns_of_parts(grid: Grid, head: Headings, end: int) -> frozenset[int]:
    """Columns left of the months that say which part of a measure a row is, and never its name: where a known part
    stands several times, or in a row without a name or with the name of the row above.
    """
    rows = [grid.row(n) for n in grid.by_row if head.last < n < end and n not in grid.hidden_rows]
    texts = {
        column: [row for row in rows if column in row and row[column].text]
        for column in range(1, min(head.periods, default=1))
        if column not in head.roles
    }
    found = set()
    for column, having in texts.items():
        named = head.column("name") or max((c for c, own in texts.items() if own and c < column), default=column)
        parts = [row for row in having if part_of(row[column].text)]
        again = [b for a, b in pairwise(rows) if named in a and named in b and a[named].text == b[named].text]
        if column != named and (len(parts) > 1 or any(named not in row or row in again for row in parts)):
            found.add(column)
    return frozenset(found)


def _goes_on(walk: _Walk, head: Headings, number: int, name: Cell) -> bool:
    """Whether the next row that is shown is another part of the same measure."""
    grid = walk.grid
    after = next((n for n in grid.by_row if n > number and n not in grid.hidden_rows), None)
    if after is None or not any(c in grid.row(after) for c in head.periods):
        return False
    row = grid.row(after)
    named = row.get(name.column)
    if named and not _is_named(named, name.text) and not part_of(named.text):
        return False
    return any(part_of(row[c].text) for c in (*walk.parts, name.column) if c in row)


def _labels(walk: _Walk, head: Headings, number: int) -> list[Cell]:
    """The texts that may name a row: of the column of names, or of what stands left of the months."""
    first, name = min(head.periods, default=1), head.column("name")
    found = []
    for column in range(1, first):
        role = head.roles.get(column, "")
        cell = walk.grid.cell(number, column)
        if cell is None or not cell.text or cell.column > column or role not in ("", "name"):
            continue
        if (name is None or column == name or part_of(cell.text)) and not REFERENCE.fullmatch(cell.text):
            found.append(cell)
    return found


def _add(walk: _Walk, line: Line) -> None:
    if problem := name_problem(line.name):
        walk.found.unclear.append(Fault(line.where, f"{shown(line.name)} {problem}"))
        return
    walk.found.lines.append(line)


def _add_part(walk: _Walk, name: Cell, part: str, values: dict[Period, Cell], beside: dict[str, Cell]) -> None:
    """A row of a block to the line of its block, with what stands beside the months of any of its rows."""
    line = walk.block.get(name.ref)
    if line is None:
        line = walk.block[name.ref] = Line(name.text, "", walk.grid, name)
        _add(walk, line)
    for role, cell in beside.items():
        line.beside.setdefault(role, cell)
    if part in ("value", "numerator", "denominator"):
        kept = line.part(part)
        for period, cell in values.items():
            if period in kept:
                problem = f"a second {part} of {shown(name.text)}; the first, in row {kept[period].row}, was read"
                walk.found.unclear.append(Fault(walk.grid.where(cell.ref), problem))
            else:
                kept[period] = cell
    elif values:
        line.beside[part] = values[max(values)]
