"""What every kind of chart of a section gives: rows, words, table and drawing; or why there is nothing to draw."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain.html_tables import Column
from improvement_reports.facts.facts import Facts
from improvement_reports.method.intervals import shown_interval
from improvement_reports.method.own_series import counted
from improvement_reports.method.progress import is_disputed
from improvement_reports.method.series_of_rows import point_of


class NothingToDraw(Exception):
    """A series has too few values for its chart: one sentence says so in its place, above the table of what
    there is.
    """

    def __init__(self, sentence: str, table: Markup | None = None):
        super().__init__(sentence)
        self.sentence, self.table = sentence, table


class Drawn(NamedTuple):
    """What a kind of chart gives for its parameters: rows, words, table and drawing.

    ``said``: sentences beneath the drawing; ``how``: how what is drawn was found, beneath the table.
    """

    rows: Sequence[pd.Series | None]
    subtitle: str
    alt: str
    columns: list[Column]
    cells: list[dict[str, str]]
    draw: Callable[[int], str]
    said: Markup = Markup()
    how: str = ""


def text_of(facts: Facts, row: pd.Series) -> str:
    """How a value is written in a drawing and its alternative text: as everywhere; a disputed one says so."""
    disputed = " (disputed)" if is_disputed(row, facts.measures[row["measure_id"]]) else ""
    return facts.value_figure(row).published + disputed


def interval_of(facts: Facts, row: pd.Series) -> tuple[float, float] | None:
    """The 95% interval of a percentage of few cases as a chart draws it, in percent; None of any other value."""
    measure = facts.measures[row["measure_id"]]
    cases = counted(point_of(row, measure), measure.unit)
    found = shown_interval(cases, int(row.get("value_decimals", 0) or 0))
    return None if found is None else (float(found.low), float(found.high))


def interval_words(facts: Facts, row: pd.Series) -> str:
    """The same in the table of a chart: 38 of 42 (77% to 97%); nothing for any other value."""
    found = facts.few_cases(row)
    return "" if found is None else f"{found[0].published} ({found[1].published})"


INTERVAL = Column("interval", "Cases and 95% interval", is_number=True)
BAR, VALUE = Column("bar", "Bar", is_row_header=True), Column("value", "Value", is_number=True)
TARGET, PERIOD = Column("target", "Target", is_number=True), Column("period", "Period")


def reasons(texts: Iterable[str]) -> str:
    """Why values are missing, each reason once."""
    return " and ".join(dict.fromkeys(texts))
