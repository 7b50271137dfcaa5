"""What an analyst asks for in a cell: a chart, a table, a text or a drawing of one's own, in the style of the pages.

Everything comes from rows of the report, which are without what is withheld, and leads back to them. What cannot come
onto a page so is refused in a sentence; nothing is lost without a word.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from improvement_reports.charts import canvas
from improvement_reports.domain.errors import InvalidInput, UserError, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import slug
from improvement_reports.domain.row_records import SOURCE_COLUMNS
from improvement_reports.domain.rows import rows_of
from improvement_reports.facts.blocks import HTML, Block, ChartBlock
from improvement_reports.facts.narrative import faults_of_texts, load_names, reference_faults, render
from improvement_reports.facts.sentences import finished
from improvement_reports.report import Report
from improvement_reports.sections.charts import chart_block
from improvement_reports.sections.figure_charts import Basis, ChartWords, figure_chart
from improvement_reports.sections.measures import positions_table, section_positions
from improvement_reports.sections.tables import figure_table
from improvement_reports.workspace.parameters import ChartParameters
from improvement_reports.workspace.prose.texts import Prose
from improvement_reports.workspace.yaml_files import validated

if TYPE_CHECKING:  # matplotlib is loaded by who draws
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST_ALT = 150
HEIGHT = 320


def chart(report: Report, kind: str, measures: Sequence[str], finding: str, **options: object) -> ChartBlock | Block:
    """A chart of measures of the report: ``kind`` is trend, bars or against_target.

    ``finding``: its headline, a sentence whose numbers are references. ``options``: ``id``, ``period``,
    ``period_type``, ``unit_label``, ``category_labels``, as in the settings of a report.
    """
    _known(report, measures)
    words = {"id": options.pop("id", None) or "-".join((kind, *measures)), "chart": kind, "measures": list(measures)}
    params = validated(ChartParameters, {**words, "finding": finding, **options}, "sections.chart")
    _checked(report, finding, "the finding of the chart", is_sentence=True)
    return chart_block(report, params)


def table(report: Report, measures: Sequence[str], caption: str = "Measures") -> Block:
    """A table of measures of the report as its sections have them: value, line, change, verdict, target, comparator."""
    _known(report, measures)
    positions = section_positions(report, list(measures))
    if not positions:
        raise UserError(f"sections.table: none of {', '.join(measures)} has a row in observations.csv.")
    return report.block(positions_table(report, slug("own", *measures), caption, positions), HTML)


def text(report: Report, words: str) -> Block:
    """A text in Markdown, like a section of the narrative: its numbers are references."""
    _checked(report, words, "the text of the cell")
    return report.block(finished(render(words, report.facts), report.facts))


def frame(report: Report, shown_frame: pd.DataFrame, caption: str, rows: pd.DataFrame) -> Block:
    """A frame as a table of the page; ``rows``: the rows of the report that its numbers are made from.

    The first column heads the rows; columns of numbers are set to the right. Shape of ``rows``: some rows of
    ``report.observations`` or another table of the report, with all their columns.
    """
    used = _rows_of_report(report, rows, "sections.frame")
    flat = shown_frame.reset_index() if _has_names(shown_frame) else shown_frame
    if flat.empty:
        raise UserError("sections.frame: the frame has no rows; show it only when it has some.")
    columns = [
        Column(f"c{n}", str(name), is_row_header=n == 0, is_number=pd.api.types.is_numeric_dtype(flat[name]))
        for n, name in enumerate(flat.columns)
    ]
    cells = [{f"c{n}": _cell(value) for n, value in enumerate(row)} for row in flat.itertuples(index=False)]
    return report.block(figure_table(report, slug("own", caption), caption, columns, cells, used), HTML)


def new_figure(width: int = canvas.WIDE, height: int = HEIGHT) -> "tuple[Figure, Axes]":
    """An empty matplotlib figure and its axes in the style of the pages, so many pixels large.

    seaborn draws on it by ``ax=axes``. Its colours are those of the Government Analysis Function.
    """
    from cycler import cycler

    drawing = canvas.new_figure(width, height)
    axes = drawing.add_subplot()
    axes.set_prop_cycle(cycler(color=list(canvas.palette().values())))
    return drawing, axes


def figure(
    report: Report, drawing: "Figure", finding: str, rows: pd.DataFrame, alt: str, subtitle: str = ""
) -> ChartBlock:
    """A matplotlib or seaborn figure as a chart of the page.

    ``finding``: its headline; ``alt``: what it shows, for those who do not see it, at most 150 characters; ``rows``:
    the rows of ``report.observations`` that are drawn, whose values stand in a table beneath.
    """
    used = _rows_of_report(report, rows, "sections.figure")
    if not alt.strip() or len(alt) > LONGEST_ALT:
        raise UserError(
            f"sections.figure: alt has {len(alt.strip())} characters; say in 1 to {LONGEST_ALT} what the figure shows."
        )
    _checked(report, finding, "the finding of the figure", is_sentence=True)
    heading = report.fill(finding)
    facts = report.facts
    cells = [_observed(report, row) for row in used]
    return figure_chart(
        facts,
        slug("chart", "own", alt[:40]),
        ChartWords(heading, subtitle or _drawn_words(cells), alt),
        Basis(used, "the values as stated in the source", used[0].get("measure_id", ""), facts.authority_id),
        [Column("what", "What", is_row_header=True), Column("when", "When"), Column("value", "Value", is_number=True)],
        cells,
        lambda width: _in_style(drawing, width),
    )


def _in_style(drawing: "Figure", width: int) -> str:
    """A figure as SVG of a width; its height follows, and no text becomes smaller."""
    from matplotlib.text import Text

    inches, height = drawing.get_size_inches()
    for axes in drawing.axes:
        axes.spines[["top", "right"]].set_visible(False)
    for words in drawing.findobj(Text):
        words.set_fontfamily("DejaVu Sans")
    drawing.set_size_inches(width / canvas.DPI, max(height * width / canvas.DPI / inches, 240 / canvas.DPI))
    drawing.subplots_adjust(left=0.14 if width > canvas.NARROW else 0.2, bottom=0.18)
    return canvas.svg_text(drawing)


def _observed(report: Report, row: pd.Series) -> dict[str, str]:
    from improvement_reports.domain.wording import period_words

    measure = report.facts.measure(row["measure_id"])
    part = f": {row['category']}" if row["category"] else ""
    return {
        "what": f"{measure.label}{part}",
        "when": period_words(row["period"], row["period_type"]),
        "value": report.facts.marked_value(row),
    }


def _drawn_words(cells: Sequence[dict[str, str]]) -> str:
    return ", ".join(dict.fromkeys(cell["what"] for cell in cells))


def _known(report: Report, measures: Sequence[str]) -> None:
    if isinstance(measures, str) or not measures:
        raise UserError('measures is a list of ids, as in measures=["rereferrals_pct"].')
    known = set(report.facts.observations["measure_id"])
    for measure in measures:
        if measure not in known:
            raise UserError(f"{shown(measure)} has no row in observations.csv{suggestion(measure, known)}.")


def _checked(report: Report, words: str, where: str, is_sentence: bool = False) -> None:
    """`InvalidInput` for words that narrative could not hold: a bare number, HTML, a reference that finds nothing."""
    faults = faults_of_texts(
        [Prose(where, words, is_sentence=is_sentence)], load_names(report.project), report.facts.functions
    )
    if found := faults or reference_faults(words, where, report.facts):
        raise InvalidInput(where, found)


def _rows_of_report(report: Report, rows: pd.DataFrame, where: str) -> list[pd.Series]:
    """The rows, if each is one of the report's, whose small numbers are withheld; else a `UserError`."""
    if not isinstance(rows, pd.DataFrame) or not set(SOURCE_COLUMNS) <= set(rows.columns) or rows.empty:
        raise UserError(
            f"{where}: rows are the rows that the numbers are made from: some rows of report.observations, or of"
            " another table of the report, with all their columns."
        )
    tables = [report.observations, *report.facts.tables.values()]
    known = {key for t in tables for key in zip(t["source_file"], t["source_row"], t["row_sha256"], strict=True)}
    for key in zip(rows["source_file"], rows["source_row"], rows["row_sha256"], strict=True):
        if key not in known:
            raise UserError(
                f"{where}: row {key[1]} of {key[0]} is not a row of this report; take it from report.observations."
            )
    return rows_of(rows)


def _has_names(table: pd.DataFrame) -> bool:
    """Whether the index of a frame says something, as after groupby or pivot."""
    return not isinstance(table.index, pd.RangeIndex) and any(name is not None for name in table.index.names)


def _cell(value: object) -> str | Markup:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    return f"{value:,.10g}" if isinstance(value, float) else str(value)
