"""Pieces of HTML: text in them is escaped with the signs of the standard library, markup stands as it is, and a block or
a chart refuses what would be neither.
"""

import html
from types import SimpleNamespace

import pandas as pd
import pytest
from markupsafe import Markup

from improvement_reports.domain import markup
from improvement_reports.domain.html_tables import Column
from improvement_reports.facts.blocks import HTML, Block, ChartBlock, provenance_link
from improvement_reports.facts.figures import Figure, link
from improvement_reports.facts.sentences import LINK
from improvement_reports.sections.figure_charts import Basis, ChartWords, figure_chart
from improvement_reports.sections.tables import figure_table

HOSTILE, ESCAPED = "\"><script>alert('x')</script>&", "&quot;&gt;&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&amp;"
FIGURE = Figure("a.2024-03", "number", "A", "5 < 6")
PIECES = {
    "tag": markup.tag,
    "strong": markup.strong,
    "joined": lambda x: markup.joined(x, x, between=x),
    "tagged": lambda x: markup.tagged(x, x),
    "aside": lambda x: markup.aside(x, x),
    "under": lambda x: markup.under(x, x),
    "lines": lambda x: markup.lines([x, x]),
    "fold": lambda x: markup.fold(x, x),
    "note": lambda x: markup.note(x, x, x),
    "linked_count": lambda x: markup.linked_count(x, x, x),
    "link": lambda x: link(FIGURE, x),
    "provenance_link": lambda x: provenance_link(FIGURE, x),
}


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_a_piece_escapes_text_and_takes_markup_as_it_is(piece):
    made = piece(HOSTILE)
    assert isinstance(made, Markup) and html.escape(HOSTILE) == ESCAPED
    assert "<script" not in made and ESCAPED in made and "&#39;" not in made and "&#34;" not in made
    assert Markup("<i>5</i>") in piece(Markup("<i>5</i>"))


def test_the_text_of_a_number_is_escaped_where_nothing_stands_in_its_place():
    assert link(FIGURE).endswith(">5 &lt; 6</a>")


def test_sentences_find_the_links_that_the_template_writes():
    match = LINK.fullmatch(link(FIGURE, css_class="n date"))
    assert match and (match["css"], match["id"], match["content"]) == ("n date", FIGURE.id, "5 &lt; 6")


@pytest.mark.parametrize(
    ("text", "form"), [("<p>x</p>", HTML), (Markup("<p>x</p>"), "prose"), (Markup("x"), "heading")]
)
def test_a_block_refuses_text_as_html_and_markup_as_markdown(text, form):
    with pytest.raises(TypeError, match="cannot hold"):
        Block(text, form=form)


def test_an_empty_block_is_of_every_form():
    assert Block("").text == Block("", form=HTML).text == ""


def test_a_chart_refuses_text_where_markup_stands():
    with pytest.raises(TypeError, match="subtitle of a chart"):
        ChartBlock(FIGURE, Markup("x"), "5 < 6", "", Markup(), Markup(), "", "")


class Notes:
    """Takes the figures that are shown, as the facts of a report do."""

    picture_source = "Source: a return."

    def __init__(self):
        self.shown: list[Figure] = []

    def show(self, figure: Figure, content: str | None = None, css_class: str = "n") -> Markup:
        self.shown.append(figure)
        return link(figure, content, css_class)

    def take_figures(self, shown_in: str | None = None) -> list[Figure]:
        taken, self.shown = self.shown, []
        return [f for f in taken if shown_in is None or f.id in shown_in]


DRAWING = '<svg width="9" height="9"/>'
COLUMNS = [
    Column("what", "What", is_row_header=True),
    Column("value", "Value <x>", is_number=True, data_title="Value"),
    Column("rest", "Rest"),
]


def test_the_data_of_a_table_are_its_cells_as_plain_text_without_empty_optional_columns():
    notes = Notes()
    report = SimpleNamespace(params=SimpleNamespace(authority="a", month="2024-03"), facts=notes)
    rows = [{"what": HOSTILE, "value": markup.tagged("5", "disputed"), "rest": ""}]
    made = figure_table(report, "x.y", "A < B", COLUMNS, rows, [])
    (figure,) = notes.shown
    assert figure.data == (("What", "Value"), (HOSTILE, "5 disputed"))
    assert (figure.id, figure.label, figure.published) == ("table.x.y", "A < B", "1 row")
    assert ESCAPED in made and "Value &lt;x&gt;" in made and "Rest" not in made.replace("Rows", "")


def test_a_chart_is_drawn_in_two_widths_with_its_table_and_the_figures_that_both_show():
    notes, widths = Notes(), []
    rows = [{"what": HOSTILE, "value": notes.show(FIGURE), "rest": ""}]
    notes.show(Figure("not.shown", "number", "B", "7"))
    words = ChartWords(f"Finding {HOSTILE}", "Title & more", "Alternative")
    row = pd.Series({"source_file": "f.csv", "source_row": 2, "row_sha256": "0", "row_cells": "[]"})
    basis = Basis([row, None], "as stated", "m", "a", "2024-03")
    chart = figure_chart(
        notes, "chart.x", words, basis, COLUMNS[:2], rows, lambda width: widths.append(width) or DRAWING
    )
    assert len(set(widths)) == 2 and chart.finding == f"Finding {ESCAPED}" and chart.subtitle == "Title &amp; more"
    assert chart.figure.label == words.finding and chart.figure.data[1] == (HOSTILE, "5 < 6")
    assert [i.row for i in chart.figure.inputs] == [2] and chart.figures == [FIGURE]
    assert "<caption>Title &amp; more: the values</caption>" in chart.table


def test_a_finding_with_linked_numbers_stays_markup_and_its_label_is_plain():
    notes = Notes()
    words = ChartWords(markup.joined("Rose to ", notes.show(FIGURE)), "Title", "")
    chart = figure_chart(notes, "chart.x", words, Basis([], "as stated"), COLUMNS[:1], [], lambda width: DRAWING)
    assert "<a " in chart.finding and chart.figure.label == "Rose to 5 < 6" and chart.figures == [FIGURE]
