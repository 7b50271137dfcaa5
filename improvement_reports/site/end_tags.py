"""End tags of tables that HTML lets a page leave out: a reader's browser puts them where they were.

A board's report has two thousand cells. https://html.spec.whatwg.org/multipage/syntax.html#optional-tags
"""

import re

OPTIONAL = re.compile(r"</t[dh]>(?=\s*(?:<t[dh]\b|</tr>))|</tr>(?=\s*(?:<tr\b|</t(?:head|body)>))")


def without_optional_end_tags(page: str) -> str:
    """A page without the end tags of cells and rows that follow from what comes next.

    >>> without_optional_end_tags("<tbody><tr><th>a</th><td>1</td></tr>\\n<tr><td>2</td></tr></tbody>")
    '<tbody><tr><th>a<td>1\\n<tr><td>2</tbody>'
    """
    return OPTIONAL.sub("", page)
