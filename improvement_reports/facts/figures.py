"""Figures: published numbers, charts and tables with their provenance, as records inside the executed notebook."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Union

from markupsafe import Markup

from improvement_reports.domain.templates import fill

if TYPE_CHECKING:
    import pandas as pd

# The MIME type under which an output of a notebook carries the records of the figures that it shows.
MIME = "application/vnd.improvement-reports.figures+json"
# The page beside each report's page that says where each of its figures comes from.
PROVENANCE_PAGE = "figures.html"

SomeRow = Union["pd.Series", Mapping[Hashable, Any]]


@dataclass(frozen=True)
class Input:
    """One row of raw data that a figure was computed from; ``cells`` is the row as a JSON array of texts.

    ``lacks``: the columns of its table that its file does not have, with spaces between them; they have no cell.
    """

    file: str
    row: int
    sha256: str
    cells: str
    source_id: str
    locator: str
    lacks: str = ""


@dataclass(frozen=True)
class Figure:
    """A published number, chart or table and the whole way back.

    ``published`` is the text on the page; ``value`` the unrounded number as text, "" for charts, tables and words.
    """

    id: str
    kind: str
    label: str
    published: str
    value: str = ""
    unit: str = ""
    measure_id: str = ""
    area: str = ""
    period: str = ""
    formula: str = ""
    inputs: tuple[Input, ...] = ()
    data: tuple[tuple[str, ...], ...] = field(default=())

    def record(self) -> dict:
        """As `dataclasses.asdict` gives it, which copies every text of every row."""
        return {**vars(self), "inputs": tuple(vars(i).copy() for i in self.inputs)}


def input_of(row: SomeRow) -> Input:
    """The provenance that `prepare` left with a row of a processed table."""
    return Input(
        row["source_file"],
        int(row["source_row"]),
        row["row_sha256"],
        row["row_cells"],
        row.get("source_id", ""),
        row.get("locator", ""),
        row.get("row_lacks", ""),
    )


def inputs_of(rows: Iterable[SomeRow | None]) -> tuple[Input, ...]:
    """The inputs of several rows, each row once; rows may be None. With a target that is on the way to another one that
    one too.
    """
    given = (row for row in rows if row is not None)
    found = [input_of(one) for row in given for one in ((row, row["next_target"]) if "next_target" in row else (row,))]
    return tuple(dict.fromkeys(found))


def link(figure: Figure, content: str | None = None, css_class: str = "n") -> Markup:
    """The number as it stands on the page: the link to its provenance; ``content`` is text or markup in its place."""
    shown = figure.published if content is None else content
    return fill("link.html", figure=figure, content=shown, css_class=css_class, page=PROVENANCE_PAGE)
