"""How long a report is to read, and that nothing on it is empty: no heading, no column, no row, over all real reports,
the demonstration and a return of which only one table is filled.
"""

import re

import pytest
from in_notebook import page_texts
from lxml import html

REPORTS = {
    ("exampleshire", "2024-04", "board"): 1_200,
    ("exampleshire", "2025-09", "board"): 1_850,
    ("gloucestershire", "2021-04", "board"): 2_290,  # ten priorities and parts of priorities
    ("gloucestershire", "2022-11", "scrutiny"): 3_300,
    ("herefordshire", "2021-08", "cabinet"): 3_250,
    ("worcestershire", "2018-06", "cabinet"): 2_720,
    ("gloucestershire", "2020-10", "inspection"): 1_700,
    ("gloucestershire", "2025-03", "profile"): 2_550,
}  # words that stand open: ten minutes of a board’s report at 230 a minute
FENCE = re.compile(r"^`{3,}(?:\{=html\})?$", re.MULTILINE)
HEADING = re.compile(r"(#{2,6}) \S")
BLOCKS = ("p", "div", "li", "dt", "dd", "caption", "th", "td", "summary", "figcaption")
ATTRIBUTES = re.compile(r"^(#{2,6} .*) \{#[\w-]+\}$", re.MULTILINE)


@pytest.fixture(scope="module", params=REPORTS, ids="/".join)
def page(real_once, request):
    return request.param, page_texts(real_once, request.param)


def tree_of(texts: list[str]):
    return html.fragment_fromstring(FENCE.sub("", "\n\n".join(texts)), create_parent="main")


def open_words(tree) -> int:
    """The words that are read without opening anything, and without those for screen readers alone.

    Signs of a status, dashes and the marks of a heading are no words.
    """
    for hidden in [*tree.xpath(".//details/*[not(self::summary)]"), *tree.xpath('.//*[contains(@class, "unseen")]')]:
        hidden.drop_tree()
    for fold in tree.iter("details"):
        for child in fold:
            child.tail = ""
    for block in tree.iter(*BLOCKS):  # the last word of one block and the first of the next are two
        block.tail = f" {block.tail or ''}"
    text = ATTRIBUTES.sub(r"\1", tree.text_content())
    return sum(re.search(r"\w", word) is not None for word in text.split())


def empty_headings(texts: list[str]) -> list[str]:
    """Headings after which another of the same or a higher level comes, or nothing."""
    found, last = [], None
    for text in [*(t for t in texts if t.strip()), "## The end"]:
        match = HEADING.match(text.strip())
        if last and match and len(match[1]) <= last[0]:
            found.append(last[1])
        alone = match is not None and "\n" not in text.strip()
        last = (len(match[1]), text.strip()) if match is not None and alone else None
    return found


def empty_parts(tree) -> list[str]:
    """Columns that are empty in every row, and rows of which only the head says anything."""
    found = []
    for table in tree.iter("table"):
        caption = table.findtext("caption") or ""
        rows = [[c.text_content().strip() for c in row] for row in table.xpath("./tbody/tr")]
        wide = [row for row in rows if len(row) > 2]
        for n, column in enumerate(zip(*wide, strict=False)):
            has_picture = len(table.xpath(f"./tbody/tr/*[{n + 1}]//svg")) > 0
            if n and not has_picture and set(column) <= {"–", ""}:
                found.append(f"{caption}: column {n + 1}")
        found += [f"{caption}: {row[0]}" for row in wide if set(row[1:]) <= {"–", ""}]
    return found


def test_a_report_is_read_in_its_time(page):
    job, texts = page
    assert open_words(tree_of(texts)) <= REPORTS[job]


def test_no_heading_is_without_content(page):
    assert empty_headings(page[1]) == []


def test_no_column_and_no_row_is_empty(page):
    assert empty_parts(tree_of(page[1])) == []


def test_each_fold_is_closed_in_its_section(page):
    """A fold that a section opened and another closed would swallow a heading."""
    depth = 0
    for text in page[1]:
        if HEADING.match(text.strip()):
            assert depth == 0, text
        depth += text.count("<details") - text.count("</details>")
    assert depth == 0


def test_what_is_empty_is_found():
    assert empty_headings(["## A", "### B", "## C", "x"]) == ["### B"]
    table = "<table><caption>T</caption><tbody>{}</tbody></table>"
    row = "<tr><th>{}</th><td>{}</td><td>{}</td></tr>"
    rows = [row.format("a", "1", "–"), row.format("b", "–", "–")]
    assert empty_parts(tree_of([table.format("".join(rows))])) == ["T: column 3", "T: b"]
    folded = "<details><summary>More</summary><p>hidden words</p></details><p>two words</p>"
    assert open_words(tree_of([folded])) == 3
    marked = "<table><tr><td>◆ At risk</td><td>5%</td><td>–</td></tr></table>"
    assert open_words(tree_of(["## Two words {#sec-1}", marked])) == 5


BOUNDS = ("caption", "th", "td", "tr", "li", "p", "div", "h3", "dt", "dd", "br", "summary")
MOST_EMPTY = 0.06  # of the cells of a page; a column of a table that few rows fill is no column


def empty_cells(tree) -> float:
    """The share of the cells of tables, but for their heads, in which nothing stands; charts have tables of values, in
    which a column says of each value whether it is marked.
    """
    cells = [c for c in tree.xpath(".//table/tbody/tr/td") if not c.xpath("ancestor::figure")]
    empty = [c for c in cells if c.text_content().strip() in ("", "–") and not c.xpath(".//svg")]
    return len(empty) / len(cells)


def test_few_cells_are_empty(page):
    assert empty_cells(tree_of(page[1])) <= MOST_EMPTY


def test_empty_cells_are_counted():
    table = "<table><tbody><tr><th>a</th><td>1</td><td>–</td></tr><tr><th>b</th><td><svg></svg></td><td></td></tr></tbody></table>"
    assert empty_cells(tree_of([table])) == 0.5


BOUND = "\ue000"  # a sign of no text
JOIN = re.compile(rf"([^\s{BOUND}]+){BOUND}+(?=([^\s{BOUND}]+))")


def joined_words(tree) -> list[str]:
    """Words of tables and boxes that the eye sees parted by a cell, a line or a block, and that run together for a
    screen reader and in what is copied: “at most24%”.
    """
    for element in tree.iter(*BOUNDS):
        element.text = f"{BOUND}{element.text or ''}"
        element.tail = f"{BOUND}{element.tail or ''}"
    parts = tree.xpath('.//table | .//*[@class = "follows" or @class = "card" or @class = "note"]')
    return [f"{before}|{after}" for part in parts for before, after in JOIN.findall(part.text_content())]


def test_no_words_run_together_that_the_eye_sees_parted(page):
    assert joined_words(tree_of(page[1])) == []


def test_words_that_run_together_are_found():
    table = "<table><tr><td>at most<br>24%</td> <td>at most <br>7</td></tr> <tr><td>a</td><td>b</td></tr></table>"
    assert joined_words(tree_of([table])) == ["most|24%", "a|b"]
    assert joined_words(tree_of([table.replace("</td><", "</td> <").replace("most<", "most <")])) == []
