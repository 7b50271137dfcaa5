"""Every page in real Chromium: accessibility, both widths, nothing foreign, no error, without JavaScript, in print.

Without a browser these tests are reported as skipped by name; where CI is set they fail instead, because there the
browser is part of what is promised.
"""

import re
from pathlib import Path

import pytest
from browsers import HEIGHT, WIDTHS, of_every_extent, one_of_each_shape, shapes_of, too_wide, violations, wait_in
from site_helpers import pages, serve

pytestmark = pytest.mark.browser
REPORT = "reports/gloucestershire/2021-04/board/index.html"


class Visits:
    """Pages opened one after another in one tab, for a tab of its own costs four times as much as a page; what each
    asked for elsewhere and what it complained of.
    """

    def __init__(self, context, address: str):
        self.context, self.address, self.tab, self.heard = context, address, None, []

    def _tab(self):
        tab = self.context.new_page()
        tab.on("request", self._asked)
        tab.on("console", lambda m: self.heard.append(m.text) if m.type in ("error", "warning") else None)
        tab.on("pageerror", lambda e: self.heard.append(str(e)))
        return tab

    def _asked(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.heard.append(f"request to {request.url}")

    def open(self, site: Path, path: Path):
        """A page that leads on to another by itself has a tab of its own, so that it does not cross the next one."""
        leads_on = b'http-equiv="refresh"' in path.read_bytes()
        tab = self._tab() if leads_on or self.tab is None else self.tab
        self.tab = None if leads_on else tab
        tab.goto(self.address + path.relative_to(site).as_posix(), wait_until="load")
        if leads_on:  # at once: what is judged is the page that its readers see
            tab.wait_for_url(lambda url: not url.endswith(path.relative_to(site).as_posix()), wait_until="load")
        return tab

    def faults(self) -> list[str]:
        """What was heard since the last time."""
        heard, self.heard = self.heard, []
        return heard


def test_every_page_is_accessible_and_self_contained(browser, axe, served):
    """No axe violation of any severity, on a desktop and on a phone; on every page no request to another host, no
    console error, nothing too wide.

    Each page is opened once and judged in both widths.
    """
    site, address = served
    phone, desktop = sorted(WIDTHS.values())
    context = browser.new_context(viewport={"width": phone, "height": HEIGHT})
    context.set_default_timeout(180_000)
    faults, judged, visits = [], one_of_each_shape(site), Visits(context, address)
    seen: dict[int, set[str]] = {phone: set(), desktop: set()}
    # What is too wide is found on a phone, where it is looked for in the longest words and the widest tables too.
    for path in sorted(of_every_extent(site)):
        name, page = path.relative_to(site).as_posix(), visits.open(site, path)
        found = violations(page, axe, seen) if path in judged else too_wide(page, phone)
        faults += [f"{name} at {fault.width}: {fault.rule}: {fault.what}" for fault in found]
        faults += [f"{name}: {heard}" for heard in visits.faults()]
    context.close()
    assert not faults, "\n".join(faults)


FAULTY = {
    "asks": "<img src='http://127.0.0.1:9/x.png' alt=''>",
    "complains": "<script>console.error('oh')</script>",
    "fails": "<script>throw new Error('no')</script>",
    "misses": "<img src='none.png' alt=''>",
    "leads": "<meta http-equiv='refresh' content='0; url=asks.html'>",
    "good": "<p>good</p>",
}


def test_of_pages_in_one_tab_each_is_heard(browser, tmp_path):
    """What each page asks for and says is told of that page, whichever was open before."""
    for name, html in FAULTY.items():
        (tmp_path / f"{name}.html").write_text(f"<!DOCTYPE html><html><body>{html}</body></html>", encoding="utf-8")
    server, context, heard = serve(tmp_path), browser.new_context(), {}
    visits = Visits(context, f"http://127.0.0.1:{server.server_port}/")
    for name in ("good", "asks", "complains", "good", "fails", "leads", "misses", "good"):
        # An answer that is missed may be told a moment after the page has loaded.
        page = visits.open(tmp_path, tmp_path / f"{name}.html")
        page.wait_for_timeout(400)
        assert name == "good" or wait_in(page, lambda: visits.heard), name
        heard[name] = " ".join(visits.faults())
    context.close()
    server.shutdown()
    assert "request to http://127.0.0.1:9/x.png" in heard["asks"] and heard["good"] == ""
    assert "oh" in heard["complains"] and "no" in heard["fails"] and "404" in heard["misses"]


def found_in(page, axe, html: str, seen: set[str]) -> set[str]:
    page.set_content(f"<html><body>{html}</body></html>")
    return {fault.rule.split()[0] for fault in violations(page, axe, {1280: seen})}


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


ROW = "<li><a href='x'>words</a><img src='data:,' alt='a drawing'><label for='f{n}'>name</label><input id='f{n}'></li>"


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        (">words</a>", "></a>", "link-name"),
        ("alt='a drawing'", "", "image-alt"),
        ("alt='a drawing'", "alt='x' role='button' aria-pressed='maybe'", "aria-valid-attr-value"),
        ("<li>", "<li role='row'>", "aria-required-parent"),
        ("for='f40'", "for='f41'", "label"),
        ("<a href='x'>words</a>", "<a href='x' style='color:#ccc'>words</a>", "color-contrast"),
    ],
)
def test_a_fault_is_found_among_many_that_are_made_alike(browser, axe, good, bad, fault):
    """Of like elements two are judged; one that differs in what is a fault is not like the others."""
    page, rows = browser.new_page(), [ROW.format(n=n) for n in range(80)]
    assert fault not in found_in(page, axe, f"<ul>{''.join(rows)}</ul>", set())
    assert page.locator("li:visible").count() == 80, "fields are named by their labels"
    rows[40] = rows[40].replace(good, bad)
    assert bad in rows[40] and fault in found_in(page, axe, f"<ul>{''.join(rows)}</ul>", set())
    page.close()


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<style>@media (max-width: 400px) {p {color: #ccc}}</style><p>pale on a phone</p>", {(320, "color-contrast")}),
        ("<style>@media (min-width: 401px) {p {color: #ccc}}</style><p>pale elsewhere</p>", {(1280, "color-contrast")}),
        ("<style>p {color: #ccc}</style><p>pale</p>", {(320, "color-contrast"), (1280, "color-contrast")}),
        ("<style>@media (max-width: 400px) {img {display: none}}</style><img src='data:,'>", {(1280, "image-alt")}),
        ("<style>@media (min-width: 401px) {img {display: none}}</style><img src='data:,'>", {(320, "image-alt")}),
        ("<div style='width: 600px'>wide</div>", {(320, "too wide")}),
        ("<div style='width: 1600px'>wide</div>", {(320, "too wide"), (1280, "too wide")}),
    ],
)
def test_a_fault_of_one_width_is_found_at_that(browser, axe, html, found):
    """Whatever was seen at the other width."""
    page = browser.new_page()
    page.set_content(f"<html lang='en'><head><title>t</title></head><body><main><h1>h</h1>{html}</main></body></html>")
    rules = violations(page, axe, {320: set(), 1280: set()})
    assert {(fault.width, fault.rule.partition(" (")[0]) for fault in rules} == found
    page.close()


def test_what_a_closed_fold_names_is_a_name(browser, axe):
    """Of closed folds the contents are left out of what is judged, but not the words that name something elsewhere."""
    page, button = browser.new_page(), "<button aria-labelledby='n'></button>"
    fold = "<details><summary>more</summary><div><p id='n'>{}</p></div><div><p>folded</p><p>away</p></div></details>"
    assert "button-name" not in found_in(page, axe, button + fold.format("Its name"), set())
    assert page.locator("details p").count() == 1
    assert "button-name" in found_in(page, axe, button + fold.format(""), set())
    page.close()


def test_of_many_that_are_made_alike_two_are_judged(browser, axe):
    page = browser.new_page()
    table = "<table><tr><th>a<th>b</tr>" + "<tr><td>x<td>y</tr>" * 50 + "<tr><td>x<td></tr></table>"
    found_in(page, axe, f"<main>{table}<p>words</p><p>other words</p><p>more</p></main>", set())
    assert [page.locator(f"{tag}:visible").count() for tag in ("tr", "th", "p")] == [4, 2, 2]
    assert page.locator("tr").count() == 52, "each stands at its place"
    page.close()


def test_the_longest_words_and_the_widest_rows_are_looked_at_on_a_phone(tmp_path):
    """Where two pages are made alike, the one whose words may stick out is not left out for the other."""
    word, row = "<p class='x'>{}</p>", "<table><tr>{}</tr></table>"
    short, wide = "words " * 9, "<td>1</td>" * 30
    made = {
        "a": (short, "<td>1</td>"),
        "b": ("n" * 30, "<td>1</td>"),
        "c": ("n" * 90, "<td>1</td>"),
        "d": (short, wide),
    }
    for name, (words, cells) in made.items():
        html = f"<!DOCTYPE html><html><body>{word.format(words)}{row.format(cells)}</body></html>"
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
    assert len(one_of_each_shape(tmp_path)) == 1
    assert {p.stem for p in of_every_extent(tmp_path) - one_of_each_shape(tmp_path)} == {"c", "d"}


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
    entry.locator("td").nth(2).locator("a").first.click()
    page.wait_for_url(re.compile(r"#r\d+$"))
    page.goto(address + REPORT)
    fold = page.locator("details.fold").first
    within = fold.locator("> :not(summary)").first
    assert not within.is_visible()
    fold.locator("> summary").click()
    assert within.is_visible()
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
    page.wait_for_url(lambda url: url.endswith(f"#{figure}"))
    entry, header = page.locator(f"[id='{figure}']"), page.locator("header").first

    def is_uncovered() -> bool:
        top, over = entry.bounding_box()["y"], header.bounding_box()
        return max(0, over["y"] + over["height"]) <= top + 1 < 450

    assert wait_in(page, is_uncovered), (entry.bounding_box(), header.bounding_box())
    page.close()


def test_the_first_screen_answers(browser, served):
    """On a desktop the verdict, the key measures and what follows from them stand on the first screen, whole."""
    _, address = served
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address + REPORT)
    screen = page.locator(".first-screen")
    if not screen.count():  # the newest edition is of before: its questions stand there
        for question in ("Is it getting better?", "What is off target?"):
            assert page.get_by_role("heading", name=question).bounding_box()["y"] < 900, question
        page.close()
        return
    assert screen.locator("h3").all_inner_texts() == ["What is not working", "What is being done", "Questions to ask"]
    for part in (".verdict", "table.key", ".follows"):
        box = screen.locator(part).bounding_box()
        assert box["height"] > 0 and box["y"] + box["height"] < 900, part
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
