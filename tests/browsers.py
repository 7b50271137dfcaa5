"""Real Chromium for the tests: started once for a module, skipped by name where there is none, and a served site."""

import functools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import lxml.html
import pytest
from lxml import etree
from marked_processes import PATIENCE
from site_helpers import built_project, chromium, pages, quarto_site, serve

WIDTHS = {"desktop": 1280, "phone": 320}
HEIGHT = 900
PATIENCE_MS = 1000 * PATIENCE
PAGE_BYTES = 40_000  # a page costs as much as so many bytes of HTML, however small it is
SHAPING = ("class", "role", "scope", "type", "hidden", "open", "colspan")  # attributes whose values make a shape
# In the page: mark one element of each look that was not seen yet, and give the looks that are new.
CONTRASTS = """(seen) => {
  const known = new Set(seen), found = [], around = new Map();
  const background = (e) => {  // of an element and of all that are around it
    if (!e) return "";
    if (!around.has(e)) {
      const style = getComputedStyle(e);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.position, style.textShadow];
      const isBare = own.join(" ") === "rgba(0, 0, 0, 0) none 1 none static none";  // what is behind it is seen through it
      around.set(e, background(e.parentElement) + (isBare ? "" : `>${e.tagName}.${e.className} ${own.join(" ")}`));
    }
    return around.get(e);
  };
  for (const element of document.body.querySelectorAll("*")) {
    const hasWords = [...element.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim());
    if (!hasWords && !/^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(element.tagName)) continue;
    if (!element.checkVisibility()) continue;  // hidden words are not judged, and another one of this look may be seen
    const style = getComputedStyle(element);
    const look = [background(element), style.color, style.fontSize, style.fontWeight, style.webkitTextFillColor].join(" ");
    if (known.has(look)) continue;
    known.add(look);
    found.push(look);
    element.setAttribute("data-look", "");
  }
  return found;
}"""
# In the page: of elements beside each other that are made alike, in all that is in them too, two stay, and every one
# that something else names or whose look is to be judged. A table of 200 like rows tells no more than one of two, and
# nearly all of the time goes into them. Cells stay, for without them a column has a head and nothing under it; the others
# are emptied and hidden where they are, so that the ninth of its parent is still the ninth. What a closed fold holds is
# not judged as long as it is closed, and is emptied too, but for what is named from outside.
THIN = """() => {
  const shaping = new Set(["class", "role", "scope", "type", "hidden", "open", "colspan", "tabindex"]);
  const naming = /^(for|headers|list|aria-(labelledby|describedby|controls|owns|details|errormessage|activedescendant|flowto))$/;
  const named = new Set(), stays = new Set(), shapes = new Map();
  for (const element of document.querySelectorAll("*"))
    for (const {name, value} of element.attributes) if (naming.test(name)) value.split(/\\s+/).forEach((id) => named.add(id));
  const attribute = ({name, value}) => {
    if (naming.test(name)) return `${name}=${value.split(/\\s+/).every((id) => document.getElementById(id))}`;
    return shaping.has(name) || name.startsWith("aria-") ? `${name}=${value}` : `${name}${value.trim() ? "" : " is empty"}`;
  };
  const shape = (element) => {
    const within = [...element.children].map(shape);
    if (element.hasAttribute("data-look") || named.has(element.id) || [...element.children].some((e) => stays.has(e))) stays.add(element);
    const hasWords = [...element.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim());
    const attributes = [...element.attributes].filter((a) => a.name !== "data-look").map(attribute).sort();
    shapes.set(element, `${element.tagName} ${attributes} ${hasWords} ${named.has(element.id)}(${within})`);
    return shapes.get(element);
  };
  const thin = (element) => {
    const met = new Map();
    for (const child of [...element.children]) {
      const before = met.get(shapes.get(child)) ?? 0;
      met.set(shapes.get(child), before + 1);
      if (before < 2 || stays.has(child) || /^T[HD]$/.test(child.tagName)) thin(child);
      else {
        child.replaceChildren();
        child.style.setProperty("display", "none", "important");
      }
    }
  };
  for (const folded of document.querySelectorAll("details:not([open]) > :not(summary)"))
    if (![folded, ...folded.querySelectorAll("[id]")].some((e) => named.has(e.id))) folded.replaceChildren();
  shape(document.body);
  thin(document.body);
}"""
JUDGE = """() => {
  axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]});
  return axe.run({resultTypes: ["violations"]}).then((found) => found.violations);
}"""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def patient(browser):
    """The browser with pages that wait as long as a busy machine may need; by itself each gives up after 30 seconds."""
    for name in ("new_page", "new_context"):
        setattr(browser, name, _patiently(getattr(browser, name)))
    return browser


def _patiently(new):
    def begun(*arguments, **options):
        made = new(*arguments, **options)
        made.set_default_timeout(PATIENCE_MS)
        return made

    return begun


def wait_in(page, condition) -> bool:
    """Whether it is so in the end, of what a page does meanwhile; for what no locator waits for."""
    for _ in range(PATIENCE_MS // 100):
        if condition():
            return True
        page.wait_for_timeout(100)
    return bool(condition())


def _launch(playwright):
    """The system's browser, else playwright's own, fetched if it can be."""
    import subprocess
    import sys

    if path := chromium():
        return playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=PATIENCE_MS)
    try:
        return playwright.chromium.launch(args=ARGUMENTS, timeout=PATIENCE_MS)
    except Exception:
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"], check=True, capture_output=True, timeout=300
        )
        return playwright.chromium.launch(args=ARGUMENTS, timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        try:
            instance = _launch(playwright)
        except Exception as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no Chromium, and none could be fetched ({type(error).__name__})")
        yield patient(instance)
        instance.close()


@pytest.fixture(scope="module")
def axe():
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


@pytest.fixture(scope="module", params=["pandoc", pytest.param("quarto", marks=pytest.mark.quarto)])
def served(request, tmp_path_factory):
    """A built site and its address on this machine."""
    site = quarto_site(tmp_path_factory) if request.param == "quarto" else built_project(tmp_path_factory) / "_site"
    server = serve(site, as_a_host=True)
    yield site, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def one_of_each_shape(site: Path) -> set[Path]:
    """The pages that are judged in a browser: in them is everything that the templates make anywhere on the site.

    A shape is an element with its class, role and the like, and the same of all elements around it. Pages of one kind
    differ in their data and in which of these shapes they have; so pages are taken until no shape of the site is left
    out, small ones first, for a list of 2,000 like entries takes a browser a hundred times as long as one of 200 and
    tells nothing more. All pages with EVERY_PAGE=1 in the environment, which takes some twenty minutes more.
    """
    return set(pages(site)) if os.environ.get("EVERY_PAGE") else _covering(site)


@functools.cache
def _covering(site: Path) -> set[Path]:
    shapes = {path: shapes_of(path) for path in pages(site)}
    weight = {path: path.stat().st_size + PAGE_BYTES for path in shapes}
    left, chosen = set().union(*shapes.values()), set()
    while left:
        best = max(shapes, key=lambda path: (len(shapes[path] & left) / weight[path], path.as_posix()))
        chosen.add(best)
        left -= shapes[best]
    return chosen


LONG = 20  # letters that fit wherever words stand


def of_every_extent(site: Path) -> set[Path]:
    """The judged pages, and of each kind of element the page that has the longest word in it or the widest row.

    What is too wide for a screen is so by its template or by its data, and of the data by these.
    """
    extents = {path: extents_of(path) for path in pages(site)}
    chosen = one_of_each_shape(site)
    reached = _furthest(extents[path] for path in chosen)
    for kind, extent in _furthest(extents.values()).items():
        if extent > max(reached.get(kind, 0), LONG):
            chosen = chosen | {next(path for path, own in extents.items() if own.get(kind) == extent)}
    return chosen


def _furthest(found: Iterable[dict[tuple, int]]) -> dict[tuple, int]:
    furthest: dict[tuple, int] = {}
    for own in found:
        for kind, extent in own.items():
            furthest[kind] = max(extent, furthest.get(kind, 0))
    return furthest


def extents_of(page: Path) -> dict[tuple, int]:
    """Of each kind of element (its tag, its class, what it stands in) the letters of the longest word directly in it;
    of a row of a table its cells, in the same measure.
    """
    kinds = []
    for element in lxml.html.parse(str(page)).getroot().find("body").iter(etree.Element):
        around = element.getparent()
        kind = (element.tag, element.get("class"), around.tag)
        texts = (element.text, *(child.tail for child in element))
        letters = max((len(word) for text in texts if text for word in text.split()), default=0)
        kinds.append({kind: max(letters, LONG + len(element) if element.tag == "tr" else 0)})
    return _furthest(kinds)


def shapes_of(page: Path) -> set[int]:
    """What elements a page has, each with all that are around it; one number for each."""
    found: set[int] = set()
    body = lxml.html.parse(str(page)).getroot().find("body")
    waiting = [(body, 0)]
    while waiting:
        element, around = waiting.pop()
        named = sorted(
            (n, v if n in SHAPING else "") for n, v in element.attrib.items() if n in SHAPING or "aria-" in n
        )
        shape = hash((element.tag, *named, around))
        found.add(shape)
        waiting += [(child, shape) for child in element if isinstance(child.tag, str)]
    return found


class Fault(NamedTuple):
    """Of an open page at a width: a rule of axe-core and an element, or that the page is too wide."""

    width: int
    rule: str
    what: str


def too_wide(page, width: int) -> list[Fault]:
    """Whether an open page is wider than its screen of a width."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [Fault(width, "too wide", f"{wide} pixels")] if wide > width else []


def violations(page, axe, seen: dict[int, set[str]]) -> list[Fault]:
    """What axe-core finds on an open page at each width of ``seen``, and where the page is wider than that; it is left
    at the first of them.

    Nearly all of its time goes into the contrast of each single element. What says so to a reader, the colour, size and
    weight of its words on the colours of everything that is around it, is judged once; ``seen``: what was judged before
    at each width, to which what is judged now is added. Of what is made alike only two are judged, and the page is left
    without the others.
    """
    found = []
    page.evaluate(axe.axe_script)
    for width, looks in seen.items():
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += too_wide(page, width)
        looks.update(page.evaluate(CONTRASTS, sorted(looks)))
    if not os.environ.get("EVERY_PAGE"):
        page.evaluate(THIN)
    for width in reversed(seen):  # the page is at the last one, and a change of it costs
        page.set_viewport_size({"width": width, "height": HEIGHT})
        judged = page.evaluate(JUDGE)
        found += [Fault(width, f"{v['id']} ({v['impact']})", v["nodes"][0]["html"][:120]) for v in judged]
    return found
