"""Tables of pages: cells by the name of their column, text escaped, markup as it is."""

import lxml.html
import pytest
from markupsafe import Markup

from improvement_reports.domain.html_tables import Column, filled_columns, table

COLUMNS = [
    Column("what", "What", is_row_header=True),
    Column("value", "Value & unit", is_number=True),
    Column("note", "Note", is_optional=True),
]


def cells(*rows: dict) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(table("A <caption>", filled_columns(COLUMNS, rows), rows))


def test_a_text_is_escaped_and_markup_stands_as_it_is():
    made = table("x", COLUMNS, [{"what": "<b>'&", "value": Markup("<b>5</b>"), "note": ""}])
    assert '<th role="rowheader" scope="row">&lt;b&gt;&#x27;&amp;</th>' in made
    assert '<span class="cell"><b>5</b></span>' in made
    assert isinstance(made, Markup)


def test_cells_stand_under_their_names_whatever_their_order():
    tree = cells({"note": "n", "value": "5", "what": "w"}, {"what": "x", "value": "", "note": ""})
    assert [[c.text_content() for c in row] for row in tree.xpath("//tr")] == [
        ["What", "Value & unit", "Note"],
        ["w", "5", "n"],
        ["x", "–", "–"],
    ]
    assert tree.xpath("//tr[2]/td/@data-label") == ["Value & unit", "Note"]
    assert tree.xpath("//caption")[0].text_content() == "A <caption>"


def test_an_optional_column_that_no_row_fills_is_left_out():
    assert [c.text_content() for c in cells({"what": "w", "value": "", "note": ""}).xpath("//th")] == [
        "What",
        "Value & unit",
        "w",
    ]


def test_a_row_without_a_column_is_an_error():
    with pytest.raises(KeyError, match="value"):
        table("x", COLUMNS, [{"what": "w", "vlaue": "5", "note": ""}])


def test_a_row_may_have_an_id_and_a_class():
    tree = lxml.html.fromstring(table("x", COLUMNS[:1], [{"what": "w"}, {"what": "x"}], "few", ["a", "b"]))
    assert tree.xpath("//tbody/tr/@id") == ["a", "b"] and tree.get("class") == "data few"
