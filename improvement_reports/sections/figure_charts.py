"""Charts of sections: each is a figure itself, with its drawing in two widths and its values as a table."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from markupsafe import Markup

from improvement_reports.charts.canvas import NARROW, WIDE
from improvement_reports.charts.frame import framed
from improvement_reports.domain.html_tables import Column, Row, filled_columns, table
from improvement_reports.domain.markup import joined
from improvement_reports.domain.templates import as_markup, fill
from improvement_reports.facts.blocks import ChartBlock, provenance_link
from improvement_reports.facts.figures import Figure, SomeRow, inputs_of
from improvement_reports.sections.tables import cell_words, table_data


class Takes(Protocol):
    """Hands out the figures that were shown since the last time, and says whose they are."""

    @property
    def picture_source(self) -> str: ...

    def take_figures(self, shown_in: str | None = None) -> list[Figure]: ...


@dataclass(frozen=True)
class ChartWords:
    """What a chart says: its finding (text, or markup with numbers that are links), what is drawn, and both for those
    who do not see it. ``source``: whose figures they are, where not those of the report. ``said``: sentences beneath
    the drawing. ``how``: how what is drawn was found, beneath the table.
    """

    finding: str
    subtitle: str
    alt: str
    source: str = ""
    said: Markup = field(default_factory=Markup)
    how: str = ""


@dataclass(frozen=True)
class Basis:
    """What a chart is made from: the rows, how, and of which measure, area and period."""

    rows: Iterable[SomeRow | None]
    formula: str
    measure_id: str = ""
    area: str = ""
    period: str = ""


def figure_chart(
    facts: Takes,
    figure_id: str,
    words: ChartWords,
    basis: Basis,
    columns: Sequence[Column],
    rows: Sequence[Row],
    draw: Callable[[int], str],
    shown: str = "the values",
    link_words: str = "Rows behind this chart",
) -> ChartBlock:
    """A chart that is a figure; ``draw`` gives its drawing for a width, ``columns`` and ``rows`` are the equivalent
    table, without those of its columns that no row fills.
    """
    columns = filled_columns(columns, rows)
    figure = Figure(
        figure_id,
        "chart",
        cell_words(words.finding),
        words.subtitle,
        measure_id=basis.measure_id,
        area=basis.area,
        period=basis.period,
        formula=basis.formula,
        inputs=inputs_of(basis.rows),
        data=table_data(columns, rows),
    )
    source = words.source or facts.picture_source
    wide, narrow = (framed(draw(width), figure.label, words.subtitle, source) for width in (WIDE, NARROW))
    finding, equivalent = as_markup(words.finding), table(f"{words.subtitle}: {shown}", columns, rows)
    if words.how:
        equivalent = joined(equivalent, fill("sections/under_table.html", words=words.how))
    return ChartBlock(
        figure,
        finding,
        as_markup(words.subtitle),
        words.alt,
        provenance_link(figure, link_words),
        equivalent,
        wide,
        narrow,
        facts.take_figures(shown_in=finding + words.said + equivalent),
        words.said,
    )
