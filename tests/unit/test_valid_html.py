"""A fault of one row among many is found, although rows that are made alike are not all read."""

import html5lib
import pytest
from valid_html import faults, structure

ROW = '<tr role="row"><th role="rowheader"><a href="x.html#{n}">Words &amp; more {n}</a><td>{n}'
ENTRY = '<div class="entry" id="e{n}">\n<h4>Row {n}</h4>\n<p>measure: {n}</p></div>'


def page(rows: list[str], entries: list[str]) -> str:
    table = ["<table>", "<tbody>", *rows, "</tbody>", "</table>"]
    head = ["<!DOCTYPE html>", '<html lang="en-GB"><head><title>T</title></head><body><main>', "<h1>H</h1>"]
    return "\n".join([*head, *table, *entries, "</main></body></html>", ""])


def rows_and_entries(of_row: str = ROW, of_entry: str = ENTRY) -> tuple[list[str], list[str]]:
    rows, entries = [ROW.format(n=n) for n in range(200)], [ENTRY.format(n=n) for n in range(200)]
    rows[120], entries[120] = of_row.format(n=120), of_entry.format(n=120)
    return rows, entries


def test_of_what_is_made_alike_two_are_read():
    short = structure(page(*rows_and_entries()))
    assert (short.count("<tr"), short.count("<h4")) == (2, 2) and faults(page(*rows_and_entries())) == []


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("</a>", ""),
        ("</a>", "</a></b>"),
        ("<a ", "<div><a "),
        ('role="row"', 'role="row" role="row"'),
        ("&amp;", "&nosuch;"),
        ("#{n}", '#{n}"'),
        ("<td>", "<td></tr></table>"),
        ("<td>", "<td><p><table></p>"),
        ("<td>", "<td/>"),
    ],
)
def test_a_fault_of_one_row_among_many_is_found(good, bad):
    assert good in ROW
    text = page(*rows_and_entries(of_row=ROW.replace(good, bad)))
    assert faults(text) != [] and {e[1] for e in faults(text)} == {e[1] for e in errors(text)}


@pytest.mark.parametrize(
    ("good", "bad"), [("</p>", ""), ("</h4>", "</h3>"), ("</div>", ""), ("<p>", "<p><div>"), ("<h4>", "<h4")]
)
def test_a_fault_of_one_entry_among_many_is_found(good, bad):
    assert good in ENTRY
    text = page(*rows_and_entries(of_entry=ENTRY.replace(good, bad)))
    assert {e[1] for e in faults(text)} == {e[1] for e in errors(text)} and (good == "</p>" or faults(text))


def errors(text: str) -> list:
    parser = html5lib.HTMLParser()
    parser.parse(text)
    return parser.errors
