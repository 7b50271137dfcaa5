"""What of its markup HTML lets a page leave out: a reader's browser puts it where it was.

A board's report has two thousand cells, and the pages behind a profile's figures have as many rows and links.
https://html.spec.whatwg.org/multipage/syntax.html#optional-tags
"""

import re

OPTIONAL = re.compile(
    r"</t[dh]>(?=\s*(?:<t[dh]\b|</tr>))|</tr>(?=\s*(?:<tr\b|</t(?:head|body|able)>))"
    r"|</t(?:head|body)>(?=\s*(?:<tbody\b|</table>))"
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


# A value that ends with a slash would end its tag.
QUOTED = re.compile(r"""(?<=\s)(id|href|colspan|scope|class)="([^\s"'=<>`/]|[^\s"'=<>`]*[^\s"'=<>`/])"(?=[\s>])""")
TAGS = re.compile(r"<(?:a|h[34]|li|t[dhr]|table|ul)\s[^<>]*>")


def without_needless_quotes(page: str) -> str:
    """A page behind numbers without the quotation marks that the attributes of its rows and links do not need, and with
    apostrophes as they are written.

    >>> print(without_needless_quotes('<main><tr id="r1"><td class="a b"><a href="#r2">It&#x27;s</a></main>'))
    <main><tr id=r1><td class="a b"><a href=#r2>It's</a></main>
    """
    head, begin, content = page.partition("<main")
    content, end, foot = content.rpartition("</main>")
    light = TAGS.sub(lambda tag: QUOTED.sub(r"\1=\2", tag[0]), content.replace("&#x27;", "'"))
    return "".join([head, begin, light, end, foot])
