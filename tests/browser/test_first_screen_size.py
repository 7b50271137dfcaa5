"""The first screen is whole on a laptop and in three lengths of a phone, and a keyboard is soon at the contents."""

import pytest
from screen_pages import screen_page

pytestmark = pytest.mark.browser
JOBS = [
    ("exampleshire", "2025-09", "board"),
    ("gloucestershire", "2021-04", "board"),
    ("gloucestershire", "2022-11", "scrutiny"),
    ("herefordshire", "2021-08", "cabinet"),
    ("worcestershire", "2018-06", "cabinet"),
    ("gloucestershire", "2020-10", "inspection"),
    ("rutland", "2025-03", "profile"),
    ("isles-of-scilly", "2025-03", "profile"),
    ("kingston-upon-thames", "2025-03", "profile"),
]
LAPTOP, PHONE, LENGTHS = (1366, 650), (390, 844), 3
SPARE = 5  # pixels that are left for the fonts of other machines
FEW_TABS = 16
EDGES = """() => {
  const edges = (q) => { const r = document.querySelector(q).getBoundingClientRect(); return [r.top, r.bottom]; };
  return {screen: edges(".first-screen"), verdict: edges(".verdict"), wide: document.documentElement.scrollWidth};
}"""


@pytest.fixture(scope="module", params=JOBS, ids="/".join)
def page(request, real_once, browser, tmp_path_factory):
    path = screen_page(real_once, request.param, tmp_path_factory.mktemp("screen"))
    page = browser.new_page(viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
    page.goto(path.as_uri())
    yield page
    page.close()


def edges(page, size) -> dict:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return page.evaluate(EDGES)


def test_it_is_whole_on_a_laptop(page):
    found = edges(page, LAPTOP)
    assert found["screen"][1] <= LAPTOP[1] - SPARE and found["wide"] <= LAPTOP[0]


def test_title_edition_and_sources_take_little_of_it(page):
    """The verdict begins in the first quarter, also where a newer report and dates that have passed are named."""
    assert edges(page, LAPTOP)["verdict"][0] <= LAPTOP[1] / 4 - SPARE


def test_it_is_three_lengths_of_a_phone(page):
    found = edges(page, PHONE)
    assert found["screen"][1] <= LENGTHS * PHONE[1] - SPARE and found["wide"] <= PHONE[0]


@pytest.mark.parametrize("width", range(320, 1601, 128))
def test_nothing_on_it_is_cut_off_or_lies_over_another(page, width):
    found = edges(page, (width, 800))
    assert found["wide"] <= width
    over = page.evaluate("""() => {
      const shown = [...document.querySelectorAll(".first-screen :is(td, tbody th, li, h3, .verdict)")]
        .map((e) => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width > 2 && r.height > 2);
      const across = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
      const found = [];
      shown.forEach(([e, r], n) => shown.slice(n + 1).forEach(([f, s]) => {
        if (!e.contains(f) && across(r, s)) found.push(e.textContent.slice(0, 30) + " | " + f.textContent.slice(0, 30));
      }));
      return found;
    }""")
    assert over == []


# Words in the key measures' table, each with whether its letters stand on more lines than one.
BROKEN = r"""() => {
  const broken = (node, m) => {
    const range = document.createRange();
    range.setStart(node, m.index); range.setEnd(node, m.index + m[0].length);
    return new Set([...range.getClientRects()].filter((r) => r.width > 0.5).map((r) => Math.round(r.top))).size > 1;
  };
  return [...document.querySelectorAll("table.key tbody :is(th, td)")].flatMap((cell) => {
    const found = [], walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      for (const m of walk.currentNode.data.matchAll(/[^\s\-–]+/g)) found.push([m[0], broken(walk.currentNode, m)]);
    }
    return found;
  });
}"""


@pytest.mark.parametrize("month", ["2024-09", "2025-04"], ids=["a value that is not available", "five columns"])
def test_no_word_of_the_key_measures_breaks_on_a_phone(real_once, browser, tmp_path, month):
    path = screen_page(real_once, ("exampleshire", month, "board"), tmp_path)
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(path.as_uri())
    words = [word for width in range(320, 421, 10) for word in (edges(page, (width, 800)), page.evaluate(BROKEN))[1]]
    page.close()
    assert words and not [word for word, is_broken in words if is_broken]


def test_a_keyboard_is_soon_at_the_list_of_contents(page):
    edges(page, LAPTOP)
    page.evaluate("document.activeElement.blur()")
    for _ in range(FEW_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.contents a')"):
            break
    else:
        pytest.fail(f"no link of the contents after {FEW_TABS} tabs")
