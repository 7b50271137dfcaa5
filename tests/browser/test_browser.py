"""Every page in real Chromium: accessibility, both widths, nothing foreign, no error, without JavaScript, in print.

Without a browser these tests are reported as skipped by name; where CI is set they fail instead, because there the
browser is part of what is promised.
"""

import re

import pytest
from browsers import WIDTHS, one_of_each_shape, shapes_of, violations
from site_helpers import pages

pytestmark = pytest.mark.browser
REPORT = "reports/gloucestershire/2021-04/board/index.html"


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_every_page_is_accessible_and_self_contained(browser, axe, served, width):
    """No axe violation of any severity; on every page no request to another host, no console error, nothing too
    wide.
    """
    site, address = served
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.set_default_timeout(180_000)
    faults, judged, seen = [], one_of_each_shape(site), set()
    # What a page asks for and says does not hang on the width; what is too wide is found on a phone.
    for path in pages(site) if width == min(WIDTHS.values()) else sorted(judged):
        name = path.relative_to(site).as_posix()
        page, foreign, errors = context.new_page(), [], []
        page.on(
            "request",
            lambda r, foreign=foreign: (
                foreign.append(r.url) if not r.url.startswith((address, "data:", "blob:")) else None
            ),
        )
        page.on("console", lambda m, errors=errors: errors.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e, errors=errors: errors.append(str(e)))
        page.goto(address + name, wait_until="load")
        found = violations(page, axe, seen) if path in judged else []
        faults += [f"{name}: {v['id']} ({v['impact']}): {v['nodes'][0]['html'][:120]}" for v in found]
        faults += [f"{name}: request to {url}" for url in foreign] + [f"{name}: {error}" for error in errors]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults.append(f"{name}: {wide} pixels wide on a screen of {width}")
        page.close()
    context.close()
    assert not faults, "\n".join(faults)


def found_in(page, axe, html: str, seen: set[str]) -> set[str]:
    page.set_content(f"<html><body>{html}</body></html>")
    return {v["id"] for v in violations(page, axe, seen)}


def test_axe_finds_a_fault(browser, axe):
    """The check is trusted only because it was seen failing."""
    page = browser.new_page()
    found = found_in(page, axe, "<img src='x.png'><p style='color:#ccc;background:#fff'>pale</p>", set())
    assert {"image-alt", "color-contrast", "html-has-lang"} <= found
    page.close()


@pytest.mark.parametrize(
    "pale",
    [
        "<p style='color:#ccc'>pale</p>",
        "<div style='background:#333'><p>dark on dark</p></div>",
        "<div style='opacity:0.3'><p>all of it pale</p></div>",
        "<style>p:nth-child(9) {color:#ccc}</style>" + "<p>as before</p>" * 12,
        "<style>details p {color:#ccc}</style><details><p>not to be seen</p></details><details open><p>pale</p></details>",
        "<p><a href='x' style='color:#ccc'>pale</a></p>",
        "<button style='color:#ccc;background:#fff'>pale</button>",
    ],
)
def test_words_that_are_pale_are_found_among_words_that_were_seen(browser, axe, pale):
    """Words of a look that was judged before are not judged again, and no pale ones pass for them."""
    page, seen = browser.new_page(), set()
    assert "color-contrast" not in found_in(page, axe, "<p>as before</p><div><p>within</p></div>" * 3, seen)
    assert "color-contrast" in found_in(page, axe, "<p>as before</p>" + pale, seen)
    page.close()


def test_the_judged_pages_hold_everything_that_any_page_holds(served):
    """Of the kinds of reports and of the pages beside them none is left out."""
    site, _ = served
    judged = one_of_each_shape(site)
    held = set().union(*map(shapes_of, judged))
    assert [p for p in pages(site) if not shapes_of(p) <= held] == [] and len(judged) < len(pages(site)) / 2
    for kind in ("board", "scrutiny", "cabinet", "inspection", "profile"):
        assert any(kind in p.parts for p in judged), kind
    for name in ("figures.html", "changes.html", "since.html", "search.html"):
        assert any(p.name == name for p in judged), name


def test_a_report_works_without_javascript(browser, served):
    """From a number to where it comes from and to its row, with JavaScript switched off; folded detail opens."""
    _, address = served
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + REPORT)
    link = page.locator("main p a.n").first
    published = link.inner_text()
    figure = link.get_attribute("href").partition("#")[2]
    link.click()
    entry = page.locator(f"[id='{figure}']")
    assert published in entry.inner_text()
    entry.locator("ul a").first.click()
    assert re.search(r"#r\d+$", page.url)
    page.goto(address + REPORT)
    fold = page.locator("details.fold").first
    assert not fold.locator("table").is_visible()
    fold.locator("summary").click()
    assert fold.locator("table").is_visible()
    context.close()


def test_the_skip_link_is_first_and_leads_to_the_content(browser, served):
    _, address = served
    page = browser.new_page()
    # Quarto's script takes index.html out of every link, so the page is opened as readers come to it: by its folder.
    page.goto(address + REPORT.removesuffix("index.html"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    page.close()


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_nothing_lies_over_what_a_link_leads_to(browser, served, width):
    """From a number to its entry: the entry is on the screen, and no header that stays there covers it."""
    _, address = served
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address + REPORT)
    link = page.locator("main p a.n").nth(20)
    figure = link.get_attribute("href").partition("#")[2]
    link.click()
    page.wait_for_load_state("networkidle")
    top = page.locator(f"[id='{figure}']").bounding_box()["y"]
    header = page.locator("header").first.bounding_box()
    assert max(0, header["y"] + header["height"]) <= top + 1 < 450
    page.close()


def test_the_first_screen_answers(browser, served):
    """On a desktop the three questions of a councillor stand on the first screen."""
    _, address = served
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address + REPORT)
    for question in ("Is it getting better?", "What is off target?", "What happens next?"):
        assert page.get_by_role("heading", name=question).bounding_box()["y"] < 900, question
    page.close()


def test_printing_opens_the_folds(browser, served, tmp_path):
    """The printed report holds what is folded on the screen, and none of the navigation."""
    _, address = served
    page = browser.new_page()
    page.goto(address + REPORT)
    page.emulate_media(media="print")
    fold = page.locator("details.fold", has_text="Steps taken and due").first
    assert fold.locator("table").bounding_box()["height"] > 50
    page.pdf(path=tmp_path / "report.pdf", format="A4")
    assert (tmp_path / "report.pdf").stat().st_size > 50_000
    page.close()
