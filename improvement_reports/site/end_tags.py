"""End tags of tables and lists that HTML lets a page leave out: a reader's browser puts them where they were.

A board's report has two thousand cells, and the pages behind a profile's figures have as many terms and items.
https://html.spec.whatwg.org/multipage/syntax.html#optional-tags
"""

import re

OPTIONAL = re.compile(
    r"</t[dh]>(?=\s*(?:<t[dh]\b|</tr>))|</tr>(?=\s*(?:<tr\b|</t(?:head|body)>))"
    r"|</li>(?=\s*(?:<li\b|</[uo]l>))|</dt>(?=\s*<dd\b)|</dd>(?=\s*(?:<dt\b|</dl>))"
)


def without_optional_end_tags(page: str) -> str:
    """A page without the end tags of cells, rows, items and terms that follow from what comes next.

    >>> without_optional_end_tags("<tbody><tr><th>a</th><td>1</td></tr>\\n<tr><td>2</td></tr></tbody>")
    '<tbody><tr><th>a<td>1\\n<tr><td>2</tbody>'
    >>> without_optional_end_tags("<dl><dt>a</dt><dd><ul><li>1</li> <li>2</li></ul></dd></dl>")
    '<dl><dt>a<dd><ul><li>1 <li>2</ul></dl>'
    """
    return OPTIONAL.sub("", page)
