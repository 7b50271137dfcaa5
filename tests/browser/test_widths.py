"""Everything that the templates make, at every width from a phone to a large screen: nothing lies over anything,
nothing is cut off.
"""

import pytest
from browsers import one_of_each_shape
from site_helpers import pages

pytestmark = pytest.mark.browser
WIDTHS = range(320, 1601, 40)
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
    // The head of a table whose rows are cards is there for screen readers alone.
    if (box.width < 2 || box.height < 2 || getComputedStyle(element.closest("thead") || element).clipPath !== "none") continue;
    const right = Math.min(box.right, scroller(element.parentElement)?.right ?? Infinity);
    const name = () => `${element.tagName.toLowerCase()}.${element.className} “${element.textContent.trim().slice(0, 30)}”`;
    if (right > column.right + 1) found.push(`${name()} sticks out by ${Math.round(right - column.right)}`);
    if (list && list.height > 2 && right > list.left + 1 && box.left < list.right && box.bottom > list.top && box.top < list.bottom)
      found.push(`${name()} lies under the list of contents`);
    if (/^T[HD]$/.test(element.tagName) && element.scrollWidth > element.clientWidth + 1) found.push(`${name()} is cut off`);
  }
  // What is wider than its line lies over the card beside it.
  for (const line of document.querySelectorAll("main .glance li"))
    if (line.scrollWidth > line.clientWidth + 1) found.push(`“${line.textContent.trim().slice(0, 30)}” lies over what is beside it`);
  // A reader does not know that a table goes on where nothing shows it: the last column must not fall off.
  for (const block of document.querySelectorAll("main .table-block"))
    if (block.scrollWidth > block.clientWidth + 1) found.push(`the last column of “${block.textContent.trim().slice(0, 30)}” falls off`);
  return [...new Set(found)].slice(0, 3);
}"""


def faults_at_every_width(page) -> list[str]:
    """What is wrong with an open page, by width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width}: {fault}" for fault in page.evaluate(FAULTS)]
    return found


def test_nothing_overlaps_and_nothing_is_cut_off(browser, served):
    site, address = served
    assert len(one_of_each_shape(site)) > 15 and pages(site)
    found = []
    for path in sorted(one_of_each_shape(site)):
        name = path.relative_to(site).as_posix()
        if name.startswith("search"):  # its results are tested where they are made
            continue
        page = browser.new_page()
        page.goto(address + name)
        found += [f"{name} at {fault}" for fault in faults_at_every_width(page)]
        page.close()
    assert not found, "\n".join(found)


def test_the_check_finds_a_fault(browser):
    """A table that is wider than its column, and one that lies under the list of contents."""
    page = browser.new_page()
    page.set_content(
        "<div style='display: grid; grid-template-columns: 1fr 200px'>"
        "<main style='min-width: 0'><table style='width: 900px'><tr><td>wide</td></tr></table></main>"
        "<nav class='contents'>list</nav></div>"
    )
    found = faults_at_every_width(page)
    assert any("sticks out" in f for f in found) and any("under the list" in f for f in found)
    assert any(f.startswith("320: the page is") for f in found)
    page.set_content(
        "<main><div class='table-block' style='width: 300px; overflow-x: auto'><table style='width:"
        " 900px'><tr><td>wide</td></tr></table></div></main>"
    )
    assert any("falls off" in f for f in faults_at_every_width(page))
    page.set_content(
        "<main><ul class='glance'><li style='display: flex; width: 90px'><b>Compromised</b> <span>1 in doubt</span></li>"
        "</ul></main>"
    )
    assert any("lies over" in f for f in faults_at_every_width(page))
    page.close()


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
