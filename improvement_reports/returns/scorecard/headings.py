"""What the headings of a sheet were read as: which column is which month, what the others announce."""

from dataclasses import dataclass, field

from improvement_reports.domain.errors import Fault
from improvement_reports.returns.scorecard.grid import Cell, Grid
from improvement_reports.returns.scorecard.periods import Period


@dataclass
class Headings:
    """One row of headings: the columns of months, the roles of the others, and what is beside them."""

    row: int
    periods: dict[int, Period] = field(default_factory=dict)
    roles: dict[int, str] = field(default_factory=dict)
    others: dict[int, str] = field(default_factory=dict)  # headings that announce nothing known, by column
    unclear: list[Fault] = field(default_factory=list)
    tops: dict[int, Period] = field(default_factory=dict)  # columns of counts beneath the heading of a month
    bottoms: dict[int, Period] = field(default_factory=dict)
    targets: dict[int, Period] = field(default_factory=dict)  # columns of the target of a month
    parted: dict[int, tuple[Period, str]] = field(default_factory=dict)  # columns of a part of a month, by their words
    beneath: dict[int, str] = field(default_factory=dict)  # headings in a second row, of columns that are not read
    last: int = 0  # the last row of headings

    @property
    def is_long(self) -> bool:
        """Whether each row beneath is one value of one measure."""
        return {"name", "period", "value"} <= set(self.roles.values()) and not self.periods

    @property
    def is_wide(self) -> bool:
        """Whether months stand side by side."""
        return len(self.periods) > 1 or (bool(self.periods) and "name" in self.roles.values())

    def cells(self, grid: Grid) -> dict[int, Cell]:
        """The cells of the headings by column; one without a heading in the row of months has that of the next row."""
        first = grid.row(self.row)
        below = {c: cell for c, cell in grid.row(self.last).items() if c in self.roles or c in self.others}
        return {**(below if self.last > self.row else {}), **first}

    def column(self, role: str) -> int | None:
        """The first column that has a role."""
        return next((c for c, r in sorted(self.roles.items()) if r == role), None)


@dataclass(frozen=True)
class Told:
    """What a mapping says of a sheet: which row has the headings, which columns are which month, what headings mean."""

    header_row: int | None = None
    months: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] | None = None
