"""Markup of published notebooks as today's templates write it: the same words, cells and links in fewer bytes.

Releases before 0.3.0 named the column in each cell of a table, put each cell's content into an element of its own and
said of each header which way it heads. An edition keeps that in its notebook for ever; its page need not. Nor does it
say what browsers take for granted (`IMPLIED`).
"""

import html
import re

from markupsafe import Markup

from improvement_reports.domain.html_tables import written_table

TABLE = re.compile(
    r'<table class="(?P<css>data[^"]*)" role="table">\n<caption>(?P<caption>.*?)</caption>\n'
    r"(?P<head><thead.*?</thead>)\n(?P<body><tbody.*?</tbody>)\n</table>",
    re.DOTALL,
)
TITLE = re.compile(r'<th role="columnheader" scope="col"(?P<number> class="number")?>(?P<title>.*?)</th>', re.DOTALL)
ROW = re.compile(r'<tr role="row"(?: id="(?P<id>[^"]*)")?>(?P<cells>.*?)</tr>', re.DOTALL)
CELL = re.compile(
    r'<th role="rowheader" scope="row">(?P<head>.*?)</th>'
    r'|<td role="cell" data-label="[^"]*"(?: class="number")?><span class="cell">(?P<cell>.*?)</span></td>',
    re.DOTALL,
)
# A group of rows is one without being called so, also where its rows are laid out as cards: what a table, a row and a
# cell are is lost there in some browsers, and stays said. No drawing is focused by itself but in browsers that are gone.
IMPLIED = re.compile(r'(?<=<thead|<tbody) role="rowgroup"|(?<=<svg )(?P<kept>[^>]*?) focusable="false"')
EMPTY = re.compile('<span class="none">–</span>')


def as_today(text: str) -> str:
    """A text with markup in which every table of an older release is written as today's template writes it."""
    return TABLE.sub(_table, text)


def without_implied(text: str) -> str:
    """A text with markup that does not say what every browser takes for granted.

    >>> without_implied('<tbody role="rowgroup"><tr role="row"><td><svg class="spark" focusable="false"></svg>')
    '<tbody><tr role="row"><td><svg class="spark"></svg>'
    """
    return IMPLIED.sub(lambda found: found["kept"] or "", text)


def _table(found: re.Match[str]) -> str:
    titles = list(TITLE.finditer(found["head"]))
    rows = [(row["id"] or "", list(CELL.finditer(row["cells"]))) for row in ROW.finditer(found["body"])]
    if any(len(cells) != len(titles) for _, cells in rows) or found["body"].count("<tr") != len(rows):
        return found[0]  # of another form than any release wrote: it stays as it was published
    heads = [any(n < len(cells) and cells[n]["head"] is not None for _, cells in rows) for n in range(len(titles))]
    return written_table(
        Markup(found["caption"]),
        [(Markup(t["title"]), t["number"] is not None, head) for t, head in zip(titles, heads, strict=True)],
        [(html.unescape(id_), [_content(cell) for cell in cells]) for id_, cells in rows],
        found["css"],
    )


def _content(cell: re.Match[str]) -> Markup:
    """What stands in a cell; nothing where a dash stands for no value."""
    inner = cell["head"] if cell["head"] is not None else cell["cell"]
    return Markup("" if EMPTY.fullmatch(inner) else inner)
