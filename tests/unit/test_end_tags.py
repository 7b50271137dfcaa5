"""A page without end tags that HTML lets it leave out is the same page."""

import lxml.html
import pytest

from improvement_reports.domain.html_tables import Column, table
from improvement_reports.site.end_tags import without_needless_quotes, without_optional_end_tags


def tree_of(page: str) -> list[tuple]:
    """Each element with its depth, attributes and words, as a parser reads the page."""
    root = lxml.html.document_fromstring(page)
    return [
        (e.tag, sum(1 for _ in e.iterancestors()), dict(e.attrib), (e.text or "").strip(), (e.tail or "").strip())
        for e in root.iter()
    ]


COLUMNS = [Column("a", "A", is_row_header=True), Column("b", "B"), Column("c", "C")]
TABLE = table(
    "Words", COLUMNS, [{"a": "x", "b": "1", "c": ""}, {"a": "y", "b": "", "c": ""}, {"a": "z", "b": "", "c": "2"}]
)


@pytest.mark.parametrize(
    "inner",
    [
        str(TABLE),
        "<table><tr><td><ul><li>a</ul><p>b</p></td> <td>c</td></tr></table>",
        "<table><tbody><tr><td><table><tr><td>in</td></tr></table></td><td>d</td></tr></tbody></table>",
        "<dl><dt>a</dt><dt>b</dt>\n<dd><ul><li>1<ul><li>in</li></ul></li>\n<li><p>2</p></li></ul></dd><dd>c</dd></dl>",
        "<ul><li><dl><dt>a</dt><dd>b</dd></dl></li><li>c</li></ul><p>after</p>",
        "<dl><div><dt>a</dt><dd>b</dd></div><div><dt>c</dt><dd>d</dd></div></dl>",
        "<p>no table</p>",
    ],
)
def test_the_page_is_read_as_before(inner):
    page = f"<html><body><main>{inner}</main></body></html>"
    light = without_optional_end_tags(page)
    assert tree_of(light) == tree_of(page) and without_optional_end_tags(light) == light


def test_an_end_that_is_needed_stays_and_the_others_go():
    assert without_optional_end_tags("<td>a</td>, <td>b</td></table>") == "<td>a</td>, <td>b</td></table>"
    assert without_optional_end_tags("<dd>a</dd></div>, <li>b</li> c</ul>") == "<dd>a</dd></div>, <li>b</li> c</ul>"
    light = without_optional_end_tags(f"{TABLE}<dl><dt>a</dt><dd>b</dd></dl><ol><li>c</li><li>d</li></ol>")
    assert not any(tag in light for tag in ("</td>", "</th>", "</tr>", "</dt>", "</dd>", "</li>"))


@pytest.mark.parametrize(
    "inner",
    [
        '<table class="figures"><tr id="1"><th>It&#x27;s</th><td><a href="../index.html#n-a.b">"5"</a></td></tr></table>',
        '<ul class="rows" role="list"><li id="r1"><h4>Row 1</h4> a="b" &lt;a href="x"></li></ul>',
        '<a href="folder/">ends with a slash</a><a href="a?b=c">an equals sign</a><a href="">nothing</a>',
        '<th colspan="3" scope="rowgroup">a</th><a id="x&quot;y" href="a b">b</a><a href="data/a.csv" download>c</a>',
        '<p title="It&#x27;s">words</p><a href="&#x27;x&#x27;">apostrophes</a><a title="a class=&quot;b&quot; c">d</a>',
    ],
)
def test_without_needless_quotes_the_page_is_read_as_before(inner):
    page = f'<html lang="en"><head><meta charset="utf-8"></head><body><main id="m">{inner}</main><a id="f"></a></body></html>'
    light = without_needless_quotes(page)
    assert tree_of(light) == tree_of(page) and without_needless_quotes(light) == light


def test_what_stands_around_the_content_keeps_its_quotes():
    page = '<head><a id="h"></a></head><main><a id="m"></a></main><a id="f"></a>'
    assert without_needless_quotes(page) == '<head><a id="h"></a></head><main><a id=m></a></main><a id="f"></a>'
