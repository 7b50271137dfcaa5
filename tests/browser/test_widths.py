"""Everything that the templates make, at every width from a phone to a large screen: nothing lies over anything,
nothing is cut off.
"""

import os
import re

import pytest
from browsers import one_of_each_shape
from site_helpers import pages, shown_page

from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.pages.sources import REPORT

pytestmark = pytest.mark.browser
EVERY_WIDTH = tuple(range(320, 1601, 40))  # of the newest report of each kind
# What changes with the width, changes below 1,000 pixels; above, the column of text is about as wide on every screen.
WIDTHS = (*range(320, 1001, 40), 1080, 1160, 1200, 1240, 1280, 1400, 1600)
EARLIER_EDITION = re.compile(r"/v\d+/index\.html$")
# In the page: what is wider than the screen, sticks out of the column of text, or lies under the list of contents.
FAULTS = """() => {
  const found = [], width = document.documentElement.clientWidth, column = document.querySelector("main").getBoundingClientRect();
  if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} pixels wide`);
  const contents = document.querySelector("nav.contents, nav#TOC");
  const list = contents && contents.getBoundingClientRect();
  const scrollers = new Map();  // of each parent the box that scrolls around it
  const scroller = (e) => {
    if (!e || e.tagName === "BODY") return undefined;
    if (!scrollers.has(e)) scrollers.set(e, /auto|scroll/.test(getComputedStyle(e).overflowX) ? e.getBoundingClientRect() : scroller(e.parentElement));
    return scrollers.get(e);
  };
  for (const element of document.querySelectorAll("main :is(table, th, td, figure, img, pre, dl, .note, .glance, h1, h2, h3)")) {
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const right = Math.min(box.right, scroller(element.parentElement)?.right ?? Infinity), of = [];
    if (right > column.right + 1) of.push(`sticks out by ${Math.round(right - column.right)}`);
    if (list && list.height > 2 && right > list.left + 1 && box.left < list.right && box.bottom > list.top && box.top < list.bottom)
      of.push("lies under the list of contents");
    if (/^T[HD]$/.test(element.tagName) && element.scrollWidth > element.clientWidth + 1) of.push("is cut off");
    // The head of a table whose rows are cards is there for screen readers alone. That is asked last: it takes longest.
    if (!of.length || [element, element.closest("tr"), element.closest("thead")].some((e) => e && getComputedStyle(e).clipPath !== "none")) continue;
    const name = `${element.tagName.toLowerCase()}.${element.className} “${element.textContent.trim().slice(0, 30)}”`;
    found.push(...of.map((fault) => `${name} ${fault}`));
  }
  // What is wider than its line lies over the card beside it.
  for (const line of document.querySelectorAll("main .glance li"))
    if (line.scrollWidth > line.clientWidth + 1) found.push(`“${line.textContent.trim().slice(0, 30)}” lies over what is beside it`);
  // A reader does not know that a table goes on where nothing shows it: the last column must not fall off.
  for (const block of document.querySelectorAll("main .table-block"))
    if (block.scrollWidth > block.clientWidth + 1) found.push(`the last column of “${block.textContent.trim().slice(0, 30)}” falls off`);
  // The title of a column stands before its cell where rows are cards: inside the cell, or it lies over another one.
  for (const cell of document.querySelectorAll("main table.data tbody tr:first-child > td")) {
    const title = getComputedStyle(cell, "::before");
    if (title.content === "none" || title.display === "none") continue;
    const left = parseFloat(title.marginLeft) + parseFloat(getComputedStyle(cell).paddingLeft);
    if (left < -1) found.push(`the title of “${cell.textContent.trim().slice(0, 30)}” stands ${Math.round(-left)} to the left of its cell`);
  }
  found.push(...overlaps());
  return [...new Set(found)].slice(0, 3);
}"""
# In the page: words that lie over other words. Lines may touch, and what is there for screen readers alone is cut off.
OVERLAPS = """() => {
  const boxes = [], cut = new Map();
  const isCut = (e) => {  // asked only of what lies over something: it takes longest
    if (!e || e.tagName === "MAIN") return false;
    if (!cut.has(e)) cut.set(e, getComputedStyle(e).clipPath !== "none" || isCut(e.parentElement));
    return cut.get(e);
  };
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), range = document.createRange();
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.data.trim() || !text.parentElement.checkVisibility({visibilityProperty: true})) continue;
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) if (box.width > 3 && box.height > 3) boxes.push({text, box});
  }
  boxes.sort((a, b) => a.box.top - b.box.top);
  const found = [];
  for (let n = 0; n < boxes.length && found.length < 3; n++)
    for (let m = n + 1; m < boxes.length && boxes[m].box.top < boxes[n].box.bottom; m++) {
      const a = boxes[n], b = boxes[m];
      const high = Math.min(a.box.bottom, b.box.bottom) - b.box.top, wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const isOver = a.text !== b.text && wide > 2 && high > 0.45 * Math.min(a.box.height, b.box.height);
      if (isOver && !isCut(a.text.parentElement) && !isCut(b.text.parentElement))
        found.push(`“${a.text.data.trim().slice(0, 30)}” and “${b.text.data.trim().slice(0, 30)}” lie over each other`);
    }
  return found;
}"""


# A page in a frame is as wide as its frame: all widths are tried in one call, where a window is resized for each in some
# 50 milliseconds. Its media and container queries see the width of the frame.
FRAME = """([address, html]) => new Promise((done) => {
  document.documentElement.innerHTML = "<body style='margin: 0'><iframe style='border: 0; height: 900px; width: 1280px'>";
  const frame = document.querySelector("iframe");
  frame.onload = () => done();
  if (address) frame.src = address; else frame.srcdoc = html;
})"""
AT_EVERY_WIDTH = f"""(widths) => {{
  const overlaps = {OVERLAPS}, faults = {FAULTS}, found = [];
  for (const width of widths) {{
    window.frameElement.style.width = `${{width}}px`;
    if (document.documentElement.clientWidth !== width) found.push(`${{width}}: the page is shown in another width`);
    found.push(...faults().map((fault) => `${{width}}: ${{fault}}`));
  }}
  return found;
}}"""


def faults_at_every_width(page, address: str = "", html: str = "", widths=WIDTHS) -> list[str]:
    """What is wrong, by width, with the page at an address of the host that ``page`` is at, or with some HTML."""
    page.evaluate(FRAME, [address, html])
    return page.frames[-1].evaluate(AT_EVERY_WIDTH, list(widths))


def test_nothing_overlaps_and_nothing_is_cut_off(browser, served):
    site, address = served
    assert len(one_of_each_shape(site)) > 15 and pages(site)
    # The frame around a page is of this test; the policy of the pages lets nothing be framed.
    found, page = [], browser.new_page(viewport={"width": max(WIDTHS), "height": 900}, bypass_csp=True)
    page.goto(f"{address}about/accessibility.html")  # any page of that host, whose place the frame takes
    # A page that leads on by itself would leave its frame halfway; its reader sees the other one.
    every = [path.relative_to(site).as_posix() for path in pages(site)]
    of_kinds = {match[3]: name for name in every if (match := REPORT.fullmatch(name))}
    assert len(of_kinds) == len(ReportKind)
    shapes = {shown_page(path).relative_to(site).as_posix() for path in one_of_each_shape(site)}
    for name in sorted({*shapes, *of_kinds.values()}):
        if name.startswith("search"):  # its results are tested where they are made
            continue
        # What only editions of before have is shown by the same rules of the theme, and changes no more.
        widths = WIDTHS[::2] if EARLIER_EDITION.search(name) else WIDTHS
        if os.environ.get("EVERY_PAGE") or name in of_kinds.values():
            widths = EVERY_WIDTH
        found += [f"{name} at {fault}" for fault in faults_at_every_width(page, address + name, widths=widths)]
    page.close()
    assert not found, "\n".join(found)


def test_the_check_finds_a_fault(browser):
    """A table that is wider than its column, one that lies under the list of contents, and one that goes on unseen."""
    page = browser.new_page()
    found = faults_at_every_width(
        page,
        html="<div style='display: grid; grid-template-columns: 1fr 200px'>"
        "<main style='min-width: 0'><table style='width: 900px'><tr><td>wide</td></tr></table></main>"
        "<nav class='contents'>list</nav></div>",
    )
    assert any("sticks out" in f for f in found) and any("under the list" in f for f in found)
    assert any(f.startswith("320: the page is") for f in found)
    found = faults_at_every_width(
        page,
        html="<main><div class='table-block' style='width: 300px; overflow-x: auto'><table style='width:"
        " 900px'><tr><td>wide</td></tr></table></div></main>",
    )
    assert any("falls off" in f for f in found)
    found = faults_at_every_width(
        page,
        html="<main><ul class='glance'><li style='display: flex; width: 90px'><b>Compromised</b> <span>1 in doubt"
        "</span></li></ul></main>",
    )
    assert any("lies over" in f for f in found)
    page.close()


CUT_HEAD = (
    "<table><thead style='{}'><tr><th style='display: block; width: 20px; overflow: hidden; white-space: nowrap'>"
    "a long title</th></tr></thead></table>"
)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p>words</p><p style='margin-top: -2.2em'>over them</p>", "lie over each other"),
        ("<p>words</p><p style='margin-top: -2.2em; visibility: hidden'>unseen</p>", ""),
        ("<p>words</p><p style='margin-top: -2.2em; clip-path: inset(50%)'>for screen readers</p>", ""),
        ("<p>words</p><details><summary>fold</summary><p>folded</p></details><p>more</p>", ""),
        ("<p style='line-height: 0.9'>lines that<br>touch each other</p>", ""),
        (CUT_HEAD.format(""), "is cut off"),
        (CUT_HEAD.format("clip-path: inset(50%)"), ""),
        (
            "<style>td { padding: 0 } td::before { content: 'Title'; margin-left: -90px; float: left }</style>"
            "<table class='data' style='margin-left: 100px'><tbody><tr><td>1</td></tr></tbody></table>",
            "90 to the left of its cell",
        ),
        (
            "<style>td { padding-left: 90px } td::before { content: 'Title'; margin-left: -90px; float: left }</style>"
            "<table class='data'><tbody><tr><td>1</td></tr></tbody></table>",
            "",
        ),
    ],
)
def test_words_over_words_are_found(browser, html, fault):
    page = browser.new_page()
    found = faults_at_every_width(page, html=f"<main>{html}</main>")
    page.close()
    assert all(fault in f for f in found) and bool(found) is bool(fault), found


@pytest.mark.parametrize("query", ["@media (max-width: 40em)", "@container (max-width: 40em)"])
def test_a_fault_of_some_widths_is_found_at_those(browser, query):
    """What a stylesheet says of narrow screens, and of narrow boxes, holds as the frame gets wider."""
    page = browser.new_page()
    html = f"<style>body {{ margin: 0; container-type: inline-size }} {query} {{ pre {{ width: 2000px }} }}</style>"
    found = faults_at_every_width(page, html=f"{html}<main><pre>wide</pre></main>")
    page.close()
    assert {f.partition(":")[0] for f in found} == {str(width) for width in WIDTHS if width <= 640}


def test_the_list_of_contents_is_reached_early_by_keyboard(browser, served):
    """Before the text, with fewer than twenty presses of Tab; today's longest report has hundreds of links."""
    _, address = served
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address + "reports/gloucestershire/2021-04/board/")
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("!!document.activeElement.closest('nav.contents, nav#TOC')"))
    assert any(reached)
    page.close()
