"""Tables of pages: cells by the name of their column, text escaped, markup as it is."""

import re

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
    assert '<th role="rowheader">&lt;b&gt;&#x27;&amp;</th>' in made
    assert '<td role="cell"><b>5</b></td>' in made
    assert isinstance(made, Markup)


def test_cells_stand_under_their_names_whatever_their_order():
    tree = cells({"note": "n", "value": "5", "what": "w"}, {"what": "x", "value": "", "note": ""})
    assert [[c.text_content() for c in row] for row in tree.xpath("//tr")] == [
        ["What", "Value & unit", "Note"],
        ["w", "5", "n"],
        ["x", "–", "–"],
    ]
    assert tree.get("style") == "--c2:'Value & unit';--c3:'Note'"
    assert tree.get("class") == "data right-2" and tree.xpath("//td[.='–']/@class") == ["none", "none"]
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


@pytest.mark.parametrize("title", ["it's", "a \\ b", "';color:red;--x:'", '"><script>', "two\nlines"])
def test_a_title_of_any_signs_is_one_text_of_the_style(title):
    """What stands before a cell on a narrow screen is the title and nothing else, and ends where the title does."""
    style = lxml.html.fromstring(table("x", [Column("a", "A", is_row_header=True), Column("b", title)], [])).get(
        "style"
    )
    inside = re.fullmatch(r"--c2:'((?:\\.|[^'\\])*)'", style)[1]
    assert re.sub(r"\\(.)", r"\1", inside) == " ".join(title.split())
