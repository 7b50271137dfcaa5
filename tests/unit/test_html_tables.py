"""Tables of pages: cells by the name of their column, text escaped, markup as it is."""

import html
import re

import lxml.html
import pytest
from hostile import CARD_LABELS
from markupsafe import Markup

from improvement_reports.domain.html_tables import Column, filled_columns, table

COLUMNS = [
    Column("what", "What", is_row_header=True),
    Column("value", "Value & unit", is_number=True),
    Column("note", "Note"),
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
        ["x", "not stated"],
    ]
    assert tree.get("style") == r"--c2:'Value \000026  unit';--c3:'Note'"
    assert tree.get("class") == "data right-2" and tree.xpath("//td[.='not stated']/@colspan") == ["2"]
    assert tree.xpath("//caption")[0].text_content() == "A <caption>"


def test_one_cell_without_a_value_is_a_dash():
    tree = cells({"what": "w", "value": "5", "note": "n"}, {"what": "x", "value": "6", "note": ""})
    assert tree.xpath("//td[.='–']/@class") == ["none"]


def test_a_column_that_no_row_fills_is_left_out():
    assert filled_columns(COLUMNS, []) == COLUMNS
    assert [c.text_content() for c in cells({"what": "w", "value": "", "note": ""}).xpath("//th")] == ["What", "w"]


def test_a_row_without_a_column_is_an_error():
    with pytest.raises(KeyError, match="value"):
        table("x", COLUMNS, [{"what": "w", "vlaue": "5", "note": ""}])


def test_a_row_may_have_an_id_and_a_class():
    tree = lxml.html.fromstring(table("x", COLUMNS[:1], [{"what": "w"}, {"what": "x"}], "few", ["a", "b"]))
    assert tree.xpath("//tbody/tr/@id") == ["a", "b"] and tree.get("class") == "data few"


HOSTILE_TITLES = [
    "it's",
    "a \\ b",
    "ends in \\",
    "\\' ;color:red",
    "\\\n';color:red;--x:'",
    "';color:red;--x:'",
    "x'}</style><script>",
    '"><script>',
    "two\nlines\x0cand\rmore",
    "/* not closed",
    "url(https://evil.example/)",
    "@import 'x'; <!-- {",
    "27 after 'a",
    "\x00\x7f\u2028'",
]


@pytest.mark.parametrize("title", HOSTILE_TITLES)
@pytest.mark.parametrize("kind", [str, Markup.escape])
def test_a_title_of_any_signs_is_one_text_of_the_style(title, kind):
    """What stands before a cell on a narrow screen is the title and nothing else, and ends where the title does."""
    columns = [Column("a", "A", is_row_header=True), Column("b", kind(title)), Column("c", "C")]
    made = table("x", columns, [])
    style = html.unescape(re.search('<table [^>]*style="([^"]*)"', made)[1])
    assert CARD_LABELS.fullmatch(style), "nothing but texts of harmless signs and numbers of signs"
    inside = re.fullmatch(r"--c2:'(.*)';--c3:'C'", style)[1]
    # As CSS reads it: one white space after a number belongs to the number, however many digits that has.
    read = re.sub(r"\\([0-9a-f]{1,6})\s?", lambda m: chr(int(m[1], 16)), inside)
    assert read == " ".join(title.split())
